"""What a page on the phone shows, as JSON: today and tomorrow with a brief on everybody in it, what
was searched for, and what was read from a note.

Texts are in the language spoken now; days in them are those of a document, for whoever reads them
later, without network. Contacts are named by their public ids: a device may say long afterwards
whom a report is about, when the number is another's. Names are those of JavaScript.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import timedelta

from funnelcli import queries
from funnelcli.actions import visit_words
from funnelcli.actions.incoming import NO_VISIT
from funnelcli.actions.remarks import facts
from funnelcli.actions.visit_words import Followed
from funnelcli.i18n import _, language
from funnelcli.ids import is_id
from funnelcli.nouns import naming, words
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.texts import FOUND
from funnelcli.nouns.visit import VISIT
from funnelcli.pages.brief import gist
from funnelcli.pages.drawn_funnel import money
from funnelcli.plain import NamedTuple
from funnelcli.prompt import status
from funnelcli.queries import agenda, find
from funnelcli.queries.funnel import funnel
from funnelcli.queries.processes import processes
from funnelcli.typed import Any
from funnelcli.values import dates, daytext
from funnelcli.values.money import format_money
from funnelcli.values.phones import dial

HITS = 20
"""So many records are found at most."""
LATE = 50
"""So much of what is late is in a day at most."""
BRIEFS = 100
"""So many people have their brief in a day at most."""


def day(conn: sqlite3.Connection, locale: str) -> dict[str, Any]:
    """Today and tomorrow: what has a day, what is late first; a brief on each contact in it, by the
    contact's public id; and how the day stands."""
    today = dates.today()
    tomorrow = today + timedelta(days=1)
    overdue = agenda.entries(conn, None, today)
    # Of what is late, what is so since yesterday is nearer than what is so for a year.
    late = overdue[-LATE:]
    now = agenda.entries(conn, today, tomorrow)
    then = agenda.entries(conn, tomorrow, tomorrow + timedelta(days=1))
    people = dict.fromkeys(
        entry.contact_id for entry in (*now, *then, *late) if entry.contact_id is not None
    )
    briefs = [_brief(conn, one, locale) for one in [*people][:BRIEFS]]
    public = {id_: one.public_id for id_, one in _contacts(conn, people).items()}
    return {
        "asOf": dates.iso_instant(dates.now()),
        "language": language(),
        "day": today.isoformat(),
        "dayText": daytext.day(today),
        "tomorrowText": daytext.day(tomorrow),
        "today": [
            *(_item(entry, public, late=True) for entry in late),
            *(_item(entry, public) for entry in now),
        ],
        "lateMore": len(overdue) - len(late),
        "tomorrow": [_item(entry, public) for entry in then],
        "briefs": {one["id"]: one for one in briefs},
        "numbers": _numbers(conn, locale),
        "outcomes": [{"key": key, "text": _(text)} for key, text in words.OUTCOME.items()],
    }


def named(conn: sqlite3.Connection, told: Mapping[str, Any]) -> list[int]:
    """The ids of the contacts whom a day names, as :func:`day` tells it."""
    items = (*told["today"], *told["tomorrow"])
    public = [*told["briefs"], *(item["contactId"] for item in items if item["contactId"])]
    rows = conn.execute(
        "SELECT id FROM contact WHERE public_id IN (SELECT value FROM json_each(?))",
        (json.dumps(public),),
    )
    return [row[0] for row in rows]


class _Called(NamedTuple):
    """What a contact is called, for the device and for people."""

    public_id: str | None
    name: str | None


def _contacts(conn: sqlite3.Connection, ids: Iterable[int | None]) -> dict[int | None, _Called]:
    """What contacts are called, by their ids."""
    rows = conn.execute(
        "SELECT id, public_id, name FROM contact WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([*ids]),),
    )
    return {id_: _Called(public_id, name) for id_, public_id, name in rows}


def _item(
    entry: agenda.Entry, public: Mapping[int | None, str | None], *, late: bool = False
) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "word": entry.word,
        "id": entry.id,
        "what": entry.text,
        "day": entry.day,
        "dayText": daytext.day(entry.day),
        "starts": entry.starts,
        "minutes": entry.minutes,
        "late": late,
        "contactId": public.get(entry.contact_id),
        "contact": entry.contact,
        "dealId": entry.deal_id,
        "deal": entry.deal,
    }


def brief(conn: sqlite3.Connection, public_id: str, locale: str) -> dict[str, Any]:
    """What to know before a visit to a contact. Raises NotFound."""
    contact_id = naming.of_id(conn, CONTACT, public_id) if is_id(public_id) else None
    if contact_id is None:
        raise naming.missing(CONTACT, public_id)
    return _brief(conn, contact_id, locale)


def _brief(conn: sqlite3.Connection, contact_id: int, locale: str) -> dict[str, Any]:
    known = gist(conn, contact_id, locale)
    contact = known.contact
    return {
        "id": contact.public_id,
        "name": contact.name,
        "organisation": contact.organisation,
        "jobTitle": contact.job_title,
        "doNotContact": bool(contact.do_not_contact),
        "address": known.address,
        "map": known.map,
        "phones": [{"number": number, "tel": dial(number)} for number in contact.phones],
        "emails": list(contact.emails),
        "deals": [
            {
                "id": deal.id,
                "title": deal.title,
                "stage": deal.stage_name,
                "value": ""
                if deal.value is None
                else format_money(deal.value, deal.currency, locale),
            }
            for deal in known.deals
        ],
        "facts": _facts(known.lines),
    }


def _facts(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"label": label, "text": text} for label, text in pairs]


def _numbers(conn: sqlite3.Connection, locale: str) -> list[dict[str, str]]:
    """How the day stands, and of each process with open deals how many, and their value."""
    found = status.count(conn, dates.today().isoformat(), dates.now())
    pairs = [
        (_("Due"), str(found.due)),
        (_("Late"), str(found.late)),
        (_("Rotten"), str(found.rotten)),
    ]
    for process in processes(conn):
        if process.deals:
            now = funnel(conn, process.id, now=dates.now())
            sums = " / ".join(filter(None, money(now.open_amounts, locale)))
            pairs.append((now.name, " · ".join(filter(None, (str(now.open), sums)))))
    return _facts(pairs)


def search(conn: sqlite3.Connection, text: str) -> list[dict[str, Any]]:
    """The records in which words are found, the best first; none for a text without a word."""
    asked = find.question([text])
    if not asked.words:
        return []
    with find.found(conn, asked, HITS) as hits:
        found = list(hits)
    contacts = _contacts(conn, (hit.contact_id for hit in found))
    nobody = _Called(None, None)
    return [
        {
            "kind": hit.kind,
            "word": FOUND.name(hit.kind),
            "id": hit.id,
            "title": hit.title,
            "text": "" if hit.text == hit.title else hit.text,
            "day": hit.day,
            "contactId": contacts.get(hit.contact_id, nobody).public_id,
            "contact": contacts.get(hit.contact_id, nobody).name,
            "dealId": hit.deal_id,
        }
        for hit in found
    ]


def recognised(conn: sqlite3.Connection, text: str, outcome: str | None) -> dict[str, Any]:
    """What a note would be read as, and what is to be said of it; nothing is written. ``outcome``
    is the key of one that was chosen, which the words do not say otherwise, or says that there was
    no visit: then they say no more than what comes next."""
    fields: dict[str, Any] = {"said": text}
    if outcome is not None:
        fields["outcome"] = outcome
    found = visit_words.follow(conn, fields, recognise=True, given=None, due=None)
    pairs = _steps(found) if outcome == NO_VISIT else _read(conn, found, outcome)
    refused = [refusal()] if found.refused else []
    return {"facts": _facts(pairs), "warnings": [*facts(found.warnings), *refused]}


def refusal() -> str:
    """What is said where somebody wants to be left in peace."""
    return _("The words say that they do not want to be contacted any more.")


def _read(conn: sqlite3.Connection, found: Followed, outcome: str | None) -> list[tuple[str, str]]:
    pairs = [
        (_("Outcome"), words.read(words.OUTCOME, outcome or found.outcome)),
        (_("Channel"), words.read(words.CHANNEL, found.channel)),
        (_("Duration"), "" if found.minutes is None else dates.format_duration(found.minutes)),
    ]
    pairs += _steps(found)
    names = queries.catalogue_names(conn, "objection") if found.raised else {}
    pairs += [(_("Objection"), names.get(item.kind, item.kind)) for item in found.raised]
    pairs += [(_(VISIT.fields[name].title), text) for name, text in found.report.items()]
    return [(label, text) for label, text in pairs if text]


def _steps(found: Followed) -> list[tuple[str, str]]:
    return [
        (_("Next step"), ", ".join(filter(None, (step.what, daytext.due(step.due, step.starts)))))
        for step in found.planned
    ]
