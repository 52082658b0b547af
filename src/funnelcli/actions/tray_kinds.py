"""What a note from outside becomes: a visit, a note or data of the contact, a next step."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.actions import (
    attachments,
    filing,
    messages,
    newcomers,
    notes,
    steps,
    visit_words,
)
from funnelcli.actions.incoming import NO_VISIT, Incoming, Received
from funnelcli.actions.recognising.planned import Planned
from funnelcli.actions.report_fields import labels
from funnelcli.errors import FunnelError, Usage
from funnelcli.formats.notes import Enclosed
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.plain import NamedTuple
from funnelcli.values import dates
from funnelcli.values.nothing import is_nothing


class Filing(NamedTuple):
    """A note that is to be filed: taken apart, about whom, about which deal, whether its words are
    to be read."""

    incoming: Incoming
    found: filing.Parts
    whom: filing.Whom
    deal_id: int | None
    recognise: bool


def file(conn: sqlite3.Connection, kind: str, it: Filing) -> Received:
    """Make of a note what it is: a visit, a note of the contact, a next step, data of a contact."""
    return {
        "report": _file_report,
        "letter": _file_letter,
        "memo": _file_memo,
        "card": _file_card,
        "event": _file_event,
    }[kind](conn, it)


def _file_report(conn: sqlite3.Connection, it: Filing) -> Received:
    given = it.found.given
    only_next = {*given} - {"contact", "deal", "due"} == {"next"} and not is_nothing(given["next"])
    if only_next and not it.whom.said:
        return _file_step(conn, it)
    plan = filing.plan(
        conn,
        it.incoming.note,
        it.found,
        it.whom,
        it.incoming.name,
        it.incoming.written_at,
        recognise=it.recognise,
        deal_id=it.deal_id,
    )
    recorded = filing.record(conn, plan)
    return Received(
        "filed",
        visit_id=recorded.visit_id,
        contact_id=plan.contact_id,
        deal_id=plan.deal_id,
        how=it.whom.how,
        recognised=plan.follows.recognised(recorded),
        remarks=[*plan.follows.warnings, *recorded.unrecorded],
        refused=plan.follows.refused,
    )


def _file_step(conn: sqlite3.Connection, it: Filing) -> Received:
    """Of who says nothing but what comes next nobody was visited."""
    assert it.whom.contact_id is not None
    due = filing.due_of(it.found, dates.local_date(it.incoming.written_at))
    deal_id = filing.deal_of(conn, it.found, it.whom.contact_id, it.deal_id)
    step = Planned(it.found.given["next"], *(due or (None, None)))
    step_id = _add_step(conn, step, it.whom.contact_id, deal_id)
    return _noted(it, None)._replace(step_id=step_id, deal_id=deal_id)


def _add_step(conn: sqlite3.Connection, step: Planned, contact_id: int, deal_id: int | None) -> int:
    """Add a next step of the deal, else of the contact; its id."""
    return steps.add(
        conn,
        step.what,
        due=step.due,
        starts=step.starts,
        deal_id=deal_id,
        contact_id=contact_id if deal_id is None else None,
        kind=steps.kind_of(step.what) or "task",
    )


def _file_letter(conn: sqlite3.Connection, it: Filing) -> Received:
    """Keep what a contact wrote as an e-mail of theirs."""
    incoming, note, said = it.incoming, it.incoming.note, it.whom.said
    assert it.whom.contact_id is not None
    day = dates.local_date(incoming.written_at)
    refused = it.recognise and visit_words.read_note(conn, said, day).refused
    address = filing.written_by(note, filing.whole(it.found))[0]
    text = said.removeprefix(note.subject).strip()
    key = note.message_id or incoming.key or incoming.digest or new_id()
    messages.add(
        conn,
        messages.Written(key, note.refers, note.subject, text, len(note.files)),
        contact_id=it.whom.contact_id,
        address=address or note.sender,
        direction="in",
        at=incoming.written_at,
        deal_id=it.deal_id,
    )
    return _noted(it, None, refused=refused)._replace(
        remarks=[_("they wrote it: kept as an e-mail of theirs, and not as a visit")]
    )


def _file_memo(conn: sqlite3.Connection, it: Filing) -> Received:
    assert it.whom.contact_id is not None
    at, _starts = filing.moment(it.found, it.incoming.name, it.incoming.written_at)
    names = [it.incoming.name, *(one.name for one in it.incoming.note.files)]
    text = ", ".join(dict.fromkeys(filter(None, names)))
    return _noted(it, notes.add(conn, text, contact_id=it.whom.contact_id, at=at))


def _noted(it: Filing, note_id: int | None, *, refused: bool = False) -> Received:
    return Received(
        "filed",
        note_id=note_id,
        contact_id=it.whom.contact_id,
        how=it.whom.how,
        refused=refused,
    )


def _file_card(conn: sqlite3.Connection, it: Filing) -> Received:
    """Fill in what a contact lacks of what its card says; of whom nobody visited what was said is
    kept as a note, and what comes next as steps: of the deal, where there is one."""
    contact_id = it.whom.contact_id
    assert contact_id is not None
    if it.incoming.prospect is not None:
        newcomers.fill(conn, contact_id, it.incoming.prospect)
    text, at = it.incoming.note.text.strip(), it.incoming.written_at
    if it.incoming.origin == "folder":
        # What stands on a card of an address book is about the person.
        return _noted(it, notes.add(conn, text, contact_id=contact_id, at=at) if text else None)
    deal_id = filing.deal_of(conn, it.found, contact_id, it.deal_id)
    alone = contact_id if deal_id is None else None
    note_id = notes.add(conn, text, deal_id=deal_id, contact_id=alone, at=at) if text else None
    said = {"said": text, "outcome": NO_VISIT}
    found = filing.follow(conn, it.found, said, at, recognise=it.recognise)
    made = [_add_step(conn, step, contact_id, deal_id) for step in found.planned]
    return _noted(it, note_id)._replace(
        deal_id=deal_id,
        step_id=made[0] if made and note_id is None else None,
        remarks=found.warnings,
        refused=found.refused,
    )


def _file_event(conn: sqlite3.Connection, it: Filing) -> Received:
    from funnelcli.actions import calendar
    from funnelcli.formats.calendar import Answer

    assert it.whom.contact_id is not None
    incoming = it.incoming
    taken = calendar.put(
        conn,
        Answer(
            incoming.key or new_id(),
            incoming.note.subject or incoming.name,
            due=incoming.happened_on,
            starts=incoming.starts,
            minutes=incoming.minutes,
            text=incoming.note.text,
            is_event=True,
        ),
        it.whom.contact_id,
    )
    return _noted(it, None)._replace(step_id=taken.step_id, visit_id=taken.visit_id)


def became(filed: Received) -> dict[str, int | None]:
    """What a note has become, as the inbox keeps it: the contact where there is nothing else."""
    made = {"visit_id": filed.visit_id, "note_id": filed.note_id, "step_id": filed.step_id}
    alone = all(row_id is None for row_id in made.values())
    return {**made, "contact_id": filed.contact_id if alone else None}


def holder(filed: Received) -> tuple[str, int]:
    """The record that the files of a note belong to, as :func:`attachments.add` names it."""
    if filed.visit_id is not None:
        return "visit_id", filed.visit_id
    assert filed.contact_id is not None
    return "contact_id", filed.contact_id


def enclose(
    conn: sqlite3.Connection, files: Sequence[Enclosed], column: str, record_id: int
) -> list[str]:
    """Add the files of a note to a record; why some are not."""
    left = []
    for one in files:
        try:
            attachments.add_data(conn, one.name, one.data, column, record_id)
        except FunnelError as error:
            left.append(f"{one.name}: {error.message}")
    return left


def parts(incoming: Incoming) -> filing.Parts:
    """A note taken apart, with what was said beside its words."""
    found = filing.parts(incoming.note, labels())
    said = {
        "contact": incoming.contact,
        "outcome": incoming.outcome,
        "next": incoming.next_step,
        "due": incoming.due,
    }
    beside = {name: text for name, text in said.items() if text}
    return found._replace(given={**found.given, **beside}) if beside else found


def kind_of(incoming: Incoming) -> str:
    """What a note is, unless that was said: a report of one's own, or nothing but files."""
    if incoming.kind:
        return incoming.kind
    note = incoming.note
    words = note.text.strip() or note.subject.strip() or note.quoted.strip() or incoming.outcome
    return "memo" if note.files and not (words or incoming.next_step) else "report"


def happened_at(found: filing.Parts, incoming: Incoming) -> int:
    """When what a note tells of was (UTC seconds); where that cannot be read, when it was
    written."""
    try:
        at, _starts = filing.moment(found, incoming.name, incoming.written_at)
    except Usage:
        return incoming.written_at
    return at
