"""Notes filed as reports of visits, and what customers wrote as notes of theirs: what a note says,
whom it is about, what is made of it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from datetime import date

from funnelcli.actions import inbox, visit_report, visit_words, visits
from funnelcli.actions.directory import Directory
from funnelcli.actions.recognising.planned import Planned
from funnelcli.actions.report_fields import read_fields
from funnelcli.errors import Usage
from funnelcli.formats import report_text
from funnelcli.formats.notes import Note
from funnelcli.formats.prospects import EMAIL
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.visit import REPORT
from funnelcli.patterns import re
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any
from funnelcli.values import dates, daytext
from funnelcli.values.nothing import is_nothing

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
    """The contact a note is about, or why there is none; how it was found; what was said, without a
    line that only names the contact; whether the contact is who wrote it; and whether there is none
    because it fits several."""

    contact_id: int | None
    how: str
    why: str
    said: str
    wrote: bool = False
    several: bool = False


class Plan(NamedTuple):
    """The visit that a note tells of: ``at`` in UTC seconds, ``starts`` as HH:MM where it is
    known, and the ``day`` on which the note was written."""

    contact_id: int
    deal_id: int | None
    at: int
    starts: str | None
    minutes: int | None
    fields: dict[str, Any]
    follows: visit_words.Followed
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
    conn: sqlite3.Connection, directory: Directory, note: Note, found: Parts, file: str
) -> Whom:
    """Whom a note is about: who wrote it, as far as that is not the user; as its header says, else
    as its subject, first line or file's name, or an address or number in it do. Raises NotFound and
    Ambiguous for what the header says."""
    given, head, text, _problem = found
    said_whole = whole(found)
    written = _written(directory, note, said_whole)
    if written is not None:
        return written
    if given.get("contact"):
        named = naming.resolve(conn, CONTACT, given["contact"], write=True)
        return Whom(named, "header", "", said_whole)
    before, colon, after = head.partition(":")
    headings = [note.subject, *((before,) if colon else ()), head]
    match = directory.match(
        [h for h in headings if h],
        f"{head}\n{text}",
        note.recipients,
        note.quoted,
        os.path.splitext(file)[0],
    )
    said = said_whole
    if colon and directory.match([before], "").name_only:
        said = _joined(after.strip(), text)
    elif directory.match([head], "").name_only:
        said = text
    if not said and note.subject and not directory.match([note.subject], "").name_only:
        said = note.subject
    return Whom(match.contact_id, match.how, match.why, said, several=match.several)


def whole(found: Parts) -> str:
    """What a note says beside its header, every word of it."""
    return _joined(found.head, found.text)


def _written(directory: Directory, note: Note, whole: str) -> Whom | None:
    """Whose words an e-mail has: those of the contact who sent it, or whose message the user
    forwarded without a word; None where the user wrote it."""
    sender, name, text = written_by(note, whole)
    if not is_forwarded(note, whole) and directory.is_own(sender, note.recipients):
        return None
    people = directory.senders(sender, name)
    if len(people) == 1:
        return Whom(next(iter(people)), "email", "", text, wrote=True)
    if people:
        return Whom(None, "", directory.several(people), text, wrote=True, several=True)
    if not sender:
        why = _("it has nothing but what somebody else wrote")
    else:
        why = _(
            "it is from {sender}, who is not on file; if that is you:"
            " funnel config set sender_email {sender}"
        ).format(sender=sender)
    return Whom(None, "", why, text, wrote=True)


def is_forwarded(note: Note, whole: str) -> bool:
    """Whether an e-mail has nothing of its sender's own beside its subject."""
    return not whole and bool(note.quoted)


def written_by(note: Note, whole: str) -> tuple[str, str, str]:
    """The address and the name of whose words an e-mail has, and what it says: its sender, or who
    wrote what that only forwarded."""
    if is_forwarded(note, whole):
        return *_quoted_sender(note.quoted), _joined(note.subject, note.quoted)
    return note.sender, note.sender_name, _joined(note.subject, whole)


def _quoted_sender(quoted: str) -> tuple[str, str]:
    """The address and the name of whom a forwarded message is from; empty where it names none."""
    found = re.search(r"^[*\s]*(?:from|von):[*\s]*(.*)$", quoted, re.IGNORECASE | re.MULTILINE)
    line = found[1] if found else quoted.split("\n", 1)[0]
    address = EMAIL.search(line)
    if address is None:
        return "", ""
    return address[0].lower(), line[: address.start()].strip(" \"'<[(*")


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
    deal_id: int | None = None,
) -> Plan:
    """What is made of a note that was written at ``written`` (UTC seconds) and is about a contact;
    with ``recognise`` the words say what the header does not. Days in it are reckoned from the day
    it was written. It is about the deal ``deal_id``, unless its header names another, else about
    the contact's one open deal. Raises Usage for what does not fit."""
    assert about.contact_id is not None
    given = found.given
    at, starts = moment(found, file, written)
    minutes = dates.parse_duration(given["duration"]) if given.get("duration") else None
    fields = read_fields(conn, {key: value for key, value in given.items() if key in _FIELDS})
    if about.said:
        before = fields.get("said")
        fields["said"] = f"{before}\n\n{about.said}" if before else about.said
    if note.sender and about.how == "email":
        fields.setdefault("channel", "email")
    follows = follow(conn, found, fields, written, recognise=recognise)
    minutes = follows.minutes if minutes is None else minutes
    fields["late"] = int(visits.is_late(at, minutes, written))
    deal_id = deal_of(conn, found, about.contact_id, deal_id)
    day = dates.local_date(written)
    return Plan(about.contact_id, deal_id, at, starts, minutes, fields, follows, day)


def follow(
    conn: sqlite3.Connection, found: Parts, fields: dict[str, Any], written: int, *, recognise: bool
) -> visit_words.Followed:
    """What follows from a note that was written at ``written`` (UTC seconds). Raises Usage."""
    day = dates.local_date(written)
    due = due_of(found, day)
    steps = _steps(found.given.get("next"), due)
    return visit_words.follow(conn, fields, recognise=recognise, given=steps, due=due, today=day)


def due_of(found: Parts, day: date) -> dates.Due | None:
    """When the next step is due that a note of a ``day`` names, if it says. Raises Usage."""
    return dates.parse_due(found.given["due"], day) if found.given.get("due") else None


def deal_of(
    conn: sqlite3.Connection, found: Parts, contact_id: int, deal_id: int | None
) -> int | None:
    """The deal that a note on a contact is about: as its header says, else ``deal_id``, else the
    contact's one open deal. Raises NotFound and Ambiguous."""
    if found.given.get("deal"):
        return naming.resolve(conn, DEAL, found.given["deal"], write=True)
    return visits.open_deal_of(conn, contact_id) if deal_id is None else deal_id


def _steps(what: str | None, due: dates.Due | None) -> list[Planned] | None:
    """The next step that a report names, none for the word "none"; None where it has nothing."""
    if not what:
        return None
    return [] if is_nothing(what) else [Planned(what, *(due or (None, None)))]


def record(conn: sqlite3.Connection, planned: Plan) -> visit_report.Recorded:
    """Record the visit that a note tells of."""
    return visit_report.record(
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


def moment(found: Parts, file: str, written: int) -> tuple[int, str | None]:
    """When the visit was (UTC seconds), and its time of day where it is known: as the note's
    header says, else the day in its heading or its file's name, else when it was written."""
    text = found.given.get("date") or inbox.day_in(f"{found.head} {file}")
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
