"""Reads of exchange rates."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from funnelcli import queries
from funnelcli.nouns.exchange_rate import ExchangeRate


def exchange_rates(conn: sqlite3.Connection) -> Iterator[ExchangeRate]:
    """All exchange rates, by currency, the latest first."""
    return queries.run(conn, "exchange_rates", ExchangeRate)


def exchange_rate(conn: sqlite3.Connection, rate_id: int) -> ExchangeRate | None:
    """The exchange rate of that id."""
    return queries.one(conn, "exchange_rates", ExchangeRate, {"id": rate_id}, where="r.id = :id")
