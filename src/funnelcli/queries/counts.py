"""How much is on file of contacts, and in the tray."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from funnelcli.values import dates


def open_deals(conn: sqlite3.Connection, contact_id: int) -> int:
    """How many open deals a contact has."""
    (count,) = conn.execute(
        "SELECT count(*) FROM deal WHERE contact_id = ? AND status = 'open'", (contact_id,)
    ).fetchone()
    return int(count)


def open_calls(conn: sqlite3.Connection, contact_id: int) -> int:
    """How many open calls to a contact are planned, by itself or for its deals."""
    (count,) = conn.execute(
        "SELECT count(*) FROM step AS n LEFT JOIN deal AS d ON d.id = n.deal_id"
        " WHERE n.status = 'open' AND n.kind = 'call'"
        " AND (n.contact_id = :id OR (n.contact_id IS NULL AND d.contact_id = :id))",
        {"id": contact_id},
    ).fetchone()
    return int(count)


def reachable(conn: sqlite3.Connection, contact_id: int) -> str | None:
    """The name of a contact that may be contacted; None for one that may not."""
    row = conn.execute(
        "SELECT name FROM contact WHERE id = ? AND do_not_contact = 0", (contact_id,)
    ).fetchone()
    return None if row is None else str(row[0])


def unreachable(conn: sqlite3.Connection, step_ids: Iterable[int]) -> list[str]:
    """The names of people who are not to be contacted, and whom one of these open steps is for."""
    rows = conn.execute(
        "SELECT DISTINCT c.name FROM step AS n LEFT JOIN deal AS d ON d.id = n.deal_id"
        " JOIN contact AS c ON c.id = coalesce(n.contact_id, d.contact_id)"
        " WHERE c.do_not_contact = 1 AND n.status = 'open'"
        " AND n.id IN (SELECT value FROM json_each(?))",
        (str(list(step_ids)),),
    )
    return [name for (name,) in rows]


def in_tray(conn: sqlite3.Connection) -> int:
    """How many notes wait in the tray to be filed, but for those that were put off."""
    (count,) = conn.execute(
        "SELECT count(*) FROM tray_note WHERE later_until IS NULL OR later_until <= ?",
        (dates.today().isoformat(),),
    ).fetchone()
    return int(count)
