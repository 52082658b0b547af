"""Writing many rows with few statements."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice, repeat
from operator import is_

from funnelcli.db import rows as single
from funnelcli.db.rows import Value
from funnelcli.db.server import on_server
from funnelcli.db.triggers import kinds
from funnelcli.typed import TypeVar

# More rows a statement gain nothing; 32,766 values are the most that SQLite takes. What is left
# over goes in smaller lots, for a statement of any other length would have to be read anew.
_ROWS = (100, 10, 1)
# So many are held at once.
BATCH = 1000
T = TypeVar("T")


def batches(rows: Iterable[T]) -> Iterator[list[T]]:
    """The rows, :data:`BATCH` at a time, so that memory stays the same however many they are."""
    stream = iter(rows)
    while batch := list(islice(stream, BATCH)):
        yield batch


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
    shared: list[Value] = []
    many = len(rows) >= _ROWS[0]
    if many and on_server(conn):
        if "id" not in names:
            names, rows = _numbered(conn, table, names, rows)
    elif many:
        names, rows, shared = _apart(names, rows)
    into = f"INSERT INTO {table} ({', '.join(names)})"
    for some in _lots(rows):
        values = _values(len(names) - len(shared), len(some))
        if shared:
            values = f"SELECT {'?, ' * len(shared)}* FROM ({values})"
        conn.execute(f"{into} {values}", [*shared, *chain.from_iterable(some)])


def update(
    conn: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Value]],
) -> None:
    """Set ``columns`` of rows, each of ``rows`` with the id of one and a value for each column."""
    taken_from = ""
    for some in _lots(rows):
        if len(some) == 1:
            row_id, *values = some[0]
            assert isinstance(row_id, int)
            single.update(conn, table, row_id, dict(zip(columns, values, strict=True)))
            continue
        if not taken_from:
            of = kinds(conn, table)
            # Where all values of a column are NULL, a server does not know of what type they are.
            taken = (
                f"{name} = CAST(n.column{at} AS {of[name]})"
                for at, name in enumerate(columns, start=2)
            )
            taken_from = f"UPDATE {table} SET {', '.join(taken)} FROM"
        conn.execute(
            f"{taken_from} ({_values(len(columns) + 1, len(some))}) AS n"
            f" WHERE {table}.id = n.column1",
            list(chain.from_iterable(some)),
        )


def update_each(
    conn: sqlite3.Connection, table: str, changes: Mapping[int, Mapping[str, Value]]
) -> None:
    """Set columns of rows, of each by its id those that it is given."""
    several: dict[tuple[str, ...], list[tuple[Value, ...]]] = {}
    for row_id, values in changes.items():
        if values:
            several.setdefault(tuple(values), []).append((row_id, *values.values()))
    for names, rows in several.items():
        update(conn, table, names, rows)


def delete(conn: sqlite3.Connection, table: str, ids: Sequence[int]) -> None:
    """Delete the rows of these ids."""
    if ids:
        import json

        conn.execute(
            f"DELETE FROM {table} WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
        )


# Whether an id is one of a list of them, as JSON.
AMONG = "IN (SELECT CAST(w.value AS INTEGER) FROM json_each(?) AS w)"
# Pairs of whole numbers as a table of two columns, whose names are put in; :func:`pairs` is what it
# is asked with.
PAIRS = (
    "SELECT CAST(j.value ->> 0 AS INTEGER) AS {}, CAST(j.value ->> 1 AS INTEGER) AS {}"
    " FROM json_each(?) AS j"
)


def pairs(of: Mapping[int, int]) -> str:
    """What PAIRS reads."""
    return str([[*pair] for pair in of.items()])


def _apart(
    names: tuple[str, ...], rows: Sequence[Sequence[Value]]
) -> tuple[tuple[str, ...], Sequence[Sequence[Value]], list[Value]]:
    """The columns in which all rows have one and the same value, and behind them the others; the
    rows without those, and their values. To hand SQLite a value takes longer than to store it, and
    so they are handed over once a statement: of a new deal's columns that is every third."""
    columns = [*zip(*rows, strict=True)]
    same = [all(map(is_, column, repeat(column[0]))) for column in columns]
    # A row has at least one value.
    same[0] = same[0] and not all(same)
    order = sorted(range(len(names)), key=lambda at: not same[at])
    shared = [columns[at][0] for at in order if same[at]]
    rest = [columns[at] for at in order[len(shared) :]]
    return tuple(names[at] for at in order), [*zip(*rest, strict=True)], shared


def _numbered(
    conn: sqlite3.Connection, table: str, names: tuple[str, ...], rows: Sequence[Sequence[Value]]
) -> tuple[tuple[str, ...], Sequence[Sequence[Value]]]:
    """Columns and rows with the ids that a server would give: it would look for the highest one
    with every row."""
    if table not in conn.numbered:  # type: ignore[attr-defined]
        return names, rows
    (last,) = conn.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
    return ("id", *names), [(at, *row) for at, row in enumerate(rows, start=last + 1)]


def _lots(rows: Sequence[Sequence[Value]]) -> Iterator[Sequence[Sequence[Value]]]:
    start = 0
    for lot in _ROWS:
        while len(rows) - start >= lot:
            yield rows[start : start + lot]
            start += lot


@lru_cache(32)
def _values(columns: int, rows: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"VALUES {', '.join([row] * rows)}"
