"""The same program on a PostgreSQL server: everything that knows that there is one.

A connection to a server behaves as one to a file does (:mod:`funnelcli.db.server.connection`), so
that what runs on it, statements and all, knows only SQLite.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from funnelcli.errors import FunnelError

_SCHEMES = ("postgresql://", "postgres://")


def is_address(place: str) -> bool:
    """Whether a database is on a server, by what names it; else it is a file's path."""
    return place.startswith(_SCHEMES)


def on_server(conn: sqlite3.Connection) -> bool:
    """Whether a connection is to a server."""
    return hasattr(conn, "address")


def login(conn: sqlite3.Connection) -> str | None:
    """The name by which a server knows who is connected; None for a file."""
    return getattr(conn, "user", None)


def unusable(address: str, error: sqlite3.Error) -> FunnelError:
    """The sentence for what a server did not open, read or write."""
    from funnelcli.db.server.sentences import unusable as said

    return said(address, error)


def seen(conn: sqlite3.Connection) -> int | None:
    """The last entry of the journal that a connection to a server looked at what followed from;
    None for a file, where between a look and a write nobody else is but for an instant."""
    return getattr(conn, "seen", None)
