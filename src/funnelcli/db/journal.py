"""The journal: what every command changed, and how to take it back.

Triggers, generated from the schema, write each insert, update and delete with the row before it,
under the command that caused it, whoever writes to the file: a change made by another program
stands in the journal too, under no command. Only what SQLite hides from triggers escapes them:
the row that another program's INSERT OR REPLACE throws out, where that program has left
``recursive_triggers`` off.

Undo goes back through a command's entries from the last to the first, so that the file passes
through the very states that it had and no constraint can be in the way. For a long command it
takes the *first* entry of each row, which holds the row as it was before the command: a whole
import goes back by three statements a table.

What a long import inserts stands there as a range of ids, one entry a table
(:func:`funnelcli.db.triggers.in_ranges`).
"""

from __future__ import annotations

import json
import sqlite3
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from funnelcli.db.transaction import command
from funnelcli.db.triggers import columns
from funnelcli.errors import NotFound
from funnelcli.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    # Restores every row that a command touched to what it was before, under the id of the
    # command that does so; how many rows.
    Reverse = Callable[[sqlite3.Connection, int, int], int]


# A command with more entries than this goes back by tables, in less than half the time.
BY_ENTRIES = 1000
_PAGE = 1000


class Undone(NamedTuple):
    """A command that was taken back or done again: its id, its words, the rows touched, and the id
    of the command that did so, the entry ``by``."""

    id: int
    verb: str
    args: list[str]
    rows: int
    by: int


def undo(conn: sqlite3.Connection, alongside: Callable[[int], object] | None = None) -> Undone:
    """Take back the last command that stands, or the last changes made by another program.
    ``alongside`` is called with its id before that, within the transaction, and may be called
    twice.

    Raises NotFound when nothing is left to undo.
    """
    return _either_way(conn, partial(_undo, alongside=alongside))


def _undo(
    conn: sqlite3.Connection, reverse: Reverse, *, alongside: Callable[[int], object] | None
) -> Undone:
    with command(conn, "undo", kind="undo") as undo_id:
        row = conn.execute(
            "SELECT id, verb, args FROM command WHERE kind = 'do' AND state = 'done'"
            " ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if row is None:
            raise NotFound(
                _("There is nothing to undo."), _("`funnel history` lists what was done.")
            )
        target, verb, args = row
        conn.execute("UPDATE command SET target = ? WHERE id = ?", (target, undo_id))
        if alongside is not None:
            alongside(target)
        rows = reverse(conn, target, undo_id)
        conn.execute("UPDATE command SET state = 'undone' WHERE id = ?", (target,))
    return Undone(target, verb, json.loads(args), rows, undo_id)


def redo(conn: sqlite3.Connection) -> Undone:
    """Do again the command that was undone last; a new change in between closes that way.

    Raises NotFound when nothing was undone.
    """
    return _either_way(conn, _redo)


def _redo(conn: sqlite3.Connection, reverse: Reverse) -> Undone:
    with command(conn, "redo", kind="redo") as redo_id:
        row = conn.execute(
            "SELECT u.id, d.id, d.verb, d.args FROM command AS u"
            " JOIN command AS d ON d.id = u.target"
            " WHERE u.kind = 'undo' AND u.state = 'done'"
            " AND u.id > coalesce((SELECT max(id) FROM command WHERE kind = 'do'), 0)"
            " ORDER BY u.id DESC LIMIT 1"
        ).fetchone()
        if row is None:
            raise NotFound(
                _("There is nothing to redo."),
                _("Redo works right after an undo, before anything else is changed."),
            )
        undo_id, target, verb, args = row
        conn.execute("UPDATE command SET target = ? WHERE id = ?", (target, redo_id))
        rows = reverse(conn, undo_id, redo_id)
        conn.execute("UPDATE command SET state = 'undone' WHERE id = ?", (undo_id,))
        conn.execute("UPDATE command SET state = 'done' WHERE id = ?", (target,))
    return Undone(target, verb, json.loads(args), rows, redo_id)


def _either_way(
    conn: sqlite3.Connection, act: Callable[[sqlite3.Connection, Reverse], Undone]
) -> Undone:
    """Take the short way, and where something is in its way the exact one; each of them is a
    transaction of its own."""
    try:
        return act(conn, _reverse)
    except sqlite3.IntegrityError:
        return act(conn, _by_entries)


def _reverse(conn: sqlite3.Connection, command_id: int, by: int) -> int:
    (entries,) = conn.execute(
        "SELECT count(*) FROM (SELECT 1 FROM journal WHERE command_id = ? LIMIT ?)",
        (command_id, BY_ENTRIES + 1),
    ).fetchone()
    way = _by_tables if entries > BY_ENTRIES else _by_entries
    return way(conn, command_id, by)


def last_entry(conn: sqlite3.Connection) -> int:
    """The id of the last entry of the journal, 0 where it has none."""
    (last,) = conn.execute("SELECT coalesce(max(id), 0) FROM journal").fetchone()
    return int(last)


def take_back(conn: sqlite3.Connection, command_id: int, after: int) -> int:
    """Reverse, within the transaction of a command, what it did after an entry (by its id); how
    many rows. For what came one by one, and in no ranges."""
    return _by_entries(conn, command_id, command_id, after)


def _by_entries(conn: sqlite3.Connection, command_id: int, _by: int, after: int = 0) -> int:
    """Reverse one entry after the other, the last one first; before them, what came in ranges."""
    conn.execute("PRAGMA defer_foreign_keys = ON")
    ranges: list[tuple[str, int, int]] = conn.execute(
        "SELECT table_name, row_id, last_id FROM journal WHERE command_id = ?"
        " AND last_id IS NOT NULL ORDER BY id DESC",
        (command_id,),
    ).fetchall()
    for table, *own in ranges:
        conn.execute(_DELETE_RANGE.format(table=table), own)
    rows = set()
    known: dict[str, list[str]] = {}
    came: tuple[str, int] | None = None
    for table, row_id, op, before in _entries_backwards(conn, command_id, after):
        if any(name == table and first <= row_id <= last for name, first, last in ranges):
            continue
        rows.add((table, row_id))
        if table not in known:
            known[table] = columns(conn, table)
        row = json.loads(before) if before else {}
        # A command may be older than a column: what it did not know keeps its value.
        names = [name for name in known[table] if name in row]
        if came and op == "delete" and came[0] == table:
            # A row that got another id. Deleted, it would take with it what hangs on it.
            _set(conn, table, names, row, came[1])
            came = None
            continue
        if came:
            conn.execute(f"DELETE FROM {came[0]} WHERE id = ?", (came[1],))
            came = None
        if op == "insert":
            came = table, row_id
        elif op == "update":
            _set(conn, table, names, row, row_id)
        else:
            values = ", ".join(f":{name}" for name in names)
            conn.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values})", row)
    if came:
        conn.execute(f"DELETE FROM {came[0]} WHERE id = ?", (came[1],))
    return len(rows) + sum(last - first + 1 for _table, first, last in ranges)


def _set(
    conn: sqlite3.Connection,
    table: str,
    names: list[str],
    row: dict[str, str | int | None],
    row_id: int,
) -> None:
    values = ", ".join(f"{name} = :{name}" for name in names)
    conn.execute(f"UPDATE {table} SET {values} WHERE id = :now", {**row, "now": row_id})


def _entries_backwards(
    conn: sqlite3.Connection, command_id: int, after: int
) -> Iterator[tuple[str, int, str, str | None]]:
    """What a command did after an entry, the last first: table, row, operation, the row before as
    JSON."""
    below = 1 << 62
    while True:
        page = conn.execute(
            "SELECT table_name, row_id, op, before, id FROM journal WHERE command_id = ?"
            " AND id < ? AND id > ? ORDER BY id DESC LIMIT ?",
            (command_id, below, after, _PAGE),
        ).fetchall()
        if not page:
            return
        for *entry, _id in page:
            table, row_id, op, before = entry
            yield table, row_id, op, before
        below = page[-1][-1]


# The entries of one table that hold its rows as they were.
_FIRST = "first_touch JOIN journal AS f ON f.id = first_touch.id WHERE first_touch.table_name = ?"
_DELETE_RANGE = "DELETE FROM {table} WHERE id BETWEEN ? AND ?"


def _by_tables(conn: sqlite3.Connection, command_id: int, by: int) -> int:
    """Restore the rows of one table after the other, from the first entry of each row.

    Raises IntegrityError where rows stand in each other's way, or would take others with them.
    """
    conn.execute("PRAGMA defer_foreign_keys = ON")
    conn.execute(
        # Without the rows themselves, for it lies in memory.
        "CREATE TEMP TABLE first_touch AS SELECT j.id, j.table_name, j.row_id, j.last_id, j.op"
        " FROM journal AS j JOIN (SELECT min(id) AS id FROM journal WHERE command_id = :id"
        " GROUP BY table_name, row_id) AS f ON f.id = j.id"
        # What was changed in a row of a range comes after the range, which is all of it.
        " WHERE NOT EXISTS (SELECT 1 FROM journal AS r WHERE r.command_id = :id"
        " AND r.last_id IS NOT NULL AND r.id < j.id AND r.table_name = j.table_name"
        " AND j.row_id BETWEEN r.row_id AND r.last_id)",
        {"id": command_id},
    )
    # SQLite ends a text from JSON at a zero character.
    zero = "SELECT 1 FROM journal WHERE command_id = ? AND instr(before, ?) LIMIT 1"
    if conn.execute(zero, (command_id, "\\u0000")).fetchone():
        raise sqlite3.IntegrityError("a text with a zero character")
    # The last first, so that what hangs on a row goes before the row.
    touched = (
        "SELECT table_name FROM first_touch WHERE {} GROUP BY table_name ORDER BY max(id) DESC"
    )
    # A row that was inserted and deleted again by the same command is gone already; a row that
    # was deleted and came back under its id is updated; so each phase asks what is there now.
    changes = 0
    for (table,) in conn.execute(touched.format("op = 'insert'")).fetchall():
        for own in conn.execute(
            "SELECT row_id, last_id FROM first_touch WHERE table_name = ? AND last_id IS NOT NULL",
            (table,),
        ).fetchall():
            changes += conn.execute(_DELETE_RANGE.format(table=table), own).rowcount
        changes += conn.execute(
            f"DELETE FROM {table} WHERE id IN (SELECT row_id FROM first_touch"
            " WHERE table_name = ? AND op = 'insert')",
            (table,),
        ).rowcount
    for (table,) in conn.execute(touched.format("op <> 'insert'")).fetchall():
        row = conn.execute(
            f"SELECT before FROM {_FIRST} AND f.op <> 'insert' LIMIT 1",
            (table,),
        ).fetchone()
        # A command may be older than a column: what it did not know keeps its value.
        then = json.loads(row[0])
        names = [name for name in columns(conn, table) if name in then and name != "id"]
        values = ", ".join(f"{name} = json_extract(f.before, '$.{name}')" for name in names)
        changes += conn.execute(
            f"UPDATE {table} SET {values} FROM {_FIRST}"
            f" AND f.op <> 'insert' AND f.row_id = {table}.id",
            (table,),
        ).rowcount
        values = ", ".join(f"json_extract(f.before, '$.{name}')" for name in names)
        changes += conn.execute(
            f"INSERT INTO {table} (id, {', '.join(names)})"
            f" SELECT f.row_id, {values} FROM {_FIRST}"
            f" AND f.op <> 'insert' AND NOT EXISTS (SELECT 1 FROM {table} AS t"
            " WHERE t.id = f.row_id)",
            (table,),
        ).rowcount
    (rows,) = conn.execute(
        "SELECT total(coalesce(last_id, row_id) - row_id + 1) FROM first_touch"
    ).fetchone()
    conn.execute("DROP TABLE first_touch")
    (entries,) = conn.execute("SELECT count(*) FROM journal WHERE command_id = ?", (by,)).fetchone()
    if entries > changes:
        raise sqlite3.IntegrityError("rows went that hang on a row that was taken back")
    return int(rows)
