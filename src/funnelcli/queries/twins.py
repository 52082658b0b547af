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
    return conn.execute(
        "SELECT c.id, c.name FROM contact AS c WHERE (c.search >= ? AND c.search < ?) OR c.id IN"
        f" ({_REACHED}) LIMIT 3",
        (name_fold(name), name_fold(name) + " ", *_reach(emails, phones)),
    ).fetchall()


def sharing(
    conn: sqlite3.Connection, contact_id: int, emails: Sequence[str], phones: Sequence[str]
) -> list[tuple[int, str]]:
    """The id and name of up to three other contacts with one of the addresses or numbers."""
    return conn.execute(
        f"SELECT c.id, c.name FROM contact AS c WHERE c.id <> ? AND c.id IN ({_REACHED}) LIMIT 3",
        (contact_id, *_reach(emails, phones)),
    ).fetchall()


_REACHED = (
    "SELECT contact_id FROM contact_email WHERE email IN (SELECT value FROM json_each(?))"
    " UNION SELECT contact_id FROM contact_phone WHERE phone IN (SELECT value FROM json_each(?))"
)


def _reach(emails: Sequence[str], phones: Sequence[str]) -> tuple[str, str]:
    import json

    return json.dumps([email.strip().lower() for email in emails]), json.dumps(list(phones))
