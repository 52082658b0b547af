"""What is asked of one visit."""

from __future__ import annotations

import sqlite3

from funnelcli.nouns.step import STEP, Step
from funnelcli.queries.lists import some


def steps_made(conn: sqlite3.Connection, visit_id: int) -> list[Step]:
    """The next steps that were made at a visit, in the order in which they were made."""
    return list(some(conn, STEP, {"id": visit_id}, where="n.visit_id = :id", order="n.id"))
