"""Visits and their reports, in person, by phone, by video, by mail."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from funnelcli.errors import NotFound, Refused, Usage
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.visit import REPORT
from funnelcli.values import dates

TYPES = ("first", "follow_up", "presentation", "service", "cold")
CHANNELS = ("on_site", "phone", "video", "email", "fair")
OUTCOMES = ("met", "phone_instead", "not_met", "declined")
GOAL_REACHED = ("yes", "partly", "no")
# Outcomes in which nobody was spoken to: an attempt, which resets no interval.
ATTEMPTS = ("not_met", "declined")
LATE_SECONDS = 24 * 3600

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
    Refused when neither contact nor deal is named.
    """
    if at > dates.now():
        raise Usage(
            _("A visit on {day} has not happened yet.").format(
                day=dates.local_date(at).isoformat()
            ),
            _('What is planned is a next step: funnel next DEAL "visit" --due DATE.'),
        )
    stage_id = None
    if deal_id is not None:
        (own_contact,) = conn.execute(
            "SELECT contact_id FROM deal WHERE id = ?", (deal_id,)
        ).fetchone()
        contact_id = own_contact if contact_id is None else contact_id
        stage_id = stage_at(conn, deal_id, at)
    if contact_id is None and deal_id is None:
        raise Refused(_("A visit needs a contact or a deal."), _("Name one."))
    now = dates.now()
    row: dict[str, str | int | None] = {
        "public_id": new_id(),
        "contact_id": contact_id,
        "deal_id": deal_id,
        "stage_id": stage_id,
        "happened_on": dates.local_date(at).isoformat(),
        "happened_at": at,
        "starts": starts,
        "minutes": minutes,
        "late": int(now - (at + 60 * (minutes or 0)) > LATE_SECONDS),
        "recorded_at": now,
        **(fields or {}),
    }
    cursor = conn.execute(
        f"INSERT INTO visit ({', '.join(row)})"
        f" VALUES ({', '.join(f':{column}' for column in row)})",
        row,
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def stage_at(conn: sqlite3.Connection, deal_id: int, at: int) -> int | None:
    """The stage the deal was in at an instant, None before it was opened."""
    row = conn.execute(
        "SELECT stage_id FROM stay WHERE deal_id = ? AND entered_at <= ?"
        " AND (left_at IS NULL OR left_at > ?) ORDER BY entered_at DESC, id DESC LIMIT 1",
        (deal_id, at, at),
    ).fetchone()
    return None if row is None else int(row[0])


def open_deal_of(conn: sqlite3.Connection, contact_id: int) -> int | None:
    """The contact's one open deal; None when it has none or several."""
    rows = conn.execute(
        "SELECT id FROM deal WHERE contact_id = ? AND status = 'open' LIMIT 2", (contact_id,)
    ).fetchall()
    return int(rows[0][0]) if len(rows) == 1 else None


def edit(
    conn: sqlite3.Connection, visit_id: int, changes: Mapping[str, str | int | None]
) -> list[str]:
    """Change a report; the names of the fields that differ now.

    ``happened_at`` moves the visit in time, and with it its day and the deal's stage. Whether
    it was reported late is settled when it is first recorded and does not change.
    """
    names = ("happened_at", "starts", "minutes", "deal_id", "contact_id", *FIELDS)
    before = conn.execute(
        f"SELECT {', '.join(names)} FROM visit WHERE id = ?", (visit_id,)
    ).fetchone()
    if before is None:
        raise naming.missing(naming.VISIT, str(visit_id))
    now = dict(zip(names, before, strict=True))
    changed = {name: value for name, value in changes.items() if now[name] != value}
    result = list(changed)
    if {"happened_at", "deal_id"} & set(changed):
        after = {**now, **changed}
        at, deal_id = after["happened_at"], after["deal_id"]
        if at > dates.now():
            raise Usage(
                _("A visit on {day} has not happened yet.").format(
                    day=dates.local_date(at).isoformat()
                ),
                _("Give a day that has come."),
            )
        changed["happened_on"] = dates.local_date(at).isoformat()
        changed["stage_id"] = None if deal_id is None else stage_at(conn, deal_id, at)
    if changed:
        conn.execute(
            f"UPDATE visit SET {', '.join(f'{name} = :{name}' for name in changed)} WHERE id = :id",
            {**changed, "id": visit_id},
        )
    return result


def remove(conn: sqlite3.Connection, visit_ids: Sequence[int]) -> None:
    """Remove visits. Raises NotFound when one of them does not exist."""
    for visit_id in visit_ids:
        if conn.execute("DELETE FROM visit WHERE id = ?", (visit_id,)).rowcount == 0:
            raise NotFound(
                _("There is no visit {id}.").format(id=visit_id),
                _("`funnel visit list` shows what there is, with the ids."),
            )
