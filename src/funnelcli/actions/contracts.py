"""Contracts: what was signed, until when it runs, by when it can be cancelled."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date

from funnelcli.actions import standing, withdrawal
from funnelcli.db import rows
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.contract import CONTRACT
from funnelcli.values import dates, daytext
from funnelcli.values.spans import read_span, taken_apart

FIELDS = CONTRACT.editable


def check_notice(text: str) -> str:
    """A notice period as it is kept: "30d", "6w", "3m", "1q", "1y", from the word in English or
    German ("3 Monate").

    Raises Usage.
    """
    span = read_span(text)
    if span is None:
        raise Usage(
            _("{value} is no notice period.").format(value=text),
            _("Write it like 30d, 6w, 3m or 1y."),
        )
    return span


def last_day_for_notice(ends_on: str | None, notice: str | None) -> str | None:
    """The last day (ISO) on which notice can be given to end a contract with ``ends_on``.

    Without a notice period it is the end itself; None for a contract without an end. Counted
    back from the end, to the last day of a shorter month.
    """
    if ends_on is None or notice is None:
        return ends_on
    from funnelcli.values.days import add as later

    count, unit = taken_apart(notice)
    return later(date.fromisoformat(ends_on), -count, unit).isoformat()


def add(
    conn: sqlite3.Connection,
    deal_id: int,
    fields: Mapping[str, str | None],
    signed_on: str | None = None,
) -> int:
    """Put a contract of a deal on file; its id. ``fields`` are columns of FIELDS, ``signed_on``
    (ISO) holds where they do not say it; without either it is the day of the deal's win, the
    present one for a deal that is not won.

    Raises Usage for a contract that ends before it starts, or was signed or whose customer was
    instructed on a day to come; Refused for a number that is taken or a deal that is lost,
    NotFound.
    """
    deal = standing.state(conn, deal_id)
    if deal.status == "lost":
        raise standing.closed(deal)
    if signed_on is None:
        query = "SELECT won_on FROM deal WHERE id = ? AND status = 'won'"
        won = conn.execute(query, (deal_id,)).fetchone()
        signed_on = dates.today().isoformat() if won is None else str(won[0])
    row = {"signed_on": signed_on, **{k: v for k, v in fields.items() if v is not None}}
    _check(conn, row, None)
    values: rows.Row = {
        **row,
        "cancel_by": last_day_for_notice(row.get("ends_on"), row.get("notice")),
        "public_id": new_id(),
        "deal_id": deal_id,
        "recorded_at": dates.now(),
    }
    contract_id = rows.insert(conn, "contract", values)
    withdrawal.refresh(conn, deal_id)
    return contract_id


def _check(
    conn: sqlite3.Connection, row: Mapping[str, str | None], contract_id: int | None
) -> None:
    start, end = row.get("starts_on"), row.get("ends_on")
    if start is not None and end is not None and end < start:
        raise Usage(
            _("The contract ends on {end}, before it starts on {start}.").format(
                end=daytext.day(end), start=daytext.day(start)
            ),
            _("Give a later --ends, or an earlier --starts."),
        )
    standing.check_day(row["signed_on"], _("--signed-on says when it was signed."))
    standing.check_day(
        row.get("instruction_on"), _("--instruction-on says when the customer was instructed.")
    )
    number = row.get("number")
    taken = conn.execute(
        "SELECT id FROM contract WHERE number = ? AND id IS NOT ?", (number, contract_id)
    ).fetchone()
    if number is not None and taken is not None:
        raise Refused(
            _("The contract number {number} is taken.").format(number=number),
            _("`funnel contract show {id}` shows that contract.").format(id=taken[0]),
        )


def edit(
    conn: sqlite3.Connection, contract_id: int, changes: Mapping[str, str | None]
) -> list[str]:
    """Change columns of FIELDS; the names of those that differ now. Raises like :func:`add`."""
    before = rows.read(conn, "contract", FIELDS, contract_id)
    if before is None:
        raise naming.missing(CONTRACT, str(contract_id))
    changed = [name for name, value in changes.items() if before[name] != value]
    after: dict[str, str | None] = {**before, **changes}
    if after["signed_on"] is None:
        raise Usage(_("A contract has a day it was signed on."), _("Give another --signed-on."))
    _check(conn, after, contract_id)
    if changed:
        after["cancel_by"] = last_day_for_notice(after["ends_on"], after["notice"])
        rows.update(conn, "contract", contract_id, after)
        if {"signed_on", "instruction_on"} & set(changed):
            withdrawal.refresh(conn, _deal_of(conn, contract_id))
    return changed


def remove(conn: sqlite3.Connection, contract_ids: Sequence[int]) -> None:
    """Remove contracts. Raises NotFound when one of them does not exist."""
    for contract_id in contract_ids:
        deal_id = _deal_of(conn, contract_id)
        rows.delete(conn, "contract", contract_id)
        withdrawal.refresh(conn, deal_id)


def _deal_of(conn: sqlite3.Connection, contract_id: int) -> int:
    found = conn.execute("SELECT deal_id FROM contract WHERE id = ?", (contract_id,)).fetchone()
    if found is None:
        raise naming.missing(CONTRACT, str(contract_id))
    return int(found[0])
