"""Exchange rates as they are written: decimal numbers, stored in units of 10^-8."""

from __future__ import annotations

from funnelcli.errors import Usage
from funnelcli.i18n import _

RATE_DIGITS = 8


def parse_rate(text: str) -> int:
    """A rate in units of 10^-8: "0.92", "0,92". Raises Usage."""
    from decimal import Decimal, InvalidOperation

    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        value = Decimal("NaN")
    scaled = value.scaleb(RATE_DIGITS) if value.is_finite() else value
    if not value.is_finite() or abs(value.adjusted()) > 20 or scaled != int(scaled):
        raise Usage(
            _("{text} is no exchange rate.").format(text=text),
            _("Write it with at most eight decimals, like 0.92."),
        )
    return int(scaled)


def rate_text(rate: int) -> str:
    """A rate as a decimal number without trailing zeros."""
    whole, rest = divmod(rate, 10**RATE_DIGITS)
    digits = f"{rest:0{RATE_DIGITS}}".rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)
