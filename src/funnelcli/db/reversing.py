"""Reversing what a command did: each row that it touched becomes what it was before.

Undo goes back through a command's entries from the last to the first, so that the file passes
through the very states that it had and no constraint can be in the way. For a long command it
takes the *first* entry of each row, which holds the row as it was before the command: a whole
import goes back by three statements a table.
"""

from __future__ import annotations

import json
import sqlite3

from funnelcli.db.advancing import Advance, Begin
from funnelcli.db.rows import check_gone, delete, insert, update
from funnelcli.db.transaction import sorting_on_disk
from funnelcli.db.triggers import columns, read_from, row_kind
from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A command with more entries than this goes back by tables, in less than half the time.
BY_ENTRIES = 1000
# So many of its entries at once.
PIECE = 5000
_PAGE = 1000


def reverse(conn: sqlite3.Connection, command_id: int, by: int, *, begin: Begin) -> int:
    (entries,) = conn.execute(
        "SELECT count(*) FROM (SELECT 1 FROM journal WHERE command_id = ? LIMIT ?)",
        (command_id, BY_ENTRIES + 1),
    ).fetchone()
    if entries <= BY_ENTRIES:
        return reverse_exactly(conn, command_id, by, begin=begin)
    rows = touched(conn, command_id)
    _by_tables(conn, command_id, by, begin(rows))
    return rows


def reverse_exactly(conn: sqlite3.Connection, command_id: int, _by: int, *, begin: Begin) -> int:
    rows = touched(conn, command_id)
    by_entries(conn, command_id, begin(rows))
    return rows


def by_entries(conn: sqlite3.Connection, command_id: int, advance: Advance, after: int = 0) -> None:
    """Reverse one entry after the other, the last one first; before them, what came in ranges."""
    conn.execute("PRAGMA defer_foreign_keys = ON")
    ranges = _ranges(conn, command_id)
    for one in reversed(ranges):
        take_range_away(conn, one.table, one.first, one.last, advance)
    known: dict[str, list[str]] = {}
    came: tuple[str, int] | None = None
    for table, row_id, op, before in _entries_backwards(conn, command_id, after):
        if any(one.table == table and one.first <= row_id <= one.last for one in ranges):
            continue
        if table not in known:
            known[table] = columns(conn, table)
        row = json.loads(before) if before else {}
        # A command may be older than a column: what it did not know keeps its value.
        values = {name: row[name] for name in known[table] if name in row}
        if came and op == "delete" and came[0] == table:
            # A row that got another id. Deleted, it would take with it what hangs on it.
            update(conn, table, came[1], values)
            came = None
            continue
        if came:
            delete(conn, *came)
            came = None
        if op == "insert":
            came = table, row_id
        elif op == "update":
            update(conn, table, row_id, values)
        else:
            insert(conn, table, values)
    if came:
        delete(conn, *came)


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


class _Range(NamedTuple):
    """Rows of a table that came with one entry of the journal."""

    entry: int
    table: str
    first: int
    last: int


def _ranges(conn: sqlite3.Connection, command_id: int) -> list[_Range]:
    """What came in ranges with a command, in the order of the entries: one for a table at most."""
    rows = conn.execute(
        "SELECT id, table_name, row_id, last_id FROM journal WHERE command_id = ?"
        " AND last_id IS NOT NULL ORDER BY id",
        (command_id,),
    )
    return [_Range(*row) for row in rows.fetchall()]


def _beside(ranges: Sequence[_Range]) -> str:
    """That an entry ``j`` is of none of the rows that came in ranges: what was changed in one of
    them comes after the range, which is all of it. The numbers stand in the statement, for a server
    that looked them up in the journal would do so once for each entry."""
    within = (
        f"(j.table_name = '{one.table}' AND j.id > {one.entry:d}"
        f" AND j.row_id BETWEEN {one.first:d} AND {one.last:d})"
        for one in ranges
    )
    return "".join(f" AND NOT {one}" for one in within)


def _note_first(conn: sqlite3.Connection, piece: dict[str, int], ranges: Sequence[_Range]) -> None:
    """Note in a temporary table the first entry of each row that a piece of a command with these
    ``ranges`` has touched, which holds the row as it was before. A server takes a table for as
    large as it was when it last counted, and goes by the index of this one however that is."""
    kind = row_kind(conn)
    conn.execute("DROP TABLE IF EXISTS temp.first_touch")
    conn.execute(
        "CREATE TEMP TABLE first_touch (table_name TEXT, row_id INTEGER, last_id INTEGER,"
        f" op TEXT, before {kind}, PRIMARY KEY (table_name, row_id)) WITHOUT ROWID"
    )
    conn.execute(
        "INSERT INTO temp.first_touch (table_name, row_id, last_id, op, before)"
        f" SELECT j.table_name, j.row_id, j.last_id, j.op, CAST(j.before AS {kind})"
        " FROM journal AS j JOIN (SELECT min(id) AS id FROM journal"
        " WHERE command_id = :command AND id BETWEEN :low AND :high GROUP BY table_name, row_id)"
        f" AS f ON f.id = j.id{_beside(ranges)}",
        piece,
    )


def _by_tables(conn: sqlite3.Connection, command_id: int, by: int, advance: Advance) -> None:
    """Go back piece by piece, and within a piece table by table, from the first entry of each row.

    What a statement changes is kept in memory in case it fails; a piece bounds that, however long
    the command is. Raises IntegrityError where rows stand in each other's way, or would take others
    with them.
    """
    conn.execute("PRAGMA defer_foreign_keys = ON")
    # SQLite ends a text from JSON at a zero character.
    zero = "SELECT 1 FROM journal WHERE command_id = ? AND instr(before, ?) LIMIT 1"
    if conn.execute(zero, (command_id, "\\u0000")).fetchone():
        raise sqlite3.IntegrityError("a text with a zero character")
    before = _deleted(conn, by)
    known: dict[str, list[str]] = {}
    ranges = _ranges(conn, command_id)
    gone = 0
    if _changed(conn, command_id) & {one.table for one in ranges}:
        # The stay that a deal came to ends the one before it, which is to be open again.
        for one in reversed(ranges):
            gone += take_range_away(conn, one.table, one.first, one.last, advance)
    gone += sum(
        _piece_back(conn, ranges, known, {"command": command_id, "low": low, "high": high}, advance)
        for low, high in _pieces_backwards(conn, command_id)
    )
    if _deleted(conn, by) - before > gone:
        raise sqlite3.IntegrityError("rows went that hang on a row that was taken back")


def _changed(conn: sqlite3.Connection, command_id: int) -> set[str]:
    """The tables in which a command changed rows that were there before."""
    found = conn.execute(
        "SELECT DISTINCT table_name FROM journal WHERE command_id = ? AND op = 'update'",
        (command_id,),
    )
    return {table for (table,) in found}


def _deleted(conn: sqlite3.Connection, command_id: int) -> int:
    """How many rows a command has deleted."""
    (found,) = conn.execute(
        "SELECT count(*) FROM journal WHERE command_id = ? AND op = 'delete'", (command_id,)
    ).fetchone()
    return int(found)


def touched(conn: sqlite3.Connection, command_id: int) -> int:
    """How many rows a command has touched."""
    ranges = _ranges(conn, command_id)
    with sorting_on_disk(conn):
        (rows,) = conn.execute(
            "SELECT count(*) FROM (SELECT 1 FROM journal AS j WHERE j.command_id = ?"
            f" AND j.last_id IS NULL{_beside(ranges)} GROUP BY j.table_name, j.row_id)",
            (command_id,),
        ).fetchone()
    return int(rows) + sum(one.last - one.first + 1 for one in ranges)


def _pieces_backwards(conn: sqlite3.Connection, command_id: int) -> Iterator[tuple[int, int]]:
    """The first and the last entry of each piece of a command, the last piece first."""
    below = 1 << 62
    while True:
        ids = conn.execute(
            "SELECT min(id), max(id) FROM (SELECT id FROM journal WHERE command_id = ? AND id < ?"
            " ORDER BY id DESC LIMIT ?)",
            (command_id, below, PIECE),
        ).fetchone()
        if ids[0] is None:
            return
        yield ids
        below = ids[0]


def _piece_back(
    conn: sqlite3.Connection,
    ranges: Sequence[_Range],
    known: dict[str, list[str]],
    piece: dict[str, int],
    advance: Advance,
) -> int:
    """Restore what a piece of a command has touched; how many rows were deleted for that."""
    # Those that rows came into last go first, so that what hangs on a row goes before the row.
    tables = conn.execute(
        "SELECT table_name, max(op = 'insert'), max(op <> 'insert') FROM journal"
        " WHERE command_id = :command AND id BETWEEN :low AND :high"
        " GROUP BY table_name ORDER BY max(CASE WHEN op = 'insert' THEN id ELSE 0 END) DESC",
        piece,
    ).fetchall()
    _note_first(conn, piece, ranges)
    # A row that was inserted and deleted again by the same command is gone already; a row that
    # was deleted and came back under its id is updated; so each phase asks what is there now.
    gone = sum(_take_away(conn, table, advance) for table, inserts, _others in tables if inserts)
    for table, _inserts, others in tables:
        if others:
            if table not in known:
                known[table] = columns(conn, table)
            advance(_put_back(conn, table, known[table]))
    return gone


def _take_away(conn: sqlite3.Connection, table: str, advance: Advance) -> int:
    came = (
        "id IN (SELECT f.row_id FROM temp.first_touch AS f"
        " WHERE f.table_name = ? AND f.op = 'insert' AND f.last_id IS NULL)"
    )
    gone = conn.execute(f"DELETE FROM {table} WHERE {came}", (table,)).rowcount
    check_gone(conn, table, came, (table,))
    advance(gone)
    ranges = conn.execute(
        "SELECT row_id, last_id FROM temp.first_touch WHERE table_name = ? AND last_id IS NOT NULL",
        (table,),
    ).fetchall()
    return gone + sum(take_range_away(conn, table, first, last, advance) for first, last in ranges)


def take_range_away(
    conn: sqlite3.Connection, table: str, first: int, last: int, advance: Advance
) -> int:
    """Delete the rows from one id to another, the last first: so a redo, which goes backwards,
    puts them back in their order."""
    changes = 0
    while last >= first:
        start = max(first, last - PIECE + 1)
        gone = conn.execute(f"DELETE FROM {table} WHERE id BETWEEN ? AND ?", (start, last)).rowcount
        check_gone(conn, table, "id BETWEEN ? AND ?", (start, last))
        advance(gone)
        changes += gone
        last = start - 1
    return changes


def _put_back(conn: sqlite3.Connection, table: str, known: list[str]) -> int:
    put_back = "FROM temp.first_touch AS f WHERE f.table_name = :table AND f.op <> 'insert'"
    given = {"table": table}
    row = conn.execute(f"SELECT CAST(f.before AS TEXT) {put_back} LIMIT 1", given).fetchone()
    if row is None:
        return 0
    # A command may be older than a column: what it did not know keeps its value.
    then = json.loads(row[0])
    names = [name for name in known if name in then and name != "id"]
    taken = read_from(conn, table, "f.before", names)
    values = ", ".join(f"{name} = {value}" for name, value in zip(names, taken, strict=True))
    changes = conn.execute(
        f"UPDATE {table} SET {values} {put_back} AND f.row_id = {table}.id", given
    ).rowcount
    return (
        changes
        + conn.execute(
            f"INSERT INTO {table} (id, {', '.join(names)}) SELECT f.row_id, {', '.join(taken)}"
            # By its index, for a server that takes the table for empty would go through all of it.
            f" {put_back} AND (SELECT count(*) FROM {table} AS t WHERE t.id = f.row_id) = 0",
            given,
        ).rowcount
    )
