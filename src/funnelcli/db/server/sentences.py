"""What a person is told where the server does not do as asked."""

from __future__ import annotations

import os
import sqlite3
from shlex import quote

from funnelcli import passwords
from funnelcli.db import unfit
from funnelcli.db.server.address import SERVICE, Address
from funnelcli.db.server.refusals import Why
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
        case sqlite3.SQLITE_TOOBIG:
            return Usage(
                _("A name or a tag is longer than a server searches by."),
                _("Give one of at most 2,600 letters."),
            )
        case sqlite3.SQLITE_CONSTRAINT if text.startswith("FOREIGN KEY"):
            # The program names what is there alone.
            return Refused(
                _("Somebody else has removed meanwhile what this is about."),
                unfit.look_again(),
            )
    if (refused := unfit.refused(code, text)) is not None:
        return refused
    return Failed(
        _("The database failed: {error}.").format(error=text),
        _("`funnel db check` looks at what is stored."),
    )


def no_user(login: str, address: Address) -> Refused:
    """The error for whoever may log in to the server, and not look into the database."""
    return Refused(
        _("{name} is no user of the database at {address}.").format(name=login, address=address),
        _("An owner adds you: funnel user add {name}").format(name=quote(login)),
    )


def _unreachable(address: Address, text: str, why: Why) -> FunnelError:
    match why:
        case "password":
            return Failed(
                _("{address} wants a password, and there is none for it.").format(address=address),
                _kept(address),
            )
        case "wrong":
            return Failed(
                _("{address} does not take the password of {user}.").format(
                    address=address, user=address.login
                ),
                _kept(address),
            )
        case "login":
            return Failed(
                _("The server of {address} has no login {user}.").format(
                    address=address, user=address.login
                ),
                _(
                    "Write yours before the @ of the address, or have it made there:"
                    ' CREATE ROLE "{user}" LOGIN'
                ).format(user=address.login),
            )
        case "barred":
            return Failed(
                _("{address} does not let {user} in: {error}").format(
                    address=address, user=address.login, error=text
                ),
                _("Ask whoever looks after {address}.").format(address=address),
            )
        case "value":
            return Usage(
                _("{address} cannot be used as it is written: {error}").format(
                    address=address, error=text
                ),
                _("Correct or leave out what stands behind the ?")
                if address.options
                else _("Correct the variable of PostgreSQL in the environment."),
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
                    user=quote(address.login), name=quote(address.database)
                ),
            )
        case "option":
            return Usage(
                _("{address} has an option that PostgreSQL does not know: {name}.").format(
                    address=address, name=text.partition('"')[2].partition('"')[0]
                ),
                _("Correct or leave out what stands behind the ?"),
            )
        case "full":
            return Failed(
                _("{address} has as many connections as it lets in.").format(address=address),
                _("Try again in a while, or ask whoever looks after it."),
            )
        case "silent":
            text = _("no server answers there.")
        case "nowhere":
            text = _("there is no host of that name.")
        case "slow":
            text = _("it does not answer in time.")
    return Failed(
        _("{address} cannot be reached: {error}").format(address=address, error=text),
        _("Check the address and the network, and that the server runs."),
    )


def _kept(address: Address) -> str:
    """Where a password for an address can be kept on this system."""
    if not passwords.can_keep(SERVICE, address.login, address.where):
        if os.environ.get("PGPASSWORD"):
            # It goes before every file.
            return _("The environment has it in PGPASSWORD: correct it there, or unset it.")
        return address.password_file()
    text = _("`funnel db password {address}` puts one into the keyring; ~/.pgpass does too.")
    return text.format(address=address)


def _what_became(stored: bool | None) -> str:
    if stored is None:
        return _("Whether it was stored could not be asked any more: `funnel history` tells.")
    return _("Nothing of what was under way was stored. Run the command again.")
