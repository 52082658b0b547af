"""The schema on a server, made of SQLite's: its migrations are the one source of both.

A new database is made in memory as SQLite has it, and every table, index and view of it is
translated. An older one gets what came since, statement by statement. The journal's triggers are
one function there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib import resources
from typing import TYPE_CHECKING

from sqlglot import exp

from funnelcli.db import schema
from funnelcli.db.server import functions
from funnelcli.db.server.translating import adapt, parse, write
from funnelcli.values import dates

if TYPE_CHECKING:
    from funnelcli.db.server.connection import ServerConnection

_PIECE = 500


def text_of(name: str) -> str:
    """The text of an SQL file beside this one."""
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def make(conn: ServerConnection) -> None:
    """Make the schema and what ships with the program, within a transaction."""
    from funnelcli.db.connection import connect

    conn.send("CREATE SCHEMA IF NOT EXISTS funnel")
    conn.send_script(functions.script())
    with closing(connect(":memory:")) as plain:
        for statement in statements(plain):
            conn.send(statement)
        conn.send_script(text_of("catalogue.sql"))
        _copy(plain, conn)
    watch(conn)
    conn.send_script(text_of("rights.sql"))
    conn.send(
        "INSERT INTO schema_version (version, made_at) VALUES (%s, %s)",
        (schema.LATEST, dates.now()),
    )


def statements(plain: sqlite3.Connection) -> Iterator[str]:
    """The statements that make the schema of a database of SQLite's on a server."""
    found = plain.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        " AND name NOT GLOB 'journal_*_*' AND name NOT GLOB 'find_*' ORDER BY rowid"
    ).fetchall()
    keys: list[str] = []
    for kind, name, sql in found:
        if kind == "table":
            yield from _table(name, sql, keys)
    yield from keys
    for kind, _name, sql in found:
        if kind == "index":
            yield write(adapt(parse(sql)))
    for kind, _name, sql in found:
        if kind == "view":
            yield write(adapt(parse(sql)))


def _table(name: str, sql: str, keys: list[str]) -> Iterator[str]:
    """A table, whose foreign keys are added to ``keys``, for what they refer to may come later."""
    tree = adapt(parse(sql))
    for column in tree.find_all(exp.ColumnDef):
        for constraint in list(column.args["constraints"]):
            if isinstance(constraint.kind, exp.Reference):
                keys.append(_key(name, column.name, constraint.kind))
                constraint.pop()
    yield write(tree)
    if any(
        column.name == "id" and column.find(exp.PrimaryKeyColumnConstraint)
        for column in tree.find_all(exp.ColumnDef)
    ):
        yield (
            f"CREATE FUNCTION next_{name}() RETURNS bigint LANGUAGE sql VOLATILE"
            f" AS 'SELECT coalesce(max(t.id), 0) + 1 FROM {name} AS t'"
        )
        yield f"ALTER TABLE {name} ALTER COLUMN id SET DEFAULT next_{name}()"


def _key(table: str, column: str, reference: exp.Reference) -> str:
    target = reference.this.this.name
    action = " ".join(str(option) for option in reference.args.get("options") or ())
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_fkey FOREIGN KEY ({column})"
        f" REFERENCES {target} (id) {action} DEFERRABLE"
    )


def _copy(plain: sqlite3.Connection, conn: ServerConnection) -> None:
    """Copy what a new database has."""
    from funnelcli.db import bulk, triggers

    conn.send("SET CONSTRAINTS ALL DEFERRED")
    for table in triggers.all_tables(plain):
        cursor = plain.execute(f"SELECT * FROM {table}")
        columns = [name for name, *_rest in cursor.description]
        while rows := cursor.fetchmany(_PIECE):
            bulk.insert(conn, table, columns, rows)  # type: ignore[arg-type]


def watch(conn: ServerConnection) -> None:
    """Have the journal watch every table."""
    from funnelcli.db import triggers

    for table in triggers.tables(conn):  # type: ignore[arg-type]
        conn.send(
            f"CREATE TRIGGER journal_{table} AFTER INSERT OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION write_journal()"
        )
        conn.send(
            f"CREATE TRIGGER journal_{table}_update AFTER UPDATE ON {table} FOR EACH ROW"
            " WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION write_journal()"
        )
