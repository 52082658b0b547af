"""Bringing a copy of the database back, without losing what it replaces."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress

from funnelcli import files
from funnelcli.db import copies, functions, triggers
from funnelcli.db.advancing import Advance, Begin, unwatched
from funnelcli.db.breaking_off import breakable
from funnelcli.db.migrate import migrate
from funnelcli.db.refusing import unusable
from funnelcli.db.rekeying import rewrite_copy
from funnelcli.db.schema import LATEST, foreign, is_funnel
from funnelcli.db.server import is_address
from funnelcli.db.waiting import BUSY_SECONDS, SAID_AFTER
from funnelcli.encryption import is_encrypted, key_of, missing, open_file, taken
from funnelcli.errors import Failed
from funnelcli.i18n import _

# So many pages are copied in one step; the empty database alone has more.
_PAGES = 16
# What the name of a damaged database that was set aside says.
DAMAGED = "damaged"
# What is wrong with a database of the latest schema, one sentence each.
Problems = Callable[[sqlite3.Connection], Sequence[str]]


@contextmanager
def prepared(source: str, path: str, problems: Problems) -> Iterator[str]:
    """The path of what is to take the place of the database at ``path``: a copy of the file at
    ``source``, of the latest schema, checked whole. It is gone when the block has ended.

    Raises Failed when the source is no sound database that this program can read.
    """
    if not os.path.isfile(source):
        raise Failed(
            _("There is no file {path}.").format(path=source),
            _("`funnel backup --list` shows the copies there are."),
        )
    try:
        # For one on a server it is to be read here alone.
        near = os.path.abspath(path)
        part = files.part(tempfile.gettempdir() if is_address(path) else os.path.dirname(near))
    except OSError as error:
        raise Failed(
            _("{path} cannot be written: {error}.").format(path=path, error=error.strerror),
            _("Check the permissions of the database's folder."),
        ) from error
    try:
        problem = _readied(source, part, problems)
        if problem:
            raise Failed(
                _("{path} is no sound funnel database: {problem}.").format(
                    path=source, problem=problem
                ),
                _("Nothing was replaced. `funnel backup --list` shows the copies there are."),
            )
        there = os.path.exists(path) and os.path.getsize(path) > 0
        if there and is_encrypted(path) != is_encrypted(part):
            rewrite_copy(part, key_of(path))
        yield part
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            with suppress(OSError):
                os.unlink(part + ending)


def _readied(source: str, part: str, problems: Problems) -> str:
    """Fill ``part`` with what the source holds, and bring it to the latest schema with triggers of
    its own; what is wrong with it, empty for nothing."""
    try:
        with (
            closing(open_file(source)) as copied,
            closing(open_file(part, like=source)) as conn,
        ):
            copied.backup(conn, progress=copies.patience(BUSY_SECONDS))
            conn.execute("PRAGMA journal_mode = DELETE")
            if problem := copies.integrity_problem(conn):
                return problem
            version = 0
            if is_funnel(conn):
                (version,) = conn.execute("PRAGMA user_version").fetchone()
            if not 0 < version <= LATEST:
                return _("unknown schema")
            functions.add(conn)
            migrate(conn, None)
            conn.execute("BEGIN IMMEDIATE")
            triggers.drop(conn)
            triggers.create(conn)
            conn.execute("COMMIT")
            return "; ".join(problems(conn)[:3])
    # A damaged file's names, and so the messages about it, may be no text.
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return str(error)


def replace(ready: str, path: str, *, spare: str, begin: Begin = unwatched) -> str | None:
    """Put the database at ``ready`` (see :func:`prepared`) in the place of the one at ``path``.

    What it replaces is kept as an automatic copy, or, where it is damaged, as it is; its path is
    returned (None when there was no database). From that copy to the replacement one lock is held:
    whatever others write is in the one file or waits for the other. The copy at ``spare`` stays.
    ``begin`` is told how many pages there are. Raises Failed when the lock cannot be had, or
    another program's database is in the place.
    """
    if is_encrypted(path) and not taken():
        raise missing(path)
    advance: Advance | None = None
    done = 0
    kept = _set_aside(path) if damaged(path) else None
    had = os.path.exists(path)
    if not had:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    try:
        with (
            closing(open_file(ready)) as source,
            closing(open_file(path, like="" if had else ready, timeout=BUSY_SECONDS)) as conn,
        ):
            (version,) = conn.execute("PRAGMA user_version").fetchone()
            if version and not is_funnel(conn):
                raise foreign(path)
            # With it what is there can be read while the lock is held.
            conn.execute("PRAGMA journal_mode = WAL")
            waits = copies.patience(BUSY_SECONDS, path)
            # It is the patience that waits; a step of the backup that did would say nothing.
            conn.execute(f"PRAGMA busy_timeout = {int(SAID_AFTER * 1000)}")

            def held(status: int, left: int, pages: int) -> None:
                nonlocal kept, advance, done
                waits(status, left, pages)
                advance = advance or begin(pages)
                advance(pages - left - done)
                done = pages - left
                if status == sqlite3.SQLITE_OK and had and kept is None:
                    with closing(open_file(path)) as before:
                        kept = copies.rotate(before, path, "before-restore", spare=spare)

            # Through SQLite's own backup, which locks with its first page, so that other programs
            # that have the file open see the new content, never half of it.
            source.backup(conn, pages=_PAGES, progress=held)
            conn.execute("PRAGMA journal_mode = WAL")
    except sqlite3.Error as error:
        raise unusable(path, error) from error
    return kept


def damaged(path: str) -> bool:
    """Whether there is a file at ``path`` of which SQLite cannot make sense."""
    if not os.path.isfile(path):
        return False
    try:
        with closing(open_file(path)) as conn, breakable(conn):
            (answer,) = conn.execute("PRAGMA quick_check(1)").fetchone()
    except UnicodeDecodeError:
        return True
    except sqlite3.DatabaseError as error:
        if "UTF-8" in str(error):
            return True
        # The low byte is the primary code; a file that is merely locked is not damaged.
        return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return bool(answer != "ok")


def _set_aside(path: str) -> str:
    """Move a damaged database, which no copy can be made of, beside the copies; its new path.

    It is not among the copies that go in time: somebody may still get something out of it.
    """
    where = copies.make_folder(path)
    names = copies.free_paths(where, DAMAGED, "")
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
