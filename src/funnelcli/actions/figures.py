"""What figures are held against: targets, and the exchange rates that bring amounts together."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.db import rows
from funnelcli.errors import NotFound, Refused, Usage
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.values import dates
from funnelcli.values.dates import Period

RATE_DIGITS = 8


def add_target(
    conn: sqlite3.Connection,
    period: Period,
    amount: int,
    currency: str,
    process_id: int | None = None,
) -> int:
    """Set a target of won value (minor units of ``currency``) for a period; its id.

    Raises Usage for an amount of nothing, Refused where the period has a target already.
    """
    if amount <= 0:
        raise Usage(_("A target is more than nothing."), _("Write it like: 250000 or 250k."))
    found = conn.execute(
        "SELECT id FROM target WHERE starts_on = ? AND ends_on = ? AND process_id IS ?",
        (period.start.isoformat(), period.end.isoformat(), process_id),
    ).fetchone()
    if found is not None:
        raise Refused(
            _("{period} has a target already.").format(period=period.label),
            _("`funnel target remove {id}` takes it away.").format(id=found[0]),
        )
    row: rows.Row = {
        "public_id": new_id(),
        "starts_on": period.start.isoformat(),
        "ends_on": period.end.isoformat(),
        "amount": amount,
        "currency": currency,
        "process_id": process_id,
        "recorded_at": dates.now(),
    }
    return rows.insert(conn, "target", row)


def set_rate(conn: sqlite3.Connection, currency: str, base: str, rate: int, valid_from: str) -> int:
    """Say that one unit of ``currency`` is worth ``rate`` / 10^8 units of ``base`` from the day
    ``valid_from`` on; the id. A rate of the same day is replaced. Raises Usage."""
    if currency == base:
        raise Usage(
            _("{currency} is the currency that the others are converted to.").format(
                currency=currency
            ),
            _("`funnel config set currency EUR` chooses another one."),
        )
    if not 0 < rate < 10 ** (RATE_DIGITS + 6):
        raise Usage(
            _("A rate lies between 0 and a million."),
            _("Write what one unit is worth, like: funnel exchange set USD 0.92"),
        )
    row = conn.execute(
        "INSERT INTO exchange_rate (currency, base, valid_from, rate, recorded_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (currency, base, valid_from)"
        " DO UPDATE SET rate = excluded.rate, recorded_at = excluded.recorded_at RETURNING id",
        (currency, base, valid_from, rate, dates.now()),
    ).fetchone()
    return int(row[0])


def parse_rate(text: str) -> int:
    """A rate in units of 10^-8: "0.92", "0,92". Raises Usage."""
    from decimal import Decimal, InvalidOperation

    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        value = Decimal("NaN")
    scaled = value.scaleb(RATE_DIGITS) if value.is_finite() else value
    if not value.is_finite() or abs(value.adjusted()) > 20 or scaled != int(scaled):
        raise Usage(
            _("{text} is no exchange rate.").format(text=text),
            _("Write it with at most eight decimals, like 0.92."),
        )
    return int(scaled)


def rate_text(rate: int) -> str:
    """A rate as a decimal number without trailing zeros."""
    whole, rest = divmod(rate, 10**RATE_DIGITS)
    digits = f"{rest:0{RATE_DIGITS}}".rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)


def remove(conn: sqlite3.Connection, table: str, ids: Sequence[int]) -> None:
    """Remove rows of ``target`` or ``exchange_rate``. Raises NotFound before it removes any."""
    assert table in ("target", "exchange_rate")
    for row_id in ids:
        if conn.execute(f"SELECT 1 FROM {table} WHERE id = ?", (row_id,)).fetchone() is None:
            raise NotFound(
                _("There is no {noun} {id}.").format(
                    noun=_("target") if table == "target" else _("exchange rate"), id=row_id
                ),
                _("`funnel {noun} list` shows them.").format(
                    noun="target" if table == "target" else "exchange"
                ),
            )
    conn.executemany(f"DELETE FROM {table} WHERE id = ?", [(row_id,) for row_id in ids])
