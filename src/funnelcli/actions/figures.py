"""What figures are held against: targets, and the exchange rates that bring amounts together."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.db import rows
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.exchange_rate import EXCHANGE_RATE
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.target import TARGET
from funnelcli.typed import Any
from funnelcli.values import dates
from funnelcli.values.currencies import check_currency
from funnelcli.values.dates import Period
from funnelcli.values.exchange import RATE_DIGITS


def add_target(
    conn: sqlite3.Connection,
    period: Period,
    amount: int,
    currency: str,
    process_id: int | None = None,
) -> int:
    """Set a target of won value (minor units of ``currency``) for a period; its id.

    Raises Usage for an amount of nothing and for what is no currency, Refused where the period has
    a target already, NotFound for no process.
    """
    check_currency(currency)
    if process_id is not None and rows.read(conn, "process", ("id",), process_id) is None:
        raise naming.no_process(conn, str(process_id))
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
    ``valid_from`` on; the id. Another rate of the same day is replaced. Raises Usage."""
    check_currency(currency)
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
    conn.execute(
        "INSERT INTO exchange_rate (currency, base, valid_from, rate, recorded_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (currency, base, valid_from)"
        " DO UPDATE SET rate = excluded.rate, recorded_at = excluded.recorded_at"
        " WHERE exchange_rate.rate <> excluded.rate",
        (currency, base, valid_from, rate, dates.now()),
    )
    (rate_id,) = conn.execute(
        "SELECT id FROM exchange_rate WHERE currency = ? AND base = ? AND valid_from = ?",
        (currency, base, valid_from),
    ).fetchone()
    return int(rate_id)


def remove_targets(conn: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Remove targets. Raises NotFound before it removes any."""
    _remove(conn, TARGET, ids)


def remove_rates(conn: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Remove exchange rates. Raises NotFound before it removes any."""
    _remove(conn, EXCHANGE_RATE, ids)


def _remove(conn: sqlite3.Connection, noun: Noun[Any], ids: Sequence[int]) -> None:
    for row_id in ids:
        if conn.execute(f"SELECT 1 FROM {noun.table} WHERE id = ?", (row_id,)).fetchone() is None:
            raise naming.missing(noun, str(row_id))
    conn.executemany(f"DELETE FROM {noun.table} WHERE id = ?", [(row_id,) for row_id in ids])
