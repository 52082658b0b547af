"""Next steps: what is to be done for a deal or a contact, by when."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from funnelcli.actions.columns import check_columns
from funnelcli.db import rows
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.members import MINE, my_id
from funnelcli.nouns.step import STEP
from funnelcli.plain import NamedTuple
from funnelcli.text import fold, search_key
from funnelcli.values import dates, days, daytext
from funnelcli.values.spans import read_span, taken_apart


class Ended(NamedTuple):
    """A step that ended; ``left`` counts the deal's steps still open, None without a deal.
    ``next_id``, ``next_due`` and ``next_starts`` are those of the one that a recurring step has
    made."""

    id: int
    what: str
    deal_id: int | None
    deal_title: str | None
    deal_open: bool
    left: int | None
    next_id: int | None = None
    next_due: str | None = None
    next_starts: str | None = None


# The words by which a step says of itself that it is a visit or a call: its first word, or what
# that ends with ("Beratungstermin"), or a German verb at its end.
_FIRST = {
    "visit": "visit visiting besuche besuchen",
    "call": "call calling callback phone phoning ring ringing anrufen telefonieren zurückrufen",
}
_NOUNS = {
    "call": "telefontermin telefongespräch anruf rückruf telefonat",
    "visit": "termin besuch besichtigung treffen meeting appointment",
}
_LAST = {
    "call": "anrufen zurückrufen durchrufen durchklingeln telefonieren",
    "visit": "besuchen wiederkommen vorbeikommen vorbeifahren vorbeischauen vorbeigehen hinfahren"
    " hingehen hin vorbei reinschauen",
}
# What I do, before the rest of its verb: "ich ruf an".
_MINE = {
    "call": "ruf rufe telefoniere",
    "visit": "besuch besuche",
}
_SUBJECTS = "ich wir dann"
# What is done again as it was done before: by phone where nobody answered, else at the door.
_AGAIN = (
    "nochmal|nochmals|noch mal|noch einmal|erneut|again|nochmal versuchen|nochmal probieren"
    "|erneut versuchen|wieder versuchen|try again|trying again|retry|once more|noch mal versuchen"
    "|noch einmal versuchen|es nochmal versuchen|neuer versuch|zweiter versuch"
)
_PAIRS = ("drop by", "come by", "stop by", "swing by", "come back", "come again", "go back")
_BY_PHONE = "telefonisch telefon phone call telephone"
_ON_SCREEN = ("online", "video", "teams", "zoom")


def kind_of(what: str) -> str | None:
    """What a step's own words say it is, "visit" or "call"; None where they say neither."""
    from funnelcli.actions.recognising.deeds import after_leads

    words = [word.strip(".,:;!?()") for word in fold(what).split()]
    words = after_leads([word for word in words if word])
    if not words:
        return None
    for table, word in ((_FIRST, words[0]), (_LAST, words[-1])):
        for kind, known in table.items():
            if word in map(fold, known.split()):
                return kind
    if " ".join(words[:2]) in _PAIRS:
        return "visit"
    mine = [word for word in words if word not in _SUBJECTS.split()]
    for kind, known in _MINE.items():
        if mine[:1] and mine[0] in known.split():
            return kind
    return _kind_of_noun(words)


def is_another_attempt(what: str) -> bool:
    """Whether a step says no more than that it is done again: "nochmal", "try again"."""
    return fold(what).strip(" .!") in {fold(words) for words in _AGAIN.split("|")}


def _kind_of_noun(words: list[str]) -> str | None:
    """What a step is that begins with a noun: "Termin", but not "Termin vereinbaren"."""
    # A list of steps, which shares a file with their edit, does without.
    from funnelcli.actions.notewords import INFINITIVES

    if words[-1] in map(fold, INFINITIVES.split()):
        return None
    for kind, known in _NOUNS.items():
        if words[0].endswith(tuple(map(fold, known.split()))):
            if kind == "visit" and words[0].startswith(_ON_SCREEN):
                return None
            by_phone = not set(_BY_PHONE.split()).isdisjoint(words[1:])
            return "call" if by_phone else kind
    return None


def read_every(text: str) -> str:
    """How often a step recurs, as a count and a unit (d, w, m, q, y): ``2w``, ``every 2 weeks``,
    ``monthly``, ``alle 14 Tage``. Raises Usage for anything else.
    """
    span = read_span(text)
    if span is None:
        raise Usage(
            _("“{text}” is no interval.").format(text=text),
            _("Write 2w, 10d, monthly, or every 3 months."),
        )
    return span


def after(every: str, counted_from: date, day: date) -> date:
    """The first date of a recurring step that comes after ``day``: ``counted_from`` and a whole
    number of intervals. Counted from one day, not from date to date, the 31st stays the 31st
    where a month has one.
    """
    count, unit = taken_apart(every)
    length = {"d": 1, "w": 7, "m": 31, "q": 92, "y": 366}[unit]
    number = max(1, (day - counted_from).days // (length * count))
    while (following := days.add(counted_from, number * count, unit)) <= day:
        number += 1
    return following


def add(
    conn: sqlite3.Connection,
    what: str,
    *,
    due: str | None,
    deal_id: int | None = None,
    contact_id: int | None = None,
    visit_id: int | None = None,
    at: int | None = None,
    kind: str = "task",
    starts: str | None = None,
    minutes: int | None = None,
    every: str | None = None,
    every_from: str | None = None,
    uid: str | None = None,
    external: tuple[str, str] | None = None,
    ended: tuple[str, int, str | None] | None = None,
    owner_id: int | None = MINE,
) -> int:
    """Record a next step, ``due`` a plain date or None; its id.

    ``kind`` is task, call or visit; ``starts`` the time of day as HH:MM where one was agreed,
    ``minutes`` how long it will take. ``every`` makes it recur, as :func:`read_every` gives it,
    counted from ``every_from`` or else from ``due``. ``uid`` is its name in a calendar that it
    came from, ``external`` another origin, and its id there. ``ended`` is the end of one that is
    over: "done" or "dropped", when (UTC seconds), and what came of it. ``owner_id`` is whose it is
    among the users, without it that of who gives the command.

    Raises Usage without words, for another kind, for a time without a day and for an interval
    without one; Refused for a deal that is lost; NotFound for a deal, a contact, a visit or a user
    that does not exist.
    """
    check_times(due, starts, minutes, every)
    if not what.strip():
        raise Usage(
            _("A next step needs words."), _('Write it like: funnel next 12 "call back" --due fri')
        )
    owner_id = my_id(conn) if owner_id == MINE else owner_id
    references = {"deal_id": deal_id, "contact_id": contact_id, "visit_id": visit_id}
    check_columns(conn, STEP, {**references, "kind": kind, "owner_id": owner_id})
    if deal_id is not None:
        title, status = conn.execute(
            "SELECT title, status FROM deal WHERE id = ?", (deal_id,)
        ).fetchone()
        if status == "lost" and ended is None:
            raise Refused(
                _("The deal {title} is lost.").format(title=title),
                _("`funnel reopen {id}` opens it again.").format(id=deal_id),
            )
    now = dates.now()
    row: rows.Row = {
        "public_id": new_id(),
        "what": what.strip(),
        "search": search_key(what),
        "due": due,
        **references,
        "created_at": now if at is None else at,
        "recorded_at": now,
        "kind": kind,
        "starts": starts,
        "minutes": minutes,
        "every": every,
        "every_from": None if every is None else every_from or due,
        "uid": uid,
        "owner_id": owner_id,
    }
    if external is not None:
        row["external_origin"], row["external_id"] = external
    if ended is not None:
        row["status"], row["ended_at"], row["outcome"] = ended
    return rows.insert(conn, "step", row)


def check_times(
    due: str | None, starts: str | None, minutes: int | None, every: str | None
) -> None:
    """Raise Usage for a time, or an interval, that has no day to stand on, and for a duration of
    no time."""
    if due is None and (starts is not None or every is not None):
        raise Usage(
            _("A time and an interval need a day."), _("Say when with --due, like --due fri.")
        )
    if minutes is not None and minutes < 1:
        raise Usage(_("It takes at least a minute."), _("Write it like --for 1h."))


def end(
    conn: sqlite3.Connection, step_id: int, status: str, at: int, outcome: str | None = None
) -> Ended:
    """End a step: ``status`` "done" or "dropped", with what came of it. A recurring step that is
    done makes the next one; one that is dropped makes none.

    Raises Refused when it has ended already, NotFound when there is none.
    """
    row = conn.execute(
        "SELECT s.what, s.status, s.created_at, d.id, d.title, d.status FROM step AS s"
        " LEFT JOIN deal AS d ON d.id = s.deal_id WHERE s.id = ?",
        (step_id,),
    ).fetchone()
    if row is None:
        raise naming.missing(STEP, str(step_id))
    what, before, created_at, deal_id, title, deal_status = row
    if before != "open":
        raise Refused(
            _("The step {what} has ended already.").format(what=what),
            _("`funnel undo` takes back the last command; `funnel next` adds another step."),
        )
    if at < created_at:
        raise Refused(
            _("The step was made on {day}, after that.").format(
                day=daytext.day(dates.local_date(created_at))
            ),
            _("Give a later time with --at."),
        )
    rows.update(conn, "step", step_id, {"status": status, "ended_at": at, "outcome": outcome})
    made: tuple[int | None, str | None, str | None] = (None, None, None)
    if status == "done" and deal_status != "lost":
        made = _recur(conn, step_id, at)
    left = None
    if deal_id is not None:
        (left,) = conn.execute(
            "SELECT count(*) FROM step WHERE deal_id = ? AND status = 'open'", (deal_id,)
        ).fetchone()
    return Ended(step_id, what, deal_id, title, deal_status == "open", left, *made)


def _recur(
    conn: sqlite3.Connection, step_id: int, at: int
) -> tuple[int | None, str | None, str | None]:
    """Make the next one of a recurring step that was done at ``at``: its id, its day and its time.
    Dates that have passed meanwhile are left out."""
    what, due, deal_id, contact_id, kind, starts, minutes, every, base, owner_id = conn.execute(
        "SELECT what, due, deal_id, contact_id, kind, starts, minutes, every, every_from, owner_id"
        " FROM step WHERE id = ?",
        (step_id,),
    ).fetchone()
    if every is None:
        return None, None, None
    done_on = dates.local_date(at)
    day = max(date.fromisoformat(due), done_on) if due is not None else done_on
    counted_from = date.fromisoformat(base or due or done_on.isoformat())
    following = after(every, counted_from, day).isoformat()
    next_id = add(
        conn,
        what,
        due=following,
        deal_id=deal_id,
        contact_id=contact_id,
        at=at,
        kind=kind,
        starts=starts,
        minutes=minutes,
        every=every,
        every_from=counted_from.isoformat(),
        owner_id=owner_id,
    )
    return next_id, following, starts


FIELDS = ("what", "due", "starts", "minutes", "kind", "every", "owner_id")


def edit(conn: sqlite3.Connection, step_id: int, changes: dict[str, str | int | None]) -> list[str]:
    """Change FIELDS of a step; the names of those that differ now. Without a day there is no time
    of day either. An interval is counted from the step's day; a step that is only moved keeps its
    own, so that one visit may be put off and the next ones come as they would have.

    Raises Usage as :func:`add` does, NotFound for a step or a user that does not exist.
    """
    now = rows.read(conn, "step", FIELDS, step_id)
    if now is None:
        raise naming.missing(STEP, str(step_id))
    if "due" in changes and changes["due"] is None and "starts" not in changes:
        changes["starts"] = None
    changed = [name for name in FIELDS if name in changes and now[name] != changes[name]]
    new = {**now, **changes}
    check_times(new["due"], new["starts"], new["minutes"], new["every"])
    values: rows.Row = {name: changes[name] for name in changed}
    check_columns(conn, STEP, values)
    if "what" in changed:
        values["search"] = search_key(str(changes["what"] or ""))
    if "every" in changes:
        values["every_from"] = None if new["every"] is None else new["due"]
    rows.update(conn, "step", step_id, values)
    return changed


class Waiting(NamedTuple):
    """An open step that somebody may have done: its id, its words, its day as ISO text and its
    time of day, and whether it was for the day that is asked about, or one before."""

    id: int
    what: str
    due: str | None
    starts: str | None
    made_at: int
    past: int


def planned(
    conn: sqlite3.Connection, kind: str, *, contact_id: int | None, deal_id: int | None, at: int
) -> list[Waiting]:
    """The open steps of a kind, visit or call, for the deal or the contact, as of a visit or call
    at ``at`` (UTC seconds), the earliest due first. One that was made later, for a later hour of
    that day, is none of the past; nor is one that is for the organisation of the contact."""
    found = conn.execute(
        "SELECT n.id, n.what, n.due, n.starts, n.created_at,"
        " n.due <= :day AND NOT (n.created_at > :at AND n.due = :day"
        " AND coalesce(n.starts > :clock, 0))"
        " AND (n.deal_id = :deal OR coalesce(n.contact_id, d.contact_id) = :contact)"
        " FROM step AS n LEFT JOIN deal AS d ON d.id = n.deal_id"
        " WHERE n.status = 'open' AND n.kind = :kind AND (n.deal_id = :deal"
        " OR coalesce(n.contact_id, d.contact_id) IN (:contact,"
        " (SELECT c.organisation_id FROM contact AS c WHERE c.id = :contact)))"
        " ORDER BY n.due IS NULL, n.due, n.id",
        {
            "kind": kind,
            "day": dates.local_date(at).isoformat(),
            "clock": dates.local(at).strftime("%H:%M"),
            "at": at,
            "deal": deal_id,
            "contact": contact_id,
        },
    ).fetchall()
    return [Waiting(*row) for row in found]


def tick_off(
    conn: sqlite3.Connection, steps: Iterable[Waiting], at: int, outcome: str | None = None
) -> list[Ended]:
    """End steps as done at ``at`` (UTC seconds), or as they were made where that was later."""
    return [end(conn, step.id, "done", max(at, step.made_at), outcome) for step in steps]


def drop_calls(conn: sqlite3.Connection, contact_id: int, at: int, why: str) -> int:
    """Drop the open calls to a contact, with why; how many there were. A recurring one ends."""
    cursor = conn.execute(
        "UPDATE step SET status = 'dropped', ended_at = max(created_at, ?), outcome = ?"
        " WHERE status = 'open' AND kind = 'call' AND (contact_id = ? OR (contact_id IS NULL"
        " AND deal_id IN (SELECT d.id FROM deal AS d WHERE d.contact_id = ?)))",
        (at, why, contact_id, contact_id),
    )
    return cursor.rowcount


def remove(conn: sqlite3.Connection, step_ids: Sequence[int]) -> None:
    """Remove steps. Raises NotFound when one of them does not exist."""
    for step_id in step_ids:
        if not rows.delete(conn, "step", step_id):
            raise naming.missing(STEP, str(step_id))


def drop_open_steps(conn: sqlite3.Connection, deals: Mapping[int, int], why: str) -> int:
    """Drop every open step of deals, of each as of an instant (UTC seconds), with why; how many
    there were."""
    # A list of steps, which shares a file with what ends them, does without.
    from funnelcli.db import bulk

    cursor = conn.execute(
        "UPDATE step SET status = 'dropped', ended_at = w.at, outcome = ?"
        f" FROM ({bulk.PAIRS.format('deal_id', 'at')}) AS w"
        " WHERE step.deal_id = w.deal_id AND step.status = 'open'",
        (why, bulk.pairs(deals)),
    )
    return cursor.rowcount
