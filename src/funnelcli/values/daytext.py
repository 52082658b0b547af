"""Days and instants as people read them: the one place that writes them.

On a screen and in a document they are written as the user's locale does, "05.01.2027"; on a screen
a near one as "Mo 30.11.", or with how far off it is beside it. In a pipe and in data they are ISO,
whatever the locale. What is written can be typed as an option's value: a locale whose dates
the program does not read back as the same day gets ISO.

The usual locales are written from a small table, as money is (:mod:`.moneyformat`): loading Babel
takes as long as the rest of a list.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from funnelcli.errors import Usage
from funnelcli.i18n import language
from funnelcli.patterns import re
from funnelcli.plain import NamedTuple
from funnelcli.values import dates
from funnelcli.values.localenames import usual
from funnelcli.values.reader import reader

NEAR = 13
"""Up to so many days off, the weekday says more than the year."""


class _Style(NamedTuple):
    """How a locale writes a day, a near day, and a month."""

    day: str
    near: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...] = ()


_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DE = _Style("{d:02}.{m:02}.{y}", "{w} {d:02}.{m:02}.", ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"))
_STYLES = {
    "en_US": _Style("{n} {d}, {y}", "{w} {n} {d}", _EN, _MONTHS),
    "en_GB": _Style("{d} {n} {y}", "{w} {d} {n}", _EN, (*_MONTHS[:8], "Sept", *_MONTHS[9:])),
    "de_DE": _DE,
    "de_AT": _DE,
    "de_CH": _DE,
    "de_LI": _DE,
    "de_LU": _DE,
}


def _taken(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


def day(found: date | str) -> str:
    """A day, which may be ISO text, with its year."""
    reads = reader()
    if reads is None:
        return found if isinstance(found, str) else found.isoformat()
    return _written(reads.locale, _taken(found))


def written(found: str, locale: str) -> str:
    """A day, ISO text, as ``locale`` writes it where it is read back, whoever reads."""
    return _written(locale, date.fromisoformat(found))


def near(found: date | str) -> str:
    """A day that is an appointment: on a screen with its weekday and without its year where it is
    close, "Mo 30.11."; with both where it is of another year, "So 03.01.2027", so that nobody takes
    it for this year's; else like :func:`day`."""
    reads = reader()
    if reads is None or not reads.now:
        return day(found)
    when, today = _taken(found), dates.today()
    style = _style(reads.locale)
    if style is None:
        return _written(reads.locale, when)
    if when.year == today.year and abs((when - today).days) > NEAR:
        return _written(reads.locale, when)
    return _with_weekday(style, reads.locale, when)


def weekday(found: date | str) -> str:
    """A day of a calendar: on a screen always with its weekday, "Mo 30.11.", and with its year
    where it is not this one's."""
    reads = reader()
    if reads is None or not reads.now:
        return day(found)
    when = _taken(found)
    style = _style(reads.locale)
    if style is not None:
        return _with_weekday(style, reads.locale, when)
    from babel.dates import format_skeleton

    skeleton = "MMMEd" if when.year == dates.today().year else "yMMMEd"
    return str(format_skeleton(skeleton, when, locale=reads.locale))


def _with_weekday(style: _Style, locale: str, when: date) -> str:
    if when.year == dates.today().year:
        return _filled(style, style.near, when)
    return f"{style.weekdays[when.weekday()]} {_written(locale, when)}"


def due(found: date | str | None, clock: str | None) -> str:
    """An appointment with its time of day, where it has one: "Mo 30.11. 10:00"; nothing for one
    without a day."""
    if found is None:
        return ""
    return f"{near(found)} {clock}" if clock else near(found)


def beside(found: date | str, clock: str | None = None) -> str:
    """A day with its time of day, where it has one, and on a screen how far off the day is:
    "30.11.2026 14:00 (in 6 days)"."""
    text = f"{day(found)} {clock}" if clock else day(found)
    reads = reader()
    if reads is None or not reads.now:
        return text
    return f"{text} ({dates.relative(_taken(found))})"


def moment(instant: int, *, seconds: bool = False) -> str:
    """An instant (UTC seconds) in the user's zone: its day, and the time on its clock."""
    local = dates.local(instant)
    clock = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    return f"{day(local.date())} {clock}"


def stamp(text: str) -> str:
    """An appointment that is kept as text, its day as ISO and perhaps a time of day behind it."""
    found, _blank, clock = text.partition(" ")
    return due(found or None, clock)


_WEEK = {"en": "W", "de": "KW "}


def period(label: str) -> str:
    """A period from the label that it has for programs (:class:`funnelcli.values.dates.Period`):
    "11/2026" for "2026-11", "Q3/2026", "KW 37/2026", "01.02.2026 – 14.02.2026"; what is no such
    label as it stands."""
    if reader() is None:
        return label
    first, dots, last = label.partition("..")
    if dots:
        return f"{period(first)} – {period(last)}"
    found = re.fullmatch(r"(\d{4})-(?:(\d\d)(-\d\d)?|W(\d\d)|(Q[1-4]))", label, re.ASCII)
    if found is None:
        return label
    if found[3]:
        return day(label)
    if found[4]:
        return f"{_WEEK[language()]}{int(found[4])}/{found[1]}"
    return f"{found[2] or found[5]}/{found[1]}"


def _filled(style: _Style, pattern: str, when: date) -> str:
    month = style.months[when.month - 1] if style.months else ""
    return pattern.format(
        d=when.day, m=when.month, y=f"{when.year:04}", n=month, w=style.weekdays[when.weekday()]
    )


@cache
def _style(locale: str) -> _Style | None:
    return _STYLES.get(usual(locale))


@cache
def _written(locale: str, when: date) -> str:
    style = _style(locale)
    if style is not None:
        return _filled(style, style.day, when)
    return _by_babel(locale, when) if _is_read(locale) else when.isoformat()


def _by_babel(locale: str, when: date) -> str:
    """A day in a locale of the two languages as it is usual there, in others in figures."""
    from babel.dates import format_date, format_skeleton

    from funnelcli.values.moneyformat import known_locale

    known = known_locale(locale)
    if known.language in ("en", "de"):
        return str(format_date(when, "medium", locale=known))
    return str(format_skeleton("yMd", when, locale=known))


@cache
def _is_read(locale: str) -> bool:
    """Whether what the locale makes of days is read back as the same: of every month one day,
    and of every form of a day's number one."""
    probes = [date(2026, month, 3) for month in range(1, 13)] + [date(2026, 5, 28)]
    try:
        return all(dates.parse_date(_by_babel(locale, day)) == day for day in probes)
    except Usage:
        return False
