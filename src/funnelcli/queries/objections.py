"""Objections of a deal."""

from __future__ import annotations

import sqlite3

from funnelcli.nouns.objection import OBJECTION, Objection
from funnelcli.queries.lists import some


def of_deal(conn: sqlite3.Connection, deal_id: int) -> list[Objection]:
    """A deal's objections, the first first."""
    return list(
        some(conn, OBJECTION, {"id": deal_id}, where="o.deal_id = :id", order="o.raised_at, o.id")
    )
