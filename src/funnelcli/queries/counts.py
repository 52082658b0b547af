"""How much is on file of contacts."""

from __future__ import annotations

import sqlite3


def open_deals(conn: sqlite3.Connection, contact_id: int) -> int:
    """How many open deals a contact has."""
    (count,) = conn.execute(
        "SELECT count(*) FROM deal WHERE contact_id = ? AND status = 'open'", (contact_id,)
    ).fetchone()
    return int(count)
