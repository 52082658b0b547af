"""What the law keeps of contacts that were forgotten, locked away until a day."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from funnelcli.plain import NamedTuple
from funnelcli.typed import Any


class Sealed(NamedTuple):
    """A record that is kept ``until`` a day, a plain date as ISO text; ``kind`` is contract or
    offer."""

    id: int
    contact_id: int
    kind: str
    record_id: int
    until: str
    sealed_at: int


def add(conn: sqlite3.Connection, found: Sealed, content: dict[str, Any]) -> None:
    """Lock a record away, within a transaction; one that is there stays as it is."""
    conn.execute(
        "INSERT INTO sealed (contact_id, kind, record_id, until, content, sealed_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (*found[1:5], json.dumps(content, ensure_ascii=False), found.sealed_at),
    )


def listed(conn: sqlite3.Connection) -> Iterator[Sealed]:
    """What is locked away, the first to be let go first."""
    rows = conn.execute(
        "SELECT id, contact_id, kind, record_id, until, sealed_at FROM sealed ORDER BY until, id"
    )
    return (Sealed(*row) for row in rows)


def content(conn: sqlite3.Connection, sealed_id: int) -> dict[str, Any] | None:
    """What was locked away under an id."""
    row = conn.execute("SELECT content FROM sealed WHERE id = ?", (sealed_id,)).fetchone()
    return None if row is None else dict(json.loads(row[0]))


def due(conn: sqlite3.Connection, today: str) -> int:
    """How many are no longer to be kept on a day; none in a database of an older schema."""
    there = conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'sealed'").fetchone()
    if there is None:
        return 0
    return int(conn.execute("SELECT count(*) FROM sealed WHERE until < ?", (today,)).fetchone()[0])


def erase(conn: sqlite3.Connection, today: str) -> None:
    """Erase what is no longer to be kept on a day, within a transaction."""
    conn.execute("DELETE FROM sealed WHERE until < ?", (today,))
