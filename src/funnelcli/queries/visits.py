"""What is asked of one visit, and which there were about a deal."""

from __future__ import annotations

import sqlite3

from funnelcli.nouns.rules import SPOKEN
from funnelcli.nouns.step import STEP, Step
from funnelcli.nouns.visit import VISIT, Visit
from funnelcli.queries.lists import some


def steps_made(conn: sqlite3.Connection, visit_id: int) -> list[Step]:
    """The next steps that were made at a visit, in the order in which they were made."""
    return list(some(conn, STEP, {"id": visit_id}, where="n.visit_id = :id", order="n.id"))


def spoken_about(conn: sqlite3.Connection, deal_id: int, limit: int) -> list[Visit]:
    """The last visits at which somebody was spoken to about a deal, or about none with one who has
    a part in it."""
    about = (
        "v.deal_id = :id OR (v.deal_id IS NULL AND v.contact_id IN"
        " (SELECT contact_id FROM deal WHERE id = :id"
        " UNION SELECT contact_id FROM deal_contact WHERE deal_id = :id))"
    )
    return list(some(conn, VISIT, {"id": deal_id}, where=f"({about}) AND {SPOKEN}", limit=limit))
