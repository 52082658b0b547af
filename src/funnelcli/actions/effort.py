"""What selling takes: time, kilometres, expenses; what they cost; and overhead of sources."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.actions.columns import check_columns
from funnelcli.actions.standing import stage_at
from funnelcli.db import rows
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.effort import EFFORT, OVERHEAD, RATE
from funnelcli.nouns.noun import Noun
from funnelcli.typed import Any
from funnelcli.values import dates
from funnelcli.values.currencies import check_currency

# Minor units: the dearest entry stays within 64 bits in sixtieths of them.
HIGHEST_RATE = 10_000_000_000


def add(
    conn: sqlite3.Connection,
    *,
    deal_id: int | None,
    contact_id: int | None,
    at: int,
    minutes: int | None = None,
    kilometres: int | None = None,
    expenses: tuple[int, str] | None = None,
    note: str | None = None,
    kind: str | None = None,
) -> int:
    """Record effort made at ``at`` (UTC seconds) for a deal or a contact; its id.

    The stage is the one the deal was in at that instant. ``expenses`` is minor units and their
    currency, ``kind`` a key of the catalogue. Raises Usage without anything to record, for an
    instant to come and for what is no currency, Refused without a deal or contact, NotFound for one
    that does not exist.
    """
    if not minutes and not kilometres and not (expenses and expenses[0]):
        raise Usage(
            _("There is no effort without time, kilometres or expenses."),
            _("Give --duration, --km or --expenses."),
        )
    if dates.is_future(at):
        raise Usage(_("Effort cannot lie in the future."), _("Give a day that has come."))
    if deal_id is None and contact_id is None:
        raise Refused(_("Effort needs a deal or a contact."), _("Name one."))
    amount, currency = expenses or (None, None)
    references = {"deal_id": deal_id, "contact_id": contact_id}
    check_columns(conn, EFFORT, {**references, "currency": currency})
    row: rows.Row = {
        "public_id": new_id(),
        **references,
        "stage_id": None if deal_id is None else stage_at(conn, deal_id, at),
        "happened_at": at,
        "happened_on": dates.local_date(at).isoformat(),
        "minutes": minutes,
        "kilometres": kilometres,
        "expenses": amount,
        "currency": currency,
        "note": note,
        "kind": kind,
        "recorded_at": dates.now(),
    }
    return rows.insert(conn, "effort", row)


def set_rate(
    conn: sqlite3.Connection, kind: str, amount: int, currency: str, valid_from: str
) -> int:
    """What an hour ("hour") or a kilometre ("km") costs from a plain date on, in minor units;
    the rate's id. Another rate of the same day is replaced. Raises Usage for one that is too high
    to reckon with, for another kind and for what is no currency."""
    check_columns(conn, RATE, {"kind": kind, "currency": currency})
    if amount > HIGHEST_RATE:
        raise Usage(
            _("The rate is too high."), _("At most {n} can be kept.").format(n=HIGHEST_RATE // 100)
        )
    conn.execute(
        "INSERT INTO rate (kind, valid_from, amount, currency, recorded_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, valid_from) DO UPDATE"
        " SET amount = excluded.amount, currency = excluded.currency,"
        " recorded_at = excluded.recorded_at"
        " WHERE rate.amount <> excluded.amount OR rate.currency <> excluded.currency",
        (kind, valid_from, amount, currency, dates.now()),
    )
    (rate_id,) = conn.execute(
        "SELECT id FROM rate WHERE kind = ? AND valid_from = ?", (kind, valid_from)
    ).fetchone()
    return int(rate_id)


def add_overhead(
    conn: sqlite3.Connection,
    *,
    source: str | None,
    starts_on: str,
    ends_on: str,
    amount: int,
    currency: str,
    note: str | None,
) -> int:
    """Record what a source cost over [starts_on, ends_on), plain dates, in minor units; its id.
    Raises Usage for what is no currency."""
    check_currency(currency)
    row: rows.Row = {
        "public_id": new_id(),
        "source": source,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "amount": amount,
        "currency": currency,
        "note": note,
        "recorded_at": dates.now(),
    }
    return rows.insert(conn, "overhead", row)


def remove(conn: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Remove effort that was entered directly. Raises NotFound for one that is not there."""
    _remove(conn, EFFORT, ids)


def remove_rates(conn: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Remove rates. Raises NotFound for one that is not there."""
    _remove(conn, RATE, ids)


def remove_overhead(conn: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Remove overhead. Raises NotFound for one that is not there."""
    _remove(conn, OVERHEAD, ids)


def _remove(conn: sqlite3.Connection, noun: Noun[Any], ids: Sequence[int]) -> None:
    for row_id in ids:
        if not rows.delete(conn, noun.table, row_id):
            raise naming.missing(noun, str(row_id))
