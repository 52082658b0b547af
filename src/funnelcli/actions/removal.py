"""What a removal takes along and what it leaves behind: read from the journal of the command that
removed, so that it is what went, whatever the schema hangs on a record."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from funnelcli.nouns.counted import LEFT, PARTS
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any


class Count(NamedTuple):
    """How many rows, and how many of them were open."""

    rows: int = 0
    open: int = 0

    def and_one(self, status: str | None) -> Count:
        """One more, of this status."""
        return Count(self.rows + 1, self.open + (status == "open"))


class Account(NamedTuple):
    """What a command removed, by table, parts of records left out; and what it left without
    something, by table and the column that is empty now."""

    gone: Mapping[str, Count]
    left: Mapping[tuple[str, str], Count]

    @property
    def records(self) -> int:
        """How many records it concerns."""
        return sum(count.rows for found in (self.gone, self.left) for count in found.values())

    @property
    def removed(self) -> list[dict[str, str | int]]:
        """What went, for programs."""
        return [{"kind": table, **count._asdict()} for table, count in self.gone.items()]

    @property
    def orphaned(self) -> list[dict[str, str | int]]:
        """What lacks something now, for programs."""
        return [
            {"kind": table, "without": column.removesuffix("_id"), **count._asdict()}
            for (table, column), count in self.left.items()
        ]


def account(conn: sqlite3.Connection, command_id: int, after: int = 0) -> Account:
    """What a command has removed and left so far, since an entry (by its id); to be asked within
    its transaction."""
    gone: dict[str, Count] = {}
    left: dict[tuple[str, str], Count] = {}
    first = conn.execute(
        "SELECT table_name, row_id, before FROM journal WHERE id IN (SELECT min(id) FROM journal"
        " WHERE command_id = ? AND id > ? GROUP BY table_name, row_id) ORDER BY table_name, row_id",
        (command_id, after),
    ).fetchall()
    for table, row_id, text in first:
        if text is None:
            continue
        before: dict[str, Any] = json.loads(text)
        columns = [column for of, column in LEFT if of == table]
        row = conn.execute(
            f"SELECT {', '.join(['id', *columns])} FROM {table} WHERE id = ?", (row_id,)
        ).fetchone()
        if row is None:
            if table not in PARTS:
                gone[table] = gone.get(table, Count()).and_one(before.get("status"))
            continue
        for column, now in zip(columns, row[1:], strict=True):
            if now is None and before.get(column) is not None:
                at = (table, column)
                left[at] = left.get(at, Count()).and_one(before.get("status"))
    return Account(gone, left)
