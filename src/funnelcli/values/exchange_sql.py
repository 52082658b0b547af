"""SQL for amounts in the base currency, and for what effort costs on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from funnelcli.plain import NamedTuple
from funnelcli.values.currencies import exponent

# More steps than this are looked up in the table, row by row, instead of being written out.
_WRITTEN_OUT = 50


class Rates(NamedTuple):
    """The exchange rates to the currency ``base``: by currency the days from which they hold, in
    the order of time, with the rate times 10^8."""

    base: str
    steps: Mapping[str, Sequence[tuple[str, int]]]


def exchanged(rates: Rates, value: str, currency: str, day: str) -> str:
    """SQL for ``value`` (minor units of ``currency``) in the base currency, with the rate that
    held on ``day``; rounded half up (away from zero), once. Where there is no rate the value stays
    as it is.

    A rate is in 10^-8 of the base's major unit, so value · rate / 10^8, and a power of ten for
    currencies with another number of decimals. The quotient is taken apart, so that no product
    leaves 64 bits.
    """
    if not rates.steps:
        return value
    cases = ""
    for other in rates.steps:
        shift = exponent(rates.base) - exponent(other)
        up, down = 10 ** max(shift, 0), 10 ** (8 + max(-shift, 0))
        rate = _rate_on(rates, other, day) + (f" * {up}" if up > 1 else "")
        half = f"CASE WHEN {value} < 0 THEN -{down // 2} ELSE {down // 2} END"
        rest = f"(({value} % {down}) * ({rate}) + {half}) / {down}"
        product = f"({value} / {down}) * ({rate}) + {rest}"
        cases += f" WHEN '{other}' THEN coalesce({product}, {value})"
    return f"CASE {currency}{cases} ELSE {value} END"


def currency_of(rates: Rates, currency: str, day: str) -> str:
    """SQL for the currency that :func:`exchanged` gives."""
    if not rates.steps:
        return currency
    cases = "".join(
        f" WHEN '{other}' THEN CASE WHEN {day} >= '{steps[0][0]}' THEN '{rates.base}'"
        f" ELSE '{other}' END"
        for other, steps in rates.steps.items()
    )
    return f"CASE {currency}{cases} ELSE {currency} END"


def _rate_on(rates: Rates, currency: str, day: str) -> str:
    """SQL for the rate of a currency on a day, NULL before its first."""
    steps = rates.steps[currency]
    if len(steps) > _WRITTEN_OUT:
        return (
            f"(SELECT xr.rate FROM exchange_rate AS xr WHERE xr.base = '{rates.base}'"
            f" AND xr.currency = '{currency}' AND xr.valid_from <= {day}"
            " ORDER BY xr.valid_from DESC LIMIT 1)"
        )
    return held(steps, day)


def held(steps: Sequence[tuple[str, int | str]], day: str) -> str:
    """SQL for what held on ``day`` of steps (valid from, value) in the order of time; NULL before
    the first. Values are numbers, or text that needs no quoting."""
    cases = "".join(
        f" WHEN {day} >= '{since}' THEN "
        + (f"'{value}'" if isinstance(value, str) else f"{value:d}")
        for since, value in reversed(steps)
    )
    return f"CASE{cases} END" if cases else "NULL"
