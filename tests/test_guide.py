"""What the guide proposes: what is really next, as a command that can be typed as it stands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from conftest import Clock, Run

# What a person has to put in before a proposed line can be typed.
ANSWERS = {"date": "2026-12-01", "yesno": "yes"}
PUT_IN = {"...": "spoke to her", "DATE": "2026-11-24", "PRODUCT": "P1"}


@pytest.fixture
def deal(funnel: Run) -> Run:
    """A deal of Eva Roth, at the offer, with what comes before on record."""
    funnel("config set vat 19")
    funnel("product add P1 Panel --price 100")
    funnel("contact add 'Eva Roth'")
    funnel("deal add Roof -c 1 --stage offer")
    return funnel


def proposed(funnel: Run, deal_id: int = 1) -> list[str]:
    found = funnel("guide", deal_id, "--json").json["next"]
    assert isinstance(found, list)
    return found


def test_an_offer_is_filled_sent_asked_about_and_won(deal: Run, clock: Clock) -> None:
    assert proposed(deal)[-2] == "funnel offer add 1" or "funnel offer add 1" in proposed(deal)
    deal("offer add 1")
    number = deal("offer list --json").json[0]["number"]
    assert f"funnel offer line {number} PRODUCT" in proposed(deal)
    assert "funnel offer add 1" not in proposed(deal)
    deal("offer", "line", number, "P1", "-n", 12)
    assert proposed(deal)[0] == f"funnel offer send {number}"
    deal("offer", "send", number, "--until", "2026-12-11")
    first = proposed(deal)[0]
    assert first == f"funnel next 1 'ask about offer {number}' --due 2026-12-11"
    deal(*shlex.split(first)[1:])
    # With the step there, the way goes on, and on its day the step comes first.
    assert not any(line.startswith("funnel next") for line in proposed(deal))
    clock.advance(days=17)
    assert proposed(deal)[0] == "funnel step done 1"
    deal("step done 1")
    clock.advance(days=1)
    assert f"funnel offer revise {number}" in proposed(deal)
    deal("offer", "revise", number)
    deal("offer", "send", number, "--until", "2026-12-31")
    deal("offer", "accept", number)
    assert proposed(deal) == ['funnel win 1 --value "EUR 1200.00"']
    deal(*shlex.split(proposed(deal)[0])[1:])
    assert deal("deal show 1 --json").json["status"] == "won"


def test_a_waiting_offer_is_accepted_rather_than_the_deal_won_without(deal: Run) -> None:
    deal("offer add 1")
    deal("offer line 1 P1")
    number = deal("offer list --json").json[0]["number"]
    deal("offer", "send", number)
    deal("advance 1 --to negotiation")
    assert f"funnel offer accept {number} --win" in proposed(deal)
    assert "funnel win 1" not in proposed(deal)


def test_an_open_objection_is_answered_first(deal: Run) -> None:
    deal("objection add 1 price")
    assert proposed(deal)[0] == 'funnel objection answer 1 "..." --resolved'
    deal("objection answer 1 'pays for itself' --resolved")
    assert "objection" not in " ".join(proposed(deal))


def test_after_a_win_what_is_due_comes_first(deal: Run, clock: Clock) -> None:
    deal("deal edit 1 --value 100")
    deal("win 1")
    deal("advance 1 --to delivery")
    deal("milestone add 1 Installed --due 2026-12-01")
    deal("milestone add 1 Trained --due 2026-11-20")
    ahead = {m["name"]: m["id"] for m in deal("milestone list --json").json}
    assert proposed(deal)[0] == f"funnel milestone done {ahead['Trained']}"
    for milestone in deal("milestone list --json").json:
        deal("milestone", "done", milestone["id"])
    assert proposed(deal) == ["funnel advance 1"]
    deal("advance 1")
    assert "funnel care set 1 --every 90d" in proposed(deal)
    deal("care set 1 --every 30d")
    assert proposed(deal) == ["funnel deal renew 1"]
    clock.advance(days=31)
    assert proposed(deal)[0] == 'funnel log 1 "..."'
    deal("care complain 1 'it leaks'")
    assert proposed(deal)[0] == 'funnel care resolve 1 "..."'


@pytest.mark.parametrize("process", ["cycle", "funnel"])
def test_every_stage_is_left_by_what_the_guide_proposes(funnel: Run, process: str) -> None:
    """Typing what is proposed, again and again, takes a deal from the first stage to the last."""
    funnel("config set vat 19")
    funnel("product add P1 Panel --price 100")
    funnel("contact add 'Eva Roth'")
    funnel("deal", "add", "Roof", "--value", 100, "-c", 1, "-p", process)
    seen = [funnel("deal show 1 --json=stage").json["stage"]]
    typed: list[str] = []
    for _turn in range(60):
        lines = [line for line in proposed(funnel) if line not in typed]
        assert lines, (seen, typed[-5:])
        line = lines[0]
        typed.append(line)
        if line.startswith("funnel deal renew"):
            break
        words = [PUT_IN.get(word, word) for word in shlex.split(line)[1:]]
        words = [{"SKU": "P1", "NAME": "Panel", "AMOUNT": "100"}.get(word, word) for word in words]
        if words[:2] == ["deal", "qualify"]:
            words += ["--verdict", "pursue", "--reason", "fits"]
        if words[:2] == ["deal", "ask"]:
            for one in funnel("guide 1 --json").json["questions"]:
                value = (one.get("choices") or [None])[0] or ANSWERS.get(one["kind"], "1")
                words += ["--answer", f"{one['key']}={value}"]
        if words[0] == "farewell":
            words += ["--card"]
        result = funnel(*words, exit=None)
        assert result.exit_code == 0, (line, words, result.stderr)
        stage = funnel("deal show 1 --json=stage").json["stage"]
        if stage != seen[-1]:
            seen.append(stage)
            typed.clear()
    stages = funnel("process", "show", process, "--json").json["stages"]
    keys = [stage["key"] for stage in stages]
    assert seen == keys[keys.index(seen[0]) :], typed
    assert not re.search("[A-Z]{4}", " ".join(proposed(funnel)))


def test_the_business_has_a_place_before_any_deal(funnel: Run, tmp_path: Path) -> None:
    page = funnel("guide positioning --json").json
    assert page["stage"] == "positioning"
    assert page["missing"] == ["product_on_file", "range", "target_customer"]
    assert page["next"][0] == "funnel product add SKU NAME --price AMOUNT"
    for name in ("Platzierung", "POSITIONING"):
        assert funnel("guide", name, "--json").json == page
    assert funnel("business --json").json == page
    funnel("product add PV Panel --price 400 --vat 19")
    said = funnel('business ask --answer range="roofs" --answer target=hotels')
    assert "Positioning: 2 answers" in said
    page = funnel("guide positioning --json").json
    assert page["missing"] == []
    assert (page["products"], page["priced"]) == (1, 1)
    assert "hotels" in funnel("guide positioning", tty=True)
    # A later answer holds, and the one before it is kept; undo takes it back.
    assert "still open" not in funnel("business ask --answer range=solar")
    held = funnel("business answers --json=key,answer,holds").json
    assert held == [
        {"key": "target_customer", "answer": "hotels", "holds": True},
        {"key": "range", "answer": "solar", "holds": True},
    ]
    before = funnel("business answers --history --columns answer").lines
    assert before == ["roofs", "hotels", "solar"]
    assert "business ask" in funnel("history --limit 1")
    funnel("undo")
    assert "roofs" in funnel("business answers")
    funnel("redo")
    # Printed, filled in and read back.
    page_file = tmp_path / "business.md"
    funnel("business", "ask", "--blank", "--all", "-o", page_file)
    text = page_file.read_text(encoding="utf-8")
    assert "solar" in text
    page_file.write_text(text.replace("solar", "solar and heat"), encoding="utf-8")
    assert "1 answer" in funnel("business", "ask", "--read", page_file)
    assert "solar and heat" in funnel("business answers --csv")
    # On a terminal what is open is asked.
    asked = funnel("business ask", tty=True, stdin="fast\n\n")
    assert "next-best provider" in asked.stderr
    assert "fast" in funnel("business answers")


def test_what_is_said_of_the_business_holds_for_the_deals_of_that_stage(funnel: Run) -> None:
    funnel("business ask --answer range=roofs")
    funnel("deal add Hall --stage positioning")
    asked = {row["key"]: row["answer"] for row in funnel("guide Hall --json").json["questions"]}
    assert asked["range"] == "roofs"
    assert asked["target_customer"] is None
    funnel("deal ask Hall --stage positioning --answer range=halls --at 2026-11-24")
    asked = {row["key"]: row["answer"] for row in funnel("guide Hall --json").json["questions"]}
    assert asked["range"] == "halls"
    assert funnel("business answers --columns answer").lines == ["roofs"]


def test_what_cannot_be_said_of_the_business(funnel: Run) -> None:
    assert "no question" in funnel("business ask --answer nothing=1", exit=4).stderr
    assert "empty" in funnel("business ask --answer range=", exit=2).stderr
    assert "before the first deal" in funnel("business ask --stage offer", exit=4).stderr
    assert funnel("business ask --answer range=a --at tomorrow", exit=2).stderr
    assert funnel("business answers --json").json == []
    funnel("deal add Positioning --value 1")
    # A deal of that name is still there, by its id.
    assert funnel("guide 1 --json").json["title"] == "Positioning"
    german = funnel("guide positioning", tty=True, env={"FUNNEL_LANGUAGE": "de"})
    for word in ("eigene Unternehmen", "Offene Fragen", "Zielprofil", "Preise"):
        assert word in german
