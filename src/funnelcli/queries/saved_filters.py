"""Saved filters: how many records fit, and where they are used."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.filters.expression import uses
from funnelcli.nouns import declared
from funnelcli.queries.lists import listed


def fitting(conn: sqlite3.Connection, name: str, nouns: Sequence[str]) -> dict[str, int]:
    """How many records of each noun pass a saved filter. Raises Usage where it cannot be asked."""
    return {noun: sum(1 for _row in listed(conn, declared(noun), [f"@{name}"])) for noun in nouns}


def script_of(conn: sqlite3.Connection, name: str) -> str | None:
    """The script for the calls from a saved filter, None where there is none."""
    row = conn.execute("SELECT script FROM saved_filter WHERE name = ?", (name,)).fetchone()
    return None if row is None else row[0]


def users(conn: sqlite3.Connection, name: str) -> list[tuple[int, str, str, list[str]]]:
    """The saved filters that have this one in them: id, name, text, nouns."""
    found = conn.execute("SELECT id, name, text, nouns FROM saved_filter ORDER BY name")
    return [(*row[:3], row[3].split()) for row in found if uses(row[2], name)]
