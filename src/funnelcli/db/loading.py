"""Loading many rows at once: what costs as much with every row is done once, at the end.

All of it lies within the command's transaction, the schema's changes too: nobody sees a table
without its indexes or the journal's triggers, and a crash leaves everything as it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from funnelcli.db.aside import changed
from funnelcli.db.server import on_server
from funnelcli.db.transaction import sorting_on_disk
from funnelcli.db.triggers import in_ranges

# Fewer rows are written sooner than the schema is changed to and fro.
ENOUGH = 1000
# KiB of pages that SQLite holds meanwhile, twice as many as else. More are no quicker.
_HELD = 4000


@contextmanager
def loading(
    conn: sqlite3.Connection,
    command_id: int,
    tables: Sequence[str],
    rows: int,
    *,
    keep: Sequence[str] = (),
) -> Iterator[None]:
    """Let the command insert about ``rows`` rows into ``tables``, parents before children, of
    which it deletes none (:func:`funnelcli.db.triggers.in_ranges`).

    Where that is more than twice what the last of them has, the indexes are built anew at the end,
    but for those in ``keep``: by which rows are looked up meanwhile, or that cost little to keep.
    Not on a server, where others look rows up too.
    """
    if rows < ENOUGH:
        yield
        return
    with in_ranges(conn, command_id, tables), _room(conn):
        (most,) = conn.execute(f"SELECT coalesce(max(id), 0) FROM {tables[-1]}").fetchone()
        several = rows > 2 * most and not on_server(conn)
        indexes = _indexes(conn, tables, keep) if several else []
        for name, _statement in indexes:
            # A user's own index may be called anything.
            quoted = name.replace('"', '""')
            conn.execute(f'DROP INDEX "{quoted}"')
        yield
        with sorting_on_disk(conn):
            for _name, statement in indexes:
                conn.execute(statement)


def _room(conn: sqlite3.Connection) -> AbstractContextManager[None]:
    """Let SQLite hold the pages that go on being written at the ends of a dozen tables and
    indexes."""
    return nullcontext() if on_server(conn) else changed(conn, "cache_size", f"-{_HELD}")


def _indexes(
    conn: sqlite3.Connection, tables: Sequence[str], keep: Sequence[str]
) -> list[tuple[str, str]]:
    """The indexes of ``tables`` but those in ``keep``: name and statement. Those that a UNIQUE
    in the table makes have no statement and stay."""
    rows = conn.execute(
        "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    )
    return [(name, sql) for table, name, sql in rows if table in tables and name not in keep]
