"""Amounts and shares as text.

The usual locales of the two languages, with their usual currencies, are written from a small
table: loading Babel takes as long as the rest of a list. The tests hold the table against Babel,
which writes every other locale and currency.
"""

from __future__ import annotations

from functools import cache

from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING, Any
from funnelcli.values.currencies import exponent
from funnelcli.values.localenames import plain as plain_name
from funnelcli.values.localenames import usual
from funnelcli.values.reader import reader
from funnelcli.values.rounding import half_up

if TYPE_CHECKING:
    from babel import Locale
    from babel.numbers import NumberPattern


class _Style(NamedTuple):
    """How a locale writes: ``{n}`` is the number, ``{s}`` the currency's sign."""

    decimal: str
    group: str
    money: str
    negative: str
    percent: str
    symbols: dict[str, str]
    compact: dict[int, str]


class Minor(NamedTuple):
    """An amount among the data of a page: ``units`` are minor units, None for no amount."""

    units: int | None
    currency: str | None


_ENGLISH = {3: "{s}{n}K", 6: "{s}{n}M", 9: "{s}{n}B", 12: "{s}{n}T"}
_GERMAN = {6: "{n}\xa0Mio.\xa0{s}", 9: "{n}\xa0Mrd.\xa0{s}", 12: "{n}\xa0Bio.\xa0{s}"}
_US = {"EUR": "€", "USD": "$", "GBP": "£"}
_ISLES = {"EUR": "€", "USD": "US$", "GBP": "£"}
_DE = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF"}
_STYLES = {
    "en_US": _Style(".", ",", "{s}{n}", "-{s}{n}", "{n}%", _US, _ENGLISH),
    "en_GB": _Style(".", ",", "{s}{n}", "-{s}{n}", "{n}%", _ISLES, _ENGLISH),
    "en_IE": _Style(".", ",", "{s}{n}", "-{s}{n}", "{n}%", _ISLES, _ENGLISH),
    "de_DE": _Style(",", ".", "{n}\xa0{s}", "-{n}\xa0{s}", "{n}\xa0%", _DE, _GERMAN),
    "de_LU": _Style(",", ".", "{n}\xa0{s}", "-{n}\xa0{s}", "{n}\xa0%", _DE, _GERMAN),
    "de_AT": _Style(",", ".", "{s}\xa0{n}", "-{s}\xa0{n}", "{n}\xa0%", _DE, _GERMAN),
    "de_CH": _Style(
        ".", "’", "{s}\xa0{n}", "{s}-{n}", "{n}%", {"CHF": "CHF", "EUR": "EUR"}, _GERMAN
    ),
    "de_LI": _Style(".", "’", "{s}\xa0{n}", "-{s}\xa0{n}", "{n}%", _DE, _GERMAN),
}


def is_quick(locale: str) -> bool:
    """Whether ``locale`` is written from a table, without Babel."""
    return usual(locale) in _STYLES


def is_known(locale: str) -> bool:
    """Whether ``locale`` is one that numbers and dates can be written in, by CLDR."""
    if plain_name(locale) in _STYLES:
        return True
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(plain_name(locale))
    except (ValueError, UnknownLocaleError):
        return False
    return True


@cache
def known_locale(locale: str) -> Locale:
    """Babel's data for ``locale``; those of en_US for a name it does not know ("C")."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(plain_name(locale))
    except (ValueError, UnknownLocaleError):
        return Locale.parse("en_US")


def number_signs(locale: str) -> tuple[str, str]:
    """The decimal sign and the grouping sign of ``locale``."""
    if style := _STYLES.get(usual(locale)):
        return style.decimal, style.group
    symbols: Any = known_locale(locale).number_symbols["latn"]
    return str(symbols["decimal"]), str(symbols["group"])


def plain(minor: int, currency: str) -> str:
    """``minor`` units as a number for scripts, in no locale: "12500.00", "-0.05"."""
    sign = "-" if minor < 0 else ""
    return sign + _number(abs(minor), exponent(currency), ".", "")


def typed(minor: int, currency: str) -> str:
    """``minor`` units as they are typed in an option: "EUR 12500.00". Without grouping and with the
    currency they are read the same in every locale."""
    return f"{currency} {plain(minor, currency)}"


def _number(scaled: int, decimals: int, decimal: str, group: str) -> str:
    """``scaled`` (≥ 0) / 10 ** ``decimals``, with exactly those decimals."""
    digits = str(scaled).zfill(decimals + 1)
    whole = digits[: len(digits) - decimals]
    if group:
        whole = f"{int(whole):,}".replace(",", group)
    return f"{whole}{decimal}{digits[-decimals:]}" if decimals else whole


def format_money(
    minor: int, currency: str, locale: str, *, compact: bool = False, more: int = 0
) -> str:
    """``minor`` units as ``locale`` writes money: "12.500,00 €", "€12,500.00". With ``more``
    decimals they are so much smaller: 125001 is "12,5001 €" with two.

    ``compact``, for narrow tables, drops the decimals and shortens thousands and millions the
    way the language does: "€12.5K", "12,5 k €", "1,2 Mio. €". German has no such sign for
    thousands; there 12500 stays "12.500 €".
    """
    style = _STYLES.get(usual(locale))
    if style and currency in style.symbols:
        return _write(style, minor, currency, compact, more)
    data = known_locale(locale)
    pattern: Any = data.currency_formats["standard"]
    if not compact:
        return _apply(pattern, minor, exponent(currency) + more, locale, currency)
    short: Any = data.compact_currency_formats["short"]["other"]
    powers = [p for p in (3, 6, 9, 12) if "¤" in getattr(short.get(f"1{'0' * p}"), "pattern", "")]
    scaled, decimals, power = _shorten(minor, exponent(currency), powers)
    if power:
        pattern = short[f"1{'0' * power}"]
    return _apply(pattern, scaled, decimals, locale, currency)


def money_text(minor: int, currency: str) -> str:
    """``minor`` units inside a sentence: as money of the locale where a person reads it, for a
    program as they are typed, "EUR 12500.00"."""
    reads = reader()
    if reads is None:
        return typed(minor, currency)
    return format_money(minor, currency, reads.locale)


def _write(style: _Style, minor: int, currency: str, compact: bool, more: int) -> str:
    scaled, decimals, power = minor, exponent(currency) + more, 0
    if compact:
        scaled, decimals, power = _shorten(minor, decimals, list(style.compact))
    number = _number(abs(scaled), decimals, style.decimal, style.group)
    symbol = style.symbols[currency]
    if power:
        return ("-" if scaled < 0 else "") + style.compact[power].format(n=number, s=symbol)
    return (style.negative if scaled < 0 else style.money).format(n=number, s=symbol)


def _shorten(minor: int, decimals: int, powers: list[int]) -> tuple[int, int, int]:
    """``minor`` as a number with its decimals, and the power of ten that it counts: the smallest
    of ``powers`` (0 before them) in which, once rounded, it stays below the next.
    """
    tenths, unit = 10 * half_up(minor, 10**decimals), 0
    for power in powers:
        if abs(tenths) < 10 ** (power - unit + 1):
            break
        tenths, unit = half_up(10 * minor, 10 ** (decimals + power)), power
    return (tenths, 1, unit) if tenths % 10 else (tenths // 10, 0, unit)


def _apply(pattern: NumberPattern, scaled: int, decimals: int, locale: str, currency: str) -> str:
    """``scaled`` / 10 ** ``decimals`` by Babel's ``pattern``, with exactly those decimals."""
    from copy import copy
    from decimal import Decimal

    exact: Any = copy(pattern)
    exact.frac_prec = (decimals, decimals)
    value = Decimal(scaled).scaleb(-decimals)
    found = known_locale(locale)
    text = str(exact.apply(value, found, currency=currency, currency_digits=False))
    return _spaced(text, found.currency_symbols.get(currency, currency)) if currency else text


def _spaced(text: str, symbol: str) -> str:
    """``text`` with a no-break space between the currency's ``symbol`` and a digit beside it where
    the symbol has a letter there: "KWD 1.250", "CA$1.25" (CLDR, currency spacing)."""
    before, found, after = text.partition(symbol)
    if found and symbol[-1:].isalpha() and after[:1].isdigit():
        after = "\xa0" + after
    if found and symbol[:1].isalpha() and before[-1:].isdigit():
        before += "\xa0"
    return before + found + after


def format_share(k: int, n: int, locale: str) -> str:
    """``k`` of ``n`` (both ≥ 0) as a share: the fraction "3/4" where ``n`` is below 5, else a
    percentage with one decimal, rounded half up: "57.1%", "57,1 %". A dash where ``n`` is 0.
    """
    if n == 0:
        return "–"
    if n < 5:
        return f"{k}/{n}"
    tenths = half_up(1000 * k, n)
    point, group = number_signs(locale)
    return percent_text(_number(tenths, 1, point, group), locale)


def percent_text(number: str, locale: str) -> str:
    """A number that is written already as a percentage of ``locale``: "57.1%", "57,1 %"."""
    if style := _STYLES.get(usual(locale)):
        return style.percent.format(n=number)
    pattern = known_locale(locale).percent_formats[None]
    return f"{pattern.prefix[0]}{number}{pattern.suffix[0]}"
