"""Next steps as a calendar file has them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, time

from funnelcli import queries
from funnelcli.ids import is_id
from funnelcli.nouns.members import belonging
from funnelcli.nouns.record import Record
from funnelcli.nouns.rules import REACHABLE
from funnelcli.values import dates

# Steps that have ended stay in the file for so long, so that a calendar learns of it.
KEPT_DAYS = 90
HOST = "funnelcli"


class CalendarStep(Record):
    """A step. ``sequence`` counts its changes, ``modified_at`` is the last of them and
    ``settled_at`` the last that stands, in UTC seconds; the address is the contact's."""

    id: int
    public_id: str
    uid: str | None
    what: str
    kind: str
    due: str | None
    starts: str | None
    minutes: int | None
    every: str | None
    status: str
    outcome: str | None
    created_at: int
    ended_at: int | None
    deal_id: int | None
    deal: str | None
    contact_id: int | None
    contact: str | None
    street: str | None
    postcode: str | None
    town: str | None
    phone: str | None
    consent: str | None
    sequence: int
    modified_at: int
    settled_at: int

    @property
    def calendar_uid(self) -> str:
        """What calendars know it by."""
        return self.uid or f"{self.public_id}@{HOST}"

    @property
    def address(self) -> str:
        """Street and town in a line; empty where neither is known."""
        town = " ".join(filter(None, (self.postcode, self.town)))
        return ", ".join(filter(None, (self.street, town)))

    @property
    def clock(self) -> str | None:
        """The time of day that clocks will show: one that a clock change skips comes later."""
        if self.due is None or self.starts is None:
            return None
        start = dates.at_time(date.fromisoformat(self.due), time.fromisoformat(self.starts))
        return f"{dates.local(start):%H:%M}"

    @property
    def state(self) -> str:
        """Day, time, minutes and status in a word, to tell an answer from what was asked."""
        return state(self.due, self.clock, self.minutes, self.status)


def state(due: str | None, starts: str | None, minutes: int | None, status: str) -> str:
    """Day, time, minutes and status in a word."""
    return f"{due or ''}T{starts or ''}/{minutes or ''}/{status}"


def steps(
    conn: sqlite3.Connection, days: tuple[date, date] | None, owner: int | None = None
) -> list[CalendarStep]:
    """The dated steps of ``days``, half-open, or of all days, and of one user or of all: those that
    are open, for people who may be contacted, and those that ended within the last KEPT_DAYS."""
    where = f"n.due IS NOT NULL AND (n.status = 'open' AND {REACHABLE} OR n.ended_at >= :since)"
    where += belonging("n", owner)
    values: dict[str, str | int | None] = {
        "owner": owner,
        "today": dates.today().isoformat(),
        "since": dates.now() - KEPT_DAYS * 86400,
    }
    if days is not None:
        where += " AND n.due >= :first AND n.due < :after"
        values |= {"first": days[0].isoformat(), "after": days[1].isoformat()}
    return list(
        queries.run(
            conn, "calendar_steps", CalendarStep, values, where=where, order="n.due, n.starts, n.id"
        )
    )


def of_steps(conn: sqlite3.Connection, ids: Sequence[int]) -> list[CalendarStep]:
    """These steps, in their order."""
    import json

    found = queries.run(
        conn,
        "calendar_steps",
        CalendarStep,
        {"today": dates.today().isoformat(), "ids": json.dumps(ids)},
        where="n.id IN (SELECT value FROM json_each(:ids))",
        order="n.id",
    )
    steps = {step.id: step for step in found}
    return [steps[one] for one in ids]


def by_uid(conn: sqlite3.Connection, uid: str) -> CalendarStep | None:
    """The step that calendars know by ``uid``, None when there is none."""
    name, _at, host = uid.partition("@")
    own = name.upper() if is_id(name) and host in ("", HOST) else None
    return queries.one(
        conn,
        "calendar_steps",
        CalendarStep,
        {"today": dates.today().isoformat(), "uid": uid, "own": own},
        where="n.public_id = :own OR n.uid = :uid",
        order="n.id",
    )
