"""Tags: one however it is spelt, shown as it was spelt first."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Run, rows
from funnelcli.actions import tags
from funnelcli.db import triggers
from funnelcli.db.connection import connect
from funnelcli.db.migrate import apply, statements
from funnelcli.db.schema import SHIPPED, files
from funnelcli.text import tag_key

TWINS = [
    ("VIP", "vip"),
    ("Nord-Süd", "nord sued"),
    ("Łódź", "LODZ"),
    ("follow–up", "Follow-Up"),
    ("O’Brien", "obrien"),
    ("straße", "STRASSE"),
]


@pytest.mark.parametrize(("first", "second"), TWINS)
def test_a_tag_is_one_however_it_is_spelt(funnel: Run, first: str, second: str) -> None:
    funnel("contact", "add", "Ada", "--tag", first, "--tag", second)
    funnel("deal", "add", "Roof", "--tag", first, "--tag", second)
    for noun, name in (("deal", "Roof"), ("contact", "Ada")):
        same = funnel(noun, "edit", name, "--tag", second, tty=True)
        assert "nothing changed" in same
        assert "undo" not in same
        assert funnel(noun, "show", name, "--json").json["tags"] == [first]
        assert funnel(noun, "list", f"tag:{second}", "--ids").lines == ["1"]
        assert funnel(noun, "list", f"tag:={second}", "--ids").lines == ["1"]
        assert funnel(noun, "list", f"-tag:{second}", "--ids").lines == []
        funnel(noun, "edit", name, "--untag", second)
        assert funnel(noun, "show", name, "--json").json["tags"] == []


def test_every_record_shows_one_spelling_and_reports_count_it_once(
    funnel: Run, tmp_path: Path
) -> None:
    (tmp_path / "deals.csv").write_text(
        'Id,Title,Value,Tags\nb1,Barn,12,"vip,VIP,ViP"\nb2,Shed,5,Vip\n', "utf-8"
    )
    funnel("deal add Roof --value 7 --tag VIP")
    funnel("import", "deals", tmp_path / "deals.csv", "--key", "Id")
    assert [deal["tags"] for deal in funnel("deal list --json=tags").json] == [["VIP"]] * 3
    assert [row["slice"] for row in rows(funnel, "forecast", "--by", "tag")] == ["VIP"]
    unchanged = funnel("import", "deals", tmp_path / "deals.csv", "--key", "Id", tty=True)
    assert "2 unchanged" in unchanged


def test_a_tag_that_no_other_record_has_can_be_spelt_anew(funnel: Run) -> None:
    funnel("deal add Roof --tag vip")
    assert "changed" in funnel("deal edit Roof --untag vip --tag VIP")
    assert funnel("deal show Roof --json").json["tags"] == ["VIP"]
    funnel("contact add Ada --tag vip")
    funnel("contact edit Ada --untag vip --tag VIP")
    assert funnel("contact show Ada --json").json["tags"] == ["VIP"]


def test_completion_offers_each_tag_once_whatever_its_case(
    funnel: Run, run_process: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    for title, tag in (("A", "VIP"), ("B", "vip"), ("C", "Übergabe")):
        funnel("deal", "add", title, "--tag", tag)

    def offers(*words: str) -> list[str]:
        shown = run_process("__complete", "--", *words).stdout
        return [line.partition("\t")[0] for line in shown.splitlines()]

    assert offers("deal", "edit", "1", "--tag", "v") == ["VIP"]
    assert offers("deal", "list", "tag:ueb") == ["tag:Übergabe"]


def old_file(path: str) -> sqlite3.Connection:
    """A file of the schema before tags had keys, with two deals and a contact."""
    conn = sqlite3.connect(path, isolation_level=None)
    for file in files()[:11]:
        apply(conn, file)
    # The catalogues have other columns by now, and do nothing here.
    for statement in statements(Path(SHIPPED).read_text("utf-8")):
        if "INTO catalogue" not in statement:
            conn.execute(statement, {"now": 0})
    conn.execute("PRAGMA user_version = 11")
    conn.execute(
        "INSERT INTO contact (public_id, name, search, created_at, recorded_at)"
        " VALUES ('p', 'Ada', 'ada', 0, 0)"
    )
    conn.execute(
        "INSERT INTO deal (public_id, title, search, process_id, stage_id, furthest_stage_id,"
        " in_order_stage_id, opened_at, opened_on, stage_since, recorded_at, status, currency)"
        " SELECT n, 'Roof', 'roof', process_id, id, id, id, 0, '1970-01-01', 0, 0, 'open', 'EUR'"
        " FROM stage JOIN (SELECT 'one' AS n UNION SELECT 'two')"
        " WHERE id = (SELECT min(id) FROM stage WHERE key = 'visit')"
    )
    conn.execute(
        "INSERT INTO stay (deal_id, stage_id, entered_at, how, recorded_at)"
        " SELECT id, stage_id, 0, 'created', 0 FROM deal"
    )
    conn.execute(
        "INSERT INTO terms (deal_id, valid_from, valid_on, status, currency, recorded_at)"
        " SELECT id, 0, '1970-01-01', 'open', 'EUR', 0 FROM deal"
    )
    triggers.create(conn)
    return conn


def as_command(conn: sqlite3.Connection, *lines: str) -> None:
    """Run statements as a command of the journal."""
    made = conn.execute("INSERT INTO command (at, verb, args) VALUES (0, 'deal edit', '[]')")
    conn.execute("UPDATE journal_now SET command_id = ?", (made.lastrowid,))
    for line in lines:
        conn.execute(line)
    conn.execute("UPDATE journal_now SET command_id = NULL")


@pytest.mark.sqlite("an older file")
def test_an_older_file_gets_one_spelling_the_first(funnel: Run, db: str) -> None:
    with closing(old_file(db)) as conn:
        for deal_id, tag in ((1, "VIP"), (1, "vip"), (2, "Vip"), (2, "fair"), (1, "Fair")):
            conn.execute("INSERT INTO deal_tag (deal_id, tag) VALUES (?, ?)", (deal_id, tag))
        conn.execute("INSERT INTO contact_tag (contact_id, tag) VALUES (1, 'Süd'), (1, 'sued')")
    shown = funnel("deal list --json=id,tags --sort opened").json
    assert {deal["id"]: sorted(deal["tags"]) for deal in shown} == {
        1: ["VIP", "fair"],
        2: ["VIP", "fair"],
    }
    assert funnel("contact show Ada --json").json["tags"] == ["Süd"]
    assert funnel("doctor") == ""


@pytest.mark.sqlite("an older file")
def test_what_was_taken_off_before_comes_back_in_the_one_spelling(funnel: Run, db: str) -> None:
    with closing(old_file(db)) as conn:
        as_command(conn, "INSERT INTO deal_tag (deal_id, tag) VALUES (2, 'VIP'), (1, 'vip')")
        as_command(conn, "DELETE FROM deal_tag WHERE deal_id = 1")
    assert funnel("deal show 1 --json").json["tags"] == []
    funnel("undo")
    assert funnel("deal show 1 --json").json["tags"] == ["VIP"]
    assert funnel("deal list tag:vip --ids").lines == ["2", "1"]
    assert funnel("doctor") == ""


@pytest.mark.sqlite("an older file")
def test_twins_that_were_taken_off_before_do_not_stand_in_the_way_of_undo(
    funnel: Run, db: str
) -> None:
    with closing(old_file(db)) as conn:
        as_command(conn, "INSERT INTO deal_tag (deal_id, tag) VALUES (1, 'VIP')")
        as_command(conn, "INSERT INTO deal_tag (deal_id, tag) VALUES (1, 'vip')")
        as_command(conn, "DELETE FROM deal_tag WHERE tag = 'VIP'")
        as_command(conn, "DELETE FROM deal_tag WHERE tag = 'vip'")
        as_command(conn, "UPDATE deal SET notes = 'x' WHERE id = 1")
    for left in ([], ["vip"], ["vip"], [], []):
        funnel("undo")
        assert funnel("deal show 1 --json").json["tags"] == left
    for left in ([], ["vip"], ["vip"], [], []):
        funnel("redo")
        assert sorted(funnel("deal show 1 --json").json["tags"]) in (left, ["VIP"])


@pytest.mark.sqlite("the sentences of SQLite")
@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("aäÄ-– 'vV'ue"), max_size=4), max_size=6))
def test_a_record_has_no_two_tags_of_one_key(given: list[str]) -> None:
    with closing(connect(":memory:")) as conn:
        conn.execute(
            "INSERT INTO contact (public_id, name, search, created_at, recorded_at)"
            " VALUES ('p', 'Ada', 'ada', 0, 0)"
        )
        for tag in given:
            tags.add(conn, "contact", 1, [tag])
        kept = tags.of(conn, "contact", 1)
        first = {tag_key(tag): tag.strip() for tag in reversed(given) if tag_key(tag)}
        assert kept == set(first.values())
        for tag in given:
            tags.take_off(conn, "contact", {1: [tag.upper()]})
        assert {tag for tag in kept if tag_key(tag.upper()) == tag_key(tag)} & tags.of(
            conn, "contact", 1
        ) == set()
