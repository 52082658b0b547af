"""The schema on a server is SQLite's, column by column and rule by rule, made new or brought up to
date."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from conftest import Run, process_environment
from funnelcli.db import connection, migrate, triggers
from funnelcli.db import schema as numbered
from funnelcli.db.server import raw
from postgres import Server

if TYPE_CHECKING:
    from funnelcli.db.server.connection import ServerConnection

psycopg = pytest.importorskip("psycopg", reason="psycopg is in the extra team")

pytestmark = pytest.mark.postgres

# The first version that a server had; older ones were files.
FIRST = 38


@pytest.fixture
def on_server(server: Server, tmp_path: Path) -> Iterator[str]:
    yield server.database(tmp_path)
    server.forget(tmp_path)


@pytest.fixture
def plain() -> Iterator[sqlite3.Connection]:
    with closing(connection.connect(":memory:")) as conn:
        yield conn


def shape(conn: sqlite3.Connection) -> dict[str, Any]:
    """The columns of each table, its keys to others, and what is unique in it."""
    found: dict[str, Any] = {}
    for table in triggers.all_tables(conn):
        columns = conn.execute(f'PRAGMA table_info("{table}")').fetchall()
        keys = conn.execute(f'PRAGMA foreign_key_list("{table}")').fetchall()
        indexes = conn.execute(f'PRAGMA index_list("{table}")').fetchall()
        unique = [
            tuple(row[2] for row in conn.execute(f'PRAGMA index_info("{index[1]}")').fetchall())
            for index in indexes
            if index[2] and index[3] != "pk"
        ]
        found[table] = (
            [(name, kind, bool(needed or key), key) for _, name, kind, needed, _, key in columns],
            sorted((row[3], row[2], row[6]) for row in keys),
            sorted(unique),
        )
    return found


def test_it_has_the_same_columns_keys_and_uniqueness(
    on_server: str, plain: sqlite3.Connection
) -> None:
    with closing(connection.connect(on_server)) as conn:
        assert shape(conn) == shape(plain)


def test_it_has_the_same_indexes_and_views(on_server: str, plain: sqlite3.Connection) -> None:
    query = (
        "SELECT type, name FROM sqlite_master WHERE type IN ('index', 'view') AND sql IS NOT NULL"
    )
    with closing(connection.connect(on_server)) as conn:
        assert set(conn.execute(query)) == set(plain.execute(query))


def test_it_has_the_same_checks(on_server: str, plain: sqlite3.Connection) -> None:
    statements = plain.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    ours = {name: len(re.findall(r"\bCHECK\b", sql)) for name, sql in statements if sql}
    with closing(psycopg.connect(on_server)) as conn:
        theirs = dict(
            conn.execute(
                "SELECT r.relname, count(k.oid) FROM pg_class AS r LEFT JOIN pg_constraint AS k"
                " ON k.conrelid = r.oid AND k.contype = 'c'"
                " WHERE r.relnamespace = 'funnel'::regnamespace AND r.relkind = 'r' GROUP BY 1"
            ).fetchall()
        )
    assert {table: theirs[table] for table in ours} == ours


def everything(address: str) -> list[tuple[Any, ...]]:
    """What a schema is made of, in the server's own words."""
    parts = (
        "SELECT 'column', table_name, column_name, data_type, is_nullable, column_default,"
        " collation_name FROM information_schema.columns WHERE table_schema = 'funnel'",
        "SELECT 'rule', conrelid::regclass::text, pg_get_constraintdef(oid), condeferrable::text,"
        " '', '', '' FROM pg_constraint WHERE connamespace = 'funnel'::regnamespace",
        "SELECT 'index', tablename, regexp_replace(indexdef, '_pkey|_key[0-9]*', ''), '', '', '',"
        " '' FROM pg_indexes WHERE schemaname = 'funnel'",
        "SELECT 'trigger', tgrelid::regclass::text, pg_get_triggerdef(oid), '', '', '', ''"
        " FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT 'policy', tablename, policyname, cmd, qual, with_check, '' FROM pg_policies",
        "SELECT 'function', proname, pg_get_functiondef(oid), '', '', '', '' FROM pg_proc"
        " WHERE pronamespace = 'funnel'::regnamespace AND prokind = 'f'",
    )
    with closing(psycopg.connect(address)) as conn:
        return sorted(
            (tuple(map(str, row)) for part in parts for row in conn.execute(part)),
        )


@pytest.mark.parametrize("version", range(FIRST - 1, numbered.LATEST))
def test_an_older_one_is_brought_up_to_date(
    server: Server, on_server: str, tmp_path: Path, version: int
) -> None:
    from funnelcli.db.server import opening, schema
    from funnelcli.db.server.address import Address
    from funnelcli.db.server.connection import ServerConnection

    older = tmp_path / "older"
    address = server.database(older)
    with closing(psycopg.connect(address, autocommit=True)) as raw:
        raw.execute("DROP SCHEMA funnel CASCADE")
    raw = psycopg.connect(address, autocommit=True, cursor_factory=psycopg.ClientCursor)
    with (
        closing(sqlite3.connect(":memory:", isolation_level=None)) as plain,
        closing(ServerConnection(Address.of(address), lambda: raw)) as conn,
    ):
        for file in numbered.files()[:version]:
            migrate.apply(plain, file)
        plain.execute(f"PRAGMA user_version = {version}")
        conn.send("SET search_path = funnel, pg_catalog")
        conn.begin_writing()
        schema.make_like(conn, plain)
        if plain.execute("SELECT 1 FROM sqlite_master WHERE name = 'member'").fetchone():
            # One whose login has gone, or is still to come.
            conn.send("ALTER TABLE member DISABLE TRIGGER USER")
            conn.execute(
                "INSERT INTO member (public_id, key, name, recorded_at)"
                " VALUES ('01', 'nobody-here', 'Nobody', 1)"
            )
            conn.send("ALTER TABLE member ENABLE TRIGGER USER")
        conn.send("COMMIT")
    opening.connect(address).close()
    assert everything(address) == everything(on_server)
    server.forget(older)


def test_one_of_a_newer_program_is_refused(on_server: str, funnel: Run) -> None:
    with closing(psycopg.connect(on_server, autocommit=True)) as conn:
        conn.execute("INSERT INTO funnel.schema_version VALUES (999, 1)")
    said = funnel("deal list", env={"FUNNEL_DB": on_server}, exit=1)
    assert "newer funnel" in said.stderr


def test_a_copy_kept_up_by_rows_is_in_nobodys_way(on_server: str) -> None:
    with closing(cast("ServerConnection", connection.connect(on_server))) as conn:
        without = conn.rows(
            "SELECT c.relname::text FROM pg_class AS c WHERE c.relkind = 'r'"
            " AND c.relnamespace = 'funnel'::regnamespace AND c.relreplident <> 'f' AND NOT EXISTS"
            " (SELECT 1 FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary)"
        )
    assert without == []


def test_a_statement_is_translated_once(on_server: str, environment: dict[str, str]) -> None:
    def loaded() -> str:
        return subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "funnelcli", "show"],
            env={**process_environment(environment), "FUNNEL_DB": on_server},
            capture_output=True,
            text=True,
            check=True,
        ).stderr

    assert "sqlglot" in loaded()
    assert "sqlglot" not in loaded()


def test_rows_in_the_order_of_their_ids_are_not_sorted(on_server: str) -> None:
    from funnelcli.db.server.translating import translate

    with closing(connection.connect(on_server)) as conn:
        driven = raw(conn)
        driven.execute("SET enable_sort = off")
        for statement in (
            "SELECT r.id FROM stay AS r WHERE r.id > 5 ORDER BY r.id LIMIT 9",
            "SELECT d.id FROM deal AS d LEFT JOIN stage AS s ON s.id = d.stage_id"
            " ORDER BY d.id DESC LIMIT 9",
            "SELECT b.at FROM brought_row AS b ORDER BY b.row_id, b.brought_id LIMIT 9",
        ):
            text = translate(statement).text
            plan = driven.execute(f"EXPLAIN {text}").fetchall()
            assert "Sort" not in str(plan), plan


def test_no_statement_waits_for_the_compiler(on_server: str) -> None:
    with closing(connection.connect(on_server)) as conn:
        assert raw(conn).execute("SHOW jit").fetchone() == ("off",)


def test_a_range_is_looked_up_for_each_row_before_it() -> None:
    from funnelcli.db.server.translating import translate

    ranges = "FROM json_each(?) AS w CROSS JOIN contact AS c ON c.search >= w.value"
    assert "JOIN LATERAL" in translate(f"SELECT w.value, c.id {ranges}").text
    keys = "FROM json_each(?) AS w CROSS JOIN contact AS c ON c.public_id = w.value"
    assert "LATERAL" not in translate(f"SELECT w.value, c.id {keys}").text


def test_the_server_knows_how_much_is_in_a_table_of_the_connection(on_server: str) -> None:
    with closing(connection.connect(on_server)) as conn:
        conn.execute("BEGIN")
        conn.execute("CREATE TEMP TABLE seen_stage (id INTEGER PRIMARY KEY)")
        filled = conn.execute("INSERT INTO temp.seen_stage (id) SELECT s.id FROM stage AS s")
        ((known,),) = cast("ServerConnection", conn).rows(
            "SELECT reltuples FROM pg_class WHERE relname = 'seen_stage'"
        )
        assert known == filled.rowcount > 0
