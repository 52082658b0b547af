"""What selling has taken and cost: sums of deals.

The formula stands in the view ``effort_cost`` and at :attr:`funnelcli.nouns.effort.Effort.costs`.
An entry belongs to the stage that the deal was in when it happened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from funnelcli import queries
from funnelcli.nouns.effort import Amount, Cost, Total
from funnelcli.nouns.rules import UNRATED


def costs(
    conn: sqlite3.Connection, *, where: str = "1", limit: int | None = None
) -> Iterator[Cost]:
    """What each deal has cost so far. ``where`` is SQL over ``k``, the view ``effort_cost``."""
    return queries.run(
        conn, "deal_cost", Cost, where=where, order="k.deal_id, k.currency", limit=limit
    )


def total(conn: sqlite3.Connection, deal_id: int) -> Total:
    """What one deal has taken and cost so far."""
    one = {"id": deal_id}
    minutes, kilometres, unrated = conn.execute(
        "SELECT coalesce(sum(e.minutes), 0), coalesce(sum(e.kilometres), 0),"
        f" coalesce(max({UNRATED}), 0) FROM effort_entry AS e JOIN rate_period AS p"
        " ON e.happened_on >= p.starts_on AND e.happened_on < p.ends_on WHERE e.deal_id = :id",
        one,
    ).fetchone()
    rows = queries.run(
        conn, "deal_cost", Cost, one, where="k.deal_id = :id", order="sum(k.cost) DESC, k.currency"
    )
    amounts = [Amount(row.currency, row.cost) for row in rows]
    return Total(minutes, kilometres, amounts, bool(unrated))
