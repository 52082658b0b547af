"""Reads of targets."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from funnelcli import queries
from funnelcli.nouns.target import Target


def targets(conn: sqlite3.Connection) -> Iterator[Target]:
    """All targets, the latest period first."""
    return queries.run(conn, "targets", Target)


def target(conn: sqlite3.Connection, target_id: int) -> Target | None:
    """The target of that id."""
    return queries.one(conn, "targets", Target, {"id": target_id}, where="t.id = :id")
