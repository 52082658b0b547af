"""Letting go of the oldest part of the journal.

The journal goes by whole commands, the oldest first, so that undo works as before for all that are
left. What is asked of old entries otherwise is kept in ``step_past`` and ``offer_past``.
"""

from __future__ import annotations

import sqlite3

from funnelcli import config
from funnelcli.config.reading import in_bytes
from funnelcli.db import contents, server, tallies, textindex
from funnelcli.plain import NamedTuple

# However large they are, so many commands can be taken back.
KEPT = 100
# Of more than that the oldest are let go in one go, so that no command takes long for it.
_AT_ONCE = 32 * 1024 * 1024
# Bytes of an entry beside the row that it holds, about.
_ENTRY = 64
BYTES = f"sum({_ENTRY} + coalesce(length(CAST(before AS BLOB)), 0))"


class Letting(NamedTuple):
    """What is let go: the commands before the one with the id ``before``, how many they are."""

    before: int
    commands: int


def reaches_back(conn: sqlite3.Connection) -> int | None:
    """The instant of the earliest command that is left, in UTC seconds; None where none was let
    go."""
    row = conn.execute("SELECT id, at FROM command ORDER BY id LIMIT 1").fetchone()
    return None if row is None or row[0] == 1 else int(row[1])


def older(conn: sqlite3.Connection, instant: int, now: int) -> Letting:
    """What was done before an instant, but never the last command. A command of a time to come,
    under a clock that was ahead, is as old as its neighbours."""
    (first,) = conn.execute(
        "SELECT coalesce((SELECT min(id) FROM command WHERE at BETWEEN ? AND ?),"
        " (SELECT max(id) FROM command), 0)",
        (instant, now),
    ).fetchone()
    return _letting(conn, first)


def bound(conn: sqlite3.Connection) -> None:
    """Within the transaction of a command: let go of the oldest commands where the journal is
    larger than the setting ``journal_size``, as many as make it a quarter smaller than that. On a
    server only an owner's commands do so."""
    if server.is_held(conn):
        return
    most = in_bytes(config.get("journal_size"))
    page, all_pages, free = pages(conn)
    if not most or page * (all_pages - free) <= most:
        return
    # What is in files is no journal, and there may be much of it.
    if page * (all_pages - free) - contents.total(conn) <= most:
        return
    kept = conn.execute(
        "SELECT id FROM command ORDER BY id DESC LIMIT 1 OFFSET ?", (KEPT - 1,)
    ).fetchone()
    if kept is None:
        return
    total, first = 0, 0
    by_command = f"SELECT command_id, {BYTES} FROM journal GROUP BY command_id ORDER BY command_id"
    for command_id, size in conn.execute(f"{by_command} DESC"):
        total += size
        if total > most:
            break
        if total <= most - most // 4:
            first = command_id
    else:
        return
    total = 0
    for command_id, size in conn.execute(by_command):
        total += size
        if total > _AT_ONCE:
            first = min(first or kept[0], command_id + 1)
            break
    let_go(conn, _letting(conn, min(first or kept[0], kept[0])))


def let_go(conn: sqlite3.Connection, letting: Letting) -> None:
    """Forget commands with their entries, within a transaction."""
    before = (letting.before,)
    textindex.let_go(conn, letting.before)
    tallies.let_go(conn, letting.before)
    conn.execute(
        "INSERT INTO step_past (id, changes, modified_at, settled_at)"
        " SELECT j.row_id, sum(j.op <> 'insert'), max(k.at),"
        " max(CASE WHEN k.kind = 'do' AND k.state = 'done' THEN k.at END)"
        " FROM journal AS j JOIN command AS k ON k.id = j.command_id"
        " WHERE j.table_name = 'step' AND j.command_id < ? GROUP BY j.row_id"
        " ON CONFLICT (id) DO UPDATE SET changes = step_past.changes + excluded.changes,"
        " modified_at = max(step_past.modified_at, excluded.modified_at),"
        " settled_at = coalesce(max(step_past.settled_at, excluded.settled_at),"
        " step_past.settled_at, excluded.settled_at)",
        before,
    )
    conn.execute(
        "INSERT INTO offer_past (number)"
        " SELECT json_extract(j.before, '$.number')"
        " FROM journal AS j JOIN command AS k ON k.id = j.command_id"
        " WHERE j.table_name = 'offer' AND j.op = 'delete' AND k.kind <> 'undo'"
        " AND j.command_id < ? ON CONFLICT DO NOTHING",
        before,
    )
    conn.execute("UPDATE command SET target = NULL WHERE target < ?", before)
    conn.execute("DELETE FROM journal WHERE command_id < ?", before)
    conn.execute("DELETE FROM command WHERE id < ?", before)
    conn.execute("DELETE FROM brought WHERE command_id < ?", before)
    conn.execute("DELETE FROM brought_row WHERE brought_id NOT IN (SELECT id FROM brought)")
    # Of a step that neither is there nor can come back nothing counts any more.
    conn.execute(
        "DELETE FROM step_past WHERE id NOT IN (SELECT id FROM step) AND id NOT IN"
        " (SELECT row_id FROM journal WHERE table_name = 'step')"
    )
    contents.sweep(conn)


def pages(conn: sqlite3.Connection) -> tuple[int, int, int]:
    """The bytes of a page, how many pages there are, and how many of them nothing is in."""
    names = ("page_size", "page_count", "freelist_count")
    # SQLCipher answers the first in text.
    size, pages, free = (int(conn.execute(f"PRAGMA {name}").fetchone()[0]) for name in names)
    return size, pages, free


def _letting(conn: sqlite3.Connection, first: int) -> Letting:
    """The commands before that with the id ``first``, but none that can be done again."""
    (again,) = conn.execute(
        "SELECT min(target) FROM command WHERE kind = 'undo' AND state = 'done'"
        " AND id > coalesce((SELECT max(id) FROM command WHERE kind = 'do'), 0)"
    ).fetchone()
    before = first if again is None else min(first, again)
    (commands,) = conn.execute("SELECT count(*) FROM command WHERE id < ?", (before,)).fetchone()
    return Letting(before, commands)
