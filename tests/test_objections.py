"""Objections: recorded, answered, and what to say the next time."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import funnelcli
from conftest import Run


@pytest.fixture
def deal(funnel: Run) -> Run:
    """A deal that has moved on a day ago."""
    funnel("contact", "add", "Eva Roth")
    funnel("deal add Roof -c 1 --at 2026-10-01")
    funnel("advance 1 --at 2026-11-20")
    return funnel


def test_an_objection_keeps_the_stage_it_came_at(deal: Run) -> None:
    early = deal("objection add 1 price --at 2026-10-15 --json").json
    now = deal("objection add 1 trust 'never heard of you' --pretext --json").json
    assert (early["stage"], now["stage"]) == ("qualification", "needs")
    assert (early["genuine"], now["genuine"]) == (True, False)
    assert now["wording"] == "never heard of you"
    assert early["raised_on"] == "2026-10-15"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("price", "price"),
        ("Das ist mir zu teuer", "price"),
        ("will sich besprechen", "authority"),
        ("hat schon einen Anbieter", "competitor"),
        ("please send me some material", "info_stall"),
        ("läuft doch", "status_quo"),
    ],
)
def test_the_kind_is_heard_in_both_languages(deal: Run, said: str, kind: str) -> None:
    made = deal("objection", "add", 1, said, "--json").json
    assert made["kind"] == kind
    # A whole sentence is the customer's wording; the catalogue's own name is not.
    assert made["wording"] == (said if len(said.split()) > 4 or kind == "price" != said else None)


def test_an_unknown_kind_lists_the_known_ones(deal: Run) -> None:
    error = deal("objection add 1 weather", exit=2).stderr
    assert "works as it is" in error
    assert deal("objection", "list", "--json").json == []


def test_an_answer_settles_it_or_not(deal: Run) -> None:
    deal("objection add 1 price --at 2026-11-21")
    half = deal("objection answer 1 'pays back in 26 months' --json").json
    assert (half["answer"], half["resolved"]) == ("pays back in 26 months", False)
    done = deal("objection answer 1 --resolved --at 2026-11-22 --json").json
    assert (done["resolved"], done["resolved_at"][:10]) == (True, "2026-11-22")
    assert done["answer"] == "pays back in 26 months"
    deal("objection answer 1 --resolved --at 2026-11-01", exit=3)
    assert deal("objection", "answer", 1, "--unresolved", "--json").json["resolved_at"] is None
    deal("undo")
    assert deal("objection", "list", "is:resolved", "--ids") == "1\n"


def test_before_the_deal_there_was_no_objection(deal: Run) -> None:
    deal("objection add 1 price --at 2026-09-01", exit=3)
    deal("objection add 1 price --at 2026-12-24", exit=2)
    assert deal("objection", "list", "--json").json == []


def test_lists_filter_and_a_deal_shows_its_own(deal: Run) -> None:
    deal("objection add 1 price")
    deal("objection add 1 trust --pretext")
    deal("objection add 1 risk --answer 'a trial' --resolved")
    assert deal("objection", "list", "is:open", "is:genuine", "--ids") == "1\n"
    assert deal("objection", "list", "kind:risk", "--json=answer").json == [{"answer": "a trial"}]
    assert "pretext" in deal("objection", "list", tty=True, width=60)
    shown = deal("deal show 1 --json").json
    assert [found["kind"] for found in shown["objections"]] == ["price", "trust", "risk"]
    assert [e["event"] for e in shown["story"] if e["what"].startswith("objection")] == [
        "objection: price",
        "objection: no trust (pretext)",
        "objection: too risky, tied down",
        "objection resolved: too risky, tied down",
    ]
    deal("objection edit 2 --genuine --kind budget")
    assert deal("objection", "show", 2, "--json").json["kind"] == "budget"
    deal("objection remove 1 2")
    assert deal("objection", "list", "--ids") == "3\n"


def test_an_objection_is_named_by_its_kind_or_what_was_said(deal: Run) -> None:
    deal("deal add Barn -c 1")
    deal("objection add Roof price 'the neighbour pays less'")
    deal("objection add Roof trust")
    deal("objection add Barn price")
    for name, objection in (
        ("trust", 2),
        ("Vertrauen", 2),
        ("roof preis", 1),
        ("neighbour", 1),
        ("barn", 3),
    ):
        shown = deal("objection", "show", name, "--json").json
        assert shown["id"] == objection, name
    assert "fits 2 records" in deal("objection answer price 'it pays off'", exit=5).stderr
    deal("objection answer 1 'it pays off' --resolved")
    # What is settled is not asked about again.
    assert "Barn: price answered, resolved" in deal("objection answer price same --resolved")
    assert "it pays off" in deal("objection answer 'neighbour' --unresolved --json")


def test_own_answers_that_worked_come_first(deal: Run) -> None:
    for text in ("leave it", "pays back", "Pays back"):
        deal("objection", "add", 1, "price", "--answer", text, "--resolved")
    deal("objection add 1 price --answer shrug")
    found = deal("objection suggest 'zu teuer' --json").json
    assert [(row["text"], row["times"]) for row in found[:2]] == [("Pays back", 2), ("leave it", 1)]
    assert all(row["objection_id"] is None for row in found[2:])
    assert "shrug" not in [row["text"] for row in found]


def test_every_kind_has_answers_in_both_languages(funnel: Run) -> None:
    folder = Path(funnelcli.__file__).parent / "processes"
    kinds = tomllib.loads((folder / "catalogues.toml").read_text("utf-8"))["objection"]
    for kind in kinds:
        english = funnel("objection", "suggest", kind["key"], "--json").json
        german = funnel(
            "objection", "suggest", kind["key"], "--json", env={"FUNNEL_LANGUAGE": "de"}
        ).json
        assert len(english) == len(german) >= 2
        assert not {row["text"] for row in english} & {row["text"] for row in german}
