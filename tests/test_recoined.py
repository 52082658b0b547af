"""Another currency keeps the amount, whatever its decimals, or is refused with nothing changed."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from conftest import Run, some

DECIMALS = {"JPY": 0, "EUR": 2, "KWD": 3, "CLF": 4}
PAIRS = list(product(DECIMALS, DECIMALS))
AMOUNTS = ("0", "12500", "450.5", "0.01", "9.995", "0.0001")


def held(amount: str, currency: str) -> bool:
    """Whether a currency has the decimals for an amount."""
    return Decimal(amount) == round(Decimal(amount), DECIMALS[currency])


@pytest.mark.parametrize("currency", some(DECIMALS))
def test_a_deal_keeps_its_amount_or_all_that_it_was(funnel: Run, currency: str) -> None:
    amounts = [amount for amount in AMOUNTS if held(amount, currency)]
    for number, (amount, other) in enumerate(product(amounts, DECIMALS), 1):
        line = ("deal", "add", f"D{number}", "--value", f"{currency} {amount}")
        funnel(*line, "--at", "2026-11-01 10:00")
        before = funnel("deal", "show", number, "--json")
        if held(amount, other):
            funnel("deal", "edit", f"D{number}", "--currency", other, "--at", "2026-11-10 10:00")
            now = funnel("deal", "show", number, "--json").json
            assert (Decimal(str(now["value"])), now["currency"]) == (Decimal(amount), other)
            assert now["value_minor"] == Decimal(amount).scaleb(DECIMALS[other])
            funnel("deal", "edit", f"D{number}", "--currency", currency)
            back = funnel("deal", "show", number, "--json").json
            assert (back["value_minor"], back["currency"]) == (
                Decimal(amount).scaleb(DECIMALS[currency]),
                currency,
            )
        else:
            said = funnel("deal", "edit", f"D{number}", "--currency", other, exit=2).stderr
            assert f"has more decimals than {other} has." in said
            assert f"Give the amount in {other} too." in said
            assert funnel("deal", "show", number, "--json") == before
            # What it says to do does it.
            funnel("deal", "edit", f"D{number}", "--currency", other, "--value", 7)
            now = funnel("deal", "show", number, "--json").json
            assert (now["value"], now["currency"]) == (7, other)


def test_the_log_has_both_amounts_as_of_their_days(funnel: Run) -> None:
    for number, (currency, other) in enumerate(PAIRS, 1):
        line = ("deal", "add", f"D{number}", "--value", f"{currency} 12500")
        funnel(*line, "--at", "2026-11-01 10:00")
        funnel("deal", "edit", f"D{number}", "--currency", other, "--at", "2026-11-10 10:00")
        asked = ("report", "snapshot", f":D{number}", "--as-of")
        for day, then in (("2026-11-05", currency), ("2026-11-15", other)):
            rows = funnel(*asked, day, "--json").json["rows"]
            found = [(row["currency"], row["value"]) for row in rows if row["open"]]
            assert (then, 12500) in found, (currency, other, day)
        funnel("deal", "remove", f"D{number}", "--yes")


def test_a_value_in_another_currency_than_was_said_is_refused(funnel: Run) -> None:
    funnel("config set vat 0")
    funnel("deal add A --value 'EUR 5'")
    funnel("product add p P --price 'EUR 5'")
    before = funnel("deal show 1 --json"), funnel("product show p --json")
    for line in (
        "deal edit 1 --value 'EUR 7' --currency JPY",
        "deal add B --value '7 €' --currency JPY",
        "product price p 'EUR 6' --currency JPY",
        "product add q Q --price 'EUR 6' --currency JPY",
    ):
        assert "names two currencies" in funnel(line, exit=2).stderr, line
    assert before == (funnel("deal show 1 --json"), funnel("product show p --json"))
    funnel("deal edit 1 --value 'JPY 7' --currency JPY")
    funnel("product price p '$6' --currency AUD")
    assert funnel("deal show 1 --json").json["currency"] == "JPY"
    assert funnel("product show p --json").json["currency"] == "AUD"


@pytest.mark.parametrize("currency", some(DECIMALS))
def test_offers_and_prices_keep_their_amounts_or_all_that_they_were(
    funnel: Run, currency: str
) -> None:
    funnel("config set vat 0")
    funnel("deal", "add", "D", "--value", f"{currency} 1")
    amounts = [amount for amount in AMOUNTS if held(amount, currency)]
    for number, (amount, other) in enumerate(product(amounts, DECIMALS), 1):
        written = f"{currency} {amount}"
        funnel("product", "add", f"p{number}", f"P{number}", "--price", written, "--cost", written)
        funnel("offer", "add", 1, "--currency", currency)
        funnel("offer", "line", number, "--text", "all", "--price", written)
        offer, goods = ("offer", "show", number, "--json"), ("product", "show", number, "--json")
        before = funnel(*offer), funnel(*goods)
        code = 0 if held(amount, other) else 2
        said = funnel("offer", "edit", number, "--currency", other, exit=code).stderr
        said += funnel("product", "price", f"p{number}", "--currency", other, exit=code).stderr
        if code:
            assert said.count(f"has more decimals than {other} has.") == 2
            assert (funnel(*offer), funnel(*goods)) == before
            continue
        found = funnel(*offer).json
        assert (found["currency"], Decimal(str(found["net"]))) == (other, Decimal(amount))
        price = funnel(*goods).json
        assert (price["currency"], Decimal(str(price["price"]))) == (other, Decimal(amount))
        assert Decimal(str(price["cost"])) == Decimal(amount)
