"""The right of withdrawal: the period, what it follows from, and a withdrawal in time or late."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Clock, Run
from funnelcli.db.connection import connect
from funnelcli.db.migrate import statements
from funnelcli.db.schema import files
from funnelcli.processes.reading import parse
from funnelcli.values.withdrawal import Rule, last_day

GERMAN = Rule(14, "contract", 12, "DE")
STATES = [
    "BB",
    "BE",
    "BW",
    "BY",
    "HB",
    "HE",
    "HH",
    "MV",
    "NI",
    "NW",
    "RP",
    "SH",
    "SL",
    "SN",
    "ST",
    "TH",
]
FIRST, DAYS = date(2025, 1, 1), 3 * 365
DAY = timedelta(days=1)


# A plain statement of the rule, of which nothing comes from the program ---------------------------


def easter(year: int) -> date:
    """Easter Sunday by the rule of Meeus, Jones and Butcher."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


@cache
def public_holidays(year: int, state: str) -> frozenset[date]:
    """The public holidays of a state in these years, as its law of holidays lists them."""
    sunday = easter(year)
    found = {date(year, *day) for day in ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26))}
    found |= {sunday + timedelta(days=days) for days in (-2, 1, 39, 50)}
    of_states = {
        (1, 6): "BW BY ST",
        (3, 8): "BE MV",
        (8, 15): "SL",
        (9, 20): "TH",
        (10, 31): "BB HB HH MV NI SH SN ST TH",
        (11, 1): "BW BY NW RP SL",
    }
    found |= {date(year, *day) for day, where in of_states.items() if state in where.split()}
    if state in ("BW", "BY", "HE", "NW", "RP", "SL"):
        found.add(sunday + timedelta(days=60))
    if state == "SN":
        # The day of repentance: the last Wednesday before 23 November.
        found.add(next(day for n in range(1, 8) if (day := date(year, 11, 23 - n)).weekday() == 2))
    if (year, state) == (2025, "BE"):
        found.add(date(2025, 5, 8))
    return frozenset(found)


def next_working_day(day: date, state: str) -> date:
    """§ 193: a Saturday, Sunday or public holiday gives way to the next working day."""
    while day.weekday() in (5, 6) or day in public_holidays(day.year, state):
        day += DAY
    return day


def a_year_later(day: date) -> date:
    """§ 188 II, III: the day of the same number, or the last of a shorter month."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 2, 28)


@pytest.mark.parametrize("state", STATES)
def test_every_day_of_three_years_has_the_last_day_that_the_law_gives(state: str) -> None:
    for n in range(DAYS):
        day = FIRST + n * DAY
        # The first day that is counted is the one after (§ 187 I), the fourteenth is the last.
        counted = [day + k * DAY for k in range(1, 15)]
        code = f"DE-{state}"
        assert last_day(GERMAN, day, day, code) == next_working_day(counted[-1], state), day
        whole = a_year_later(day) + 14 * DAY
        assert last_day(GERMAN, day, None, code) == next_working_day(whole, state), day


@given(st.integers(0, DAYS), st.integers(-30, 800), st.sampled_from(STATES))
def test_the_period_does_not_begin_before_the_instruction(
    begun: int, told: int, state: str
) -> None:
    begin = FIRST + begun * DAY
    instructed = begin + told * DAY
    latest = next_working_day(a_year_later(begin) + 14 * DAY, state)
    known = next_working_day(max(begin, instructed) + 14 * DAY, state)
    assert last_day(GERMAN, begin, instructed, f"DE-{state}") == min(known, latest)


def test_other_rules_count_as_they_say() -> None:
    saturday = date(2026, 12, 12)
    plain = Rule(14, "contract", None, None)
    assert last_day(plain, saturday - 14 * DAY, None, "DE-BY") == saturday
    # Without a state only the holidays of the whole country count, and none of another country.
    assert last_day(GERMAN, date(2026, 12, 23), date(2026, 12, 23), None) == date(2027, 1, 6)
    assert last_day(GERMAN, date(2026, 12, 23), date(2026, 12, 23), "AT-9") == date(2027, 1, 6)
    assert last_day(GERMAN, date(2026, 12, 23), date(2026, 12, 23), "DE-BY") == date(2027, 1, 7)
    austrian = Rule(14, "contract", 12, "AT")
    assert last_day(austrian, date(2026, 12, 23), date(2026, 12, 23), None) == date(2027, 1, 7)


# On record ----------------------------------------------------------------------------------------


@pytest.fixture
def won(funnel: Run) -> Run:
    """A database with a deal that was won today, with the customer instructed."""
    funnel("contact", "add", "Hans Beck")
    funnel("deal add Cream -c 1 --process funnel --value 40")
    funnel("win 1 --instruction-given")
    return funnel


def until(funnel: Run, deal: int = 1) -> str | None:
    """The last day on record."""
    found: str | None = funnel("deal", "show", deal, "--json").json["revocable_until"]
    return found


def test_without_an_instruction_the_right_ends_a_year_later(funnel: Run) -> None:
    funnel("deal add Cream --process funnel --value 40")
    said = funnel("win 1")
    assert until(funnel) == "2027-12-08"
    assert "12 months and 14 days from the contract of 2026-11-24" in said
    assert "funnel contract add 1 --instruction-on DATE" in said
    said = funnel("contract add 1 --instruction-on 2026-11-24")
    assert "revocable until 2026-12-08 (14 days from the contract of 2026-11-24)" in said
    assert until(funnel) == "2026-12-08"
    assert funnel("contract show 1 --json").json["revocable_until"] == "2026-12-08"
    # What is taken off the record counts no more, and undo brings it back.
    assert "2027-12-08" in funnel("contract edit 1 --instruction-on none")
    funnel("undo")
    assert until(funnel) == "2026-12-08"
    funnel("contract remove 1 --yes")
    assert until(funnel) == "2027-12-08"


def test_a_later_instruction_begins_the_period(funnel: Run, clock: Clock) -> None:
    funnel("deal add Cream --process funnel --value 40")
    funnel("win 1")
    clock.set("2027-03-01 09:00")
    said = funnel("contract add 1 --signed-on 2026-11-24 --instruction-on 2027-03-01")
    assert "14 days from the instruction of 2027-03-01" in said
    assert until(funnel) == "2027-03-15"


def test_the_day_of_the_contract_is_the_one_it_was_signed_on(won: Run) -> None:
    won("contract edit 1 --signed-on 2026-11-20 --instruction-on 2026-11-20")
    assert until(won) == "2026-12-04"


def test_the_person_at_the_terminal_says_whether_there_was_an_instruction(funnel: Run) -> None:
    for number, answer, last in ((1, "y\n", "2026-12-08"), (2, "\n", "2027-12-08")):
        funnel("deal", "add", f"Cream {number}", "--process", "funnel", "--value", "40")
        asked = funnel("win", number, tty=True, stdin=answer).stderr
        assert "instructed on the right of withdrawal?" in asked
        assert until(funnel, number) == last


def test_the_period_of_goods_begins_with_their_receipt(funnel: Run, clock: Clock) -> None:
    funnel("deal add Cream --process funnel --value 40")
    said = funnel("win 1 --instruction-given --withdrawal-from receipt")
    assert "the period begins when the goods are received" in said
    assert until(funnel) is None
    assert funnel("deal list is:revocable --ids") == "1\n"
    assert "goods not received" in funnel("today", tty=True, width=160)
    assert "funnel deal edit 1 --received-on DATE" in funnel("guide", 1, tty=True, width=160)
    clock.set("2026-12-10 09:00")
    said = funnel("deal edit 1 --received-on yesterday")
    assert "until 2026-12-23 (14 days from the receipt of the goods on 2026-12-09)" in said
    clock.set("2026-12-24 09:00")
    assert funnel("deal list is:revocable --ids") == ""
    assert "2026-12-23" in funnel("withdraw", 1, exit=3).stderr
    # One can be withdrawn before the goods come, and no receipt comes before the contract.
    assert "from the contract of 2026-11-24" in funnel("deal edit 1 --received-on 2026-11-01")
    assert until(funnel) == "2026-12-08"
    funnel("deal edit 1 --received-on none")
    funnel("withdraw 1")


def test_holidays_of_the_state_carry_the_end_over(funnel: Run, clock: Clock) -> None:
    clock.set("2026-12-23 09:00")
    for number, state, last in ((1, "Bayern", "2027-01-07"), (2, "nw", "2027-01-06")):
        funnel("config", "set", "state", state)
        funnel("deal", "add", f"Cream {number}", "--process", "funnel", "--value", "40")
        funnel("win", number, "--instruction-given")
        assert until(funnel, number) == last
    assert "no state" in funnel("config set state XY", exit=2).stderr


def test_a_withdrawal_counts_when_it_was_sent(won: Run, clock: Clock) -> None:
    clock.set("2026-12-10 09:00")
    error = won("withdraw", 1, exit=3).stderr
    assert "ended on 2026-12-08" in error
    assert "--sent" in error
    assert "ended on 2026-12-08" in won("withdraw 1 --sent 2026-12-09", exit=3).stderr
    won("withdraw 1 --sent 2026-12-08")
    deal = won("deal show 1 --json").json
    assert (deal["withdrawal_sent_on"], deal["closed_on"]) == ("2026-12-08", "2026-12-10")
    assert (deal["status"], deal["lost_reason"]) == ("lost", "withdrawn")
    assert "Withdrawal sent" in won("deal", "show", 1, tty=True)
    won("reopen 1")
    deal = won("deal show 1 --json").json
    assert (deal["withdrawal_sent_on"], deal["revocable_until"]) == (None, None)


def test_it_is_sent_after_the_contract_and_before_it_came(won: Run, clock: Clock) -> None:
    clock.set("2026-12-01 09:00")
    assert "contract was made" in won("withdraw 1 --sent 2026-11-23", exit=2).stderr
    assert "cannot" in won("withdraw 1 --sent 2026-11-30 --at 2026-11-28", exit=2).stderr
    assert won("deal show 1 --json").json["status"] == "won"
    won("withdraw 1 --sent 2026-11-28 --at 2026-11-30")
    deal = won("deal show 1 --json").json
    assert (deal["withdrawal_sent_on"], deal["closed_on"]) == ("2026-11-28", "2026-11-30")


def test_a_late_one_is_taken_only_if_the_seller_says_so(won: Run, clock: Clock) -> None:
    clock.set("2026-12-09 09:00")
    asked = won("withdraw", 1, tty=True, stdin="n\n", exit=None)
    assert "ended on Dec 8, 2026" in asked.stderr
    assert won("deal show 1 --json").json["status"] == "won"
    won("withdraw", 1, tty=True, stdin="y\n")
    won("undo")
    won("withdraw 1 --yes")
    assert won("deal show 1 --json").json["lost_reason"] == "withdrawn"


def test_a_last_day_that_is_put_right_stays_on_record(won: Run) -> None:
    was = until(won)
    won("deal edit 1 --revocable-until 2026-12-20")
    won("deal edit 1 --revocable-until 2026-12-20")
    won("deal edit 1 --withdrawal-from contract")
    kept = won("deal log 1 --json").json["corrections"]
    assert [(one["what"], one["field"], one["was"], one["became"]) for one in kept] == [
        ("won", "revocable_until", was, "2026-12-20")
    ]
    assert "Revocable until" in won("deal log 1", tty=True, width=160)
    won("undo")
    won("undo")
    assert won("deal log 1 --json").json["corrections"] == []
    won("deal edit 1 --revocable-until none")
    (gone,) = won("deal log 1 --json").json["corrections"]
    assert (gone["was"], gone["became"]) == (was, None)


def test_the_last_day_can_be_put_right(won: Run, clock: Clock) -> None:
    said = won("deal edit 1 --revocable-until 2026-12-20")
    assert "until 2026-12-20 (put by hand)" in said
    # What is put by hand stays, whatever comes on record.
    won("contract edit 1 --instruction-on none")
    assert until(won) == "2026-12-20"
    clock.set("2026-12-20 09:00")
    won("deal edit 1 --withdrawal-from contract")
    assert until(won) == "2027-12-08"
    won("deal edit 1 --revocable-until none")
    assert "no withdrawal period" in won("withdraw", 1, exit=3).stderr
    assert "nothing changed" in won("deal edit 1 --revocable-until none")
    error = won("deal edit 1 --revocable-until 2026-11-01", exit=2).stderr
    assert "contract was made on 2026-11-24" in error
    assert (
        "cannot both be"
        in won("deal edit 1 --revocable-until 2026-12-20 --withdrawal-from contract", exit=2).stderr
    )


def test_a_period_belongs_to_a_win_and_its_rule_to_a_process(funnel: Run) -> None:
    funnel("deal add Open --process funnel --value 40")
    assert "is not won" in funnel("deal edit 1 --revocable-until tomorrow", exit=3).stderr
    funnel("deal add Business --value 40")
    funnel("win 2")
    assert until(funnel, 2) is None
    assert "no rule" in funnel("deal edit 2 --withdrawal-from contract", exit=3).stderr
    funnel("deal edit 2 --revocable-until +14d")
    assert until(funnel, 2) == "2026-12-08"


def test_an_accepted_offer_wins_with_the_same_period(funnel: Run) -> None:
    funnel("deal add Cream --process funnel --value 40")
    funnel("product add C-1 Cream --price 40 --vat 19")
    funnel("offer add 1")
    funnel("offer line 2026-0001 C-1")
    funnel("offer send 2026-0001")
    funnel("contract add 1 --instruction-on today")
    assert "until 2026-12-08" in funnel("offer accept 2026-0001 --win")


def test_today_and_the_agenda_say_what_ends_when(won: Run, clock: Clock) -> None:
    assert [row["id"] for row in won("today --json").json["revocable"]] == [1]
    assert "Wins that can still be withdrawn" in won("today", tty=True, width=120)
    found = won("agenda --days 30 --json").json
    assert [(row["day"], row["kind"]) for row in found if row["kind"] == "withdrawal"] == [
        ("2026-12-08", "withdrawal")
    ]
    clock.set("2026-12-10 09:00")
    # What is over is nowhere, and not late either.
    assert won("today --json").json["revocable"] == []
    found = won("agenda --days 30 --json").json
    assert "withdrawal" not in [row["kind"] for row in found]


def test_an_import_that_says_otherwise_of_a_win_is_taken(
    funnel: Run, tmp_path: Path, clock: Clock
) -> None:
    def put(status: str, closed: str = "") -> None:
        file = tmp_path / "deals.csv"
        file.write_text(f"id,title,status,closed,value\n7,Cream,{status},{closed},40\n")
        funnel("import", "deals", file, "--process", "funnel", "--key", "id")

    put("open")
    funnel("win 1 --instruction-given")
    assert until(funnel) == "2026-12-08"
    clock.set("2026-11-27 09:00")
    put("lost", "2026-11-26")
    deal = funnel("deal show 1 --json").json
    assert (deal["status"], deal["won_on"], deal["revocable_until"]) == ("lost", None, None)


# The rule of a process ----------------------------------------------------------------------------

STAGES = """
[[stage]]
key = "talk"
name = "Talk"
phase = "lead"
kind = "open"
[[stage]]
key = "order"
name = "Order"
phase = "customer"
kind = "won"
"""
RULE = """
withdrawal_days = 7
withdrawal_begins = "receipt"
withdrawal_uninstructed_months = 3
withdrawal_holidays = "AT"
"""


def test_the_rule_is_data_of_the_process(
    funnel: Run, add_process: Callable[..., str], tmp_path: Path
) -> None:
    add_process(f'key = "shop"\nname = "Shop"\n{RULE}{STAGES}')
    exported = funnel("process export shop")
    assert parse(exported, "x").withdrawal == Rule(7, "receipt", 3, "AT")
    shown = funnel("process show shop --json").json
    assert shown["withdrawal_begins"] == "receipt"
    assert "7 days from the receipt of the goods" in funnel(
        "process", "show", "shop", tty=True, width=160
    )
    funnel("deal add Cream --process shop --value 40")
    funnel("win 1 --received-on today --instruction-given")
    assert until(funnel) == "2026-12-01"
    # Deals keep what they have; the next win has the new rule.
    said = funnel("process edit shop --withdrawal-days 14 --withdrawal-holidays none")
    assert "14 days from the receipt of the goods" in said
    assert until(funnel) == "2026-12-01"
    funnel("process edit shop --withdrawal-days none")
    funnel("deal add Soap --process shop --value 40")
    funnel("win 2")
    assert until(funnel, 2) is None
    funnel("undo")
    funnel("undo")
    funnel("undo")
    funnel("undo")
    assert parse(funnel("process export shop"), "x").withdrawal == Rule(7, "receipt", 3, "AT")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("withdrawal_begins = 'contract'", "withdrawal_days is missing"),
        ("withdrawal_days = 14\nwithdrawal_begins = 'sale'", "must be one of contract, receipt"),
        ("withdrawal_days = 14\nwithdrawal_holidays = 'XX'", "holidays of XX are not known"),
        ("withdrawal_days = 14\nwithdrawal_months = 12", "withdrawal_uninstructed_months"),
        ("withdrawal_days = 14\nwithdrawal_uninstructed_months = -1", "from 0 to 1200"),
    ],
)
def test_a_rule_that_is_none_is_named(
    add_process: Callable[..., Run], text: str, fault: str
) -> None:
    error = add_process(f'key = "shop"\nname = "Shop"\n{text}\n{STAGES}', exit=2)
    assert fault in error.stderr  # type: ignore[attr-defined]


def test_the_migration_keeps_the_last_days_and_gives_the_shipped_process_its_rule(
    tmp_path: Path,
) -> None:
    path = str(tmp_path / "old.db")
    version = next(n for n, file in enumerate(files()) if "withdrawal" in file)
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        from funnelcli.db import functions

        functions.add(old)
        for file in files()[:version]:
            for statement in statements(Path(file).read_text(encoding="utf-8")):
                old.execute(statement)
        old.execute(f"PRAGMA user_version = {version}")
        old.executescript(
            "INSERT INTO process (id, key, name_en, name_de, builtin, withdrawal_days)"
            " VALUES (1, 'funnel', 'F', 'F', 1, 14), (2, 'mine', 'M', 'M', 0, 14);"
            "INSERT INTO stage (id, process_id, key, position, name_en, name_de, phase, kind,"
            " probability) VALUES (1, 1, 'a', 1, 'A', 'A', 'customer', 'won', 100);"
        )
        for number, day in enumerate(("2026-12-08", "2026-12-24", None), start=1):
            old.execute(
                "INSERT INTO deal (id, public_id, title, search, process_id, kind, opened_at,"
                " opened_on, recorded_at, stage_id, stage_since, furthest_stage_id, status, value,"
                " currency, won_at, won_on, closed_at, closed_on, revocable_until) VALUES (?, ?,"
                " 'T', 't', 1, 'new', 1, '2026-11-24', 1, 1, 1, 1, 'won', 1, 'EUR', 1,"
                " '2026-11-24', 1, '2026-11-24', ?)",
                (number, str(number), day),
            )
    with closing(connect(path)) as conn:
        assert conn.execute(
            "SELECT withdrawal_uninstructed_months, withdrawal_holidays FROM process ORDER BY id"
        ).fetchall() == [(12, "DE"), (None, None)]
        assert conn.execute(
            "SELECT revocable_until, withdrawal_from FROM deal ORDER BY id"
        ).fetchall() == [("2026-12-08", "contract"), ("2026-12-24", "set"), (None, None)]
