"""The triggers that write the journal, generated from the schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from funnelcli.db.server import on_server

OWN_TABLES = (
    "brought", "brought_row", "command", "content", "disclosure", "forgotten", "journal",
    "journal_now", "mailbox", "offer_past", "reminder", "sealed", "step_past", "tally",
)  # fmt: skip
# What every trigger begins its entry with.
_LOG = (
    "INSERT INTO journal (command_id, table_name, row_id, op, before)"
    " VALUES ((SELECT command_id FROM journal_now)"
)


def all_tables(conn: sqlite3.Connection) -> list[str]:
    """Every table of the database, by name, the journal's too; but none of the index over texts,
    which is made of the others."""
    rows = conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND name NOT GLOB 'find_*' ORDER BY name"
    )
    return [name for (name,) in rows]


def tables(conn: sqlite3.Connection) -> list[str]:
    """Every table that the journal watches, by name."""
    return [name for name in all_tables(conn) if name not in OWN_TABLES]


def columns(conn: sqlite3.Connection, table: str) -> list[str]:
    """The columns of ``table`` in their order."""
    return [row[1] for row in conn.execute(f'PRAGMA table_info("{table}")')]


def kinds(conn: sqlite3.Connection, table: str) -> dict[str, str]:
    """The type of each column of ``table``: INTEGER, TEXT or BLOB."""
    return {row[1]: row[2] for row in conn.execute(f'PRAGMA table_info("{table}")')}


def row_kind(conn: sqlite3.Connection) -> str:
    """The type as which a row that the journal keeps is taken from it, to have many columns read
    from it: a server would read a text anew for each."""
    return "JSONB" if on_server(conn) else "TEXT"


def read_from(conn: sqlite3.Connection, table: str, before: str, names: Sequence[str]) -> list[str]:
    """What reads these columns of ``table``, each of its own type, from a row ``before`` that the
    journal keeps, taken from it as its :func:`row_kind`."""
    types = kinds(conn, table)
    taken = "jsonb_extract_path_text({}, '{}')" if on_server(conn) else "json_extract({}, '$.{}')"
    values = (taken.format(before, name) for name in names)
    return [
        f"CAST({value} AS INTEGER)" if types[name] == "INTEGER" else value
        for name, value in zip(names, values, strict=True)
    ]


def create(conn: sqlite3.Connection) -> None:
    """Watch every table. An update that changes the id is a delete and an insert."""
    if on_server(conn):
        _leave_inserts(conn, ())
        return
    for table in tables(conn):
        names = columns(conn, table)
        old = "json_object(" + ", ".join(f"'{name}', OLD.{name}" for name in names) + ")"
        differs = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in names)
        _watch_inserts(conn, table)
        conn.execute(
            f"CREATE TRIGGER journal_{table}_update AFTER UPDATE ON {table}"
            f" WHEN {differs} BEGIN {_LOG}, '{table}', OLD.id,"
            f" CASE WHEN OLD.id = NEW.id THEN 'update' ELSE 'delete' END, {old});"
            f" INSERT INTO journal (command_id, table_name, row_id, op)"
            f" SELECT command_id, '{table}', NEW.id, 'insert' FROM journal_now"
            f" WHERE OLD.id <> NEW.id; END"
        )
        conn.execute(
            f"CREATE TRIGGER journal_{table}_delete AFTER DELETE ON {table} BEGIN"
            f" {_LOG}, '{table}', OLD.id, 'delete', {old}); END"
        )


def _watch_inserts(conn: sqlite3.Connection, table: str) -> None:
    conn.execute(
        f"CREATE TRIGGER journal_{table}_insert AFTER INSERT ON {table} BEGIN"
        f" {_LOG}, '{table}', NEW.id, 'insert', NULL); END"
    )


def _leave_inserts(
    conn: sqlite3.Connection, names: Sequence[str], again: Sequence[str] = ()
) -> None:
    """Watch no inserts into tables until the transaction's end, or until they are watched
    ``again``."""
    if on_server(conn):
        # There the schema is others' too, and its triggers ask for this.
        unwatched = ",".join(names)
        conn.send(  # type: ignore[attr-defined]
            "SELECT set_config('funnel.unwatched', %s, true)", (unwatched,)
        )
        return
    for table in names:
        conn.execute(f"DROP TRIGGER journal_{table}_insert")
    for table in again:
        _watch_inserts(conn, table)


def drop(conn: sqlite3.Connection) -> None:
    """Stop watching, before the schema changes; on a server until the transaction ends, or
    :func:`create`."""
    if on_server(conn):
        _leave_inserts(conn, ("*",))
        return
    names = conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'journal_%'"
    ).fetchall()
    for (name,) in names:
        conn.execute(f'DROP TRIGGER "{name}"')


@contextmanager
def in_ranges(conn: sqlite3.Connection, command_id: int, names: Sequence[str]) -> Iterator[None]:
    """Write what a command inserts into tables as one entry a table instead of one a row.

    The triggers for inserts are gone meanwhile, within the command's transaction: nobody else can
    write until they are there again, and a crash brings them back. For a command that has not
    touched these tables yet, and deletes none of their rows: each new row then gets a higher id
    than any before.
    """
    begun = []
    for table in names:
        first = _highest(conn, table) + 1
        # Written now, for it has to stand before what is changed in the new rows later on; as a
        # range of its first row, by which a server knows that it may get its end.
        entry = conn.execute(
            "INSERT INTO journal (command_id, table_name, row_id, op, last_id)"
            " VALUES (?, ?, ?, 'insert', ?)",
            (command_id, table, first, first),
        ).lastrowid
        begun.append((table, first, entry))
    _leave_inserts(conn, names)
    yield
    _leave_inserts(conn, (), again=names)
    for table, first, entry in begun:
        last = _highest(conn, table)
        if last < first:
            conn.execute("DELETE FROM journal WHERE id = ?", (entry,))
        else:
            conn.execute("UPDATE journal SET last_id = ? WHERE id = ?", (last, entry))


def _highest(conn: sqlite3.Connection, table: str) -> int:
    (last,) = conn.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
    return int(last)
