"""Translations that were made before, so that the translator is loaded for new statements alone.

They lie in a file of the cache folder, one for each state of the translator. It may be deleted at
any time, and where it cannot be written the program works without.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import suppress
from functools import cache

from funnelcli import folders
from funnelcli.db.server.translation import Translation

_TRANSLATOR = os.path.join(os.path.dirname(__file__), "translating.py")


_known: dict[tuple[str, frozenset[str]], Translation] = {}


def translation(statement: str, temporary: frozenset[str]) -> Translation:
    """The translation of a statement; ``temporary`` are the tables of this connection alone.
    Raises sqlite3.OperationalError where it is none that SQLite would take."""
    found = _known.get((statement, temporary))
    if found is None:
        key = hashlib.sha256("\0".join((statement, *sorted(temporary))).encode()).digest()
        found = _read(key)
        if found is None:
            from funnelcli.db.server.translating import translate

            found = translate(statement, temporary)
            _write(key, found)
        _known[statement, temporary] = found
    return found


def _read(key: bytes) -> Translation | None:
    conn = _file()
    if conn is None:
        return None
    row = None
    # The file may be gone, or broken, since it was opened.
    with suppress(sqlite3.Error):
        row = conn.execute(
            "SELECT text, flags, makes FROM statement WHERE key = ?", (key,)
        ).fetchone()
    if row is None:
        return None
    text, flags, makes = row
    return Translation(text, bool(flags & 1), bool(flags & 2), bool(flags & 4), makes)


def _write(key: bytes, found: Translation) -> None:
    conn = _file()
    if conn is not None:
        flags = found.writes | found.counts << 1 | found.gives_id << 2
        # Another process may have written it, or the file, a moment before.
        with suppress(sqlite3.Error):
            conn.execute(
                "INSERT OR IGNORE INTO statement VALUES (?, ?, ?, ?)",
                (key, found.text, flags, found.makes),
            )


@cache
def _file() -> sqlite3.Connection | None:
    """The file; None where there can be none."""
    with suppress(OSError, sqlite3.Error):
        made = os.stat(_TRANSLATOR).st_mtime_ns
        path = os.path.join(folders.cache_folder(), f"statements-{made}.db")
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        conn = sqlite3.connect(path, isolation_level=None, timeout=1, check_same_thread=False)
        # What is lost is translated again.
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute(
            "CREATE TABLE IF NOT EXISTS statement"
            " (key BLOB PRIMARY KEY, text TEXT, flags INTEGER, makes TEXT) WITHOUT ROWID"
        )
        return conn
    return None
