"""A database on a server that another one moves into (:mod:`funnelcli.db.moving`)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import psycopg

from funnelcli.db import triggers
from funnelcli.db.server import opening, refusals, schema
from funnelcli.db.server.connection import LOCK
from funnelcli.errors import Failed
from funnelcli.i18n import _
from funnelcli.typed import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from funnelcli.db.server.connection import ServerConnection

_KEYS = (
    "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint"
    " WHERE contype = 'f' AND connamespace = to_regnamespace('funnel')"
)


@contextmanager
def opened(place: str) -> Iterator[sqlite3.Connection]:
    """A connection to what may be half there. Raises FunnelError."""
    from funnelcli.db.refusing import said_of

    with said_of(place):
        conn = opening.connect(place, half=True)
    with closing(conn):
        yield cast("sqlite3.Connection", conn)


def is_half(conn: sqlite3.Connection) -> bool:
    """Whether a move into it was begun and not ended."""
    return bool(_own(conn).rows("SELECT to_regclass('funnel.moving') IS NOT NULL")[0][0])


def hold(conn: sqlite3.Connection) -> None:
    """Let nobody else write until the connection ends. Raises Failed where somebody does."""
    (held,) = _own(conn).rows(f"SELECT pg_try_advisory_lock({LOCK[0]}, {LOCK[1]})")[0]
    if not held:
        raise Failed(
            _("Somebody writes to {place} now.").format(place=_own(conn).address),
            _("Try again when they have ended."),
        )


class Server:
    """A schema on a server, while rows come into it."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn

    def begin(self) -> None:
        """Have no row watched, and none checked for what it refers to."""
        own = _own(self.conn)
        for table, name in own.rows(_KEYS):
            own.send(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for table in triggers.tables(self.conn):
            own.send(f"ALTER TABLE {table} DISABLE TRIGGER USER")

    def end(self) -> None:
        """Have every row watched, and what it refers to checked."""
        from funnelcli.db.connection import connect

        own = _own(self.conn)
        with closing(connect(":memory:")) as plain:
            for statement in schema.statements(plain):
                if statement.startswith("ALTER TABLE") and " FOREIGN KEY " in statement:
                    own.send(statement)
        for table in triggers.tables(self.conn):
            own.send(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        own.send("SELECT grant_to_all()")

    def without_login(self) -> list[str]:
        """What is to be said of users whom the server lets nobody in as."""
        from funnelcli.db.server import checking

        return [f"{found.where}: {found.problem}" for found in checking.without_login(self.conn)]

    def settle(self) -> None:
        """It stands in its place already."""


def insert(
    conn: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
) -> None:
    """Insert rows by the server's own way for many. Raises sqlite3.Error."""
    names, own = ", ".join(columns), _own(conn)
    try:
        with own.raw.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        if own.raw.closed:
            raise refusals.lost(error) from error
        raise refusals.of(error, f"COPY {table}") from error


def _own(conn: sqlite3.Connection) -> ServerConnection:
    return cast("ServerConnection", conn)
