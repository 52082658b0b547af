"""Amounts and shares as text.

The locales of the two languages are written from a small table: loading Babel costs more than
everything else that a list does. Any other locale or currency goes through Babel.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from funnelcli.currencies import exponent

if TYPE_CHECKING:
    from babel import Locale
    from babel.numbers import NumberPattern


@cache
def _babel(locale: str) -> Locale:
    """Babel's data for ``locale``; those of en_US for a name it does not know ("C")."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(locale.partition(".")[0].replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale.parse("en_US")


def number_signs(locale: str) -> tuple[str, str]:
    """The decimal sign and the grouping sign of ``locale``."""
    symbols: Any = _babel(locale).number_symbols["latn"]
    return str(symbols["decimal"]), str(symbols["group"])


def plain(minor: int, currency: str) -> str:
    """``minor`` units as a number for scripts, in no locale: "12500.00", "-0.05"."""
    decimals = exponent(currency)
    digits = str(abs(minor)).zfill(decimals + 1)
    sign = "-" if minor < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits


def _apply(pattern: NumberPattern, scaled: int, decimals: int, locale: str, currency: str) -> str:
    """``scaled`` / 10 ** ``decimals`` by ``pattern``, with exactly those decimals."""
    from copy import copy
    from decimal import Decimal

    exact: Any = copy(pattern)
    exact.frac_prec = (decimals, decimals)
    value = Decimal(scaled).scaleb(-decimals)
    return str(exact.apply(value, _babel(locale), currency=currency, currency_digits=False))


def format_money(minor: int, currency: str, locale: str, *, compact: bool = False) -> str:
    """``minor`` units as ``locale`` writes money: "12.500,00 €", "€12,500.00".

    ``compact``, for narrow tables, drops the decimals and shortens thousands and millions the
    way the language does: "€12.5K", "12,5 k €", "1,2 Mio. €". German has no such sign for
    thousands; there 12500 stays "12.500 €".
    """
    pattern: NumberPattern = _babel(locale).currency_formats["standard"]
    decimals = exponent(currency)
    if not compact:
        return _apply(pattern, minor, decimals, locale, currency)
    return _compact(minor, decimals, currency, locale)


def _compact(minor: int, decimals: int, currency: str, locale: str) -> str:
    data = _babel(locale)
    formats = data.compact_currency_formats["short"]["other"]
    whole = _round(minor, 10**decimals)
    if abs(whole) >= 1000:
        for power in (12, 9, 6, 3):
            tenths = _round(minor * 10, 10 ** (decimals + power))
            pattern = formats.get(str(10**power))
            if abs(tenths) >= 10 and pattern is not None and "¤" in pattern.pattern:
                scaled, places = (tenths, 1) if tenths % 10 else (tenths // 10, 0)
                return _apply(pattern, scaled, places, locale, currency)
    return _apply(data.currency_formats["standard"], whole, 0, locale, currency)


def _round(numerator: int, denominator: int) -> int:
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -rounded if numerator < 0 else rounded


def format_share(k: int, n: int, locale: str) -> str:
    """``k`` of ``n`` (both ≥ 0) as a share: the fraction "3/4" where ``n`` is below 5, else a
    percentage with one decimal, rounded half up: "57.1%", "57,1 %". A dash where ``n`` is 0.
    """
    if n == 0:
        return "–"
    if n < 5:
        return f"{k}/{n}"
    tenths = _round(k * 1000, n)
    from copy import copy
    from decimal import Decimal

    pattern: Any = copy(_babel(locale).percent_formats[None])
    pattern.frac_prec = (1, 1)
    return str(pattern.apply(Decimal(tenths).scaleb(-3), _babel(locale)))
