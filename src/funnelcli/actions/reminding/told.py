"""What was told already: a file of the program's own in the user's folder for state.

It is no part of a database, so that nothing of it stands in a journal, an archive or a copy; and it
knows a record by its public id alone.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress

from funnelcli import config
from funnelcli.errors import Failed, reason
from funnelcli.i18n import _
from funnelcli.values import dates

KEPT_DAYS = 60
# One who tells may wait for a mail server meanwhile.
_BUSY_SECONDS = 60


def path() -> str:
    """The file."""
    return os.path.join(config.state_dir(), "reminded.db")


@contextmanager
def told(way: str, keys: Sequence[str], *, again: bool = False) -> Iterator[list[str]]:
    """Those of these keys that were not told yet that way, or ``again`` all; they count as told
    when the block has ended well. Who tells at the same time waits. Raises Failed."""
    try:
        conn = _opened()
    except (OSError, sqlite3.Error) as error:
        raise _unusable(error) from error
    with closing(conn):
        try:
            conn.execute("BEGIN IMMEDIATE")
            before = dates.now() - KEPT_DAYS * 86400
            conn.execute("DELETE FROM told WHERE at < ?", (before,))
            rows = conn.execute("SELECT key FROM told WHERE way = ?", (way,))
            known = {key for (key,) in rows}
        except sqlite3.Error as error:
            raise _unusable(error) from error
        new = [key for key in keys if again or key not in known]
        yield new
        conn.executemany(
            "INSERT OR REPLACE INTO told (way, key, at) VALUES (?, ?, ?)",
            [(way, key, dates.now()) for key in new],
        )
        conn.execute("COMMIT")


def seen(way: str, keys: Sequence[str]) -> set[str]:
    """Those of these keys that were told that way; nothing is written."""
    if not os.path.exists(path()):
        return set()
    with suppress(OSError, sqlite3.Error), closing(_opened()) as conn:
        rows = conn.execute("SELECT key FROM told WHERE way = ?", (way,))
        return {key for (key,) in rows} & set(keys)
    return set()


def _opened() -> sqlite3.Connection:
    os.makedirs(config.state_dir(), mode=0o700, exist_ok=True)
    try:
        return _with_table()
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        # What is no database any more would keep everybody from being reminded.
        os.unlink(path())
        return _with_table()


def _with_table() -> sqlite3.Connection:
    conn = sqlite3.connect(path(), isolation_level=None, timeout=_BUSY_SECONDS)
    try:
        conn.execute(
            "CREATE TABLE IF NOT EXISTS told (way TEXT, key TEXT, at INTEGER,"
            " PRIMARY KEY (way, key)) STRICT, WITHOUT ROWID"
        )
    except BaseException:
        conn.close()
        raise
    return conn


def _unusable(error: Exception) -> Failed:
    return Failed(
        _("{path} cannot be read or written: {error}.").format(path=path(), error=reason(error)),
        _("It holds what was told; without it, all is told once more."),
    )
