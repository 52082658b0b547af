"""The exchange rates that are stored."""

from __future__ import annotations

import sqlite3

from funnelcli.values.exchange_sql import Rates


def exchange_rates(conn: sqlite3.Connection, base: str) -> Rates:
    """The rates to the currency ``base``."""
    steps: dict[str, list[tuple[str, int]]] = {}
    for currency, valid_from, rate in conn.execute(
        "SELECT currency, valid_from, rate FROM exchange_rate WHERE base = ? ORDER BY valid_from",
        (base,),
    ):
        steps.setdefault(currency, []).append((valid_from, rate))
    return Rates(base, steps)
