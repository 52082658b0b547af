"""Deals and their stays as they were at a past moment, worked out from the logs.

The deals whose logs have an entry after the moment, few as a rule, are worked out into temporary
tables when the first query needs them; the others are now what they were then, and are read where
they lie. The tables are named after the moment, so that several can be asked about.
"""

from __future__ import annotations

import sqlite3

from funnelcli.db import temporary_tables, triggers
from funnelcli.db.aside import making
from funnelcli.db.temporary_tables import WHOLE, Part

# The stays of deals that have changed, with what had not happened yet left away.
STAY = """(
    SELECT
        y.id, y.deal_id, y.stage_id, y.entered_at, y.how,
        CASE WHEN y.left_at <= {at} THEN y.left_at END AS left_at,
        (
            SELECT n.stage_id FROM stay AS n JOIN stage AS ns ON ns.id = n.stage_id
            WHERE n.deal_id = y.deal_id AND n.id > y.id AND n.entered_at <= {at}
            AND ns.kind <> 'outside' ORDER BY n.id LIMIT 1
        ) AS next_stage_id,
        CASE WHEN EXISTS (
            SELECT 1 FROM stay AS n WHERE n.deal_id = y.deal_id AND n.stage_id = y.stage_id
            AND n.id > y.id AND n.entered_at <= {at}
        ) THEN 1 ELSE 0 END AS again
    FROM stay AS y WHERE y.entered_at <= {at}
)"""
TERMS = """(
    SELECT
        t.id, t.deal_id, t.valid_from, t.valid_on, t.status, t.value, t.currency, t.probability,
        t.expected_close, t.reason, CASE WHEN t.valid_to <= {at} THEN t.valid_to END AS valid_to
    FROM terms AS t WHERE t.valid_from <= {at}
)"""
# All deals as they were, for what cannot be added up from parts of them. A column more of each deal
# costs as much as reading it does, so that those are named which are asked for.
DEAL = """(
    SELECT {columns} FROM deal AS s NOT INDEXED WHERE s.id NOT IN (SELECT c.id FROM {changed} AS c)
    UNION ALL
    SELECT {columns} FROM {deal} AS s
)"""

# A deal has been in its stage since its last stay began.
_CHANGED = """
INSERT INTO {changed}
SELECT d.id FROM deal AS d NOT INDEXED
WHERE d.stage_since > {at} AND d.id >= {first} AND d.id < {behind}
UNION
SELECT t.deal_id FROM terms AS t
WHERE t.valid_from > {at} AND +t.deal_id >= {first} AND +t.deal_id < {behind}
"""
COLUMNS = (
    "id", "contact_id", "process_id", "source", "kind", "product", "previous_deal_id", "opened_at",
    "opened_on", "competitor", "owner_id", "stage_id", "stage_since", "furthest_stage_id",
    "in_order_stage_id", "status", "value", "currency", "probability", "expected_close", "won_at",
    "won_on", "closed_at", "closed_on", "lost_reason",
)  # fmt: skip
"""What is known of a deal as it was."""
_THEN = f"""
INSERT INTO {{deal}} ({", ".join(COLUMNS)})
WITH standing AS (
    SELECT
        d.id, d.contact_id, d.process_id, d.source, d.kind, d.product, d.previous_deal_id,
        d.opened_at, d.opened_on, d.competitor, d.owner_id, y.stage_id, y.entered_at AS stage_since,
        coalesce((
            SELECT f.id FROM stay AS z JOIN stage AS f ON f.id = z.stage_id
            WHERE z.deal_id = d.id AND z.entered_at <= {{at}} AND f.kind <> 'outside'
            ORDER BY f.position DESC LIMIT 1
        ), y.stage_id) AS furthest_stage_id,
        t.id AS terms_id, t.status, t.value, t.currency, t.probability, t.expected_close,
        coalesce((
            SELECT max(o.id) FROM terms AS o
            WHERE o.deal_id = d.id AND o.id < t.id AND o.status <> t.status
        ), 0) AS before_id
    FROM {{changed}} AS c
    CROSS JOIN deal AS d
    CROSS JOIN stay AS y
    CROSS JOIN terms AS t
    WHERE
        d.id = c.id
        AND d.opened_at <= {{at}}
        AND y.deal_id = d.id
        AND y.entered_at <= {{at}} AND (y.left_at IS NULL OR y.left_at > {{at}})
        AND t.deal_id = d.id
        AND t.valid_from <= {{at}} AND (t.valid_to IS NULL OR t.valid_to > {{at}})
),
runs AS (
    SELECT
        k.*,
        CASE WHEN k.status <> 'open' THEN (
            SELECT min(e.id) FROM terms AS e WHERE e.deal_id = k.id AND e.id > k.before_id
        ) END AS close_id,
        CASE
            WHEN k.status = 'won' THEN (
                SELECT min(e.id) FROM terms AS e WHERE e.deal_id = k.id AND e.id > k.before_id
            )
            WHEN k.status = 'lost' THEN (
                SELECT min(e.id) FROM terms AS e
                WHERE
                    e.deal_id = k.id
                    AND (SELECT b.status FROM terms AS b WHERE b.id = k.before_id) = 'won'
                    AND e.id > coalesce((
                        SELECT max(o.id) FROM terms AS o
                        WHERE o.deal_id = k.id AND o.id < k.before_id AND o.status <> 'won'
                    ), 0)
            )
        END AS won_id
    FROM standing AS k
)
SELECT
    r.id, r.contact_id, r.process_id, r.source, r.kind, r.product, r.previous_deal_id,
    r.opened_at, r.opened_on, r.competitor, r.owner_id, r.stage_id, r.stage_since,
    r.furthest_stage_id, NULL, r.status, r.value, r.currency, r.probability, r.expected_close,
    w.valid_from, w.valid_on, e.valid_from, e.valid_on,
    CASE r.status WHEN 'lost' THEN e.reason END
FROM runs AS r
LEFT JOIN terms AS w ON w.id = r.won_id
LEFT JOIN terms AS e ON e.id = r.close_id
"""


def names(at: int) -> dict[str, str]:
    """The moment ``at`` (UTC seconds) as SQL has it, and what its tables are called."""
    moment = str(at).replace("-", "before_")
    return {
        "at": str(at),
        "deal": f"deal_at_{moment}",
        "changed": f"changed_since_{moment}",
        "in_order": f"in_order_at_{moment}",
    }


def known(conn: sqlite3.Connection, at: int) -> bool:
    """Whether the tables of the moment ``at`` are made."""
    return temporary_tables.there(conn, names(at)["deal"])


def look_back(conn: sqlite3.Connection, at: int, part: Part = WHOLE) -> None:
    """Make the tables of the moment ``at`` for those deals of a part that have changed since,
    unless they are there. How far a deal had come stage by stage is left open, see
    :mod:`funnelcli.reports.in_order`."""
    if known(conn, at):
        return
    words = {**names(at), "first": str(part[0]), "behind": str(part[1])}
    kinds = triggers.kinds(conn, "deal")
    columns = ", ".join(f"{name} {kinds[name]}" for name in COLUMNS[1:])
    with making(conn):
        conn.execute("CREATE TEMP TABLE {changed} (id INTEGER PRIMARY KEY)".format(**words))
        conn.execute(f"CREATE TEMP TABLE {words['deal']} (id INTEGER PRIMARY KEY, {columns})")
        for statement in (_CHANGED, _THEN):
            conn.execute(statement.format(**words))
