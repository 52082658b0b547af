"""Copies of the database beside it: made online, verified, and the oldest let go."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

from funnelcli import files
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
    try:
        with files.replacing(target) as part:
            with closing(sqlite3.connect(part, isolation_level=None)) as copied:
                conn.backup(copied)
                copied.execute("PRAGMA journal_mode = DELETE")
                problem = integrity_problem(copied)
            if problem:
                raise Failed(
                    _("The copy does not verify: {problem}.").format(problem=problem),
                    _("Run `funnel doctor` on the database."),
                )
    except (OSError, sqlite3.Error) as error:
        raise Failed(
            _("The copy cannot be written to {path}: {error}.").format(path=target, error=error),
            _("Check that the folder exists and that the disk has room."),
        ) from error


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
    where = make_folder(path)
    target = free_path(where, reason, ".db")
    copy(conn, target)
    for old in sorted(name for name in os.listdir(where) if name.endswith(".db"))[:-KEEP]:
        if os.path.join(where, old) != spare:
            os.remove(os.path.join(where, old))
    return target


def make_folder(path: str) -> str:
    """Make the folder of the copies where it is not there yet; its path. Raises Failed."""
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


def free_path(where: str, reason: str, ending: str) -> str:
    """A path in the folder that nothing has, named by the time and the reason."""
    stamp = dates.iso_instant(dates.now()).replace(":", "").replace("-", "")
    target = os.path.join(where, f"{stamp}-{reason}{ending}")
    number = 1
    while os.path.exists(target):
        number += 1
        target = os.path.join(where, f"{stamp}-{reason}-{number}{ending}")
    return target
