"""What a person is told where the server does not do as asked."""

from __future__ import annotations

import sqlite3

from funnelcli.db import unfit
from funnelcli.db.server.address import Address
from funnelcli.errors import Failed, FunnelError, Refused, Usage
from funnelcli.i18n import _

_PRIMARY = 0xFF


def unusable(place: str, error: sqlite3.Error) -> FunnelError:
    """The sentence for an error of the connection to the database of an address."""
    address, text = Address.of(place), str(error)
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    match code:
        case sqlite3.SQLITE_CANTOPEN:
            return _unreachable(address, text, getattr(error, "why", ""))
        case sqlite3.SQLITE_IOERR:
            return Failed(
                _("The connection to {address} broke: {error}.").format(
                    address=address, error=text.rstrip(".")
                ),
                _what_became(getattr(error, "stored", False)),
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
    if (refused := unfit.refused(code, text)) is not None:
        return refused
    return Failed(
        _("The database failed: {error}.").format(error=text),
        _("`funnel db check` looks at what is stored."),
    )


def _unreachable(address: Address, text: str, why: str) -> FunnelError:
    keep = _("`funnel db password {address}` puts one into the keyring; ~/.pgpass does too.")
    match why:
        case "password":
            return Failed(
                _("{address} wants a password, and there is none for it.").format(address=address),
                keep.format(address=address),
            )
        case "wrong":
            return Failed(
                _("{address} does not take the password of {user}.").format(
                    address=address, user=address.login
                ),
                keep.format(address=address),
            )
        case "plain":
            return Failed(
                _("{address} does not encrypt what is said to it.").format(address=address),
                _("Have ssl turned on at the server, or reach it by a tunnel from this machine."),
            )
        case "certificate":
            return Failed(
                _("{address} does not prove who it is: {error}").format(
                    address=address, error=text
                ),
                _(
                    "Check the name of the server, and the root certificate:"
                    " ~/.postgresql/root.crt or sslrootcert."
                ),
            )
        case "database":
            return Failed(
                _("There is no database {name} on the server of {address}.").format(
                    name=address.database, address=address
                ),
                _("Check its name, or have it made there: createdb --owner {user} {name}").format(
                    user=address.login, name=address.database
                ),
            )
        case "option":
            return Usage(
                _("{address} has an option that PostgreSQL does not know: {name}.").format(
                    address=address, name=text.partition('"')[2].partition('"')[0]
                ),
                _("Correct or leave out what stands behind the ?"),
            )
    return Failed(
        _("{address} cannot be reached: {error}").format(address=address, error=text),
        _("Check the address and the network, and that the server runs."),
    )


def _what_became(stored: bool | None) -> str:
    if stored is None:
        return _("Whether it was stored could not be asked any more: `funnel history` tells.")
    return _("Nothing of what was under way was stored. Run the command again.")
