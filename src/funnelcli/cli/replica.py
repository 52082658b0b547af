"""The replica that reports are read on, where the setting ``report_db`` names one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

from funnelcli import config
from funnelcli.cli.invocation import Invocation
from funnelcli.db import server
from funnelcli.errors import Failed, FunnelError, Usage
from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.render import message
from funnelcli.typed import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from funnelcli.db.server.replica import Lag

T = TypeVar("T")
# What a replica does not answer by its nature: what makes tables, and what lasted until something
# that it had to replay was in the way.
_BY_NATURE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT)


class Unanswered(Exception):
    """A replica has no answer, and the database itself is to be asked."""


def place_of(call: Invocation) -> str | None:
    """The address of the replica of the database in use, which is on a server; None where there is
    none, or where the setting is about another database than the one in use: of one that a variable
    or the command line names, the file of settings says nothing.

    Raises Usage for what can be no replica.
    """
    if call.db is not None:
        return None
    _setting, place, origin = config.lookup("report_db")
    if place is None or (_is_variable(config.lookup("db").origin) and not _is_variable(origin)):
        return None
    try:
        _check(place, call.path)
    except Usage as error:
        raise Usage(f"{origin}: {error.message}", error.hint) from error
    return str(place)


def _is_variable(origin: str) -> bool:
    return origin.startswith("FUNNEL_")


def _check(place: str, main: str) -> None:
    """Raises Usage for what is no address, or one that logs in as somebody else: what is one's own
    is known by the login."""
    server.check(place)
    from funnelcli.db.server.address import Address

    name, other = Address.of(main).login, Address.of(place).login
    if name != other:
        raise Usage(
            _("{other} logs in to the replica, and {name} to the database itself.").format(
                other=other, name=name
            ),
            _("Write the same name into both addresses: what is yours is known by it."),
        )


class Examined(NamedTuple):
    """What there is to say of the replica that reports are read on: what is wrong with it, if
    anything is, and else that they are, and as of when."""

    fault: str | None
    note: str


def examine(call: Invocation) -> Examined | None:
    """Look at the replica of the database in use; None where there is none."""
    if not server.is_address(call.path):
        return None
    from funnelcli.db.connection import replica
    from funnelcli.db.server.replica import is_of, lag

    try:
        place = place_of(call)
        if place is None:
            return None
        with closing(replica(place)) as conn:
            if not is_of(conn, call.path, anew=True):
                raise _another(call, place)
            behind = lag(conn, call.path)
    except FunnelError as error:
        return Examined(_sentence(error), "")
    said = [_("Reports are read on {place}.").format(place=place)]
    if behind is not None:
        said.append(as_of(behind))
    return Examined(None, " ".join(said))


def answer(call: Invocation, place: str, ask: Callable[[sqlite3.Connection], T]) -> T:
    """What ``ask`` makes of the replica at ``place``; a line tells of one that is behind. Raises
    Unanswered where it has no answer, of which a line tells where something is wrong with it."""
    from funnelcli.db.connection import replica
    from funnelcli.db.server.replica import is_of, lag

    try:
        conn = replica(place)
    except FunnelError as error:
        raise _told(call, error) from error
    with closing(conn):
        try:
            if not is_of(conn, call.path):
                raise _told(call, _another(call, place))
            behind = lag(conn, call.path)
            found = ask(conn)
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) in _BY_NATURE:
                raise Unanswered from error
            raise _told(call, server.unusable(place, error)) from error
        except FunnelError as error:
            # It may not know yet what was asked for.
            raise Unanswered from error
    if behind is not None:
        message(call.output, as_of(behind))
    return found


def as_of(behind: Lag) -> str:
    """What is said of a replica that is behind."""
    if not behind.follows:
        return _(
            "The replica is behind: it follows nothing, or its subscription does not run. What was"
            " changed since it stopped is missing."
        )
    if behind.at is None:
        return _(
            "The replica is behind: it has received nothing since it was started."
            " The figures are older than that."
        )
    from funnelcli.values import daytext

    return _("The replica is behind: the figures are as of {when}.").format(
        when=daytext.moment(behind.at, seconds=True)
    )


def _another(call: Invocation, place: str) -> Failed:
    """The error of what follows another database than the one in use."""
    return Failed(
        _("{place} is no replica of {main}, but of another database.").format(
            place=place, main=call.path
        ),
        _("Correct it in {origin}, or write none there.").format(
            origin=config.lookup("report_db").origin
        ),
    )


def _told(call: Invocation, error: FunnelError) -> Unanswered:
    said = _("The figures are from the database itself, not from the replica. {why}")
    message(call.output, said.format(why=_sentence(error)))
    return Unanswered()


def _sentence(error: FunnelError) -> str:
    """What is wrong and what to do, in one line; what another program says of it ends anyhow."""
    end = "" if error.message.endswith((".", "?", "!")) else "."
    return f"{error.message}{end} {error.hint or ''}".rstrip()
