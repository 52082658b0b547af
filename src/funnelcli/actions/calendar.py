"""What a calendar answers: steps ticked off, moved, called off."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from funnelcli.actions import steps
from funnelcli.errors import FunnelError
from funnelcli.i18n import _
from funnelcli.queries.calendar import HOST, CalendarStep, by_uid, state
from funnelcli.values import dates

if TYPE_CHECKING:
    from funnelcli.actions.inbox import Directory
    from funnelcli.formats.calendar import Answer

CHANGES = ("done", "dropped", "moved", "added")


class Taken(NamedTuple):
    """What became of one entry: ``how`` is one of CHANGES, unchanged or skipped, ``why`` says why
    it was skipped. ``next_due`` and ``next_starts`` are the day and the time of the step that
    a recurring one has made."""

    how: str
    summary: str
    uid: str
    step_id: int | None = None
    due: str | None = None
    starts: str | None = None
    why: str = ""
    next_due: str | None = None
    next_starts: str | None = None


def take(conn: sqlite3.Connection, answers: Iterable[Answer], *, new: bool = False) -> list[Taken]:
    """Take a calendar's answers; what became of each. With ``new`` an entry that is not from here
    becomes a step, where it names one contact. A second time the same answers change nothing.
    """
    directory: Directory | None = None
    taken = []
    for answer in answers:
        step = by_uid(conn, answer.uid) if answer.uid else None
        if step is None and new and not answer.problem and not answer.uid.endswith(f"@{HOST}"):
            if directory is None:
                from funnelcli.actions.inbox import Directory

                directory = Directory(conn)
            taken.append(_add(conn, answer, directory))
        else:
            taken.append(_answer(conn, answer, step))
    return taken


def _skip(answer: Answer, why: str, step: CalendarStep | None = None) -> Taken:
    return Taken("skipped", answer.named, answer.uid, None if step is None else step.id, why=why)


def _answer(conn: sqlite3.Connection, answer: Answer, step: CalendarStep | None) -> Taken:
    """Take what the calendar's user made of a step."""
    if step is None:
        ours = answer.uid.endswith(f"@{HOST}") and answer.state is None
        why = _("only next steps come back") if ours else _("it is not from here")
        return _skip(answer, answer.problem or why)
    if answer.problem:
        return _skip(answer, answer.problem, step)
    if answer.repeats:
        return _skip(answer, _("it is a series in the calendar"), step)
    due, starts, minutes = answer.due, answer.starts, answer.minutes
    if due is None and answer.state is None:
        # Only where the day was there before has somebody taken it out.
        due, starts = step.due, step.clock
    if minutes is None:
        minutes = step.minutes
    # An event cannot be ticked off: while it stands it says nothing of whether it is done.
    status = answer.status
    if answer.is_event and status == "open" and step.status == "done":
        status = "done"
    now = (due, starts, minutes, status)
    if now == (step.due, step.clock, step.minutes, step.status):
        return Taken("unchanged", answer.named, answer.uid, step.id)
    if answer.state == state(*now):
        # It comes back as it went: the change was made here.
        return Taken("unchanged", answer.named, answer.uid, step.id)
    if answer.modified_at is not None and answer.modified_at < step.settled_at:
        return _skip(answer, _("it was changed here since"), step)
    if step.status != "open":
        return _skip(answer, _("it has ended here already"), step)
    try:
        return _change(conn, answer, step, due, starts, minutes)
    except FunnelError as error:
        return _skip(answer, error.message, step)


def _change(
    conn: sqlite3.Connection,
    answer: Answer,
    step: CalendarStep,
    due: str | None,
    starts: str | None,
    minutes: int | None,
) -> Taken:
    how = "moved"
    following: tuple[str | None, str | None] = (None, None)
    if (due, starts, minutes) != (step.due, step.clock, step.minutes):
        steps.edit(conn, step.id, {"due": due, "starts": starts, "minutes": minutes})
    if answer.status != "open":
        how = answer.status
        said = answer.ended_at
        if said is None and (answer.modified_at or 0) > step.settled_at:
            said = answer.modified_at
        said = said or dates.now()
        at = min(max(said, step.created_at), dates.now())
        ended = steps.end(conn, step.id, how, at)
        following = (ended.next_due, ended.next_starts)
    return Taken(how, answer.named, answer.uid, step.id, due, starts, "", *following)


def _add(conn: sqlite3.Connection, answer: Answer, directory: Directory) -> Taken:
    """Make a step of an entry of the calendar's own."""
    from funnelcli.actions.visits import open_deal_of

    if not answer.uid or not answer.summary:
        return _skip(answer, _("it has no name"))
    if answer.repeats:
        return _skip(answer, _("it is a series in the calendar"))
    if answer.status != "open":
        return _skip(answer, _("it is over"))
    if answer.due is None or answer.due < dates.today().isoformat():
        why = _("it has no day") if answer.due is None else _("it lies behind")
        return _skip(answer, why)
    text = f"{answer.place}\n{answer.text}"
    found = directory.match([answer.summary], text, answer.addresses)
    if found.contact_id is None:
        return _skip(answer, found.why)
    deal_id = open_deal_of(conn, found.contact_id)
    try:
        step_id = steps.add(
            conn,
            answer.summary,
            due=answer.due,
            deal_id=deal_id,
            contact_id=None if deal_id is not None else found.contact_id,
            kind=steps.kind_of(answer.summary) or "task",
            starts=answer.starts,
            minutes=answer.minutes,
            uid=answer.uid,
        )
    except FunnelError as error:
        return _skip(answer, error.message)
    return Taken("added", answer.named, answer.uid, step_id, answer.due, answer.starts)
