"""Changing a process that deals are in."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import log
from funnelcli.processes import storing
from funnelcli.processes.reading import Process


def put(conn: sqlite3.Connection, process: Process) -> storing.PutResult:
    """Add ``process``, or change the one of that key, and work out anew how far its deals came,
    for its stages may stand in another order.

    Raises Refused when a stage that deals have been in would go.
    """
    result = storing.put(conn, process)
    rows = conn.execute("SELECT id FROM deal WHERE process_id = ?", (result.process_id,)).fetchall()
    for (deal_id,) in rows:
        log.refresh(conn, deal_id)
    return result
