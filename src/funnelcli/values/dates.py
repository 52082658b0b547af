"""The one place for the clock, the time zone and "today".

Instants are integer UTC seconds, days are :class:`datetime.date` in the user's time zone, and a
:class:`Period` is half-open. Nothing else in the program asks what time it is.
"""

from __future__ import annotations

import re
import time as _clock
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache

from funnelcli.errors import Usage
from funnelcli.i18n import _, ngettext
from funnelcli.text import fold
from funnelcli.values.datewords import (
    add,
    check_year,
    find_date,
    read_date,
    read_duration,
    read_time,
    shown,
    split_time,
    start_of,
    unit_of,
)

_zone: tzinfo | None = None
_zone_name: str | None = None

# Two machines that share a file never agree to the second on what time it is.
_CLOCK_SKEW = 60


def now() -> int:
    """The present instant in UTC seconds. The single clock; tests replace it."""
    return int(_clock.time())


def set_zone(name: str | None) -> None:
    """Reckon days in the IANA zone ``name`` from now on, or in the system's with None.

    Raises Usage when there is no such zone.
    """
    global _zone, _zone_name
    if name is None:
        _zone = _zone_name = None
        return
    from zoneinfo import ZoneInfo

    try:
        found = ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Usage(
            _("There is no time zone “{name}”.").format(name=shown(name)),
            _("Write an IANA name such as Europe/Berlin or America/New_York."),
        ) from None
    _zone, _zone_name = found, name


def zone() -> tzinfo | None:
    """The zone that was set; None for the system's."""
    return _zone


def zone_name() -> str:
    """The zone's name for people: an IANA name where one can be found, else an abbreviation."""
    if _zone_name is not None:
        return _zone_name
    import os

    name = os.environ.get("TZ", "").removeprefix(":")
    if not name:
        path = os.path.realpath("/etc/localtime")
        name = path.partition("zoneinfo/")[2].removeprefix("posix/").removeprefix("right/")
    if re.fullmatch(r"[A-Za-z_]+(?:/[\w+-]+)+|UTC|GMT", name, re.ASCII):
        return name
    return local(now()).tzname() or "UTC"


def local(instant: int) -> datetime:
    """``instant`` (UTC seconds) as an aware datetime in the user's zone."""
    return datetime.fromtimestamp(instant, UTC).astimezone(_zone)


def local_date(instant: int) -> date:
    """The day that ``instant`` (UTC seconds) lies on in the user's zone."""
    return local(instant).date()


def today() -> date:
    """The day it is now in the user's zone."""
    return local_date(now())


def at_time(day: date, clock: time) -> int:
    """The instant (UTC seconds) at which the user's clock shows ``clock`` on ``day``.

    A time that a clock change skips is moved forward by the gap; of one that comes twice the
    first is meant.
    """
    wall = datetime.combine(day, clock.replace(fold=0), _zone)
    return int(wall.timestamp())


def day_start(day: date) -> int:
    """The first instant (UTC seconds) of ``day`` in the user's zone."""
    return at_time(day, time())


def is_future(instant: int) -> bool:
    """Whether ``instant`` lies ahead by more than the minute that clocks may differ by."""
    return instant > now() + _CLOCK_SKEW


def parse_date(text: str) -> date:
    """The date that ``text`` means: ISO, ``24.11.2026``, ``24.11.``, ``24 Nov``, ``today``,
    ``fri``, ``next mon``, ``last fri``, ``+3d``, ``in 3 days``, ``eom``, and the German words.

    Without a year the current one is meant, be the day past or still to come. A weekday is the
    next such day, today excluded. Weeks end on Sunday. Raises Usage for anything else, for
    ``3/4/2026`` (two readings) and outside the years 1900 to 2200.
    """
    return read_date(text, today())


def parse_time(text: str) -> time:
    """A time of day: ``14:30``, ``9``, ``2:30 pm``, ``14 Uhr``. Raises Usage."""
    return read_time(text)


def parse_when(text: str, *, after: int | None = None) -> int:
    """The instant (UTC seconds) that ``text`` means, for ``--at``.

    A date with a time, a time alone (today), RFC 3339 with an offset, ``now``, or a date alone:
    today means now, any other day its noon. ``after`` is the last instant recorded of a deal:
    where a date alone would not come after it though it lies on that very day, the second
    following it is meant, so that two moves dated to one day keep their order.

    Raises Usage. Whether the future is allowed is the caller's rule; see :func:`is_future`.
    """
    word = fold(text)
    if word in ("now", "jetzt"):
        return now()
    if re.fullmatch(r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(z|[+-]\d\d:?\d\d)", word):
        return _rfc3339(text, word)
    day_text, clock = split_time(text)
    if clock is not None:
        return at_time(parse_date(day_text) if day_text else today(), clock)
    day = parse_date(text)
    instant = now() if day == today() else at_time(day, time(12))
    if after is not None and instant <= after and local_date(after) == day == local_date(after + 1):
        return after + 1
    return instant


def _rfc3339(text: str, word: str) -> int:
    try:
        moment = datetime.fromisoformat(word.replace(" ", "T", 1).replace(" ", "").upper())
    except ValueError:
        raise Usage(
            _("“{text}” is not a point in time.").format(text=shown(text)),
            _("Write 2026-09-01T14:30:00Z or 2026-09-01 14:30."),
        ) from None
    check_year(moment.year)
    return int(moment.timestamp() // 1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``start`` up to, not including, ``end``; ``label`` reads back as the same."""

    start: date
    end: date
    label: str

    @property
    def instants(self) -> tuple[int, int]:
        """The half-open interval in UTC seconds, in the user's zone."""
        return day_start(self.start), day_start(self.end)

    def previous(self) -> Period:
        """The period just before: as many whole months where it is made of such, else days."""
        if self.start.day == self.end.day == 1:
            months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
            index = self.start.year * 12 + self.start.month - 1 - months
            return period_of(date(index // 12, index % 12 + 1, 1), self.start)
        return period_of(self.start - (self.end - self.start), self.start)


def period_of(start: date, end: date) -> Period:
    """The period of the days from ``start`` up to, not including, ``end``."""
    return Period(start, end, _label(start, end))


def label_of(start: date, end: date) -> str:
    """How the period of the days from ``start`` up to, not including, ``end`` is written."""
    return _label(start, end)


def _label(start: date, end: date) -> str:
    """The shortest expression of the period: a unit's name, else first..last."""
    for unit in ("y", "q", "m", "w", "d"):
        if start_of(start, unit) == start and _unit_end(start, unit) == end:
            return _unit_name(start, unit)
    for unit in ("y", "m"):
        if start_of(start, unit) == start and start_of(end, unit) == end:
            last = end - timedelta(days=1)
            return f"{_unit_name(start, unit)}..{_unit_name(last, unit)}"
    return f"{start}..{end - timedelta(days=1)}"


def _unit_end(start: date, unit: str) -> date:
    """The first day after the unit that begins on ``start``."""
    if unit in ("d", "w"):
        return start + timedelta(days=7 if unit == "w" else 1)
    return start_of(start + timedelta(days={"m": 31, "q": 92, "y": 366}[unit]), unit)


def _unit_name(day: date, unit: str) -> str:
    if unit == "y":
        return f"{day.year:04}"
    if unit == "q":
        return f"{day.year:04}-Q{(day.month + 2) // 3}"
    if unit == "w":
        year, week, _weekday = day.isocalendar()
        return f"{year:04}-W{week:02}"
    return f"{day:%Y-%m}" if unit == "m" else day.isoformat()


def _unit(start: date, unit: str) -> Period:
    return period_of(start, _unit_end(start, unit))


def parse_period(text: str, day: date | None = None) -> Period:
    """A period: ``2026``, ``2026-03``, ``2026-Q1`` or ``Q1/2026``, ``2026-W12`` or ``KW 12/2026``
    (``Q1`` and ``KW 12`` are of the present year), a day, ``this-month``, ``last-quarter``,
    ``next-week``, their German names, ``-90d`` (the last 90 days, today included; ``+90d`` the
    next 90), or ``2026-01..2026-03``, whose ends both belong to it.

    At an end of ``..`` an offset is a day: ``-30d..today``. ``day`` is the one from which
    ``this-month`` and ``-90d`` count, without it today. Raises Usage.
    """
    first, dots, last = text.partition("..")
    if not dots:
        return _span(text, day)
    if not first.strip() or not last.strip():
        raise Usage(
            _("The period “{text}” has an open end.").format(text=shown(text)),
            _("Write both ends, for example 2026-01..2026-03."),
        )
    start, end = _end_span(first).start, _end_span(last).end
    _check_order(start, end, text)
    return period_of(start, end)


def _check_order(start: date, end: date, text: str) -> None:
    if start >= end:
        raise Usage(
            _("“{text}” ends before it starts.").format(text=shown(text)),
            _("Write the earlier end first."),
        )


def _end_span(text: str) -> Period:
    """The span that one end of a range names; there an offset is a day."""
    return _unit(parse_date(text), "d") if text.strip()[:1] in ("+", "-", "−") else _span(text)


def _span(text: str, day: date | None = None) -> Period:
    day = day or today()
    word = "-".join(fold(text).replace("−", "-").replace("_", "-").split())
    found = re.fullmatch(r"(\d{4})(?:-?(?:q([1-4])|k?w(\d\d?))|-(\d\d?))?", word, re.ASCII)
    if found:
        return _calendar_span(text, int(found[1]), found[2], found[3], found[4])
    found = re.fullmatch(r"(?:q-?([1-4])|k?w-?(\d\d?))(?:[-./](\d{4}))?", word, re.ASCII)
    if found:
        # The year that weeks are numbered in begins up to three days off the calendar's.
        this = day.isocalendar().year if found[2] else day.year
        return _calendar_span(text, int(found[3] or this), found[1], found[2], None)
    found = re.fullmatch(r"(\d\d?)[./](\d{4})", word, re.ASCII)
    if found:
        return _calendar_span(text, int(found[2]), None, None, found[1])
    found = re.fullmatch(r"([+-])-?(\d{1,5})-?([a-z]+)", word, re.ASCII)
    unit = unit_of(found[3]) if found else None
    if found and unit:
        if found[1] == "+":
            start, end = day, add(day, int(found[2]), unit)
        else:
            end = day + timedelta(days=1)
            start = add(end, -int(found[2]), unit)
        _check_order(start, end, text)
        return period_of(start, end)
    found = re.fullmatch(
        r"(?:(this|diese[mnrs]?)|(last|letzte[mnrs]?)|next|nachste[mnrs]?)-([a-z]+)", word, re.ASCII
    )
    unit = unit_of(found[3]) if found and len(found[3]) > 1 else None
    if found and unit:
        start = start_of(day, unit)
        return _unit(add(start, 0 if found[1] else -1 if found[2] else 1, unit), unit)
    if (single := find_date(text, day)) is not None:
        return _unit(single, "d")
    raise Usage(
        _("“{text}” is not a period.").format(text=shown(text)),
        _("Write 2026, 2026-03, 2026-Q1, 2026-W12, last-month, -90d or 2026-01..2026-03."),
    )


def _calendar_span(
    text: str, year: int, quarter: str | None, week: str | None, month: str | None
) -> Period:
    check_year(year)
    try:
        if quarter:
            return _unit(date(year, int(quarter) * 3 - 2, 1), "q")
        if week:
            return _unit(date.fromisocalendar(year, int(week), 1), "w")
        if month:
            return _unit(date(year, int(month), 1), "m")
    except ValueError:
        raise Usage(
            _("There is no “{text}” in the calendar.").format(text=shown(text)),
            _("Months go from 01 to 12, weeks to 52 or 53."),
        ) from None
    return _unit(date(year, 1, 1), "y")


def parse_range(text: str) -> tuple[date | None, date | None]:
    """Half-open bounds for a filter, None where open: any period, ``..fri``, ``2026-01..``,
    ``>2026-01-01``, ``>=``, ``<eom``, ``<=``. Raises Usage.
    """
    word = text.strip()
    found = re.match(r"([<>]=?)", word)
    if found:
        span = _end_span(word[found.end() :])
        bound = span.start if found[0] in (">=", "<") else span.end
        return (bound, None) if found[0][0] == ">" else (None, bound)
    first, dots, last = (part.strip() for part in word.partition(".."))
    if not dots or (first and last):
        period = parse_period(word)
        return period.start, period.end
    if first:
        return _end_span(first).start, None
    if last:
        return None, _end_span(last).end
    raise Usage(
        _("“{text}” has no end at all.").format(text=shown(text)),
        _("Write one end or both: ..fri, 2026-01.. or 2026-01..2026-03."),
    )


def relative(day: date) -> str:
    """``day`` as seen from today, in the language spoken: "in 3 days", "2 weeks ago".

    Days up to 13, then whole weeks, from 60 days whole months, from 24 months whole years.
    """
    base = today()
    days = (day - base).days
    if abs(days) <= 1:
        return (_("yesterday"), _("today"), _("tomorrow"))[days + 1]
    early, late = sorted((day, base))
    months = (late.year - early.year) * 12 + late.month - early.month - (late.day < early.day)
    ahead = days > 0
    days = abs(days)
    if days < 14:
        n = days
        text = (
            ngettext("in {n} day", "in {n} days", n)
            if ahead
            else ngettext("{n} day ago", "{n} days ago", n)
        )
    elif days < 60:
        n = days // 7
        text = (
            ngettext("in {n} week", "in {n} weeks", n)
            if ahead
            else ngettext("{n} week ago", "{n} weeks ago", n)
        )
    elif months < 24:
        n = months
        text = (
            ngettext("in {n} month", "in {n} months", n)
            if ahead
            else ngettext("{n} month ago", "{n} months ago", n)
        )
    else:
        n = months // 12
        text = (
            ngettext("in {n} year", "in {n} years", n)
            if ahead
            else ngettext("{n} year ago", "{n} years ago", n)
        )
    return text.format(n=n)


def short_date(day: date, locale: str) -> str:
    """``day`` as the locale writes it, the year in full: "Nov 24, 2026", "24.11.2026"."""
    from babel.dates import format_date

    return str(format_date(day, "medium", locale=locale))


_EPOCH = date(1970, 1, 1).toordinal()


def iso_instant(instant: int) -> str:
    """``instant`` (UTC seconds) as RFC 3339 in UTC: "2026-11-24T08:13:00Z"."""
    day, second = divmod(instant, 86400)
    minute, second = divmod(second, 60)
    return f"{_utc_day(day)}T{minute // 60:02}:{minute % 60:02}:{second:02}Z"


@cache
def _utc_day(number: int) -> str:
    # A list holds few days and many instants: the calendar is asked once a day.
    return date.fromordinal(_EPOCH + number).isoformat()


def parse_duration(text: str) -> int:
    """Whole minutes: ``90``, ``45m``, ``1h30``, ``1:30``, ``1.5h``, ``1,5 Std``. Raises Usage."""
    return read_duration(text)


def format_duration(minutes: int) -> str:
    """``minutes`` for people: "45 min", "1 h", "1 h 30 min"."""
    hours, rest = divmod(abs(minutes), 60)
    if not hours:
        text = _("{minutes} min")
    elif not rest:
        text = _("{hours} h")
    else:
        text = _("{hours} h {minutes} min")
    return ("-" if minutes < 0 else "") + text.format(hours=hours, minutes=rest)
