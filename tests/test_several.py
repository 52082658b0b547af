"""Commands over all records that a filter finds."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Dump, Run
from funnelcli.db.connection import connect
from funnelcli.nouns.deal import DEAL
from funnelcli.prompt.completion import candidates
from funnelcli.prompt.line import read
from funnelcli.queries.lists import in_turn


def filled(funnel: Run) -> None:
    """Four deals, with a step each."""
    for title, tag in (("Roof", "a"), ("Wall", "a"), ("Door", "b"), ("Gate", "b")):
        deal = funnel("deal", "add", title, "--tag", tag, "-q").strip()
        funnel("step", "add", deal, f"call about the {title}", "--due", "+2d")


def test_a_filter_in_the_place_of_a_deal_changes_all_that_it_finds(
    funnel: Run, state: Callable[[], Dump]
) -> None:
    filled(funnel)
    before = state()
    refused = funnel("deal edit tag:a --probability 40", exit=2).stderr
    assert (
        refused == "Error: Nobody can be asked here: Change these 2 records?\nConfirm with --yes.\n"
    )
    dry = funnel("deal edit tag:a --probability 40 --dry-run")
    assert dry.lines == [
        "Wall: changed probability",
        "Roof: changed probability",
        "Dry run: nothing was changed.",
    ]
    assert state() == before
    entries = len(funnel("history --json").json)
    changed = funnel("deal edit tag:a roof --probability 40 --yes --json").json
    assert [deal["id"] for deal in changed] == [1]
    funnel("undo")
    changed = funnel("deal edit -y -tag:a --probability 40 --json=id,probability").json
    assert changed == [{"id": 4, "probability": 40}, {"id": 3, "probability": 40}]
    assert len(funnel("history --json").json) == entries + 3
    funnel("undo")
    assert state() == before


def test_what_a_filter_finds_is_shown_and_asked_for(funnel: Run) -> None:
    filled(funnel)
    said = funnel("deal edit tag:a --tag c", tty=True, stdin="n\n", exit=130)
    assert "1  Roof" in said.stderr
    assert "Change these 2 records?" in said.stderr
    # What each was and would be, looked at beside a transaction that is taken back.
    assert [line.split() for line in said.stderr.splitlines() if "Tags" in line] == [
        ["1", "Roof", "Tags", "a", "a,", "c"],
        ["2", "Wall", "Tags", "a", "a,", "c"],
    ]
    dry = funnel("deal edit tag:a --close 2026-12-24 --dry-run", tty=True)
    assert dry.count("Dec 24, 2026") == 2
    assert funnel("deal list tag:c") == ""
    funnel("deal edit tag:a --tag c", tty=True, stdin="y\n")
    assert len(funnel("deal list tag:c").lines) == 2
    none = funnel("deal edit tag:nobody --tag c --yes")
    assert none == "Nothing fits these filters.\n"
    assert funnel("deal edit tag:nobody --tag c --yes --json").json == []
    assert "There is no" not in none.stderr
    assert "has no choice" in funnel("deal edit stage:nowhere --tag c -y", exit=2).stderr


def test_one_that_cannot_be_changed_leaves_all_as_they_were(
    funnel: Run, state: Callable[[], Dump]
) -> None:
    filled(funnel)
    funnel("win 2 --value 1k")
    before = state()
    # A verb that is for open deals leaves the others alone.
    assert funnel("lose tag:a --reason price --yes").startswith("Roof: lost")
    funnel("undo")
    refused = funnel("deal back tag:a,b --reason again --yes", exit=3).stderr
    assert refused.startswith("Error: Wall · won: The deal Wall is won.")
    assert state() == before


def test_the_same_for_the_other_records(funnel: Run, state: Callable[[], Dump]) -> None:
    filled(funnel)
    funnel("contact add Ada --town Ulm")
    funnel("contact add Eva --town Ulm")
    funnel("product add Cable --number 2 --price 10 --vat 19")
    funnel("product add Pipe --number 1 --price 10 --vat 19")
    before = state()
    done = funnel("step done due:..+2d wall --yes")
    assert done == "Done: call about the Wall\n"
    assert funnel("step done 2", exit=None).exit_code != 0
    funnel("undo")
    assert len(funnel("step edit is:open --due +1w -y").lines) >= 4
    funnel("undo")
    assert len(funnel("contact edit town:ulm --tag near -y").lines) == 2
    funnel("undo")
    changed = funnel("product edit name:cable --unit hour -y --json").json
    assert [product["id"] for product in changed] == [1]
    funnel("undo")
    assert "Remove 1 deal?" in funnel("deal remove roof tag:a", exit=2).stderr
    funnel("deal remove roof tag:a --yes")
    assert len(funnel("deal list").lines) == 3
    funnel("undo")
    assert len(funnel("deal advance tag:b -y").lines) == 2
    funnel("undo")
    assert state() == before


def test_a_name_with_a_colon_stays_a_name(funnel: Run) -> None:
    funnel("deal", "add", "Stage: two")
    funnel("deal", "add", "http://roof.example")
    funnel("deal", "edit", "Stage: two", "--tag", "a")
    funnel("deal", "edit", "http://roof.example", "--tag", "a")
    assert len(funnel("deal list tag:a").lines) == 2


def test_a_filter_in_a_batch(funnel: Run, tmp_path: Path) -> None:
    filled(funnel)
    file = tmp_path / "lines"
    file.write_text(
        "deal edit tag:a --tag c\ndeal edit tag:a --tag c --yes\nstep done is:open -y\n"
    )
    found = [json.loads(line) for line in funnel("batch", file, exit=6).lines]
    assert [(one["ok"], sorted(one["ids"])) for one in found] == [
        (False, []),
        (True, [1, 2]),
        (True, [1, 2, 3, 4]),
    ]
    funnel("undo")
    assert funnel("deal list tag:c") == ""


def test_lost_deals_are_opened_again_and_visits_edited_by_a_filter(
    funnel: Run, state: Callable[[], Dump]
) -> None:
    filled(funnel)
    funnel("lose tag:a --reason price -y")
    for title in ("Roof", "Door"):
        funnel("log", title, "spoke")
    before = state()
    assert funnel("reopen is:lost -n").lines[-1] == "Dry run: nothing was changed."
    opened = funnel("reopen is:lost --next call --due +1d -y --json=id,status").json
    assert opened == [{"id": 2, "status": "open"}, {"id": 1, "status": "open"}]
    funnel("undo")
    assert state() == before
    edited = funnel("visit edit date:today --set mood=4 -y --json=mood").json
    assert edited == [{"mood": 4}, {"mood": 4}]
    funnel("undo")
    assert "Say with options" in funnel("visit edit date:today -y", exit=2).stderr
    assert state() == before


def test_filters_are_completed_in_the_place_of_a_record(
    funnel: Run, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(funnel)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def offered(*words: str) -> list[str]:
        line = read(words)
        assert line is not None
        return [value for value, _text in candidates(line)]

    assert offered("deal", "edit", "ro") == ["Roof"]
    assert "stage:" in offered("deal", "edit", "sta")
    assert offered("advance", "tag:a", "stage:qualif") == ["stage:qualification"]
    assert "-tag:" in offered("contact", "edit", "-ta")
    assert offered("step", "done", "due:toda") == ["due:today"]
    assert offered("deal", "edit", "1", "sta") == []


@pytest.mark.sqlite("opens the file itself")
def test_records_read_at_once_come_in_turn_and_have_what_they_share_once(
    funnel: Run, db: str
) -> None:
    for title in ("Roof", "Wall box", "Battery"):
        funnel("deal", "add", title, "--product", "solar panels")
    with closing(connect(db)) as conn:
        found = in_turn(conn, DEAL, [3, 1, 2, 3])
    assert [deal.title for deal in found] == ["Battery", "Roof", "Wall box", "Battery"]
    assert len({id(deal.product) for deal in found}) == 1
