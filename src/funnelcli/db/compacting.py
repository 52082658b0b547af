"""Making the database file smaller: by the old part of the journal, and by free room."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable

from funnelcli.db import contents, textindex, trimming, waiting
from funnelcli.db.breaking_off import breakable
from funnelcli.db.server import on_server
from funnelcli.db.transaction import adopt_outside, sorting_on_disk
from funnelcli.plain import NamedTuple


class Sizes(NamedTuple):
    """Bytes of the file, of the journal in it (about), and of its pages that nothing is in."""

    file: int
    journal: int
    free: int


def sizes(conn: sqlite3.Connection) -> Sizes:
    """How large the database is now."""
    page, pages, free = trimming.pages(conn)
    (journal,) = conn.execute(f"SELECT coalesce({trimming.BYTES}, 0) FROM journal").fetchone()
    return Sizes(page * pages, journal, page * free)


def compact(
    conn: sqlite3.Connection,
    path: str,
    find: Callable[[], trimming.Letting],
    *,
    dry_run: bool,
) -> tuple[trimming.Letting, Sizes]:
    """Let go of what ``find`` names, and give the room that nothing takes back to the disk; what
    went, and the sizes afterwards. Each of the two is done whole or not at all. With ``dry_run``
    the sizes are those that it would come to, and all stays as it is.

    Raises OperationalError where the disk has no room for the file once more, or another program
    does not let go of it.
    """
    waiting.begin(conn)
    try:
        adopt_outside(conn)
        letting = find()
        if letting.commands:
            trimming.let_go(conn, letting)
        contents.sweep(conn)
        textindex.drop_outdated(conn)
        after = sizes(conn)
        conn.execute("ROLLBACK" if dry_run else "COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
    if dry_run:
        return letting, Sizes(after.file - after.free, after.journal, 0)
    rewrite(conn)
    left = sizes(conn)
    return letting, left if on_server(conn) else left._replace(file=os.path.getsize(path))


def rewrite(conn: sqlite3.Connection) -> bool:
    """Write the file anew, so that it has no free pages and nothing is left in them, and empty the
    write-ahead log; False where another program reads that still. A server keeps the room of what
    went for what comes. Raises OperationalError."""
    with sorting_on_disk(conn), breakable(conn):
        waiting.insist(conn, "VACUUM")
    if on_server(conn):
        return True
    busy, *_rest = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
