"""Offers: their arithmetic, their way, their letters."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Clock, Run
from funnelcli.errors import Usage
from funnelcli.values.numbering import check_pattern, next_number
from funnelcli.values.numbers import percent, quantity
from funnelcli.values.totals import Line, line_net, totals

# Arithmetic -------------------------------------------------------------------------------------

# (lines, discount on the whole, net of each line, net, {rate: VAT}, gross), worked out by hand.
# A line is (quantity in thousandths, price in minor units, discount, VAT), the last two in
# hundredths of a percent.
BY_HAND = {
    "one line, euro": (
        [(1000, 10000, 0, 1900)],
        0,
        [10000],
        10000,
        {1900: 1900},
        11900,
    ),
    "mixed rates: 19 % of 25.00 is 4.75, 7 % of 9.99 is 0.6993": (
        [(2000, 1250, 0, 1900), (1000, 999, 0, 700)],
        0,
        [2500, 999],
        3499,
        {1900: 475, 700: 70},
        4044,
    ),
    "half a cent goes up: 0.5 × 0.25 is 0.125": (
        [(500, 25, 0, 0)],
        0,
        [13],
        13,
        {0: 0},
        13,
    ),
    "below half it goes down: 0.333 × 1.00": (
        [(333, 100, 0, 1900)],
        0,
        [33],
        33,
        {1900: 6},
        39,
    ),
    "a discount on the line: 3 × 19.99 less 10 % is 53.973": (
        [(3000, 1999, 1000, 1900)],
        0,
        [5397],
        5397,
        {1900: 1025},
        6422,
    ),
    "both discounts, rounded once: 12,500.00 less 5 % less 2.5 % is 11,578.125": (
        [(1000, 1250000, 500, 1900)],
        250,
        [1157813],
        1157813,
        {1900: 219984},
        1377797,
    ),
    "rounding twice would give 0.91 for 1.01 less 5 % less 5 %: 0.911525": (
        [(1000, 101, 500, 0)],
        500,
        [91],
        91,
        {0: 0},
        91,
    ),
    "the whole discount line by line: 3 × 0.05 less 10 % is 0.045 a line, 0.05 each": (
        [(1000, 5, 0, 0)] * 3,
        1000,
        [5, 5, 5],
        15,
        {0: 0},
        15,
    ),
    "everything off": (
        [(1000, 12345, 10000, 1900)],
        0,
        [0],
        0,
        {1900: 0},
        0,
    ),
    "yen, no decimals: 3 × 1,234 less 5 % is 3,516.9; 10 % of 3,517 is 351.7": (
        [(3000, 1234, 500, 1000)],
        0,
        [3517],
        3517,
        {1000: 352},
        3869,
    ),
    "dinars, three decimals: 2.5 × 1.999 is 4.9975; 5 % of 4.998 is 0.2499": (
        [(2500, 1999, 0, 500)],
        0,
        [4998],
        4998,
        {500: 250},
        5248,
    ),
    "a thousand lines of 0.333 × 0.10 are 0.03 each, not 33.30 in all": (
        [(333, 10, 0, 1900)] * 1000,
        0,
        [3] * 1000,
        3000,
        {1900: 570},
        3570,
    ),
    "VAT on the sum of a rate, not line by line: 7 % of 10 × 0.07 is 0.049": (
        [(1000, 7, 0, 700)] * 10,
        0,
        [7] * 10,
        70,
        {700: 5},
        75,
    ),
}


@pytest.mark.parametrize("case", BY_HAND, ids=list(BY_HAND))
def test_the_amounts_are_those_worked_out_by_hand(case: str) -> None:
    lines, discount, nets, net, taxes, gross = BY_HAND[case]
    found = totals([Line(*line) for line in lines], discount)
    assert list(found.lines) == nets
    assert found.net == net
    assert {tax.rate: tax.vat for tax in found.taxes} == taxes
    assert found.gross == gross


LINES = st.lists(
    st.builds(
        Line,
        quantity=st.integers(1, 10**9),
        price=st.integers(0, 10**9),
        discount=st.integers(0, 10_000),
        vat=st.sampled_from([0, 700, 810, 1900, 2000]),
        list_price=st.none() | st.integers(0, 10**9),
        cost=st.none() | st.integers(0, 10**9),
    ),
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(lines=LINES, discount=st.integers(0, 10_000))
def test_the_amounts_are_those_of_decimals(lines: list[Line], discount: int) -> None:
    with localcontext(prec=80, rounding=ROUND_HALF_UP):

        def whole(value: Decimal) -> int:
            return int(value.quantize(Decimal(1)))

        nets = [
            whole(
                Decimal(line.quantity)
                / 1000
                * line.price
                * (1 - Decimal(line.discount) / 10_000)
                * (1 - Decimal(discount) / 10_000)
            )
            for line in lines
        ]
        taxes = {
            rate: whole(
                sum(
                    (n for n, line in zip(nets, lines, strict=True) if line.vat == rate), Decimal(0)
                )
                * rate
                / 10_000
            )
            for rate in {line.vat for line in lines}
        }
    found = totals(lines, discount)
    assert list(found.lines) == nets
    assert found.net == sum(nets)
    assert {tax.rate: tax.vat for tax in found.taxes} == taxes
    assert found.gross == sum(nets) + sum(taxes.values())
    assert sum(tax.net for tax in found.taxes) == found.net
    assert found.costed_net == sum(
        n for n, line in zip(nets, lines, strict=True) if line.cost is not None
    )
    for line, net in zip(lines, nets, strict=True):
        assert line_net(line, discount) == net


@pytest.mark.parametrize(
    ("text", "locale", "value"),
    [
        ("3", "en_US", 3000),
        ("2.5", "en_US", 2500),
        ("2,5", "de_DE", 2500),
        ("0,125", "de_DE", 125),
        ("1.500", "en_US", 1500),
        ("1.500", "de_DE", 1_500_000),
        ("1,500", "de_DE", 1500),
    ],
)
def test_quantities_are_read_as_the_locale_writes_them(text: str, locale: str, value: int) -> None:
    assert quantity(text, locale) == value


@pytest.mark.parametrize("text", ["0", "-1", "1.2345", "x", "", "1e3", "٣"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(Usage):
        quantity(text, "en_US")


@given(text=st.text(max_size=12))
def test_no_text_breaks_percentages_and_quantities(text: str) -> None:
    for read in (lambda: percent(text, "--vat"), lambda: quantity(text, "de_DE")):
        with contextlib.suppress(Usage):
            assert read() >= 0


def test_numbers_run_on_from_the_highest() -> None:
    from datetime import date

    day = date(2026, 3, 1)

    def numbered(pattern: str, *taken: str) -> str:
        return next_number(pattern, day, lambda start: [t for t in taken if t.startswith(start)])

    assert numbered("{year}-{n:4}") == "2026-0001"
    assert numbered("{year}-{n:4}", "2026-0009", "2025-0100", "2026-x") == "2026-0010"
    assert numbered("{year}-{n:4}", "2026-9999") == "2026-10000"
    assert numbered("A{n}/{month}-{year}", "A7/03-2026", "A9/02-2026") == "A8/03-2026"
    for wrong in ("", "{year}", "{n}{n}", "{n}{week}", "{n}{", "}{n}"):
        with pytest.raises(Usage):
            check_pattern(wrong)


# The way of an offer ----------------------------------------------------------------------------


@pytest.fixture
def deal(funnel: Run) -> Run:
    """A deal, and two products."""
    funnel("contact add 'Weber GmbH' -O --street 'Ring 1' --town Ulm")
    funnel("contact add 'Eva Roth' --org weber")
    funnel("deal add Roof -c 2 --value 5000 --at 2026-10-01")
    funnel("product add SOL 'Solar roof' --price 12500 --cost 8900 --vat 19 --from 2026-01-01")
    funnel("product add BOOK Manual --price 9.99 --vat 7 --from 2026-01-01 --until 2026-10-31")
    return funnel


@pytest.fixture
def sent(deal: Run) -> Run:
    """An offer that was sent on the third of November."""
    deal("offer add 1 --at 2026-11-02")
    deal("offer line 2026-0001 SOL --discount 5")
    deal("offer line 2026-0001 --text Scaffold --price 450 --vat 19")
    deal("offer send 2026-0001 --at 2026-11-03 --until 2026-11-30")
    return deal


def test_an_offer_is_written_sent_and_the_deal_follows(sent: Run) -> None:
    offer = sent("offer show 2026-0001 --json").json
    assert [line["net_minor"] for line in offer["lines"]] == [1187500, 45000]
    assert (offer["net_minor"], offer["vat_minor"], offer["gross_minor"]) == (
        1232500,
        234175,
        1466675,
    )
    assert (offer["list_net_minor"], offer["concession_minor"]) == (1295000, 62500)
    assert (offer["cost_minor"], offer["costed_net_minor"], offer["margin_minor"]) == (
        890000,
        1187500,
        297500,
    )
    assert offer["taxes"] == [
        {"rate": 19, "net": 12325, "net_minor": 1232500, "vat": 2341.75, "vat_minor": 234175}
    ]
    assert (offer["status"], offer["binding"], offer["valid_until"]) == (
        "sent",
        False,
        "2026-11-30",
    )
    shown = sent("deal show 1 --json").json
    assert shown["value_minor"] == 1232500
    assert [row["number"] for row in shown["offers"]] == ["2026-0001"]
    told = [(e["at"][:10], e["event"]) for e in shown["story"] if e["what"].startswith("offer")]
    assert told == [("2026-11-03", "offer 2026-0001 sent, EUR 12325.00")]


def test_undo_takes_a_sent_offer_and_the_value_back(sent: Run) -> None:
    before = sent("offer show 2026-0001 --json")
    sent("undo")
    assert sent("offer", "show", "2026-0001", "--json").json["status"] == "draft"
    assert sent("deal", "show", 1, "--json").json["value_minor"] == 500000
    sent("redo")
    assert sent("offer", "show", "2026-0001", "--json") == before


def test_a_product_that_is_not_sold_on_that_day_is_refused(deal: Run) -> None:
    deal("offer", "add", 1)
    before = deal("offer show 1 --json")
    error = deal("offer line 1 BOOK", exit=3).stderr
    assert "2026-10-31" in error
    deal("offer line 1 SOL --on 2025-12-31", exit=3)
    assert deal("offer", "show", 1, "--json") == before
    deal("offer line 1 BOOK --on 2026-10-31")
    # Sent on a day on which it is not sold any more: said, and not hindered.
    assert "Manual" in deal("offer", "send", 1).stderr


def test_a_line_takes_the_price_of_its_day(deal: Run) -> None:
    deal("product price SOL 13000 --from 2026-11-10")
    deal("offer add 1 --at 2026-11-09")
    deal("offer line 1 SOL")
    deal("offer line 1 SOL --on 2026-11-10")
    prices = [line["price_minor"] for line in deal("offer show 1 --json").json["lines"]]
    assert prices == [1250000, 1300000]


def test_lines_can_be_changed_and_taken_out_while_it_is_a_draft(deal: Run) -> None:
    deal("offer", "add", 1)
    for text in ("one", "two", "three"):
        deal("offer", "line", 1, "--text", text, "--price", 10, "--vat", 19)
    deal("offer line 1 --line 2 --remove")
    deal("offer line 1 --line 2 --quantity 3 --discount 50 --unit m²")
    offer = deal("offer show 1 --json").json
    assert [(row["position"], row["text"], row["net_minor"]) for row in offer["lines"]] == [
        (1, "one", 1000),
        (2, "three", 1500),
    ]
    deal("offer line 1 --line 3 --quantity 1", exit=2)
    deal("offer line 1 --line 1", exit=2)
    deal("offer line 1 --remove", exit=2)
    deal("offer line 1 --text x --price 1", exit=2)  # VAT from nowhere
    deal("offer line 1 --text x --price 'USD 1' --vat 19", exit=2)
    deal("offer", "line", 1, "--text", "x", "--price", 10**12, "-n", 5, "--vat", 19, exit=2)
    assert deal("offer", "show", 1, "--json").json == offer
    deal("offer edit 1 --discount 10")
    assert deal("offer", "show", 1, "--json").json["net_minor"] == 2250


def test_what_was_sent_stays_as_it_was_sent(sent: Run) -> None:
    sent("offer line 1 SOL", exit=3)
    sent("offer edit 1 --discount 5", exit=3)
    sent("offer", "send", 1, exit=3)
    assert sent("offer", "list", "--json").json[0]["net_minor"] == 1232500


def test_an_empty_offer_cannot_be_sent(deal: Run) -> None:
    deal("offer", "add", 1)
    deal("offer", "send", 1, exit=3)
    deal("offer line 1 SOL")
    deal("offer send 1 --until 2026-11-01", exit=2)
    deal("offer send 1 --at 2026-11-01", exit=3)
    deal("offer", "accept", 1, exit=3)
    assert deal("offer", "show", 1, "--json").json["status"] == "draft"


def test_revising_copies_and_the_concession_shows(sent: Run) -> None:
    sent("offer revise 2026-0001 --discount 3 --at 2026-11-10")
    sent("offer", "revise", "2026-0001", exit=3)
    sent("offer send 2026-0001 --at 2026-11-11")
    offer = sent("offer show 2026-0001 --json").json
    assert (offer["version"], offer["net_minor"], offer["valid_until"]) == (
        2,
        1195525,
        "2026-12-11",
    )
    assert [(v["version"], v["status"], v["concession_minor"]) for v in offer["versions"]] == [
        (1, "revised", 62500),
        (2, "sent", 99475),
    ]
    assert sent("offer", "show", "2026-0001/1", "--json").json["net_minor"] == 1232500
    assert sent("deal", "show", 1, "--json").json["value_minor"] == 1195525
    sent("offer", "revise", "2026-0001/1", exit=3)
    sent("offer", "accept", "2026-0001/1", exit=3)
    sent("offer", "remove", "2026-0001/1", exit=3)
    sent("offer", "remove", "2026-0001")
    assert sent("offer", "show", "2026-0001", "--json").json["status"] == "sent"


def test_an_expired_offer_is_known_by_its_day_and_cannot_be_accepted(
    sent: Run, clock: Clock
) -> None:
    clock.set("2026-11-30 23:00")
    assert sent("offer", "list", "status:sent", "--ids") == "1\n"
    clock.set("2026-12-01 00:01")
    assert sent("offer", "list", "is:expired", "--json").json[0]["status"] == "expired"
    assert sent("offer", "list", "is:open", "--json").json == []
    sent("offer", "accept", 1, exit=3)
    sent("offer accept 1 --at 2026-11-30")
    assert sent("offer", "list", "--json").json[0]["status"] == "accepted"


def test_offers_that_run_out_are_in_todays_view(sent: Run, clock: Clock) -> None:
    def shown() -> list[str]:
        return [offer["status"] for offer in sent("today", "--json").json["offers"]]

    clock.set("2026-11-23 09:00")
    assert shown() == []
    clock.set("2026-11-24 09:00")
    assert shown() == ["sent"]
    assert "run out" in sent("today", tty=True)
    clock.set("2026-12-05 09:00")
    assert shown() == ["expired"]
    sent("offer", "decline", 1)
    assert shown() == []


def test_removing_the_deal_takes_its_work_and_undo_brings_it_back(sent: Run) -> None:
    sent("objection add 1 price")
    sent("contract", "add", 1)
    sent("offer", "revise", 1)
    nouns = ("offer", "objection", "contract")
    before = [sent(noun, "list", "--json") for noun in nouns] + [sent("offer show 1 --json")]
    sent("deal", "remove", 1, "--yes")
    assert all(sent(noun, "list", "--json").json == [] for noun in nouns)
    sent("undo")
    after = [sent(noun, "list", "--json") for noun in nouns] + [sent("offer show 1 --json")]
    assert after == before


def test_a_removed_product_leaves_its_lines(sent: Run) -> None:
    before = sent("offer show 1 --json").json
    sent("product", "remove", "SOL")
    after = sent("offer show 1 --json").json
    assert after["lines"][0]["product_id"] is None
    assert (after["net"], after["margin"]) == (before["net"], before["margin"])
    sent("undo")
    assert sent("offer", "show", 1, "--json").json == before


def test_accepting_wins_the_deal_if_asked(sent: Run) -> None:
    sent("deal edit 1 --value 1")
    sent("offer accept 1 --win --note 'on the phone'")
    shown = sent("deal show 1 --json").json
    assert (shown["status"], shown["value_minor"]) == ("won", 1232500)
    assert shown["offers"][0]["note"] == "on the phone"
    sent("offer", "decline", 1, exit=3)
    sent("offer", "revise", 1, exit=3)
    sent("offer", "add", 1, exit=3)
    sent("undo")
    assert sent("offer", "show", 1, "--json").json["status"] == "sent"
    assert sent("deal", "show", 1, "--json").json["status"] == "open"


def test_accepting_proposes_the_win_with_the_amount_of_the_offer(sent: Run) -> None:
    """The deal's value follows what was sent last; what is won is what was accepted."""
    sent("offer add 1 --number B")
    sent("offer", "line", "B", "--text", "All", "--price", "90000", "--vat", "19")
    sent("offer send B")
    net = sent("offer list 2026-0001 --json").json[0]["net_minor"]
    told = sent("offer accept 2026-0001")
    (proposed,) = [line for line in told.lines if "funnel win" in line]
    assert f'funnel win 1 --value "EUR {net // 100}.{net % 100:02}"' in proposed
    assert "accepted already" not in told.stderr
    other = sent("offer accept B")
    assert "2026-0001 of this deal is accepted already" in other.stderr
    assert sent("undo").exit_code == 0
    wrong = sent("win", 1)
    assert "Won for EUR 90000.00, but accepted were" in wrong.stderr
    assert sent("undo").exit_code == 0
    right = sent(proposed.partition("funnel ")[2])
    assert "but accepted were" not in right.stderr
    assert sent("deal show 1 --json").json["value_minor"] == net
    # A closed deal has nothing to be won.
    assert "funnel win" not in sent("offer accept B")


def test_a_win_names_what_is_to_be_done_next(sent: Run) -> None:
    sent("next 1 'send the papers' --due +2d")
    told = sent("win", 1)
    ahead = [row["name"] for row in sent("milestone list --json").json]
    assert ahead
    assert f"Milestones: {', '.join(ahead)}" in told
    assert "Step 1 is still open: send the papers" in told
    sent("undo")
    sent("step done 1")
    assert "still open" not in sent("offer accept 1 --win")


def test_losing_the_deal_closes_its_offers(sent: Run) -> None:
    sent("offer", "add", 1)
    assert "2 open offers closed" in sent("lose", 1, "--reason", "price")
    assert [o["status"] for o in sent("offer", "list", "--json").json] == ["declined"] * 2
    sent("offer", "revise", 1, exit=3)
    sent("undo")
    assert [o["status"] for o in sent("offer", "list", "--json").json] == ["draft", "sent"]


def test_a_declined_offer_can_be_revised(sent: Run) -> None:
    sent("offer decline 1 --note 'too much' --at 2026-11-20")
    assert sent("offer", "revise", 1, "--json").json["version"] == 2


def test_numbers_come_from_the_setting_and_are_never_taken_twice(deal: Run) -> None:
    deal("config", "set", "offer_number", "AN-{year}/{n:3}")
    assert deal("offer", "add", 1, "--json").json["number"] == "AN-2026/001"
    deal("offer add 1 --number AN-2026/001", exit=3)
    deal("offer add 1 --number ' '", exit=2)
    assert deal("offer", "add", 1, "--number", "AN-2026/041", "--json").json["number"]
    assert deal("offer", "add", 1, "--json").json["number"] == "AN-2026/042"
    assert deal("offer", "show", "AN-2026/041", "--json").json["id"] == 2
    deal("config", "set", "offer_number", "{year}", exit=2)


def test_the_number_of_a_removed_offer_is_not_used_again(deal: Run) -> None:
    deal("offer", "add", 1)
    assert deal("offer", "add", 1, "--json").json["number"] == "2026-0002"
    deal("offer remove 2026-0002 -y")
    deal("offer", "add", 1, "--number", "2026-0002", exit=3)
    assert deal("offer", "add", 1, "--json").json["number"] == "2026-0003"
    # An offer goes with its deal as well.
    deal("deal add Other -c 2 -q")
    deal("offer", "add", 2)
    deal("deal remove 2 -y")
    assert deal("offer", "add", 1, "--json").json["number"] == "2026-0005"
    # What was undone never was.
    deal("undo")
    assert deal("offer", "add", 1, "--json").json["number"] == "2026-0005"


@pytest.mark.parametrize(
    ("currency", "price", "net", "vat", "shown"),
    [("JPY", "1234", 3517, 668, "¥3,517"), ("KWD", "1.9990", 5697, 1082, "KWD 5.697")],
)
def test_currencies_without_cents_and_with_thousandths(
    deal: Run, currency: str, price: str, net: int, vat: int, shown: str
) -> None:
    deal("offer", "add", 1, "--currency", currency)
    deal("offer line 1 SOL", exit=3)
    deal("offer", "line", 1, "--text", "x", "--price", price, "-n", 3, "--discount", 5, "--vat", 19)
    offer = deal("offer send 1 --json").json
    assert (offer["net_minor"], offer["vat_minor"], offer["currency"]) == (net, vat, currency)
    assert deal("deal", "show", 1, "--json").json["currency"] == currency
    assert shown in deal("offer", "show", 1, tty=True, width=120)


@pytest.mark.parametrize(
    ("currency", "net", "gross"),
    [("JPY", "1350", "1607"), ("KWD", "1350.000", "1606.500"), ("CHF", "1350.00", "1606.50")],
)
def test_a_draft_in_another_currency_keeps_the_amounts_of_its_lines(
    deal: Run, currency: str, net: str, gross: str
) -> None:
    deal("offer add 1")
    deal("offer line 1 --text Scaffold --price 450 -n 3 --vat 19")
    assert "currency" in deal("offer", "edit", 1, "--currency", currency)
    row = next(csv.DictReader(io.StringIO(deal("offer list --csv"))))
    assert (row["net"], row["gross"], row["currency"]) == (net, gross, currency)


def test_a_draft_refuses_a_currency_that_its_lines_cannot_have(deal: Run) -> None:
    deal("offer add 1")
    deal("offer line 1 --text Scaffold --price 450.50 --vat 19")
    before = deal("offer show 1 --json")
    assert "EUR 450.50" in deal("offer edit 1 --currency JPY", exit=2).stderr
    deal("offer line 1 SOL")
    assert "priced in EUR" in deal("offer edit 1 --currency USD", exit=3).stderr
    deal("offer line 1 --line 2 --remove")
    assert deal("offer show 1 --json") == before
    deal("offer line 1 SOL")
    # Once the product has its price in that currency, so has the line.
    deal("product price SOL --currency USD")
    deal("offer edit 1 --currency USD")
    row = next(csv.DictReader(io.StringIO(deal("offer list --csv"))))
    assert (row["net"], row["currency"]) == ("12950.50", "USD")


def test_the_list_prints_in_every_format_and_on_a_narrow_terminal(sent: Run) -> None:
    assert sent("offer", "list").rows[0][1:4] == ["2026-0001", "1", "Roof"]
    for form in ("--csv", "--tsv", "--md", "--html", "--json", "--jsonl"):
        assert "2026-0001" in sent("offer", "list", form)
    assert "2026-0001" in sent("offer", "list", tty=True, width=36)
    assert "12,325.00" in sent("offer", "show", 1, tty=True, width=60)
    lines = [row for row in sent("offer", "show", "roof").rows if row[0] == "lines"]
    assert lines[0][3] == "Solar roof"


# Letters ----------------------------------------------------------------------------------------

SENDER = {
    "FUNNEL_SENDER_NAME": "Solar <Huber> GmbH",
    "FUNNEL_SENDER_STREET": "Sonnenweg 3",
    "FUNNEL_SENDER_TOWN": "80331 München",
    "FUNNEL_SENDER_BANK": "IBAN DE02 7015 0000",
}


def visible(page: str) -> str:
    """What a reader sees of an HTML page."""
    import html

    body = re.sub(r"<(style|title).*?</\1>", "", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            "Non-binding offer 2026-0001|Dear Eva Roth,|Net|€12,325.00|VAT 19% on €12,325.00"
            "|€2,341.75|Total, gross €14,666.75|This offer is non-binding.|November 30, 2026",
        ),
        (
            "de",
            "Unverbindliches Angebot 2026-0001|Guten Tag Eva Roth,|Netto|12.325,00 €"
            "|USt. 19 % auf 12.325,00 €|2.341,75 €|Gesamtbetrag 14.666,75 €"
            "|freibleibend und unverbindlich|30. November 2026",
        ),
    ],
)
def test_the_letter_says_everything_in_both_languages(sent: Run, lang: str, words: str) -> None:
    page = sent("offer", "print", 1, "--html", "--lang", lang, env=SENDER)
    text = visible(page)
    for word in [*words.split("|"), "Weber GmbH Eva Roth Ring 1 Ulm", "Solar <Huber> GmbH"]:
        assert word in text
    assert f'<html lang="{lang}">' in page
    # Self-contained, sized for paper, and nothing of the user's is markup.
    assert not re.search(r"(src|href)=|url\(|@import|<script", page)
    assert "size: A4" in page
    assert "<Huber>" not in page
    markdown = sent("offer", "print", 1, "--md", "--lang", lang, env=SENDER)
    assert f"# {words.split('|')[0]}" in markdown.lines
    assert words.split("|")[3] in markdown.replace("\xa0", " ")


def test_the_letters_language_is_the_one_spoken_unless_named(sent: Run) -> None:
    assert "Unverbindliches Angebot" in sent("offer", "print", 1, env={"FUNNEL_LANGUAGE": "de"})
    assert "Non-binding offer" in sent("offer", "print", 1)
    sent("offer print 1 --lang fr", exit=2)


def test_a_binding_offer_does_not_say_non_binding(deal: Run) -> None:
    deal("offer", "add", 1, "--binding", "--until", "2026-12-24", "--intro", "As said:\n- roof")
    deal("offer line 1 SOL")
    text = visible(deal("offer print 1 --html"))
    assert "Binding offer 2026-0001" in text
    assert "We are bound to this offer until December 24, 2026." in text
    assert "on-binding" not in text
    assert "Draft, not sent" in text
    assert "As said:\\\n\\- roof" in deal("offer", "print", 1, "--md")


def test_a_letter_is_written_to_a_file_by_its_ending(sent: Run, tmp_path: Path) -> None:
    sent("offer", "print", 1, "-o", tmp_path / "offer.html")
    assert (tmp_path / "offer.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    sent("offer", "print", 1, "-o", tmp_path / "offer.md")
    assert (tmp_path / "offer.md").read_text("utf-8").startswith("Weber GmbH")
    sent("offer print 1 --csv", exit=2)
    assert sent("offer", "print", 1, "--json").json["number"] == "2026-0001"


def test_markup_in_texts_stays_text(deal: Run) -> None:
    deal("offer", "add", 1)
    nasty = "<b>a</b> | `b` *c* [d](e) & {{ f }} \x1b[31m"
    deal("offer", "line", 1, "--text", nasty, "--price", 1, "--vat", 19)
    page = deal("offer print 1 --html")
    assert "&lt;b&gt;a&lt;/b&gt; | `b` *c* [d](e) &amp; {{ f }}" in page
    markdown = deal("offer print 1 --md")
    row = next(line for line in markdown.lines if line.startswith("| 1 |"))
    assert r"\<b\>a\</b\> \| \`b\` \*c\* \[d\](e)" in row
    assert "\x1b" not in page + markdown


def test_own_templates_and_words_stand_before_the_shipped_ones(
    sent: Run, environment: dict[str, str]
) -> None:
    folder = Path(environment["FUNNEL_CONFIG_DIR"]) / "templates"
    folder.mkdir(parents=True)
    (folder / "words.toml").write_text('[de]\nregards = "Servus"\n', "utf-8")
    assert "Servus" in sent("offer", "print", 1, "--lang", "de")
    (folder / "offer.md.j2").write_text("{{ number }}: {{ gross }}", "utf-8")
    assert sent("offer", "print", 1) == "2026-0001: €14,666.75"
    (folder / "offer.md.j2").write_text("{{ nothing }}", "utf-8")
    error = sent("offer", "print", 1, exit=1).stderr
    assert "offer.md.j2" in error
    assert "funnel letter export offer.md" in error
    (folder / "offer.md.j2").write_text("{% if %}", "utf-8")
    assert "offer.md.j2:1" in sent("offer", "print", 1, exit=1).stderr
    for name in ("letter", "offer.md", "words"):
        assert len(sent("letter", "export", name)) > 500
    sent("letter", "export", "pdf", exit=2)


def test_printing_reads_and_changes_nothing(sent: Run) -> None:
    before = sent("history", "--json")
    sent("offer", "print", 1)
    assert json.loads(sent("history", "--json")) == json.loads(before)


def test_tab_completes_what_there_is(sent: Run, monkeypatch: pytest.MonkeyPatch, db: str) -> None:
    from funnelcli.prompt import completion

    monkeypatch.setenv("FUNNEL_DB", db)
    sent("objection add 1 price")
    sent("contract add 1 --number C-1")

    def offered(*words: str) -> list[str]:
        line = completion.read(words)
        assert line is not None
        return [value for value, _text in completion.candidates(line)]

    assert offered("product", "show", "S") == ["SOL"]
    assert offered("offer", "line", "2026-0001", "man") == ["BOOK"]
    assert offered("offer", "accept", "") == ["2026-0001"]
    assert offered("offer", "send", "") == []
    assert offered("offer", "list", "status:dec") == ["status:declined"]
    assert offered("objection", "answer", "") == ["1"]
    assert offered("objection", "add", "1", "pri") == ["price"]
    assert offered("objection", "list", "kind:bud") == ["kind:budget"]
    assert offered("contract", "edit", "") == ["C-1"]


def test_sending_says_what_it_makes_of_the_deals_value(deal: Run) -> None:
    deal("offer add 1")
    deal("offer line 1 --text Roof --price 18226.70 --vat 19")
    german = {"FUNNEL_LANGUAGE": "de", "FUNNEL_LOCALE": "de_DE"}
    before = deal("deal show 1 --json").json["value"]
    told = deal("offer send 1", env=german, tty=True)
    assert "Wert" in told
    assert "18.226,70" in told
    assert before != deal("deal show 1 --json").json["value"] == 18226.7
    deal("undo")
    deal("deal edit 1 --value 18226.70")
    assert "value" not in deal("offer send 1")


def test_what_follows_an_accepted_offer(funnel: Run) -> None:
    funnel("contact add 'Eva Roth'")
    told = funnel(
        *("deal", "add", "Roof", "--new-contact", "Eva Roth", "--value", "100"),
        *("--next", "Call", "--due", "+2d", "--notes", "from the fair"),
    ).stderr
    # Whoever is on file is named where somebody of that name is added in passing.
    assert "Contact 1, Eva Roth, is on file already" in told
    made = funnel("deal show Roof --json").json
    assert (made["notes"], made["contact_id"]) == ("from the fair", 2)
    assert [one["what"] for one in made["steps"]] == ["Call"]
    for price in ("100", "120", "90"):
        funnel("offer add Roof")
        number = funnel("offer list --json").json[0]["number"]
        funnel(*("offer", "line", number, "--text", "Roof", "--price", price, "--vat", "19"))
    numbers = sorted(one["number"] for one in funnel("offer list --json").json)
    for number in numbers[:2]:
        funnel(f"offer send {number}")
    # In a script a line proposes the win, on a terminal one key makes it.
    assert 'Win the deal with it: funnel win 1 --value "EUR 100.00"' in funnel(
        f"offer accept {numbers[0]}"
    )
    asked = funnel(f"offer accept {numbers[1]}", tty=True, stdin="y\n")
    assert "Win the deal with it? [y/N]" in asked.stderr
    assert funnel("deal show Roof --json").json["status"] == "won"
    funnel("undo")
    funnel(f"offer accept {numbers[1]}")
    told = funnel("win Roof --value 220").stderr
    assert "2 offers of it are accepted, EUR 220.00 together" in told
    assert f"An offer of it is still open: funnel offer show {numbers[2]}" in told
