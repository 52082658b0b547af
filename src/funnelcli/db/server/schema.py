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

from sqlglot import exp

from funnelcli.db import schema
from funnelcli.db.server import functions
from funnelcli.db.server.translating import adapt, parse, write
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values import dates

if TYPE_CHECKING:
    from funnelcli.db.server.connection import ServerConnection

_PIECE = 500
_TABLES = (
    "SELECT c.relname::text FROM pg_class AS c WHERE c.relnamespace = 'funnel'::regnamespace"
    " AND c.relkind = 'r'"
)
_UNDEFERRED = (
    "SELECT conrelid::regclass::text, conname::text FROM pg_constraint"
    " WHERE connamespace = 'funnel'::regnamespace AND contype = 'f' AND NOT condeferrable"
)
_HAS_ID = (
    "SELECT 1 FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid"
    " AND a.attnum = ALL (i.indkey::smallint[]) WHERE i.indrelid = c.oid AND i.indisprimary"
    " AND a.attname = 'id'"
)


def text_of(name: str) -> str:
    """The text of an SQL file beside this one."""
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def make(conn: ServerConnection) -> None:
    """Make the schema and what ships with the program, within a transaction."""
    from funnelcli.db.connection import connect

    with closing(connect(":memory:")) as plain:
        make_like(conn, plain)


def make_like(conn: ServerConnection, plain: sqlite3.Connection) -> None:
    """Make the schema that a database of SQLite's has, of the version that it has, with its
    rows."""
    conn.send("CREATE SCHEMA IF NOT EXISTS funnel")
    conn.send_script(functions.script())
    for statement in statements(plain):
        conn.send(statement)
    conn.send_script(text_of("catalogue.sql"))
    _number(conn)
    _copy(plain, conn)
    _finish(conn, plain.execute("PRAGMA user_version").fetchone()[0])


def upgrade(conn: ServerConnection, version: int) -> None:
    """Bring a schema of an older version to the latest, within a transaction."""
    from funnelcli.db.migrate import statements as of_script

    conn.send_script(functions.script())
    conn.send("SET CONSTRAINTS ALL DEFERRED")
    _unwatch(conn)
    for file in schema.files()[version:]:
        keys: list[str] = []
        with open(file, encoding="utf-8") as script:
            for statement in of_script(script.read()):
                tree = parse(statement)
                if isinstance(tree, exp.Create) and tree.kind == "TABLE":
                    for part in _table(tree.this.this.name, statement, keys):
                        conn.send(part)
                    _number(conn)
                else:
                    conn.execute(statement, {"now": dates.now()})
        for key in keys:
            conn.send(key)
    conn.send_script(text_of("catalogue.sql"))
    _number(conn)
    _finish(conn, schema.LATEST)


def _finish(conn: ServerConnection, version: int) -> None:
    """What is the same for every version: keys that may wait for the end of a transaction, the
    journal's triggers, and who may do what."""
    for table, name in conn.rows(_UNDEFERRED):
        conn.send(f"ALTER TABLE {table} ALTER CONSTRAINT {name} DEFERRABLE")
    watch(conn)
    if "member" in {name for (name,) in conn.rows(_TABLES)}:
        conn.send_script(text_of("rights.sql"))
        conn.send("SELECT grant_to_all()")
    conn.send(
        "INSERT INTO schema_version (version, made_at) VALUES (%s, %s)", (version, dates.now())
    )


def _number(conn: ServerConnection) -> None:
    """Have each new row get the next higher id, as SQLite gives it."""
    for (name,) in conn.rows(f"{_TABLES} AND EXISTS ({_HAS_ID})"):
        conn.send(
            f"CREATE OR REPLACE FUNCTION next_{name}() RETURNS bigint LANGUAGE sql VOLATILE"
            f" AS 'SELECT coalesce(max(t.id), 0) + 1 FROM {name} AS t'"
        )
        conn.send(f"ALTER TABLE {name} ALTER COLUMN id SET DEFAULT next_{name}()")


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


def _unwatch(conn: ServerConnection) -> None:
    """Stop watching, before tables change."""
    for table, name in conn.rows(
        "SELECT t.tgrelid::regclass::text, t.tgname::text FROM pg_trigger AS t"
        " JOIN pg_class AS c ON c.oid = t.tgrelid WHERE c.relnamespace = 'funnel'::regnamespace"
        " AND t.tgfoid = 'write_journal'::regproc"
    ):
        conn.send(f"DROP TRIGGER {name} ON {table}")


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
