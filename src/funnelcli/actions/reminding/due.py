"""What is due now."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, time, timedelta

from funnelcli import config
from funnelcli.i18n import _, ngettext
from funnelcli.plain import NamedTuple
from funnelcli.queries import agenda
from funnelcli.queries.agenda import Entry
from funnelcli.text import printed
from funnelcli.values import dates, daytext

BACK_DAYS = 3
"""What fell due so many days ago and was not told since, as on a weekend, is told late."""
ONE_BY_ONE = 5
"""More than these are told in one notification."""
LISTED = 8
"""So many of them by name."""


class Reminder(NamedTuple):
    """Something that is due: ``key`` stands for it and its time, ``day`` is a plain date (ISO),
    ``starts`` a time of day as HH:MM, ``what`` and ``whom`` are told, ``command`` deals with it."""

    key: str
    kind: str
    id: int
    day: str
    starts: str | None
    what: str
    whom: str
    deal: str | None
    contact_id: int | None
    phone: str | None
    command: str

    @property
    def title(self) -> str:
        """What is due and when, in one line."""
        when = self.starts or ""
        if self.day != dates.today().isoformat():
            when = daytext.due(self.day, self.starts)
        return printed(" ".join(f"{when} {self.what}".split()))

    @property
    def body(self) -> str:
        """For whom, how to reach them, and the command that deals with it."""
        told = dict.fromkeys(filter(None, (self.whom, self.deal, self.phone)))
        return printed("\n".join(filter(None, (" · ".join(told), self.command))))


def due(conn: sqlite3.Connection, ahead: int) -> list[Reminder]:
    """What is due now, in the order of time: what has a time of day so many minutes before it, the
    rest from the morning of its day on; of the last days what is still open."""
    now, today = dates.now(), dates.today()
    morning = dates.at_time(today, dates.parse_time(config.get("morning")))
    entries = agenda.entries(conn, today - timedelta(days=BACK_DAYS), today + timedelta(days=2))
    found = [one for one in entries if _instant(one, ahead, morning) <= now]
    phones = agenda.phones(conn, [one.contact_id for one in found if one.contact_id])
    return [_reminder(one, phones) for one in found]


def _instant(entry: Entry, ahead: int, morning: int) -> int:
    """From when on it is to be told (UTC seconds)."""
    day = date.fromisoformat(entry.day)
    if entry.starts is not None:
        return dates.at_time(day, time.fromisoformat(entry.starts)) - ahead * 60
    today = dates.today()
    if day == today:
        return morning
    return dates.day_start(day)


def _reminder(entry: Entry, phones: dict[int, str]) -> Reminder:
    # Moved to another time, it is something else to be told.
    key = f"{entry.kind}/{entry.public_id}/{entry.day}T{entry.starts or ''}"
    return Reminder(
        key,
        entry.kind,
        entry.id,
        entry.day,
        entry.starts,
        entry.text,
        entry.whom,
        entry.deal,
        entry.contact_id,
        phones.get(entry.contact_id) if entry.contact_id and entry.kind == "call" else None,
        entry.command,
    )


def summed_up(reminders: Sequence[Reminder]) -> tuple[str, str]:
    """Title and text of one notification of many."""
    number = len(reminders)
    title = ngettext("{n} thing is due", "{n} things are due", number).format(n=number)
    lines = [f"{one.title}, {one.whom}".rstrip(", ") for one in reminders[:LISTED]]
    if number > LISTED:
        lines.append(_("… and {n} more: funnel today").format(n=number - LISTED))
    return title, printed("\n".join(lines))
