"""The same program on a PostgreSQL server: everything that knows that there is one.

A connection to a server behaves as one to a file does (:mod:`funnelcli.db.server.connection`), so
that what runs on it, statements and all, knows only SQLite.
"""

from __future__ import annotations

_SCHEMES = ("postgresql://", "postgres://")


def is_address(place: str) -> bool:
    """Whether a database is on a server, by what names it; else it is a file's path."""
    return place.startswith(_SCHEMES)
