"""What is on file about contacts besides themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.text import fold


def alike(conn: sqlite3.Connection, name: str, emails: Sequence[str]) -> list[tuple[int, str]]:
    """The id and name of up to three contacts of that name, or with one of the addresses."""
    marks = ", ".join("?" for _email in emails) or "NULL"
    return conn.execute(
        "SELECT c.id, c.name FROM contact AS c WHERE (c.search >= ? AND c.search < ?) OR c.id IN"
        f" (SELECT e.contact_id FROM contact_email AS e WHERE e.email IN ({marks})) LIMIT 3",
        (fold(name), fold(name) + " ", *(email.strip().lower() for email in emails)),
    ).fetchall()


def visits_and_steps(conn: sqlite3.Connection, ids: Sequence[int]) -> int:
    """How many visits and next steps contacts have."""
    (count,) = conn.execute(
        "SELECT (SELECT count(*) FROM visit WHERE contact_id IN (SELECT value FROM"
        " json_each(:ids))) + (SELECT count(*) FROM step WHERE contact_id IN"
        " (SELECT value FROM json_each(:ids)))",
        {"ids": str(list(ids))},
    ).fetchone()
    return int(count)


def open_deals(conn: sqlite3.Connection, contact_id: int) -> int:
    """How many open deals a contact has."""
    (count,) = conn.execute(
        "SELECT count(*) FROM deal WHERE contact_id = ? AND status = 'open'", (contact_id,)
    ).fetchone()
    return int(count)
