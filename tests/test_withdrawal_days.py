"""The days that a period of withdrawal follows from, as a person writes them: mostly without their
year, and read so that none of them silently lies where it cannot."""

from __future__ import annotations

import pytest

from conftest import Clock, Run


@pytest.fixture
def roof(funnel: Run, clock: Clock) -> Run:
    """A deal of the funnel on 28 November 2026, opened in October."""
    clock.set("2026-11-28 09:00")
    funnel("contact", "add", "Uwe Kern", "--phone", "0561 5550111")
    funnel("deal add Roof -c 1 --process funnel --value 5000 --at 2026-10-01")
    return funnel


def deal(roof: Run) -> dict[str, str | None]:
    """The deal as it is on record."""
    found: dict[str, str | None] = roof("deal show 1 --json").json
    return found


def test_the_contract_of_a_win_is_of_its_day(roof: Run) -> None:
    said = roof("win 1 --at 2026-11-14")
    assert "funnel contract add 1 --instruction-on DATE" in said
    # As printed, with the day filled in: the period runs from the win.
    assert "2026-11-30" in roof("contract add 1 --instruction-on 14.11.")
    assert roof("contract show 1 --json").json["signed_on"] == "2026-11-14"
    roof("withdraw 1 --sent 25.11. --at 27.11.")
    assert deal(roof)["withdrawal_sent_on"] == "2026-11-25"


def test_a_contract_has_the_day_that_is_given_and_else_todays_before_the_win(roof: Run) -> None:
    roof("contract add 1")
    roof("win 1 --at 2026-11-14")
    roof("contract add 1 --at 2026-11-16")
    roof("contract add 1 --signed-on 2026-11-17 --at 2026-11-16")
    days = [row["signed_on"] for row in roof("contract list --sort id --json").json]
    assert days == ["2026-11-28", "2026-11-16", "2026-11-17"]


@pytest.mark.parametrize(
    "command",
    [
        "deal edit 1 --received-on {}",
        "contract edit 1 --instruction-on {}",
        "contract add 1 --instruction-on {}",
        "withdraw 1 --sent {}",
    ],
)
def test_what_is_read_into_the_year_before_the_contract_is_refused_by_name(
    roof: Run, command: str
) -> None:
    roof("win 1 --at 2026-11-20 --instruction-given")
    before = roof("contract list --json"), deal(roof)
    error = roof(command.format("5.12."), exit=2).stderr
    assert "2025-12-05" in error
    assert "2026-11-20" in error
    for to_come in ("tomorrow", "2026-12-05"):
        error = roof(command.format(to_come), exit=2).stderr
        assert "2026-11-29" in error or "2026-12-05" in error
    assert (roof("contract list --json"), deal(roof)) == before


def test_a_win_refuses_such_days_as_well(roof: Run) -> None:
    assert "2025-12-05" in roof("win 1 --at 14.11. --received-on 5.12.", exit=2).stderr
    assert "2025-12-05" in roof("win 1 --at 14.11. --signed-on 5.12.", exit=2).stderr
    assert "2026-11-29" in roof("win 1 --at 14.11. --received-on tomorrow", exit=2).stderr
    assert deal(roof)["status"] == "open"


def test_what_is_written_with_its_year_is_taken_and_an_instruction_may_come_first(
    roof: Run,
) -> None:
    roof("win 1 --at 2026-11-20")
    # Customers are instructed before they sign, and a day near it needs no year.
    roof("contract add 1 --instruction-on 15.11.")
    assert roof("contract show 1 --json").json["instruction_on"] == "2026-11-15"
    assert deal(roof)["revocable_until"] == "2026-12-04"
    assert "2026-11-10" in roof("deal edit 1 --received-on 10.11.", exit=2).stderr
    roof("deal edit 1 --received-on 2025-12-05")
    assert deal(roof)["received_on"] == "2025-12-05"
    roof("deal edit 1 --received-on 22.11.")
    assert deal(roof)["revocable_until"] == "2026-12-07"


def test_the_refusal_is_written_as_the_reader_writes_days(roof: Run) -> None:
    roof("win 1 --at 2026-11-20")
    german = {"FUNNEL_LANGUAGE": "de", "FUNNEL_LOCALE": "de_DE"}
    asked = roof("deal edit 1 --received-on 5.12.", tty=True, env=german, exit=2)
    assert "Der 05.12.2025 liegt vor dem Vertrag vom 20.11.2026." in asked.stderr


@pytest.mark.parametrize(
    ("written", "last"),
    [
        ("20.11.", "2026-11-20"),
        ("14.11.", "2026-11-14"),
        ("5.12.", "2026-12-05"),
        ("15.1.", "2027-01-15"),
        # Before the contract there is none.
        ("13.11.", "2027-11-13"),
    ],
)
def test_a_last_day_is_the_nearest_that_does_not_lie_before_the_contract(
    roof: Run, written: str, last: str
) -> None:
    roof(f"win 1 --at 2026-11-14 --revocable-until {written}")
    assert deal(roof)["revocable_until"] == last
    roof("deal edit 1 --withdrawal-from contract")
    assert last in roof(f"deal edit 1 --revocable-until {written}")
    assert deal(roof)["revocable_until"] == last


def test_whatever_moves_the_last_day_names_the_new_one(roof: Run) -> None:
    roof("win 1 --at 2026-11-14 --instruction-given")
    assert "until 2027-11-29 (no instruction on record" in roof("contract remove 1")
    assert "until 2026-11-30" in roof("undo")
    assert "until 2027-11-29" in roof("redo")
    roof("undo")
    assert "until 2026-12-02" in roof("contract edit 1 --signed-on 2026-11-18")
    roof("contract remove 1")
    assert "until 2027-11-30" in roof("deal correct 1 2 --at 2026-11-16")
    # What moves nothing says nothing of it, a deal that cannot be withdrawn neither.
    assert "until" not in roof("deal remove 1 --dry-run")
    roof("withdraw 1")
    assert "until" not in roof("undo")


def test_many_moved_last_days_are_counted(roof: Run) -> None:
    for number in range(2, 6):
        roof("deal", "add", f"Roof {number}", "--process", "funnel", "--value", "40")
        roof("win", number, "--instruction-given")
    assert "4 wins" in roof("contract remove 1 2 3 4 --yes")
