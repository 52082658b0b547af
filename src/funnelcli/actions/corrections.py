"""Putting right what the log of a deal says: when something happened, and why.

The logs hold what was; a correction writes there what was right all along, so that every figure, as
of whatever day, is that of a file in which the right thing was said at once. That it was said
otherwise, and until when, stands in the table ``correction``: what was recorded, what it became,
and when that was recorded. The rows of the logs keep the time at which they were recorded.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from funnelcli.actions import closing, log, log_cache, milestones, restaging, withdrawal
from funnelcli.actions.correction_record import NAMES, record
from funnelcli.actions.log_entries import Entry, entries, entries_of, others
from funnelcli.actions.standing import DealState, check_instant, state
from funnelcli.db import rows
from funnelcli.errors import NotFound, Refused, Usage
from funnelcli.i18n import _, ngettext
from funnelcli.nouns.counted import GONE
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any
from funnelcli.values import dates, daytext

# What is recorded of an open deal, and when it happened: none of it lies before the opening.
_OF_THE_DEAL = {
    "answer": "answered_at",
    "objection": "raised_at",
    "verdict": "decided_at",
    "criterion_tick": "ticked_at",
    "milestone": "done_at",
}


class Corrected(NamedTuple):
    """An entry as it is now, and the fields that are others than before."""

    deal: DealState
    entry: Entry
    fields: list[str]


def correct(
    conn: sqlite3.Connection,
    deal_id: int,
    number: int | None = None,
    *,
    at: int | None = None,
    reason: str | None = None,
    note: str | None = None,
    competitor: str | None = None,
) -> Corrected:
    """Put right an entry of a deal's log, by its number, the last of the stage log without one:
    when it happened (UTC seconds), why, and of a loss also its note and to whom.

    Raises NotFound where there is no such entry; Refused for a time that contradicts another entry,
    which it names; Usage for what the entry does not have.
    """
    deal = state(conn, deal_id)
    stays, terms = log.read(conn, deal_id)
    found = entries(stays, terms, log.stages_of(conn, deal.process_id))
    entry = pick(deal, found, number)
    changes: dict[str, tuple[str | int | None, str | int | None]] = {}
    if reason is not None or note is not None or competitor is not None:
        changes |= _other_words(conn, deal, entry, stays, terms, reason, note, competitor)
    then = entry.at
    if at is not None and check_instant(at) != then:
        _check_time(conn, deal, found, entry, terms, at)
        _move_in_time(conn, deal_id, entry, at)
        changes["at"] = (then, at)
        entry = entry._replace(at=at)
    log.refresh(conn, deal_id)
    if entry.at != then:
        _let_follow(conn, deal_id, entry, then)
    changed = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    for name, (was, became) in changed.items():
        record(conn, entry.at, entry.what, name, was, became, deal_id=deal_id)
    now = next(
        one
        for one in entries_of(conn, deal)
        if (one.at, one.what, one.stay) == (entry.at, entry.what, entry.stay)
    )
    return Corrected(deal, now, list(changed))


def pick(deal: DealState, found: Sequence[Entry], number: int | None) -> Entry:
    """The entry of this number; without one the last of the stage log. Raises NotFound."""
    if number is None:
        return [entry for entry in found if entry.moves][-1]
    if not 1 <= number <= len(found):
        raise NotFound(
            _("The log of {title} has no entry {n}.").format(title=deal.title, n=number),
            _("`funnel deal log {id}` lists them.").format(id=deal.id),
        )
    return found[number - 1]


# Why ----------------------------------------------------------------------------------------------


def _other_words(
    conn: sqlite3.Connection,
    deal: DealState,
    entry: Entry,
    stays: Sequence[log_cache.Stay],
    terms: Sequence[log_cache.Terms],
    reason: str | None,
    note: str | None,
    competitor: str | None,
) -> dict[str, tuple[str | int | None, str | int | None]]:
    """Write another reason, note and competitor; each with what it was."""
    lost = entry.what in ("lost", "withdrawn")
    if not entry.moves:
        raise Usage(
            _("Entry {n} has no reason: {text}.").format(n=entry.number, text=_(NAMES[entry.what])),
            _("Give another day with --at."),
        )
    if not lost and (note is not None or competitor is not None):
        raise Usage(
            _("Only a loss has a note and a competitor."), _("Give the reason with --reason.")
        )
    if entry.what == "withdrawn" and (reason is not None or competitor is not None):
        raise Usage(
            _("A withdrawal has no other reason."), _("Give how it was declared with --note.")
        )
    changes: dict[str, tuple[str | int | None, str | int | None]] = {}
    if lost:
        assert entry.terms is not None
        held = terms[entry.terms]
        new_note = held.note if note is None else (note.strip() or None)
        key = held.reason
        if reason is not None:
            key = closing.lost_reason(conn, reason, new_note)
        elif note is not None and key is not None and key != log_cache.WITHDRAWN:
            closing.lost_reason(conn, key, new_note)
        _write(conn, "terms", deal.id, entry.terms, {"reason": key, "note": new_note})
        changes |= {"reason": (held.reason, key), "note": (held.note, new_note)}
    elif reason is not None:
        changes["reason"] = _other_reason(conn, deal, entry, stays, terms, reason.strip() or None)
    if competitor is not None:
        new = competitor.strip() or None
        before = rows.read(conn, "deal", ("competitor",), deal.id)
        assert before is not None
        rows.update(conn, "deal", deal.id, {"competitor": new})
        changes["competitor"] = (before["competitor"], new)
    return changes


def _other_reason(
    conn: sqlite3.Connection,
    deal: DealState,
    entry: Entry,
    stays: Sequence[log_cache.Stay],
    terms: Sequence[log_cache.Terms],
    reason: str | None,
) -> tuple[str | None, str | None]:
    if reason is None and entry.what == "moved_back":
        raise Usage(_("Moving back needs a reason."), _("Give it with --reason."))
    if entry.stay is not None:
        before = stays[entry.stay].reason
        _write(conn, "stay", deal.id, entry.stay, {"reason": reason})
    else:
        assert entry.terms is not None
        before = terms[entry.terms].reason
    if entry.terms is not None and entry.what == "reopened":
        _write(conn, "terms", deal.id, entry.terms, {"reason": reason})
    return before, reason


_START = {"stay": "entered_at", "terms": "valid_from"}


def _ids(conn: sqlite3.Connection, table: str, deal_id: int) -> list[int]:
    found = conn.execute(
        f"SELECT id FROM {table} WHERE deal_id = ? ORDER BY {_START[table]}, id", (deal_id,)
    )
    return [row_id for (row_id,) in found]


def _write(
    conn: sqlite3.Connection, table: str, deal_id: int, place: int, changes: rows.Row
) -> None:
    """Change the row at a place of a deal's log."""
    rows.update(conn, table, _ids(conn, table, deal_id)[place], changes)


# When ---------------------------------------------------------------------------------------------


def _check_time(
    conn: sqlite3.Connection,
    deal: DealState,
    found: Sequence[Entry],
    entry: Entry,
    terms: Sequence[log_cache.Terms],
    at: int,
) -> None:
    """Raise Refused where an entry would come to lie beyond one that it belongs before or after."""
    low, high = sorted((entry.at, at))
    for other in found if at > entry.at else reversed(found):
        between = low <= other.at <= high and (other.number > entry.number) == (at > entry.at)
        beyond = other.number != entry.number and other.at != at
        if between and beyond and _keep_order(entry, other, terms):
            raise _stands_in_the_way(deal, other)
    if entry.what == "withdrawn":
        _check_withdrawal(conn, deal, entry, at)
    if entry.number == 1 and at > entry.at:
        for table, column in _OF_THE_DEAL.items():
            (first,) = conn.execute(
                f"SELECT min({column}) FROM {table} WHERE deal_id = ?", (deal.id,)
            ).fetchone()
            if first is not None and first < at:
                raise Refused(
                    _("In the way stands what was recorded for {when}: {what}.").format(
                        when=daytext.moment(first, seconds=True),
                        what=ngettext(*GONE[table], 1).format(n=1),
                    ),
                    _("Give a time before it with --at."),
                )


def _check_withdrawal(conn: sqlite3.Connection, deal: DealState, entry: Entry, at: int) -> None:
    """Let a withdrawal come at another instant; one that was sent on the day it came is sent on the
    other day. Raises Refused where it was sent after the period, or after it came."""
    held = rows.read(conn, "deal", ("withdrawal_sent_on",), deal.id)
    assert held is not None
    sent, day = held["withdrawal_sent_on"], dates.local_date(at).isoformat()
    if sent is None or sent == dates.local_date(entry.at).isoformat():
        sent = day
    if sent > day:
        raise Refused(
            _("It was sent on {sent} and cannot have come on {came}.").format(
                sent=daytext.day(sent), came=daytext.day(day)
            ),
            _("Give a later time with --at."),
        )
    ended = withdrawal.check_sent(conn, deal, sent)
    if ended is not None:
        raise Refused(
            _("The withdrawal period ended on {day}.").format(day=daytext.day(ended)),
            _("`funnel deal edit {id} --revocable-until DATE` puts its last day right.").format(
                id=deal.id
            ),
        )
    rows.update(conn, "deal", deal.id, {"withdrawal_sent_on": sent})


def _keep_order(entry: Entry, other: Entry, terms: Sequence[log_cache.Terms]) -> bool:
    """Whether two entries may not change places: moves and status are one sequence, each field of
    the terms is another, and nothing lies before the opening."""
    if (entry.moves and other.moves) or 1 in (entry.number, other.number):
        return True
    if entry.terms is None or other.terms is None:
        return False
    return bool(_changed(terms, entry.terms) & _changed(terms, other.terms))


def _changed(terms: Sequence[log_cache.Terms], place: int) -> set[str]:
    """The fields that became others with the terms at a place."""
    before, after = terms[place - 1], terms[place]
    return {name for names in others(before, after) for name in names}


def _stands_in_the_way(deal: DealState, other: Entry) -> Refused:
    return Refused(
        _("In the way stands entry {n}: {text}, {when}.").format(
            n=other.number, text=_(NAMES[other.what]), when=daytext.moment(other.at, seconds=True)
        ),
        _(
            "Correct that one first, or give another time; `funnel deal log {id}` lists them."
        ).format(id=deal.id),
    )


def _move_in_time(conn: sqlite3.Connection, deal_id: int, entry: Entry, at: int) -> None:
    """Let an entry begin at another instant in both logs."""
    if entry.stay is not None:
        ids = _ids(conn, "stay", deal_id)
        rows.update(conn, "stay", ids[entry.stay], {"entered_at": at})
        if entry.stay:
            rows.update(conn, "stay", ids[entry.stay - 1], {"left_at": at})
    if entry.terms is not None:
        before = log.book_of(conn, deal_id).held
        terms = [held.terms for held in before]
        wanted = [
            before[place]._replace(terms=held._replace(valid_on=held.day))
            for place, held in _replayed(terms, entry.terms, at)
        ]
        log.rewrite(conn, deal_id, before, wanted)


def _replayed(
    terms: Sequence[log_cache.Terms], moved: int, at: int
) -> Iterator[tuple[int, log_cache.Terms]]:
    """The terms, each with the place it had, where what changed at one place changed at another
    instant."""
    changes: list[tuple[int, int, dict[str, Any]]] = []
    for place, held in enumerate(terms):
        new = _changed(terms, place) if place else set(held._fields) - {"valid_to"}
        values = {name: getattr(held, name) for name in new}
        values |= {name: getattr(held, name) for name in ("reason", "note", "provenance")}
        if place == moved and held.provenance == "estimated":
            values["provenance"] = "live"  # now somebody has said it
        start, values["valid_on"] = (at, "") if place == moved else (held.valid_from, held.valid_on)
        changes.append((start, place, values | {"valid_from": start}))
    changes.sort(key=lambda change: change[:2])
    current = terms[0]
    for n, (_start, place, values) in enumerate(changes):
        after = changes[n + 1][0] if n + 1 < len(changes) else None
        current = current._replace(**{**values, "valid_to": after})
        if current.status == "won" and current.value is None:
            # A win has a value: where it was known later only, that one.
            current = current._replace(value=terms[-1].value, currency=terms[-1].currency)
        yield place, current


def _let_follow(conn: sqlite3.Connection, deal_id: int, entry: Entry, was: int) -> None:
    """Move what the program dated by an entry that was at ``was``: the steps and offers that a loss
    ended, the milestones that a win planned, the stage of what happened meanwhile."""
    at = entry.at
    restaging.restage(conn, {deal_id: min(at, was)})
    if entry.what in ("lost", "withdrawn"):
        conn.execute(
            "UPDATE step SET ended_at = ? WHERE deal_id = ? AND status = 'dropped'"
            " AND ended_at = ?",
            (at, deal_id, was),
        )
        conn.execute(
            "UPDATE offer SET decided_at = max(?, created_at) WHERE deal_id = ?"
            " AND status = 'declined' AND decided_at = max(?, created_at)",
            (at, deal_id, was),
        )
    if entry.what == "won":
        milestones.plan_anew(conn, deal_id, was, at)
        withdrawal.refresh(conn, deal_id)
