"""The one reader of days, times and periods: the whole of a text, or what a note says of them.

It takes a phrase as a whole or not at all, refuses what could mean two things, and knows neither
clock nor zone: the day it is now, and when the parts of a day are, is given by
:mod:`funnelcli.values.dates`, through which everything else in the program reads.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.values.dategrammar import Meaning, Phrase
from funnelcli.values.dateperiods import Periods
from funnelcli.values.datewords import tells
from funnelcli.values.days import AHEAD, NEAREST, WEEKDAYS, Moment, Span, check_year, fitting, shown
from funnelcli.values.daytimes import SMALL_HOURS

Parts = Callable[[str], time]

# How far ahead a note may mean a day without its year: more, and it may as well lie behind.
HALF_A_YEAR = timedelta(days=183)
# What is joined to a day by "or", "to" or a stroke makes it a part of something longer.
_JOINED = ("weekday", "month", "day", "which", "edge", "feast")
# So far around a day is looked for what belongs to it.
_NEAR = 40
_FINAL = frozenset(".,;!")


class Mention(NamedTuple):
    """A day that a note names, from ``start`` to ``end`` in its text; ``core`` is where it begins
    without the words that lead up to it.

    Without a ``moment`` it is left alone, and ``problem`` may say why. ``sure`` says that it can
    hardly be anything else.
    """

    start: int
    core: int
    end: int
    moment: Moment | None
    problem: str
    sure: bool


def resolve(meaning: Meaning, today: date, lean: int) -> Span:
    """The span that is meant, by the one rule. Raises Usage where the weekday that was said beside
    a date is another one, and for what lies outside the years 1900 to 2200."""
    if meaning.coming and lean == NEAREST:
        lean = AHEAD
    span = fitting(meaning.spans(today), today, lean)
    if span is None:
        raise Usage(
            _("There is no such day in the years that are known."), _("Write the year, too.")
        )
    first, after = span
    check_year(first.year)
    if meaning.weekday is not None and first.weekday() != meaning.weekday:
        raise Usage(
            _("{day} is a {weekday}, no {other}.").format(
                day=first.isoformat(),
                weekday=_(WEEKDAYS[first.weekday()]),
                other=_(WEEKDAYS[meaning.weekday]),
            ),
            _("Leave the weekday out, or correct the date."),
        )
    if lean == AHEAD and meaning.is_day and first < today < after:
        first = today
    return first, after


def read_moment(text: str, today: date, parts: Parts, lean: int) -> Moment | None:
    """The day that the whole of ``text`` means, with its time; a time alone is today's. None for
    what has not the form of a day. Raises Usage for a form that means no day, or two."""
    grammar = Periods(text, today, parts)
    phrase = _whole(grammar) or _with_hour(grammar)
    if phrase is None:
        _raise_complaint(grammar)
        _raise_period(grammar)
        return None
    if phrase.meaning is None:
        return Moment(today, phrase.clock)
    return Moment(resolve(phrase.meaning, today, lean)[0], phrase.clock)


def lacks_year(text: str, today: date, parts: Parts) -> bool:
    """Whether ``text`` is a day that comes every year, or every month: "31.12.", "Ende Januar"."""
    phrase = _whole(Periods(text, today, parts))
    meaning = None if phrase is None else phrase.meaning
    return meaning is not None and not meaning.coming and len(list(meaning.spans(today))) > 1


def _whole(grammar: Periods) -> Phrase | None:
    found = grammar.phrase(0) if grammar.tokens else None
    if found is None:
        return None
    j = found[1]
    # Lists say beside a day how far off it is: "30.11.2026 (in 6 days)".
    beside = grammar.longest(j + 1, grammar.relative_day, grammar.offset)
    if grammar.said(j, "(") and beside is not None and grammar.said(beside[1], ")"):
        j = beside[1] + 1
    return found[0] if _at_end(grammar, j) else None


def _with_hour(grammar: Periods) -> Phrase | None:
    """A day said from today and a bare hour: "morgen 10". Behind a weekday it may be the date."""
    day = grammar.relative_day(0) if grammar.tokens else None
    hour = None if day is None else grammar.digits(day[1], 2)
    if day is None or hour is None or hour > 23 or not _at_end(grammar, day[1] + 1):
        return None
    return Phrase(day[0], time(hour + 12 * (hour in SMALL_HOURS)))


def _raise_period(grammar: Periods) -> None:
    """Say of a month, a quarter or a year that it is no day."""
    found = grammar.one(0) if grammar.tokens else None
    if found is not None and not found[0].is_day and _at_end(grammar, found[1]):
        raise Usage(
            _("“{text}” is a period, where a day is asked for.").format(text=shown(grammar.text)),
            _("Write its beginning, middle or end, such as “end of Q1”, or a date."),
        )


def _raise_complaint(grammar: Periods) -> None:
    """Raise what is wrong with all of the text but a time at its end."""
    if grammar.complaint is not None:
        error, j = grammar.complaint
        clock = grammar.time_of_day(grammar.comma(j))
        if _at_end(grammar, j) or (clock is not None and _at_end(grammar, clock[1])):
            raise error


def _at_end(grammar: Periods, j: int) -> bool:
    rest = grammar.tokens[j:]
    final = len(rest) == 1 and rest[0].text in _FINAL and not grammar.said(j - 1, ".")
    return not rest or final


def read_written(text: str) -> tuple[int | None, int, int] | None:
    """Year, month and day of a date that is written as a date; the year is None where there is
    none. None for anything else. Raises Usage for a day that is in no calendar."""
    grammar = Periods(text, date(2000, 1, 1), lambda _part: time())
    found = grammar.written(0) if grammar.tokens else None
    if found is None or not _at_end(grammar, found[1]):
        _raise_complaint(grammar)
        return None
    days = [first for first, _after in found[0].spans(grammar.today)]
    return days[0].year if len(days) == 1 else None, days[0].month, days[0].day


def read_clock(text: str, today: date, parts: Parts) -> time | None:
    """The time of day that the whole of ``text`` is: "14:30", "9", "10 Uhr", "half past 4"; None
    for anything else."""
    grammar = Periods(text, today, parts)
    hour = grammar.digits(0, 2)
    if hour is not None and hour < 24 and len(grammar.tokens) == 1:
        return time(hour)
    found = grammar.time_of_day(0) if grammar.tokens else None
    return found[0] if found is not None and _at_end(grammar, found[1]) else None


def read_interval(text: str) -> tuple[int, str] | None:
    """How many of which unit lie between two times: "monthly", "alle 3 Monate", "2w"; None for
    what is no interval."""
    grammar = Periods(text, date(2000, 1, 1), lambda _part: time())
    found = grammar.interval(0) if grammar.tokens else None
    return found[0] if found is not None and _at_end(grammar, found[1]) else None


def is_everything(text: str) -> bool:
    """Whether a period is all of time: "all", "gesamt"."""
    grammar = Periods(text, date(2000, 1, 1), lambda _part: time())
    found = grammar.everything(0) if grammar.tokens else None
    return found is not None and found[1] == len(grammar.tokens)


def read_period(
    text: str, today: date, parts: Parts, lean: int, *, end: bool = False
) -> Span | None:
    """The span that the whole of ``text`` means; None for what is no period. ``end``: it is one
    end of a range, where an offset is a day. Raises Usage like :func:`read_moment`."""
    # Options and filters are written in one word as well: this-month, last_quarter.
    joined = text.replace("_", " ")
    if not any(letter.isdecimal() for letter in text):
        joined = joined.replace("-", " ")
    for words in dict.fromkeys((text, joined)):
        grammar = Periods(words, today, parts)
        if not grammar.tokens:
            return None
        found = grammar.end(0) if end else grammar.period(0)
        if found is not None and _at_end(grammar, found[1]):
            meaning = found[0]
            ordered = fitting(meaning.spans(today), today, NEAREST)
            if ordered is None and meaning.grain == "r":
                raise Usage(
                    _("“{text}” ends before it starts.").format(text=shown(text)),
                    _("Write the earlier end first."),
                )
            return resolve(meaning._replace(is_day=False), today, lean)
    _raise_complaint(grammar)
    return None


def read_range(
    text: str, today: date, parts: Parts, lean: int
) -> tuple[date | None, date | None] | None:
    """Half-open bounds, None where open: any period, "..fri", "2026-01..", ">= 2026-01-01", "since
    November", "bis Freitag", "before Q3"; None for what is no range. Raises Usage."""
    word = text.strip()
    sign = word[: len(word) - len(word.lstrip("<>="))]
    if sign in ("<", "<=", ">", ">="):
        side, rest = sign, word[len(sign) :]
    else:
        first, dots, last = (part.strip() for part in word.partition(".."))
        side, rest = "", ""
        if dots and not first.strip("."):
            side, rest = "<=", last.lstrip(".")
        elif dots and not last.strip("."):
            side, rest = ">=", first + "." * (len(last) > 0)
        else:
            grammar = Periods(word, today, parts)
            for kind, meant in (("until", "<="), ("onward", ">="), ("before", "<"), ("after", ">")):
                if grammar.word(0, kind) is not None and len(grammar.tokens) > 1:
                    side, rest = meant, word[grammar.tokens[1].start :]
        if not side:
            return read_period(word, today, parts, lean)
    span = read_period(rest, today, parts, lean, end=True)
    if span is None and not sign and not dots:
        return read_period(word, today, parts, lean)  # "vor 3 Tagen"
    if span is None:
        return None
    bound = span[0] if side in (">=", "<") else span[1]
    return (bound, None) if side[0] == ">" else (None, bound)


def mentions(text: str, today: date, parts: Parts) -> list[Mention]:
    """The days that a note names, ahead of ``today``, each with its time.

    Left alone is what is but a part of something longer ("Freitag 10-12 Uhr", "monday or
    tuesday"), a whole year, and a day without its year that lies more than half a year ahead.
    """
    grammar = Periods(text, today, parts)
    tokens = grammar.tokens
    found: list[Mention] = []
    clocks: list[time] = []
    i = 0
    while i < len(tokens):
        phrase = grammar.phrase(i) if grammar.may_begin_phrase(i) else None
        if phrase is None:
            i += 1
            continue
        (meaning, clock, leads), j = phrase
        part = _is_part(grammar, i, j)
        ranges = grammar.said(j, "-") or grammar.word(j, "to") is not None
        source = grammar.word(i - 1, "source") is not None and not ranges
        if meaning is not None and not source:
            moment, problem = _taken(meaning, clock, today)
            # A year to come is no day: "nächstes Jahr wieder melden".
            moment = None if part or meaning.grain == "y" else moment
            places = tokens[i].start, tokens[i + leads].start, tokens[j - 1].end
            found.append(Mention(*places, moment, problem, meaning.sure))
        elif meaning is None and clock is not None and not part:
            clocks.append(clock)
        i = j
    if len(found) == len(clocks) == 1:
        moment = found[0].moment
        if moment is not None and moment.clock is None:
            # "Mittwoch Termin um 14 Uhr"
            found[0] = found[0]._replace(moment=moment._replace(clock=clocks[0]))
    return found


def _taken(meaning: Meaning, clock: time | None, today: date) -> tuple[Moment | None, str]:
    """The moment that is meant, or None and what is wrong with it."""
    try:
        day = resolve(meaning, today, AHEAD)[0]
    except Usage as error:
        return None, error.message
    without_year = len(list(meaning.spans(today))) > 1
    far = without_year and day - today > HALF_A_YEAR
    return (None if far else Moment(day, clock)), ""


def _is_part(grammar: Periods, i: int, j: int) -> bool:
    """Whether the words around those from ``i`` up to ``j`` belong to what is said of days there,
    so that these are but a part of it."""
    tokens = grammar.tokens
    if i > 1 and grammar.said(i - 2, "b") and grammar.said(i - 1, "4", glued=True):
        # "Call b4 xmas"
        return True
    if grammar.word(i - 1, "bar") is not None:
        # "Hake nach bis Freitag": nothing is after "until", so that it is the rest of a verb.
        rest = tokens[i - 1].text == "nach" and tokens[i].text in ("bis", "am", "spatestens")
        if not rest:
            return True
    for step, place in ((-1, i - 1), (1, j)):
        # What is next to it without a blank is one word with it: "3d-Druck", "A4".
        glued, joined = True, False
        while 0 <= place < len(tokens):
            if abs(place - i) > _NEAR and abs(place - j) > _NEAR:
                # A list of days that never ends: none of it is one day.
                return True
            token = tokens[place]
            glued = glued and not tokens[place if step > 0 else place + 1].gap
            joins = token.text in "-/" or grammar.word(place, "to") is not None
            if token.text.isalpha() and glued:
                return True
            if tells(token.text) or (joined and not joins and _is_day_word(grammar, place)):
                return True
            if token.is_number and (joined or place == len(tokens) - 1):
                return True
            if not (grammar.may_begin(place) or token.text in ".,/:()"):
                break
            glued = glued and token.text in "-/"
            joined = joins
            place += step
    return False


def _is_day_word(grammar: Periods, place: int) -> bool:
    return any(grammar.word(place, kind) is not None for kind in _JOINED)
