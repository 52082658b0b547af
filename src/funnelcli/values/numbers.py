"""Numbers as people write them, in integers: quantities in thousandths, percentages in hundredths
of a percent, any other in millionths."""

from __future__ import annotations

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.patterns import re, regex

# The decimals that a number can have, and the digits before them.
MILLIONTHS = 6
MOST_DIGITS = 12
_NUMBER = regex(r"(\d{1,9})(?:[.,](\d+))?", "a")
_WHOLE_PERCENT = regex(r"(\d{1,3})(?:[.,]0+)?\s*%?", "a")


def _scaled(text: str, decimals: int) -> int | None:
    """``text`` times ten to the ``decimals``; None where it is no such number.

    A point and a comma both begin the decimals.
    """
    found = _NUMBER.fullmatch(text)
    if found is None or len(found[2] or "") > decimals:
        return None
    return int(found[1] + (found[2] or "").ljust(decimals, "0"))


def percent(text: str, option: str) -> int:
    """A percentage from 0 to 100 in hundredths of a percent: "19", "7,5 %".

    Raises Usage naming ``option``.
    """
    value = _scaled(text.strip().removesuffix("%").strip(), 2)
    if value is None or value > 10_000:
        raise Usage(
            _("{option} cannot be {value}.").format(option=option, value=text),
            _("Write a percentage from 0 to 100 with at most two decimals, like 19 or 7.5."),
        )
    return value


def whole_percent(text: str) -> int | None:
    """A whole percentage from 0 to 100: "35", "35 %", "35.0"; None for anything else."""
    found = _WHOLE_PERCENT.fullmatch(text.strip())
    value = int(found[1]) if found else 101
    return value if value <= 100 else None


def quantity(text: str, locale: str, option: str = "--quantity") -> int:
    """A quantity above zero in thousandths: "3", "2.5", "0,125".

    Before three digits a sign begins decimals or groups thousands, as ``locale`` has it: "1.500"
    is one and a half in English and fifteen hundred in German. Raises Usage.
    """
    value = _scaled(_ungrouped(text.strip(), locale), 3)
    if not value:
        raise Usage(
            _("{option} cannot be {value}.").format(option=option, value=text),
            _("Write a number above zero with at most three decimals, like 3 or 2.5."),
        )
    return value


def millionths(text: str, locale: str) -> int | None:
    """A number with up to six decimals in millionths: "-3", "2.5", "12,75"; None for anything else.

    Before three digits a sign begins decimals or groups thousands, as ``locale`` has it.
    """
    sign, word = _signed(text, locale)
    found = re.fullmatch(rf"(\d{{1,{MOST_DIGITS}}})(?:[.,](\d{{1,{MILLIONTHS}}}))?", word, re.ASCII)
    if found is None:
        return None
    return int(sign + found[1] + (found[2] or "").ljust(MILLIONTHS, "0"))


def is_number(text: str, locale: str) -> bool:
    """Whether a text is a number at all, however many digits it has."""
    return re.fullmatch(r"\d+(?:[.,]\d+)?", _signed(text, locale)[1], re.ASCII) is not None


def _signed(text: str, locale: str) -> tuple[str, str]:
    """The sign of a number, "-" or "", and its digits without those that group thousands."""
    word = text.strip().replace("\N{MINUS SIGN}", "-")
    sign, word = ("-", word[1:].strip()) if word[:1] == "-" else ("", word.removeprefix("+"))
    return sign, _ungrouped(word, locale)


def _ungrouped(word: str, locale: str) -> str:
    """``word`` without the signs between its thousands, if ``locale`` has those."""
    from funnelcli.values.moneyformat import number_signs

    point, group = number_signs(locale)
    if re.fullmatch(
        rf"[1-9]\d{{0,2}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(point)}\d+)?", word, re.ASCII
    ):
        return word.replace(group, "")
    return word


def exact(value: int, decimals: int) -> str:
    """Such an integer as the number itself, in no locale: "-12.5"."""
    whole, rest = divmod(abs(value), 10**decimals)
    part = str(rest).zfill(decimals).rstrip("0")
    return ("-" if value < 0 else "") + str(whole) + (f".{part}" if part else "")


def share(value: int, decimals: int) -> int | float:
    """An integer that counts tenths, hundredths … as the number itself, for data output."""
    unit: int = 10**decimals
    return value / unit if value % unit else value // unit


def shown(value: int, decimals: int, locale: str, grouped: int = 1000) -> str:
    """Such an integer as ``locale`` writes the number, with no more decimals than it has; its
    digits are ``grouped`` from that whole number on."""
    from funnelcli.values.moneyformat import number_signs

    point, group = number_signs(locale)
    whole, rest = divmod(value, 10**decimals)
    text = str(whole) if whole < grouped else f"{whole:,}".replace(",", group)
    part = str(rest).zfill(decimals).rstrip("0")
    return f"{text}{point}{part}" if part else text


def shown_percent(value: int, locale: str) -> str:
    """Hundredths of a percent as ``locale`` writes a percentage: "7,5 %"."""
    from funnelcli.values.moneyformat import percent_text

    return percent_text(shown(value, 2, locale), locale)


def shown_rate(percent: float, locale: str) -> str:
    """A percentage of a record, 7.5, as ``locale`` writes it: "7,5 %"."""
    return shown_percent(round(percent * 100), locale)


def shown_quantity(quantity: float, locale: str) -> str:
    """A quantity of a record, 1200.5, as ``locale`` writes it: "1.200,5"."""
    return shown(round(quantity * 1000), 3, locale)
