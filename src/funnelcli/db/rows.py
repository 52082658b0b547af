"""One row of a table, inserted, read and changed as a mapping of its columns.

Tables and columns are the code's own names, never a user's; values are bound.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence

from funnelcli.db.server import on_server
from funnelcli.typed import Any

Value = int | str | None
Row = dict[str, Value]


def insert(conn: sqlite3.Connection, table: str, row: Mapping[str, Value]) -> int:
    """Insert ``row``; the id that it got. Raises IntegrityError where the schema forbids it."""
    cursor = conn.execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
        tuple(row.values()),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def read(
    conn: sqlite3.Connection, table: str, columns: Iterable[str], row_id: int
) -> dict[str, Any] | None:
    """These columns of the row, None where there is no such row."""
    names = tuple(columns)
    found = conn.execute(f"SELECT {', '.join(names)} FROM {table} WHERE id = ?", (row_id,))
    values = found.fetchone()
    return None if values is None else dict(zip(names, values, strict=True))


def gone(conn: sqlite3.Connection, table: str, ids: Iterable[int]) -> list[int]:
    """Those of a few ids that no row has, in their order."""
    wanted = sorted(ids)
    marks = ", ".join("?" * len(wanted))
    found = conn.execute(f"SELECT id FROM {table} WHERE id IN ({marks})", wanted)
    there = {row_id for (row_id,) in found}
    return [row_id for row_id in wanted if row_id not in there]


def dicts(cursor: sqlite3.Cursor) -> Iterator[dict[str, Any]]:
    """The rows of a query by the names of its columns, as they are read."""
    names = [name for name, *_rest in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> set[str]:
    """The columns in which two states of a row differ; what one of them does not know differs in
    none."""
    return {name for name in one.keys() & other.keys() if one[name] != other[name]}


def update(conn: sqlite3.Connection, table: str, row_id: int, changes: Mapping[str, Value]) -> None:
    """Set the columns of the row that ``changes`` names; nothing is written where it is empty."""
    if changes:
        conn.execute(
            f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in changes)} WHERE id = ?",
            (*changes.values(), row_id),
        )


def delete(conn: sqlite3.Connection, table: str, row_id: int) -> bool:
    """Delete the row, and with it what the schema hangs on it; whether there was such a row.

    Raises Refused where a server keeps it, for it is somebody else's.
    """
    if conn.execute(f"DELETE FROM {table} WHERE id = ?", (row_id,)).rowcount > 0:
        return True
    check_gone(conn, table, "id = ?", (row_id,))
    return False


def check_gone(
    conn: sqlite3.Connection, table: str, where: str, given: Sequence[Value] = ()
) -> None:
    """After rows were deleted of which ``where`` is true: raises Refused where a server has kept
    one, for it is somebody else's."""
    # A policy leaves a row out of what is deleted, and says nothing of it.
    if (
        not on_server(conn)
        or conn.execute(f"SELECT 1 FROM {table} WHERE {where} LIMIT 1", given).fetchone() is None
    ):
        return
    from funnelcli.errors import Refused
    from funnelcli.i18n import _

    raise Refused(
        _("What belongs to somebody else can be removed by them, or by an owner of the database."),
        _("`funnel user list` shows who that is."),
    )
