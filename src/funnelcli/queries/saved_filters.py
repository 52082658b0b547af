"""Saved filters: how many records fit, and where they are used."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli import config, queries
from funnelcli.filters import parse
from funnelcli.filters.expression import uses
from funnelcli.nouns import declared
from funnelcli.nouns.extending import extended


def fitting(conn: sqlite3.Connection, name: str, nouns: Sequence[str]) -> dict[str, int]:
    """How many records of each noun pass a saved filter. Raises Usage where it cannot be asked."""
    found = {}
    for key in nouns:
        noun = extended(conn, declared(key))
        chosen = parse(
            [f"@{name}"],
            noun.filters(conn),
            currency=config.get("currency"),
            locale=config.get("locale"),
        )
        where, values = chosen.sql()
        rows = queries.run(conn, noun.query, noun.row, values, where=where, order=noun.order)
        found[key] = sum(1 for _row in rows)
    return found


def users(conn: sqlite3.Connection, name: str) -> list[str]:
    """The names of the saved filters that have this one in them."""
    rows = conn.execute("SELECT name, text FROM saved_filter ORDER BY name")
    return [other for other, text in rows if uses(text, name)]
