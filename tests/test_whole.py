"""The whole database as text files, and back."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Run
from funnelcli import errors
from funnelcli.db import dumping, triggers
from funnelcli.db.connection import connect
from funnelcli.db.dump_rows import WAYS
from funnelcli.db.schema import LATEST
from test_copies import older


def dump(path: str | Path) -> list[str]:
    """Everything in a database, its schema too."""
    with closing(sqlite3.connect(path)) as conn:
        return list(conn.iterdump())


@pytest.fixture
def filled(funnel: Run, tmp_path: Path) -> Path:
    """A database with some of everything in it."""
    path = tmp_path / "sample.db"
    funnel("demo", "--into", path)
    funnel("--db", path, "note", "add", "1", "a\nb\u2028c \\ \" 'd'")
    return path


@pytest.mark.parametrize(("name", "way"), [("out.zip", "jsonl"), ("out", "jsonl"), ("out", "csv")])
def test_it_comes_back_equal(
    funnel: Run, filled: Path, tmp_path: Path, name: str, way: str
) -> None:
    out, new = tmp_path / name, tmp_path / "new.db"
    said = funnel("--db", filled, "export", "all", out, "--format", way, "--json").json
    assert os.stat(out).st_mode & 0o077 == 0
    funnel("--db", filled, "export", "all", out, exit=2)
    funnel("--db", new, "import", "all", out, "--dry-run")
    assert dump(new) != dump(filled)
    assert funnel("--db", new, "import", "all", out, "--json").json["rows"] == said["rows"]
    assert dump(new) == dump(filled)
    assert "not empty" in funnel("--db", new, "import", "all", out, exit=3).stderr
    assert not list(tmp_path.glob(".funnel-*"))
    funnel("--db", new, "undo")
    assert dump(new) != dump(filled)


def test_every_table_is_in_it(funnel: Run, filled: Path, tmp_path: Path) -> None:
    funnel("--db", filled, "export", "all", tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert manifest["schema"] == LATEST
    with closing(sqlite3.connect(filled)) as conn:
        counts = {
            table: conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for (table,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
    # What is in files of records is written as files.
    del counts["content"]
    assert {one["table"]: one["rows"] for one in manifest["tables"]} == counts


def test_csv_has_a_schema_by_which_others_read_it(
    funnel: Run, filled: Path, tmp_path: Path
) -> None:
    """The types, keys and missing values of the data package are those of the tables."""
    out = tmp_path / "out"
    funnel("--db", filled, "export", "all", out, "--format", "csv")
    package = json.loads((out / "datapackage.json").read_bytes())
    with closing(sqlite3.connect(filled)) as conn:
        tables = set(triggers.all_tables(conn)) - {"content"}
        assert {one["name"] for one in package["resources"]} == tables
        for one in package["resources"]:
            schema = one["schema"]
            with (out / one["path"]).open(encoding="utf-8", newline="") as file:
                header, *rows = csv.reader(file)
            assert header == [field["name"] for field in schema["fields"]]
            values = [
                [
                    None
                    if cell in schema["missingValues"]
                    else int(cell)
                    if field["type"] == "integer"
                    else cell.removeprefix("\\")
                    for cell, field in zip(row, schema["fields"], strict=True)
                ]
                for row in rows
            ]
            found = conn.execute(f"SELECT * FROM {one['name']}").fetchall()
            assert values == [list(row) for row in found]
    links = {one["name"]: one["schema"].get("foreignKeys", []) for one in package["resources"]}
    assert {"fields": ["contact_id"], "reference": {"resource": "contact", "fields": ["id"]}} in (
        links["contact_email"]
    )
    assert "JSON Lines, CSV" in funnel("export all x --format xml", exit=2).stderr


def test_damaged_csv_changes_nothing(funnel: Run, filled: Path, tmp_path: Path) -> None:
    """Though the checksums of the manifest are right."""
    good, new = tmp_path / "good", tmp_path / "new.db"
    funnel("--db", filled, "export", "all", good, "--format", "csv")
    funnel("--db", new, "doctor")
    before = dump(new)
    manifest = json.loads((good / "manifest.json").read_bytes())
    deals = (good / "deal.csv").read_bytes()
    at = next(n for n, one in enumerate(manifest["tables"]) if one["table"] == "deal")
    for wrong in (
        *(b"", b"\n", b'"', b"\xff", deals.replace(b'"id"', b'"no"', 1), deals + b"1,2\n"),
        *(deals + b'"', deals + b"\0", deals.replace(b"\n1,", b"\nx,", 1), deals[:-1] + b"x"),
        deals + deals.splitlines(keepends=True)[1],
    ):
        (good / "deal.csv").write_bytes(wrong)
        manifest["tables"][at]["sha256"] = hashlib.sha256(wrong).hexdigest()
        (good / "manifest.json").write_text(json.dumps(manifest))
        funnel("--db", new, "import", "all", good, exit=1)
        assert dump(new) == before


def test_what_is_damaged_changes_nothing(funnel: Run, filled: Path, tmp_path: Path) -> None:
    good, new = tmp_path / "good", tmp_path / "new.db"
    funnel("--db", filled, "export", "all", good)
    funnel("--db", new, "doctor")
    before = dump(new)

    def refused(file: str, content: bytes | None) -> None:
        bad = tmp_path / "bad"
        shutil.copytree(good, bad)
        if content is None:
            (bad / file).unlink()
        else:
            (bad / file).write_bytes(content)
        error = funnel("--db", new, "import", "all", bad, exit=1).stderr
        assert "Traceback" not in error
        assert dump(new) == before
        shutil.rmtree(bad)

    deals = (good / "deal.jsonl").read_bytes()
    manifest = json.loads((good / "manifest.json").read_bytes())
    refused("deal.jsonl", deals[:-20])
    refused("deal.jsonl", deals.replace(b"1", b"2", 1))
    refused("deal.jsonl", None)
    refused("manifest.json", None)
    for wrong in (b"", b"[]", b"{}", b"\xff", b"[" * 100_000):
        refused("manifest.json", wrong)
    for key, value in (
        *(("schema", LATEST + 1), ("schema", 0), ("schema", -1), ("schema", "x")),
        *(("tables", []), ("tables", None), ("tables", [1]), ("format", "x")),
    ):
        refused("manifest.json", json.dumps({**manifest, key: value}).encode())
    (tmp_path / "bad.zip").write_bytes(b"PK no archive")
    funnel("--db", new, "import", "all", tmp_path / "bad.zip", exit=1)
    funnel("--db", new, "import", "all", tmp_path / "nowhere.zip", exit=4)
    assert dump(new) == before


def test_an_older_one_is_migrated(funnel: Run, tmp_path: Path) -> None:
    path, out, new = older(tmp_path), tmp_path / "out.zip", tmp_path / "new.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        dumping.dump(conn, str(out), "0.0.1")
    funnel("--db", new, "import", "all", out)
    connect(path).close()
    assert dump(new) == dump(path)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs"]))
        | st.text('\\N,;"\r\n\0\x1a\u2028\ufeff', max_size=6),
        min_size=1,
    ),
    way=st.sampled_from(sorted(WAYS)),
)
def test_any_text_comes_back(tmp_path: Path, texts: list[str], way: str) -> None:
    out = tmp_path / "out"
    shutil.rmtree(out, ignore_errors=True)
    loaded = tmp_path / "loaded.db"
    loaded.unlink(missing_ok=True)
    with closing(connect(":memory:")) as conn:
        for text in texts:
            conn.execute("INSERT INTO command (at, verb, args) VALUES (1, ?, '[]')", (text,))
        dumping.dump(conn, str(out), "1", way)
        dumping.load(str(out), str(loaded), "")
        with closing(sqlite3.connect(loaded)) as back:
            for table in triggers.all_tables(conn):
                rows = f"SELECT * FROM {table}"
                assert back.execute(rows).fetchall() == conn.execute(rows).fetchall()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with closing(connect(":memory:")) as conn, pytest.raises(errors.Failed, match="written"):
        dumping.dump(conn, str(tmp_path / "no" / "out.zip"), "1")
