"""Processes of the user's own: added, changed, renamed, with the deals in them kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Run

MINE = """
key = "mine"
name = "My way"

[[stage]]
key = "first"
name = { en = "First talk", de = "Erstes Gespräch" }
phase = "lead"
kind = "open"
probability = 20
rot_days = 5
exit = [{ key = "visit_logged", en = "a visit logged", de = "ein Besuch erfasst" }]
[[stage.question]]
key = "need"
text = "What hurts?"
required = true

[[stage]]
key = "quote"
name = "Quote"
phase = "opportunity"
kind = "open"
probability = 60

[[stage]]
key = "order"
name = "Order"
phase = "customer"
kind = "won"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with the process."""
    path = tmp_path / "mine.toml"
    path.write_text(MINE, encoding="utf-8")
    return path


def stages(funnel: Run) -> list[str]:
    """The keys of the process's stages in order."""
    return [stage["key"] for stage in funnel("process show mine --json").json["stages"]]


def test_a_process_of_ones_own_works_like_a_shipped_one(funnel: Run, file: Path) -> None:
    assert "is sound" in funnel("process", "check", file)
    funnel("process", "add", file)
    funnel("deal add Roof -p mine --value 100")
    funnel("advance", 1)
    funnel("win", 1)
    shown = funnel("show", "mine", "--json").json
    assert [(row["stage"], row["deals"]) for row in shown["stages"]] == [
        ("first", 0),
        ("quote", 0),
        ("order", 1),
    ]
    listed = {row["key"]: row for row in funnel("process", "list", "--json").json}
    assert listed["mine"]["deals"] == 1


def test_export_and_add_come_back_the_same(funnel: Run, add_process: Run) -> None:
    for key in ("cycle", "funnel"):
        text = funnel("process", "export", key)
        before = funnel("process", "show", key, "--json")
        add_process(text)
        assert funnel("process", "show", key, "--json") == before
        assert funnel("process", "export", key) == text


def test_inserting_renaming_and_removing_keep_the_deals(funnel: Run, file: Path) -> None:
    funnel("process", "add", file)
    funnel("deal add Roof -p mine")
    funnel("deal add Door -p mine")
    funnel("advance", 2)
    changed = MINE.replace(
        'key = "quote"\nname = "Quote"', 'key = "offer"\nwas = "quote"\nname = "Offer"'
    ).replace(
        '[[stage]]\nkey = "offer"',
        '[[stage]]\nkey = "demo"\nname = "Demo"\nphase = "lead"\nkind = "open"\n\n'
        '[[stage]]\nkey = "offer"',
    )
    file.write_text(changed, encoding="utf-8")
    said = funnel("process", "add", file)
    assert "quote -> offer" in said
    assert "2 deals kept" in said
    assert stages(funnel) == ["first", "demo", "offer", "order"]
    assert funnel("deal", "show", "door", "--json").json["stage"] == "offer"
    reached = {
        row["stage"]: row["reached"] for row in funnel("show", "mine", "--json").json["stages"]
    }
    assert reached == {"first": 2, "demo": 1, "offer": 1, "order": 0}
    # A stage that a deal has been in cannot go; one that none has been in can.
    file.write_text(changed.replace('key = "demo"', 'key = "trial"'), encoding="utf-8")
    assert "removed: demo" in funnel("process", "add", file)
    without = (
        MINE[: MINE.index('[[stage]]\nkey = "quote"')]
        + MINE[MINE.index('[[stage]]\nkey = "order"') :]
    )
    file.write_text(without, encoding="utf-8")
    assert "has been in the stage offer" in funnel("process", "add", file, exit=3).stderr
    assert stages(funnel) == ["first", "trial", "offer", "order"]
    funnel("undo")
    assert stages(funnel) == ["first", "demo", "offer", "order"]


def test_a_dry_run_changes_nothing(funnel: Run, file: Path) -> None:
    funnel("process", "add", file, "--dry-run")
    funnel("process", "show", "mine", exit=4)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('kind = "won"', 'kind = "open"', "exactly one stage of the kind won"),
        ('key = "quote"', 'key = "first"', "key of two stages"),
        ('phase = "lead"', 'phase = "led"', "phase must be one of"),
        ("probability = 20", "probability = 120", "from 0 to 100"),
        ('key = "mine"', 'key = "My Way"', "lower-case letters"),
        ('name = "Quote"\n', "", "name is missing"),
        ("required = true", 'kind = "choice"', "choices go with"),
        ("[[stage]]", "[[stage]", "not valid TOML"),
        ('key = "order"\nname = "Order"', 'key = "order"\nwas = "quote"\nname = "Order"', "taken"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(
    funnel: Run, file: Path, old: str, new: str, fault: str
) -> None:
    file.write_text(MINE.replace(old, new), encoding="utf-8")
    for verb in ("check", "add"):
        assert fault in funnel("process", verb, file, exit=2).stderr
    funnel("process", "show", "mine", exit=4)


def test_a_process_with_deals_cannot_go(funnel: Run, file: Path) -> None:
    funnel("process", "add", file)
    funnel("deal add Roof -p mine")
    funnel("process", "remove", "mine", exit=3)
    funnel("deal", "remove", 1)
    funnel("process", "remove", "mine")
    funnel("process", "show", "mine", exit=4)
    funnel("process", "remove", "nosuch", exit=4)
