"""Visits and their reports, in person, by phone, by video, by mail."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from funnelcli.actions.columns import check_columns
from funnelcli.actions.standing import stage_at
from funnelcli.db import rows
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.visit import REPORT, VISIT
from funnelcli.typed import Any
from funnelcli.values import dates, daytext

_LATE_SECONDS = 24 * 3600

# The report's columns, besides who, when and how long.
FIELDS = (*REPORT, "expenses_currency")


def add(
    conn: sqlite3.Connection,
    *,
    contact_id: int | None,
    deal_id: int | None,
    at: int,
    starts: str | None = None,
    minutes: int | None = None,
    fields: Mapping[str, str | int | None] | None = None,
) -> int:
    """Record a visit that happened at ``at`` (UTC seconds); its id.

    ``starts`` is the time of day as HH:MM where it is known. With a deal and no contact the
    deal's contact is taken. A report written more than 24 hours after the visit's end is late.
    The stage is the one the deal was in at that instant. Raises Usage for an instant to come,
    and for a word that is none of a column's, Refused when neither contact nor deal is named,
    NotFound for one that does not exist.
    """
    if at > dates.now():
        raise Usage(
            _("A visit on {day} has not happened yet.").format(
                day=daytext.day(dates.local_date(at))
            ),
            _('What is planned is a next step: funnel next DEAL "visit" --due DATE.'),
        )
    stage_id = None
    check_columns(conn, VISIT, {**(fields or {}), "contact_id": contact_id, "deal_id": deal_id})
    if deal_id is not None:
        (own_contact,) = conn.execute(
            "SELECT contact_id FROM deal WHERE id = ?", (deal_id,)
        ).fetchone()
        contact_id = own_contact if contact_id is None else contact_id
        stage_id = stage_at(conn, deal_id, at)
    if contact_id is None and deal_id is None:
        raise Refused(_("A visit needs a contact or a deal."), _("Name one."))
    now = dates.now()
    row: rows.Row = {
        "public_id": new_id(),
        "contact_id": contact_id,
        "deal_id": deal_id,
        "stage_id": stage_id,
        "happened_on": dates.local_date(at).isoformat(),
        "happened_at": at,
        "starts": starts,
        "minutes": minutes,
        "late": int(is_late(at, minutes, now)),
        "recorded_at": now,
        **(fields or {}),
    }
    return rows.insert(conn, "visit", row)


def is_late(at: int, minutes: int | None, reported: int) -> bool:
    """Whether a visit that began at ``at`` was reported (both UTC seconds) more than 24 hours
    after it ended."""
    return reported - (at + 60 * (minutes or 0)) > _LATE_SECONDS


def open_deal_of(conn: sqlite3.Connection, contact_id: int) -> int | None:
    """The contact's one open deal; None when it has none or several."""
    found = conn.execute(
        "SELECT id FROM deal WHERE contact_id = ? AND status = 'open' LIMIT 2", (contact_id,)
    ).fetchall()
    return int(found[0][0]) if len(found) == 1 else None


def deal_then(conn: sqlite3.Connection, contact_id: int, at: int) -> int | None:
    """The contact's one deal that was open at an instant, else the one that is open now; None
    where it had none or several."""
    found = conn.execute(
        "SELECT d.id FROM deal AS d JOIN terms AS t ON t.deal_id = d.id WHERE d.contact_id = ?"
        " AND t.status = 'open' AND t.valid_from <= ? AND (t.valid_to IS NULL OR t.valid_to > ?)"
        " GROUP BY d.id LIMIT 2",
        (contact_id, at, at),
    ).fetchall()
    return int(found[0][0]) if len(found) == 1 else open_deal_of(conn, contact_id)


def edit(
    conn: sqlite3.Connection, visit_id: int, changes: Mapping[str, str | int | None]
) -> list[str]:
    """Change a report; the names of the fields that differ now.

    ``happened_at`` moves the visit in time, and with it its day and the deal's stage. Another
    contact or deal takes the next steps along that were made at the visit. Either is put on record
    as a correction. One that turns out to have been more than 24 hours before it was first recorded
    was reported late; what is marked as late stays so, and a report that is written on later is not
    late for that. Raises Usage and NotFound as :func:`add` does.
    """
    names = (
        "happened_at",
        "starts",
        "minutes",
        "deal_id",
        "contact_id",
        "late",
        "recorded_at",
        "call_outcome",
        *FIELDS,
    )
    before = rows.read(conn, "visit", names, visit_id)
    if before is None:
        raise naming.missing(VISIT, str(visit_id))
    changed = {name: value for name, value in changes.items() if before[name] != value}
    check_columns(conn, VISIT, changed)
    result = list(changed)
    if {"happened_at", "deal_id"} & set(changed):
        after = {**before, **changed}
        at, deal_id = after["happened_at"], after["deal_id"]
        if at > dates.now():
            raise Usage(
                _("A visit on {day} has not happened yet.").format(
                    day=daytext.day(dates.local_date(at))
                ),
                _("Give a day that has come."),
            )
        changed["happened_on"] = dates.local_date(at).isoformat()
        changed["stage_id"] = None if deal_id is None else stage_at(conn, deal_id, at)
    if "happened_at" in changed:
        after = {**before, **changed}
        recorded = before["recorded_at"]
        # A note that was filed or imported later was written before it was recorded.
        in_time = not is_late(before["happened_at"], before["minutes"], recorded)
        if in_time and is_late(after["happened_at"], after["minutes"], recorded):
            changed["late"] = 1
    rows.update(conn, "visit", visit_id, changed)
    _put_right(conn, visit_id, before, changed)
    return result


def _put_right(
    conn: sqlite3.Connection, visit_id: int, before: Mapping[str, Any], changed: Mapping[str, Any]
) -> None:
    """Put on record what was wrong of a visit: when it was, with whom, about which deal; and take
    along the next steps made at it."""
    wrong = [name for name in ("happened_at", "contact_id", "deal_id") if name in changed]
    if not wrong:
        return
    from funnelcli.actions.correction_record import record

    after = {**before, **changed}
    for name in wrong:
        pair = before[name], changed[name]
        record(conn, after["happened_at"], "visit", name, *pair, visit_id=visit_id)
    deal_id = after["deal_id"]
    if wrong != ["happened_at"]:
        conn.execute(
            "UPDATE step SET deal_id = ?, contact_id = ? WHERE visit_id = ?",
            (deal_id, after["contact_id"] if deal_id is None else None, visit_id),
        )


def remove(conn: sqlite3.Connection, visit_ids: Sequence[int]) -> None:
    """Remove visits. Raises NotFound when one of them does not exist."""
    for visit_id in visit_ids:
        if not rows.delete(conn, "visit", visit_id):
            raise naming.missing(VISIT, str(visit_id))
