"""When somebody may be called: the hours of a week where they are, and how far attempts lie apart.

Hours are wall-clock times of the place that is called, so that a change of the clock there moves
them along; where a country has several zones they are to hold in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.patterns import re, regex
from funnelcli.plain import NamedTuple
from funnelcli.text import fold
from funnelcli.values import dates, phones

Window = tuple[int, int]
"""From a minute of the day until before another one, 0 to 1440."""
_HOLIDAY = 7
_EVERY_DAY = range(7)
_ANY = frozenset(["any", "always", "none", "immer", "jederzeit", "keine", "egal"])
_HOLIDAYS = frozenset(["holiday", "holidays", "feiertag", "feiertage", "feiertags"])
_RUNS = {
    **dict.fromkeys(("daily", "taglich"), _EVERY_DAY),
    **dict.fromkeys(("weekday", "weekdays", "workdays", "werktag", "werktage"), range(5)),
    **dict.fromkeys(("werktags", "wochentags", "wochentage", "arbeitstage"), range(5)),
    **dict.fromkeys(("weekend", "weekends", "wochenende", "wochenends"), range(5, 7)),
}
# Words that say nothing, and those that say what a dash does.
_FILLING = regex(r"\b(?:uhr|von|from|um|at|am|und|and)\b\.?|[,&+]", "i")
_TO = regex(r"\s*[-–]\s*|\s+(?:bis|to|until|till|through)\s+", "i")
_TIMES = regex(r"(\d{1,2})(?:[:.](\d\d))?-(\d{1,2})(?:[:.](\d\d))?", "a")
_COUNTRY = regex(r"\s*([a-z]{2})\s*:(?!\d)(.*)", "ais")
# So far ahead the next time to call is looked for: hours on holidays alone come once a year.
_AHEAD = 371


class Week(NamedTuple):
    """The hours of each day of a week, Monday first, with those of public holidays behind them;
    ``zone`` is the time zone that they are meant in, None for those of the country."""

    days: tuple[tuple[Window, ...], ...]
    zone: str | None = None


class CallHours(NamedTuple):
    """When people may be called, in countries that have hours of their own and in all others; None
    for at any time."""

    usual: Week | None
    countries: tuple[tuple[str, Week | None], ...]

    def of(self, country: str) -> Week | None:
        """The hours of a country, by its two letters."""
        return dict(self.countries).get(country, self.usual)

    @property
    def always(self) -> bool:
        """Whether people are called at any time, wherever they are."""
        return self.usual is None and all(week is None for _country, week in self.countries)


@cache
def read_hours(text: str) -> CallHours:
    """The hours that a text says: ``mon-fri 9-12 13:30-18, sat 10-14; FR: mon-fri 10-13 14-20``.

    Days may be English or German; times without a day are of every one, and on public holidays
    nobody is called unless ``holidays`` says when. A part that begins with a country's two letters
    is for that country, and a time zone in it (``America/New_York``) stands for all of it. "any"
    is at any time. Raises Usage.
    """
    usual: Week | None = None
    countries: dict[str, Week | None] = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        found = _COUNTRY.fullmatch(part)
        if found is not None:
            countries[_country(found[1])] = _read_week(found[2])
        else:
            usual = _read_week(part)
    return CallHours(usual, tuple(countries.items()))


def _country(letters: str) -> str:
    """A country that has telephones, by its two letters: hours of any other would hold nowhere."""
    found = phones.region_of(letters, "")
    if not found:
        raise Usage(
            _("{value} is no country code.").format(value=letters),
            _("Write two letters, like DE."),
        )
    return found


def _read_week(text: str) -> Week | None:
    words = _TO.sub("-", _FILLING.sub(" ", text)).split()
    if [fold(word) for word in words] and all(fold(word) in _ANY for word in words):
        return None
    days: list[list[Window]] = [[] for _day in range(8)]
    named: list[int] = []
    zone: str | None = None
    timed = False
    for word in words:
        times = _TIMES.fullmatch(word)
        if times is not None:
            window = _window(word, times)
            for day in named or _EVERY_DAY:
                days[day].append(window)
            timed = True
        elif "/" in word:
            zone = _zone(word)
        else:
            if timed:
                named, timed = [], False
            named += _days(word)
    if not any(days) or (named and not timed):
        raise _unread(text.strip())
    return Week(tuple(tuple(sorted(windows)) for windows in days), zone)


def _window(word: str, times: re.Match[str]) -> Window:
    start, end = (int(times[n]) * 60 + int(times[n + 1] or 0) for n in (1, 3))
    minutes = (int(times[n] or 0) for n in (2, 4))
    if not start < end <= 24 * 60 or any(minute > 59 for minute in minutes):
        raise Usage(
            _("“{text}” is no time from one hour to a later one.").format(text=word),
            _("Write it like 9-12 or 13:30-18; what goes past midnight is two: 0-2 22-24."),
        )
    return start, end


def _days(word: str) -> list[int]:
    """The days that a word names: one, or from one to another."""
    from funnelcli.values.datewords import lexicon

    if fold(word) in _RUNS:
        return [*_RUNS[fold(word)]]
    if fold(word) in _HOLIDAYS:
        return [_HOLIDAY]
    found: list[int] = []
    for name in word.split("-"):
        day = lexicon().get(fold(name).rstrip("."), {}).get("weekday")
        if day is None or len(found) > 1:
            raise _unread(word)
        found.append(day)
    first, last = found[0], found[-1]
    return [(first + n) % 7 for n in range((last - first) % 7 + 1)]


def _zone(word: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(word).key
    except (KeyError, ValueError, OSError) as error:
        raise Usage(
            _("{value} is no time zone.").format(value=word), _("Write it like Europe/Berlin.")
        ) from error


def _unread(text: str) -> Usage:
    return Usage(
        _("“{text}” says no hours.").format(text=text),
        _("Write it like: mon-fri 9-18, sat 10-14; FR: mon-fri 10-13 14-20. Or any."),
    )


Holidays = Callable[[date], bool]


def is_open(week: Week, at: int, zones: Sequence[tzinfo], holiday: Holidays) -> bool:
    """Whether an instant (UTC seconds) is within the hours in each of the zones."""
    return all(_is_open(week, datetime.fromtimestamp(at, zone), holiday) for zone in zones)


def _is_open(week: Week, there: datetime, holiday: Holidays) -> bool:
    minute = there.hour * 60 + there.minute
    return any(start <= minute < end for start, end in _windows(week, there.date(), holiday))


def _windows(week: Week, day: date, holiday: Holidays) -> tuple[Window, ...]:
    return week.days[_HOLIDAY if holiday(day) else day.weekday()]


def next_open(week: Week, at: int, zones: Sequence[tzinfo], holiday: Holidays) -> int | None:
    """The first instant from ``at`` on (UTC seconds) that is within the hours in each of the zones;
    None where there is none within a year."""
    if is_open(week, at, zones, holiday):
        return at
    for ahead in range(0, _AHEAD, 7):
        first, last = at + ahead * 86400, at + (ahead + 7) * 86400
        starts = {start for zone in zones for start in _starts(week, first, last, zone, holiday)}
        for start in sorted(start for start in starts if first < start <= last):
            if is_open(week, start, zones, holiday):
                return start
    return None


def _starts(week: Week, first: int, last: int, zone: tzinfo, holiday: Holidays) -> Iterator[int]:
    """The instants between two at which hours can begin in a zone: by the clock there, and where
    the clock is changed within them."""
    day = datetime.fromtimestamp(first, zone).date()
    end = datetime.fromtimestamp(last, zone).date()
    while day <= end:
        for start, _end in _windows(week, day, holiday):
            wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=start)
            # A time that comes twice when the clock is put back begins twice.
            for fold_ in (0, 1):
                yield int(wall.replace(tzinfo=zone, fold=fold_).timestamp())
        yield from _change(day, zone)
        day += timedelta(days=1)


def _change(day: date, zone: tzinfo) -> Iterator[int]:
    """The instant of a day at which a zone's clock is changed, if it is."""
    start = datetime.combine(day, datetime.min.time(), UTC)
    low, high = (int((start + timedelta(hours=hours)).timestamp()) for hours in (-14, 38))
    before, after = _offset(low, zone), _offset(high, zone)
    if before == after:
        return
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    yield high


def _offset(at: int, zone: tzinfo) -> timedelta | None:
    return datetime.fromtimestamp(at, zone).utcoffset()


def read_gap(text: str) -> str:
    """How far attempts lie apart, as it is kept: ``2d`` calendar days, ``4h``, ``90m`` or "none".

    Raises Usage.
    """
    from funnelcli.values.durations import read_duration
    from funnelcli.values.spans import in_days, read_span

    if fold(text.strip()) in {*_ANY, "0"}:
        return "none"
    try:
        minutes = read_duration(text)
    except Usage:
        span = read_span(text)
        days = 0 if span is None else in_days(span)
        if 1 <= days <= 365:
            return f"{days}d"
        minutes = 0
    if minutes < 1:
        raise Usage(
            _("“{text}” does not say how far apart.").format(text=text),
            _("Write it like 4h or 2d, or none."),
        )
    return f"{minutes}m" if minutes % 60 else f"{minutes // 60}h"


def again_at(last: int, gap: str) -> int:
    """From which instant on somebody may be tried again whom nobody answered for at ``last``; days
    are those of the calendar, in the user's zone."""
    if gap == "none":
        return last
    count, unit = int(gap[:-1]), gap[-1]
    if unit == "d":
        return dates.day_start(dates.local_date(last) + timedelta(days=count))
    return last + count * {"h": 3600, "m": 60}[unit]
