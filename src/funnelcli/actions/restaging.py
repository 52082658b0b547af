"""What was done for a deal stands at the stage that the deal was in when it happened, however late
its moves are recorded."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from funnelcli.db import bulk

# Before all that was ever done, in UTC seconds.
EVER = -(2**53)
_AT_A_STAGE = (("visit", "happened_at"), ("effort", "happened_at"), ("objection", "raised_at"))
TABLES = tuple(table for table, _column in _AT_A_STAGE)
_DEALS = bulk.PAIRS.format("deal_id", "since")
_SOME_SINCE = f"SELECT w.deal_id, w.since FROM ({_DEALS}) AS w WHERE " + " OR ".join(
    f"EXISTS (SELECT 1 FROM {table} AS t WHERE t.deal_id = w.deal_id AND t.{column} >= w.since)"
    for table, column in _AT_A_STAGE
)
_STAGE_THEN = (
    "(SELECT s.stage_id FROM stay AS s WHERE s.deal_id = {table}.deal_id"
    " AND s.entered_at <= {table}.{column}"
    " AND (s.left_at IS NULL OR s.left_at > {table}.{column})"
    " ORDER BY s.entered_at DESC, s.id DESC LIMIT 1)"
)


def restage(conn: sqlite3.Connection, since: Mapping[int, int]) -> None:
    """Put visits, effort and objections of deals, each from an instant on (UTC seconds), at the
    stage that the deal was in when they happened, as its stays have it now; what happened before it
    was opened was at none."""
    if not since:
        return
    # An import moves thousands of deals for which nothing was done since.
    some = dict(conn.execute(_SOME_SINCE, (bulk.pairs(since),)).fetchall())
    if not some:
        return
    for table, column in _AT_A_STAGE:
        stage = _STAGE_THEN.format(table=table, column=column)
        conn.execute(
            f"UPDATE {table} SET stage_id = {stage} FROM ({_DEALS}) AS w"
            f" WHERE {table}.deal_id = w.deal_id AND {table}.{column} >= w.since"
            f" AND {table}.stage_id IS NOT {stage}",
            (bulk.pairs(some),),
        )


def misstaged(conn: sqlite3.Connection) -> list[int]:
    """The deals with visits, effort or objections at another stage than that which the deal was
    in when they happened."""
    found: set[int] = set()
    for table, column in _AT_A_STAGE:
        stage = _STAGE_THEN.format(table=table, column=column)
        found |= {
            deal_id
            for (deal_id,) in conn.execute(
                f"SELECT deal_id FROM {table} WHERE deal_id IS NOT NULL AND stage_id IS NOT {stage}"
            )
        }
    return sorted(found)
