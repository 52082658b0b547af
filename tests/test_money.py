"""Amounts as people and files write them, in integers, and never on a guess."""

from __future__ import annotations

from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnelcli.errors import Usage
from funnelcli.render.human import number
from funnelcli.values import money, moneyformat
from funnelcli.values.currencies import CODES
from funnelcli.values.exchange import parse_rate, rate_text
from funnelcli.values.money import Money
from funnelcli.values.numbers import shown
from funnelcli.values.rounding import half_up

LOCALES = ["en_US", "de_DE", "de_CH", "fr_FR"]
CURRENCIES = ["EUR", "CHF", "USD", "GBP", "JPY", "KWD", "CLF", "SEK", "PLN", "CZK", "XOF", "MXN"]
MINOR = st.integers(0, 10**12)


# Currencies


def test_the_decimals_are_those_of_the_standard():
    assert [money.exponent(code) for code in ("EUR", "JPY", "KWD", "CLF")] == [2, 0, 3, 4]
    # CLDR gives these none, as their coins are out of use; ISO 4217 has two.
    assert [money.exponent(code) for code in ("ALL", "IRR", "MMK", "PKR")] == [2, 2, 2, 2]


def test_a_currency_is_checked_and_capitalised():
    assert money.check_currency(" eur ") == "EUR"
    for code in ("", "DEM", "EURO", "€", "XAU", "XXX", "e\0r"):
        with pytest.raises(Usage) as error:
            money.check_currency(code)
        assert "ISO 4217" in error.value.hint


# Reading one amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12500", "12500.00 EUR"),
        ("0", "0.00 EUR"),
        ("12.500,00 €", "12500.00 EUR"),
        ("USD 12,500.00", "12500.00 USD"),
        ("12,500.00 usd", "12500.00 USD"),
        ("$22,700.00", "22700.00 USD"),
        ("12.5", "12.50 EUR"),
        ("12,50", "12.50 EUR"),
        (".5", "0.50 EUR"),
        ("0.500", "0.50 EUR"),
        ("1234.500", "1234.50 EUR"),
        ("12.5000", "12.50 EUR"),
        ("1.234.567", "1234567.00 EUR"),
        ("1,234,567", "1234567.00 EUR"),
        ("12,34,567.50", "1234567.50 EUR"),
        ("CHF 1'250.-", "1250.00 CHF"),
        ("Fr. 1’250.–", "1250.00 CHF"),
        ("Fr.12.50", "12.50 CHF"),
        ("1.250,-", "1250.00 EUR"),
        ("1250,-- €", "1250.00 EUR"),
        ("1 250,50", "1250.50 EUR"),
        ("1\xa0250,50\xa0€", "1250.50 EUR"),
        ("1\u202f250,50", "1250.50 EUR"),
        ("1 250", "1250.00 EUR"),
        ("12k", "12000.00 EUR"),
        ("12 K", "12000.00 EUR"),
        ("12,5 Tsd. €", "12500.00 EUR"),
        ("12 TEUR", "12000.00 EUR"),
        ("12k€", "12000.00 EUR"),
        ("€12.5K", "12500.00 EUR"),
        ("1.2m", "1200000.00 EUR"),
        ("1,2 Mio", "1200000.00 EUR"),
        ("1,2 Mio. €", "1200000.00 EUR"),
        ("1.23456k", "1234.56 EUR"),
        ("2 Mrd. EUR", "2000000000.00 EUR"),
        ("£5", "5.00 GBP"),
        ("¥1500", "1500 JPY"),
        ("1500.00 JPY", "1500 JPY"),
        ("CN¥ 5", "5.00 CNY"),
        ("5 zł", "5.00 PLN"),
        ("5 Kč", "5.00 CZK"),
        ("US$ 5", "5.00 USD"),
        ("5 $US", "5.00 USD"),
        ("A$5", "5.00 AUD"),
        ("$5 CAD", "5.00 CAD"),
        ("EUR 5 €", "5.00 EUR"),
        ("+5", "5.00 EUR"),
    ],
)
@pytest.mark.parametrize("locale", LOCALES)
def test_amounts_that_read_in_one_way_everywhere(text, amount, locale):
    found = money.parse_money(text, currency="EUR", locale=locale)
    assert f"{money.plain(found.minor, found.currency)} {found.currency}" == amount


@pytest.mark.parametrize(
    ("text", "locale", "minor"),
    [
        ("12.500", "de_DE", 1250000),
        ("12.500", "de-DE", 1250000),
        ("12.500", "de_DE.UTF-8", 1250000),
        ("12,500", "en_US", 1250000),
        ("12,500", "de_DE", None),
        ("12.500", "en_US", None),
        ("12.500", "de_CH", None),
        ("12,500", "de_CH", None),
        ("12.500", "fr_FR", None),
        ("12,500", "fr_FR", None),
        ("1.250k", "de_DE", None),
        ("1.250k", "en_US", None),
    ],
)
def test_a_lone_sign_before_three_digits_is_read_by_the_locale_or_refused(text, locale, minor):
    if minor is not None:
        assert money.parse_money(text, currency="EUR", locale=locale) == Money(minor, "EUR")
        return
    with pytest.raises(Usage) as error:
        money.parse_money(text, currency="EUR", locale=locale)
    assert "ambiguous" in error.value.message
    # What the hint proposes reads in that very locale, and in two different ways.
    one, other = error.value.hint.removeprefix("Write ").removesuffix(".").split(" or ")
    readings = {money.parse_money(t, currency="EUR", locale=locale).minor for t in (one, other)}
    assert len(readings) == 2


@pytest.mark.parametrize(
    ("text", "locale", "hint"),
    [
        ("USD 1.500", "en_US", "Write USD 1500 or USD 1.50."),
        ("1.250k CHF", "de_DE", "Write CHF 1250000 or CHF 1250."),
        ("JPY 1.500", "en_US", "Write JPY 1500."),
        ("1.500", "en_US", "Write 1500 or 1.50."),
    ],
)
def test_what_is_proposed_is_of_the_currency_that_was_named(text, locale, hint):
    with pytest.raises(Usage) as error:
        money.parse_money(text, currency="EUR", locale=locale)
    assert error.value.hint == hint


def test_three_decimals_are_read_where_the_currency_has_them():
    assert money.parse_money("1,234", currency="KWD", locale="de_DE").minor == 1234
    assert money.parse_money("1.234", currency="KWD", locale="en_US").minor == 1234
    with pytest.raises(Usage) as error:
        money.parse_money("1.234", currency="KWD", locale="fr_FR")
    assert error.value.hint == "Write 1234 or 1.2340."
    with pytest.raises(Usage) as error:
        money.parse_money("1.234", currency="JPY", locale="en_US")
    assert error.value.hint == "Write 1234."


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not an amount"),
        ("twelve", "not an amount"),
        ("12 12", "not an amount"),
        ("1,25,50", "not an amount"),
        ("1.2.3", "not an amount"),
        ("12.50.000", "not an amount"),
        ("1.00.000", "not an amount"),
        ("1.00.000,00", "not an amount"),
        ("12,50,000", "not an amount"),
        ("1 00 000", "not an amount"),
        ("1.000.00", "not an amount"),
        ("12.", "not an amount"),
        ("12.50.-", "not an amount"),
        ("1e5", "not an amount"),
        ("--5", "not an amount"),
        ("٣", "not an amount"),
        ("9" * 1000, "not an amount"),
        ("12%", "not a currency"),
        ("12 bananas", "not a currency"),
        ("12.345", "ambiguous"),
        ("12.3456", "more decimals"),
        ("1500.50 JPY", "more decimals"),
        ("1.234567k", "more decimals"),
        ("-5", "negative"),
        ("−5 €", "negative"),
        ("(5)", "negative"),
        ("5-", "negative"),
        ("$ 12 EUR", "two currencies"),
        ("USD 12 CHF", "two currencies"),
        ("kr 100", "can be in SEK"),
        ("9999999999999999", "too much"),
        ("5000000 Mio", "too much"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_way_out(text, says):
    with pytest.raises(Usage) as error:
        money.parse_money(text, currency="EUR", locale="en_US")
    assert says in error.value.message
    assert error.value.hint
    assert len(error.value.message) < 160


GROUPS = st.lists(st.text("0123456789", min_size=1, max_size=4), min_size=3, max_size=5)


@given(GROUPS, st.sampled_from(".,' "), st.sampled_from(LOCALES), st.sampled_from(CURRENCIES))
def test_groups_are_of_three_or_it_is_no_amount(groups, sign, locale, currency):
    first, *others = groups
    well = all(len(group) == 3 for group in others) and len(first) <= 3 and first[0] != "0"
    text = sign.join(groups)
    read = []
    with suppress(Usage):
        read.append(money.parse_money(text, currency=currency, locale=locale))
    for decimal in ".,":
        with suppress(Usage):
            read.append(money.parse_cell(text, decimal, currency))
    assert well or not read
    for found in read:
        assert money.plain(found.minor, currency).partition(".")[0] == "".join(groups)


@pytest.mark.parametrize("locale", LOCALES)
def test_rupees_are_grouped_by_lakhs(locale):
    assert money.parse_money("12,50,000", currency="INR", locale=locale).minor == 125000000
    assert money.parse_cell("1,00,000", ".", "INR").minor == 10000000
    for text in ("12.50.000", "1,000,00,000"):
        with pytest.raises(Usage):
            money.parse_money(text, currency="INR", locale=locale)


# Exchange rates


@pytest.mark.parametrize(
    ("text", "locale", "rate"),
    [
        ("0.92", "de_DE", "0.92"),
        ("0,92", "en_US", "0.92"),
        ("1.234", "en_US", "1.234"),
        ("1,234", "de_DE", "1.234"),
        ("1,234.5", "de_DE", "1234.5"),
        ("1.234,5", "en_US", "1234.5"),
        ("1.234.567", "en_US", "1234567"),
        ("0,125", "en_US", "0.125"),
        (" 1'234 ", "de_CH", "1234"),
        ("1.234", "de_DE", None),
        ("1,234", "en_US", None),
        ("1,234", "de_CH", None),
        ("1.00.000", "de_DE", None),
        ("12.50.000", "en_US", None),
        ("1e3", "en_US", None),
        ("1_000", "en_US", None),
        ("0.123456789", "en_US", None),
        ("9" * 500, "en_US", None),
        ("", "en_US", None),
    ],
)
def test_a_rate_is_read_as_the_locale_writes_numbers(text, locale, rate):
    if rate is not None:
        assert rate_text(parse_rate(text, locale)) == rate
        return
    with pytest.raises(Usage) as error:
        parse_rate(text, locale)
    if "ambiguous" in error.value.message:
        for proposed in error.value.hint.removeprefix("Write ").removesuffix(".").split(" or "):
            assert parse_rate(proposed, locale)


@given(st.integers(1, 10**14), st.sampled_from(["en_US", "de_DE"]))
def test_a_rate_as_a_locale_writes_it_reads_back_or_asks(rate, locale):
    text = shown(rate, 8, locale)
    with suppress(Usage):
        assert parse_rate(text, locale) == rate
    point, group = moneyformat.number_signs(locale)
    if group not in text or point in text:
        assert parse_rate(text, locale) == rate


@pytest.mark.parametrize("text", ["-5.00", "−5", "(5)", "5-", "-€5", "€-5", "(€ 5)", "5 € -"])
def test_negative_amounts_are_read_where_they_are_allowed(text):
    found = money.parse_money(text, currency="EUR", locale="en_US", negative=True)
    assert found == Money(-500, "EUR")


@pytest.mark.parametrize(
    ("text", "given", "currency"),
    [
        ("$5", "EUR", "USD"),
        ("$5", "AUD", "AUD"),
        ("$5", "MXN", "MXN"),
        ("£5", "EUR", "GBP"),
        ("£5", "EGP", "EGP"),
        ("¥5", "EUR", "JPY"),
        ("¥5", "CNY", "CNY"),
        ("5 kr", "NOK", "NOK"),
        ("5 kr.", "DKK", "DKK"),
        ("5 lei", "EUR", "RON"),
        ("5", "SEK", "SEK"),
    ],
)
def test_a_sign_that_several_currencies_share_means_the_one_at_hand(text, given, currency):
    assert money.parse_money(text, currency=given, locale="en_US").currency == currency


PIECES = (
    "1 12 123 1234 000 . , ' - -- − ( ) + € $ kr EUR usd Fr. k M Mio. TEUR % "
    "\xa0 \u202f ’ .- ,- ² ٣"
)
FRAGMENTS = st.lists(st.sampled_from(PIECES.split(" ")), max_size=7)
ANY_TEXT = st.one_of(st.text(max_size=30), FRAGMENTS.map("".join), FRAGMENTS.map(" ".join))


@given(ANY_TEXT, st.sampled_from(LOCALES), st.booleans())
def test_no_text_makes_a_reader_fail_in_any_other_way(text, locale, negative):
    with suppress(Usage):
        money.parse_money(text, currency="EUR", locale=locale, negative=negative)
    for sign in (".", ",", None):
        with suppress(Usage):
            money.parse_cell(text, sign, "EUR")
    with suppress(Usage):
        money.decimal_sign([text])


# A whole column


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        ([], None),
        (["1", "25", "", "n/a"], None),
        (["1 250", "1'250"], None),
        (["12.50", "1.234"], "."),
        (["12,50", "1.234"], ","),
        (["1.234.567"], ","),
        (["1.234", "1.234,5"], ","),
        (["$22,700.00", "$5"], "."),
        (["1234.567"], "."),
        (["0,125"], ","),
        (["100.0", "1,234"], "."),
    ],
)
def test_one_decimal_sign_for_a_column(cells, sign):
    assert money.decimal_sign(cells) == sign
    assert money.decimal_sign(iter(reversed(cells))) == sign


def test_a_column_that_contradicts_itself_is_refused_with_the_cells():
    with pytest.raises(Usage) as error:
        money.decimal_sign(["1", "12.50", "12,50"])
    assert "“12.50”" in error.value.message
    assert "“12,50”" in error.value.message


def test_a_column_that_reads_in_two_ways_is_refused_with_both():
    with pytest.raises(Usage) as error:
        money.decimal_sign(["5", "1.234", "2.500"])
    assert "“1.234” is ambiguous" in error.value.message
    assert "1234" in error.value.hint
    assert "1.234" in error.value.hint


@pytest.mark.parametrize(
    ("text", "sign", "minor"),
    [
        ("12500", None, 1250000),
        ("1'250", None, 125000),
        ("1.234", ",", 123400),
        ("12,5", ",", 1250),
        ("12.50", ".", 1250),
        ("1,234", ".", 123400),
        ("$22,700.00", ".", 2270000),
        ("007", ".", 700),
        ("100.0000", ".", 10000),
        ("12.50", ",", None),
        ("12,50", ".", None),
        ("1.234", ".", None),
        ("1.234", None, None),
        ("12..5", ".", None),
        ("-5", ".", None),
        ("", ".", None),
        ("²", ".", None),
    ],
)
def test_a_cell_is_read_with_the_sign_of_its_column(text, sign, minor):
    if minor is None:
        with pytest.raises(Usage):
            money.parse_cell(text, sign, "EUR")
    else:
        assert money.parse_cell(text, sign, "EUR").minor == minor


def test_a_cell_names_its_currency_or_takes_the_one_of_the_row():
    assert money.parse_cell("5", ".", "CHF") == Money(500, "CHF")
    assert money.parse_cell("5 €", ".", "CHF") == Money(500, "EUR")
    assert money.parse_cell("-5", ".", "CHF", negative=True) == Money(-500, "CHF")
    for currency in ("", "ABC"):
        with pytest.raises(Usage):
            money.parse_cell("5", ".", currency)


@given(st.lists(MINOR, min_size=1, max_size=8), st.sampled_from(["en_US", "de_DE"]))
def test_a_column_written_by_a_program_reads_back(amounts, locale):
    cells = [money.format_money(minor, "EUR", locale) for minor in amounts]
    sign = money.decimal_sign(cells)
    assert sign == {"en_US": ".", "de_DE": ","}[locale]
    assert [money.parse_cell(cell, sign, "EUR").minor for cell in cells] == amounts


# Round trips


@given(MINOR, st.sampled_from(CURRENCIES), st.sampled_from(LOCALES))
def test_an_amount_as_a_locale_writes_it_reads_back(minor, currency, locale):
    text = money.format_money(minor, currency, locale)
    assert money.parse_money(text, currency=currency, locale=locale) == Money(minor, currency)
    negative = money.format_money(-minor, currency, locale)
    found = money.parse_money(negative, currency=currency, locale=locale, negative=True)
    assert found == Money(-minor, currency)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_currency_reads_back(locale):
    for currency in sorted(CODES):
        text = money.format_money(123456789, currency, locale)
        found = money.parse_money(text, currency=currency, locale=locale)
        assert found == Money(123456789, currency), text


@given(MINOR, st.sampled_from(CURRENCIES))
def test_a_plain_amount_reads_back_as_a_cell_and_as_a_decimal(minor, currency):
    text = money.plain(minor, currency)
    assert money.parse_cell(text, ".", currency) == Money(minor, currency)
    assert Decimal(text).scaleb(money.exponent(currency)) == minor
    assert money.plain(-minor, currency) == ("-" if minor else "") + text


def test_plain_amounts():
    assert money.plain(1250000, "EUR") == "12500.00"
    assert money.plain(-5, "EUR") == "-0.05"
    assert money.plain(12500, "JPY") == "12500"
    assert money.plain(1, "KWD") == "0.001"


# Rounding


@given(MINOR, st.sampled_from(CURRENCIES), st.sampled_from(CURRENCIES))
def test_an_amount_stays_itself_in_another_currency_or_is_refused(minor, currency, other):
    exact = Decimal(minor).scaleb(-money.exponent(currency))
    try:
        kept = money.same_amount(minor, currency, other)
    except Usage:
        assert exact != round(exact, money.exponent(other))
    else:
        assert Decimal(kept).scaleb(-money.exponent(other)) == exact
        assert money.same_amount(kept, other, currency) == minor


@given(st.decimals(-(10**9), 10**9, places=6))
def test_rounding_is_half_up_away_from_zero(value):
    assert half_up(*value.as_integer_ratio()) == int(value.quantize(Decimal(1), ROUND_HALF_UP))


def test_rounding_is_exact_beyond_the_precision_of_decimals():
    assert half_up(1, 2) == 1
    assert half_up(-1, 2) == -1
    assert half_up(1234567890123456789012345678901234565, 10) == (
        123456789012345678901234567890123457
    )


@given(st.integers(-(10**12), 10**12), st.integers(0, 100))
def test_a_weighted_amount_is_the_share_rounded_half_up(minor, percent):
    exact = Decimal(minor) * percent / 100
    assert money.weighted(minor, percent) == exact.quantize(Decimal(1), ROUND_HALF_UP)
    assert money.weighted(minor, 100) == minor


# For people


@pytest.mark.parametrize(
    ("locale", "whole", "short", "million"),
    [
        ("en_US", "€12,500.00", "€12.5K", "€1.2M"),
        ("de_DE", "12.500,00\xa0€", "12.500\xa0€", "1,2\xa0Mio.\xa0€"),
        ("de_AT", "€\xa012.500,00", "€\xa012.500", "1,2\xa0Mio.\xa0€"),
        ("fr_FR", "12\u202f500,00\xa0€", "12,5\xa0k\xa0€", "1,2\xa0M\xa0€"),
        ("C", "€12,500.00", "€12.5K", "€1.2M"),
    ],
)
def test_amounts_as_the_locale_writes_them(locale, whole, short, million):
    assert money.format_money(1250000, "EUR", locale) == whole
    assert money.format_money(1250000, "EUR", locale, compact=True) == short
    assert money.format_money(123456789, "EUR", locale, compact=True) == million


def test_compact_amounts_are_rounded_before_they_get_their_unit():
    shown = [
        money.format_money(minor, "USD", "en_US", compact=True)
        for minor in (0, 49, 50, 99949, 99950, 99994999, 99995000, -1250000)
    ]
    assert shown == ["$0", "$0", "$1", "$999", "$1K", "$999.9K", "$1M", "-$12.5K"]


@pytest.mark.parametrize(
    ("locale", "currency", "text", "negative"),
    [
        ("en_US", "KWD", "KWD\xa01,234.567", "-KWD\xa01,234.567"),
        ("en_GB", "CHF", "CHF\xa012,345.67", "-CHF\xa012,345.67"),
        ("en_US", "CAD", "CA$12,345.67", "-CA$12,345.67"),
        ("en_US", "EUR", "€12,345.67", "-€12,345.67"),
        ("de_DE", "KWD", "1.234,567\xa0KWD", "-1.234,567\xa0KWD"),
    ],
)
def test_a_code_stands_off_its_amount_and_is_read_back(locale, currency, text, negative):
    minor = 1234567
    assert money.format_money(minor, currency, locale) == text
    assert money.format_money(-minor, currency, locale) == negative
    if "$" not in text:
        read = money.parse_money(text, currency="EUR", locale=locale)
        assert (read.minor, read.currency) == (minor, currency)
    compact = money.format_money(123456789, "KWD", "en_US", compact=True)
    assert compact == "KWD\xa0123.5K"


def test_decimals_are_the_standard_s_in_every_locale():
    assert money.format_money(1250, "ALL", "en_US").endswith("12.50")
    assert money.format_money(1250, "KWD", "de_DE") == "1,250\xa0KWD"
    assert money.format_money(1250, "JPY", "en_US") == "¥1,250"


SAMPLES = [0, 5, 99949, 99950, 100000, 1250000, 99994999, 99995000, 123456789, 10**13, 10**14]


@pytest.mark.parametrize("locale", sorted(moneyformat._STYLES))
def test_the_table_of_usual_locales_writes_what_babel_writes(locale, monkeypatch):
    style = moneyformat._STYLES[locale]

    def everything() -> list[object]:
        amounts = [
            money.format_money(sign * minor, currency, locale, compact=compact)
            for minor in SAMPLES
            for sign in (1, -1)
            for currency in style.symbols
            for compact in (False, True)
        ]
        shares = [money.format_share(k, 7, locale) for k in (0, 1, 4, 7, 9, 7000)]
        numbers = [number(amount, locale) for amount in (0, -2.5, 999, 1000, -12345.67, 1e9)]
        return [*amounts, *shares, *numbers, moneyformat.number_signs(locale)]

    ours = everything()
    monkeypatch.setattr(moneyformat, "_STYLES", {})
    assert everything() == ours


@pytest.mark.parametrize(
    ("k", "n", "locale", "text"),
    [
        (0, 0, "en_US", "–"),
        (3, 4, "en_US", "3/4"),
        (0, 1, "de_DE", "0/1"),
        (4, 7, "en_US", "57.1%"),
        (4, 7, "de_DE", "57,1\xa0%"),
        (4, 7, "fr_FR", "57,1\xa0%"),
        (5, 5, "en_US", "100.0%"),
        (7, 5, "en_US", "140.0%"),
        (1, 16, "en_US", "6.3%"),
        (1, 2000, "en_US", "0.1%"),
        (1, 2001, "en_US", "0.0%"),
    ],
)
def test_shares(k, n, locale, text):
    # Editions of CLDR differ in which of two hard spaces French takes.
    assert money.format_share(k, n, locale).replace("\u202f", "\xa0") == text
