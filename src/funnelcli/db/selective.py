"""Taking back a command that others came after: whether one of them depends on it, and how.

Of each row that the command touched there are three states: as it ``was`` before it, as it was
``then``, behind it, and as it is ``now``. What the command changed goes back where nothing that
came later changed the same columns, took the row away, or refers to a row that goes. What later
commands did among themselves and took back again counts for nothing, for only these three states
are compared.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from funnelcli.db import bulk, references
from funnelcli.db.advancing import unwatched
from funnelcli.db.reversing import take_range_away
from funnelcli.db.rows import check_gone, dicts, differing, insert, update
from funnelcli.db.transaction import part
from funnelcli.db.triggers import columns
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any

# What can be derived from other columns and rows, by table: two commands may both have changed it.
Derived = Mapping[str, Collection[str]]
Values = dict[str, Any]
# Inclusive ranges of ids that a command inserted in one go: table, first, last.
Ranges = Sequence[tuple[str, int, int]]

_PAGE = 500
# Of the table of touched rows: that a row was there before the command.
_WAS = "EXISTS (SELECT 1 FROM journal AS f WHERE f.id = t.first AND f.before IS NOT NULL)"
# Once so many rows are known to be in the way, most are let go.
_ENOUGH = 20_000
# So many rows of each table are looked into for the commands that stand in the way: whoever
# followed a large import has changed other tables than its own.
_LOOKED_AT = 200


class Depends(Exception):
    """Later commands, by their ids, the latest first, depend on the one that was to be taken back;
    ``table``, ``row_id`` and ``columns`` are where the first of them was found to. ``wanted`` are
    all that were to be taken back with it."""

    def __init__(
        self,
        command_id: int,
        commands: Sequence[int],
        table: str,
        row_id: int,
        names: Sequence[str],
    ) -> None:
        super().__init__(command_id)
        self.command_id = command_id
        self.commands = commands
        self.table = table
        self.row_id = row_id
        self.columns = names
        self.wanted: Sequence[int] = [command_id]


class Touched(NamedTuple):
    """A row in its three states, None where it was not there."""

    table: str
    id: int
    was: Values | None
    then: Values | None
    now: Values | None

    @property
    def changed(self) -> set[str]:
        """The columns that the command changed in a row that was there before and after."""
        return _differing(self.was, self.then)

    @property
    def since(self) -> set[str]:
        """The columns that were changed later."""
        return _differing(self.then, self.now)


class Blocked(NamedTuple):
    """A row that stands in the way, with the columns that do; none are all of them."""

    table: str
    id: int
    columns: frozenset[str] = frozenset()


class Log(NamedTuple):
    """A log whose rows follow each other, so that whoever goes on from one changes it: those of
    its rows that a command touched, the record and the columns that it is about, and what writes
    it as it is without the command, None where later commands said the same otherwise."""

    table: str
    rows: Collection[int]
    about: Blocked
    rewrite: Callable[[], object] | None


def span(conn: sqlite3.Connection, command_id: int) -> tuple[int, int]:
    """The ids of the first and the last entry of a command."""
    found: tuple[int, int] = conn.execute(
        "SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM journal WHERE command_id = ?",
        (command_id,),
    ).fetchone()
    return found


def look(conn: sqlite3.Connection, entries: tuple[int, int]) -> Ranges:
    """Note which rows the journal's entries from one to another touched, and which of them later
    ones did, in a temporary table; of what came in ranges only the latter."""
    last = entries[1]
    conn.execute(
        "CREATE TEMP TABLE IF NOT EXISTS touched (table_name TEXT, row_id INTEGER, first INTEGER,"
        " later INTEGER, PRIMARY KEY (table_name, row_id)) WITHOUT ROWID"
    )
    conn.execute("DELETE FROM temp.touched")
    ranges = conn.execute(
        "SELECT table_name, row_id, last_id, id FROM journal WHERE id BETWEEN ? AND ?"
        " AND last_id IS NOT NULL ORDER BY id",
        entries,
    ).fetchall()
    conn.execute(
        "INSERT INTO temp.touched (table_name, row_id, first)"
        " SELECT table_name, row_id, min(id) FROM journal"
        " WHERE id BETWEEN ? AND ? AND last_id IS NULL GROUP BY table_name, row_id",
        entries,
    )
    for table, first_id, last_id, entry in ranges:
        # What was changed in a row of a range comes after the range, which is all of it.
        conn.execute(
            "DELETE FROM temp.touched WHERE table_name = ? AND row_id BETWEEN ? AND ?"
            " AND first > ?",
            (table, first_id, last_id, entry),
        )
    for table, first_id, last_id, entry in ranges:
        conn.execute(
            "INSERT INTO temp.touched (table_name, row_id, first, later)"
            " SELECT table_name, row_id, ?, min(id) FROM journal WHERE id > ? AND table_name = ?"
            " AND row_id BETWEEN ? AND ? AND last_id IS NULL GROUP BY table_name, row_id"
            " ON CONFLICT (table_name, row_id) DO NOTHING",
            (entry, last, table, first_id, last_id),
        )
    conn.execute(
        "INSERT INTO temp.touched (table_name, row_id, later)"
        " SELECT j.table_name, j.row_id, min(j.id) FROM journal AS j CROSS JOIN temp.touched AS t"
        " ON t.table_name = j.table_name AND t.row_id = j.row_id"
        " WHERE j.id > ? AND j.last_id IS NULL GROUP BY j.table_name, j.row_id"
        " ON CONFLICT (table_name, row_id) DO UPDATE SET later = excluded.later",
        (last,),
    )
    # An id that went was given again by a later import.
    conn.execute(
        "UPDATE temp.touched SET later = min(coalesce(later, r.id), r.id) FROM journal AS r"
        " WHERE r.id > ? AND r.last_id IS NOT NULL AND r.table_name = touched.table_name"
        " AND touched.row_id BETWEEN r.row_id AND r.last_id",
        (last,),
    )
    return [(table, first_id, last_id) for table, first_id, last_id, _entry in ranges]


def rows(conn: sqlite3.Connection, only: str = "1 = 1") -> Iterator[Touched]:
    """The rows that :func:`look` noted, in their states, by table and id; or ``only`` some of them
    by a condition on its table ``t``."""
    last = ("", 0)
    while True:
        page = conn.execute(
            "SELECT t.table_name, t.row_id FROM temp.touched AS t"
            f" WHERE (t.table_name, t.row_id) > (?, ?) AND {only}"
            " ORDER BY t.table_name, t.row_id LIMIT ?",
            (*last, _PAGE),
        ).fetchall()
        if not page:
            return
        yield from states(conn, page)
        last = page[-1]


def states(conn: sqlite3.Connection, few: Sequence[tuple[str, int]]) -> Iterator[Touched]:
    """Some of these rows in their states, by table and id."""
    page = conn.execute(
        "SELECT t.table_name, t.row_id, f.before, t.later, l.before FROM json_each(?) AS w"
        " CROSS JOIN temp.touched AS t ON t.table_name = json_extract(w.value, '$[0]')"
        " AND t.row_id = CAST(json_extract(w.value, '$[1]') AS INTEGER)"
        " JOIN journal AS f ON f.id = t.first LEFT JOIN journal AS l ON l.id = t.later",
        (json.dumps([*few]),),
    ).fetchall()
    # A page that is in another order would be asked for row by row.
    page.sort(key=lambda row: row[:2])
    for table, some in groupby(page, key=lambda row: row[0]):
        held = list(some)
        now = current(conn, table, [row[1] for row in held])
        for _table, row_id, was, later, then in held:
            there = now.get(row_id)
            behind = there if later is None else _read(then)
            yield Touched(table, row_id, _read(was), behind, there)


def _read(row: str | None) -> Values | None:
    return None if row is None else json.loads(row)


def current(conn: sqlite3.Connection, table: str, ids: Sequence[int]) -> dict[int, Values]:
    """The rows of a table with these ids as they are, by id."""
    cursor = conn.execute(
        f"SELECT * FROM {table} WHERE id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))",
        (json.dumps(ids),),
    )
    return {row["id"]: row for row in dicts(cursor)}


def _differing(one: Values | None, other: Values | None) -> set[str]:
    """The columns in which two states differ, both of a row that was there."""
    return set() if one is None or other is None else differing(one, other)


def check(
    conn: sqlite3.Connection,
    command_id: int,
    ranges: Ranges,
    derived: Derived,
    logs: Sequence[Log],
    passing: Collection[int] = (),
) -> bool:
    """Whether later commands changed other columns of the rows that :func:`look` noted, or went on
    from one of the ``logs``.

    Raises Depends where they changed the same, or stand on what would go; the commands ``passing``
    are not named as doing so.
    """
    blocked: list[Blocked] = []
    whole = _rewritten(logs)
    mixed = bool(whole)
    links: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for reference in references.every(conn):
        links[reference.table].append((reference.column, reference.target))
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows(conn):
        if (row.table, row.id) in whole:
            continue
        free = set(derived.get(row.table, ()))
        mixed = mixed or bool(row.since)
        if row.was is None:
            if row.then is not None and (row.now is None or row.since - free):
                blocked.append(Blocked(row.table, row.id, frozenset(row.since - free)))
            continue
        if (row.then is None) != (row.now is None):
            blocked.append(Blocked(row.table, row.id))
        elif both := (row.changed & row.since) - free:
            blocked.append(Blocked(row.table, row.id, frozenset(both)))
        again = set(row.was) if row.then is None else row.changed
        for column, target in links[row.table]:
            if column in again and row.was[column] is not None:
                wanted[target].add(row.was[column])
                if len(wanted[target]) > _PAGE:
                    blocked += _missing(conn, target, wanted.pop(target))
        if len(blocked) > _ENOUGH:
            blocked = _some(blocked)
    for target, ids in wanted.items():
        blocked += _missing(conn, target, ids)
    blocked += _hanging(conn, ranges)
    if blocked:
        said = {(log.table, row_id): log.about for log in logs for row_id in log.rows}
        blocked = _some(blocked)
        about = [said.get((one.table, one.id), one) for one in blocked]
        error = depends(conn, command_id, about, passing)
        # What a log says of an earlier time leaves the record that it is about as it is.
        error.commands = error.commands or depends(conn, command_id, blocked, passing).commands
        raise error
    return mixed


def _some(blocked: Sequence[Blocked]) -> list[Blocked]:
    """The first of the rows in the way, so many of each table."""
    left: defaultdict[str, int] = defaultdict(lambda: _LOOKED_AT)
    found = []
    for one in blocked:
        if left[one.table]:
            left[one.table] -= 1
            found.append(one)
    return found


def _rewritten(logs: Sequence[Log]) -> set[tuple[str, int]]:
    """The rows that are not put back one by one, for their log is written anew."""
    return {(log.table, row_id) for log in logs if log.rewrite is not None for row_id in log.rows}


def deals(conn: sqlite3.Connection) -> set[int]:
    """The deals of the rows that :func:`look` noted: themselves, and of what their logs hold."""
    found: set[int] = set()
    for row in rows(conn):
        held = row.now or row.then or row.was or {}
        if row.table == "deal":
            found.add(row.id)
        elif row.table in ("stay", "terms"):
            found.add(held["deal_id"])
    return found


def _missing(conn: sqlite3.Connection, table: str, ids: set[int]) -> list[Blocked]:
    """Those of the rows that are not there, and do not come back either."""
    gone = conn.execute(
        "SELECT w.id FROM (SELECT CAST(value AS INTEGER) AS id FROM json_each(?)) AS w"
        f" WHERE w.id NOT IN (SELECT id FROM {table})"
        " AND w.id NOT IN (SELECT t.row_id FROM temp.touched AS t JOIN journal AS f"
        " ON f.id = t.first WHERE t.table_name = ? AND f.op <> 'insert')",
        (json.dumps([*ids]), table),
    )
    return [Blocked(table, row_id) for (row_id,) in gone]


def _hanging(conn: sqlite3.Connection, ranges: Ranges) -> list[Blocked]:
    """The rows that refer to rows that would go, and neither go themselves nor lose that."""
    going = (
        "SELECT t.row_id FROM temp.touched AS t JOIN journal AS f ON f.id = t.first"
        " WHERE f.op = 'insert' AND t.table_name = '{}'"
    )
    tables = {
        name
        for (name,) in conn.execute(
            "SELECT DISTINCT t.table_name FROM temp.touched AS t JOIN journal AS f"
            " ON f.id = t.first WHERE f.op = 'insert'"
        )
    }
    found: list[Blocked] = []
    for table in sorted(tables | {name for name, _first, _last in ranges}):
        sets = [f"IN ({going.format(table)})"] if table in tables else []
        sets += [f"BETWEEN {first} AND {last}" for name, first, last in ranges if name == table]
        for link in references.to(conn, table):
            stay = [f"r.id NOT IN ({going.format(link.table)})"]
            stay += [
                f"r.id NOT BETWEEN {first} AND {last}"
                for name, first, last in ranges
                if name == link.table
            ]
            # A row that the command touched itself, and nobody later, gets back what it was.
            stay.append(
                "NOT EXISTS (SELECT 1 FROM temp.touched AS t LEFT JOIN journal AS l"
                f" ON l.id = t.later WHERE t.table_name = '{link.table}' AND t.row_id = r.id"
                " AND (t.later IS NULL OR"
                f" CAST(json_extract(l.before, '$.{link.column}') AS INTEGER) IS r.{link.column}))"
            )
            for one in sets:
                hanging = conn.execute(
                    f"SELECT r.id FROM {link.table} AS r WHERE r.{link.column} {one}"
                    f" AND {' AND '.join(stay)} LIMIT {_LOOKED_AT}"
                )
                found += [
                    Blocked(link.table, row_id, frozenset((link.column,))) for (row_id,) in hanging
                ]
    return found


def depends(
    conn: sqlite3.Connection,
    command_id: int,
    blocked: Sequence[Blocked],
    passing: Collection[int] = (),
) -> Depends:
    """The answer that names who stands in the way."""
    few = {(one.table, one.id): one for one in _some(blocked)}
    after = span(conn, command_id)[1]
    found: set[int] = set()
    for table in dict.fromkeys(name for name, _id in few):
        held: dict[int, list[tuple[int, str | None]]] = {
            row_id: [] for name, row_id in few if name == table
        }
        entries = conn.execute(
            "SELECT row_id, last_id, command_id, before FROM journal WHERE id > ?"
            " AND table_name = ? AND (last_id IS NOT NULL"
            " OR row_id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))) ORDER BY id",
            (after, table, json.dumps([*held])),
        )
        for row_id, last_id, by, before in entries:
            for one in held if last_id is not None else (row_id,):
                if row_id <= one <= (last_id or row_id):
                    held[one].append((by, before))
        now = current(conn, table, [*held])
        for row_id, some in held.items():
            names = few[table, row_id].columns
            states = [*(_read(before) for _by, before in some[1:]), now.get(row_id)]
            for (by, before), then in zip(some, states, strict=True) if some else ():
                changed = _differing(_read(before), then)
                if before is None or then is None or not names or names & changed:
                    found.add(by)
    found -= {*passing, command_id}
    stand = [
        number
        for (number,) in conn.execute(
            "SELECT id FROM command WHERE id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))"
            " AND kind = 'do' AND state = 'done' ORDER BY id DESC",
            (json.dumps([*found]),),
        )
    ]
    first = blocked[0]
    return Depends(
        command_id,
        stand or sorted(found, reverse=True),
        first.table,
        first.id,
        sorted(first.columns),
    )


def depends_on_logs(conn: sqlite3.Connection, command_id: int, deal_id: int) -> Depends:
    """The answer where a log of a deal would be broken: who has changed its logs since."""
    rows = conn.execute(
        "SELECT 'stay', id FROM stay WHERE deal_id = ?"
        " UNION SELECT 'terms', id FROM terms WHERE deal_id = ? ORDER BY 1, 2 DESC LIMIT ?",
        (deal_id, deal_id, _LOOKED_AT),
    ).fetchall()
    return depends(conn, command_id, [Blocked("deal", deal_id), *(Blocked(*row) for row in rows)])


def put_back(
    conn: sqlite3.Connection,
    command_id: int,
    ranges: Ranges,
    derived: Derived,
    logs: Sequence[Log],
) -> None:
    """Put the columns that a command changed back, many rows at once, and the ``logs`` as a whole,
    where :func:`check` found nothing against it. Raises Depends where another row has taken what
    only one may have."""
    conn.execute("PRAGMA defer_foreign_keys = ON")
    for table, first, last in reversed(ranges):
        take_range_away(conn, table, first, last, unwatched(0))
    waiting: list[tuple[str, int, Values]] = []
    whole = _rewritten(logs)

    def alone(only: str) -> Iterator[Touched]:
        return (row for row in rows(conn, only) if (row.table, row.id) not in whole)

    for table, some in _lots(row for row in alone(f"NOT {_WAS}") if row.now is not None):
        ids = [row.id for row in some]
        bulk.delete(conn, table, ids)
        check_gone(conn, table, f"id {bulk.AMONG}", (str(ids),))
    for log in logs:
        if log.rewrite is not None:
            log.rewrite()
    removed: list[tuple[str, int]] = []
    for table, some in _lots(alone(_WAS)):
        changes: dict[int, Values] = {}
        for row in some:
            if row.was is None or row.then is None:
                removed.append((table, row.id))
                continue
            free = row.since & set(derived.get(table, ()))
            if names := sorted(row.changed - free):
                changes[row.id] = {name: row.was[name] for name in names}
        try:
            with part(conn):
                bulk.update_each(conn, table, changes)
        except sqlite3.IntegrityError:
            several = ((table, row_id, values) for row_id, values in changes.items())
            waiting += [one for one in several if not _set(conn, *one)]
    # Values that only one row may have, and that went from one to another.
    left = len(waiting) + 1
    while waiting and len(waiting) < left:
        left = len(waiting)
        waiting = [one for one in waiting if not _set(conn, *one)]
    if waiting:
        raise depends(conn, command_id, [_taken(conn, *one) for one in waiting])
    again = (row for few in bulk.batches(removed) for row in states(conn, few))
    for table, some in _lots(again):
        known = columns(conn, table)
        back = [
            {name: value for name, value in (row.was or {}).items() if name in known}
            for row in some
        ]
        try:
            with part(conn):
                for known_then, alike in groupby(back, key=tuple):
                    bulk.insert(conn, table, known_then, [[*one.values()] for one in alike])
        except sqlite3.IntegrityError:
            for row, values in zip(some, back, strict=True):
                try:
                    insert(conn, table, values)
                except sqlite3.IntegrityError as error:
                    taken = _taken(conn, table, row.id, values)
                    raise depends(conn, command_id, [taken]) from error


def _lots(some: Iterable[Touched]) -> Iterator[tuple[str, list[Touched]]]:
    """Rows of one table each, some at a time."""
    for table, alike in groupby(some, key=lambda row: row.table):
        for lot in bulk.batches(alike):
            yield table, lot


def _set(conn: sqlite3.Connection, table: str, row_id: int, values: Values) -> bool:
    """Set columns of a row; whether nothing was in the way."""
    try:
        update(conn, table, row_id, values)
    except sqlite3.IntegrityError:
        return False
    return True


def _taken(conn: sqlite3.Connection, table: str, row_id: int, values: Values) -> Blocked:
    """The row that has what these values need to be the only one to have; the row itself where
    what is in the way is in it."""
    there = {**current(conn, table, [row_id]).get(row_id, {}), **values}
    for names in references.unique(conn, table):
        if any(there.get(name) is None for name in names):
            continue
        same = " AND ".join(f"{name} = :{name}" for name in names)
        found = conn.execute(
            f"SELECT id FROM {table} WHERE {same} AND id <> :own",
            {**{name: there[name] for name in names}, "own": row_id},
        ).fetchone()
        if found is not None:
            return Blocked(table, found[0], frozenset(names))
    return Blocked(table, row_id)
