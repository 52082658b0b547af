"""Both logs of a deal, read and written as an import changes them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.actions import log, restaging
from funnelcli.db import bulk, rows
from funnelcli.plain import NamedTuple
from funnelcli.values import dates


class Logs(NamedTuple):
    """Both logs of a deal in the order of time; ``recorded`` is when each stay was recorded, None
    for those that are not on file yet."""

    stays: Sequence[log.Stay]
    terms: Sequence[log.Terms]
    recorded: Sequence[int | None]


def read(conn: sqlite3.Connection, deal_id: int) -> Logs:
    """The logs of a deal on file."""
    stays, terms = log.read(conn, deal_id)
    recorded = conn.execute(
        "SELECT recorded_at FROM stay WHERE deal_id = ? ORDER BY entered_at, id", (deal_id,)
    )
    return Logs(stays, terms, [at for (at,) in recorded])


def write(
    conn: sqlite3.Connection,
    deal_id: int,
    stays: Sequence[log.Stay],
    terms: Sequence[log.Terms],
) -> None:
    """Let a deal's logs be these, and what was done for it stand at the stages that it was in.
    Rows that stay as they are keep when they were recorded, and ids rise with time."""
    now = dates.now()
    _write(conn, "stay", "entered_at", deal_id, log.Stay._fields, stays, now)
    _write(conn, "terms", "valid_from", deal_id, log.Terms._fields, terms, now)
    log.refresh(conn, deal_id)
    restaging.restage(conn, deal_id)


def _write(
    conn: sqlite3.Connection,
    table: str,
    start: str,
    deal_id: int,
    fields: Sequence[str],
    wanted: Sequence[tuple[object, ...]],
    now: int,
) -> None:
    columns = (*fields, "recorded_at")
    stored = conn.execute(
        f"SELECT id, {', '.join(columns)} FROM {table} WHERE deal_id = ? ORDER BY {start}, id",
        (deal_id,),
    ).fetchall()
    since = fields.index(start)
    recorded = {row[1 + since]: row[-1] for row in stored}
    made = [(*row, recorded.get(row[since], now)) for row in wanted]
    # An id that is given back would be given to another row before the command is over.
    surplus = max(0, len(stored) - len(made))
    conn.executemany(f"DELETE FROM {table} WHERE id = ?", [row[:1] for row in stored[:surplus]])
    stored = stored[surplus:]
    for (row_id, *held), values in zip(stored, made, strict=False):
        if tuple(held) != values:
            rows.update(conn, table, row_id, dict(zip(columns, values, strict=True)))
    extra = [(deal_id, *values) for values in made[len(stored) :]]
    names = ("deal_id", *columns)
    if table == "stay":
        # What followed them is written with the cache.
        names, extra = (*names, "again"), [(*values, 0) for values in extra]
    bulk.insert(conn, table, names, extra)
