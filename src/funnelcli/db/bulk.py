"""Inserting many rows with few statements."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

from funnelcli.db.rows import Value

# More rows a statement gain nothing; 32,766 values are the most that SQLite takes. What is left
# over goes in smaller lots, for a statement of any other length would have to be read anew.
_ROWS = (100, 10, 1)


def insert(
    conn: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Value]],
) -> None:
    """Insert ``rows``, each with one value for each of ``columns``.

    A statement keeps a copy of every page that it changes, in case it fails, and triggers make
    that a dozen pages a row: a hundred rows in one statement take half the time of a hundred.
    """
    names = tuple(columns)
    start = 0
    for lot in _ROWS:
        while len(rows) - start >= lot:
            some = rows[start : start + lot]
            conn.execute(_statement(table, names, lot), list(chain.from_iterable(some)))
            start += lot


@lru_cache(32)
def _statement(table: str, columns: tuple[str, ...], rows: int) -> str:
    values = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([values] * rows)}"
