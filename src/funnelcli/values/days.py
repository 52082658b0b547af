"""Days and the units they are counted in: pure arithmetic of the calendar, without a clock.

Units are "d", "w", "m", "q" and "y": days, ISO weeks, months, quarters, years. A span is half-open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, time, timedelta

from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.plain import NamedTuple
from funnelcli.text import shortened

FIRST_YEAR, LAST_YEAR = 1900, 2200

# Which of the days that a text can mean is meant, by what is asked: what has happened, what can
# be either, what is to come.
BACK, NEAREST, AHEAD = -1, 0, 1

Span = tuple[date, date]
"""The first day, and the first day after."""


WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


_order: Callable[[], bool | None] = lambda: None  # noqa: E731


def set_order(read: Callable[[], bool | None]) -> None:
    """Say whether the month comes first in days like ``12/4``: ``read`` is asked only where one
    stands, and gives None where nothing tells."""
    global _order
    _order = read


def month_first() -> bool | None:
    """Whether the month comes first in days like ``12/4``; None where nothing tells."""
    return _order()


class Moment(NamedTuple):
    """A day, and a time of day where one was named."""

    day: date
    clock: time | None


_MONTHS_IN = {"m": 1, "q": 3, "y": 12}


def shown(text: str) -> str:
    """``text`` short enough for a message."""
    return shortened(text, 40)


def add(day: date, count: int, unit: str) -> date:
    """``day`` moved by ``count`` units; a month's end is kept to (31 January + 1 m = 28 February).

    Raises Usage outside the years 1900 to 2200.
    """
    if unit in _MONTHS_IN:
        months = day.year * 12 + day.month - 1 + count * _MONTHS_IN[unit]
        year, month = divmod(months, 12)
        check_year(year)
        return date(year, month + 1, min(day.day, days_in_month(year, month + 1)))
    days = count * (7 if unit == "w" else 1)
    check_year(day.year + days // 366)
    moved = day + timedelta(days=days)
    check_year(moved.year)
    return moved


def start_of(day: date, unit: str) -> date:
    """The first day of the day, ISO week, month, quarter or year that holds ``day``."""
    if unit == "d":
        return day
    if unit == "w":
        return day - timedelta(days=day.weekday())
    if unit == "q":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return date(day.year, day.month if unit == "m" else 1, 1)


def unit_from(start: date, unit: str) -> Span:
    """The unit that begins on ``start``."""
    if unit in ("d", "w"):
        return start, start + timedelta(days=7 if unit == "w" else 1)
    return start, start_of(start + timedelta(days={"m": 31, "q": 92, "y": 366}[unit]), unit)


def unit_around(day: date, unit: str, away: int = 0) -> Span:
    """The unit that holds ``day``, or the one so many units away. Raises Usage outside the years
    1900 to 2200."""
    return unit_from(add(start_of(day, unit), away, unit), unit)


def label_of(start: date, end: date) -> str:
    """How the period of the days from ``start`` up to, not including, ``end`` is written: a unit's
    name where it is one, else first..last."""
    for unit in ("y", "q", "m", "w", "d"):
        if start_of(start, unit) == start and unit_from(start, unit)[1] == end:
            return _unit_name(start, unit)
    for unit in ("y", "m"):
        if start_of(start, unit) == start and start_of(end, unit) == end:
            last = end - timedelta(days=1)
            return f"{_unit_name(start, unit)}..{_unit_name(last, unit)}"
    return f"{start}..{end - timedelta(days=1)}"


def _unit_name(day: date, unit: str) -> str:
    if unit == "y":
        return f"{day.year:04}"
    if unit == "q":
        return f"{day.year:04}-Q{(day.month + 2) // 3}"
    if unit == "w":
        year, week, _weekday = day.isocalendar()
        return f"{year:04}-W{week:02}"
    return f"{day:%Y-%m}" if unit == "m" else day.isoformat()


def days_in_month(year: int, month: int) -> int:
    """How many days the month has."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def check_year(year: int) -> None:
    """Raise Usage unless ``year`` is from 1900 to 2200."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Usage(
            _("The year {year} is out of range.").format(year=year),
            _("Years from {first} to {last} are known.").format(first=FIRST_YEAR, last=LAST_YEAR),
        )


def fitting(spans: Iterable[Span], today: date, lean: int) -> Span | None:
    """The one rule for a day or a period that is named without its year: of all that it can be,
    in the calendar's order, the first that is not over on ``today`` (AHEAD), the last that has
    begun (BACK), or the one that is nearest, of two as near the one to come (NEAREST). Where none
    is like that, the nearest; None only where there is none at all.
    """
    best: Span | None = None
    spans = list(spans)
    for span in spans:
        first, after = span
        if lean == BACK:
            best = span if first <= today else best
        elif lean == AHEAD and after > today:
            return span
    return best or min(reversed(spans), key=lambda span: _distance(span, today), default=None)


def _distance(span: Span, today: date) -> int:
    first, after = span
    return max(0, (first - today).days, (today - after).days + 1)
