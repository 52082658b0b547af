"""Next steps of a deal."""

from __future__ import annotations

import sqlite3

from funnelcli.nouns.rules import OPEN_FOR_DEAL
from funnelcli.nouns.step import STEP, Step
from funnelcli.queries.lists import some


def open_steps(conn: sqlite3.Connection, deal_id: int) -> list[Step]:
    """What is still to be done for a deal, or for its contact and no deal, by due date."""
    whose = (
        "n.deal_id = :id OR (+n.deal_id IS NULL"
        " AND n.contact_id = (SELECT o.contact_id FROM deal AS o WHERE o.id = :id))"
    )
    return list(some(conn, STEP, {"id": deal_id}, where=f"({whose}) AND +n.status = 'open'"))


def last_step_of(conn: sqlite3.Connection, step_id: int) -> str | None:
    """The title of the open deal that has nothing else to be done; None where the step is not its
    last, or comes again and again."""
    row = conn.execute(
        "SELECT d.title FROM step AS n JOIN deal AS d ON d.id = n.deal_id"
        " WHERE n.id = ? AND d.status = 'open' AND n.every IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM step AS m"
        f" WHERE {OPEN_FOR_DEAL.replace('n.', 'm.')} AND m.id <> n.id)",
        (step_id,),
    ).fetchone()
    return None if row is None else str(row[0])
