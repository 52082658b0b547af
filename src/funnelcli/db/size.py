"""Whether a database is so large that sums over all its deals are worth keeping."""

from __future__ import annotations

import sqlite3

ENOUGH = 20_000
"""Fewer deals are added up as fast as what is kept of them is read."""


def many_deals(conn: sqlite3.Connection) -> bool:
    """Whether there are so many deals, by the highest id."""
    (highest,) = conn.execute("SELECT max(id) FROM deal").fetchone()
    return (highest or 0) >= ENOUGH
