"""Milestones of a deal, and those that are late."""

from __future__ import annotations

import sqlite3

from funnelcli.nouns.milestone import MILESTONE, Milestone
from funnelcli.nouns.rules import MILESTONE_LATE
from funnelcli.queries.lists import some


def of_deal(conn: sqlite3.Connection, deal_id: int) -> list[Milestone]:
    """A deal's milestones in their order."""
    return list(
        some(conn, MILESTONE, {"id": deal_id}, where="m.deal_id = :id", order="m.position, m.id")
    )


def late(conn: sqlite3.Connection) -> list[Milestone]:
    """Milestones of won deals that should be done and are not, the oldest first."""
    return list(some(conn, MILESTONE, where=MILESTONE_LATE, order="m.due, m.id"))


def next_stage(conn: sqlite3.Connection, milestone_id: int) -> str | None:
    """The name of the stage to move on to when this is the last open milestone of a deal that is
    in a stage after its win; None where there is none."""
    from funnelcli.i18n import pick

    row = conn.execute(
        "SELECT n.name_en, n.name_de FROM milestone AS m JOIN deal AS d ON d.id = m.deal_id"
        " JOIN stage AS s ON s.id = d.stage_id AND s.kind = 'post'"
        " JOIN stage AS n ON n.process_id = d.process_id AND n.position > s.position"
        " WHERE m.id = ? AND d.status = 'won' AND m.done_on IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM milestone AS o WHERE o.deal_id = d.id AND o.done_on IS NULL"
        " AND o.id <> m.id) ORDER BY n.position LIMIT 1",
        (milestone_id,),
    ).fetchone()
    return None if row is None else pick(*row)
