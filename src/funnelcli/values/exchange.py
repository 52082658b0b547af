"""Exchange rates as they are written: decimal numbers, stored in units of 10^-8."""

from __future__ import annotations

from funnelcli.errors import Usage
from funnelcli.i18n import _

RATE_DIGITS = 8
UNIT: int = 10**RATE_DIGITS

_LONGEST = 40


def parse_rate(text: str, locale: str) -> int:
    """A rate in units of 10^-8: "0.92", "0,92", "1.234,5".

    A sign that could begin decimals or group thousands begins decimals where ``locale`` writes them
    with it. Raises Usage where it does not, and for what is no number of at most eight decimals.
    """
    from funnelcli.values.money import readings
    from funnelcli.values.moneyformat import number_signs

    word = text.strip()
    found = readings(word) if word.isascii() and len(word) <= _LONGEST else {}
    meant = set(found.values())
    if len(meant) == 2:
        decimal = number_signs(locale)[0]
        if decimal not in word:
            digits = found["."][0]
            raise Usage(
                _(
                    "“{text}” is ambiguous: does the sign group thousands or begin the decimals?"
                ).format(text=word),
                _("Write {one} or {other}.").format(
                    one=digits, other=f"{digits // 1000}{decimal}{digits % 1000:03}0"
                ),
            )
        meant = {found[decimal]}
    digits, decimals = meant.pop() if meant else (0, RATE_DIGITS + 1)
    unit: int = 10**decimals
    scaled, rest = divmod(digits * UNIT, unit)
    if not found or rest:
        raise Usage(
            _("{text} is no exchange rate.").format(text=text),
            _("Write it with at most eight decimals, like 0.92."),
        )
    return scaled


def rate_text(rate: int) -> str:
    """A rate as a decimal number without trailing zeros."""
    whole, rest = divmod(rate, UNIT)
    digits = f"{rest:0{RATE_DIGITS}}".rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)
