"""The same program on a PostgreSQL server: everything that knows that there is one.

A connection to a server behaves as one to a file does (:mod:`funnelcli.db.server.connection`), so
that what runs on it, statements and all, knows only SQLite.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from funnelcli.errors import FunnelError

_SCHEMES = ("postgresql://", "postgres://")
# How libpq's other form begins: host=db.example.com dbname=sales
_WORDS = ("host=", "hostaddr=", "dbname=", "service=")


def is_address(place: str) -> bool:
    """Whether a database is on a server, by what names it; else it is a file's path."""
    return place.startswith(_SCHEMES)


def is_written_so(place: str) -> bool:
    """Whether what names a database is written as an address is, right or wrong, and no file."""
    scheme, mark, _rest = place.partition("://")
    # SQLAlchemy's have the driver in it: postgresql+psycopg://
    written_so = (
        scheme.replace("+", "").isalnum()
        if mark
        else any(word.startswith(_WORDS) for word in place.split())
    )
    return written_so and not os.path.exists(place)


def check(address: str) -> None:
    """Raises Usage for an address that is none, names no database, has a password in it, or would
    have what is said to a server go over a network for all to read."""
    from funnelcli.db.server.address import Address, no_address, of_another_kind

    if not is_address(address):
        raise of_another_kind(address) if "://" in address else no_address(address)
    Address.of(address).parameters()


def on_server(conn: sqlite3.Connection) -> bool:
    """Whether a connection is to a server."""
    return hasattr(conn, "address")


def login(conn: sqlite3.Connection) -> str | None:
    """The name by which a server knows who is connected; None for a file."""
    return getattr(conn, "user", None)


def is_held(conn: sqlite3.Connection) -> bool:
    """Whether a server holds who is connected to what a seller may, or a reader."""
    return on_server(conn) and bool(conn.execute("SELECT is_held()").fetchone()[0])


def belongs_to(conn: sqlite3.Connection) -> str | None:
    """The login that has all rights whatever its role among the users, for it made the schema or
    was handed it; None for a file."""
    if not on_server(conn):
        return None
    ((name,),) = conn.rows(  # type: ignore[attr-defined]
        "SELECT pg_get_userbyid(n.nspowner)::text FROM pg_namespace AS n WHERE nspname = 'funnel'"
    )
    return str(name)


def unusable(address: str, error: sqlite3.Error) -> FunnelError:
    """The sentence for what a server did not open, read or write."""
    from funnelcli.db.server.sentences import unusable as said

    return said(address, error)


def seen(conn: sqlite3.Connection) -> int | None:
    """The last entry of the journal that a connection to a server looked at what followed from;
    None for a file, where between a look and a write nobody else is but for an instant."""
    return getattr(conn, "seen", None)


def takes_tables(conn: sqlite3.Connection) -> bool:
    """Whether a connection can make temporary tables, as all can but those to a standby."""
    return getattr(conn, "takes_tables", True)


def raw(conn: sqlite3.Connection) -> Any:
    """The driver's own connection to a server, which speaks the server's dialect and begins its
    transactions by itself."""
    driven = conn.raw  # type: ignore[attr-defined]
    driven.autocommit = False
    return driven


def may_be_there(place: str) -> bool:
    """Whether there may be a database: a file that is there, or one on a server."""
    return is_address(place) or os.path.isfile(place)


def whole(place: str) -> str:
    """What names a database wherever one stands: a file's whole path, or an address."""
    return place if is_address(place) else os.path.abspath(place)


def beside(place: str) -> str:
    """The path beside which lies what belongs to a database on this machine, as its drafts do: a
    file's own; of one on a server a name in the folder of what the program remembers."""
    if not is_address(place):
        return os.path.abspath(place)
    from hashlib import sha256

    from funnelcli import config

    name = sha256(place.encode()).hexdigest()[:16]
    return os.path.join(config.state_dir(), "servers", f"{name}.db")
