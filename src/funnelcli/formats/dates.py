"""Reading one date cell: layouts without time, the time behind a date, and month names.

Nothing here depends on the C locale, and nothing guesses: a layout is chosen for a whole column
in :mod:`funnelcli.formats.columns`.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from funnelcli.formats.layouts import shown
from funnelcli.i18n import _
from funnelcli.patterns import regex
from funnelcli.values.datewords import month_of

Moment = tuple[date, time | None, int | None]

ISO = "%Y-%m-%d"
NAMED_DAY_FIRST = "%d %b %Y"
NAMED_MONTH_FIRST = "%b %d %Y"
COMPACT = "%Y%m%d"


def short_year(layout: str) -> str:
    """A layout as it shows years of two digits."""
    return layout.replace("%Y", "%y")


# Numeric layouts by their separator: with the year first, then with the year last.
_YEAR_FIRST = {"-": ISO, "/": "%Y/%m/%d", ".": "%Y.%m.%d"}
_DAY_FIRST = {".": "%d.%m.%Y", "/": "%d/%m/%Y", "-": "%d-%m-%Y"}
_MONTH_FIRST = {"/": "%m/%d/%Y", "-": "%m-%d-%Y"}
_NAMED_DAY_FIRST = ("%d %b %Y", "%d-%b-%Y", "%d %b, %Y", "%d. %b %Y", "%d %B %Y", "%d. %B %Y")
_NAMED_MONTH_FIRST = ("%b %d %Y", "%b %d, %Y", "%B %d %Y", "%B %d, %Y")

KNOWN: dict[str, str] = {
    **{name: name for names in (_YEAR_FIRST, _DAY_FIRST, _MONTH_FIRST) for name in names.values()},
    **dict.fromkeys(_NAMED_DAY_FIRST, NAMED_DAY_FIRST),
    **dict.fromkeys(_NAMED_MONTH_FIRST, NAMED_MONTH_FIRST),
    COMPACT: COMPACT,
}
# A year of two digits makes no other layout: a column may have both.
KNOWN |= {
    short_year(name): key for name, key in KNOWN.items() if name.endswith("%Y") and name != COMPACT
}

_NUMERIC = regex(r"(\d{1,4})([-./])(\d{1,2})\2(\d{4}|\d{1,2})(?![\d./-])", "a")
_DAY_NAME = regex(r"(\d{1,2})[.]?[ -]?([^\W\d_]{3,9})[.]?[, -] ?(\d{4}|'?\d{2})(?![\d:])")
_NAME_DAY = regex(r"([^\W\d_]{3,9})[.]?[ -](\d{1,2}),?[ -](\d{4}|'\d{2})(?![\d:])")
_COMPACT = regex(r"(\d{4})(\d{2})(\d{2})(?![\d./-])", "a")
_TIME = regex(
    r"(?:T|,?\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"(?:\s*([ap])\.?m\.?)?(?:\s*(Z|UTC|GMT|[+-]\d{2}:?(?:\d{2})?))?",
    "ai",
)

_PLAIN_TIMES = {6: "%H:%M", 9: "%H:%M:%S"}

# What Outlook and MySQL write where there is no date.
_NONE = frozenset(("", "0.0.00", "0/0/00", "0000-00-00", "0000-00-00 00:00:00"))


class CellError(ValueError):
    """A cell that cannot be read; the message says why, in words."""


def is_blank(cell: str) -> bool:
    """Whether a cell holds no date: it is empty, or has one of the zeros that stand for none."""
    return cell.strip() in _NONE


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(short: int) -> int:
    """The year of two digits: 69 to 99 lie in the 1900s, as in POSIX."""
    return short + (1900 if short >= 69 else 2000)


def _year(written: str) -> int:
    digits = written.lstrip("'")
    return int(digits) if len(digits) == 4 else full_year(int(digits))


def read_dates(text: str) -> tuple[dict[str, date], int]:
    """Every layout that ``text`` (stripped) can begin with, with the date it gives, and where
    the date ends in ``text``."""
    if text[4:5] == "-" == text[7:8]:
        try:
            return {ISO: date.fromisoformat(text[:10])}, 10
        except ValueError:
            pass
    found: dict[str, date | None] = {}
    if match := _NUMERIC.match(text):
        first, mark, middle, last = match.groups()
        a, b, c = int(first), int(middle), int(last)
        if len(first) == 4 and len(last) <= 2:
            found[_YEAR_FIRST[mark]] = _day(a, b, c)
        elif len(first) <= 2 and len(last) in (2, 4):
            year = _year(last)
            found[_DAY_FIRST[mark]] = _day(year, b, a)
            if mark in _MONTH_FIRST:
                found[_MONTH_FIRST[mark]] = _day(year, a, b)
    elif match := _DAY_NAME.match(text):
        if month := month_of(match[2]):
            found[NAMED_DAY_FIRST] = _day(_year(match[3]), month, int(match[1]))
    elif match := _NAME_DAY.match(text):
        if month := month_of(match[1]):
            found[NAMED_MONTH_FIRST] = _day(_year(match[3]), month, int(match[2]))
    elif match := _COMPACT.match(text):
        found[COMPACT] = _day(int(match[1]), int(match[2]), int(match[3]))
    return {name: day for name, day in found.items() if day}, match.end() if match else 0


@lru_cache(1 << 14)
def read_time(text: str) -> tuple[time, int | None, str] | None:
    """The time of day behind a date, its offset from UTC in minutes, and its pattern; None if
    ``text``, which begins with the blank or ``T`` between them, is no time."""
    plain = text.removesuffix("Z")
    if len(plain) in _PLAIN_TIMES and plain[3] == ":" and plain[0] in "T ":
        offset, sign = (None, "") if plain == text else (0, "%z")
        try:
            return time.fromisoformat(plain[1:]), offset, plain[0] + _PLAIN_TIMES[len(plain)] + sign
        except ValueError:
            pass
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds, fraction, half, zone = match.groups()
    hour = int(hours)
    pattern = ("T" if text[0] in "Tt" else " ") + "%H:%M" + (":%S" if seconds else "")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "pP" else 0)
        pattern = pattern.replace("%H", "%I") + " %p"
    if fraction:
        pattern += ".%f"
    offset = None
    if zone:
        pattern += "%z"
        offset = 0
        if zone[0] in "+-":
            away = int(zone[1:3]) * 60 + int(zone[3:].lstrip(":") or 0)
            offset = -away if zone[0] == "-" else away
            if away >= 24 * 60:
                return None
    try:
        micro = int((fraction or "0")[:6].ljust(6, "0"))
        return time(hour, int(minutes), int(seconds or 0), micro), offset, pattern
    except ValueError:
        return None


_SERIAL = regex(r"\d{1,7}(?:[.,]\d+)?", "a")


def read_serial(text: str) -> Moment | None:
    """A spreadsheet's serial number in its 1900 system: days since 1899-12-30, the fraction
    being the time of day to the second.

    Numbers below 60 are a day later, for the program counts a 29 February 1900, number 60,
    that never was.
    """
    if not _SERIAL.fullmatch(text):
        return None
    whole, _point, part = text.replace(",", ".").partition(".")
    days = int(whole)
    if not 1 <= days <= 2_958_465 or days == 60:
        return None
    scale = 10 ** len(part)
    seconds = (2 * int(part or 0) * 86_400 + scale) // (2 * scale)
    first = datetime(1899, 12, 31 if days < 60 else 30)  # noqa: DTZ001 - a wall clock's
    try:
        moment = first + timedelta(days=days, seconds=seconds)
    except OverflowError:
        return None
    return moment.date(), moment.time() if int(part or 0) else None, None


def misfit(cell: str, pattern: str) -> CellError:
    """The error for a cell that has not the column's pattern."""
    return CellError(
        _("{cell} is not a date like {pattern}").format(cell=cell, pattern=shown(pattern))
    )
