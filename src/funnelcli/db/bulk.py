"""Inserting many rows with few statements."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

# More rows a statement gain nothing; 32,766 values are the most that SQLite takes.
_ROWS = 100

Value = int | str | None


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
    for start in range(0, len(rows), _ROWS):
        some = rows[start : start + _ROWS]
        conn.execute(_statement(table, names, len(some)), list(chain.from_iterable(some)))


@lru_cache(32)
def _statement(table: str, columns: tuple[str, ...], rows: int) -> str:
    values = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([values] * rows)}"
