"""Bringing a copy of the database back, without losing what it replaces."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

from funnelcli.db import copies
from funnelcli.db.connection import connect
from funnelcli.db.schema import LATEST, is_funnel
from funnelcli.errors import Failed
from funnelcli.i18n import _


def check(source: str) -> None:
    """Raise Failed unless ``source`` is a sound database that this program can read."""
    if not os.path.isfile(source):
        raise Failed(
            _("There is no file {path}.").format(path=source),
            _("`funnel backup --list` shows the copies there are."),
        )
    with closing(sqlite3.connect(source, isolation_level=None)) as copied:
        problem = copies.integrity_problem(copied)
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
    check(source)
    kept = None
    if damaged(path):
        kept = _set_aside(path)
    had = os.path.exists(path)
    with closing(connect(path)) as conn:
        if had:
            kept = copies.rotate(conn, path, "before-restore", spare=os.path.abspath(source))
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
    where = copies.make_folder(path)
    names = copies.free_paths(where, "damaged", "")
    target = next(name for name in names if not os.path.exists(name))
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
