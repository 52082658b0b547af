"""The targets that coverage is held against."""

from __future__ import annotations

import sqlite3

from funnelcli.reports.named_rows import read
from funnelcli.reports.scope import Scope
from funnelcli.values.exchange_sql import Rates, currency_of, exchanged


def targets_of(conn: sqlite3.Connection, scope: Scope) -> dict[str, int]:
    """The target of won value for the scope's period, by currency: those of exactly this period,
    else the sum of those within it.

    Targets of a process count for that process and for all; where the scope is one process,
    those without a process count only if the process has none of its own.
    """
    parameters = scope.parameters
    rates = Rates(scope.base, scope.rates)
    found = conn.execute(
        "SELECT t.starts_on, t.ends_on, t.process_id,"
        f" {currency_of(rates, 't.currency', 't.starts_on')} AS currency,"
        f" {exchanged(rates, 't.amount', 't.currency', 't.starts_on')} AS amount FROM target AS t"
        " WHERE t.starts_on >= :start AND t.ends_on <= :end"
        " AND (:process_id IS NULL OR t.process_id IS NULL OR t.process_id = :process_id)",
        {name: parameters[name] for name in ("start", "end", "process_id")},
    )
    rows = read(found)
    of_period = (parameters["start"], parameters["end"])
    exact = [row for row in rows if (row.starts_on, row.ends_on) == of_period]
    chosen = exact or rows
    whole = [row for row in chosen if row.process_id is None]
    own = [row for row in chosen if row.process_id is not None]
    chosen = (own or whole) if scope.process_id is not None else (whole or own)
    sums: dict[str, int] = {}
    for row in chosen:
        sums[row.currency] = sums.get(row.currency, 0) + row.amount
    return sums
