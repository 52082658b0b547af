"""What a person is told of what a database does not take, in a file and on a server."""

from __future__ import annotations

import sqlite3

from funnelcli.errors import FunnelError, Refused, Usage
from funnelcli.i18n import _


def refused(code: int, text: str) -> FunnelError | None:
    """The sentence for an error of SQLite's with this primary code and text; None for one that is
    not of a value's."""
    match code:
        case sqlite3.SQLITE_CONSTRAINT if text.startswith("NOT NULL"):
            return Usage(
                _("{field} cannot be empty.").format(field=text.rpartition(".")[2]),
                _("Give it a value."),
            )
        case sqlite3.SQLITE_CONSTRAINT:
            return Refused(
                _("The database does not take that: {error}.").format(error=text),
                _("Check what was given."),
            )
        case (
            sqlite3.SQLITE_TOOBIG
            | sqlite3.SQLITE_MISMATCH
            | sqlite3.SQLITE_RANGE
            | sqlite3.SQLITE_NOMEM
        ):
            return too_much(text)
    return None


def too_much(error: object) -> Usage:
    """The sentence for what is longer, deeper or larger than the program or its database takes."""
    return Usage(
        _("That is too long, too deep or too large a number: {error}.").format(error=error),
        _("Give less at once, or smaller numbers."),
    )


def look_again() -> str:
    """What to do where somebody else has changed meanwhile what a command is about."""
    return _("Nothing of yours was stored. Look at it again, then repeat the command if need be.")
