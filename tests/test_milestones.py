"""Milestones: made by a win, ticked off, late, and what follows the last one."""

from __future__ import annotations

import pytest

from conftest import Clock, Run


@pytest.fixture
def won(funnel: Run) -> Run:
    """A deal won on 3 November."""
    funnel("contact", "add", "Eva Roth")
    funnel("deal add Roof -c 1 -v 900 --at 2026-10-01")
    funnel("win 1 --at 2026-11-03")
    return funnel


def test_a_win_makes_those_of_its_process(won: Run) -> None:
    made = won("milestone", "list", "--json=name,key,due,done_on").json
    assert made[0] == {
        "name": "Kick-off held",
        "key": "kick_off",
        "due": "2026-11-10",
        "done_on": None,
    }
    assert [row["key"] for row in made][1:] == [
        "delivered",
        "installed",
        "trained",
        "accepted",
        "invoiced",
    ]
    won("undo")
    assert won("milestone", "list", "--json").json == []
    won("redo")
    assert len(won("milestone", "list", "--json").json) == 6


def test_winning_again_makes_none_again(won: Run) -> None:
    won("milestone done kick-off --at 2026-11-05")
    won("reopen", 1)
    won("win", 1)
    assert len(won("milestone", "list", "--json").json) == 6
    assert len(won("milestone", "list", "is:done", "--json").json) == 1


def test_names_come_in_the_language_of_the_one_who_wins(funnel: Run) -> None:
    funnel("deal add Roof -v 900")
    funnel("win", 1, env={"FUNNEL_LANGUAGE": "de"})
    assert "Auftaktgespräch geführt" in funnel("milestone", "list")


def test_a_stage_after_the_win_makes_them_too(funnel: Run, add_process: Run) -> None:
    text = funnel("process", "export", "cycle")
    head, _mark, rest = text.partition("\n[[milestone]]")
    add_process(head)
    funnel("deal add Roof -v 900 --at 2026-10-01")
    funnel("win 1 --at 2026-11-03")
    assert funnel("milestone", "list", "--json").json == []
    add_process(head + _mark + rest)
    funnel("advance", 1)
    # Due after the win, however late the stage was entered.
    assert funnel("milestone", "list", "--json").json[0]["due"] == "2026-11-10"


def test_a_template_goes_through_a_file_unchanged(funnel: Run, add_process: Run) -> None:
    text = funnel("process", "export", "funnel")
    assert 'en = "Order confirmed in writing"' in text
    add_process(text)
    assert funnel("process", "export", "funnel") == text


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ('key = "a"\nname = "A"', "days is missing"),
        ('key = "a"\ndays = 3', "name is missing"),
        ('name = "A"\ndays = 3', "key must be"),
        ('key = "a"\nname = "A"\ndays = -1', "from 0 to 3650"),
        ('key = "a"\nname = "A"\ndays = 1\n[[milestone]]\nkey = "a"\nname = "A"\ndays = 1', "two"),
    ],
)
def test_an_unsound_template_is_refused(funnel: Run, lines: str, fault: str) -> None:
    text = funnel("process", "export", "cycle").partition("\n[[milestone]]")[0]
    error = funnel("process", "check", "-", stdin=f"{text}\n[[milestone]]\n{lines}\n", exit=2)
    assert fault in error.stderr


def test_done_on_a_day_and_not_done_after_all(won: Run) -> None:
    made = won("milestone done deliv --at 2026-11-20 --note 'by van' --json")
    assert made.json["done_on"] == "2026-11-20"
    assert made.json["note"] == "by van"
    story = won("deal show 1 --json").json["story"]
    assert ("milestone", "milestone done: Delivered") in [
        (row["what"], row["event"]) for row in story
    ]
    won("milestone", "done", made.json["id"], exit=3)
    won("milestone done invoiced --at 2027-01-01", exit=2)
    won("milestone done invoiced --at 2026-09-01", exit=3)
    won("milestone", "done", "e", exit=5)
    again = won("milestone", "edit", made.json["id"], "--not-done", "--due", "+1w", "--json").json
    assert (again["done_on"], again["done_at"], again["due"]) == (None, None, "2026-12-01")
    won("milestone", "edit", made.json["id"], exit=2)


def test_late_ones_stand_in_todays_view(won: Run, clock: Clock) -> None:
    assert [row["name"] for row in won("today", "--json").json["milestones"]] == ["Kick-off held"]
    screen = won("today", tty=True, env={"NO_COLOR": "1"})
    assert "Late milestones" in screen
    assert "14 days late" in screen
    clock.advance(days=10)
    late = won("milestone list is:late --json=key").json
    assert [row["key"] for row in late] == ["kick_off", "delivered"]
    won("reopen", 1)
    # Nobody is late for a deal that is not won.
    assert won("milestone", "list", "is:late", "--json").json == []
    assert won("today", "--json").json["milestones"] == []


def _all_but_one(funnel: Run) -> int:
    ids = [row["id"] for row in funnel("milestone", "list", "--json").json]
    for number in ids[:-1]:
        funnel("milestone", "done", number)
    return int(ids[-1])


def test_the_last_one_offers_the_next_stage(won: Run) -> None:
    won("advance", 1)
    last = _all_but_one(won)
    asked = won("milestone", "done", last, tty=True, stdin="y\n")
    assert "On to Customer care?" in asked.stderr
    assert won("deal", "show", 1, "--json=stage").json["stage"] == "care"
    won("undo")
    assert won("deal", "show", 1, "--json=stage").json["stage"] == "delivery"
    declined = won("milestone", "done", last, tty=True, stdin="\n")
    assert "funnel advance 1" in declined
    assert won("deal", "show", 1, "--json=stage").json["stage"] == "delivery"
    won("undo")
    assert "funnel advance 1" in won("milestone", "done", last)


def test_outside_delivery_nothing_is_offered(won: Run) -> None:
    last = _all_but_one(won)
    result = won("milestone", "done", last, tty=True)
    assert "?" not in result.stderr
    assert "All milestones of Roof are done" in result


def test_ones_of_ones_own(won: Run) -> None:
    line = won("milestone add 1 'meter changed' --due +2w")
    assert line.startswith("Milestone 7: meter changed, for Roof, due 2026-12-08")
    assert won("milestone", "add", 1, "x", "-q") == "8\n"
    found = won("milestone list roof meter --json=name,position").json
    assert found == [{"name": "meter changed", "position": 7}]
    assert won("milestone", "list", "due:..2026-11-30", "--json=key").json == [{"key": "kick_off"}]
    won("milestone remove 7 8")
    won("milestone remove 1 2 3", exit=2)
    won("milestone remove 1 2 3 --yes")
    assert len(won("deal", "show", 1, "--json").json["milestones"]) == 3


def test_every_form_of_the_list(won: Run) -> None:
    for form in ("--csv", "--tsv", "--jsonl", "--md", "--html"):
        assert "Kick-off held" in won("milestone", "list", form)
    assert won("milestone", "list", "--ids").lines == ["1", "2", "3", "4", "5", "6"]
    screen = won("milestone", "list", tty=True, width=40, env={"NO_COLOR": "1"})
    assert max(map(len, screen.lines)) <= 40
    assert won("milestone", "list", "--sort", "-due", "--limit", 1, "--ids") == "6\n"


def test_removing_the_deal_takes_them_along(won: Run) -> None:
    won("deal", "remove", 1, "--yes")
    assert won("milestone", "list", "--json").json == []
    won("undo")
    assert len(won("milestone", "list", "--json").json) == 6


def test_those_of_a_deal_that_is_not_won_are_neither_late_nor_due(won: Run, clock: Clock) -> None:
    clock.set("2026-12-20 09:00")
    assert "late" in won("milestone list", tty=True, width=120)
    won("milestone done 1")
    won("deal edit 1 --revocable-until 2026-12-31")
    # Withdrawn or lost, open again, or not won yet: wherever milestones are shown.
    for command, state in (
        ("withdraw 1", "lapsed"),
        ("reopen 1", "deal not won"),
        ("lose 1 --reason price", "lapsed"),
    ):
        won(*command.split())
        for view in ("milestone list", "deal show 1"):
            shown = won(view, tty=True, width=160)
            assert state in shown
            assert "days late" not in shown
        assert won("milestone list is:late --ids") == ""
        assert won("today --json").json["milestones"] == []
        kinds = [row["kind"] for row in won("agenda --days 60 --json").json]
        assert "milestone" not in kinds
        open_ones = won("milestone list is:open --ids")
        assert (open_ones == "") == (state == "lapsed")
    assert won("milestone list is:done --ids") == "1\n"
