"""Whom to call, in which order, and who is left out for which reason."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import UTC
from functools import cache

from funnelcli import config, queries
from funnelcli.filters import all_plain
from funnelcli.filters.expression import required
from funnelcli.filters.language import keyed
from funnelcli.i18n import N_
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.extending import chosen, extended
from funnelcli.nouns.field import field
from funnelcli.nouns.record import Record
from funnelcli.nouns.rules import AWAKE, SPOKEN
from funnelcli.nouns.saved import key_of
from funnelcli.nouns.types import CHANNELS
from funnelcli.plain import NamedTuple
from funnelcli.values import dates
from funnelcli.values.calling import CallHours, again_at, next_open, read_hours
from funnelcli.values.callplace import Place, place_of
from funnelcli.values.workdays import public_holiday

LEFT_OUT = {
    "do_not_contact": N_("not to be contacted"),
    "withdrawn": N_("consent for phone withdrawn"),
    "no_consent": N_("no consent for phone"),
    "no_phone": N_("no phone number"),
    "later": N_("callback at a later time"),
    "called_today": N_("called today already"),
    "attempts": N_("called in vain as often as call_attempts says"),
    "too_soon": N_("called in vain a short while ago (call_gap)"),
    "hours": N_("no calling hours there now (call_hours)"),
}
# Callbacks in the order of their times, then what is due, then whoever was not spoken to longest.
ORDER = "callback IS NULL, callback, u.due IS NULL, u.due, last_at, c.search, c.id"


def _steps(where: str) -> str:
    """SQL for the open steps of a contact c and of its deals d, each looked for by the contact."""
    columns = "SELECT n.kind, n.due, n.starts FROM"
    return (
        f"({columns} step AS n LEFT JOIN deal AS d ON d.id = n.deal_id"
        f" WHERE n.contact_id = c.id AND n.status = 'open' AND {where}"
        f" UNION ALL {columns} deal AS d CROSS JOIN step AS n ON n.deal_id = d.id"
        " WHERE d.contact_id = c.id AND n.contact_id IS NOT c.id AND n.status = 'open'"
        f" AND {where})"
    )


_CALL_TO_COME = "n.kind = 'call' AND +n.due >= :today"
# A step that names another contact is not this one's, but a call that is to come about its deal is.
_PARTS = {
    "steps": _steps(f"coalesce(n.contact_id, d.contact_id) = c.id AND {AWAKE}"),
    "later": "(SELECT min(n.due || coalesce(' ' || n.starts, '')) FROM"
    f" {_steps(_CALL_TO_COME)} AS n)",
    # Who has no number is not called, and need not be asked more.
    "phoned": "EXISTS (SELECT 1 FROM contact_phone AS f WHERE f.contact_id = c.id)",
    # Since when (UTC seconds) calls that nobody answers are counted.
    "answered_at": "coalesce((SELECT max(v.happened_at) FROM visit AS v WHERE v.contact_id = c.id"
    f" AND ({SPOKEN} OR v.call_outcome IN ('callback', 'wrong_number'))), 0)",
}


class Caller(Record):
    """A contact to call. ``callback`` is "YYYY-MM-DD HH:MM" in the user's zone, of one that is
    due, without the time where none was agreed, ``later`` the next one that is not yet; ``due`` the
    earliest day of a step that is due. ``attempts`` are the calls in a row that nobody answered,
    the last of them at ``attempt_at`` (UTC seconds). Who is ``wanted`` is called without regard to
    attempts and hours: a callback is due, or they were named."""

    id: int
    name: str
    organisation: str | None
    phone: str | None
    consent: list[str] = field("Consent", CHANNELS)
    callback: str | None
    due: str | None
    deal_id: int | None
    deal: str | None
    last_at: int | None
    country: str | None
    attempts: int | None
    attempt_at: int | None
    refused: str | None
    skipped: str | None
    wanted: int | None
    later: str | None


class LeftOut(NamedTuple):
    """Who is not called, and why: a key of :data:`LEFT_OUT`. ``again`` is when they may be called,
    as "YYYY-MM-DD HH:MM" in the user's zone; None where time alone does not change it."""

    id: int
    name: str
    organisation: str | None
    phone: str | None
    why: str
    again: str | None


class Queue(NamedTuple):
    """Whom to call, in order, and who is left out."""

    callers: list[Caller]
    left_out: list[LeftOut]

    def counts(self) -> dict[str, int]:
        """How many are left out, by why."""
        return dict(Counter(one.why for one in self.left_out))


def queue(
    conn: sqlite3.Connection, filters: Sequence[str] = (), *, limit: int | None = None
) -> Queue:
    """The contacts to call, due callbacks first, and who is left out.

    Without filter words those for whom a callback or another step is due; with them the contacts
    that pass, whether or not anything is due; whoever is named by id is called even where that is
    for later, was done today, was tried too often, or is outside the calling hours.
    """
    values = {
        "clock": dates.local(dates.now()).strftime("%H:%M"),
        "require": int(bool(config.get("require_consent"))),
        "named": int(len(filters) == 1 and filters[0].startswith("id:")),
    }
    due = queries.sql("calls_due")
    if filters:
        where, more = chosen(conn, CONTACT, filters).sql()
        values |= more
        due = queries.sql("calls_chosen").replace("{where}", where)
    rules = CallRules()
    found = Queue([], [])
    parts = {"due": due, **_PARTS}
    for caller in queries.run(conn, "call_queue", Caller, values, order=ORDER, parts=parts):
        why, again = rules.against(caller, dates.now())
        if why is not None:
            facts = (caller.id, caller.name, caller.organisation, caller.phone)
            found.left_out.append(LeftOut(*facts, why, again))
        elif limit is None or len(found.callers) < limit:
            found.callers.append(caller)
    _find_deals(conn, found.callers)
    return found


def _find_deals(conn: sqlite3.Connection, callers: Sequence[Caller]) -> None:
    """Find the open deal of those who are called: of all who are left out it would cost as much as
    everything else."""
    contacts = ", ".join(str(caller.id) for caller in callers)
    found = conn.execute(queries.sql("call_deals"), {"contacts": f"[{contacts}]"})
    deals = {contact: rest for contact, *rest in found}
    for caller in callers:
        caller.deal_id, caller.deal = deals.get(caller.id, (None, None))


def lists_of(conn: sqlite3.Connection, filters: Sequence[str]) -> list[str]:
    """The saved filters that somebody must pass to pass ``filters``: the lists that they are called
    from, by their names."""
    fields = extended(conn, CONTACT).filters(conn)
    if all_plain(filters):
        return []
    names = required(filters, lambda word: keyed(word, fields))
    return [*dict.fromkeys(map(key_of, names))]


class CallRules:
    """What the settings say about calls: how often and how far apart somebody is tried whom nobody
    answers for, and at which hours people are called where they are."""

    def __init__(self) -> None:
        self._most = int(config.get("call_attempts"))
        self._gap = str(config.get("call_gap"))
        self._hours = read_hours(str(config.get("call_hours")))

    def against(self, caller: Caller, at: int) -> tuple[str | None, str | None]:
        """Why a contact is not called at an instant (UTC seconds), a key of :data:`LEFT_OUT`, None
        where nothing is against it; and when that is over, as far as time alone ends it."""
        if caller.refused or caller.skipped == "no_phone" or caller.wanted:
            return caller.refused or caller.skipped, None
        tried = caller.attempt_at
        again = at if tried is None else again_at(tried, self._gap)
        if caller.skipped == "later":
            return caller.skipped, caller.later
        if caller.skipped is not None:
            return caller.skipped, _stamp(again_at(at, "1d"))
        if self._most and (caller.attempts or 0) >= self._most:
            return "attempts", None
        if again > at:
            today = tried is not None and dates.local_date(tried) == dates.local_date(at)
            by_days = self._gap.endswith("d")
            return "called_today" if today and by_days else "too_soon", _stamp(again)
        opens = self.opens(caller, at)
        if opens != at:
            return "hours", None if opens is None else _stamp(opens)
        return None, None

    def opens(self, caller: Caller, at: int) -> int | None:
        """The first instant from ``at`` on at which a contact is called where they are; None where
        there is none within a year."""
        if self._hours.always:
            return at
        return _opens(self._hours, whereabouts(caller), config.get("state"), at)


def whereabouts(caller: Caller) -> Place:
    """Where a contact is, by the address and the number."""
    return place_of(caller.country, caller.phone, str(config.get("region")))


@cache
def _opens(hours: CallHours, place: Place, state: str | None, at: int) -> int | None:
    """The same for everybody in one place."""
    from zoneinfo import ZoneInfo

    week = hours.of(place.country)
    if week is None:
        return at
    zones = [ZoneInfo(week.zone)] if week.zone else place.zones or (dates.local(at).tzinfo or UTC,)
    holiday = public_holiday(place.country, state)
    return next_open(week, at, zones, holiday)


def _stamp(at: int) -> str:
    return f"{dates.local(at):%Y-%m-%d %H:%M}"


def notes(conn: sqlite3.Connection, caller: Caller) -> list[str]:
    """What is kept in notes of the contact, and then of the deal that the call is about."""
    rows = conn.execute(
        "SELECT notes FROM contact WHERE id = ? UNION ALL SELECT notes FROM deal WHERE id = ?",
        (caller.id, caller.deal_id),
    )
    return [text for (text,) in rows if text]
