"""What a connection does aside from commands: temporary tables, and what the journal does not
watch."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from funnelcli.db.waiting import BUSY_SECONDS


def making(conn: sqlite3.Connection) -> AbstractContextManager[None]:
    """Let a connection that may only read make temporary tables."""
    return changed(conn, "query_only", "OFF")


def only_reading(conn: sqlite3.Connection) -> AbstractContextManager[None]:
    """Let a connection run what a file brought along: that may read alone."""
    return changed(conn, "query_only", "ON")


@contextmanager
def changed(conn: sqlite3.Connection, pragma: str, value: str) -> Iterator[None]:
    """Let a pragma of a connection have another value inside the block."""
    (before,) = conn.execute(f"PRAGMA {pragma}").fetchone()
    conn.execute(f"PRAGMA {pragma} = {value}")
    try:
        yield
    finally:
        conn.execute(f"PRAGMA {pragma} = {before}")


@contextmanager
def writing(conn: sqlite3.Connection) -> Iterator[None]:
    """A transaction that is no command, for what the journal does not watch: all of it or
    nothing."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


def write_at_once(conn: sqlite3.Connection, write: Callable[[], None]) -> None:
    """Write what the journal does not watch, outside of any transaction, unless the file may not be
    written, or somebody else writes to it: whoever only reads does not wait."""
    conn.execute("PRAGMA busy_timeout = 0")
    try:
        with suppress(sqlite3.OperationalError), writing(conn):
            write()
    finally:
        conn.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
