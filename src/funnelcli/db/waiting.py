"""Waiting for another writer or for a large file to be brought up to date, and saying so."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress

from funnelcli.db.server import on_server
from funnelcli.plain import NamedTuple

# Two hundred writers in a queue, each a few milliseconds, and room to spare.
BUSY_SECONDS = 60
SAID_AFTER = 1.0
"""Seconds after which a person wonders."""
LARGE = 100_000_000
"""Bytes of a file that cannot be copied and checked in a moment."""
# SQLite's lock of the one who writes is on this byte of the shared memory (its file format, 2.2.3).
_WRITER = 120


class Writer(NamedTuple):
    """Another process that writes: its number and its command line, as far as the system tells; of
    one at a server, the name of the program there, and who has logged in."""

    process: int
    command: str
    user: str = ""


def _silent(_path: str, _writer: Writer | None) -> None:
    pass


def _unannounced(_path: str, _size: int) -> None:
    pass


def _unnoticed(_path: str) -> None:
    pass


_tell: Callable[[str, Writer | None], None] = _silent
_announce: Callable[[str, int], None] = _unannounced
_notice: Callable[[str], None] = _unnoticed


def tell(
    how: Callable[[str, Writer | None], None],
    migrating: Callable[[str, int], None] = _unannounced,
    beginning: Callable[[str], None] = _unnoticed,
) -> None:
    """Have ``how`` called with the database and whoever writes to it where a write has to wait for
    longer than a moment, ``migrating`` with a large database and its size in bytes before its
    schema is brought up to date, and ``beginning`` with one that was made in the place of another
    of which there are copies."""
    global _tell, _announce, _notice
    _tell, _announce, _notice = how, migrating, beginning


def announce(path: str) -> None:
    """Say that the database at ``path`` is brought up to date, where that takes long."""
    size = os.path.getsize(path)
    if size >= LARGE:
        _announce(path, size)


def notice(path: str) -> None:
    """Say that the database at ``path`` is a new one, where there was another before."""
    _notice(path)


def say(path: str) -> None:
    """Say that one waits for the database at ``path``."""
    _tell(path, writer(path))


def begin(conn: sqlite3.Connection) -> None:
    """Begin a transaction that writes, when those who write before have ended. Raises
    OperationalError after BUSY_SECONDS."""
    insist(conn, "BEGIN IMMEDIATE")


def insist(conn: sqlite3.Connection, statement: str) -> None:
    """Run a statement that needs the lock of the one who writes, as :func:`begin` does."""
    conn.execute(f"PRAGMA busy_timeout = {int(SAID_AFTER * 1000)}")
    try:
        conn.execute(statement)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        if on_server(conn):
            # It knows who writes.
            _tell(path_of(conn), conn.writer())  # type: ignore[attr-defined]
        else:
            say(path_of(conn))
        conn.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        conn.execute(statement)
    finally:
        conn.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


def path_of(conn: sqlite3.Connection) -> str:
    """The path of the file that a connection is to."""
    return str(conn.execute("PRAGMA database_list").fetchone()[2])


def writer(path: str) -> Writer | None:
    """Who writes to the database at ``path`` now; None where the system does not tell (it is Linux
    that does), or nobody does."""
    with suppress(OSError, ValueError):
        inode = os.stat(f"{path}-shm").st_ino
        with open("/proc/locks", encoding="ascii") as locks:
            for line in locks:
                # 1: POSIX ADVISORY WRITE 4711 08:02:131075 120 120; one that waits has "->".
                parts = line.split()
                if len(parts) != 8 or parts[3] != "WRITE" or int(parts[5].split(":")[2]) != inode:
                    continue
                if parts[7] == "EOF" or int(parts[6]) <= _WRITER <= int(parts[7]):
                    return Writer(int(parts[4]), _command(int(parts[4])))
    return None


def _command(process: int) -> str:
    with suppress(OSError):
        with open(f"/proc/{process}/cmdline", "rb") as file:
            words = os.fsdecode(file.read(300)).split("\0")
        # An interpreter and where a program lies say less than its name.
        named = [os.path.basename(word) for word in words[:2]]
        first = 1 if named[0].startswith("python") and len(named) > 1 else 0
        return " ".join(" ".join([named[first], *words[first + 1 :]]).split())[:60].rstrip()
    return ""
