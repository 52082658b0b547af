"""Opening a database on a server, and making its schema where there is none yet."""

from __future__ import annotations

import psycopg

from funnelcli.db.server import refusals, schema
from funnelcli.db.server.address import Address
from funnelcli.db.server.connection import ServerConnection
from funnelcli.values import dates

_IS_THERE = "SELECT to_regnamespace('funnel') IS NOT NULL"


def connect(place: str) -> ServerConnection:
    """Open the database of an address. Raises sqlite3.OperationalError, and Usage for what is no
    address."""
    address = Address.of(place)
    try:
        raw = psycopg.connect(
            autocommit=True, cursor_factory=psycopg.ClientCursor, **address.parameters()
        )
    except psycopg.Error as error:
        raise refusals.unreachable(error) from error
    conn = ServerConnection(raw, address)
    try:
        _begin(conn)
    except BaseException:
        conn.close()
        raise
    return conn


def _begin(conn: ServerConnection) -> None:
    """Set what holds for every statement, and make the schema where there is none."""
    conn.send(
        "SET search_path = funnel, pg_catalog; SET client_min_messages = error;"
        f" SET standard_conforming_strings = on; SET timezone = '{dates.zone_name()}'"
    )
    if not conn.rows(_IS_THERE)[0][0]:
        _make(conn)
    conn.look()


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
