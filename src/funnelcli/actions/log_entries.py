"""What the two logs of a deal say has happened, as entries in the order of time."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.actions import log, log_cache
from funnelcli.actions.standing import DealState
from funnelcli.plain import NamedTuple

# The kinds of entries that are one sequence: none of them can come to lie beyond another.
_MOVES = ("created", "advanced", "skipped", "moved_back", "reopened", "won", "lost", "withdrawn")


class Entry(NamedTuple):
    """Something that the logs of a deal say has happened, at an instant in UTC seconds.

    ``number`` counts from 1 in the order of time. ``stay`` and ``terms`` are the places of its rows
    in the logs; an edit has no stay, a move no terms, a win both.
    """

    number: int
    at: int
    what: str
    stay: int | None
    terms: int | None

    @property
    def moves(self) -> bool:
        """Whether it is an entry of the stage log: a move, a win, a loss."""
        return self.what in _MOVES


def entries(
    stays: Sequence[log_cache.Stay], terms: Sequence[log_cache.Terms], stages: log_cache.Stages
) -> list[Entry]:
    """What the two logs of a deal say has happened, the earliest first; of one second, as a script
    makes it, in the order of each log."""
    told = _told(stays, terms, stages)
    loose = [place for place in range(len(terms)) if place not in told.values()]
    found: list[Entry] = []

    def changed() -> Entry:
        place = loose.pop(0)
        what = _change(terms[place - 1], terms[place])
        return Entry(0, terms[place].valid_from, what, None, place)

    for place, stay in enumerate(stays):
        held = told.get(place)
        while loose and (
            terms[loose[0]].valid_from < stay.entered_at or (held is not None and loose[0] < held)
        ):
            found.append(changed())
        what = "won" if held and terms[held].status == "won" else stay.how
        found.append(Entry(0, stay.entered_at, what, place, held))
    while loose:
        found.append(changed())
    return [entry._replace(number=n) for n, entry in enumerate(found, start=1)]


def entries_of(conn: sqlite3.Connection, deal: DealState) -> list[Entry]:
    """What the logs of this deal say has happened."""
    return entries(*log.read(conn, deal.id), log.stages_of(conn, deal.process_id))


def _told(
    stays: Sequence[log_cache.Stay], terms: Sequence[log_cache.Terms], stages: log_cache.Stages
) -> dict[int, int]:
    """Stay -> the place of the terms that began with it: the first ones with the first, those of a
    win with its move into the won stage, those of a reopening with its move."""
    told = {0: 0}
    for place, stay in enumerate(stays[1:], start=1):
        if stay.how != "reopened" and stages[stay.stage_id][1] != "won":
            continue
        status = "open" if stay.how == "reopened" else "won"
        for index in range(max(told.values()) + 1, len(terms)):
            held = terms[index]
            if (held.valid_from, held.status) == (stay.entered_at, status) and (
                terms[index - 1].status != status
            ):
                told[place] = index
                break
    return told


def _change(before: log_cache.Terms, after: log_cache.Terms) -> str:
    """What other terms are called: a status comes first."""
    if after.status != before.status:
        if after.status == "lost":
            return "withdrawn" if after.reason == log_cache.WITHDRAWN else "lost"
        return "won" if after.status == "won" else "reopened"
    return others(before, after)[0][0]


def others(before: log_cache.Terms, after: log_cache.Terms) -> list[tuple[str, ...]]:
    """What is said otherwise by the terms after, each with what is said together with it."""
    return [
        names
        for names in log_cache.TOGETHER
        if any(getattr(before, name) != getattr(after, name) for name in names)
    ]
