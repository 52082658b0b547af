"""Notes filed as reports of visits: what a note says, whom it is about, what is made of it."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from funnelcli.actions import inbox, visit_report, visits
from funnelcli.actions.report_fields import read_fields
from funnelcli.errors import Usage
from funnelcli.formats import report_text
from funnelcli.formats.notes import Note
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.visit import REPORT
from funnelcli.values import dates, daytext

# The fields of a report that a note's header may give, by name.
_FIELDS = frozenset(REPORT)


class Parts(NamedTuple):
    """A note taken apart: the fields it gives, its first line, the rest of its text, and what is
    wrong with it."""

    given: dict[str, str]
    head: str
    text: str
    problem: str


class Whom(NamedTuple):
    """The contact a note is about, or why there is none; how it was found; and what was said,
    without a line that only names the contact."""

    contact_id: int | None
    how: str
    why: str
    said: str


class Plan(NamedTuple):
    """The visit that a note tells of: ``at`` in UTC seconds, ``starts`` as HH:MM where it is
    known, and the ``day`` on which the note was written."""

    contact_id: int
    deal_id: int | None
    at: int
    starts: str | None
    minutes: int | None
    fields: dict[str, Any]
    follows: visit_report.Followed
    day: date


def parts(note: Note, labels: Mapping[str, str]) -> Parts:
    """What a note says, by the ``labels`` of a report's fields. The header may come first, between
    lines of dashes or not, or after the first line."""
    found = report_text.read(note.text, labels, strict=False)
    head, _newline, rest = found.before.strip().partition("\n")
    if not found.header and rest:
        below = report_text.read(rest, labels, strict=False)
        if below.header:
            found = below
            rest = below.before
    problem = ""
    if found.problems:
        problem = _("line {n} of the header cannot be read: {text}").format(
            n=found.problems[0].line, text=found.problems[0].text
        )
    head = re.sub(r"^#+\s*", "", head.strip())
    return Parts({**found.header, **found.texts}, head, rest.strip(), problem)


def whom(
    conn: sqlite3.Connection, directory: inbox.Directory, note: Note, found: Parts, file: str
) -> Whom:
    """Whom a note is about: as its header says, else as its subject, first line or file's name, or
    an address or number in it do. Raises NotFound and Ambiguous for what the header says."""
    given, head, text, _problem = found
    whole = _joined(head, text)
    if given.get("contact"):
        named = naming.resolve(conn, CONTACT, given["contact"], write=True)
        return Whom(named, "header", "", whole)
    before, colon, after = head.partition(":")
    headings = [note.subject, *((before,) if colon else ()), head, os.path.splitext(file)[0]]
    match = directory.match([h for h in headings if h], f"{head}\n{text}", note.addresses)
    said = whole
    if colon and directory.match([before], "", ()).name_only:
        said = _joined(after.strip(), text)
    elif directory.match([head], "", ()).name_only:
        said = text
    return Whom(match.contact_id, match.how, match.why, said)


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def plan(
    conn: sqlite3.Connection,
    note: Note,
    found: Parts,
    about: Whom,
    file: str,
    written: int,
    *,
    recognise: bool,
) -> Plan:
    """What is made of a note that was written at ``written`` (UTC seconds) and is about a contact;
    with ``recognise`` the words say what the header does not. Days in it are reckoned from the day
    it was written. Raises Usage for what does not fit."""
    assert about.contact_id is not None
    given = found.given
    at, starts = _moment(given, f"{found.head} {file}", written)
    minutes = dates.parse_duration(given["duration"]) if given.get("duration") else None
    fields = read_fields({key: value for key, value in given.items() if key in _FIELDS})
    if about.said:
        before = fields.get("said")
        fields["said"] = f"{before}\n\n{about.said}" if before else about.said
    if note.addresses and about.how == "email":
        fields.setdefault("channel", "email")
    day = dates.local_date(written)
    due = given.get("due")
    follows = visit_report.follow(
        conn,
        fields,
        recognise=recognise,
        next_what=given.get("next") or None,
        due=dates.parse_due(due, day) if due else None,
        today=day,
    )
    fields["late"] = int(visits.is_late(at, minutes, written))
    deal_id: int | None
    if given.get("deal"):
        deal_id = naming.resolve(conn, DEAL, given["deal"], write=True)
    else:
        deal_id = visits.open_deal_of(conn, about.contact_id)
    return Plan(about.contact_id, deal_id, at, starts, minutes, fields, follows, day)


def put(conn: sqlite3.Connection, planned: Plan, content: str, file: str) -> int:
    """Record the visit, and that its note (of this SHA-256, in hexadecimal) was taken, which
    belong into one transaction; the visit's id."""
    visit_id = visit_report.record(
        conn,
        contact_id=planned.contact_id,
        deal_id=planned.deal_id,
        at=planned.at,
        starts=planned.starts,
        minutes=planned.minutes,
        fields=planned.fields,
        planned=planned.follows.planned,
        raised=planned.follows.raised,
        today=planned.day,
    )
    inbox.take(conn, content, file, visit_id)
    return visit_id


def _moment(given: dict[str, str], heading: str, written: int) -> tuple[int, str | None]:
    """When the visit was (UTC seconds), and its time of day where it is known: as the note's
    header says, else the day in its heading or its file's name, else when it was written."""
    text = given.get("date") or inbox.day_in(heading)
    if not text:
        return written, dates.local(written).strftime("%H:%M")
    at = dates.parse_when(text)
    timed = dates.names_time(text)
    if not timed and dates.local_date(at) == dates.local_date(written):
        return written, None
    if at > dates.now():
        raise Usage(
            _("A visit on {day} has not happened yet.").format(
                day=daytext.day(dates.local_date(at))
            ),
            "",
        )
    return at, dates.local(at).strftime("%H:%M") if timed else None
