"""How much is on file of contacts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence


def visits_steps_and_notes(conn: sqlite3.Connection, ids: Sequence[int]) -> int:
    """How many visits, next steps and notes contacts have."""
    of_them = "contact_id IN (SELECT value FROM json_each(:ids))"
    (count,) = conn.execute(
        f"SELECT (SELECT count(*) FROM visit WHERE {of_them})"
        f" + (SELECT count(*) FROM step WHERE {of_them})"
        f" + (SELECT count(*) FROM note WHERE {of_them})",
        {"ids": str(list(ids))},
    ).fetchone()
    return int(count)


def open_deals(conn: sqlite3.Connection, contact_id: int) -> int:
    """How many open deals a contact has."""
    (count,) = conn.execute(
        "SELECT count(*) FROM deal WHERE contact_id = ? AND status = 'open'", (contact_id,)
    ).fetchone()
    return int(count)
