"""Amounts of several currencies: compared, sorted and added up by the exchange rates on file."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import pytest

from conftest import Run

# What one unit is worth in EUR, from a day on; CHF has no rate.
RATES = {"USD": [("2026-01-01", "0.5"), ("2026-10-01", "0.8")], "JPY": [("2026-01-01", "0.01")]}
DECIMALS = {"EUR": 2, "USD": 2, "CHF": 2, "JPY": 0}


@pytest.fixture
def rated(funnel: Run) -> Run:
    for currency, steps in RATES.items():
        for day, rate in steps:
            funnel("exchange", "set", currency, rate, "--from", day)
    return funnel


def rate_on(currency: str, day: str) -> Fraction | None:
    """The rate of a day in plain Python."""
    held = [rate for since, rate in RATES.get(currency, []) if since <= day]
    return Fraction(1) if currency == "EUR" else Fraction(held[-1]) if held else None


def worth(currency: str, minor: int, day: str) -> Fraction | None:
    """An amount in EUR, rounded half up to cents; None without a rate."""
    rate = rate_on(currency, day)
    if rate is None:
        return None
    cents = Fraction(minor, 10 ** DECIMALS[currency]) * rate * 100
    return Fraction((cents + Fraction(1, 2)).__floor__(), 100)


def filled(funnel: Run, seed: int) -> list[tuple[int, str, int, str]]:
    """Random deals, some of them won before the rate changed: (id, currency, minor, rate's day)."""
    dice = random.Random(seed)  # noqa: S311
    made = []
    for number in range(1, 19):
        currency = dice.choice(list(DECIMALS))
        minor = dice.choice((0, 1, 99, 100, 99_999, 100_000, 100_001, 250_000))
        amount = f"{currency} {minor}" if currency == "JPY" else f"{currency} {minor / 100:.2f}"
        funnel("deal", "add", f"Deal {number}", "--value", amount, "--at", "2026-08-01 10:00")
        day = "2026-11-24"
        if dice.random() < 0.4:
            day = dice.choice(("2026-09-30", "2026-10-01"))
            funnel("win", number, "--at", f"{day} 12:00")
        made.append((number, currency, minor, day))
    return made


@pytest.mark.parametrize("seed", range(3))
def test_filters_and_order_are_those_of_the_amounts_in_one_currency(rated: Run, seed: int) -> None:
    deals = filled(rated, seed)
    value = {number: worth(*rest) for number, *rest in deals}
    own = {number: Fraction(minor, 10 ** DECIMALS[cur]) for number, cur, minor, _day in deals}
    for bound in (0, 1, 500, 800, 999, 1000, 1250):
        for sign, holds in (
            (">", lambda a, b: a > b),
            (">=", lambda a, b: a >= b),
            ("<", lambda a, b: a < b),
            ("<=", lambda a, b: a <= b),
            ("", lambda a, b: a == b),
        ):
            # What has no rate is compared as it is.
            wanted = {
                number
                for number, amount in value.items()
                if holds(own[number] if amount is None else amount, bound)
            }
            found = rated("deal", "list", f"value:{sign}{bound}", "--ids").lines
            assert {int(line) for line in found} == wanted, (sign, bound)
    named = rated("deal", "list", "value:>USD 0", "--ids").lines
    assert {int(line) for line in named} == {
        n for n, cur, minor, _ in deals if cur == "USD" and minor
    }
    for order, down in (("value", False), ("-value", True)):
        found = [int(line) for line in rated("deal", "list", f"--sort={order}", "--ids").lines]
        rates = [number for number in found if value[number] is not None]
        assert found == rates + [number for number in found if value[number] is None]
        amounts = [value[number] for number in rates]
        assert amounts == sorted(amounts, reverse=down)
        apart = [own[number] for number in found if value[number] is None]
        assert apart == sorted(apart, reverse=down)


def test_without_any_rate_amounts_are_sorted_apart_and_it_is_said(funnel: Run) -> None:
    for amount in ("EUR 90", "JPY 5000", "EUR 100", "JPY 60"):
        funnel("deal", "add", amount, "--value", amount)
    funnel("deal add none")
    said = "No exchange rate to EUR is stored for JPY"
    assert funnel("deal list --sort value --ids").lines == ["1", "3", "4", "2", "5"]
    assert funnel("deal list --sort=-value --ids").lines == ["3", "1", "2", "4", "5"]
    assert said in funnel("deal list --sort value", tty=True, width=200)
    assert said in funnel("deal list value:>50", tty=True, width=200)
    assert said not in funnel("deal list", tty=True, width=200)
    assert said not in funnel("deal list --sort value")
    funnel("exchange set JPY 0.01")
    assert said not in funnel("deal list --sort value", tty=True, width=200)
    assert funnel("deal list --sort value --ids").lines == ["4", "2", "1", "3", "5"]


def test_offers_and_contracts_compare_like_their_deals(rated: Run) -> None:
    rated("config set vat 0")
    for number, (amount, day) in enumerate(
        (("USD 1000", "2026-09-01"), ("USD 1000", "2026-10-05"), ("EUR 600", "2026-10-05")), 1
    ):
        rated("deal", "add", f"D{number}", "--value", amount, "--at", "2026-08-01 10:00")
        rated("offer", "add", number, "--at", "2026-08-02 10:00")
        rated("offer", "line", f"D{number}", "--text", "all", "--price", amount)
        rated("win", number, "--at", f"{day} 10:00", "--contract", f"C{number}")
    # 500, 800 and 600 in the base currency, by the rate of each close.
    for noun, key in (("offer", "net"), ("contract", "value"), ("deal", "value")):
        name = {"offer": "deal_id", "contract": "deal_id", "deal": "id"}[noun]
        rows = rated(noun, "list", "--sort", key, "--json").json
        assert [row[name] for row in rows] == [1, 3, 2], noun
        if noun != "contract":
            assert len(rated(noun, "list", f"{key}:>550", "--ids").lines) == 2


def test_a_report_of_filtered_deals_asks_the_same(rated: Run, tmp_path: Path) -> None:
    rated("deal add A --value 'USD 1000'")
    rated("deal add B --value 'EUR 900'")
    (row,) = [
        r for r in rated("report summary value:<850 --json").json["rows"] if r["figure"] == "open"
    ]
    assert (row["deals"], row["currency"]) == (1, "EUR")
    assert rated("report snapshot value:<850 --deals all --ids").lines == ["1"]


@pytest.mark.parametrize("seed", range(2))
def test_today_and_the_funnel_add_up_like_the_reports(rated: Run, seed: int) -> None:
    deals = filled(rated, seed)
    for args in ((), ("--as-of", "2026-11-23")):
        stages = rated("show", *args, "--json").json["stages"]
        snapshot = rated("report", "snapshot", *args, "--json").json["rows"]
        shown = {
            (stage["stage"], amount["currency"]): amount["value"]
            for stage in stages
            for amount in stage["amounts"]
        }
        reported = {
            (row["stage"], row["currency"]): row["value"] + row["won_value"] for row in snapshot
        }
        assert shown == {key: reported[key] for key in shown}
        assert {key for key, value in reported.items() if value} <= set(shown)
    (pipeline,) = [p for p in rated("today", "--json").json["pipeline"] if p["process"] == "cycle"]
    found = {amount["currency"]: amount["value_minor"] for amount in pipeline["amounts"]}
    wanted: dict[str, Fraction] = {}
    won = {row["id"] for row in rated("deal list is:won --json").json}
    for number, currency, minor, day in deals:
        if number in won:
            continue
        amount = worth(currency, minor, day)
        into = currency if amount is None else "EUR"
        wanted[into] = wanted.get(into, Fraction(0)) + (
            Fraction(minor, 100) if amount is None else amount
        )
    assert found == {currency: amount * 100 for currency, amount in wanted.items()}


def test_the_funnel_says_what_a_win_was_worth_at_its_close(rated: Run) -> None:
    rated("deal add A --value 'USD 1000' --at '2026-08-01 10:00'")
    rated("win 1 --at '2026-09-30 10:00'")
    closed = rated("show --json").json["closed"]
    assert [(one["currency"], one["value"]) for one in closed["won_amounts"]] == [("EUR", 500)]
    assert "€500.00" in rated("show", tty=True, width=120)


def test_a_customer_s_turns_add_up_by_the_rate_of_each_close(rated: Run) -> None:
    rated("config set vat 0")
    rated("contact add Eva")
    wins = (
        ("USD 1000", "2026-09-30", "USD 300.01"),
        ("USD 1000", "2026-10-01", "USD 1500"),
        ("JPY 50000", "2026-10-01", None),
        ("EUR 10.10", "2026-10-02", None),
        ("CHF 7", "2026-10-02", None),
    )
    for number, (amount, day, cost) in enumerate(wins, 1):
        rated("deal", "add", f"D{number}", "-c", 1, "--value", amount, "--at", "2026-08-01 10:00")
        if cost:
            rated("product", "add", f"p{number}", f"P{number}", "--price", amount, "--cost", cost)
            rated("offer", "add", number)
            rated("offer", "line", f"D{number}", f"P{number}")
            rated("offer", "send", f"D{number}")
            rated("offer", "accept", f"D{number}")
        rated("win", number, "--at", f"{day} 12:00")
    rated("deal add Open -c 1 --value 'USD 5000'")
    shown = rated("contact show 1 --json").json
    assert [(t["currency"], t["value"], t["margin"], t["deals"]) for t in shown["totals"]] == [
        # 1000 · 0.5 + 1000 · 0.8 + 50000 · 0.01 + 10.10; (1000 - 300.01) · 0.5 - 500 · 0.8
        ("EUR", 1810.10, -50.00, 4),
        ("CHF", 7, None, 1),
    ]
    # What each was sold for stays what it was.
    own = {turn["id"]: (turn["currency"], turn["value"]) for turn in shown["turns"]}
    assert (own[1], own[3]) == (("USD", 1000), ("JPY", 50000))
    page = rated("contact show 1", tty=True, width=160)
    assert "€1,810.10 + CHF" in page
    assert "Amounts in JPY, USD are converted to EUR" in page
    assert "No exchange rate to EUR is stored for CHF: kept apart" in page
    rated("exchange set CHF 2 --from 2026-10-02")
    assert [t["value"] for t in rated("contact show 1 --json").json["totals"]] == [1824.10]
    assert "kept apart" not in rated("contact show 1", tty=True, width=160)


def test_a_rate_that_begins_too_late_is_said(funnel: Run) -> None:
    funnel("contact add Eva")
    for number, (amount, day) in enumerate((("EUR 90", "2026-09-01"), ("USD 50", "2026-09-15")), 1):
        funnel("deal", "add", f"D{number}", "-c", 1, "--value", amount, "--at", "2026-08-01 10:00")
        funnel("win", number, "--at", f"{day} 12:00")
    funnel("exchange set USD 0.8 --from 2026-10-01")
    said = "No exchange rate to EUR is stored for USD before Oct 1, 2026"
    for line in (
        *("deal list --sort value", "deal list value:>70", "contact show 1", "report win-rate"),
        *("show", "deal list --sort value --limit 1"),
    ):
        assert said in funnel(line, tty=True, width=250), line
    for line in (
        "deal list value:'>USD 20'",
        "deal list D1 --sort value",
        "deal list --sort title",
    ):
        assert said not in funnel(line, tty=True, width=250), line
    funnel("exchange set USD 0.5 --from 2026-09-15")
    for line in ("deal list --sort value", "contact show 1", "report win-rate", "show"):
        assert "before" not in funnel(line, tty=True, width=250), line


def test_the_note_is_about_all_that_was_compared(funnel: Run) -> None:
    for amount in ("EUR 900", "EUR 800", "JPY 500", "CHF 20"):
        funnel("deal", "add", amount, "--value", amount)
    said = "No exchange rate to EUR is stored for CHF, JPY"
    assert said in funnel("deal list --sort=-value --limit 2", tty=True, width=200)
    assert said in funnel("deal list value:>600", tty=True, width=200)
    assert said not in funnel("deal list value:>600 EUR", tty=True, width=200)
    assert "kept apart" in funnel("today", tty=True, width=200)
    funnel("exchange set JPY 2")
    funnel("exchange set CHF 100")
    # The largest first, by the rates: 2000, 1000, 900, 800.
    assert [deal["id"] for deal in funnel("today --json").json["stepless"]] == [4, 3, 1, 2]


def test_a_loss_is_exchanged_and_rounded_like_a_gain() -> None:
    import sqlite3

    from funnelcli.values.exchange_sql import Rates, exchanged

    rates = Rates("EUR", {"USD": [("2026-01-01", 50_000_000)], "JPY": [("2026-01-01", 1)]})
    conn = sqlite3.connect(":memory:")
    for currency, minor, whole in (("USD", 3, 2), ("USD", 1, 1), ("USD", 2, 1), ("JPY", 10**6, 1)):
        for sign in (1, -1):
            text = exchanged(rates, f"({sign * minor})", f"'{currency}'", "'2026-02-01'")
            assert conn.execute(f"SELECT {text}").fetchone() == (sign * whole,)
    conn.close()
