"""Milestones of a deal, and those that are late."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from funnelcli.i18n import pick
from funnelcli.nouns.members import belonging
from funnelcli.nouns.milestone import MILESTONE, Milestone
from funnelcli.nouns.rules import MILESTONE_LATE
from funnelcli.queries.lists import some


def of_deal(conn: sqlite3.Connection, deal_id: int) -> list[Milestone]:
    """A deal's milestones in their order."""
    return list(
        some(conn, MILESTONE, {"id": deal_id}, where="m.deal_id = :id", order="m.position, m.id")
    )


def late(conn: sqlite3.Connection, owner: int | None = None) -> list[Milestone]:
    """Milestones of won deals, of one user or of all, that should be done and are not, the oldest
    first."""
    where = MILESTONE_LATE + belonging("d", owner)
    return list(some(conn, MILESTONE, {"owner": owner}, where=where, order="m.due, m.id"))


def next_stages(conn: sqlite3.Connection, milestone_ids: Sequence[int]) -> dict[int, str]:
    """By the id of its deal, the name of the stage to move on to where these are the last open
    milestones of a deal that is in a stage after its win."""
    rows = conn.execute(
        "SELECT d.id, n.name_en, n.name_de, min(n.position) FROM deal AS d"
        " JOIN stage AS s ON s.id = d.stage_id AND s.kind = 'post'"
        " JOIN stage AS n ON n.process_id = d.process_id AND n.position > s.position"
        " WHERE d.status = 'won' AND d.id IN (SELECT m.deal_id FROM milestone AS m"
        " WHERE m.done_on IS NULL AND m.id IN (SELECT value FROM json_each(:ids)))"
        " AND NOT EXISTS (SELECT 1 FROM milestone AS o WHERE o.deal_id = d.id"
        " AND o.done_on IS NULL AND o.id NOT IN (SELECT value FROM json_each(:ids)))"
        " GROUP BY d.id",
        {"ids": json.dumps([*milestone_ids])},
    )
    return {deal_id: pick(en, de) for deal_id, en, de, _position in rows}
