"""Edges that random histories hardly ever meet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from types import ModuleType
from typing import Any

import pytest

from conftest import Clock, Run
from funnelcli.reports import route, sources


def at(day: str) -> str:
    """The first minute of a day, as --at takes it."""
    return f"{day} 00:00"


def test_a_win_counts_through_the_last_of_its_active_days(funnel: Run, clock: Clock) -> None:
    for name, day in (("Ada", "2025-07-01"), ("Bea", "2025-06-30")):
        funnel("contact", "add", name)
        funnel("deal", "add", name, "--contact", name, "--value", 100, "--at", "2025-03-03 10:00")
        funnel("win", name, "--at", f"{day} 23:59")
    rows = funnel("report retention -p 2026-Q3 --json").json["rows"]
    # 365 days before the first of July 2026, and 366.
    assert date(2026, 7, 1) - timedelta(days=365) == date(2025, 7, 1)
    assert [(row["customers"], row["active_start"], row["kept"]) for row in rows] == [(2, 1, 0)]


def test_a_win_on_the_first_instant_of_a_month_is_none_of_the_month_before(funnel: Run) -> None:
    for name, day in (("Late", at("2026-11-01")), ("Early", "2026-10-31 23:59")):
        funnel(f"deal add {name} --value 100 --close 2026-10-20 --at '2026-09-01 10:00'")
        funnel("win", name, "--at", day)
    (row,) = funnel("report forecast --backtest -p 2026-10 --json").json["rows"]
    assert (row["deals"], row["won"], row["slipped"]) == (2, 1, 1)


def test_a_step_made_later_makes_nothing_overdue_before(funnel: Run, clock: Clock) -> None:
    clock.set("2026-10-01 09:00")
    funnel("deal add Roof --at '2026-09-01 10:00'")
    funnel("next", "Roof", "call back")
    clock.set("2026-11-24 09:00")
    funnel("next Roof write --due 2026-10-05")
    now = funnel("report", "ageing", "--json").json["rows"]
    then = funnel("report ageing --as-of 2026-10-31 --json").json["rows"]
    for rows, overdue in ((now, 1), (then, 0)):
        assert sum(row["overdue"] for row in rows) == overdue
        assert sum(row["no_step"] for row in rows) == 0


def test_open_deals_stay_with_their_currency(funnel: Run) -> None:
    for name, value in (("Roof", "EUR 100"), ("Wall", "CHF 200"), ("Yard", "CHF 300")):
        funnel("deal", "add", name, "--value", value, "--stage", "offer")
    rows = funnel("report", "velocity", "--json").json["rows"]
    assert [(row["currency"], row["open"]) for row in rows] == [("CHF", 2), ("EUR", 1)]
    for currency, ids in (("EUR", ["1"]), ("CHF", ["2", "3"])):
        found = funnel("report", "velocity", "--deals", f"{currency}:open", "--ids")
        assert found.split() == ids


def test_a_page_over_all_time_has_the_movement_of_its_own_period(funnel: Run, clock: Clock) -> None:
    clock.set("2026-11-24 09:00")
    funnel("deal add Roof --value 100 --at '2026-11-02 10:00'")
    page = funnel("report all -p all --json").json
    periods = {report["report"]: report["period"] for report in page}
    assert periods["movement"] == "2026-11"
    assert periods["win-rate"] == "all time"


def test_a_period_without_deals_compares_in_the_currency_of_the_others(funnel: Run) -> None:
    funnel("deal add Roof --value 'USD 100' --at '2026-10-02 10:00'")
    funnel("win Roof --at '2026-10-05 10:00'")
    for name, amount in (("win-rate", "won_value"), ("movement", "value")):
        rows = funnel("report", name, "-p", "2026-10", "--compare", "--json").json["rows"]
        assert {row["currency"] for row in rows} == {"USD"}
        assert [row[f"{amount}_before"] for row in rows] == [0] * len(rows)
    (row,) = funnel("report slippage -p 2026-09 --json").json["rows"]
    assert row["currency"] == "USD"


def test_quartiles_begin_with_three_deals(funnel: Run) -> None:
    for name, days in (("Ada", 7), ("Bea", 45)):
        funnel("deal", "add", name, "--at", "2026-08-01 10:00")
        day = date(2026, 8, 1) + timedelta(days=days)
        funnel("lose", name, "--reason", "price", "--at", f"{day} 10:00")
    lost = funnel("report", "cycle", "--json").json["rows"][1]
    # Of two the one at rank ⌊0.75⌋ is the shorter: it would lie below the median.
    assert (lost["median"], lost["p25"], lost["p75"]) == (26, None, None)


def test_one_deal_is_counted_in_the_singular(funnel: Run) -> None:
    funnel("deal", "add", "Roof")
    german = {"FUNNEL_LANGUAGE": "de"}
    assert "n = 1 deal;" in funnel("report", "snapshot", tty=True)
    assert "n = 1 Geschäft;" in funnel("report", "snapshot", tty=True, env=german)
    funnel("deal", "add", "Wall")
    assert "n = 2 deals;" in funnel("report", "snapshot", tty=True)
    assert funnel("report", "snapshot", "--json").json["unit"] == "deals"


def test_a_page_shows_the_stages_of_every_process_that_has_deals(funnel: Run) -> None:
    funnel("deal", "add", "Roof")
    other = "Funnel snapshot · Sales funnel"
    assert other not in funnel("report", "all", tty=True, width=160)
    funnel("deal add Wall --process funnel")
    for args in ((), ("--md",), ("--html",)):
        shown = funnel("report", "all", *args, tty=not args, width=160)
        assert "Sales cycle" in shown
        assert "Sales funnel" in shown
    assert other not in funnel("report", "all", "--process", "cycle", tty=True, width=160)
    data = funnel("report all --json").json
    of = [one["process"] for one in data if one["report"] == "conversion"]
    assert of == ["cycle", "funnel"]
    # What has no deals is in no table of probabilities either.
    funnel("deal remove Wall --yes")
    (forecast,) = [r for r in funnel("report all --json").json if r["report"] == "forecast"]
    assert {row["process"] for row in forecast["extra"][0]["rows"]} == {"cycle"}


def test_a_narrow_comparison_cuts_no_number_and_keeps_its_first_column(funnel: Run) -> None:
    funnel("deal add Roof --value 278500")
    for name in ("snapshot", "forecast"):
        shown = funnel("report", name, "--compare", tty=True, width=50)
        table = shown.partition("How:")[0].partition("Probabilities")[0]
        assert "€278,500.00" in table or "€27,850.00" in table
        assert "Before" in table
        assert "0.…" not in table


def test_processes_reasons_and_sources_are_called_by_name(funnel: Run) -> None:
    funnel("deal add Roof --source fair")
    funnel("lose Roof --reason no_budget")
    german = {"FUNNEL_LANGUAGE": "de"}
    shown = funnel("deal", "show", "1", tty=True, env=german)
    assert "Geschäft 1" in shown
    for name in ("Verkaufskreislauf", "Messe", "verloren: kein Budget"):
        assert name in shown
    for key in ("no_budget", "fair", "cycle"):
        assert key not in shown
    forecast = funnel("report", "forecast", tty=True, width=120, env=german)
    assert "Verkaufskreislauf" in forecast


def test_the_deals_behind_a_movement_count_in_the_rate_that_it_shows(funnel: Run) -> None:
    # The rate began after the period, so its dollars stay dollars, behind the cell too.
    funnel("deal add Roof --value 'USD 500' --at 2026-09-10")
    funnel("exchange set USD 0.90 --from 2026-11-01")
    args = ("report", "movement", "--period", "2026-09")
    rows = funnel(*args, "--json").json["rows"]
    assert [(row["currency"], row["value_minor"]) for row in rows if row["step"] == "created"] == [
        ("USD", 50000)
    ]
    assert funnel(*args, "--deals", "created", "--ids").lines == ["1"]


@pytest.mark.parametrize("report", [sources, route])
def test_what_effort_cost_is_gone_through_once_and_not_for_each_slice(
    funnel: Run, monkeypatch: pytest.MonkeyPatch, report: ModuleType
) -> None:
    for number in range(6):
        funnel("contact", "add", f"Ada {number}")
        funnel("deal", "add", "Roof", "--contact", number + 1, "--source", "fair")
        funnel("effort", "add", number + 1, "--expenses", number + 1)
    read: list[Any] = []

    class Costs(dict[Any, int]):
        def __iter__(self) -> Iterator[Any]:
            for key in super().__iter__():
                read.append(key)
                yield key

        def items(self) -> Any:
            return [(key, self[key]) for key in self]

    amounts_of = report.amounts_of
    monkeypatch.setattr(report, "amounts_of", lambda *given: Costs(amounts_of(*given)))
    name = report.__name__.rpartition(".")[2]
    rows = funnel(f"report {name} --by contact --json").json["rows"]
    costs = [row["cost"] for row in rows if row["cost"]]
    assert costs == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    # Once for the slices, and once for what they cost.
    assert len(read) <= 2 * 6
