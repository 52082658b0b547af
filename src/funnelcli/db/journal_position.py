"""Places in the journal: up to which entry something that is made from it knows it."""

from __future__ import annotations

import sqlite3


def last(conn: sqlite3.Connection) -> int:
    """The number of the last entry, 0 where there is none."""
    (position,) = conn.execute("SELECT coalesce(max(id), 0) FROM journal").fetchone()
    return int(position)


def after_letting_go(conn: sqlite3.Connection, before: int, position: int) -> int | None:
    """What the place ``position`` is once the entries of older commands than ``before`` have left
    the journal, asked ahead of that; None where entries go that come behind it."""
    (gone,) = conn.execute("SELECT max(id) FROM journal WHERE command_id < ?", (before,)).fetchone()
    if gone is not None and gone > position:
        return None
    (left,) = conn.execute(
        "SELECT coalesce(max(id), 0) FROM journal WHERE command_id IS NULL OR command_id >= ?",
        (before,),
    ).fetchone()
    # The numbers of the entries that come next begin behind those that are left.
    return min(position, int(left))
