"""Copies of the database beside it: made online, verified, and let go by their age and kind."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from itertools import count

from funnelcli import config, files
from funnelcli.db import server, waiting
from funnelcli.db.breaking_off import breakable
from funnelcli.db.refusing import unusable
from funnelcli.db.schema import COPIES
from funnelcli.encryption import open_file
from funnelcli.errors import Failed
from funnelcli.i18n import _
from funnelcli.patterns import regex
from funnelcli.values import dates

# The latest automatic copies are kept, however close together they were made.
LATEST_KEPT = 10
# For so long a copy waits for a lock.
WAIT_SECONDS = 60
BY_HAND = "by-hand"
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
# The spans of which one copy each is kept, with the setting that says of how many, and how the
# moment of a copy reads within one.
SPANS = (
    ("copies_hourly", "%Y-%m-%d %H"),
    ("copies_daily", "%Y-%m-%d"),
    ("copies_weekly", "%G-%V"),
)
_NAME = regex(r"\d{8}T\d{6}Z-([a-z-]+?)(?:-\d+)?\.db")


def folder(path: str) -> str:
    """Where the automatic copies of the database at ``path`` lie."""
    return server.beside(path) + COPIES


def listed(path: str) -> list[str]:
    """The copies beside the database at ``path``, by their names."""
    where = folder(path)
    names = sorted(os.listdir(where)) if os.path.isdir(where) else []
    return [os.path.join(where, name) for name in names if name.endswith(".db")]


def copy(conn: sqlite3.Connection, targets: Iterable[str]) -> str:
    """Write a verified copy of the open database to the first of ``targets`` that nothing has,
    while others go on writing; its path.

    The copy appears under its name only when it is whole and has passed SQLite's integrity
    check, and takes no other file's place. Raises Failed when it cannot be written or does not
    verify.
    """
    names = iter(targets)
    target = next(names)
    part = ""
    try:
        part = files.part(os.path.dirname(os.path.abspath(target)))
        with closing(open_file(part, like=waiting.path_of(conn))) as copied:
            conn.backup(copied, progress=patience(WAIT_SECONDS))
            copied.execute("PRAGMA journal_mode = DELETE")
            problem = integrity_problem(copied)
        if problem:
            raise Failed(
                _("The copy does not verify: {problem}.").format(problem=problem),
                _("Run `funnel doctor` on the database."),
            )
        made = files.settle(part, _all(target, names))
        # Its age is what it says: by the clock that the program reckons by.
        os.utime(made, (dates.now(), dates.now()))
        return made
    except (OSError, sqlite3.Error) as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if isinstance(error, sqlite3.Error) and code in _DAMAGED:
            raise unusable(waiting.path_of(conn), error) from error
        raise Failed(
            _("The copy cannot be written to {path}: {error}.").format(path=target, error=error),
            _("Check that the folder exists and that the disk has room."),
        ) from error
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            with suppress(OSError):
                os.unlink(part + ending)


def patience(seconds: float, path: str = "") -> Callable[[int, int, int], None]:
    """What a backup is to ask after each of its steps: it ends one that has waited for a lock for
    so long, by raising OperationalError; SQLite alone would wait for ever. One that waits for the
    database at ``path`` says so first."""
    begun = time.monotonic()
    said = not path

    def step(status: int, _left: int, _pages: int) -> None:
        nonlocal said
        if status not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return
        waited = time.monotonic() - begun
        if waited > waiting.SAID_AFTER and not said:
            said = True
            waiting.say(path)
        if waited > seconds:
            raise sqlite3.OperationalError("database is locked")

    return step


def _all(first: str, others: Iterator[str]) -> Iterator[str]:
    yield first
    yield from others


def integrity_problem(conn: sqlite3.Connection) -> str:
    """What SQLite's integrity check says, of its indexes too; empty when the file is sound."""
    try:
        with breakable(conn):
            (answer,) = conn.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if answer == "ok" else str(answer)


def rotate(conn: sqlite3.Connection, path: str, reason: str, *, spare: str | None = None) -> str:
    """Make an automatic copy beside the database and let go those whose time is over
    (:func:`outdated`), but neither this one nor the one at ``spare``.

    Returns the path of the copy.
    """
    where = make_folder(path)
    target = copy(conn, free_paths(where, reason, ".db"))
    for old in outdated(where):
        if old not in (target, spare):
            # Another process lets go of the same ones.
            with suppress(OSError):
                os.remove(old)
    return target


def outdated(where: str) -> list[str]:
    """The automatic copies in a folder that no rule keeps.

    Kept are the latest ones, and the last of each hour, day and week, of as many of them as the
    settings say; one that was made by hand is kept, and so is what the program did not name. A copy
    from a time to come was made under a clock that was ahead: it counts as older than the others,
    so that it pushes none of them out.
    """
    now = dates.now()
    made: list[tuple[int, str]] = []
    for name in os.listdir(where):
        named = _NAME.fullmatch(name)
        if named is None or named[1] == BY_HAND:
            continue
        path = os.path.join(where, name)
        with suppress(OSError):
            made.append((int(os.stat(path).st_mtime), path))
    made.sort(key=lambda copied: (copied[0] <= now, *copied), reverse=True)
    kept = {path for _at, path in made[:LATEST_KEPT]}
    for setting, span in SPANS:
        last: dict[str, str] = {}
        for at, path in made:
            last.setdefault(dates.local(at).strftime(span), path)
        kept |= set(list(last.values())[: config.get(setting)])
    return [path for _at, path in made if path not in kept]


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


def free_paths(where: str, reason: str, ending: str) -> Iterator[str]:
    """Paths in the folder, named by the time and the reason, one after the other until one is
    free."""
    stamp = dates.iso_instant(dates.now()).replace(":", "").replace("-", "")
    yield os.path.join(where, f"{stamp}-{reason}{ending}")
    for number in count(2):
        yield os.path.join(where, f"{stamp}-{reason}-{number}{ending}")
