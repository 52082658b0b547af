"""Exit criteria: found out from the records, shown, warned of, and blocking where asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import Run
from funnelcli.actions import criteria
from funnelcli.processes import reading

SHIPPED = ("cycle", "funnel")


def shipped(key: str) -> reading.Process:
    """A process that comes with the program."""
    return reading.read_file(str(Path(reading.__file__).with_name(f"{key}.toml")))


# One stage with every criterion there is; which stage it is says nothing.
HEAD = """
key = "own"
name = "Own"
withdrawal_days = 14
[[stage]]
key = "somewhere"
name = "Somewhere"
phase = "lead"
kind = "{kind}"
exit = [
{exits}]
[[stage.question]]
key = "size"
text = "How large?"
required = true
[[stage.question]]
key = "hobby"
text = "What do they like?"
"""
OTHERS = """
[[stage]]
key = "x{n}"
name = "X{n}"
phase = "customer"
kind = "{kind}"
"""


@pytest.fixture
def one(funnel: Run, add_process: Run) -> Callable[[str], Run]:
    """A deal in a process whose first stage asks for the one criterion given."""

    def make(*keys: str, kind: str = "open") -> Run:
        exits = "".join(f'  {{ key = "{key}", en = "{key} there" }},\n' for key in keys)
        text = HEAD.format(kind=kind, exits=exits)
        text += OTHERS.format(n=1, kind="open") + OTHERS.format(n=2, kind="won")
        add_process(text)
        funnel("contact", "add", "Eva Roth")
        funnel("deal add Roof -c 1 -p own -v 900 --at 2026-11-01")
        return funnel

    return make


def met(funnel: Run) -> bool:
    """Whether the deal's one criterion is met, as JSON has it."""
    (found,) = funnel("deal show 1 --json").json["criteria"]
    return bool(found["met"])


Steps = list[tuple[list[str | int], bool]]
CASES: dict[str, Steps] = {
    "product_on_file": [(["product", "add", "P", "Pump", "--price", 5, "--vat", 19], True)],
    "verdict": [
        (["deal", "qualify", 1, "--score", "need=4"], False),
        (["deal", "qualify", 1, "--verdict", "pursue"], True),
    ],
    "questions_answered": [
        (["deal", "ask", 1, "--answer", "hobby=boats"], False),
        (["deal", "ask", 1, "--stage", "somewhere", "--answer", "size=9"], True),
    ],
    "visit_logged": [
        (["visit", "add", 1, "--deal", 1, "--outcome", "not_met"], False),
        (["visit", "add", 1, "--deal", 1, "--outcome", "declined"], False),
        (["visit", "add", 1, "--deal", "none", "--channel", "phone"], True),
    ],
    "presentation_held": [
        (["visit", "add", 1, "--deal", 1], False),
        (["visit", "add", 1, "--type", "presentation", "--outcome", "not_met"], False),
        (["visit", "add", 1, "--type", "presentation"], True),
    ],
    "offer_sent": [
        (["offer", "add", 1], False),
        (["offer", "line", "2026-0001", "--text", "Roof", "--price", 5, "--vat", 19], False),
        (["offer", "send", "2026-0001"], True),
        (["offer", "revise", "2026-0001"], True),
    ],
    "decision": [(["win", 1], True), (["reopen", 1], False)],
    "milestones_done": [],
    "report_written": [
        (["visit", "add", 1, "--deal", 1], False),
        (["visit", "edit", 1, "--set", "said=fine"], True),
    ],
    "care_planned": [
        (["next", 1, "call some time"], False),
        (["next", 1, "call", "--due", "fri"], True),
        (["step", "done", 2], False),
        (["care", "set", 1, "--every", "90d"], True),
    ],
    "ours": [(["deal", "tick", 1, "ours"], True), (["deal", "tick", 1, "ours", "--clear"], False)],
}


@pytest.mark.parametrize("key", [key for key, steps in CASES.items() if steps])
def test_what_meets_a_criterion(one: Callable[[str], Run], key: str) -> None:
    funnel = one(key)
    assert not met(funnel)
    for command, expected in CASES[key]:
        funnel(*command)
        if key == "decision":
            # The deal is in another stage then: the criterion is asked of the one it left.
            status = funnel("deal", "show", 1, "--json").json["status"]
            assert (status != "open") is expected
        else:
            assert met(funnel) is expected, command
    if key != "decision":
        for _command in CASES[key]:
            funnel("undo")
        assert not met(funnel)


def test_objections(one: Callable[[str], Run]) -> None:
    funnel = one("objections_resolved")
    assert met(funnel)
    funnel("objection", "add", 1, "price", "--pretext")
    assert met(funnel)
    funnel("objection", "add", 1, "risk")
    assert not met(funnel)
    funnel("objection", "answer", 2, "a trial", "--resolved")
    assert met(funnel)


def test_milestones(one: Callable[[str], Run]) -> None:
    funnel = one("milestones_done")
    assert met(funnel)
    funnel("milestone", "add", 1, "roof inspected")
    assert not met(funnel)
    funnel("milestone", "done", 1)
    assert met(funnel)
    funnel("milestone", "edit", 1, "--not-done")
    assert not met(funnel)


def _of_won_stage(funnel: Run, db: str, key: str) -> bool:
    with closing(sqlite3.connect(db)) as conn:
        return criteria._met(conn, key, 1, 0)


def test_contract_and_instruction(one: Callable[[str], Run], db: str) -> None:
    funnel = one("visit_logged")
    for key in ("contract_or_accepted_offer", "withdrawal_instruction"):
        # Neither is due before there is a win.
        assert _of_won_stage(funnel, db, key)
    funnel("win", 1)
    assert not _of_won_stage(funnel, db, "contract_or_accepted_offer")
    assert not _of_won_stage(funnel, db, "withdrawal_instruction")
    funnel("contract", "add", 1, "--number", "C-1")
    assert _of_won_stage(funnel, db, "contract_or_accepted_offer")
    assert not _of_won_stage(funnel, db, "withdrawal_instruction")
    funnel("contract", "edit", "C-1", "--instruction-on", "today")
    assert _of_won_stage(funnel, db, "withdrawal_instruction")


def test_an_accepted_offer_will_do_for_the_contract(one: Callable[[str], Run], db: str) -> None:
    funnel = one("visit_logged")
    funnel("offer", "add", 1)
    funnel("offer", "line", "2026-0001", "--text", "Roof", "--price", 5, "--vat", 19)
    funnel("offer", "send", "2026-0001")
    funnel("win", 1)
    assert not _of_won_stage(funnel, db, "contract_or_accepted_offer")
    funnel("undo")
    funnel("offer", "accept", "2026-0001")
    funnel("win", 1)
    assert _of_won_stage(funnel, db, "contract_or_accepted_offer")


def test_every_key_of_the_shipped_files_is_evaluated_and_has_a_command() -> None:
    used = {leave.key for key in SHIPPED for stage in shipped(key).stages for leave in stage.exits}
    assert used <= set(criteria.EVALUATED)
    assert set(criteria.COMMANDS) == set(criteria.EVALUATED)
    tested = set(CASES) | {
        "objections_resolved",
        "contract_or_accepted_offer",
        "withdrawal_instruction",
        # In test_deal_people.py, with what else is asked about people.
        "decider_known",
    }
    assert set(criteria.EVALUATED) <= tested


@pytest.mark.sqlite("SQLite's plans")
def test_every_criterion_is_found_by_an_index(funnel: Run, db: str) -> None:
    funnel("contact", "add", "Eva Roth")
    with closing(sqlite3.connect(db)) as conn:
        for key, query in criteria.EVALUATED.items():
            plan = conn.execute(f"EXPLAIN QUERY PLAN {query}", {"deal": 1, "stage": 1}).fetchall()
            scans = [row[3] for row in plan if row[3].startswith("SCAN")]
            read = [scan for scan in scans if "CONSTANT" not in scan]
            # Whether there is any product at all is known from the first one.
            assert len(read) == (1 if key == "product_on_file" else 0), (key, plan)


# Warned of, blocked, shown ----------------------------------------------------------------------


def test_advancing_without_warns_and_goes_on(one: Callable[..., Run]) -> None:
    funnel = one("visit_logged", "verdict")
    result = funnel("advance", 1)
    assert "Somewhere was left without: visit_logged there; verdict there" in result.stderr
    assert "Somewhere → X1" in result
    # What is behind is behind: the next stage asks for nothing.
    assert "left without" not in funnel("win", 1, "--strict").stderr


def test_strict_is_a_setting_too(one: Callable[..., Run]) -> None:
    funnel = one("visit_logged")
    strict = {"FUNNEL_STRICT": "true"}
    error = funnel("advance", 1, env=strict, exit=3)
    assert "funnel guide 1" in error.stderr
    funnel("win", 1, env=strict, exit=3)
    assert funnel("deal", "show", 1, "--json=stage").json["stage"] == "somewhere"
    funnel("config", "set", "strict", "true")
    funnel("advance", 1, exit=3)
    funnel("advance", 1, "--no-strict")
    assert funnel("deal", "show", 1, "--json=stage").json["stage"] == "x1"


def test_the_error_is_told_in_json(one: Callable[..., Run]) -> None:
    funnel = one("visit_logged")
    result = funnel("advance", 1, "--strict", "--json", exit=3)
    assert '"message": "Roof cannot leave Somewhere yet; missing: visit_logged there.' in (
        result + result.stderr
    )


def test_losing_and_going_back_ask_for_nothing(one: Callable[..., Run]) -> None:
    funnel = one("visit_logged")
    strict = {"FUNNEL_STRICT": "true"}
    funnel("advance", 1)
    funnel("back", 1, "--reason", "too early", env=strict)
    funnel("lose", 1, "--reason", "price", env=strict)
    assert funnel("deal", "show", 1, "--json").json["criteria"] == []


def test_a_tick_belongs_to_its_stage(one: Callable[..., Run]) -> None:
    funnel = one("ours")
    funnel("deal", "tick", 1, "ours", "--note", "by phone", "--at", "2026-11-20")
    funnel("deal", "tick", 1, "ours", exit=3)
    funnel("advance", 1, "--strict")
    funnel("deal", "tick", 1, "ours", exit=4)
    funnel("back", 1, "--reason", "again")
    assert met(funnel)
    funnel("deal", "tick", 1, "ours", "--clear")
    funnel("deal", "tick", 1, "ours", "--clear", exit=3)
    funnel("deal", "tick", 1, "ours", "--at", "2026-10-01", exit=3)


def test_the_guide_says_what_to_do(one: Callable[..., Run]) -> None:
    funnel = one("visit_logged", "questions_answered", "ours")
    made: dict[str, Any] = funnel("guide", 1, "--json").json
    assert made["next"] == [
        "funnel visit add 1 --deal 1",
        "funnel deal ask 1",
        "funnel deal tick 1 ours",
        'funnel next 1 "..." --due fri',
    ]
    assert [row["met"] for row in made["criteria"]] == [False, False, False]
    assert [row["key"] for row in made["questions"]] == ["size", "hobby"]
    for width in (20, 60, 120):
        screen = funnel("guide", 1, tty=True, width=width, env={"NO_COLOR": "1"})
        longest = max(map(len, screen.lines))
        # A command is never cut: it is there to be copied.
        assert longest <= max(width, len("funnel visit add CONTACT --deal 1"))
    funnel("visit", "add", 1, "--deal", 1)
    funnel("deal", "ask", 1, "--answer", "size=9")
    funnel("deal", "tick", 1, "ours")
    funnel("next", 1, "call")
    assert funnel("guide", 1, "--json").json["next"] == ["funnel advance 1"]
    funnel("advance", 1)
    assert funnel("guide", 1, "--json").json["next"] == ["funnel win 1"]
    funnel("win", 1)
    assert funnel("guide", 1, "--json").json["next"] == [
        "funnel care set 1 --every 90d",
        "funnel deal renew 1",
    ]


def test_the_guide_of_every_shipped_stage(funnel: Run) -> None:
    funnel("contact", "add", "Eva Roth")
    number = 0
    for process in SHIPPED:
        for stage in shipped(process).stages:
            if stage.kind in ("won", "post"):
                continue
            made = funnel("deal", "add", "Roof", "-c", 1, "-p", process, "--stage", stage.key)
            assert made
            number += 1
            shown = funnel("guide", number, "--json").json
            assert shown["guidance"] == stage.guidance_en
            assert [row["key"] for row in shown["criteria"]] == [e.key for e in stage.exits]
    german = funnel("guide", 1, env={"FUNNEL_LANGUAGE": "de"}, tty=True, width=160)
    assert "mindestens ein Produkt" in german


def test_the_deal_shows_what_is_met_and_what_is_open(one: Callable[..., Run]) -> None:
    funnel = one("visit_logged", "verdict")
    funnel("visit", "add", 1, "--deal", 1)
    screen = funnel("deal", "show", 1, tty=True, width=100, env={"NO_COLOR": "1"})
    assert "Before it leaves Somewhere" in screen
    assert "funnel deal qualify 1" in screen
    lines = [line for line in screen.lines if "there" in line]
    assert [line.split()[0] for line in lines] == ["fulfilled", "open"]
