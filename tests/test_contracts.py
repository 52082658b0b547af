"""Contracts: with a win or on their own, until when they run, and when to think of them."""

from __future__ import annotations

import pytest

from conftest import Clock, Run


@pytest.fixture
def deal(funnel: Run) -> Run:
    """An open deal of the cycle."""
    funnel("contact", "add", "Eva Roth")
    funnel("deal add Roof -c 1 --value 9000 --at 2026-10-01")
    return funnel


def test_a_win_puts_its_contract_on_file(deal: Run) -> None:
    deal(
        "win 1 --contract C-17 --signed-on 2026-11-20 --signed-by 'Eva Roth' --starts 2027-01-01"
        " --ends 2028-12-31 --notice '3 Monate' --document contracts/c-17.pdf --at 2026-11-23"
    )
    found = deal("contract show C-17 --json").json
    wanted = {
        "number": "C-17",
        "deal": "Roof",
        "value_minor": 900000,
        "signed_on": "2026-11-20",
        "signed_by": "Eva Roth",
        "starts_on": "2027-01-01",
        "ends_on": "2028-12-31",
        "notice": "3m",
        "cancel_by": "2028-09-30",
        "document": "contracts/c-17.pdf",
    }
    assert {key: found[key] for key in wanted} == wanted
    assert [row["id"] for row in deal("deal", "show", 1, "--json").json["contracts"]] == [1]
    deal("undo")
    assert deal("deal", "show", 1, "--json").json["status"] == "open"
    assert deal("contract", "list", "--json").json == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--starts", "2027-01-01", "--ends", "2026-12-31"), 2),
        (("--ends", "2027-12-31", "--notice", "soon"), 2),
        (("--ends", "2027-12-31", "--notice", "0m"), 2),
        (("--signed-on", "2026-12-01"), 2),
        (("--number", "TAKEN"), 3),
    ],
)
def test_a_contract_that_cannot_be_is_refused_and_nothing_changes(
    deal: Run, options: tuple[str, ...], code: int
) -> None:
    deal("contract add 1 --number TAKEN")
    before = deal("contract", "list", "--json")
    deal("contract", "add", 1, *options, exit=code)
    win = ["--contract" if word == "--number" else word for word in options]
    deal("win", 1, *win, exit=code)
    assert deal("contract", "list", "--json") == before
    assert deal("deal", "show", 1, "--json").json["status"] == "open"


def test_a_contract_of_a_lost_deal_is_refused(deal: Run) -> None:
    deal("lose 1 --reason price")
    deal("contract", "add", 1, exit=3)


def test_the_last_day_for_notice_follows_the_contract(deal: Run) -> None:
    made = deal("contract add 1 --ends 2027-05-31 --notice 3m --json").json
    assert made["cancel_by"] == "2027-02-28"
    edited = deal("contract edit 1 --notice 6w --json").json
    assert edited["cancel_by"] == "2027-04-19"
    assert deal("contract", "edit", 1, "--notice", "none", "--json").json["cancel_by"] == (
        "2027-05-31"
    )
    assert deal("contract", "edit", 1, "--ends", "none", "--json").json["cancel_by"] is None
    deal("contract edit 1 --starts 2027-01-01 --ends 2026-01-01", exit=2)


def test_contracts_that_end_soon_are_in_todays_view(deal: Run, clock: Clock) -> None:
    deal("win 1 --contract A --ends 2027-06-30 --notice 3m")
    deal("deal add Doors --value 100")
    deal("win 2 --contract B --ends 2027-12-31")

    def shown() -> list[str]:
        return [row["number"] for row in deal("today", "--json").json["contracts"]]

    assert shown() == []
    clock.set("2027-02-15 09:00")
    assert shown() == ["A"]
    assert "end or can be cancelled soon" in deal("today", tty=True)
    assert deal("contract", "list", "is:soon", "--ids") == "1\n"
    clock.set("2027-04-10 09:00")
    assert shown() == []
    clock.set("2027-06-01 09:00")
    assert shown() == ["A"]
    clock.set("2027-11-15 09:00")
    assert shown() == ["B"]


def test_a_consumers_order_keeps_the_instruction_and_the_period(funnel: Run, clock: Clock) -> None:
    funnel("contact", "add", "Hans Beck")
    funnel("deal add Cream -c 1 --process funnel --value 40")
    funnel("win 1 --instruction-given --signed-by 'Hans Beck'")
    order = funnel("contract show 1 --json").json
    assert (order["number"], order["instruction_on"]) == (None, "2026-11-24")
    assert order["revocable_until"] == "2026-12-08"
    clock.set("2026-12-09 09:00")
    error = funnel("withdraw", 1, exit=3).stderr
    assert "2026-12-08" in error
    funnel("withdraw 1 --at 2026-12-08")
    assert funnel("deal", "show", 1, "--json").json["lost_reason"] == "withdrawn"


def test_contracts_print_in_every_format(deal: Run) -> None:
    deal("contract add 1 --number C-1 --ends 2027-05-31 --notes 'a note'")
    assert deal("contract", "list").rows[0][1] == "C-1"
    assert "C-1" in deal("contract", "list", tty=True, width=40)
    for form in ("--csv", "--tsv", "--md", "--html", "--json", "--jsonl"):
        assert "C-1" in deal("contract", "list", form)
    assert "a note" in deal("contract", "show", 1, tty=True)
    deal("contract", "remove", "C-1")
    deal("contract", "show", 1, exit=4)
