"""The reports as a user asks for them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import DATA, TABLES, Clock, Run, rows
from funnelcli.reports.declarations import REPORTS

NAMES = list(REPORTS)


@pytest.fixture
def four(funnel: Run) -> Run:
    """The four deals whose figures every rule must reproduce: A 2-3-4-won, B 2-4-lost,
    C 2-3-2 and open, D created at 4 and won."""
    funnel("process", "add", DATA / "four.toml")
    for title, first in (("A", "two"), ("B", "two"), ("C", "two"), ("D", "four")):
        funnel(f"deal add {title} --process four --stage {first} --value 1000 --at 2026-09-01")
    funnel("advance 1 --at 2026-09-02")
    funnel("advance 1 --at 2026-09-03")
    funnel("win 1 --at 2026-09-11")
    funnel("advance 2 --to four --at 2026-09-05")
    funnel("lose 2 --reason price --at 2026-10-01")
    funnel("advance 3 --at 2026-09-05")
    funnel("back 3 --reason 'not yet' --at 2026-09-08")
    funnel("win 4 --at 2026-09-21 --value 3000")
    return funnel


@pytest.mark.parametrize(
    ("rule", "counts"),
    [("reached", [4, 4, 3, 2]), ("any", [3, 2, 3, 2]), ("strict", [3, 2, 1, 1])],
)
def test_every_conversion_rule_on_the_known_fixture(
    four: Run, rule: str, counts: list[int]
) -> None:
    found = rows(four, "conversion", "--process", "four", "--rule", rule)
    assert [row["deals"] for row in found] == counts


def test_the_snapshot_of_the_fixture(four: Run) -> None:
    found = rows(four, "snapshot", "--process", "four")
    assert [row["open"] + row["won"] for row in found] == [1, 0, 0, 2]
    assert [row["lost"] for row in found] == [0, 0, 1, 0]


def test_few_cases_are_a_fraction_and_never_a_percentage(four: Run) -> None:
    page = four("report conversion --process four --md")
    assert "3/4" in page
    assert "75%" not in page
    assert rows(four, "conversion", "--process", "four")[1]["rate"] == 0.75


def test_the_flow_balances_and_shows_where_each_went(four: Run) -> None:
    found = rows(four, "flow", "--process", "four")
    assert [row["entered"] for row in found] == [3, 2, 3, 2]
    assert [row["moved_back"] for row in found] == [0, 1, 0, 0]
    assert [row["lost"] for row in found] == [0, 0, 1, 0]
    for row in found:
        parts = row["advanced"] + row["lost"] + row["moved_back"] + row["still"]
        assert row["entered"] == parts


def test_win_rate_by_count_and_by_value(four: Run) -> None:
    (row,) = rows(four, "win-rate")
    assert (row["won"], row["lost"], row["rate"]) == (2, 1, 2 / 3)
    assert (row["won_value_minor"], row["lost_value_minor"], row["rate_by_value"]) == (
        400000,
        100000,
        0.8,
    )
    assert rows(four, "win-rate", "--period", "2026-10")[0]["won"] == 0
    assert rows(four, "win-rate", "--cohort", "-p", "2026-09")[0]["lost"] == 1


def test_a_report_says_how_it_was_computed(four: Run) -> None:
    for name in NAMES:
        page = four("report", name, "--md", "--process", "four")
        assert "How: " in page, name
        assert "n = " in page, name
        assert "time zone Europe/Berlin" in page, name


def test_explain_puts_the_numbers_in(four: Run) -> None:
    page = four("report win-rate --explain --md")
    assert "2 won / (2 won + 1 lost) = 2/3" in page
    assert "Two → three: 3 of 4" not in page
    told = four("report conversion --process four --explain --json").json["explain"]
    assert told[0] == "Two → three: 4 of 4 = 4/4"


# The deals behind a cell ------------------------------------------------------------------------


def test_the_deals_behind_a_cell(four: Run) -> None:
    args = ("report", "conversion", "--process", "four", "--deals")
    assert [d["title"] for d in four(*args, "four:lost", "--json").json] == ["B"]
    assert [d["title"] for d in four(*args, "three", "--json").json] == ["A", "B", "C", "D"]
    assert four(*args, "won:deals", "--ids").lines == ["1", "4"]
    assert four("report", "win-rate", "--deals", "all:won", "--ids").lines == ["1", "4"]
    error = four(*args, "five", exit=2).stderr
    assert "no row five" in error
    assert "two" in error
    assert "Columns with deals" in four(*args, "two:name", exit=2).stderr


# Cells that count other things than deals.
NOT_DEALS = {
    ("slippage", "pushes"),
    ("objections", "objections"),
    ("objections", "resolved"),
    ("retention", "new"),
    ("referrals", "referred"),
    ("time-in-stage", "stays"),
    ("time-in-stage", "ended"),
    ("satisfaction", "good"),
    ("satisfaction", "bad"),
    ("calls", "calls"),
    ("calls", "reached"),
    ("calls", "callbacks"),
    ("calls", "appointments"),
    ("activity", "visits"),
    ("activity", "calls"),
    ("activity", "mails"),
    ("activity", "attempts"),
    ("activity", "late"),
}


@pytest.mark.parametrize("by", [None, "source", "process"])
def test_there_are_as_many_deals_behind_every_cell_as_it_says(demo: str, by: str | None) -> None:
    from funnelcli.db import connect
    from funnelcli.reports.cells import deals_behind
    from funnelcli.reports.question import Question
    from funnelcli.reports.run import make
    from funnelcli.values import dates

    conn = connect(demo)
    dates.set_zone("Europe/Berlin")
    checked = 0
    variants: dict[str, tuple[dict[str, Any], ...]] = {
        "conversion": ({}, {"rule": "any"}, {"rule": "strict"}),
        "forecast": ({}, {"backtest": True}),
    }
    for name in NAMES:
        for options in variants.get(name, ({},)):
            question = Question(
                by=() if by is None else (by,), period="2026" if name == "movement" else None
            )
            question.options = dict(options)
            report = make(conn, name, question)
            for row in report.rows:
                for column in report.columns:
                    if column.key not in report.cells or column.kind != "int":
                        continue
                    if (name, column.key) in NOT_DEALS or row[column.key] is None:
                        continue
                    where = "/".join(
                        "none" if row.get(key) is None else str(row[key]) for key in report.keys
                    )
                    ids, _cell = deals_behind(conn, name, question, f"{where}:{column.key}")
                    assert len(ids) == row[column.key], (name, options, where, column.key)
                    checked += 1
    conn.close()
    assert checked > 60


# Slices, filters, periods -----------------------------------------------------------------------


@pytest.mark.parametrize("by", ["product", "source", "contact", "organisation", "process", "month"])
def test_slices_add_up_to_the_whole(funnel: Run, demo: str, by: str) -> None:
    for name, column in (("win-rate", "won"), ("sources", "deals"), ("losses", "deals")):
        whole = sum(row[column] for row in rows(funnel, name))
        assert sum(row[column] for row in rows(funnel, name, "--by", by)) == whole, name
    for process in ("cycle", "funnel"):
        whole = [row["deals"] for row in rows(funnel, "conversion", "--process", process)]
        sliced: dict[str, int] = {}
        for row in rows(funnel, "conversion", "--process", process, "--by", by):
            sliced[row["stage"]] = sliced.get(row["stage"], 0) + row["deals"]
        assert list(sliced.values()) == whole


def test_a_deal_counts_under_each_of_its_tags(four: Run) -> None:
    four("deal edit 1 --tag vip --tag north")
    found = rows(four, "win-rate", "--by", "tag")
    assert [(row["slice"], row["won"]) for row in found] == [("north", 1), ("vip", 1), (None, 1)]
    assert "counts under each of them" in four("report", "win-rate", "--by", "tag", "--md")


def test_filter_words_choose_the_deals(four: Run) -> None:
    four("deal edit 1 --source fair")
    assert rows(four, "win-rate", "source:fair")[0]["won"] == 1
    assert rows(four, "win-rate", "-source:fair")[0]["won"] == 1
    assert "Filtered by what the deals are today" in four("report win-rate source:fair --md")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_to_report_on_is_a_sentence(funnel: Run, name: str) -> None:
    for args in ((), ("--by", "source"), ("--explain",), ("--by", "process")):
        page = funnel("report", name, *args, "--md")
        assert page.exit_code == 0
        assert "nan" not in page.lower().replace("finance", "")
    assert "There is no deal yet" in funnel("report", name, "--md")
    funnel("deal", "add", "Roof")
    assert "No deal passes the filter." in funnel("report", name, "source:fair", "--md")
    assert funnel("report", name, "source:fair", "--json").json["n"] == 0


def test_what_is_wrong_is_said(four: Run) -> None:
    for args, code, said in (
        (("win-rate", "--period", "2026-13"), 2, "no “2026-13” in the calendar"),
        (("win-rate", "--period", "soon"), 2, "not a period"),
        (("win-rate", "--by", "weather"), 2, "cannot be sliced by weather"),
        (("win-rate", "stage:nowhere"), 2, "nowhere"),
        (("win-rate", "--process", "none"), 4, "no process none"),
        (("conversion", "--rule", "often"), 2, "--rule cannot be often"),
        (("snapshot", "--as-of", "2027-01-01"), 2, "not come yet"),
        (("win-rate", "--compare"), 2, "Without a period"),
        (("movement", "--period", "all"), 2, "needs a period"),
        (("forecast", "--since", "2026-11-24"), 2, "does not lie before 2026-11-24"),
        (("forecast", "--since", "2026-10-01", "--as-of", "2026-09-30"), 2, "does not lie before"),
        (("forecast", "--since", "2026-10-01", "--backtest"), 2, "at the start of its month"),
        (("nothing",), 2, "no command"),
    ):
        assert said in four("report", *args, exit=code).stderr, args
    error = json.loads(four("report win-rate --by x --json", exit=2).stderr)
    assert error["error"]["code"] == "usage"


def test_the_period_before_stands_beside(four: Run) -> None:
    found = rows(four, "win-rate", "--period", "2026-10", "--compare")
    assert (found[0]["won"], found[0]["won_before"]) == (0, 2)
    assert found[0]["rate_before"] == 1.0
    page = four("report win-rate --period 2026-10 --compare --md")
    assert "before: 09/2026, n = 2" in page


def test_the_total_of_slices_stands_beside_too(four: Run) -> None:
    four("deal edit 1 --source fair")
    args = ("report", "win-rate", "--period", "2026-09", "--by", "source", "--compare")
    total = four(*args, "--json").json["total"]
    assert (total["won"], total["won_before"]) == (2, None)
    assert "| **2** |" in four(*args, "--md")


def test_months_and_weeks_stand_beside_the_ones_a_period_earlier(four: Run) -> None:
    args = ("--period", "2026-Q4", "--by", "month", "--compare")
    assert [
        (row["slice"], row["won"], row["won_before"], row["lost"])
        for row in rows(four, "win-rate", *args)
    ] == [("2026-10", 0, None, 1), ("2026-12", None, 2, None)]
    assert "the first month or week of Q3/2026 beside the first" in four(
        "report", "win-rate", *args, "--md"
    )
    four("contact", "add", "Ada")
    four("log Ada talk --at '2026-11-03 10:00'")
    four("log Ada talk --at '2026-10-06 10:00'")
    assert [
        (row["week"], row["visits"], row["visits_before"])
        for row in rows(four, "activity", "--period", "2026-11", "--compare")
    ] == [("2026-W45", 1, 1), ("2026-W46", 0, 0), ("2026-W47", 0, 0), ("2026-W48", 0, 0)]


# Time -------------------------------------------------------------------------------------------


def test_any_past_day_as_it_was(four: Run) -> None:
    early = {
        row["stage"]: row
        for row in rows(four, "snapshot", "--process", "four", "--as-of", "2026-09-05")
    }
    assert [early[key]["open"] for key in ("two", "three", "four", "won")] == [0, 1, 3, 0]
    late = rows(four, "win-rate", "--as-of", "2026-09-30")
    assert (late[0]["won"], late[0]["lost"]) == (2, 0)
    page = four("report win-rate --as-of 2026-09-30 --md")
    assert "As it stood on Sep 30, 2026 by the logs" in page
    assert "correction" in page


def test_a_later_edit_of_a_closed_deal_moves_no_date(four: Run) -> None:
    four("deal edit 1 --value 5000")
    found = rows(four, "win-rate", "--period", "2026-09")
    assert (found[0]["won"], found[0]["won_value_minor"]) == (2, 800000)
    assert rows(four, "win-rate", "--period", "2026-11")[0]["won"] == 0
    assert rows(four, "win-rate", "--as-of", "2026-09-30")[0]["won_value_minor"] == 400000


@pytest.mark.parametrize(
    ("night", "day"), [("2026-03-29", "2026-03-29"), ("2026-10-25", "2026-10-25")]
)
def test_half_past_midnight_is_the_new_day(funnel: Run, night: str, day: str) -> None:
    funnel("deal add Roof --value 100 --at '2026-01-10 12:00'")
    funnel("win", 1, "--at", f"{night} 00:30")
    assert rows(funnel, "win-rate", "--period", day)[0]["won"] == 1
    (row,) = [r for r in rows(funnel, "cycle") if r["outcome"] == "won"]
    assert row["median"] == {"2026-03-29": 78, "2026-10-25": 288}[day]
    month = rows(funnel, "win-rate", "--by", "month")[0]["slice"]
    assert month == day[:7]


# Money ------------------------------------------------------------------------------------------


def test_currencies_without_a_rate_are_kept_apart(four: Run) -> None:
    four("deal add E --process four --value 'USD 500' --at 2026-10-01")
    four("win 5 --at 2026-10-05")
    found = rows(four, "win-rate")
    assert [(row["currency"], row["won_value_minor"]) for row in found] == [
        ("EUR", 400000),
        ("USD", 50000),
    ]
    page = four("report", "win-rate", "--md")
    assert "No exchange rate to EUR is stored for USD" in page
    total = four("report", "win-rate", "--json").json["total"]
    assert (total["won"], total["won_value_minor"]) == (3, None)


def test_a_closed_deal_keeps_the_rate_of_its_close(four: Run) -> None:
    four("deal add E --process four --value 'USD 500' --at 2026-10-01")
    four("win 5 --at 2026-10-05")
    four("exchange set USD 0.9 --from 2026-01-01")
    assert rows(four, "win-rate")[0]["won_value_minor"] == 400000 + 45000
    four("exchange set USD 0.5 --from 2026-11-01")
    assert rows(four, "win-rate")[0]["won_value_minor"] == 400000 + 45000
    assert "with that of their close" in four("report", "win-rate", "--md")


def test_rates_of_currencies_with_other_decimals(four: Run) -> None:
    four("exchange set JPY 0,00618 --from 2026-01-01")
    four("deal add E --process four --value 'JPY 250000' --at 2026-10-01")
    found = rows(four, "snapshot", "--process", "four")
    assert found[0]["value_minor"] == 100000 + 154500


def test_exchange_rates_are_kept(funnel: Run) -> None:
    made = funnel("exchange set usd 0.92 --from 2026-01-01 --json").json
    assert made == {
        "id": 1,
        "currency": "USD",
        "base": "EUR",
        "valid_from": "2026-01-01",
        "rate": "0.92",
    }
    funnel("exchange set USD 0.93 --from 2026-01-01")
    assert funnel("exchange", "list").rows == [["1", "USD", "EUR", "2026-01-01", "0.93"]]
    funnel("undo")
    assert funnel("exchange", "list", "--json").json[0]["rate"] == "0.92"
    funnel("exchange", "remove", 1)
    assert funnel("exchange", "list", "--json").json == []
    assert "no exchange rate 7" in funnel("exchange", "remove", 7, exit=4).stderr
    for text in ("0", "-1", "x", "1e99", "0.123456789", "NaN"):
        funnel("exchange", "set", "USD", "--", text, exit=2)
    funnel("exchange set EUR 1", exit=2)


def test_a_rate_follows_the_users_locale(funnel: Run) -> None:
    german = {"FUNNEL_LOCALE": "de_DE"}
    assert "1 GBP = 1,172 EUR" in funnel("exchange set GBP 1,172", env=german, tty=True)
    error = funnel("exchange set GBP 1.172", env=german, exit=2).stderr
    assert "Write 1172 or 1,1720." in error
    funnel("exchange set GBP 1.00.000", env=german, exit=2)
    assert funnel("exchange list --json").json[0]["rate"] == "1.172"


def test_coverage_against_a_target(four: Run) -> None:
    four("deal edit 3 --close 2026-09-30")
    assert "No target is set" in four("report", "coverage", "-p", "2026-Q3", "--md")
    made = four("target add 2026-Q3 5000 --json").json
    assert (made["starts_on"], made["ends_on"], made["amount_minor"]) == (
        "2026-07-01",
        "2026-10-01",
        500000,
    )
    (row,) = rows(four, "coverage", "-p", "2026-Q3")
    assert (row["target_minor"], row["won_value_minor"], row["gap_minor"]) == (
        500000,
        400000,
        100000,
    )
    assert (row["open_value_minor"], row["coverage"], row["needed"]) == (100000, 1.0, 1.5)
    assert "has a target already" in four("target", "add", "2026-Q3", "1", exit=3).stderr
    four("target add 2026-08 100")
    assert len(four("target", "list").rows) == 2
    four("target", "remove", 1)
    assert rows(four, "coverage", "-p", "2026-Q3")[0]["target_minor"] == 10000
    four("undo")
    assert rows(four, "coverage", "-p", "2026-Q3")[0]["target_minor"] == 500000
    four("target add 2026-Q4 0", exit=2)


def test_what_slices_add_to_the_coverage(four: Run) -> None:
    four("deal edit 3 --close 2026-09-30 --source fair")
    four("deal edit 1 --source fair")
    four("deal edit 1 --tag vip --tag north")
    assert "No target is set" in four("report", "coverage", "-p", "2026-Q3", "--by", "tag", "--md")
    four("target add 2026-Q3 5000")
    args = ("report", "coverage", "-p", "2026-Q3", "--by")
    data = four(*args, "source", "--json").json
    assert [
        (
            r["slice"],
            r["won_value_minor"],
            r["target_share"],
            r["open_value_minor"],
            r["coverage"],
            r["rate"],
        )
        for r in data["rows"]
    ] == [("fair", 100000, 0.2, 100000, 1.0, 1.0), (None, 300000, 0.6, 0, 0.0, 0.5)]
    assert (data["total"]["target_share"], data["total"]["coverage"]) == (0.8, 1.0)
    assert "They add up to the whole." in four(*args, "source", "--md")
    assert four(*args, "source", "--deals", "fair:open_value", "--ids").lines == ["3"]
    # A deal with two tags counts under both, and once in the whole.
    tagged = four(*args, "tag", "--json").json
    assert [r["won_value_minor"] for r in tagged["rows"]] == [100000, 100000, 300000]
    assert tagged["total"]["won_value_minor"] == 400000
    for by in ("product", "contact", "organisation", "month"):
        assert sum(r["won_value_minor"] for r in four(*args, by, "--json").json["rows"]) == 400000


def test_coverage_beside_the_period_before_at_the_same_point_of_it(four: Run) -> None:
    four("target add 2026-09 5000")
    four("target add 2026-10 4000")
    four("deal add F --process four --value 1000 --close 2026-09-30 --at 2026-09-01")
    four("deal edit 3 --close 2026-10-30 --at 2026-09-20")
    args = ("coverage", "--compare", "--period", "2026-10", "--as-of", "2026-10-15")
    (row,) = rows(four, *args)
    assert (row["won_value_minor"], row["open_value_minor"], row["coverage"]) == (0, 100000, 0.25)
    # In the middle of September A was won, D and F were open; only F had a day.
    assert (
        row["won_value_before_minor"],
        row["open_value_before_minor"],
        row["coverage_before"],
    ) == (
        100000,
        100000,
        0.25,
    )
    assert "09/2026 as it stood at the end of Sep 15, 2026" in four("report", *args, "--md")


# Single figures ---------------------------------------------------------------------------------


def test_movement_to_the_cent(four: Run) -> None:
    found = {
        row["step"]: row["value_minor"] for row in rows(four, "movement", "--period", "2026-09")
    }
    assert found == {
        "start": 0,
        "created": 400000,
        "reopened": 0,
        "pulled_in": 0,
        "raised": 200000,
        "lowered": 0,
        "pushed_out": 0,
        "won": -400000,
        "lost": 0,
        "end": 200000,
    }


def test_movement_of_deals_won_in_another_currency_without_a_rate(funnel: Run) -> None:
    funnel("contact add ana")
    funnel("deal add X --contact ana --value 1000 --at 2026-11-03")
    funnel("win", "X", "--value", "USD 900", "--at", "2026-11-10")
    funnel("deal", "add", "Y", "--contact", "ana", "--value", "USD 2000", "--at", "2026-11-03")
    funnel("deal edit Y --currency EUR --at 2026-11-05")
    funnel("win", "Y", "--value", "USD 1900", "--at", "2026-11-12")
    funnel("deal add Z --contact ana --value 50 --at 2026-11-03")
    funnel("lose Z --reason price --at 2026-11-13")
    args = ("movement", "--period", "2026-11")
    found = {
        (row["currency"], row["step"]): (row["count"], row["value_minor"])
        for row in rows(funnel, *args)
        if row["count"]
    }
    assert found == {
        ("EUR", "created"): (2, 105000),
        ("EUR", "raised"): (1, 200000),
        ("EUR", "lowered"): (2, -300000),
        ("EUR", "lost"): (1, -5000),
        ("USD", "created"): (1, 200000),
        ("USD", "raised"): (2, 280000),
        ("USD", "lowered"): (1, -200000),
        ("USD", "won"): (2, -280000),
    }
    (row,) = rows(funnel, "win-rate", "--period", "2026-11")[-1:]
    assert (row["won"], row["won_value_minor"]) == (2, 280000)
    for step, titles in (("raised", "XY"), ("lowered", "XY"), ("won", "XY"), ("lost", "Z")):
        behind = funnel("report", *args, "--deals", step, "--json=title").json
        assert {deal["title"] for deal in behind} == set(titles), step


def test_deals_of_an_unknown_opening_have_no_length(funnel: Run, tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text(
        "Title,Value,Stage,Opened,Closed\nA,100,won,,2026-11-02\nB,200,won,,2026-11-03\n"
        "C,300,lost,,2026-11-04\nD,400,won,2026-10-01,2026-10-11\nE,500,won,2026-11-05,2026-11-05\n"
    )
    funnel("import", "deals", str(path))
    left = "{} deals whose opening is not known: it stands on the day of the close."
    cycle = funnel("report cycle --json").json
    assert [(row["deals"], row["median"], row["longest"]) for row in cycle["rows"]] == [
        (2, 5, 10),
        (0, None, None),
        (2, 5, 10),
    ]
    assert cycle["n"] == 2
    assert left.format(3) in cycle["left_out"]
    assert {d["title"] for d in funnel("report cycle --deals won --json").json} == {"D", "E"}
    velocity = funnel("report velocity --json").json
    assert (velocity["rows"][0]["won"], velocity["rows"][0]["days"]) == (4, 5)
    assert left.format(2) in velocity["left_out"]
    summary = funnel("report summary --json").json
    (days,) = [row for row in summary["rows"] if row["figure"] == "cycle_days"]
    assert (days["deals"], days["days"]) == (2, 5)
    assert left.format(2) in summary["left_out"]
    for way in ((), ("--per-deal",)):
        stays = funnel("report", "time-in-stage", "--json", *way).json
        assert stays["rows"][0]["stays"] == 2
        assert left.format(3) in stays["left_out"]
    closed = funnel("show --json").json["closed"]
    assert (closed["won"], closed["days_to_win"]["n"], closed["days_to_lose"]) == (4, 2, None)
    # What happens later does not tell the opening; who says it, does.
    funnel("reopen A --at 2026-11-10")
    funnel("win A --value 100 --at 2026-11-20")
    assert left.format(3) in funnel("report cycle --json").json["left_out"]
    funnel("deal correct A 1 --at 2026-10-30")
    assert left.format(2) in funnel("report cycle --json").json["left_out"]


def test_effort_before_the_opening_counts_for_the_first_stage(funnel: Run) -> None:
    funnel("contact add ana")
    funnel("deal add New --contact ana --at 2026-11-20")
    funnel("visit add ana --at 2026-11-19 -t 1h30 --outcome met --deal New")
    funnel("effort add --contact ana -t 30 --at 2026-11-19")
    funnel("rate set hour 60 --from 2026-01-01")
    found = {row["name"]: row for row in rows(funnel, "cost")}
    assert found["Qualification"]["minutes"] == 90
    assert found["Qualification"]["cost_minor"] == 9000
    assert found["(without a deal)"]["minutes"] == 30
    data = funnel("report cost --json").json
    lead = data["extra"][0]["rows"][0]
    assert (lead["part"], lead["cost_minor"], lead["deals"]) == ("lead", 9000, 1)
    listed = funnel("effort list --json").json
    assert {row["minutes"]: row["stage"] for row in listed} == {90: "qualification", 30: None}
    funnel("deal correct New 1 --at 2026-11-18")
    assert {row["name"]: row["minutes"] for row in rows(funnel, "cost")}["Qualification"] == 90


def test_forecast_with_the_own_history_beside(four: Run) -> None:
    four("deal edit 3 --close 2026-12-24")
    data = four("report forecast --process four --json").json
    (row,) = data["rows"]
    assert (row["month"], row["weighted_minor"]) == ("2026-12", 10000)
    # Three deals came to stage two or further and were decided, two of them were won.
    assert row["own_weighted_minor"] == 66667
    (own,) = [r for r in data["extra"][0]["rows"] if r["stage"] == "two"]
    assert (own["won"], own["decided"], own["probability"]) == (2, 3, 10)
    assert (round(own["low"], 4), round(own["high"], 4)) == (0.2077, 0.9385)


def test_the_backtest_holds_forecasts_to_account(four: Run) -> None:
    four("deal add F --process four --stage four --value 100 --close 2026-10-15 --at 2026-09-10")
    four("win 5 --at 2026-10-20 --value 150")
    found = {row["month"]: row for row in rows(four, "forecast", "--backtest")}
    october = found["2026-10"]
    assert (october["weighted_minor"], october["won_of_these_minor"]) == (5000, 10000)
    assert (october["won_in_month_minor"], october["won"]) == (15000, 1)


def forecasts(four: Run) -> None:
    """A deal that moved from November to December since October, and one won in August."""
    edit = ("deal", "edit", 3)
    four(*edit, "--close", "2026-11-20", "--at", "2026-09-10")
    four(*edit, "--close", "2026-12-24", "--value", "1500", "--at", "2026-11-02")
    four("deal add F --process four --stage four --value 400 --close 2026-08-20 --at 2026-07-10")
    four("win 5 --at 2026-08-20 --value 500")


def test_a_forecast_beside_the_same_months_a_month_ago(four: Run) -> None:
    forecasts(four)
    data = four("report forecast --compare --json").json
    assert [
        (
            row["month"],
            row["deals"],
            row["deals_before"],
            row["weighted_minor"],
            row["weighted_before_minor"],
        )
        for row in data["rows"]
    ] == [("2026-11", None, 1, None, 10000), ("2026-12", 1, None, 15000, None)]
    assert (data["total"]["value_minor"], data["total"]["value_before_minor"]) == (150000, 100000)
    assert data["compared_with"]["period"] == "all time"
    page = four("report forecast --compare --md")
    assert "Before: the same as it stood at the end of Oct 24, 2026." in page
    assert "before: all time · as of Oct 24, 2026, n = 1" in page
    german = four("report forecast --compare --md", env={"FUNNEL_LANGUAGE": "de"})
    assert "| Monat | Offen | Davor |" in german
    assert "Davor: dasselbe, wie es am Ende des Oct 24, 2026 stand." in german


def test_a_forecast_beside_the_same_months_of_a_day(four: Run) -> None:
    forecasts(four)
    december = ("forecast", "--period", "2026-12")
    for day, before in (("2026-11-01", None), ("2026-11-02", 15000)):
        (row,) = rows(four, *december, "--since", day)
        assert (row["weighted_minor"], row["weighted_before_minor"]) == (15000, before)
    # Wins since the day are shown with its month, which is over.
    first, *_rest = rows(four, "forecast", "--since", "2026-08-15")
    assert (first["month"], first["won_value_minor"], first["won_value_before_minor"]) == (
        "2026-08",
        50000,
        0,
    )
    # The moment that is shown may itself be a past one.
    past = four("report", *december, "--since", "2026-10-01", "--as-of", "2026-11-01", "--json")
    assert past.json["rows"] == []


def test_a_forecast_beside_the_period_before_at_the_same_point_of_it(four: Run) -> None:
    forecasts(four)
    found = rows(four, "forecast", "--period", "2026-Q4", "--compare")
    # On 24 August, as far into its quarter as 24 November is into this: D, A, B, C had not come.
    assert [
        (row["month"], row["weighted_minor"], row["won_value_minor"], row["won_value_before_minor"])
        for row in found
    ] == [("2026-11", None, None, 50000), ("2026-12", 15000, 0, None)]
    page = four("report forecast --period 2026-Q4 --compare --md")
    assert "Q3/2026 as it stood at the end of Aug 24, 2026, as far into it as" in page
    assert "the first month or week of Q3/2026 beside the first" in page


def test_how_things_stand_beside_how_they_stood(four: Run) -> None:
    now = {r["stage"]: r for r in rows(four, "snapshot", "--process", "four", "--compare")}
    assert (now["two"]["open"], now["two"]["open_before"]) == (1, 1)
    args = ("--process", "four", "--compare", "--period", "2026-10..2026-11")
    then = {r["stage"]: r for r in rows(four, "snapshot", *args)}
    # Two months before: B was still open at four on 24 September.
    assert (then["four"]["open"], then["four"]["open_before"]) == (0, 1)
    aged = {r["stage"]: r for r in rows(four, "ageing", "--process", "four", "--compare")}
    assert (aged["two"]["median"], aged["two"]["median_before"]) == (76, 46)
    both = rows(four, "snapshot", "--by", "process", "--compare")
    assert [r["open_before"] for r in both if r["stage"] == "two"] == [1]
    page = four("report all --process four --compare --md")
    assert "before: as of Oct 24, 2026, n = 4" in page


def test_past_forecasts_by_slice_and_beside_earlier_ones(four: Run) -> None:
    forecasts(four)
    four("deal edit 5 --source fair")
    args = ("forecast", "--backtest", "--period", "2026-Q3")
    whole = rows(four, *args)
    sliced = rows(four, *args, "--by", "source")
    assert [
        (r["slice"], r["month"], r["weighted_minor"], r["won_in_month_minor"]) for r in sliced
    ] == [
        ("fair", "2026-08", 20000, 50000),
        (None, "2026-09", 0, 400000),
    ]
    for column in ("deals", "weighted", "won_of_these", "won_in_month"):
        assert sum(row[column] for row in sliced) == sum(row[column] for row in whole)
    cell = ("--deals", "fair/2026-08:won", "--ids")
    assert four("report", *args, "--by", "source", *cell).lines == ["5"]
    beside = rows(four, "forecast", "--backtest", "--period", "2026-10", "--compare")
    assert [(r["month"], r["weighted_minor"], r["weighted_before_minor"]) for r in beside] == [
        ("2026-10", None, 0)
    ]


def test_slippage_as_known_at_the_start(four: Run) -> None:
    four("deal add F --process four --value 100 --close 2026-10-15 --at 2026-09-10")
    four("deal edit 5 --close 2026-11-04 --at 2026-10-10")
    (row,) = rows(four, "slippage", "-p", "2026-10")
    assert (row["due"], row["slipped"], row["pushes"], row["pushed_days"]) == (1, 1, 1, 20)


def test_time_in_stage_never_drops_what_is_open(four: Run) -> None:
    found = {row["stage"]: row for row in rows(four, "time-in-stage", "--process", "four")}
    two = found["two"]
    # Stays of 1, 4, 4 days, and one that has lasted since 8 September.
    assert (two["stays"], two["lasting"], two["median"], two["p75"]) == (4, 1, 4, 4)
    assert found["won"]["median"] is None
    page = four("report time-in-stage --process four --md")
    assert "not reached" in page
    deal = {r["stage"]: r for r in rows(four, "time-in-stage", "--process", "four", "--per-deal")}
    assert deal["two"]["stays"] == 3


def test_the_time_that_a_deal_lay_lost_is_not_spent_in_the_stage(four: Run) -> None:
    args = ("time-in-stage", "--process", "four")

    def days(*more: str) -> tuple[int, int, float | None]:
        found = {row["stage"]: row for row in rows(four, *args, *more)}
        return found["four"]["stays"], found["four"]["ended"], found["four"]["p75"]

    # A was at four for 8 days, D for 20, B for 26, until it was lost on 1 October.
    assert days() == days("--per-deal") == (3, 3, 26)
    four("reopen 2 --to three --reason again --at 2026-11-10")
    assert days() == days("--per-deal") == (3, 3, 26)
    assert days("--as-of", "2026-11-12") == (3, 3, 26)
    assert days("--as-of", "2026-09-30") == (3, 2, None)
    four("advance 2 --at 2026-11-14")
    four("lose 2 --reason price --at 2026-11-15")
    # B's second stay there was of one day: added up, 27.
    assert days() == (4, 4, 20)
    assert days("--per-deal") == (3, 3, 27)
    sliced = rows(four, *args, "--by", "source")
    assert [(row["stays"], row["p75"]) for row in sliced if row["stage"] == "four"] == [(4, 20)]
    page = four("report", *args, "--md")
    assert "ended with the loss, also where it was reopened later" in page


def test_a_farewell_after_a_no_adds_no_days(funnel: Run) -> None:
    funnel("deal add Roof --process funnel --stage offer --value 1 --at 2026-09-01")
    funnel("lose 1 --reason price --at 2026-09-04")
    funnel("advance 1 --to farewell --at 2026-10-20")
    found = {row["stage"]: row for row in rows(funnel, "time-in-stage", "--process", "funnel")}
    assert (found["offer"]["stays"], found["offer"]["median"]) == (1, 3)


def test_ageing_beside_the_usual(four: Run) -> None:
    (row,) = [r for r in rows(four, "ageing", "--process", "four") if r["stage"] == "two"]
    assert (row["deals"], row["median"], row["usual"], row["over"]) == (1, 76, 4, 1)
    assert (row["no_contact"], row["no_step"]) == (1, 1)


@pytest.mark.parametrize("process", ["cycle", "funnel"])
def test_open_means_the_same_everywhere_whatever_the_stage(funnel: Run, process: str) -> None:
    """A won deal after its farewell is not open; one that waits outside the funnel is."""
    if process == "cycle":
        funnel("deal add Waiting --stage positioning --value 300 --close 2027-01-10")
    else:
        funnel("deal add Order --process funnel --value 5000")
        funnel("win 1")
        funnel("advance 1 --to farewell")
        funnel("deal add No --process funnel --value 700")
        funnel("lose 2 --reason price")
        funnel("advance 2 --to farewell")
        funnel("deal add Waiting --process funnel --value 300 --close 2027-01-10")
    assert [deal["title"] for deal in funnel("deal list is:open --json").json] == ["Waiting"]
    (now,) = funnel("today", "--json").json["pipeline"]
    assert now["open"] == 1
    weighted = {"cycle": 0, "funnel": 3000}[process]
    amounts = [
        (row["currency"], row["value_minor"], row["weighted_minor"]) for row in now["amounts"]
    ]
    assert amounts == [("EUR", 30000, weighted)]
    assert "300.00" in funnel("today", tty=True)
    assert "5,300" not in funnel("today", tty=True)
    for report, column in (("snapshot", "open"), ("ageing", "deals"), ("forecast", "deals")):
        found = rows(funnel, report, "--process", process)
        assert sum(row[column] for row in found) == 1, report
        deals = funnel("report", report, "--process", process, "--json").json["n"]
        assert deals == (1 if report != "snapshot" else 1 if process == "cycle" else 3)


def test_cost_by_stage_and_per_customer(four: Run) -> None:
    four("rate set hour 60 --from 2026-01-01")
    four("effort add 1 -t 90m --at '2026-09-01 12:00'")
    four("effort add 2 -t 30m --expenses 5 --at 2026-09-10")
    data = four("report cost --process four --json").json
    assert [row["cost_minor"] for row in data["rows"]] == [9000, 0, 3500, 0]
    per = {
        row["part"]: (row["cost_minor"], row["deals"], row["each_minor"])
        for row in data["extra"][0]["rows"]
    }
    assert per == {
        "lead": (9000, 4, 2250),
        "opportunity": (12500, 4, 3125),
        "customer": (12500, 2, 6250),
    }


def test_effort_costs_the_same_in_every_report_and_on_the_deal(four: Run) -> None:
    four("rate set hour 59.99 --from 2026-01-01")
    four("rate set km 'USD 0.40' --from 2026-09-05")
    four("exchange set USD 0.915 --from 2026-09-08")
    entry = ("effort", "add", 1)
    four(*entry, "-t", "50m", "--km", "7", "--at", "2026-09-02")
    four(*entry, "-t", "7m", "--km", "33", "--expenses", "4.20", "--at", "2026-09-06")
    four(*entry, "--km", "21", "--expenses", "USD 9.99", "--at", "2026-09-09")
    shown = four("deal show 1 --json").json["effort"]["costs"]
    # 50 and 7 minutes, 4.20; a kilometre before its first rate costs nothing. 33 and 21 km, 9.99.
    assert {row["currency"]: row["cost_minor"] for row in shown} == {
        "EUR": 4999 + 700 + 420,
        "USD": 33 * 40 + 21 * 40 + 999,
    }
    # What was spent on the 9th has a rate of exchange: 840 and 999 cents at 0.915.
    wanted = {"EUR": 4999 + 700 + 420 + 769 + 914, "USD": 33 * 40}
    data = four("report cost --process four --json").json
    by_stage: dict[str, int] = {}
    for row in data["rows"]:
        by_stage[row["currency"]] = by_stage.get(row["currency"], 0) + row["cost_minor"]
    assert by_stage == wanted
    per = [row for row in data["extra"][0]["rows"] if row["part"] == "customer"]
    assert {row["currency"]: row["cost_minor"] for row in per} == wanted
    assert {
        row["currency"]: row["effort_minor"] for row in rows(four, "cac", "-p", "2026")
    } == wanted
    assert {row["currency"]: row["cost_minor"] for row in rows(four, "sources")} == wanted


def test_new_customers_count_once_whatever_the_currencies(four: Run) -> None:
    four("contact", "add", "Ada")
    four("deal add G -c Ada --value 1 --at 2026-10-01")
    four("win 5 --at 2026-10-02")
    for amount in ("5", "CHF 7"):
        four("effort", "add", 5, "--expenses", amount, "--at", "2026-10-01 12:00")
    data = four("report", "cac", "--json").json
    assert [row["each_minor"] for row in data["rows"]] == [700, 500]
    assert data["n"] == 1


def test_satisfaction_with_its_error(funnel: Run, db: str) -> None:
    funnel("contact", "add", "Ada")
    with closing(sqlite3.connect(db)) as conn, conn:
        for number, score in enumerate((10, 9, 8, 3)):
            conn.execute(
                "INSERT INTO satisfaction (public_id, contact_id, kind, score, scored_on,"
                " recorded_at) VALUES (?, 1, 'nps', ?, '2026-11-01', 0)",
                (f"s{number}", score),
            )
    nps = rows(funnel, "satisfaction")[0]
    assert (nps["scores"], nps["result"]) == (4, 25.0)
    assert round(nps["error"], 3) == 41.458
    chart = funnel("report", "satisfaction", tty=True).lines[2:13]
    assert [line.split()[:2] for line in chart] == [
        [str(score), "1" if score in (3, 8, 9, 10) else "0"] for score in range(11)
    ]


def test_referred_and_referring_are_two_figures(funnel: Run) -> None:
    funnel("contact", "add", "Ada")
    funnel("contact add Bea --referred-by Ada")
    funnel("deal add Roof -c 2 --value 1 --at 2026-10-01")
    funnel("win 1 --at 2026-10-02")
    (row,) = rows(funnel, "referrals")
    assert (row["new"], row["referred"], row["customers"], row["refer"]) == (1, 1, 1, 0)


def test_activity_by_week(funnel: Run) -> None:
    funnel("contact", "add", "Ada")
    funnel("log Ada talk --at '2026-11-23 10:00'")
    funnel("log Ada 'nobody there' --outcome not_met --at '2026-11-16 10:00'")
    found = {row["week"]: row for row in rows(funnel, "activity")}
    assert (found["2026-W48"]["visits"], found["2026-W47"]["attempts"]) == (1, 1)


def test_a_week_in_which_nothing_was_done_is_drawn_as_nothing(funnel: Run) -> None:
    funnel("contact", "add", "Ada")
    funnel("log Ada talk --at '2026-10-26 10:00'")
    funnel("log Ada 'talk again' --at '2026-11-09 10:00'")
    found = [(row["week"], row["visits"]) for row in rows(funnel, "activity")]
    assert found == [
        ("2026-W44", 1),
        ("2026-W45", 0),
        ("2026-W46", 1),
        ("2026-W47", 0),
        ("2026-W48", 0),
    ]
    found = [(row["week"], row["visits"]) for row in rows(funnel, "activity", "-p", "2026-11")]
    assert [week for week, _visits in found] == ["2026-W46", "2026-W47", "2026-W48"]
    of_october = rows(funnel, "activity", "-p", "2026-10")
    assert [row["week"] for row in of_october] == ["2026-W44"]


def test_deals_in_one_foreign_currency_are_added_up(funnel: Run) -> None:
    funnel("deal add Roof --value 'USD 100'")
    funnel("deal add Hall --value 'USD 200' --stage offer")
    report = funnel("report", "snapshot", "--json").json
    assert {row["currency"] for row in report["rows"]} == {"USD"}
    assert report["total"]["value_minor"] == 30000
    assert report["notes"] == []
    funnel("deal add Barn --value 'EUR 50' --stage offer")
    report = funnel("report", "snapshot", "--json").json
    assert "value" not in report["total"]
    assert "kept apart" in report["notes"][0]


def test_the_source_that_pays_most_stands_first(funnel: Run) -> None:
    for source, value in (("fair", "100"), ("web", "900"), ("referral", "500")):
        funnel("deal", "add", f"By {source}", "--source", source, "--value", value)
        funnel("win", f"By {source}", "--at", "today")
    assert [row["source"] for row in rows(funnel, "sources")] == ["web", "referral", "fair"]


def test_charts_of_slices_call_them_by_name_and_leave_out_nothing(funnel: Run) -> None:
    funnel("deal add Roof --source cold_call --value 100")
    assert rows(funnel, "snapshot", "--by", "source")[0]["slice"] == "cold_call"
    shown = funnel("report snapshot --by source", tty=True, width=100)
    chart = shown.lines[1 : shown.lines.index("")]
    assert len(chart) == 1
    assert chart[0].startswith("cold call · ")
    assert "cold_call" not in shown
    funnel("win Roof --at today")
    bar = funnel("report win-rate --by source", tty=True, width=100).lines[1]
    assert bar.startswith("cold call  1/1")
    bar = funnel("report", "win-rate", tty=True, width=100).lines[1]
    assert bar.startswith("Win rate  1/1")


def test_a_comparison_is_headed_in_the_language_spoken(four: Run) -> None:
    args = ("report", "win-rate", "-p", "2026-10", "--compare", "--md")
    assert "| Won | Before |" in four(*args).lines[2]
    german = four(*args, env={"FUNNEL_LANGUAGE": "de"})
    assert "| Gewonnen | Davor |" in german.lines[2]


def test_a_percentage_is_written_as_the_locale_does(funnel: Run) -> None:
    funnel("deal add Roof --value 100 --stage negotiation")
    assert "€70.00 (70%)" in funnel("deal", "show", "1", tty=True)
    assert "(70 %)" in funnel("deal", "show", "1", tty=True, env={"FUNNEL_LOCALE": "de_DE"})


def test_a_total_belongs_to_no_slice(funnel: Run) -> None:
    for number, source in enumerate(("fair", "web", "web")):
        funnel("deal", "add", f"Roof {number}", "--source", source, "--value", 100)
        funnel("lose", f"Roof {number}", "--reason", "price", "--at", "today")
    for name in ("win-rate", "sources"):
        page = funnel("report", name, "--by", "source", "--md")
        assert "(none)" not in page
        assert any(line.startswith("|  |") and "**3**" in line for line in page.lines)
    assert [row["source"] for row in rows(funnel, "sources")] == ["web", "fair"]


def test_a_page_of_nothing_says_why(funnel: Run) -> None:
    page = funnel("report", "all", tty=True)
    assert page.startswith("There is no deal yet.")
    assert 'funnel deal add "New roof"' in page
    assert "funnel" not in funnel("report", "all", "--md")
    funnel("deal", "add", "Roof")
    assert funnel("report", "all", "nowhere", tty=True).startswith("No deal passes the filter.")
    assert funnel("report", "sources", "nowhere", "--md").count("No deal passes") == 1


def test_a_process_without_deals_says_so(funnel: Run) -> None:
    funnel("deal", "add", "Roof")
    said = "No deal goes through Sales funnel yet."
    assert said in funnel("report", "snapshot", "--process", "funnel", "--md")
    page = funnel("report all --process funnel", tty=True, width=300)
    assert page.startswith(said)
    assert "Conversion, Flow, Win rate" in page
    losses = funnel("report", "losses", tty=True)
    assert "There is nothing of this to report yet." in losses
    assert "Nothing falls into" not in losses
    assert "Nothing falls into this period." in funnel("report", "losses", "-p", "2020", "--md")


def test_a_period_among_the_filters_is_told_where_it_belongs(funnel: Run) -> None:
    funnel("deal", "add", "Roof")
    shown = funnel("report win-rate 2026-Q3", tty=True, width=200)
    assert "a period is written" not in funnel("report win-rate 2026-Q3 --md")
    assert "a period is written --period 2026-Q3." in shown
    assert "a period is written" not in funnel("report", "win-rate", "nowhere", "--md")


# Output -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_report_in_every_format(four: Run, tmp_path: Path, name: str) -> None:
    args = ("report", name, "--process", "four")
    data = four(*args, "--json").json
    assert {"report", "title", "rule", "period", "zone", "n", "left_out", "rows"} <= set(data)
    for form in ("--jsonl", "--csv", "--tsv", "--md", "--html"):
        four(*args, form)
    lines = four(*args).lines
    own = [line for line in lines if name in TABLES and line.startswith(f"{name}\t")]
    assert len(own or lines) == len(data["rows"])
    for ending in ("csv", "html", "svg", "md"):
        path = tmp_path / f"r.{ending}"
        four(*args, "-o", path)
        assert path.read_text(encoding="utf-8")
    for width in (20, 40, 80, 160):
        page = four(*args, tty=True, width=width, env={"NO_COLOR": "1"})
        assert width < 40 or max(len(line) for line in page.lines) <= width


def test_one_page_for_a_monday_morning(four: Run) -> None:
    data = four("report all --process four --json").json
    assert [report["report"] for report in data] == NAMES
    page = four("report all --process four --period 2026-09 --compare --md")
    assert "## Win rate" in page
    assert "Nothing to report on:" in page


def test_reports_speak_german(four: Run) -> None:
    page = four("report snapshot --process four --md", env={"FUNNEL_LANGUAGE": "de"})
    assert "Zwei" in page


# Speed without a clock --------------------------------------------------------------------------


@pytest.mark.sqlite("SQLite's plans")
@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("flow", "USING COVERING INDEX stay_flow"),
        ("time_in_stage", "USING INDEX stay_length"),
        ("conversion_any_all", "USING COVERING INDEX stay_flow"),
        ("time_in_stage_lost", "USING INDEX stay_reopened"),
    ],
)
def test_the_plans_go_along_the_indexes(four: Run, db: str, name: str, index: str) -> None:
    from funnelcli.db import connect
    from funnelcli.reports import scope
    from funnelcli.reports.statement import fill, text_of

    conn = connect(db)
    asked = scope.make(conn, process="four")
    plan = conn.execute(
        "EXPLAIN QUERY PLAN " + fill(asked, text_of(name)), {**asked.parameters, "per_deal": 0}
    ).fetchall()
    conn.close()
    lines = [row[3] for row in plan]
    assert any(index in line for line in lines), lines
    # Stays are never read row by row, and never sorted.
    assert not any(line.startswith("SCAN y") for line in lines)


@pytest.mark.sqlite("what SQLite is asked")
def test_a_report_reads_and_writes_nothing(four: Run, db: str) -> None:
    with closing(sqlite3.connect(db)) as conn:
        before = list(conn.iterdump())
    for name in NAMES:
        four("report", name, "--as-of", "2026-09-30")
    with closing(sqlite3.connect(db)) as conn:
        assert list(conn.iterdump()) == before


def test_a_report_of_the_clock(four: Run, clock: Clock) -> None:
    clock.set("2027-02-01 00:30")
    assert rows(four, "forecast", "--process", "four")[0]["month"] == "undated"
    assert four("report", "slippage", "--json").json["period"] == "2027-02"
