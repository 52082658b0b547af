"""Writing the database anew under a key, under another one, or under none.

The new file is written beside the old one, compared with it, and takes its place in one step, while
nobody else can read or write: whatever happens, there is the one or the other, whole.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, suppress

from funnelcli import encryption, files
from funnelcli.db import copies, functions
from funnelcli.db.refusing import unusable
from funnelcli.errors import Failed
from funnelcli.i18n import _

# So long others have to let go of the database.
WAIT_SECONDS = 10
_LOOK_EVERY = 0.05
_CHUNK = 1 << 20


def rewrite(path: str, key: str) -> None:
    """Put in the place of the database at ``path`` the same under ``key``, which is a key with its
    salt or a passphrase as :func:`encryption.spelt` gives it; empty for a file that is plain.

    Raises Failed when another program does not let go of the database, or what was written is not
    what was there.
    """
    plain = not encryption.is_encrypted(path)
    part = ""
    try:
        part = files.part(os.path.dirname(os.path.abspath(path)))
        with closing(encryption.open_file(path)) as conn:
            _hold(conn, path)
            try:
                _write(conn, part, key, mode="WAL")
                _take_place(part, path, wipe=plain)
            except BaseException:
                # As it was, for those who go on with it.
                with suppress(sqlite3.Error):
                    conn.execute("PRAGMA locking_mode = NORMAL")
                    conn.execute("PRAGMA journal_mode = WAL")
                raise
    except OSError as error:
        raise Failed(
            _("{path} cannot be written: {error}.").format(path=path, error=error.strerror),
            _("Check that the folder exists and that the disk has room."),
        ) from error
    except sqlite3.Error as error:
        raise unusable(path, error) from error
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            with suppress(OSError):
                os.unlink(part + ending)


def rewrite_copy(path: str, key: str) -> None:
    """The same as :func:`rewrite` for a copy, which nobody has open, and which stays as old as it
    is. Raises Failed and OSError."""
    made = os.stat(path)
    plain = not encryption.is_encrypted(path)
    part = files.part(os.path.dirname(os.path.abspath(path)))
    try:
        with closing(encryption.open_file(path, ask=False)) as conn:
            _write(conn, part, key, mode="DELETE")
        os.utime(part, ns=(made.st_atime_ns, made.st_mtime_ns))
        _take_place(part, path, wipe=plain)
    except sqlite3.Error as error:
        raise unusable(path, error) from error
    finally:
        with suppress(OSError):
            os.unlink(part)


def _hold(conn: sqlite3.Connection, path: str) -> None:
    """Let nobody else read or write the database until the connection is closed.

    With a write-ahead log a process that waits would go on with the log of the new file; without
    one SQLite sees, before it writes, that its file is no longer the one of that name.
    """
    wait = copies.patience(WAIT_SECONDS, path)
    conn.execute("PRAGMA busy_timeout = 0")
    for statement in (
        "PRAGMA journal_mode = DELETE",
        "PRAGMA locking_mode = EXCLUSIVE",
        "BEGIN EXCLUSIVE",
        "COMMIT",
    ):
        while True:
            try:
                conn.execute(statement).fetchall()
                break
            except sqlite3.OperationalError:
                wait(sqlite3.SQLITE_BUSY, 0, 0)
                time.sleep(_LOOK_EVERY)


def _write(conn: sqlite3.Connection, part: str, key: str, *, mode: str) -> None:
    """Write what ``conn`` reads to the file ``part`` under a key, its journal in this
    mode, and compare the two."""
    functions.add(conn)
    conn.execute("PRAGMA foreign_keys = OFF")
    (version,) = conn.execute("PRAGMA user_version").fetchone()
    conn.execute("ATTACH ? AS part KEY ?", (part, key))
    conn.execute("SELECT sqlcipher_export('part')").fetchall()
    conn.execute(f"PRAGMA part.user_version = {version:d}")
    tables = [
        name
        for (name,) in conn.execute(
            # The index of texts lies in tables of its own; it is none that can be read.
            "SELECT name FROM main.sqlite_master WHERE type = 'table' AND rootpage > 0"
        )
    ]
    same = _schema(conn, "main") == _schema(conn, "part") and all(
        _rows(conn, "main", name) == _rows(conn, "part", name) for name in tables
    )
    conn.execute("DETACH part")
    with closing(sqlite3.connect(part, isolation_level=None)) as written:
        if key:
            encryption.unlock(written, key)
        functions.add(written)
        problem = copies.integrity_problem(written)
        if not problem and key:
            damaged = written.execute("PRAGMA cipher_integrity_check").fetchone()
            problem = "" if damaged is None else str(damaged[0])
        written.execute(f"PRAGMA journal_mode = {mode}")
    if problem or not same:
        raise Failed(
            _("What was written is not what was there: {problem}.").format(
                problem=problem or _("rows are missing")
            ),
            _("Nothing was changed. Run `funnel doctor` on the database."),
        )


def _schema(conn: sqlite3.Connection, where: str) -> list[tuple[str, ...]]:
    rows = conn.execute(f"SELECT type, name, sql FROM {where}.sqlite_master ORDER BY type, name")
    return rows.fetchall()


def _rows(conn: sqlite3.Connection, where: str, table: str) -> int:
    (rows,) = conn.execute(f"SELECT count(*) FROM {where}.{table}").fetchone()
    return int(rows)


def _take_place(part: str, path: str, *, wipe: bool) -> None:
    """Give the file ``part`` the name ``path``; of a plain file that had it, overwrite what the
    disk has, as far as its file system writes in place."""
    files.to_disk(part)
    before = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.replace(part, path)
        if wipe:
            left = os.fstat(before).st_size
            while left:
                left -= os.write(before, bytes(min(left, _CHUNK)))
            os.fsync(before)
    finally:
        os.close(before)
