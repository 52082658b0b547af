"""What is due, in a few figures."""

from __future__ import annotations

import sqlite3

from funnelcli import dates
from funnelcli.queries.rules import AWAKE, NO_STEP, ROTTEN

_STEPS = (
    "SELECT count(*) FILTER (WHERE n.due = :today), count(*) FILTER (WHERE n.due < :today),"
    " count(*) FILTER (WHERE n.due = :today AND n.kind = 'visit'),"
    " count(*) FILTER (WHERE n.kind = 'call')"
    " FROM step AS n LEFT JOIN deal AS d ON d.id = n.deal_id"
    f" WHERE n.due <= :today AND {AWAKE}"
)
_DEALS = "SELECT count(*) FROM deal AS d JOIN stage AS s ON s.id = d.stage_id WHERE "


def _values() -> dict[str, str | int]:
    return {"now": dates.now(), "today": dates.today().isoformat()}


def steps(conn: sqlite3.Connection) -> dict[str, int]:
    """How many steps are due today and overdue, and of all these the visits of today and the
    callbacks."""
    row = conn.execute(_STEPS, _values()).fetchone()
    return dict(zip(("due", "late", "visits", "callbacks"), row, strict=True))


def rotten(conn: sqlite3.Connection) -> int:
    """How many open deals are rotten."""
    return int(conn.execute(_DEALS + ROTTEN, _values()).fetchone()[0])


def stepless(conn: sqlite3.Connection) -> int:
    """How many open deals have no next step."""
    return int(conn.execute(_DEALS + NO_STEP, _values()).fetchone()[0])


def open_deals(conn: sqlite3.Connection) -> int:
    """How many deals are open."""
    return int(conn.execute("SELECT count(*) FROM deal WHERE status = 'open'").fetchone()[0])
