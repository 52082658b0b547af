"""The funnel: the figures of a known history, and the same figures from cache and logs."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest

from conftest import DATA, Clock, Run
from funnelcli.values import dates


def history(funnel: Run, clock: Clock, add_process: Run) -> None:
    """A: 2 → 3 → 4 → won. B: 2 → 4 → lost. C: 2 → 3 → 2. D: created at 4 → won."""
    # The second stage belongs to the lead here.
    add_process((DATA / "four.toml").read_text("utf-8").replace("opportunity", "lead", 1))
    for name, stage in (("A", "two"), ("B", "two"), ("C", "two"), ("D", "four")):
        funnel("deal", "add", name, "-p", "four", "--stage", stage, "--value", 100)
    clock.advance(days=1)
    for deal, to in ((1, "three"), (1, "four"), (2, "four"), (3, "three")):
        funnel("advance", deal, "--to", to)
    funnel("back 3 --reason 'not yet'")
    clock.advance(days=1)
    funnel("win", 1)
    funnel("win", 4)
    funnel("lose 2 --reason price")


def test_reached_counts_deals_by_how_far_they_came(
    funnel: Run, clock: Clock, add_process: Run
) -> None:
    history(funnel, clock, add_process)
    shown = funnel("show", "four", "--json").json
    assert [row["reached"] for row in shown["stages"]] == [4, 4, 3, 2]
    assert [row["deals"] for row in shown["stages"]] == [1, 0, 0, 2]
    assert (shown["closed"]["won"], shown["closed"]["lost"]) == (2, 1)
    assert shown["closed"]["days_to_win"] == {"n": 2, "mean": 2.0, "median": 2.0}


def test_now_from_the_cache_is_now_from_the_logs(
    funnel: Run, clock: Clock, add_process: Run
) -> None:
    history(funnel, clock, add_process)
    now = funnel("show", "four", "--json").json
    clock.advance(hours=1)
    then = funnel("show four --as-of 'today 09:30' --json").json
    for key in ("stages", "closed", "entered"):
        assert now[key] == then[key]


@pytest.mark.parametrize("seed", range(2))
def test_a_past_moment_is_shown_as_it_was_shown_then(funnel: Run, clock: Clock, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    seen: dict[str, Any] = {}
    for number in range(1, 5):
        funnel(f"deal add 'Roof {number}' --value {number}k")
    for _step in range(25):
        deal = dice.randint(1, 4)
        funnel(
            dice.choice(
                [
                    f"advance {deal}",
                    f"advance {deal} --to {dice.choice(['qualification', 'offer', 'delivery'])}",
                    f"win {deal}",
                    f"lose {deal} --reason {dice.choice(['price', 'duplicate'])}",
                    f"deal reopen {deal}",
                    f"deal edit {deal} --value {dice.randint(1, 9)}k",
                    f"deal add New --value {dice.randint(1, 9)}k",
                ]
            ),
            exit=None,
        )
        seen[dates.local(dates.now()).strftime("%Y-%m-%d %H:%M")] = funnel("show --json").json
        clock.advance(minutes=dice.randint(3, 3000))
    for moment, then in seen.items():
        shown = funnel("show", "--as-of", moment, "--json").json
        assert shown == {**then, "as_of_at": shown["as_of_at"]}, moment
        some = funnel("show", "value:5k..", "--as-of", moment, "--json").json
        assert some["entered"] <= shown["entered"]


def test_shares_after_the_sale_are_of_the_sold_as_in_the_conversion(funnel: Run) -> None:
    for title in ("Roof", "Door", "Gate", "Fence"):
        funnel("deal", "add", title, "--value", 100)
    for title in ("Roof", "Door"):
        funnel("win", title)
    funnel("advance Roof --to delivery")
    shown = {row["stage"]: (row["reached"], row["base"]) for row in stages(funnel)}
    assert shown["decision"] == (2, 4)
    assert shown["delivery"] == (1, 2)
    rows = funnel("report conversion --process cycle --json").json["rows"]
    assert {row["stage"]: row["share"] for row in rows} == {
        key: reached / base for key, (reached, base) in shown.items() if reached is not None
    }
    page = funnel("show", tty=True, width=100)
    assert "1/2" in next(line for line in page.splitlines() if "Implementation" in line)
    assert "of the deals that came to the sale" in page


def stages(funnel: Run) -> list[dict[str, Any]]:
    """The stages of the sales cycle as JSON shows them."""
    found: list[dict[str, Any]] = funnel("show", "cycle", "--json").json["stages"]
    return found


def test_weighted_values_are_rounded_a_deal_and_add_up(funnel: Run) -> None:
    for _deal in range(3):
        funnel("deal add Roof --value 0.05 --probability 50")
    stage = funnel("show", "--json").json["stages"][1]
    assert [amount["weighted_minor"] for amount in stage["amounts"]] == [9]


def test_currencies_are_never_added_up(funnel: Run) -> None:
    funnel("deal add Roof --value 'EUR 100'")
    funnel("deal add Door --value 'USD 50'")
    amounts = funnel("show", "--json").json["stages"][1]["amounts"]
    assert {(a["currency"], a["value_minor"]) for a in amounts} == {("EUR", 10000), ("USD", 5000)}
    rows = [row for row in funnel("show").rows if row[:3] == ["stages", "2", "qualification"]]
    assert [row[7] for row in rows] == ["EUR", "USD"]


def test_duplicates_are_in_no_rate(funnel: Run) -> None:
    funnel("deal add Roof --value 1")
    funnel("deal", "add", "Roof again")
    funnel("win", 1)
    funnel("lose 2 --reason duplicate")
    shown = funnel("show", tty=True, width=100)
    assert "1 duplicate is left out" in shown
    assert "1/1: 1 of 1 closed" in shown
    assert funnel("show", "--json").json["entered"] == 1


def test_filters_choose_the_deals(funnel: Run) -> None:
    funnel("deal add Roof --tag vip")
    funnel("deal", "add", "Door")
    assert funnel("show", "cycle", "tag:vip", "--json").json["entered"] == 1
    assert funnel("show", "-tag:vip", "--json").json["entered"] == 1
    assert funnel("show", "tag:none", "--json").json["entered"] == 1


def test_a_screen_of_each_width(funnel: Run, clock: Clock, add_process: Run) -> None:
    history(funnel, clock, add_process)
    wide = funnel("show", "four", tty=True, width=100, env={"NO_COLOR": "1"})
    assert (
        wide.splitlines()[:9]
        == [
            "Four",
            "Stage      Deals    Value  Weighted  Reached",
            "Lead",
            "  Two          1  $100.00    $10.00      4/4  " + "█" * 44,
            "  Three        –                         4/4  " + "█" * 44,
            "Opportunity",
            "  Four         –                         3/4  " + " " * 5 + "▐" + "█" * 32 + "▌",
            "Customer",
            "  Won          2  $200.00   $200.00      2/4  " + " " * 11 + "█" * 22,
        ]
        or wide
    )
    for width in (20, 40, 80, 160):
        shown = funnel("show", "four", tty=True, width=width, env={"NO_COLOR": "1"})
        assert "Two" in shown
        assert "█" in shown or width == 20


def test_shares_read_as_in_the_reports(funnel: Run) -> None:
    for number in range(6):
        funnel("deal", "add", f"Roof {number}")
    funnel("advance 'Roof 1' --to negotiation")
    shown = funnel("show", tty=True, width=100)
    lines = {line.split("  ")[1]: line.split() for line in shown.lines if line.startswith("  ")}
    assert "100%" in lines["Qualification"]
    assert "17%" in lines["Negotiation"]
    reached = funnel("report", "conversion", tty=True, width=100).lines
    assert "17%" in next(line for line in reached if line.startswith("Negotiation"))


def test_a_day_to_come_is_refused(funnel: Run) -> None:
    assert "has not come" in funnel("show", "--as-of", "tomorrow", exit=2).stderr
    funnel("show", "--as-of", "today")


def test_the_sales_route_of_both_processes(funnel: Run, clock: Clock) -> None:
    clock.set("2026-09-01 09:00")
    for name in ("Ada", "Bob", "Eva"):
        funnel(f"deal add '{name} roof' --new-contact {name} --value 1000 --source fair")
    funnel("deal add Heating --process funnel --value 50 --source web")
    clock.set("2026-09-11 09:00")
    funnel("advance 'Ada roof' --to offer")
    funnel("advance 'Bob roof' --to offer")
    funnel("effort add 'Bob roof' --expenses 30")
    clock.set("2026-09-21 09:00")
    funnel("win 'Ada roof' --value 900")
    funnel("lose 'Bob roof' --reason price")
    clock.set("2026-10-01 09:00")
    funnel("deal add Again --contact Ada --value 500")
    funnel("win Again")
    clock.set("2026-10-02 09:00")

    def route(*words: str) -> dict[tuple[str, ...], dict[str, Any]]:
        rows = funnel("show", "--route", *words, "--json").json["rows"]
        keys = ("slice", "slice_2", "part")
        return {tuple(row[key] for key in keys if key in row): row for row in rows}

    now = route()
    assert {key: row["reached"] for key, row in now.items()} == {
        ("cycle", "lead"): 4,
        ("cycle", "opportunity"): 3,
        ("cycle", "customer"): 2,
        ("cycle", "retained"): 1,
        ("funnel", "lead"): 1,
        ("funnel", "opportunity"): 0,
        ("funnel", "customer"): 0,
        ("funnel", "retained"): 0,
    }
    offered = now["cycle", "opportunity"]
    assert (offered["share"], offered["rate"], offered["cost"]) == (0.75, 0.75, 30)
    assert (offered["deals"], offered["value"], offered["days"]) == (0, 0, 10)
    customer = now["cycle", "customer"]
    assert (customer["deals"], customer["value"], customer["days"]) == (2, 1400, 10)
    assert now["cycle", "retained"]["value"] == 1400
    then = route("cycle", "--as-of", "2026-09-15")
    assert [row["reached"] for row in then.values()] == [3, 2, 0, 0]
    by_source = route("--by", "source")
    assert by_source["cycle", "fair", "lead"]["reached"] == 3
    assert by_source["funnel", "web", "lead"]["value"] == 50
    behind = funnel("report route --deals opportunity --columns title").lines
    assert behind == ["Ada roof", "Bob roof", "Again"]
    assert funnel("report route --deals retained --ids").lines == ["1", "5"]
    assert funnel("show --by source") == funnel("show --route --by source")


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_line_of_the_funnel_is_wider_than_the_screen(funnel: Run, language: str) -> None:
    for value in ("700", "90k", "12M"):
        funnel("deal", "add", "Roof", "--value", value)
    for width in range(20, 64):
        # In colour, where blanks at the end of a line are not taken off.
        shown = funnel("show", tty=True, width=width, env={"FUNNEL_LANG": language})
        text = re.sub(r"\x1b\[\d+m", "", shown)
        assert max(map(len, text.splitlines())) <= width, (width, text)


def test_the_route_is_drawn_at_any_width(funnel: Run, tmp_path: Path) -> None:
    funnel("deal add Roof --value 1000")
    funnel("deal add Stove --process funnel --value 10")
    funnel("advance Stove --to offer")
    wide = funnel("show --route --no-color", tty=True, width=100).lines
    beside = next(line for line in wide if "Sales cycle" in line)
    assert "Sales funnel" in beside
    for width in (20, 40, 80, 160):
        shown = funnel("show --route --no-color", tty=True, width=width).lines
        assert max(map(len, shown)) <= width
        for word in ("Enquiry", "opportunity", "Customer", "Retained", "1,000", "█"):
            assert any(word in line for line in shown), (width, word)
    german = funnel("show --route", tty=True, env={"FUNNEL_LANGUAGE": "de"})
    for word in ("Vertriebsweg", "Anfrage", "Auftragschance", "Stammkunde"):
        assert word in german
    for name in ("one.svg", "both.svg", "both.html"):
        words = ("funnel",) if name == "one.svg" else ()
        funnel("show", "--route", *words, "-o", tmp_path / name)
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "<svg" in text
        assert "Retained customer" in text
        assert ("Sales cycle" in text) == (name != "one.svg")
