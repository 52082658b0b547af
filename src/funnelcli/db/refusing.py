"""What SQLite refuses, in the user's words.

What is wrong with the file, with its disk or with another program is told from what is wrong with
what was asked for: only a file that is damaged is a case for a copy of it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from funnelcli.db import server, unfit
from funnelcli.encryption import (
    as_it_lies,
    is_another,
    is_encrypted,
    is_installed,
    missing,
    open_file,
    taken,
)
from funnelcli.errors import Failed, FunnelError
from funnelcli.i18n import _

_PRIMARY = 0xFF
# An I/O error on a disk with less than that left over is for want of room: SQLite needs so much for
# its shared memory alone.
_ROOM = 64 * 1024
# What Python's own part of the driver says has no code.
_BY_WORDS = {
    "locked": sqlite3.SQLITE_BUSY,
    "disk is full": sqlite3.SQLITE_FULL,
    "too large": sqlite3.SQLITE_TOOBIG,
    "too big": sqlite3.SQLITE_TOOBIG,
}
# What SQLite calls an error like any other, though it is of the length of what was asked.
_TOO_MUCH = ("too large", "too many", "too deep", "overflow", "too complex")


def unusable(path: str, error: sqlite3.Error) -> FunnelError:
    """The sentence for what SQLite did not open, read or write at ``path``."""
    if server.is_address(path):
        return server.unusable(path, error)
    text = str(error)
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    if not code:
        code = next((code for words, code in _BY_WORDS.items() if words in text), 0)
    match code:
        case sqlite3.SQLITE_NOTADB if is_encrypted(path) and not is_installed():
            return missing(path)
        case sqlite3.SQLITE_NOTADB if is_encrypted(path) and not taken():
            return _replaced(path)
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT if is_another(path):
            return _replaced(path)
        case sqlite3.SQLITE_NOTADB if _reads_now(path):
            return _replaced(path)
        case sqlite3.SQLITE_READONLY if os.access(path, os.W_OK) and os.access(
            os.path.dirname(os.path.abspath(path)), os.W_OK
        ):
            return _replaced(path)
        case sqlite3.SQLITE_NOTADB:
            return Failed(
                _("{path} is not a funnel database.").format(path=path),
                _("Name another file with --db, or move this one out of the way."),
            )
        case (
            sqlite3.SQLITE_READONLY
            | sqlite3.SQLITE_CANTOPEN
            | sqlite3.SQLITE_PERM
            | sqlite3.SQLITE_AUTH
        ):
            return Failed(
                _("{path} cannot be opened: {error}.").format(path=path, error=text),
                _("Check that the folder exists and that you may write there, or use --db."),
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_PROTOCOL:
            return Failed(
                _("{path} is locked by another program.").format(path=path),
                _("Close the program that holds it, then run the command again."),
            )
        case sqlite3.SQLITE_FULL:
            return _full()
        case sqlite3.SQLITE_IOERR if _no_room(path):
            return _full()
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_IOERR:
            return Failed(
                _("The database failed: {error}.").format(error=text),
                _("`funnel backup --list` shows the copies, `funnel restore` brings one back."),
            )
    if (refused := unfit.refused(code, text)) is not None:
        return refused
    if any(words in text for words in _TOO_MUCH):
        return unfit.too_much(text)
    return Failed(
        _("The database failed: {error}.").format(error=text),
        _("`funnel doctor` checks the file."),
    )


@contextmanager
def said_of(place: str) -> Iterator[None]:
    """Raise what goes wrong in the block as the FunnelError of the database at ``place``, which
    need not be the one that the command is about."""
    try:
        yield
    except sqlite3.Error as error:
        raise unusable(place, error) from error


def _reads_now(path: str) -> bool:
    """Whether there is a database at ``path`` that can be read: what could not was another one."""
    try:
        with closing(open_file(path, place=as_it_lies(path), ask=False, uri=True)) as conn:
            conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except (sqlite3.Error, FunnelError):
        return False
    return True


def _replaced(path: str) -> Failed:
    """The sentence for a file that another command has put another one in the place of since it was
    opened: encrypted it, or made it plain."""
    return Failed(
        _("{path} was replaced by another command just now.").format(path=path),
        _("Nothing was changed. Run the command again."),
    )


def _full() -> Failed:
    return Failed(_("The disk is full."), _("Free some space, then run the command again."))


def _no_room(path: str) -> bool:
    """Whether the disk of the database has next to nothing left."""
    try:
        disk = os.statvfs(os.path.dirname(os.path.abspath(path)))
    except (OSError, AttributeError):
        return False
    return disk.f_bavail * disk.f_frsize < _ROOM
