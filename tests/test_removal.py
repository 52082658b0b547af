"""Removing says what goes along and what stays without it, asks where that is much, and undo brings
all of it back."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import every_command
from conftest import (
    Clock,
    Dump,
    Run,
    copy_database,
    database_of,
    dump,
    forget_settings,
    reset,
    runner,
    setting,
    some,
)
from funnelcli.cli.removing import FEW
from funnelcli.db import triggers
from funnelcli.db.connection import connect
from funnelcli.nouns.counted import GONE, LEFT, PARTS
from funnelcli.values import dates

# Every command that removes, with the table of what it removes and what names it.
COMMANDS = {
    "contact remove": ("contact", "{id}"),
    "contract remove": ("contract", "{id}"),
    "deal remove": ("deal", "{id}"),
    "visit remove": ("visit", "{id}"),
    "step remove": ("step", "{id}"),
    "note remove": ("note", "{id}"),
    "offer remove": ("offer", "{id}"),
    "objection remove": ("objection", "{id}"),
    "milestone remove": ("milestone", "{id}"),
    "product remove": ("product", "{id}"),
    "effort remove": ("effort", "{id}"),
    "rate remove": ("rate", "{id}"),
    "overhead remove": ("overhead", "{id}"),
    "target remove": ("target", "{id}"),
    "exchange remove": ("exchange_rate", "{id}"),
    "care remove --score": ("satisfaction", "{id}"),
    "care remove --complaint": ("complaint", "{id}"),
    "process remove": ("process", "{key}"),
    "questionnaire remove": ("questionnaire", "{key}"),
}


def keys(conn: sqlite3.Connection) -> list[tuple[str, str, str, str]]:
    """The foreign keys of the schema: table, column, where it points to, what a removal does."""
    return [
        (table, row[3], row[2], row[6])
        for table in triggers.tables(conn)
        for row in conn.execute(f"PRAGMA foreign_key_list({table})")
    ]


def test_whatever_the_schema_hangs_on_a_record_has_words() -> None:
    with closing(connect(":memory:")) as conn:
        for table, column, _parent, what in keys(conn):
            if what == "CASCADE":
                assert table in GONE or table in PARTS, table
            elif what == "SET NULL":
                assert (table, column) in LEFT, (table, column)


def lost(before: Dump, after: Dump) -> tuple[dict[str, int], int]:
    """How many rows of each table went, parts of records left out; and of how many rows a column
    that points somewhere is empty now."""
    gone: dict[str, int] = {}
    for table, rows in before.items():
        there = {row[0] for row in after[table]}
        missing = sum(row[0] not in there for row in rows)
        if missing and table not in PARTS:
            gone[table] = missing
    left = 0
    with closing(connect(":memory:")) as conn:
        for table, column, _parent, what in keys(conn):
            if what == "SET NULL":
                place = triggers.columns(conn, table).index(column)
                now = {row[0]: row[place] for row in after[table]}
                left += sum(
                    row[place] is not None and row[0] in now and now[row[0]] is None
                    for row in before[table]
                )
    return gone, left


@pytest.fixture(scope="module")
def made(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with a little of everything, in every state."""
    folder = tmp_path_factory.mktemp("everything")
    shutil.copytree(sample, folder, dirs_exist_ok=True)
    copy_database(database_of(sample), database_of(folder))
    with pytest.MonkeyPatch.context() as patch:
        forget_settings(patch)
        patch.setattr(dates, "now", Clock())
        patch.chdir(folder)
        funnel = runner(setting(folder), patch)
        for line in (
            "contact edit 'Hans Müller' --referred-by 'Jonas Sommer'",
            "effort add --contact 'Jonas Sommer' --km 5",
            "deal add Alone --value 900",
            "effort add Alone --duration 1h",
            "visit add --deal Alone --said hello",
            "withdraw Balcony",
            "reopen Workshop",
            "deal renew 2",
            "farewell 8 --personal-contact Roth",
            "questionnaire add ours.toml",
        ):
            funnel(line, exit=None)
        reset()
    return database_of(folder)


@pytest.fixture
def everything(made: str, db: str) -> str:
    """A copy of it that is the test's own."""
    copy_database(made, db)
    return db


def state(db: str) -> Dump:
    with closing(connect(db)) as conn:
        return dump(conn)


@pytest.mark.parametrize("command", some(COMMANDS))
def test_a_removal_says_what_it_removes_and_undo_brings_it_back(
    funnel: Run, everything: str, command: str
) -> None:
    table, named = COMMANDS[command]
    with closing(connect(everything)) as conn:
        key = "key" if "{key}" in named else "id"
        found = conn.execute(f"SELECT DISTINCT {key} FROM {table}").fetchall()
    assert found, "there is something to remove"
    before = state(everything)
    removed = 0
    for (name,) in found:
        tried = funnel(*command.split(), str(name), exit=None)
        if tried.exit_code == 3:
            assert state(everything) == before, "what is refused changes nothing"
            continue
        asked = tried.exit_code == 2
        if asked:
            assert "--yes" in tried.stderr
            assert state(everything) == before, "what is asked changes nothing"
        else:
            assert tried.exit_code == 0
            funnel("undo")
        said: dict[str, Any] = funnel(*command.split(), str(name), "--yes", "--json").json
        after = state(everything)
        gone, left = lost(before, after)
        assert {one["kind"]: one["rows"] for one in said["removed"]} == gone
        assert sum(one["rows"] for one in said["orphaned"]) == left
        assert asked == (sum(gone.values()) + left > FEW)
        assert (left > 0) == any(line.startswith("What stays") for line in said["changed"])
        along = {of: n for of, n in gone.items() if of != table} or gone[table] > 1
        if table != "questionnaire":
            assert bool(along) == any(line.startswith("What goes") for line in said["changed"])
        assert funnel("doctor") == ""
        funnel("undo")
        assert state(everything) == before
        removed += 1
    assert removed


def test_everything_can_be_removed_and_comes_back(funnel: Run, everything: str) -> None:
    before = state(everything)
    done = 0
    for command, (table, named) in COMMANDS.items():
        if table in ("process", "questionnaire"):
            continue
        with closing(connect(everything)) as conn:
            ids = [row[0] for row in conn.execute(f"SELECT id FROM {table} ORDER BY id DESC")]
        for id_ in ids:
            option = command.split()
            gone = funnel(*option, named.format(id=id_), "--yes", exit=None)
            assert gone.exit_code in (0, 3), gone.stderr
            done += gone.exit_code == 0
    left = {table for table, (_table, _named) in COMMANDS.items()}
    assert left
    now = state(everything)
    assert not any(now[table] for table in ("contact", "deal", "visit", "step", "note", "effort"))
    assert funnel("process remove own --yes")
    assert funnel("doctor") == ""
    for _time in range(done + 1):
        funnel("undo")
    assert state(everything) == before


def test_the_question_names_and_counts_what_goes_and_what_stays(funnel: Run, db: str) -> None:
    funnel("contact add Acme --is-organisation")
    funnel("contact add Ada --organisation Acme")
    funnel("contact add Eva --organisation Acme")
    funnel("deal add Roof -c Acme --value 900")
    funnel("deal add Shed -c Acme --value 500")
    funnel("win Shed")
    funnel("next --contact Acme 'call back' --due +3d")
    funnel("note add --contact Acme 'likes tea'")
    funnel("visit add Acme --said hello")
    funnel("care score Acme 9")
    before = state(db)
    question = funnel("contact remove Acme --json", exit=2)
    assert json.loads(question.stderr)["error"]["message"] == (
        "Nobody can be asked here: Remove 1 contact?\n"
        "What goes with it: 1 note, 1 score, 1 next step (1 open), 1 visit.\n"
        "What stays: 2 people without an organisation, 2 deals without a contact (1 open)."
    )
    funnel("contact remove Acme", tty=True, stdin="n\n", exit=130)
    assert state(db) == before
    said = funnel("contact remove Acme --yes", env={"FUNNEL_LANGUAGE": "de"})
    assert "Das geht mit: 1 Notiz, 1 Bewertung, 1 nächster Schritt (1 offen), 1 Besuch." in said
    assert "Das bleibt: 2 Personen ohne Organisation, 2 Geschäfte ohne Kontakt (1 offen)." in said
    funnel("undo")
    assert state(db) == before
    dry = funnel("contact remove Acme -n")
    assert "2 people without an organisation" in dry
    assert state(db) == before


def test_a_deal_goes_with_the_effort_that_nobody_else_has(funnel: Run, db: str) -> None:
    funnel("contact add Ada")
    funnel("deal add Roof -c Ada --value 900")
    funnel("effort add Roof --duration 2h")
    funnel("visit add Ada --deal Roof --said hello")
    before = state(db)
    said = funnel("deal remove Roof --yes --json").json
    assert [(one["kind"], one["rows"], one["open"]) for one in said["removed"]] == [
        ("deal", 1, 1),
        ("effort", 1, 0),
    ]
    assert [(one["kind"], one["without"]) for one in said["orphaned"]] == [("visit", "deal")]
    funnel("undo")
    assert state(db) == before


def test_a_process_goes_although_a_visit_was_made_at_its_stage(
    funnel: Run, db: str, tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(every_command._FILES["own.toml"], "utf-8")
    funnel("process", "add", own)
    funnel("contact add Ada")
    funnel("deal add Roof -c Ada --process own --value 900")
    funnel("visit add Ada --deal Roof --said hello")
    funnel("effort add --contact Ada --km 5")
    funnel("deal remove Roof --yes")
    before = state(db)
    funnel("process remove own")
    assert funnel("doctor") == ""
    funnel("undo")
    assert state(db) == before


def test_what_is_removed_while_somebody_is_about_to_change_it_is_said_to_be(
    funnel: Run, run_process: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from funnelcli.cli.invocation import Invocation

    funnel("deal add Roof --value 5k")
    allow = Invocation.allow

    def removed_before(self: Invocation, conn: Any) -> None:
        monkeypatch.undo()
        assert run_process("deal remove 1 --yes").returncode == 0
        allow(self, conn)

    monkeypatch.setattr(Invocation, "allow", removed_before)
    told = funnel("deal edit 1 --value 9k", exit=3).stderr
    assert "changed this a moment ago" in told
    assert ": funnel deal remove 1 --yes\n" in told
