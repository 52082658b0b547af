"""How a report asks the database.

A query of ``queries/reports`` is one statement: a common table ``facts`` with a row for each deal
(or stay, or visit) that counts, and the figures that are made of it. What is in braces is filled
in here:

- ``{deal}``, ``{stay}``, ``{terms}``: the tables as they are, or as they were at that moment;
- ``{where}``: the filter on the deals ``d``;
- ``{stays}`` and ``{stays_where}``: the stays ``y``, joined with their deals and the slice where
  anything is asked of those; the latter goes before ``.stage_id``;
- ``{slice:DAY}``, ``{slice_join}``, ``{by}``: what the report is sliced by, and its place in
  GROUP BY; DAY is the date whose month counts;
- ``{money:VALUE|CURRENCY|DAY}``, ``{currency:CURRENCY|DAY}``: an amount in the base currency
  where a rate is stored for the day;
- ``{hour:DAY}``, ``{hour_currency:DAY}``, ``{km:DAY}``, ``{km_currency:DAY}``: what an hour and a
  kilometre cost on a day, NULL where no rate holds;
- ``{part:NAME}``: what stands in ``queries/reports/parts/NAME.sql``, so that what several queries
  have in common is stated once.

The deals behind a cell are the facts that fulfil the cell's condition, so they cannot differ from
the figure.
"""

from __future__ import annotations

import os
import re
import sqlite3
from functools import cache
from typing import Any

from funnelcli.reports.scope import SLICES, Scope, currency_of, exchanged, held

_FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "queries", "reports")
FIGURES = "-- figures"

# The logs as they were at :now, with what was not recorded as having happened yet left away.
_STAY_AT = """(
    SELECT
        y.id, y.deal_id, y.stage_id, y.entered_at, y.how,
        CASE WHEN y.left_at <= :now THEN y.left_at END AS left_at,
        CASE WHEN y.deal_id IN (SELECT c.id FROM changed_since AS c) THEN (
            SELECT n.stage_id FROM stay AS n JOIN stage AS ns ON ns.id = n.stage_id
            WHERE n.deal_id = y.deal_id AND n.id > y.id AND n.entered_at <= :now
            AND ns.kind <> 'outside' ORDER BY n.id LIMIT 1
        ) ELSE y.next_stage_id END AS next_stage_id,
        CASE WHEN y.deal_id IN (SELECT c.id FROM changed_since AS c) THEN EXISTS (
            SELECT 1 FROM stay AS n WHERE n.deal_id = y.deal_id AND n.stage_id = y.stage_id
            AND n.id > y.id AND n.entered_at <= :now
        ) ELSE y.again END AS again
    FROM stay AS y WHERE y.entered_at <= :now
)"""
_TERMS_AT = """(
    SELECT
        t.id, t.deal_id, t.valid_from, t.valid_on, t.status, t.value, t.currency, t.probability,
        t.expected_close, t.reason, CASE WHEN t.valid_to <= :now THEN t.valid_to END AS valid_to
    FROM terms AS t WHERE t.valid_from <= :now
)"""


@cache
def text_of(name: str) -> str:
    """The text of ``queries/reports/<name>.sql`` with its parts put in."""
    with open(os.path.join(_FOLDER, f"{name}.sql"), encoding="utf-8") as file:
        text = file.read()
    return re.sub(r"\{part:(\w+)\}", lambda found: text_of(f"parts/{found[1]}").rstrip(), text)


def fill(scope: Scope, text: str) -> str:
    """``text`` with what stands in braces filled in."""

    def put(found: re.Match[str]) -> str:
        word, arguments = found[1], (found[2] or "").split("|")
        if word in ("deal", "stay", "terms"):
            return put_table(scope, word)
        if word == "where":
            return scope.where
        if word == "slice":
            if scope.by is None:
                return "NULL"
            return SLICES[scope.by][0].replace("{day}", arguments[0])
        if word == "by":
            # A constant in GROUP BY would keep SQLite from grouping along an index.
            return "slice, " if scope.by else ""
        if word == "slice_join":
            return SLICES[scope.by][1] if scope.by else ""
        if word == "stays":
            stay = put_table(scope, "stay")
            if alone(scope):
                return f"{stay} AS y"
            join = SLICES[scope.by][1] if scope.by else ""
            return f"{put_table(scope, 'deal')} AS d {join} CROSS JOIN {stay} AS y"
        if word == "stays_where":
            # The plus keeps SQLite from reading the stays of all deals stage by stage.
            return "y" if alone(scope) else f"{scope.where} AND y.deal_id = d.id AND +y"
        if word in ("hour", "km"):
            return held([step[:2] for step in scope.effort[word]], arguments[0])
        if word in ("hour_currency", "km_currency"):
            steps = scope.effort[word.partition("_")[0]]
            return held([(since, currency) for since, _amount, currency in steps], arguments[0])
        if word == "money":
            return exchanged(scope, *arguments)
        if word == "currency":
            return currency_of(scope, *arguments)
        raise AssertionError(word)

    return re.sub(r"\{(\w+)(?::([^{}]*))?\}", put, text)


def put_table(scope: Scope, table: str) -> str:
    """A table of deals or their logs as it is, or as it was at the moment asked about."""
    if scope.as_of is None:
        return table
    return {"deal": "deal_at", "stay": _STAY_AT, "terms": _TERMS_AT}[table]


def alone(scope: Scope) -> bool:
    """Whether nothing is asked of the deals, so that the stays alone tell."""
    return scope.by is None and scope.as_of is None and not scope.filtered


def ask(conn: sqlite3.Connection, scope: Scope, name: str, **values: Any) -> list[tuple[Any, ...]]:
    """The figures of a query, read whole: they are few, whatever they are made of."""
    return conn.execute(fill(scope, text_of(name)), {**scope.parameters, **values}).fetchall()


def deals_behind(
    conn: sqlite3.Connection, scope: Scope, name: str, condition: str, values: dict[str, Any]
) -> list[int]:
    """The ids of the deals whose facts in the query ``name`` fulfil ``condition``."""
    facts, _mark, _rest = text_of(name).partition(FIGURES)
    rows = conn.execute(
        fill(scope, facts)
        + f"SELECT DISTINCT deal_id FROM facts WHERE deal_id IS NOT NULL AND ({condition})"
        " ORDER BY deal_id",
        {**scope.parameters, **values},
    )
    return [deal_id for (deal_id,) in rows]


_COLUMNS = (
    "id, contact_id, process_id, source, kind, product, previous_deal_id, opened_at, opened_on,"
    " competitor, stage_id, stage_since, furthest_stage_id, in_order_stage_id, status, value,"
    " currency, probability, expected_close, won_at, won_on, closed_at, closed_on, lost_reason"
)
# Deals whose logs have no entry after :at are now what they were then.
_SAME_DEALS = f"""
CREATE TEMP TABLE deal_at AS
SELECT {", ".join("d." + name.strip() for name in _COLUMNS.split(","))}
FROM deal AS d JOIN terms AS t ON t.deal_id = d.id AND t.valid_to IS NULL
WHERE d.stage_since <= :at AND t.valid_from <= :at
"""
_OTHER_DEALS = f"""
INSERT INTO deal_at ({_COLUMNS})
WITH standing AS (
    SELECT
        d.id, d.contact_id, d.process_id, d.source, d.kind, d.product, d.previous_deal_id,
        d.opened_at, d.opened_on, d.competitor, y.stage_id, y.entered_at AS stage_since,
        coalesce((
            SELECT f.id FROM stay AS z JOIN stage AS f ON f.id = z.stage_id
            WHERE z.deal_id = d.id AND z.entered_at <= :at AND f.kind <> 'outside'
            ORDER BY f.position DESC LIMIT 1
        ), y.stage_id) AS furthest_stage_id,
        t.id AS terms_id, t.status, t.value, t.currency, t.probability, t.expected_close,
        coalesce((
            SELECT max(o.id) FROM terms AS o
            WHERE o.deal_id = d.id AND o.id < t.id AND o.status <> t.status
        ), 0) AS before_id
    FROM deal AS d
    CROSS JOIN stay AS y
    CROSS JOIN terms AS t
    WHERE
        d.opened_at <= :at
        AND d.id NOT IN (SELECT s.id FROM deal_at AS s)
        AND y.deal_id = d.id
        AND y.entered_at <= :at AND (y.left_at IS NULL OR y.left_at > :at)
        AND t.deal_id = d.id
        AND t.valid_from <= :at AND (t.valid_to IS NULL OR t.valid_to > :at)
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
    r.opened_at, r.opened_on, r.competitor, r.stage_id, r.stage_since, r.furthest_stage_id, NULL,
    r.status, r.value, r.currency, r.probability, r.expected_close,
    w.valid_from, w.valid_on, e.valid_from, e.valid_on,
    CASE r.status WHEN 'lost' THEN e.reason END
FROM runs AS r
LEFT JOIN terms AS w ON w.id = r.won_id
LEFT JOIN terms AS e ON e.id = r.close_id
"""


def sort_in_pieces(conn: sqlite3.Connection) -> None:
    """Let SQLite sort millions of rows in pieces that fit the processor's cache, as it does by
    itself: with everything in memory at once the same query takes half as long again."""
    conn.execute("PRAGMA temp_store = FILE")


def look_back(conn: sqlite3.Connection, at: int, *, in_order: bool = False) -> None:
    """Make ``deal_at``, the deals as they stood at ``at`` (UTC seconds) by their logs.

    Call it before the connection is made read-only. ``in_order`` also works out how far each
    deal had come stage by stage, which takes a pass in Python.
    """
    conn.execute(_SAME_DEALS, {"at": at})
    conn.execute("CREATE UNIQUE INDEX temp.deal_at_id ON deal_at (id)")
    same = conn.execute("SELECT count(*) FROM deal_at").fetchone()[0]
    conn.execute(_OTHER_DEALS, {"at": at})
    conn.execute("CREATE TEMP TABLE changed_since (id INTEGER PRIMARY KEY)")
    conn.execute("INSERT INTO changed_since SELECT id FROM deal_at WHERE rowid > ?", (same,))
    if in_order:
        _look_back_in_order(conn, at, same)


def _look_back_in_order(conn: sqlite3.Connection, at: int, same: int) -> None:
    """Fill in_order_stage_id of the deals behind the first ``same`` rows, which have it."""
    from itertools import groupby

    from funnelcli.actions import log

    stages = {
        stage_id: (position, kind, process_id)
        for stage_id, position, kind, process_id in conn.execute(
            "SELECT id, position, kind, process_id FROM stage"
        )
    }
    of_process = {
        process_id: {
            s: (place, kind) for s, (place, kind, of) in stages.items() if of == process_id
        }
        for process_id in {of for _place, _kind, of in stages.values()}
    }
    rows = conn.execute(
        "SELECT y.deal_id, y.stage_id FROM deal_at AS d CROSS JOIN stay AS y"
        " WHERE d.rowid > ? AND y.deal_id = d.id AND y.entered_at <= ? ORDER BY y.deal_id, y.id",
        (same, at),
    ).fetchall()
    found = []
    for deal_id, group in groupby(rows, lambda row: row[0]):
        steps = [stage for _deal, stage in group if stages[stage][1] != "outside"]
        if steps:
            found.append((log.in_order(steps, of_process[stages[steps[0]][2]]), deal_id))
    conn.executemany("UPDATE deal_at SET in_order_stage_id = ? WHERE id = ?", found)
