"""Answers about one's own business as they are listed."""

from __future__ import annotations

import sqlite3

from funnelcli import queries
from funnelcli.nouns.business_answer import BusinessAnswer


def answered(conn: sqlite3.Connection, *, history: bool = False) -> list[BusinessAnswer]:
    """The answers that hold, with ``history`` those before them too."""
    found = queries.run(conn, "business_answers", BusinessAnswer)
    return [answer for answer in found if history or answer.holds]
