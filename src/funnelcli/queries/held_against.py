"""Reads of what figures are held against: targets and exchange rates."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from funnelcli import queries
from funnelcli.nouns.exchange_rate import ExchangeRate
from funnelcli.nouns.target import Target


def targets(conn: sqlite3.Connection) -> Iterator[Target]:
    """All targets, the latest period first."""
    return queries.run(conn, "targets", Target)


def target(conn: sqlite3.Connection, target_id: int) -> Target | None:
    """The target of that id."""
    return queries.one(conn, "targets", Target, {"id": target_id}, where="t.id = :id")


def exchange_rates(conn: sqlite3.Connection) -> Iterator[ExchangeRate]:
    """All exchange rates, by currency, the latest first."""
    return queries.run(conn, "exchange_rates", ExchangeRate)


def exchange_rate(conn: sqlite3.Connection, rate_id: int) -> ExchangeRate | None:
    """The exchange rate of that id."""
    return queries.one(conn, "exchange_rates", ExchangeRate, {"id": rate_id}, where="r.id = :id")
