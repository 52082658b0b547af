"""Notes on a deal."""

from __future__ import annotations

import sqlite3

from funnelcli.nouns.note import NOTE, Note
from funnelcli.queries.lists import some


def of_deal(conn: sqlite3.Connection, deal_id: int, limit: int) -> list[Note]:
    """The last notes on a deal, the latest first."""
    return list(some(conn, NOTE, {"id": deal_id}, where="x.deal_id = :id", limit=limit))
