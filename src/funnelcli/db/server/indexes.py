"""The indexes over the texts of a database on a server: everybody's own, in a file of the cache
folder, with the words of what the server lets them read.

The server itself keeps one row of them: what the database is known by, how often all indexes
became void, as where a person was forgotten, and up to which entry the journal was let go of. An
index that is older, or knows of entries that the server does not have, as after an older state of
the database was brought back, is made anew.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import suppress

from funnelcli import folders
from funnelcli.db import journal_position
from funnelcli.db.waiting import BUSY_SECONDS, path_of

_ENTRY = "CREATE TABLE IF NOT EXISTS find_entry (entry TEXT NOT NULL)"


def opened(conn: sqlite3.Connection) -> sqlite3.Connection:
    """The file of the index over a database; one in memory, for the moment, where no file can be
    written."""
    (known,) = conn.execute("SELECT known FROM text_indexes").fetchone()
    name = hashlib.sha256(f"{path_of(conn)} {known}".encode()).hexdigest()[:32]
    path = os.path.join(folders.cache_folder(), f"texts-{name}.db")
    with suppress(OSError, sqlite3.Error):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        return _file(path)
    store = sqlite3.connect(":memory:", isolation_level=None)
    store.execute(_ENTRY)
    return store


def _file(path: str) -> sqlite3.Connection:
    store = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
    try:
        # What is lost is made again, and what was dropped leaves nothing behind.
        store.execute("PRAGMA synchronous = OFF")
        store.execute("PRAGMA secure_delete = ON")
        store.execute(_ENTRY)
    except sqlite3.Error:
        store.close()
        os.unlink(path)
        raise
    return store


def mark(conn: sqlite3.Connection) -> str:
    """What an index of the present state has to be made of."""
    known, voided = conn.execute("SELECT known, voided FROM text_indexes").fetchone()
    return f"{known} {voided}"


def goes_on(conn: sqlite3.Connection, store: sqlite3.Connection) -> bool:
    """Whether the journal has all that an index lacks; else the index is let go of."""
    try:
        (position,) = store.execute("SELECT position FROM find_state").fetchone()
        (entry,) = store.execute("SELECT entry FROM find_entry").fetchone()
    except (sqlite3.OperationalError, TypeError):
        return False
    (gone,) = conn.execute("SELECT gone FROM text_indexes").fetchone()
    if gone == position or (
        gone < position <= journal_position.last(conn) and entry == _entry(conn, position)
    ):
        return True
    store.execute("DROP TABLE find_state")
    return False


def note(conn: sqlite3.Connection, store: sqlite3.Connection) -> None:
    """Keep in mind with an index, within its transaction, which course of things it is of."""
    store.execute("DELETE FROM find_entry")
    entry = _entry(conn, journal_position.last(conn))
    store.execute("INSERT INTO find_entry VALUES (?)", (entry,))


def _entry(conn: sqlite3.Connection, position: int) -> str:
    """What stands at a place in the journal, which is another one in another course of things."""
    row = conn.execute(
        "SELECT table_name, row_id, op, before FROM journal WHERE id = ?", (position,)
    ).fetchone()
    return hashlib.sha256(repr(row).encode()).hexdigest()


def void(conn: sqlite3.Connection) -> None:
    """Have all indexes be made anew, within a transaction."""
    conn.execute("UPDATE text_indexes SET voided = voided + 1")


def let_go(conn: sqlite3.Connection, before: int) -> None:
    """Before the entries of older commands than this one leave the journal, within a transaction:
    an index that does not know them all can catch up no more."""
    (gone,) = conn.execute(
        "SELECT coalesce(max(id), 0) FROM journal WHERE command_id < ?", (before,)
    ).fetchone()
    if journal_position.after_letting_go(conn, before, gone) == gone:
        # Later entries are left, so that no number comes twice.
        conn.execute("UPDATE text_indexes SET gone = ?", (gone,))
    else:
        void(conn)
