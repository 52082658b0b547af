"""Other databases of the program, brought into this one."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Clock, Run
from funnelcli.db import functions as sql_functions
from funnelcli.db import migrate, schema


@pytest.fixture
def other(tmp_path: Path) -> str:
    """The path of another database."""
    return str(tmp_path / "other.db")


def told(funnel: Run, *db: str) -> dict[str, object]:
    """What people see of a database, without its ids."""
    found: dict[str, object] = {}
    for noun in ("contact", "deal", "visit", "step"):
        rows = funnel(*db, noun, "list", "--json", "--limit", "1000").json
        for row in rows:
            for key in [key for key in row if key == "id" or key.endswith("_id")]:
                if key != "public_id":
                    del row[key]
        found[noun] = sorted(json.dumps(row, sort_keys=True) for row in rows)
    found["win-rate"] = funnel(*db, "report", "win-rate", "--json").json
    return found


def test_a_database_comes_into_an_empty_one_as_it_is(funnel: Run, other: str) -> None:
    funnel("demo", "--into", other)
    assert "a database, funnel" in funnel("import", other, "--dry-run").stderr
    assert funnel("deal", "list", "--json").json == []
    done = funnel("import", other, "-y", "--json")
    assert "history of" in done.stderr
    assert told(funnel) == told(funnel, "--db", other)
    again = funnel("import", other, "-y", "--json").json["files"][0]
    assert (again["added"], again["updated"], again["left"]) == (0, 0, {})
    assert funnel("doctor", "--json").json == []
    funnel("undo")
    assert funnel("contact", "list", "--json").json == []


@pytest.mark.sqlite("copies of the file")
def test_of_two_databases_the_later_change_counts(funnel: Run, other: str) -> None:
    there = ("--db", other)
    funnel("contact", "add", "Eva Roth", "--email", "eva@kurz.example")
    funnel("deal", "add", "Roof", "--value", "100", "--contact", "Eva")
    funnel("deal", "add", "Door", "--value", "200", "--contact", "Eva")
    funnel("backup", other)
    # What goes on there.
    funnel(*there, "deal", "advance", "Roof")
    funnel(*there, "contact", "edit", "Eva", "--town", "Ulm", "--email", "eva@home.example")
    funnel(*there, "contact", "add", "Bo Berg")
    funnel(*there, "deal", "add", "Yard", "--value", "300", "--contact", "Bo")
    funnel(*there, "log", "Yard", "liked the plan", "--at", "yesterday 10:00")
    # What goes on here, later.
    funnel("contact", "edit", "Eva", "--job-title", "Chefin")
    funnel("deal", "advance", "Door")
    funnel("deal", "advance", "Door")
    before = told(funnel)
    tried = funnel("import", other, "-y", "--json").json["files"][0]
    assert (tried["added"], tried["rejected"]) == (4 - 1, 0)
    found = {d["title"]: d for d in funnel("deal", "list", "--json").json}
    after = {d["title"]: d["stage"] for d in funnel(*there, "deal", "list", "--json").json}
    assert found["Roof"]["stage"] == after["Roof"] != after["Door"]
    assert found["Door"]["stage"] not in (after["Door"], after["Roof"])
    assert found["Yard"]["contact"] == "Bo Berg"
    (eva,) = [c for c in funnel("contact", "list", "--json").json if c["name"] == "Eva Roth"]
    assert (eva["town"], eva["job_title"]) == ("Ulm", "Chefin")
    assert eva["emails"] == ["eva@kurz.example", "eva@home.example"]
    assert funnel("doctor", "--json").json == []
    # A copy of long ago takes nothing back, and one undo takes all of it back.
    old = funnel("import", other, "-y", "--json").json["files"][0]
    assert (old["added"], old["updated"]) == (0, 0)
    funnel("undo")
    assert told(funnel) == before


@pytest.mark.sqlite("copies of the file")
def test_what_is_ones_own_comes_along_and_what_differs_is_said(
    funnel: Run, clock: Clock, other: str
) -> None:
    there = f"--db {other}"
    funnel("contact", "add", "Eva Roth")
    funnel("contact", "add", "Bo Berg")
    funnel("deal", "add", "Roof", "--contact", "Eva")
    funnel("field", "add", "deal", "region", "--type", "choice", "--values", "north,south")
    funnel("deal", "edit", "1", "--region", "north")
    funnel("deal people 1 add Bo --role champion")
    funnel("backup", other)
    clock.advance(minutes=1)
    # What was made on both sides, each by itself.
    funnel("field", "add", "deal", "size", "--type", "text")
    funnel("filter", "save", "hot", "value:>10k")
    funnel(f"{there} field add deal size --type number")
    funnel(f"{there} field add deal parts --type choices --values a,b,c")
    funnel(f"{there} filter save hot 'value:>20k'")
    funnel(f"{there} catalogue add source --en fliers")
    funnel(f"{there} catalogue edit source fair --en shows")
    funnel("deal", "edit", "1", "--size", "large")
    funnel(f"{there} deal edit 1 --region south --size 12 --parts a --parts b")
    funnel(f"{there} deal people 1 edit Bo --role decider")
    done = funnel("import", other, "-y")
    fields = funnel("deal show 1 --json").json["fields"]
    assert fields == {"region": "south", "size": "large", "size_2": 12, "parts": ["a", "b"]}
    assert "New fields of your own: deal size_2, deal parts" in done
    assert "1 entry of a catalogue" in done
    assert "left as it is: 1 saved filter (hot)" in done.stderr
    assert "shows" in funnel("catalogue show source fair")
    assert "decider" in funnel("deal people 1")
    assert funnel("doctor --json").json == []
    clock.advance(minutes=1)
    # What was changed here later stays, and is said; several choices are those of both.
    funnel("deal edit 1 --region north --parts c --no-parts a")
    again = funnel("import", other, "-y")
    fields = funnel("deal show 1 --json").json["fields"]
    assert (fields["region"], sorted(fields["parts"])) == ("north", ["a", "b", "c"])
    assert "1 value in a field of your own" in again.stderr
    assert [one["key"] for one in funnel("field list --json").json].count("size_3") == 0


def test_a_process_with_other_stages_stands_beside_its_namesake(
    funnel: Run, other: str, tmp_path: Path
) -> None:
    there = ("--db", other)
    text = str(funnel("process", "export", "cycle"))
    path = tmp_path / "cycle.toml"
    extra = '[[stage]]\nkey = "trial"\nname = "Trial"\nphase = "lead"\nkind = "open"\n\n'
    at = text.index("[[stage]]")
    path.write_text(text[:at] + extra + text[at:])
    funnel(*there, "process", "add", path)
    funnel(*there, "deal", "add", "Roof", "--stage", "trial")
    done = funnel("import", other, "-y")
    assert "New processes: cycle_2" in done
    (roof,) = funnel("deal", "list", "--json").json
    assert (roof["process"], roof["stage"]) == ("cycle_2", "trial")
    assert "cycle_3" not in funnel("import", other, "-y")


def test_files_that_are_no_database_of_funnel(funnel: Run, tmp_path: Path, other: str) -> None:
    funnel("contact", "add", "Eva Roth")
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as conn:
        conn.execute("CREATE TABLE contact (name TEXT)")
        conn.execute("PRAGMA user_version = 3")
    funnel("demo", "--into", other)
    whole = Path(other).read_bytes()
    broken = tmp_path / "broken.db"
    broken.write_bytes(whole[: len(whole) // 2])
    torn = tmp_path / "torn.db"
    torn.write_bytes(whole[:4096] + b"\xff" * 8192 + whole[12288:])
    newer = tmp_path / "newer.db"
    newer.write_bytes(whole)
    with closing(sqlite3.connect(newer)) as conn:
        conn.execute("PRAGMA user_version = 9999")
    for path in (foreign, broken, torn, newer):
        refused = funnel("import", path, "-y", exit=1)
        assert path.name in refused.stderr
        assert "Nothing was imported" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert "is a database" in funnel("import", "deals", other, exit=2).stderr
    assert len(funnel("contact", "list", "--json").json) == 1
    assert [one.name for one in tmp_path.glob(".funnel-*")] == []


def test_a_database_of_the_first_schema(funnel: Run, other: str) -> None:
    with closing(sqlite3.connect(other, isolation_level=None)) as conn:
        sql_functions.add(conn)
        conn.execute("BEGIN")
        migrate.apply(conn, schema.files()[0])
        conn.execute("PRAGMA user_version = 1")
        conn.execute(
            "INSERT INTO contact (public_id, name, search, created_at, recorded_at)"
            " VALUES ('01M8K8P14T13SMSQK769DNTQ02', 'Old Hand', 'old hand', 1, 1)"
        )
        conn.execute("COMMIT")
    funnel("import", other, "-y")
    assert [c["name"] for c in funnel("contact", "list", "--json").json] == ["Old Hand"]


@pytest.mark.sqlite("copies of the file")
def test_nobody_comes_back_who_was_forgotten(funnel: Run, other: str) -> None:
    funnel("contact", "add", "Eva Roth", "--email", "eva@kurz.example")
    funnel("contact", "add", "Bo Berg")
    funnel("backup", other)
    funnel("contact", "forget", "Eva", "-y")
    done = funnel("import", other, "-y")
    assert "eva@kurz.example" not in f"{done}{done.stderr}"
    names = [one["name"] for one in funnel("contact", "list", "--json").json]
    assert "Bo Berg" in names
    assert "Eva Roth" not in names
    assert "eva@kurz.example" not in funnel("export", "all", str(Path(other).parent / "all"))
    assert "eva@kurz.example" not in Path(other).parent.joinpath("all/journal.jsonl").read_text()
