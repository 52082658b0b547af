"""Who is on file already under the same name, address or number."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.text import name_fold


def alike(
    conn: sqlite3.Connection, name: str, emails: Sequence[str], phones: Sequence[str]
) -> list[tuple[int, str]]:
    """The id and name of up to three contacts of that name, or with one of the addresses or of the
    numbers (as they are kept)."""
    reached, values = _reached(emails, phones)
    return conn.execute(
        "SELECT c.id, c.name FROM contact AS c WHERE (c.search >= ? AND c.search < ?) OR c.id IN"
        f" ({reached}) LIMIT 3",
        (name_fold(name), name_fold(name) + " ", *values),
    ).fetchall()


def sharing(
    conn: sqlite3.Connection, contact_id: int, emails: Sequence[str], phones: Sequence[str]
) -> list[tuple[int, str]]:
    """The id and name of up to three other contacts with one of the addresses or numbers."""
    reached, values = _reached(emails, phones)
    return conn.execute(
        f"SELECT c.id, c.name FROM contact AS c WHERE c.id <> ? AND c.id IN ({reached}) LIMIT 3",
        (contact_id, *values),
    ).fetchall()


def _reached(emails: Sequence[str], phones: Sequence[str]) -> tuple[str, list[str]]:
    """The ids of contacts with one of the addresses or numbers, and the values of this query."""
    ways = ("email", [email.strip().lower() for email in emails]), ("phone", [*phones])
    # With NULL among them, which is none, there may be no others.
    asked = (
        f"SELECT contact_id FROM contact_{way} WHERE {way} IN (NULL{', ?' * len(values)})"
        for way, values in ways
    )
    return " UNION ".join(asked), [value for _way, values in ways for value in values]
