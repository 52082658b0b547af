"""Opening a database on a server, and making its schema where there is none yet."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import psycopg

from funnelcli.db.schema import LATEST
from funnelcli.db.server import refusals
from funnelcli.db.server.address import Address
from funnelcli.db.server.connection import ServerConnection
from funnelcli.errors import Failed
from funnelcli.i18n import _
from funnelcli.values import dates

_SETTINGS = (
    "SET search_path = funnel, pg_catalog; SET client_min_messages = error;"
    " SET standard_conforming_strings = on"
)
KEYRING = "funnelcli-db"
"""What the keyring has passwords of databases under, each by the address."""
_IS_THERE = "SELECT to_regnamespace('funnel') IS NOT NULL"


def connect(place: str, *, half: bool = False) -> ServerConnection:
    """Open the database of an address; one that another is moving into with ``half`` alone. Raises
    sqlite3.OperationalError, and Usage for what is no address."""
    address = Address.of(place)
    conn = _opened(address)
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
    conn = _opened(Address.of(place))
    try:
        conn.send(f"{_SETTINGS}; SET default_transaction_read_only = on")
    except BaseException:
        conn.close()
        raise
    return conn


def _opened(address: Address) -> ServerConnection:
    try:
        return ServerConnection(_connected(address), address)
    except psycopg.Error as error:
        raise refusals.unreachable(error) from error


def _connected(address: Address) -> psycopg.Connection[Any]:
    """The driver's connection. The keyring is asked where the server wants a password that nobody
    gave, for to ask it takes longer than all the rest."""
    known = address.parameters()
    try:
        return _driven(known)
    except psycopg.OperationalError as error:
        password = _kept(address) if "password" in str(error) else None
        if password is None:
            raise
        return _driven({**known, "password": password})


def _driven(known: dict[str, Any]) -> psycopg.Connection[Any]:
    return psycopg.connect(autocommit=True, cursor_factory=psycopg.ClientCursor, **known)


def _kept(address: Address) -> str | None:
    """The password that the keyring has for an address; None where it has none, or is none."""
    with suppress(ImportError):
        import keyring
        from keyring.errors import KeyringError

        with suppress(KeyringError):
            found: str | None = keyring.get_password(KEYRING, str(address))
            return found
    return None


def _begin(conn: ServerConnection) -> bool:
    """Set what holds for every statement, and make the schema where there is none; whether another
    database is moving into it."""
    conn.send(f"{_SETTINGS}; SET timezone = '{dates.zone_name()}'")
    is_there, is_half = conn.rows(f"{_IS_THERE}, to_regclass('funnel.moving') IS NOT NULL")[0]
    if not is_there:
        _make(conn)
    version = conn.look()
    if version > LATEST:
        raise Failed(
            _("This database was written by a newer funnel (schema {version}).").format(
                version=version
            ),
            _("Update funnel: pip install --upgrade funnelcli"),
        )
    if version < LATEST:
        _upgrade(conn)
    return bool(is_half)


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

    conn.begin_writing()
    try:
        # Another may have done so while this one waited.
        if (version := conn.look()) < LATEST:
            schema.upgrade(conn, version)
        conn.send("COMMIT")
    except BaseException:
        conn.rollback()
        raise
    conn.look()


def _make(conn: ServerConnection) -> None:
    from funnelcli.db.server import schema

    conn.begin_writing()
    try:
        # Another may have made it while this one waited.
        if not conn.rows(_IS_THERE)[0][0]:
            schema.make(conn)
        conn.send("COMMIT")
    except BaseException:
        conn.rollback()
        raise
