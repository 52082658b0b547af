"""What a person is told where the server does not do as asked."""

from __future__ import annotations

import sqlite3

from funnelcli.db.server.address import Address
from funnelcli.errors import Failed, FunnelError, Refused, Usage
from funnelcli.i18n import _

_PRIMARY = 0xFF


def unusable(place: str, error: sqlite3.Error) -> FunnelError:
    """The sentence for an error of the connection to the database of an address."""
    address, text = Address.of(place), str(error)
    match getattr(error, "sqlite_errorcode", 0) & _PRIMARY:
        case sqlite3.SQLITE_CANTOPEN:
            return Failed(
                _("{address} cannot be reached: {error}").format(address=address, error=text),
                _("Check the address, the network and the password."),
            )
        case sqlite3.SQLITE_IOERR:
            return Failed(
                _("The connection to {address} was lost: {error}").format(
                    address=address, error=text
                ),
                _("What was under way is stored whole or not at all: `funnel history` tells."),
            )
        case sqlite3.SQLITE_BUSY:
            return Failed(
                _("Others have been writing to {address} for a minute.").format(address=address),
                _("Nothing was changed. Run the command again."),
            )
        case sqlite3.SQLITE_AUTH:
            return Refused(
                _("The database does not let you do that: {error}.").format(error=text),
                _("Ask whoever looks after {address}.").format(address=address),
            )
        case sqlite3.SQLITE_NOTFOUND:
            return Refused(
                _("The server has no login {name}.").format(name=text),
                _("Make it there first: CREATE ROLE {name} LOGIN; then \\password {name}").format(
                    name=text
                ),
            )
        case sqlite3.SQLITE_READONLY:
            return Refused(
                _("{address} may only be read.").format(address=address),
                _("Ask whoever looks after {address}.").format(address=address),
            )
        case sqlite3.SQLITE_FULL:
            return Failed(
                _("The disk of the server is full."),
                _("Ask whoever looks after {address}.").format(address=address),
            )
        case sqlite3.SQLITE_INTERRUPT:
            return Failed(
                _("The server took too long, and was stopped."), _("Run the command again.")
            )
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
        case sqlite3.SQLITE_RANGE:
            return Usage(
                _("That is too long, too deep or too large a number: {error}.").format(error=text),
                _("Give less at once, or smaller numbers."),
            )
    return Failed(
        _("The database failed: {error}.").format(error=text),
        _("`funnel db check` looks at what is stored."),
    )
