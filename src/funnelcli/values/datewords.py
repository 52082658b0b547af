"""Dates, times and durations as people write them, in English and German.

Pure reading: no clock and no time zone. Whatever hangs on "today" is given it, so that
:mod:`funnelcli.values.dates` stays the one place that knows what day it is.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from functools import cache
from typing import NoReturn

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.text import fold
from funnelcli.values.rounding import half_up

FIRST_YEAR, LAST_YEAR = 1900, 2200

_WEEKDAYS = (
    "mo mon monday montag",
    "di die tu tue tues tuesday dienstag",
    "mi mit we wed wednesday mittwoch",
    "do don th thu thur thurs thursday donnerstag",
    "fr fre fri friday freitag",
    "sa sam sat saturday samstag sonnabend",
    "so son su sun sunday sonntag",
)
_MONTHS = (
    "jan january januar jänner",
    "feb february februar",
    "mar march mär märz mrz",
    "apr april",
    "may mai",
    "jun june juni",
    "jul july juli",
    "aug august",
    "sep sept september",
    "oct october okt oktober",
    "nov november",
    "dec december dez dezember",
)
_UNITS = {
    "d": "d day days t tag tage tagen",
    "w": "w week weeks woche wochen",
    "m": "m month months monat monate monaten",
    "q": "q quarter quarters quartal quartale quartalen",
    "y": "y year years j jahr jahre jahren",
}
_DAYS = {"today heute": 0, "yesterday gestern": -1, "vorgestern": -2, "tomorrow morgen": 1}
_DAYS["übermorgen"] = 2
_ENDS = {"eow": "w", "eom monatsende": "m", "eoq quartalsende": "q", "eoy jahresende": "y"}
_MONTHS_IN = {"m": 1, "q": 3, "y": 12}

# Adjectives with any German ending. "next" and "this" differ on the day itself only.
_NEXT = "next|coming|(?:nachst|kommend)e[mnrs]?"
_LAST = "last|(?:letzt|vergangen)e[mnrs]?"
_THIS = "this|diese[mnrs]?"
_COUNT = r"(\d{1,5}|an?|one|eine?[mnr]?)"


def shown(text: str) -> str:
    """``text`` short enough for a message."""
    return text if len(text) <= 40 else text[:39] + "…"


@cache
def _table(kind: str) -> dict[str, str]:
    """Folded word → unit, for ``kind`` "unit" or "end"."""
    words = _UNITS if kind == "unit" else {v: k for k, v in _ENDS.items()}
    return {fold(word): unit for unit, line in words.items() for word in line.split()}


@cache
def _numbered(kind: str) -> dict[str, int]:
    """Folded word → number: weekday (Monday 0), month (January 1), or days from today."""
    if kind == "day":
        return {fold(w): n for line, n in _DAYS.items() for w in line.split()}
    lines, first = (_WEEKDAYS, 0) if kind == "weekday" else (_MONTHS, 1)
    return {fold(w): n for n, line in enumerate(lines, first) for w in line.split()}


def unit_of(word: str) -> str | None:
    """The unit "d", "w", "m", "q" or "y" that a folded ``word`` names."""
    return _table("unit").get(word)


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


def read_date(text: str, today: date) -> date:
    """The date that ``text`` means on the day ``today``; Usage if it means none.

    A day without a year is of the current year, before or after today: visits lie behind, due
    dates ahead, and a guess that suits one surprises the other.
    """
    found = find_date(text, today)
    if found is None:
        raise Usage(
            _("“{text}” is not a date.").format(text=shown(text)),
            _("Write 2026-11-24, 24.11.2026, 24.11., today, fri, next mon, +3d, -2w or eom."),
        )
    return found


def find_date(text: str, today: date) -> date | None:
    """Like :func:`read_date`, but None for what has not the form of a date."""
    word = fold(text).replace("−", "-")
    if word.isalpha():
        # Everything else has a digit or a blank in it; its patterns need not even be compiled.
        return _word(word, today)
    for reader in (_iso, _dotted, _slashed, _named_month, _offset, _word):
        found = reader(word, today)
        if found is not None:
            check_year(found.year)
            return found
    return None


def written_date(text: str, today: date) -> date | None:
    """The date that is written in ``text``, of the year of ``today`` where it names none; None for
    words like "tomorrow". Raises Usage like :func:`read_date`."""
    word = fold(text)
    for reader in (_iso, _dotted, _slashed, _named_month):
        found = reader(word, today)
        if found is not None:
            return found
    return None


@cache
def beginnings() -> frozenset[str]:
    """The folded words with which a date without a digit may begin."""
    words = {*_numbered("day"), *_numbered("weekday"), *_numbered("month"), *_table("end")}
    articles = ("in", "vor", "a", "an", "one", "ein", "eine", "next", "coming", "this", "last")
    endings = ("e", "em", "en", "er", "es")
    stems = ("nachst", "kommend", "letzt", "vergangen", "dies")
    return frozenset((*words, *articles, *(stem + end for stem in stems for end in endings)))


def _build(year: int, month: int, day: int, text: str) -> date:
    check_year(year)
    try:
        return date(year, month, day)
    except ValueError:
        raise Usage(
            _("There is no day {text} in the calendar.").format(text=text),
            _("Check the day and the month."),
        ) from None


def _year(text: str | None, today: date) -> int:
    if text is None:
        return today.year
    return int(text) + (2000 if len(text) == 2 else 0)


def _iso(word: str, _today: date) -> date | None:
    found = re.fullmatch(r"(\d{4})([-/.]?)(\d\d?)\2(\d\d?)", word, re.ASCII)
    if found is None or (not found[2] and len(word) != 8):
        return None
    return _build(int(found[1]), int(found[3]), int(found[4]), word)


def _dotted(word: str, today: date) -> date | None:
    found = re.fullmatch(r"(\d\d?)\. ?(\d\d?)(?:\.(?: ?(\d{4}|\d\d))?)?", word, re.ASCII)
    if found is None:
        return None
    return _build(_year(found[3], today), int(found[2]), int(found[1]), word)


def _slashed(word: str, today: date) -> date | None:
    found = re.fullmatch(r"(\d\d?)([/-])(\d\d?)(?:\2(\d{4}|\d\d))?", word, re.ASCII)
    if found is None:
        return None
    first, second, year = int(found[1]), int(found[3]), _year(found[4], today)
    if first != second and first <= 12 and second <= 12:
        readings = [_build(year, first, second, word), _build(year, second, first, word)]
        raise Usage(
            _("“{text}” can mean {one} or {other}.").format(
                text=word, one=readings[0].isoformat(), other=readings[1].isoformat()
            ),
            _("Write the one you mean in that form, year first."),
        )
    month, day = (second, first) if first > 12 else (first, second)
    return _build(year, month, day, word)


def _named_month(word: str, today: date) -> date | None:
    year = r"(?:,? (\d{4}))?"
    found = re.fullmatch(rf"(\d\d?)(?:\.|st|nd|rd|th)? ?([a-z]+)\.?{year}", word, re.ASCII)
    day, name = (1, 2) if found else (2, 1)
    found = found or re.fullmatch(rf"([a-z]+)\.? (\d\d?)(?:\.|st|nd|rd|th)?{year}", word, re.ASCII)
    month = _numbered("month").get(found[name]) if found else None
    if found is None or month is None:
        return None
    return _build(_year(found[3], today), month, int(found[day]), word)


def _offset(word: str, today: date) -> date | None:
    """``+3d``, ``in 3 days``, ``3 days ago``, ``vor 3 Tagen``."""
    for pattern, sign in (
        (r"\+ ?(\d{1,5}) ?([a-z]+)", 1),
        (r"- ?(\d{1,5}) ?([a-z]+)", -1),
        (rf"in {_COUNT} ?([a-z]+)", 1),
        (rf"{_COUNT} ?([a-z]+) ago", -1),
        (rf"vor {_COUNT} ?([a-z]+)", -1),
    ):
        found = re.fullmatch(pattern, word, re.ASCII)
        unit = unit_of(found[2]) if found else None
        if found and unit:
            count = int(found[1]) if found[1].isdigit() else 1
            return add(today, sign * count, unit)
    return None


def _word(word: str, today: date) -> date | None:
    word = word.removesuffix(".")
    if (days := _numbered("day").get(word)) is not None:
        return today + timedelta(days=days)
    if (unit := _table("end").get(word)) is not None:
        return add(start_of(today, unit), 1, unit) - timedelta(days=1)
    found = re.fullmatch(rf"(?:({_NEXT})|({_LAST})|({_THIS})) ([a-z]+)", word, re.ASCII)
    name = found[4] if found else word
    if found and found[1] and (unit := unit_of(name)) and unit != "d":
        return add(start_of(today, unit), 1, unit)
    weekday = _numbered("weekday").get(name)
    if weekday is None:
        return None
    ahead = (weekday - today.weekday()) % 7
    if found and found[2]:
        return today + timedelta(days=ahead - 7)
    if found and found[3]:
        return today + timedelta(days=ahead)
    return today + timedelta(days=ahead or 7)


_CLOCK = (
    r"(\d\d?)(?::([0-5]\d)(?::([0-5]\d))?)? ?(am|pm|a\.m\.|p\.m\.|uhr)?"
    r"|(\d\d?)\.([0-5]\d) ?uhr"
)


def split_time(text: str) -> tuple[str, time | None]:
    """``text`` cut into its date part and the time of day at its end, if it has one.

    Raises Usage for a time that no clock shows (25:10).
    """
    word = fold(text)
    found = re.search(rf"(?:^|(?<=\d)t|,? +|,)(?:(?:at|um) )?((?:{_CLOCK}))$", word, re.ASCII)
    if found is None or found[1].isdigit():
        return word, None
    return word[: found.start()], read_time(found[1])


def read_time(text: str) -> time:
    """``14:30``, ``9``, ``2:30 pm``, ``14 Uhr``, ``14.30 Uhr``; Usage for anything else."""
    found = re.fullmatch(_CLOCK, fold(text), re.ASCII)
    if found is None:
        _no_time(text)
    hour = int(found[1] or found[5])
    half = (found[4] or "")[:1]
    if half in ("a", "p"):
        if not 1 <= hour <= 12:
            _no_time(text)
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23:
        _no_time(text)
    return time(hour, int(found[2] or found[6] or 0), int(found[3] or 0))


def _no_time(text: str) -> NoReturn:
    raise Usage(
        _("“{text}” is not a time of day.").format(text=shown(text)),
        _("Write 14:30, 9:15 or 2:30 pm."),
    )


def read_duration(text: str) -> int:
    """Whole minutes: ``90``, ``45m``, ``1h30``, ``1:30``, ``1.5h``, ``1,5 Std``; Usage otherwise.

    A part of an hour is rounded half up on the minute.
    """
    hours = r"h|hrs?|hours?|std\.?|stunden?"
    minutes = r"m|min\.?|mins?|minutes?|minuten?"
    found = re.fullmatch(
        rf"(\d{{1,5}}) ?(?:{minutes})?"
        rf"|(\d{{1,3}})(?: ?(?:{hours}) ?|:(?=\d\d))([0-5]?\d) ?(?:{minutes})?"
        rf"|(\d{{1,3}})(?:[.,](\d{{1,4}}))? ?(?:{hours})",
        fold(text),
        re.ASCII,
    )
    if found is None:
        raise Usage(
            _("“{text}” is not a duration.").format(text=shown(text)),
            _("Write minutes (90, 45m) or hours (1h30, 1:30, 1.5h)."),
        )
    if found[1]:
        return int(found[1])
    if found[2]:
        return int(found[2]) * 60 + int(found[3])
    part, whole = int(found[5] or 0), int("1" + "0" * len(found[5] or ""))
    return int(found[4]) * 60 + half_up(60 * part, whole)
