"""Whether two databases hold the same rows: counts and checksums, a table each.

The same rows have the same checksum in a file and on a server, whatever order they lie in.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence

from funnelcli.db import triggers
from funnelcli.db.advancing import Advance, Begin, unwatched
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any

# So many rows are read at once; of what is in files, a piece of which is a mebibyte, fewer.
LOT = 5000
_FEW = 16
_UNWATCHED = unwatched(0)


class Table(NamedTuple):
    """What a table holds: how many rows, and the SHA-256 of them all."""

    rows: int
    sha256: str


class Digest:
    """The checksum of rows, as they are read."""

    def __init__(self) -> None:
        self.rows = 0
        self._found = hashlib.sha256()

    def take(self, rows: Sequence[Sequence[Any]]) -> None:
        """Count and reckon in more rows, in the order of their keys."""
        self.rows += len(rows)
        for row in rows:
            self._found.update(json.dumps(row, ensure_ascii=False, default=_digest).encode())

    def table(self) -> Table:
        """What was read."""
        return Table(self.rows, self._found.hexdigest())


def _digest(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()


def key_of(conn: sqlite3.Connection, table: str) -> list[str]:
    """The columns by which a table's rows are known, in their order."""
    found = conn.execute(f'PRAGMA table_info("{table}")').fetchall()
    return [row[1] for row in sorted(found, key=lambda row: row[5]) if row[5]]


def pages(
    conn: sqlite3.Connection, table: str, after: Sequence[Any] | None = None
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a table in the order of their keys, some at a time: those behind the one with
    the key ``after``, where there is one."""
    columns, key = triggers.columns(conn, table), key_of(conn, table)
    order = ", ".join(key)
    places = [columns.index(name) for name in key]
    most = _FEW if table == "content" else LOT
    select = f"SELECT {', '.join(columns)} FROM {table}"
    while True:
        if after is None:
            where, values = "", []
        else:
            # (a, b) > (1, 2), where a alone comes first: both engines find it by their key.
            first = f"{key[0]} > ?"
            where, values = f" WHERE {first}", [after[0]]
            if len(key) > 1:
                where = f" WHERE {key[0]} >= ? AND ({first} OR {key[1]} > ?)"
                values = [after[0], *after]
        rows = conn.execute(f"{select}{where} ORDER BY {order} LIMIT {most}", values).fetchall()
        if rows:
            yield rows
        if len(rows) < most:
            return
        after = [rows[-1][place] for place in places]


def table_of(conn: sqlite3.Connection, table: str, advance: Advance = _UNWATCHED) -> Table:
    """What a table holds; ``advance`` is told of its rows as they are read."""
    digest = Digest()
    for rows in pages(conn, table):
        digest.take(rows)
        advance(len(rows))
    return digest.table()


def tables_of(conn: sqlite3.Connection, begin: Begin = unwatched) -> dict[str, Table]:
    """What each table holds, the journal's too; ``begin`` is told how many rows there are."""
    names = triggers.all_tables(conn)
    advance = begin(sum(count(conn, name) for name in names))
    return {name: table_of(conn, name, advance) for name in names}


def count(conn: sqlite3.Connection, table: str) -> int:
    """How many rows a table has."""
    (found,) = conn.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(found)
