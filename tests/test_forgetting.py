"""A forgotten person is nowhere in the files, and the figures are as they were."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Run
from funnelcli.actions import forgetting
from funnelcli.cli.records import contact_forget
from funnelcli.db import personal, triggers
from funnelcli.db.connection import connect

NAME = "Quintus Zwackelmann"
TRACES = (
    "Zwackelmann",
    "zwackelmann",
    "quz@zwack.example",
    "2345678",
    "parrot",
    "lumbago",
    "lawsuit",
)


def _leaves(path: Path) -> list[str]:
    """What of the person stands in a file, in any spelling that the program writes."""
    content = path.read_bytes()
    return [
        trace
        for trace in TRACES
        if any(trace.encode(coding) in content for coding in ("utf-8", "utf-16-le", "utf-16-be"))
    ]


def _fill(funnel: Run, path: str) -> None:
    funnel("demo", "--into", path)
    funnel(
        "contact", "add", NAME, "--email", "quz@zwack.example",
        "--phone", "+49 171 2345678", "--notes", "has a parrot",
    )  # fmt: skip
    funnel("note", "add", "--contact", NAME, "lumbago since May")
    funnel("deal", "add", "Roof Zwackelmann", "--contact", NAME, "--value", "5k")
    funnel("visit", "log", NAME, "spoke of the lawsuit")
    funnel("note", "add", "1", f"ask {NAME} (0171/2345678) for the keys")
    funnel("deal", "edit", "2", "--title", "Hall next to Zwackelmann")
    funnel("contact", "add", "Other One", "--town", "Bonn")


def test_a_forgotten_person_is_nowhere(funnel: Run, db: str) -> None:
    _fill(funnel, db)
    funnel("backup")
    reports = ("report win-rate", "report activity", "report cycle", "report cost")
    before = [funnel(f"{report} --json") for report in reports]
    files = [Path(db), *Path(db + ".backups").glob("*.db")]
    assert all(_leaves(path) for path in files)
    funnel("contact forget Zwackelmann", exit=2)
    assert funnel("contact forget Zwackelmann --dry-run")
    assert _leaves(Path(db))
    said = funnel("contact forget Zwackelmann --yes")
    assert "cannot be undone" in said
    assert "Zwackelmann" not in said
    assert len(files) == 2
    for path in Path(db).parent.rglob("*"):
        if path.is_file():
            assert _leaves(path) == [], path
    assert [funnel(f"{report} --json") for report in reports] == before
    assert funnel("history --limit 0").count("…")
    funnel("doctor")
    # What came before can be undone, and nothing brings the person back.
    assert "Other One" in funnel("undo")
    for _again in range(4):
        funnel("undo")
    assert _leaves(Path(db)) == []
    funnel("doctor")


def test_a_removed_contact_is_forgotten_too(funnel: Run, db: str) -> None:
    _fill(funnel, db)
    funnel("contact", "remove", NAME, "--yes")
    assert _leaves(Path(db))
    funnel("contact", "forget", NAME, "--yes")
    assert _leaves(Path(db)) == []
    with closing(sqlite3.connect(db)) as conn:
        entries = conn.execute("SELECT before FROM journal WHERE before IS NOT NULL")
        assert not any(NAME in json.dumps(json.loads(row)) for (row,) in entries)


@pytest.mark.parametrize("table", ["contact", "visit", "note", "deal"])
def test_a_new_column_of_text_is_personal(table: str) -> None:
    with closing(connect(":memory:")) as conn:
        conn.execute(f"ALTER TABLE {table} ADD COLUMN diagnosis TEXT")
        assert "diagnosis" in personal.words(conn, table)


def test_what_is_said_to_be_formal_is_there() -> None:
    with closing(connect(":memory:")) as conn:
        for table, names in personal.FORMAL.items():
            assert {*names.split()} <= {*triggers.columns(conn, table)}, table


def test_what_was_cut_off_is_completed_by_the_id(
    funnel: Run, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(funnel, db)
    person = funnel(f"contact show '{NAME}' --json").json["id"]
    funnel("backup")
    (copy,) = Path(db + ".backups").glob("*.db")
    draft = Path(db).parent / "drafts" / f"{Path(db).stem}-contact-{person}.md"
    draft.parent.mkdir(exist_ok=True)
    draft.write_text(NAME, encoding="utf-8")
    # Before the commit nothing has gone.
    with monkeypatch.context() as broken:
        broken.setattr(forgetting, "_scrub", _fails)
        funnel("contact", "forget", person, "--yes", exit=None)
    assert _leaves(Path(db))
    assert _leaves(copy)
    assert draft.exists()
    # After it the database is clean; the rest is left to do.
    with monkeypatch.context() as broken:
        broken.setattr(contact_forget, "_rewrite", _fails)
        funnel("contact", "forget", person, "--yes", exit=None)
    assert _leaves(Path(db)) == []
    assert _leaves(copy)
    funnel("contact", "forget", person, "--yes")
    assert _leaves(copy) == []
    assert not draft.exists()
    said = funnel("undo")
    assert "cannot be undone" in said
    assert "Undone: funnel contact add" in said
    assert "cannot be undone" not in funnel("undo")


def _fails(*_given: object) -> None:
    raise OSError("no room")
