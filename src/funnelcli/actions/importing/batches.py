"""The rows of a file, taken in batches, so that memory stays the same however long the file is."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Sequence

from funnelcli.db.bulk import batches
from funnelcli.formats.table import Row


def take_all(
    rows: Iterable[Row],
    take: Callable[[list[Row]], list[tuple[Row, str]]],
    reject: Callable[[Row, str], None],
    progress: Callable[[int], None],
) -> int:
    """Hand the rows to ``take``, which gives those back that are not kept, with the reasons, and
    these to ``reject`` in the order of the file; how many they were. ``progress`` is told how many
    rows are done."""
    rejected = 0
    for batch in batches(rows):
        for row, reason in sorted(take(batch), key=lambda pair: pair[0].line):
            reject(row, reason)
            rejected += 1
        progress(len(batch))
    return rejected


class Lines:
    """Which line of the file had which record of a table, four bytes a record, for a file may have
    millions."""

    def __init__(self, conn: sqlite3.Connection, table: str) -> None:
        (last,) = conn.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
        self._lines = array("I", bytes(4 * (last + 1)))

    def of(self, record_id: int) -> int:
        """The line that the record was on, 0 if on none so far."""
        return self._lines[record_id] if record_id < len(self._lines) else 0

    def follow(self, ids: range, lines: Sequence[int]) -> None:
        """Keep the lines of new records, whose ids follow on all that were before."""
        self._lines.frombytes(bytes(4 * (ids.start - len(self._lines))))
        self._lines.extend(lines)

    def put(self, record_id: int, line: int) -> None:
        """Keep the line of a record."""
        missing = record_id + 1 - len(self._lines)
        if missing > 0:
            self._lines.frombytes(bytes(4 * missing))
        self._lines[record_id] = line
