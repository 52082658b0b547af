"""Contracts of a deal, and those that call for an answer."""

from __future__ import annotations

import sqlite3

from funnelcli.nouns.contract import CONTRACT, Contract
from funnelcli.nouns.members import belonging
from funnelcli.nouns.rules import CONTRACT_SOON
from funnelcli.queries.lists import some


def of_deal(conn: sqlite3.Connection, deal_id: int) -> list[Contract]:
    """A deal's contracts, the first first."""
    return list(
        some(conn, CONTRACT, {"id": deal_id}, where="k.deal_id = :id", order="k.signed_on, k.id")
    )


def soon(conn: sqlite3.Connection, owner: int | None = None) -> list[Contract]:
    """Contracts, of one user's deals or of all, that end, or can be cancelled for the last time,
    within the next 60 days, the nearest first. One that is renewed by another deal or withdrawn is
    none of them."""
    return list(
        some(
            conn,
            CONTRACT,
            {"owner": owner},
            where=f"d.status = 'won' AND {CONTRACT_SOON}{belonging('d', owner)}"
            " AND NOT EXISTS (SELECT 1 FROM deal AS n WHERE n.previous_deal_id = d.id"
            " AND n.kind = 'renewal' AND n.status = 'won')",
            order="CASE WHEN k.cancel_by >= :today THEN k.cancel_by ELSE k.ends_on END, k.id",
        )
    )
