"""Answers as they are listed."""

from __future__ import annotations

import sqlite3

from funnelcli import queries
from funnelcli.nouns.answer import Answer


def of_deal(conn: sqlite3.Connection, deal_id: int, *, history: bool = False) -> list[Answer]:
    """The answers about a deal that hold, with ``history`` those before them too."""
    found = queries.run(conn, "answers", Answer, {"deal_id": deal_id})
    return [answer for answer in found if history or answer.holds]
