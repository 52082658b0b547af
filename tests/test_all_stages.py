"""A deal of each process, and one of a process of the user's own, through all of its stages.

At every stage ``--strict`` first refuses and names what is missing; the work of the stage is
done, and it passes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conftest import Clock, Run

Work = list[list[str | int]]


def refused(funnel: Run, *command: str | int, missing: str) -> None:
    """The command is refused with exit 3, names what is missing, and changes nothing."""
    before = funnel("deal show 1 --json").json
    error = funnel(*command, "--strict", exit=3).stderr
    assert missing in error
    assert funnel("deal", "show", 1, "--json").json == before


def answer_all(funnel: Run, deal: int = 1) -> None:
    """Answer every question of the deal's stage with something of the right kind."""
    words = {
        "text": "as they said",
        "number": "12,5",
        "money": "1.250,00 EUR",
        "date": "2026-11-24",
        "yesno": "yes",
    }
    sheet: dict[str, Any] = funnel("deal", "ask", deal, "--json").json
    options = []
    for question in sheet["questions"]:
        if question["answer"] is None:
            value = (question["choices"] or [words.get(question["kind"])])[0]
            options += ["--answer", f"{question['key']}={value}"]
    after = funnel("deal", "ask", deal, *options, "--json").json
    assert after["missing"] == []


def open_criteria(funnel: Run, deal: int = 1) -> list[str]:
    """The criteria of the deal's stage that are not met."""
    shown = funnel("deal", "show", deal, "--json").json["criteria"]
    return [criterion["key"] for criterion in shown if not criterion["met"]]


def stage(funnel: Run, deal: int = 1) -> str:
    """The key of the stage that the deal is in."""
    return str(funnel("deal", "show", deal, "--json").json["stage"])


def test_a_deal_of_the_sales_cycle(funnel: Run, clock: Clock) -> None:
    funnel("contact", "add", "Eva Roth")
    funnel("deal add 'Press line' -c 1 --stage positioning --value 18000")

    refused(funnel, "advance", 1, missing="product")
    funnel("product add P-1 Press --price 18000 --vat 19")
    funnel("advance", 1, "--strict")

    refused(funnel, "advance", 1, missing="verdict")
    funnel("deal qualify 1 --framework meddic --answer champion=Roth")
    refused(funnel, "advance", 1, missing="verdict")
    funnel("deal qualify 1 --verdict pursue --profile need=5")
    funnel("advance", 1, "--strict")

    refused(funnel, "advance", 1, missing="questions")
    answer_all(funnel)
    funnel("advance", 1, "--strict")

    refused(funnel, "advance", 1, missing="an offer sent")
    number = funnel("offer add 1 --json").json["number"]
    funnel("offer", "line", number, "P-1")
    refused(funnel, "advance", 1, missing="an offer sent")
    funnel("offer", "send", number)
    funnel("advance", 1, "--strict")

    funnel("objection add 1 price 'too expensive'")
    refused(funnel, "win", 1, missing="objection")
    funnel("objection answer 1 'it pays in a year' --resolved")
    funnel("win", 1, "--strict")

    assert open_criteria(funnel) == ["contract_or_accepted_offer"]
    refused(funnel, "advance", 1, missing="contract")
    funnel("contract add 1 --number C-1")
    funnel("advance", 1, "--strict")

    refused(funnel, "advance", 1, missing="milestones")
    clock.advance(days=70)
    late = funnel("today", "--json").json["milestones"]
    assert [milestone["deal"] for milestone in late] == ["Press line"] * 6
    for milestone in funnel("milestone list is:open --json").json:
        done = funnel("milestone", "done", milestone["id"])
    assert "funnel advance 1" in done
    assert funnel("today", "--json").json["milestones"] == []
    funnel("advance", 1, "--strict")

    assert (stage(funnel), open_criteria(funnel)) == ("care", [])
    funnel("care set 1 --every 90d")
    funnel("care score 1 9")
    funnel("care refer 1 'Jana Vogt'")
    made = funnel("deal renew 1 --kind repeat --json").json
    assert (made["previous_deal_id"], made["kind"], made["stage"]) == (1, "repeat", "qualification")


def test_a_deal_of_the_field_sales_funnel(funnel: Run) -> None:
    funnel("contact", "add", "Hans Müller")
    add = ("deal", "add", "Roof", "-c", 1, "--process", "funnel", "--value", 9000)
    funnel(*add, "--at", "2026-11-24 08:00")

    refused(funnel, "advance", 1, missing="the visit")
    funnel("visit add 1 --deal 1 --outcome not_met")
    refused(funnel, "advance", 1, missing="the visit")
    funnel("visit add 1 --deal 1 --type first")
    funnel("advance", 1, "--strict")

    for _conversation in range(2):
        refused(funnel, "advance", 1, missing="questions")
        answer_all(funnel)
        funnel("advance", 1, "--strict")

    refused(funnel, "advance", 1, missing="presentation")
    funnel("visit add 1 --deal 1 --type presentation")
    funnel("advance", 1, "--strict")

    refused(funnel, "advance", 1, missing="questions")
    answer_all(funnel)
    funnel("advance", 1, "--strict")

    refused(funnel, "win", 1, missing="an offer handed over")
    funnel("product add P-1 Roof --price 9000 --vat 19")
    number = funnel("offer add 1 --json").json["number"]
    funnel("offer", "line", number, "P-1")
    funnel("offer", "send", number)
    funnel("win", 1, "--strict")

    close = ("farewell", 1, "--personal-contact", "Eva Roth", "--card")
    refused(funnel, *close, missing="order or contract")
    funnel("contract add 1 --number C-1")
    refused(funnel, *close, missing="withdrawal instruction")
    funnel("contract edit C-1 --instruction-on today")
    refused(funnel, *close, missing="report")
    funnel(*close, "--said", "Thanked, signed, coffee.", "--strict")

    shown = funnel("deal show 1 --json").json
    assert (shown["stage"], shown["status"]) == ("farewell", "won")
    assert open_criteria(funnel) == []
    assert [row["what"] for row in shown["story"]][-1] == "farewell"
    assert "farewell: Eva Roth named" in funnel("deal", "show", 1)


def test_a_farewell_after_a_no(funnel: Run) -> None:
    funnel("contact", "add", "Hans Müller")
    funnel("deal add Roof -c 1 --process funnel --at 2026-11-20")
    refused(funnel, "farewell", 1, "--personal-contact", "Eva", missing="not decided")
    funnel("visit add 1 --deal 1 --at '2026-11-23 10:00'")
    funnel("lose 1 --reason need", exit=2)
    funnel("lose 1 --reason no_budget --at '2026-11-23 11:00'")
    said = ("--said", "A friendly no.", "--at", "2026-11-23 11:05")
    funnel("farewell", 1, "--personal-contact", "Eva", *said, "--strict")
    shown = funnel("deal show 1 --json").json
    assert (shown["stage"], shown["status"]) == ("farewell", "lost")
    assert funnel("visit", "list", "--json=said").json == [{"said": "A friendly no."}]
    funnel("undo")
    assert funnel("visit", "list", "--json=said").json == [{"said": None}]
    assert stage(funnel) == "visit"


OWN = """
key = "own"
name = "Our way"
withdrawal_days = 14

[[stage]]
key = "range_set"
name = "Range"
phase = "preparation"
kind = "outside"
exit = [{ key = "product_on_file", en = "a product" }]

[[stage]]
key = "first_call"
name = "First call"
phase = "lead"
kind = "open"
probability = 10
exit = [{ key = "visit_logged", en = "a call" }, { key = "on_time", en = "we were on time" }]

[[stage]]
key = "sizing_up"
name = "Sizing up"
phase = "lead"
kind = "open"
probability = 20
exit = [{ key = "verdict", en = "a verdict" }]

[[stage]]
key = "listening"
name = "Listening"
phase = "lead"
kind = "open"
probability = 30
exit = [{ key = "questions_answered", en = "the questions" }]

[[stage.question]]
key = "grade"
text = "Which grade?"
kind = "choice"
choices = ["A", "B"]
required = true

[[stage.question]]
key = "area"
text = "How large?"
kind = "number"
required = true

[[stage.question]]
key = "hobby"
text = "What do they like?"

[[stage]]
key = "showing"
name = "Showing"
phase = "opportunity"
kind = "open"
probability = 40
exit = [{ key = "presentation_held", en = "a presentation" }]

[[stage]]
key = "pricing"
name = "Pricing"
phase = "opportunity"
kind = "open"
probability = 60
exit = [
  { key = "offer_sent", en = "an offer" },
  { key = "objections_resolved", en = "no objection" },
]

[[stage]]
key = "signing"
name = "Signing"
phase = "customer"
kind = "won"
exit = [
  { key = "decision", en = "a decision" },
  { key = "contract_or_accepted_offer", en = "a contract" },
  { key = "withdrawal_instruction", en = "the instruction" },
]

[[stage]]
key = "building"
name = "Building"
phase = "customer"
kind = "post"
exit = [{ key = "milestones_done", en = "the milestones" }]

[[stage]]
key = "keeping"
name = "Keeping"
phase = "customer"
kind = "post"
exit = [{ key = "care_planned", en = "the next contact" }]

[[stage]]
key = "goodbye"
name = "Goodbye"
phase = "closing"
kind = "outside"
exit = [{ key = "report_written", en = "a report" }]

[[milestone]]
key = "built"
name = "Built"
days = 10

[[milestone]]
key = "paid"
name = "Paid"
days = 20
"""

# What is typed at each stage of OWN until it can be left, with what is named as missing before.
OWN_WORK: list[tuple[str, Work]] = [
    ("a product", [["product", "add", "P-1", "Roof", "--price", 9000, "--vat", 19]]),
    ("a call", [["visit", "add", 1, "--deal", 1, "--channel", "phone"]]),
    ("we were on time", [["deal", "tick", 1, "on_time"]]),
    ("a verdict", [["deal", "qualify", 1, "--framework", "ours", "--verdict", "pursue"]]),
    ("the questions", [["deal", "ask", 1, "--answer", "grade=b", "--answer", "area=12.5"]]),
    ("a presentation", [["visit", "add", 1, "--deal", 1, "--type", "presentation"]]),
    (
        "an offer",
        [
            ["offer", "add", 1],
            ["offer", "line", "2026-0001", "P-1"],
            ["offer", "send", "2026-0001"],
            ["objection", "add", 1, "price"],
        ],
    ),
    ("no objection", [["objection", "answer", 1, "worth it", "--resolved"]]),
    ("a contract", [["contract", "add", 1, "--number", "C-1"]]),
    ("the instruction", [["contract", "edit", "C-1", "--instruction-on", "today"]]),
    ("the milestones", [["milestone", "done", "built"], ["milestone", "done", "paid"]]),
    ("the next contact", [["care", "set", 1, "--every", "6w"]]),
]


def test_ten_stages_of_ones_own(funnel: Run, add_process: Run, tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(
        '[[questionnaire]]\nkey = "ours"\nkind = "qualification"\nname = "Ours"\n'
        'question = [{ key = "sun", en = "Is there sun?" }]\n',
        encoding="utf-8",
    )
    add_process(OWN)
    funnel("questionnaire", "add", str(tmp_path / "ours.toml"))
    funnel("contact", "add", "Hans Müller")
    funnel("deal add Roof -c 1 -p own --stage range_set --value 9000")
    been = [stage(funnel)]
    for missing, work in OWN_WORK:
        here = stage(funnel)
        forward = ("win", 1) if here == "pricing" else ("advance", 1)
        refused(funnel, *forward, missing=missing)
        for command in work:
            funnel(*command)
        if not open_criteria(funnel):
            funnel(*forward, "--strict")
            been.append(stage(funnel))
    assert len(been) == 10
    assert been[-1] == "goodbye"
    assert open_criteria(funnel) == ["report_written"]
    close = ("farewell", 1, "--personal-contact", "Eva")
    refused(funnel, *close, missing="a report")
    funnel(*close, "--said", "Done.", "--strict")
    assert open_criteria(funnel) == []


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["care", "score", 1, 11], 2),
        (["care", "score", 1, 0, "--kind", "csat"], 2),
        (["care", "score", 1, "ten"], 2),
        (["care", "score", 1, 9, "--at", "2027-01-01"], 2),
        (["care", "set", 1, "--every", "0d"], 2),
        (["care", "set", 1, "--every", "sometimes"], 2),
        (["care", "refer", 1, "--existing", 1], 3),
        (["care", "refer", 1, ""], 2),
        (["care", "complain", 1, " "], 2),
        (["deal", "qualify", 1, "--score", "need=6"], 2),
        (["deal", "qualify", 1, "--score", "need=-1"], 2),
        (["deal", "qualify", 1, "--score", "weather=3"], 4),
        (["deal", "qualify", 1, "--answer", "need"], 2),
        (["deal", "qualify", 1, "--evidence", "need=a letter"], 2),
        (["deal", "qualify", 1, "--verdict", "maybe"], 2),
        (["deal", "qualify", 1, "--verdict", "drop"], 2),
        (["deal", "qualify", 1, "--verdict", "park", "--reason", "x"], 2),
        (["deal", "qualify", 1, "--verdict", "park", "--reason", "x", "--until", "today"], 2),
        (["deal", "qualify", 1, "--framework", "weather"], 4),
        (["deal", "qualify", 1, "--framework", "profile"], 2),
        (["deal", "qualify", 1, "--score", "need=3", "--at", "2026-01-01"], 3),
        (["deal", "qualify", 1, "--score", "need=3", "--at", "2027-01-01"], 2),
        (["deal", "ask", 1, "--stage", "needs", "--answer", "budget=plenty"], 2),
        (["deal", "ask", 1, "--answer", "weather=fine"], 4),
        (["deal", "ask", 1, "--read", "nowhere.md"], 1),
        (["deal", "tick", 1, "verdict"], 3),
        (["deal", "tick", 1, "weather"], 4),
        (["deal", "renew", 1], 3),
        (["deal", "renew", 1, "--kind", "new"], 2),
        (["milestone", "add", 1, " "], 2),
        (["milestone", "done", 1], 4),
        (["farewell", 1, "--personal-contact", "Eva"], 3),
        (["profile", "set", "Weather", "Sunny?"], 2),
        (["profile", "set", "industry", "--weight", 11], 2),
        (["profile", "set", "weather", "--weight", 3], 2),
        (["profile", "remove", "weather"], 4),
        (["questionnaire", "remove", "profile"], 3),
        (["questionnaire", "show", "bant", "--version", 7], 4),
    ],
)
def test_bad_input_changes_nothing(funnel: Run, command: list[str | int], code: int) -> None:
    funnel("contact", "add", "Eva Roth")
    funnel("deal add Roof -c 1 --at 2026-11-01")
    before = funnel("history", "--json").json
    assert funnel(*command, exit=code).stderr.count("\n") >= 2
    assert funnel("history", "--json").json == before
