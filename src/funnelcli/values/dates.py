"""The one place for the clock, the time zone and "today".

Instants are integer UTC seconds, days are :class:`datetime.date` in the user's time zone, and a
:class:`Period` is half-open. Nothing else in the program asks what time it is.
"""

from __future__ import annotations

import time as _clock
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, tzinfo
from functools import cache

from funnelcli.errors import Usage
from funnelcli.i18n import _, ngettext
from funnelcli.patterns import re
from funnelcli.plain import NamedTuple
from funnelcli.text import fold
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values.days import (
    AHEAD,
    BACK,
    NEAREST,
    Moment,
    check_year,
    label_of,
    shown,
)

if TYPE_CHECKING:
    from funnelcli.values.datereading import Mention

_zone: tzinfo | None = None
_zone_name: str | None = None

# When the parts of a day are, until the settings say so.
_PARTS = {"morning": 9, "forenoon": 10, "noon": 12, "afternoon": 14, "evening": 18}
_part: Callable[[str], time] = lambda part: time(_PARTS[part])  # noqa: E731

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
    if name in ("UTC", "GMT") or _is_place(name):
        return name
    return local(now()).tzname() or "UTC"


def _is_place(name: str) -> bool:
    """Whether a name is one of the IANA's, "Europe/Berlin", and no rule or path."""
    area, *places = name.split("/")
    within = str.maketrans("", "", "_+-")
    return (
        name.isascii()
        and bool(places)
        and area.replace("_", "").isalpha()
        and all(place.translate(within).isalnum() for place in places)
    )


# The ends of the calendar in UTC; a zone's own lie within a day of them.
_FIRST, _LAST = -62_135_596_800, 253_402_300_799
_DAY = 86400


def local(instant: int) -> datetime:
    """``instant`` (UTC seconds) as an aware datetime in the user's zone."""
    try:
        return datetime.fromtimestamp(instant, UTC).astimezone(_zone)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(_nearest(instant, _DAY), UTC).astimezone(_zone)


def _nearest(instant: int, within: int = 0) -> int:
    """The moment of a calendar that is nearest to a number which another program has written in
    the place of one: what reads many rows shows them all, this one at the calendar's end, or
    ``within`` seconds of it."""
    return min(max(instant, _FIRST + within), _LAST - within)


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


def set_parts(read: Callable[[str], time]) -> None:
    """Say when the parts of a day are: ``read`` is given morning, forenoon, noon, afternoon or
    evening, and asked only where a text names one."""
    global _part
    _part = read


def parse_moment(text: str, lean: int = AHEAD, on: date | None = None) -> Moment:
    """The day that ``text`` means, with the time of day beside it: ``24.12. 14 Uhr``, ``friday
    afternoon``, ``in two weeks``; a time alone is today's. ``lean`` says what a day without its
    year is (see :func:`funnelcli.values.days.fitting`): AHEAD for what is to come, BACK for what
    has happened, NEAREST for what can be either.

    Raises Usage for what is no day as a whole, for ``3/4/2026`` (two readings), for a weekday that
    is not its date's, and outside the years 1900 to 2200.
    """
    if len(text) == 10 and text[4] == text[7] == "-":
        # What the program keeps itself needs no grammar.
        with suppress(ValueError):
            day = date.fromisoformat(text)
            check_year(day.year)
            return Moment(day, None)
    from funnelcli.values.datereading import read_moment

    found = read_moment(text, on or today(), _part, lean)
    if found is None and on in (None, today()):
        from funnelcli.values.durations import read_minutes_away

        minutes = read_minutes_away(text)
        if minutes is not None and (minutes < 0 or lean != BACK):
            then = local(now() + 60 * minutes)
            return Moment(then.date(), time(then.hour, then.minute))
    if found is None:
        raise Usage(
            _("“{text}” is not a date.").format(text=shown(text)),
            _("Write 2026-11-24, 24.11., 24 Nov, fri, fri 14:00, next week, in 3 days or eom."),
        )
    return found


class Due(NamedTuple):
    """When something is to be done: a plain date as ISO text, and HH:MM where a time was named."""

    day: str
    starts: str | None = None


def parse_due(text: str, on: date | None = None) -> Due:
    """When something is to be done, like :func:`parse_moment`; reckoned from the day ``on``, the
    present one without it. Raises Usage."""
    day, clock = parse_moment(text, AHEAD, on)
    return Due(day.isoformat(), None if clock is None else f"{clock:%H:%M}")


def parse_date(text: str, lean: int = NEAREST, on: date | None = None) -> date:
    """The day that ``text`` means, like :func:`parse_moment`; with a time it is none. Raises
    Usage."""
    day, clock = parse_moment(text, lean, on)
    if clock is not None:
        raise Usage(
            _("“{text}” has a time of day, where only a day is asked for.").format(
                text=shown(text)
            ),
            _("Leave the time out."),
        )
    return day


def parse_time(text: str) -> time:
    """A time of day: ``14:30``, ``9``, ``2:30 pm``, ``14 Uhr``, ``half past 4``. Raises Usage."""
    from funnelcli.values.datereading import read_clock

    found = read_clock(text, today(), _part)
    if found is None:
        raise Usage(
            _("“{text}” is not a time of day.").format(text=shown(text)),
            _("Write 14:30, 9:15 or 2:30 pm."),
        )
    return found


def parse_when(text: str, *, after: int | None = None) -> int:
    """The instant (UTC seconds) that ``text`` means, for what has happened.

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
    day, clock = parse_moment(text, BACK)
    if clock is not None:
        return at_time(day, clock)
    instant = now() if day == today() else at_time(day, time(12))
    if after is not None and instant <= after and local_date(after) == day == local_date(after + 1):
        return after + 1
    return instant


def lacks_year(text: str) -> bool:
    """Whether a day is written without its year: "31.12.", "Ende Januar"; not "today" or "fri"."""
    from funnelcli.values.datereading import lacks_year

    return lacks_year(text, today(), _part)


def names_time(text: str) -> bool:
    """Whether a text that :func:`parse_when` reads names a time of day."""
    if ":" in text or fold(text) in ("now", "jetzt"):
        return True
    return parse_moment(text, BACK).clock is not None


def mentions(text: str, on: date) -> list[Mention]:
    """The days that a note names that was written ``on`` a day; see
    :func:`funnelcli.values.datereading.mentions`."""
    from funnelcli.values.datereading import mentions

    return mentions(text, on, _part)


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


class Period(NamedTuple):
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
    return Period(start, end, label_of(start, end))


def is_everything(text: str) -> bool:
    """Whether a period is all of time: "all", "gesamt"."""
    from funnelcli.values.datereading import is_everything

    return is_everything(text)


def parse_period(text: str, lean: int = BACK, *, on: date | None = None) -> Period:
    """A period: ``2026``, ``November 2026``, ``Q3``, ``KW 12``, ``last-month``, ``last 90 days``,
    ``-90d`` (today included; ``+90d`` the next 90), ``ytd``, ``since 1 Nov``, a day, or from one to
    another, ``2026-01..2026-03`` or ``1.11.-15.11.``, whose ends both belong to it.

    Without its year it is the one that ``lean`` says: the last that has begun, for reports. At an
    end of a range an offset is a day: ``-30d..today``. All is reckoned from the day ``on``, the
    present one without it. Raises Usage.
    """
    from funnelcli.values.datereading import read_period

    span = read_period(text, on or today(), _part, lean)
    if span is not None:
        return period_of(*span)
    if text.strip().startswith("..") or text.strip().endswith(".."):
        raise Usage(
            _("The period “{text}” has an open end.").format(text=shown(text)),
            _("Write both ends, for example 2026-01..2026-03."),
        )
    raise Usage(
        _("“{text}” is not a period.").format(text=shown(text)),
        _("Write 2026, 2026-03, 2026-Q1, KW 12, last-month, last 90 days or 2026-01..2026-03."),
    )


def parse_range(text: str, lean: int = NEAREST) -> tuple[date | None, date | None]:
    """Half-open bounds for a filter, None where open: any period, ``..fri``, ``2026-01..``,
    ``>2026-01-01``, ``<=eom``, ``since November``, ``before Q3``. Raises Usage.
    """
    from funnelcli.values.datereading import read_range

    bounds = read_range(text, today(), _part, lean)
    if bounds is None:
        raise Usage(
            _("“{text}” is not a period.").format(text=shown(text)),
            _("Write a day, a month, or one end or both: ..fri, 2026-01.., 2026-01..2026-03."),
        )
    return bounds


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


_EPOCH = date(1970, 1, 1).toordinal()


def iso_instant(instant: int) -> str:
    """``instant`` (UTC seconds) as RFC 3339 in UTC: "2026-11-24T08:13:00Z"."""
    day, second = divmod(instant if _FIRST <= instant <= _LAST else _nearest(instant), _DAY)
    minute, second = divmod(second, 60)
    return f"{_utc_day(day)}T{_two(minute // 60)}:{_two(minute % 60)}:{_two(second)}Z"


# A list holds few days and many instants: the calendar is asked once a day, and of numbers with two
# digits there are sixty.


@cache
def _utc_day(number: int) -> str:
    return date.fromordinal(_EPOCH + number).isoformat()


@cache
def _two(number: int) -> str:
    return f"{number:02}"


def parse_duration(text: str) -> int:
    """Whole minutes: ``90``, ``45m``, ``1h30``, ``1:30``, ``1.5h``, ``1,5 Std``. Raises Usage."""
    from funnelcli.values.durations import read_duration

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
