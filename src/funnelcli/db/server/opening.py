"""Opening a database on a server, and making its schema where there is none yet."""

from __future__ import annotations

import psycopg

from funnelcli.db.server import refusals, schema
from funnelcli.db.server.address import Address
from funnelcli.db.server.connection import ServerConnection
from funnelcli.errors import Failed
from funnelcli.i18n import _
from funnelcli.values import dates

_IS_THERE = "SELECT to_regnamespace('funnel') IS NOT NULL"


def connect(place: str, *, half: bool = False) -> ServerConnection:
    """Open the database of an address; one that another is moving into with ``half`` alone. Raises
    sqlite3.OperationalError, and Usage for what is no address."""
    address = Address.of(place)
    try:
        raw = psycopg.connect(
            autocommit=True, cursor_factory=psycopg.ClientCursor, **address.parameters()
        )
    except psycopg.Error as error:
        raise refusals.unreachable(error) from error
    conn = ServerConnection(raw, address)
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


def _begin(conn: ServerConnection) -> bool:
    """Set what holds for every statement, and make the schema where there is none; whether another
    database is moving into it."""
    conn.send(
        "SET search_path = funnel, pg_catalog; SET client_min_messages = error;"
        f" SET standard_conforming_strings = on; SET timezone = '{dates.zone_name()}'"
    )
    is_there, is_half = conn.rows(f"{_IS_THERE}, to_regclass('funnel.moving') IS NOT NULL")[0]
    if not is_there:
        _make(conn)
    conn.look()
    return bool(is_half)


def _make(conn: ServerConnection) -> None:
    conn.begin_writing()
    try:
        # Another may have made it while this one waited.
        if not conn.rows(_IS_THERE)[0][0]:
            schema.make(conn)
        conn.send("COMMIT")
    except BaseException:
        conn.rollback()
        raise
