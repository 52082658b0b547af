"""Copies of the database: made online, verified, rotated, and restored without losing anything."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

from funnelcli.errors import Failed
from funnelcli.i18n import _
from funnelcli.values import dates

# Automatic copies that are kept; the oldest go first.
KEEP = 10


def folder(path: str) -> str:
    """Where the automatic copies of the database at ``path`` lie."""
    return os.path.abspath(path) + ".backups"


def copy(conn: sqlite3.Connection, target: str) -> None:
    """Write a verified copy of the open database to ``target``, while others go on writing.

    The copy appears under its name only when it is whole and has passed SQLite's integrity
    check. Raises Failed when it cannot be written or does not verify.
    """
    part = target + ".part"
    try:
        os.close(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(part, isolation_level=None)) as copied:
            conn.backup(copied)
            copied.execute("PRAGMA journal_mode = DELETE")
            problem = integrity_problem(copied)
        if problem:
            raise Failed(
                _("The copy does not verify: {problem}.").format(problem=problem),
                _("Run `funnel doctor` on the database."),
            )
        os.replace(part, target)
    except (OSError, sqlite3.Error) as error:
        raise Failed(
            _("The copy cannot be written to {path}: {error}.").format(path=target, error=error),
            _("Check that the folder exists and that the disk has room."),
        ) from error
    finally:
        if os.path.exists(part):
            os.remove(part)


def integrity_problem(conn: sqlite3.Connection) -> str:
    """What SQLite's integrity check says; empty when the file is sound."""
    try:
        (answer,) = conn.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if answer == "ok" else str(answer)


def rotate(conn: sqlite3.Connection, path: str, reason: str, *, spare: str | None = None) -> str:
    """Make an automatic copy beside the database and let the oldest beyond KEEP go, but not the
    one at ``spare``.

    Returns the path of the copy.
    """
    where = _make_folder(path)
    target = _free(where, reason, ".db")
    copy(conn, target)
    for old in sorted(name for name in os.listdir(where) if name.endswith(".db"))[:-KEEP]:
        if os.path.join(where, old) != spare:
            os.remove(os.path.join(where, old))
    return target


def _make_folder(path: str) -> str:
    where = folder(path)
    try:
        os.makedirs(where, mode=0o700, exist_ok=True)
    except OSError as error:
        raise Failed(
            _("The backup folder {path} cannot be made: {error}.").format(
                path=where, error=error.strerror
            ),
            _("Check the permissions of the database's folder."),
        ) from error
    return where


def _free(where: str, reason: str, ending: str) -> str:
    """A path in the folder that nothing has, named by the time and the reason."""
    stamp = dates.iso_instant(dates.now()).replace(":", "").replace("-", "")
    target = os.path.join(where, f"{stamp}-{reason}{ending}")
    number = 1
    while os.path.exists(target):
        number += 1
        target = os.path.join(where, f"{stamp}-{reason}-{number}{ending}")
    return target


def check(source: str) -> None:
    """Raise Failed unless ``source`` is a sound database that this program can read."""
    from funnelcli.db.migrate import LATEST, is_funnel

    if not os.path.isfile(source):
        raise Failed(
            _("There is no file {path}.").format(path=source),
            _("`funnel backup --list` shows the copies there are."),
        )
    with closing(sqlite3.connect(source, isolation_level=None)) as copied:
        problem = integrity_problem(copied)
        version = 0
        if not problem and is_funnel(copied):
            (version,) = copied.execute("PRAGMA user_version").fetchone()
    if problem or not 0 < version <= LATEST:
        raise Failed(
            _("{path} is no sound funnel database: {problem}.").format(
                path=source, problem=problem or _("unknown schema")
            ),
            _("Nothing was replaced. `funnel backup --list` shows the copies there are."),
        )


def restore(source: str, path: str) -> str | None:
    """Put the copy at ``source`` in the place of the database at ``path``.

    The copy is checked first; what it replaces is kept as an automatic copy, or, where it is
    damaged, as it is; its path is returned (None when there was no database). Raises Failed when
    the copy is not sound.
    """
    from funnelcli.db.connection import connect

    check(source)
    kept = None
    if damaged(path):
        kept = _set_aside(path)
    had = os.path.exists(path)
    with closing(connect(path)) as conn:
        if had:
            kept = rotate(conn, path, "before-restore", spare=os.path.abspath(source))
        # Through SQLite's own backup, so that other programs that have the file open see the
        # new content, never half of it.
        with closing(sqlite3.connect(source, isolation_level=None)) as copied:
            copied.backup(conn)
    # The copy may be of an older schema; opening it migrates it.
    with closing(connect(path)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
    return kept


def damaged(path: str) -> bool:
    """Whether there is a file at ``path`` of which SQLite cannot make sense."""
    if not os.path.isfile(path):
        return False
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as conn:
            (answer,) = conn.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        # The low byte is the primary code; a file that is merely locked is not damaged.
        return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return bool(answer != "ok")


def _set_aside(path: str) -> str:
    """Move a damaged database, which no copy can be made of, beside the copies; its new path.

    It is not among the copies that go in time: somebody may still get something out of it.
    """
    where = _make_folder(path)
    target = _free(where, "damaged", "")
    try:
        # SQLite's own files first: beside the restored database they would damage that one too.
        for ending in ("-wal", "-shm", ""):
            if os.path.exists(path + ending):
                os.replace(path + ending, target + ending)
    except OSError as error:
        raise Failed(
            _("{path} cannot be written: {error}.").format(path=path, error=error.strerror),
            _("Check the permissions of the database's folder."),
        ) from error
    return target
