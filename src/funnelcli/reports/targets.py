"""The targets that coverage is held against."""

from __future__ import annotations

import sqlite3
from typing import Any

from funnelcli.reports.scope import Scope, currency_of, exchanged


def targets_of(conn: sqlite3.Connection, scope: Scope) -> dict[str, int]:
    """The target of won value for the scope's period, by currency: those of exactly this period,
    else the sum of those within it.

    Targets of a process count for that process and for all; where the scope is one process,
    those without a process count only if the process has none of its own.
    """
    parameters = scope.parameters
    rows: list[tuple[Any, ...]] = conn.execute(
        "SELECT t.starts_on, t.ends_on, t.process_id,"
        f" {currency_of(scope, 't.currency', 't.starts_on')},"
        f" {exchanged(scope, 't.amount', 't.currency', 't.starts_on')} FROM target AS t"
        " WHERE t.starts_on >= :start AND t.ends_on <= :end"
        " AND (:process_id IS NULL OR t.process_id IS NULL OR t.process_id = :process_id)",
        {name: parameters[name] for name in ("start", "end", "process_id", "base")},
    ).fetchall()
    exact = [row for row in rows if row[:2] == (parameters["start"], parameters["end"])]
    chosen = exact or rows
    whole = [row for row in chosen if row[2] is None]
    own = [row for row in chosen if row[2] is not None]
    chosen = (own or whole) if scope.process_id is not None else (whole or own)
    sums: dict[str, int] = {}
    for row in chosen:
        sums[row[3]] = sums.get(row[3], 0) + row[4]
    return sums
