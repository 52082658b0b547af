"""What refers to what: read from the schema, so that a new table is found by itself."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator

from funnelcli.db import triggers
from funnelcli.plain import NamedTuple


class Reference(NamedTuple):
    """A column of a table that holds the id of a record of another table, or of the same one."""

    table: str
    column: str
    target: str


def to(conn: sqlite3.Connection, table: str) -> Iterator[Reference]:
    """Every column that holds ids of ``table``."""
    return (found for found in every(conn) if found.target == table)


def every(conn: sqlite3.Connection) -> Iterator[Reference]:
    """Every column that holds ids, of the tables that the journal watches."""
    for name in triggers.tables(conn):
        for _id, _place, target, column, *_rest in conn.execute(
            f'PRAGMA foreign_key_list("{name}")'
        ).fetchall():
            yield Reference(name, column, target)


def unique(conn: sqlite3.Connection, table: str) -> Iterator[list[str]]:
    """The columns of each unique index of ``table``, but for one over an expression."""
    for _place, index, only, *_rest in conn.execute(f'PRAGMA index_list("{table}")').fetchall():
        names = [row[2] for row in conn.execute(f'PRAGMA index_info("{index}")')]
        if only and None not in names:
            yield names


def unique_with(conn: sqlite3.Connection, table: str, column: str) -> Iterator[list[str]]:
    """The columns beside ``column`` that tell the rows of ``table`` with one value there apart, by
    each unique index that it is in."""
    for names in unique(conn, table):
        if column in names:
            yield [name for name in names if name != column]


def counts(conn: sqlite3.Connection, table: str, row_id: int) -> Counter[str]:
    """How many rows of each table refer to a row of ``table``."""
    found: Counter[str] = Counter()
    for of, column, _target in to(conn, table):
        query = f"SELECT count(*) FROM {of} WHERE {column} = ?"
        found[of] += conn.execute(query, (row_id,)).fetchone()[0]
    return found
