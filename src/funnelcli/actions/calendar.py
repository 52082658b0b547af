"""What a calendar answers: steps ticked off, moved, called off."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date, time

from funnelcli.actions import steps
from funnelcli.errors import FunnelError
from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.queries.calendar import HOST, CalendarStep, by_uid, state
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values import dates

if TYPE_CHECKING:
    from funnelcli.actions.directory import Directory, Match
    from funnelcli.formats.calendar import Answer

CHANGES = ("done", "dropped", "moved", "added")
RECORDED = "recorded"
# Where visits come from that a calendar had.
_ORIGIN = "ics"


class Taken(NamedTuple):
    """What became of one entry: ``how`` is one of CHANGES, RECORDED, unchanged or skipped, ``why``
    says why it was skipped, ``unlinked`` whether it is one of the calendar's own that could not be
    taken. ``next_due`` and ``next_starts`` are the day and the time of the step that a recurring
    one has made, ``visit_id`` is the visit that was recorded."""

    how: str
    summary: str
    uid: str
    step_id: int | None = None
    due: str | None = None
    starts: str | None = None
    why: str = ""
    next_due: str | None = None
    next_starts: str | None = None
    visit_id: int | None = None
    unlinked: bool = False


def take(conn: sqlite3.Connection, answers: Iterable[Answer], *, new: bool = False) -> list[Taken]:
    """Take a calendar's answers; what became of each. With ``new`` an entry that is not from here
    becomes a step, and one that is over a visit or a call, where it names one contact. A second
    time the same answers change nothing.
    """
    directory: Directory | None = None
    taken = []
    for answer in answers:
        step = by_uid(conn, answer.uid) if answer.uid else None
        if step is None and new and not answer.problem and not answer.uid.endswith(f"@{HOST}"):
            if directory is None:
                from funnelcli.actions.directory import Directory

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
    """Make a step of an entry of the calendar's own, or of what is over a visit."""
    if not answer.uid or not answer.summary:
        return _skip(answer, _("it has no name"))
    if answer.repeats:
        return _skip(answer, _("it is a series in the calendar"))
    if answer.status != "open":
        return _skip(answer, _("it is over"))
    past = answer.is_event and _lies_behind(answer)
    if not past and (answer.due is None or answer.due < dates.today().isoformat()):
        why = _("it has no day") if answer.due is None else _("it lies behind")
        return _skip(answer, why)
    held = _visit_of(conn, answer) if past else None
    if held is not None:
        return Taken("unchanged", answer.named, answer.uid, visit_id=held)
    found = _match(answer, directory)
    if found.contact_id is None:
        return _skip(answer, found.why)._replace(unlinked=True)
    try:
        return put(conn, answer, found.contact_id)
    except FunnelError as error:
        return _skip(answer, error.message)._replace(unlinked=True)


def put(conn: sqlite3.Connection, answer: Answer, contact_id: int) -> Taken:
    """Make a step for a contact of an entry of the calendar's own, or of what is over a visit.
    Raises FunnelError."""
    from funnelcli.actions.visits import open_deal_of

    if answer.is_event and _lies_behind(answer):
        return _record(conn, answer, contact_id)
    deal_id = open_deal_of(conn, contact_id)
    step_id = steps.add(
        conn,
        answer.summary,
        due=answer.due,
        deal_id=deal_id,
        contact_id=None if deal_id is not None else contact_id,
        kind=steps.kind_of(answer.summary) or "task",
        starts=answer.starts,
        minutes=answer.minutes,
        uid=answer.uid,
    )
    return Taken("added", answer.named, answer.uid, step_id, answer.due, answer.starts)


def _match(answer: Answer, directory: Directory) -> Match:
    return directory.match([answer.summary], f"{answer.place}\n{answer.text}", answer.addresses)


def _lies_behind(answer: Answer) -> bool:
    """Whether an event has ended: one without a time of day with its day."""
    if answer.due is None:
        return False
    if answer.starts is None or answer.due != dates.today().isoformat():
        return answer.due < dates.today().isoformat()
    return _started_at(answer) + (answer.minutes or 0) * 60 <= dates.now()


def _started_at(answer: Answer) -> int:
    """When an event began, in UTC seconds; one without a time of day at noon."""
    day = date.fromisoformat(answer.due or "")
    return dates.at_time(day, time.fromisoformat(answer.starts or "12:00"))


def _visit_of(conn: sqlite3.Connection, answer: Answer) -> int | None:
    """The visit that an entry of a calendar has become before."""
    row = conn.execute(
        "SELECT id FROM visit WHERE external_origin = ? AND external_id = ?", (_ORIGIN, answer.uid)
    ).fetchone()
    return None if row is None else int(row[0])


def _record(conn: sqlite3.Connection, answer: Answer, contact_id: int) -> Taken:
    """Record the visit, or the call, that an event of the calendar's own was."""
    from funnelcli.actions import visits

    at = _started_at(answer)
    deal_id = visits.open_deal_of(conn, contact_id)
    if deal_id is not None:
        (opened_on,) = conn.execute(
            "SELECT opened_on FROM deal WHERE id = ?", (deal_id,)
        ).fetchone()
        # What was before the deal was about something else.
        deal_id = deal_id if opened_on <= str(answer.due) else None
    visit_id = visits.add(
        conn,
        contact_id=contact_id,
        deal_id=deal_id,
        at=at,
        starts=answer.starts,
        minutes=answer.minutes,
        fields={
            "channel": _channel(answer),
            "occasion": answer.summary,
            "said": answer.text or None,
            # Nobody was late who wrote it down elsewhere.
            "late": 0,
            "external_origin": _ORIGIN,
            "external_id": answer.uid,
        },
    )
    return Taken(
        *(RECORDED, answer.named, answer.uid, None, answer.due, answer.starts), visit_id=visit_id
    )


def _channel(answer: Answer) -> str:
    """How people met, as words of the event and its place say it."""
    from funnelcli.actions.importing import activity_words as words

    kind = words.type_of(answer.summary)
    if kind == words.VIDEO or words.is_on_screen(answer.place):
        return "video"
    if kind == words.CALL or steps.kind_of(answer.summary) == "call":
        return "phone"
    return words.CHANNELS.get(kind or "", "on_site")
