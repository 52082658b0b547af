"""How far the deals that have changed since a past moment had come then, stage by stage."""

from __future__ import annotations

import sqlite3
from itertools import groupby
from operator import attrgetter

from funnelcli.actions import log, log_cache
from funnelcli.db import bulk, temporary_tables
from funnelcli.db.aside import making
from funnelcli.queries.as_of_tables import names
from funnelcli.reports.named_rows import columns_of, named


def work_out(conn: sqlite3.Connection, at: int) -> None:
    """Fill in_order_stage_id in the tables of the moment ``at`` (UTC seconds), which takes a pass
    in Python, unless it was done; the deals that have not changed since have it."""
    words = names(at)
    if temporary_tables.there(conn, words["in_order"]):
        return
    processes = conn.execute("SELECT id FROM process").fetchall()
    stages = {process_id: log.stages_of(conn, process_id) for (process_id,) in processes}
    stays = conn.execute(
        "SELECT y.deal_id, d.process_id, y.stage_id FROM {changed} AS c CROSS JOIN deal AS d"
        " CROSS JOIN stay AS y WHERE d.id = c.id AND y.deal_id = c.id AND y.entered_at <= {at}"
        " ORDER BY y.deal_id, y.id".format(**words)
    )
    found = []
    rows = named(columns_of(stays), stays)
    for (deal_id, process_id), group in groupby(rows, attrgetter("deal_id", "process_id")):
        way = log_cache.along([row.stage_id for row in group], stages[process_id])
        found.append((deal_id, way.in_order))
    with making(conn):
        conn.execute(
            "CREATE TEMP TABLE {in_order} (id INTEGER PRIMARY KEY, stage_id INTEGER)".format(
                **words
            )
        )
        bulk.insert(conn, words["in_order"], ("id", "stage_id"), found)
        conn.execute(
            "UPDATE {deal} AS d SET in_order_stage_id ="
            " (SELECT o.stage_id FROM {in_order} AS o WHERE o.id = d.id)"
            " WHERE d.id IN (SELECT o.id FROM {in_order} AS o)".format(**words)
        )
