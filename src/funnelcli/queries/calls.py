"""Whom to call, in which order, and who is left out for which reason."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli import config, queries
from funnelcli.filters import parse
from funnelcli.i18n import N_
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.extending import extended
from funnelcli.nouns.field import field
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import CHANNELS
from funnelcli.values import dates

LEFT_OUT = {
    "do_not_contact": N_("not to be contacted"),
    "withdrawn": N_("consent for phone withdrawn"),
    "no_consent": N_("no consent for phone"),
    "no_phone": N_("no phone number"),
    "later": N_("callback at a later time"),
    "called_today": N_("called today already"),
}
# Callbacks in the order of their times, then what is due, then whoever was not spoken to longest.
ORDER = "callback IS NULL, callback, u.due IS NULL, u.due, last_at, c.search, c.id"


class Caller(Record):
    """A contact to call. ``callback`` is "YYYY-MM-DD HH:MM" in the user's zone, of one that is
    due, without the time where none was agreed; ``due`` the earliest day of a step that is due."""

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
    refused: str | None
    skipped: str | None


def queue(
    conn: sqlite3.Connection, filters: Sequence[str] = (), *, limit: int | None = None
) -> tuple[list[Caller], dict[str, int]]:
    """The contacts to call, due callbacks first, and how many are left out, by why.

    Without filter words those for whom a callback or another step is due; with them the contacts
    that pass, whether or not anything is due; whoever is named by id is called even where that is
    for later, or was done today.
    """
    values = {
        "clock": dates.local(dates.now()).strftime("%H:%M"),
        "require": int(bool(config.get("require_consent"))),
        "named": int(len(filters) == 1 and filters[0].startswith("id:")),
    }
    where = "c.id IN (SELECT x.contact_id FROM due AS x)"
    if filters:
        chosen = parse(
            filters,
            extended(conn, CONTACT).filters(conn),
            currency=config.get("currency"),
            locale=config.get("locale"),
        )
        where, more = chosen.sql()
        values |= more
    callers: list[Caller] = []
    left_out: dict[str, int] = {}
    for caller in queries.run(conn, "call_queue", Caller, values, where=where, order=ORDER):
        why = caller.refused or caller.skipped
        if why is not None:
            left_out[why] = left_out.get(why, 0) + 1
        elif limit is None or len(callers) < limit:
            callers.append(caller)
    return callers, left_out


def notes(conn: sqlite3.Connection, caller: Caller) -> list[str]:
    """What is kept in notes of the contact, and then of the deal that the call is about."""
    rows = conn.execute(
        "SELECT notes FROM contact WHERE id = ? UNION ALL SELECT notes FROM deal WHERE id = ?",
        (caller.id, caller.deal_id),
    )
    return [text for (text,) in rows if text]
