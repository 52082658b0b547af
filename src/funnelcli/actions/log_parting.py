"""Parting what one command did to the terms of a deal from what later ones did.

Each row of the log says all that holds for a while, so a later edit of the close ends the row of an
earlier edit of the value and carries that value on: two commands meet in a row, though what they
said has nothing to do with each other. What has is the course of each field: since when it was
what. A command is parted from the later ones where no field's course was changed by both. Then the
log is written anew, from the courses that it changed as they were and the others as they are.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from functools import partial

from funnelcli.actions.log import rewrite
from funnelcli.actions.log_book import Held
from funnelcli.actions.log_cache import TOGETHER, Terms
from funnelcli.db import selective
from funnelcli.db.rows import dicts
from funnelcli.db.selective import Blocked, Log, Values, current
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any

# What is said of a change beside what became other.
_SAID = ("valid_from", "valid_on", "reason", "note", "provenance")
_ALL = frozenset(TOGETHER)


class _States(NamedTuple):
    """The log of a deal as it ``was`` before a command, ``then``, behind it, and as it is
    ``now``."""

    was: list[Held]
    then: list[Held]
    now: list[Held]


def logs(conn: sqlite3.Connection, entries: tuple[int, int]) -> list[Log]:
    """The logs of terms that entries of the journal, from one to another, touched, and later ones
    too; of the rows that :func:`funnelcli.db.selective.look` noted."""
    touched = conn.execute(
        "SELECT table_name, row_id FROM temp.touched WHERE table_name = 'terms'"
        " AND later IS NOT NULL"
    ).fetchall()
    deals: set[int] = set()
    moved: set[int] = set()
    for row in selective.states(conn, touched):
        whose = {held["deal_id"] for held in (row.was, row.then, row.now) if held}
        if len(whose) > 1:
            # The row of a removed deal, and another deal's that has its id since.
            moved |= whose
        elif row.since or (row.then is None) != (row.now is None):
            deals |= whose
    deals -= moved
    return [_log(conn, *one) for one in _states(conn, deals, entries[1])] if deals else []


def _log(conn: sqlite3.Connection, deal_id: int, rows: set[int], states: _States) -> Log:
    found = _parted(states)
    if isinstance(found, set):
        return Log("terms", rows, Blocked("deal", deal_id, frozenset(found)), None)
    gone = {held.id for held in found} - {held.id for held in states.now}
    taken = current(conn, "terms", [row_id for row_id in gone if row_id])
    wanted = [held._replace(id=None) if held.id in taken else held for held in found]
    write = partial(rewrite, conn, deal_id, states.now, wanted)
    return Log("terms", rows, Blocked("deal", deal_id), write)


def _states(
    conn: sqlite3.Connection, deals: set[int], last: int
) -> Iterator[tuple[int, set[int], _States]]:
    """The terms of these deals in their states, each with the rows that were noted; ``last`` is the
    last entry of the command."""
    found: dict[int, tuple[set[int], _States]] = {
        deal_id: (set(), _States([], [], [])) for deal_id in deals
    }

    def put(states: Sequence[Values | None], noted: Sequence[int] = ()) -> None:
        for place, row in enumerate(states):
            if row is not None and row["deal_id"] in found:
                rows, log = found[row["deal_id"]]
                rows.update(noted)
                terms = Terms(**{name: row[name] for name in Terms._fields})
                log[place].append(Held(row["id"], row["recorded_at"], terms))

    noted: set[int] = set()
    for row in selective.rows(conn):
        if row.table == "terms":
            noted.add(row.id)
            put((row.was, row.then, row.now), [row.id])
    for row_id, then, now in _untouched(conn, deals, last):
        if row_id not in noted:
            put((then, then, now))
    for deal_id, (rows, states) in found.items():
        for held in states:
            held.sort(key=_in_time)
        yield deal_id, rows, states


def _in_time(held: Held) -> tuple[int, int]:
    """By what rows of a log are ordered."""
    return held.terms.valid_from, held.id or 0


def _untouched(
    conn: sqlite3.Connection, deals: set[int], last: int
) -> Iterator[tuple[int, Values | None, Values | None]]:
    """The terms that these deals have, or had after an entry of the journal: id, what they were
    behind it, what they are. Where a command touched one itself, that is not told apart."""
    of = json.dumps([*deals])
    rows = conn.execute(
        "SELECT * FROM terms WHERE deal_id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))",
        (of,),
    )
    now = {row["id"]: row for row in dicts(rows)}
    gone = conn.execute(
        "SELECT DISTINCT row_id FROM journal WHERE id > ? AND table_name = 'terms'"
        " AND op = 'delete' AND CAST(json_extract(before, '$.deal_id') AS INTEGER) IN"
        " (SELECT CAST(value AS INTEGER) FROM json_each(?))",
        (last, of),
    ).fetchall()
    every = {*now, *(row_id for (row_id,) in gone)}
    later = conn.execute(
        "SELECT j.row_id, j.before FROM (SELECT min(e.id) AS id FROM json_each(?) AS w"
        " CROSS JOIN journal AS e ON e.table_name = 'terms'"
        " AND e.row_id = CAST(w.value AS INTEGER) WHERE e.id > ? AND e.last_id IS NULL"
        " GROUP BY e.row_id) AS f JOIN journal AS j ON j.id = f.id",
        (json.dumps([*every]), last),
    )
    before = {row_id: json.loads(row) if row else None for row_id, row in later}
    for row_id in every:
        there = now.get(row_id)
        yield row_id, before.get(row_id, there), there


def _changed(log: Sequence[Held]) -> list[set[tuple[str, ...]]]:
    """What each row of a log says otherwise than the one before, the first all of it."""

    def said(held: Held, names: tuple[str, ...]) -> list[Any]:
        return [getattr(held.terms, name) for name in names]

    return [
        {*_ALL} if not place else {g for g in _ALL if said(held, g) != said(log[place - 1], g)}
        for place, held in enumerate(log)
    ]


def _course(log: Sequence[Held], names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Since when what is said together was what."""
    return [
        (held.terms.valid_from, *(getattr(held.terms, name) for name in names))
        for held, changed in zip(log, _changed(log), strict=True)
        if names in changed
    ]


def _whole(log: Sequence[Held]) -> bool:
    """Whether a log has no gap, and each of its rows says something new."""
    ends = [held.terms.valid_to for held in log]
    starts = [held.terms.valid_from for held in log]
    return bool(log) and ends == [*starts[1:], None] and all(_changed(log))


def _parted(states: _States) -> list[Held] | set[str]:
    """The rows of the log as it is without the command; where that cannot be told the fields that
    were changed later."""
    was, then, now = states
    mine = {names for names in _ALL if _course(was, names) != _course(then, names)}
    later = {names for names in _ALL if _course(then, names) != _course(now, names)}
    both = {name for names in (mine & later or later) for name in names}
    if mine & later or not all(map(_whole, states)) or _key(was[0]) != _key(now[0]):
        return both
    changes: dict[tuple[int | None, int], dict[str, Any]] = {}
    for log, some in ((was, mine), (now, _ALL - mine)):
        for held, changed in zip(log, _changed(log), strict=True):
            for names in changed & some:
                values = {name: getattr(held.terms, name) for name in names}
                changes.setdefault(_key(held), {}).update(values)
    before, behind, there = ({_key(held): held for held in log} for log in states)
    for key in changes.keys() & before.keys() & there.keys():
        if key not in behind:
            return both
        for name in _SAID:
            old, new, present = (getattr(log[key].terms, name) for log in (before, behind, there))
            if old != new:
                if present != new:
                    return both
                changes[key][name] = old
    rows = {key: there.get(key) or before[key] for key in changes}
    wanted = _in_turn([(rows[key], values) for key, values in changes.items()])
    if any(held.terms.status == "won" and held.terms.value is None for held in wanted):
        return {"status"}
    return wanted


def _in_turn(changes: Sequence[tuple[Held, dict[str, Any]]]) -> list[Held]:
    """The rows of a log in which these changes follow each other: of each the row that says why and
    when, and what it says otherwise."""
    rows = [held._replace(terms=held.terms._replace(**values)) for held, values in changes]
    order = sorted(range(len(rows)), key=lambda place: _in_time(rows[place]))
    found: list[Held] = []
    so_far: dict[str, Any] = {}
    for place in order:
        so_far |= {name: value for name, value in changes[place][1].items() if name not in _SAID}
        found.append(rows[place]._replace(terms=rows[place].terms._replace(**so_far)))
    ends = [held.terms.valid_from for held in found[1:]]
    return [
        held._replace(terms=held.terms._replace(valid_to=end))
        for held, end in zip(found, [*ends, None], strict=True)
    ]


def _key(held: Held) -> tuple[int | None, int]:
    """What tells a row from another that has its id since."""
    return held.id, held.recorded_at
