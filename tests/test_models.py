"""The SQLModel tables are the migrated schema, column by column, and the Python interface works."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from conftest import Run
from funnelcli.db import triggers
from funnelcli.db.connection import connect

pytestmark = pytest.mark.sqlite("SQLite's schema")

sqlmodel = pytest.importorskip("sqlmodel")


INSTANTS_AND_MONEY = {"at", "stage_since", "valid_from", "valid_to", "value", "expenses"}


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A migrated database."""
    with closing(connect(str(tmp_path_factory.mktemp("schema") / "x.db"))) as conn:
        yield conn


def tables(conn: sqlite3.Connection) -> list[str]:
    """Every table of the schema."""
    return [*triggers.tables(conn), *triggers.OWN_TABLES]


def metadata() -> Any:
    """What the models say."""
    import funnelcli.models  # noqa: F401 - its classes register themselves

    return sqlmodel.SQLModel.metadata


def test_every_table_has_a_model_and_every_model_a_table(schema: sqlite3.Connection) -> None:
    assert set(metadata().tables) == set(tables(schema))


def affinity(declared: str) -> str:
    """The affinity that SQLite gives a declared type (its documentation, section 3.1)."""
    upper = declared.upper()
    if "INT" in upper:
        return "INTEGER"
    return "TEXT" if any(word in upper for word in ("CHAR", "TEXT", "CLOB")) else declared


def test_the_columns_are_the_same(schema: sqlite3.Connection) -> None:
    for name, table in metadata().tables.items():
        migrated = [
            (row[1], row[2], bool(row[3]) or bool(row[5]), bool(row[5]))
            for row in schema.execute(f"PRAGMA table_info({name})")
        ]
        modelled = [
            (column.name, affinity(str(column.type)), not column.nullable, column.primary_key)
            for column in table.columns
        ]
        assert modelled == migrated, name


def test_the_foreign_keys_are_the_same(schema: sqlite3.Connection) -> None:
    for name, table in metadata().tables.items():
        migrated = {
            (row[3], row[2], row[4] or "id", row[6])
            for row in schema.execute(f"PRAGMA foreign_key_list({name})")
        }
        modelled = {
            (key.parent.name, key.column.table.name, key.column.name, key.ondelete or "NO ACTION")
            for key in table.foreign_keys
        }
        assert modelled == migrated, name


def test_the_indexes_and_unique_constraints_are_the_same(schema: sqlite3.Connection) -> None:
    from sqlalchemy import UniqueConstraint

    for name, table in metadata().tables.items():
        migrated = set()
        for _number, index, unique, origin, partial in schema.execute(f"PRAGMA index_list({name})"):
            columns = tuple(row[2] for row in schema.execute(f"PRAGMA index_info({index})"))
            if origin != "pk":
                called = index if origin == "c" else ""
                migrated.add((called, columns, bool(unique), bool(partial)))
        modelled = {
            ("", tuple(column.name for column in constraint.columns), True, False)
            for constraint in table.constraints
            if isinstance(constraint, UniqueConstraint)
        } | {
            (
                index.name,
                tuple(getattr(column, "name", None) for column in index.expressions),
                bool(index.unique),
                index.dialect_options["sqlite"]["where"] is not None,
            )
            for index in table.indexes
        }
        assert modelled == migrated, name


def plain(sql: object) -> str:
    """SQL on one line."""
    return " ".join(str(sql).split())


def test_partial_indexes_have_the_same_condition(schema: sqlite3.Connection) -> None:
    for table in metadata().tables.values():
        for index in table.indexes:
            (text,) = schema.execute(
                "SELECT sql FROM sqlite_master WHERE name = ?", (index.name,)
            ).fetchone()
            _columns, where, condition = plain(text).partition(" WHERE ")
            for dialect in ("sqlite", "postgresql"):
                modelled = index.dialect_options[dialect]["where"]
                assert (plain(modelled) if where else modelled) == (condition or None), index.name


def checks(sql: str) -> list[str]:
    """What stands in the CHECKs of a statement."""
    code = plain("\n".join(line.partition("--")[0] for line in sql.splitlines()))
    found = []
    for piece in code.split("CHECK (")[1:]:
        depth, end = 1, 0
        while depth:
            depth += {"(": 1, ")": -1}.get(piece[end], 0)
            end += 1
        found.append(piece[: end - 1].strip())
    return found


def test_the_checks_are_the_same(schema: sqlite3.Connection) -> None:
    from sqlalchemy import CheckConstraint

    for name, table in metadata().tables.items():
        (text,) = schema.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        modelled = [plain(c.sqltext) for c in table.constraints if isinstance(c, CheckConstraint)]
        assert sorted(modelled) == sorted(checks(text)), name


def test_a_session_reads_and_what_it_writes_can_be_undone(funnel: Run, db: str) -> None:
    from sqlmodel import select

    from funnelcli import open_session
    from funnelcli.models import Deal

    funnel("deal add Roof --value 5")
    with open_session(db) as session:
        deal = session.exec(select(Deal)).one()
        assert (deal.title, deal.value) == ("Roof", 500)
        deal.notes = "from a notebook"
        session.add(deal)
        session.commit()
    assert funnel("deal", "show", 1, "--json").json["notes"] == "from a notebook"
    assert "another program" in funnel("undo")
    assert funnel("deal", "show", 1, "--json").json["notes"] is None


def test_a_session_that_is_not_committed_changes_nothing(funnel: Run, db: str) -> None:
    from funnelcli import open_session
    from funnelcli.models import Deal

    funnel("deal", "add", "Roof")
    with open_session(db) as session:
        deal = session.get(Deal, 1)
        assert deal is not None
        deal.notes = "never mind"
        session.add(deal)
        session.flush()
    assert funnel("deal", "show", 1, "--json").json["notes"] is None


def test_what_a_session_throws_out_to_replace_it_comes_back(funnel: Run, db: str) -> None:
    from sqlalchemy import text

    from funnelcli import open_session

    funnel("deal add Roof --tag vip")
    with open_session(db) as session:
        session.connection().execute(
            text("INSERT OR REPLACE INTO deal_tag VALUES (1, 1, 'other', 'other')")
        )
        session.commit()
    assert funnel("deal", "show", 1, "--json").json["tags"] == ["other"]
    funnel("undo")
    assert funnel("deal", "show", 1, "--json").json["tags"] == ["vip"]


def test_instants_and_money_outlast_32_bits_in_postgresql() -> None:
    from sqlalchemy.dialects import postgresql

    for name, table in metadata().tables.items():
        for column in table.columns:
            wide = column.name.endswith("_at") or column.name in INSTANTS_AND_MONEY
            if wide:
                kind = column.type.compile(dialect=postgresql.dialect())
                assert kind != "INTEGER", f"{name}.{column.name}"


def test_the_schema_for_postgresql_names_every_table(schema: sqlite3.Connection) -> None:
    from funnelcli.models import postgresql_schema

    text = postgresql_schema()
    for name in tables(schema):
        assert f"CREATE TABLE {name} " in text
    assert "CREATE UNIQUE INDEX stay_one_open ON stay (deal_id) WHERE left_at IS NULL" in text
