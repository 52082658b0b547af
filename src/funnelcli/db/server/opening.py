"""Opening a database on a server, and making its schema where there is none yet."""

from __future__ import annotations

from functools import partial

import psycopg

from funnelcli import passwords
from funnelcli.db.aside import writing
from funnelcli.db.schema import LATEST
from funnelcli.db.server import refusals, sentences
from funnelcli.db.server.address import SERVICE, Address
from funnelcli.db.server.connection import MAY, ServerConnection
from funnelcli.errors import Failed
from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING, Any, cast
from funnelcli.values import dates

if TYPE_CHECKING:
    import sqlite3

_THERE = "to_regnamespace('funnel') IS NOT NULL"
_IS_THERE = f"SELECT {_THERE}"
# What is in a schema is asked for only where one may look into it.
_STATE = (
    f"SELECT {_THERE}, {MAY}, CASE WHEN {MAY} THEN to_regclass('funnel.moving') IS NOT NULL"
    " ELSE false END, current_setting('transaction_read_only') = 'off'"
)


class State(NamedTuple):
    """Whether the schema is there, whether the user may look into it, and whether another database
    is moving into it."""

    there: bool
    open_to_user: bool
    half: bool


def connect(place: str, *, half: bool = False) -> ServerConnection:
    """Open the database of an address; one that another is moving into with ``half`` alone. Raises
    sqlite3.OperationalError, and Usage for what is no address."""
    address = Address.of(place)
    conn = ServerConnection(address, partial(reach, address))
    try:
        if _begin(conn) and not half:
            raise Failed(
                _("A move into {place} has not ended.").format(place=place),
                _("Wait for it; one that was cut off goes on by `funnel db move … --resume`."),
            )
    except BaseException:
        conn.close()
        raise
    return conn


def look(place: str) -> ServerConnection:
    """Open the database of an address for a moment's reading: nothing is made in it, and nothing
    changed. Raises sqlite3.OperationalError, also where there is nothing of this program, and
    Usage."""
    address = Address.of(place)
    conn = ServerConnection(address, partial(reach, address))
    try:
        conn.send("SET default_transaction_read_only = on")
    except BaseException:
        conn.close()
        raise
    return conn


def reach(address: Address, *, patience: int | None = None) -> psycopg.Connection[Any]:
    """The driver's connection, with what holds for every statement; a server that does not answer
    is given up after ``patience`` seconds, or the usual ones. The keyring, which takes long to
    load, is asked where the server wants a password that libpq lacks, or refuses it."""
    parameters = address.parameters(patience)
    try:
        return _driven(parameters)
    except psycopg.Error as error:
        if not refusals.wants_password(error):
            raise refusals.unreachable(error) from error
        secret = passwords.find(SERVICE, address.login, address.where)
        if secret is None:
            raise refusals.unreachable(error) from error
    try:
        return _driven({**parameters, "password": secret})
    except psycopg.Error as error:
        raise refusals.unreachable(error) from error


def _driven(parameters: dict[str, Any]) -> psycopg.Connection[Any]:
    raw = psycopg.connect(autocommit=True, cursor_factory=psycopg.ClientCursor, **parameters)
    try:
        try:
            _set_up(raw, f"'{dates.zone_name()}'")
        except psycopg.errors.InvalidParameterValue:
            # One that the server does not know is as far off as it is now.
            offset = dates.local(dates.now()).utcoffset()
            _set_up(raw, f"INTERVAL '{int(offset.total_seconds()) if offset else 0} seconds'")
    except BaseException:
        raw.close()
        raise
    return raw


def _set_up(raw: psycopg.Connection[Any], zone: str) -> None:
    # The server's compiler takes longer with a report's statement, seconds in each of its
    # processes, than it saves on a million deals.
    raw.execute(
        "SET search_path = funnel, pg_catalog; SET client_min_messages = error;"
        f" SET standard_conforming_strings = on; SET jit = off; SET TIME ZONE {zone}".encode()
    )


def state(conn: ServerConnection) -> State:
    """What there is of this program; the connection knows from then on whether it takes tables."""
    ((there, may, is_half, conn.takes_tables),) = conn.rows(_STATE)
    return State(bool(there), bool(may), bool(is_half))


def _begin(conn: ServerConnection) -> bool:
    """Make the schema where there is none; whether another database is moving into it."""
    found = state(conn)
    if not found.open_to_user:
        raise sentences.no_user(conn.user, conn.address)
    if not found.there:
        _make(conn)
    version = conn.look()
    if version > LATEST:
        raise newer(version)
    if version < LATEST:
        _upgrade(conn)
    return found.half


def newer(version: int) -> Failed:
    """The error for a database of a later version than the program's."""
    return Failed(
        _("This database was written by a newer funnel (schema {version}).").format(
            version=version
        ),
        _("Update funnel: pip install --upgrade funnelcli"),
    )


def _upgrade(conn: ServerConnection) -> None:
    """Bring an older schema to the latest. Raises Failed for whoever did not set it up."""
    mine = "SELECT pg_has_role(n.nspowner, 'USAGE') FROM pg_namespace AS n WHERE nspname = 'funnel'"
    if not conn.rows(mine)[0][0]:
        raise Failed(
            _("The database on the server is older than this funnel."),
            _("Whoever set it up runs any command with this version once; that brings it here."),
        )
    # The translator takes longer to load than most commands.
    from funnelcli.db.server import schema

    with writing(cast("sqlite3.Connection", conn)):
        # Another may have done so while this one waited.
        if (version := conn.look()) < LATEST:
            schema.upgrade(conn, version)


def _make(conn: ServerConnection) -> None:
    """Make the schema. Raises Failed for a database that cannot hold every text."""
    ((encoding,),) = conn.rows("SELECT current_setting('server_encoding')")
    if encoding != "UTF8":
        raise Failed(
            _("{place} keeps texts as {encoding}, which cannot hold every name.").format(
                place=conn.address, encoding=encoding
            ),
            _("Make it anew: createdb --template template0 --encoding UTF8 {name}").format(
                name=conn.address.database
            ),
        )
    from funnelcli.db.server import schema

    with writing(cast("sqlite3.Connection", conn)):
        # Another may have made it while this one waited.
        if not conn.rows(_IS_THERE)[0][0]:
            schema.make(conn)
