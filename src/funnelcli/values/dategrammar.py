"""What words mean together: tokens, a grammar for them, and a value that knows its precision.

Every rule takes the place of a token and gives what it has read and the place after, or None; of
several rules the one that reads furthest wins, so "24.12. 14 Uhr" is a day and a time, and never
the year 2014. Rules only say which spans of the calendar a phrase can mean; which of them it does
is decided once, by :func:`funnelcli.values.days.fitting`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date, time, timedelta

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.patterns import regex
from funnelcli.plain import NamedTuple
from funnelcli.text import fold
from funnelcli.typed import Any, TypeVar
from funnelcli.values.datewords import FEAST_STARTS, lexicon
from funnelcli.values.days import (
    FIRST_YEAR,
    LAST_YEAR,
    Span,
    add,
    check_year,
    month_first,
    start_of,
    unit_from,
)

T = TypeVar("T")
G = TypeVar("G", bound="Grammar")
Found = tuple[T, int] | None

_TOKEN = regex(r"[0-9]+|[^\W\d_]+(?:['’][^\W\d_]+)?|\S")
_DASHES = str.maketrans("−–—’", "---'")
# So far from today a weekday tells which of two days is meant.
_HALF_A_YEAR = timedelta(days=183)
_SUFFIXES = ("st", "nd", "rd", "th")


class Token(NamedTuple):
    """A number, a word (folded) or a mark, where it stands, and whether a blank is before it."""

    text: str
    start: int
    end: int
    gap: bool

    @property
    def is_number(self) -> bool:
        """Whether it is written in the digits 0 to 9."""
        return self.text.isascii() and self.text.isdecimal()


class Meaning(NamedTuple):
    """What a phrase can mean: ``spans`` gives them around a day, in the calendar's order.

    - ``grain``: the unit that is named (d, w, m, q, y), "r" for a range;
    - ``is_day``: it may stand for one day, its first;
    - ``coming``: of a weekday, which means the coming one where both could be meant;
    - ``weekday``: the weekday that was said beside a date;
    - ``sure``: it can hardly be anything else: 24.11. is a day, 3.5 may be kilowatts.
    """

    spans: Callable[[date], Iterable[Span]]
    grain: str = "d"
    is_day: bool = True
    coming: bool = False
    weekday: int | None = None
    sure: bool = True


class Phrase(NamedTuple):
    """A day, a time of day, or both; so many words like "by" lead up to it."""

    meaning: Meaning | None
    clock: time | None
    leads: int = 0


def tokens_of(text: str) -> list[Token]:
    """The numbers, words and marks of a text."""
    tokens = []
    end = 0
    for found in _TOKEN.finditer(text.translate(_DASHES)):
        start = found.start()
        tokens.append(Token(fold(found[0]), start, found.end(), start > end))
        end = found.end()
    return tokens


def day_of(day: date) -> Span:
    """The span of one day."""
    return day, day + timedelta(days=1)


def fixed(span: Span, grain: str = "d", *, is_day: bool = True) -> Meaning:
    """The meaning that is this span and no other."""
    return Meaning(lambda _around: (span,), grain, is_day)


def yearly(make: Callable[[int], date], unit: str, *, is_day: bool, sure: bool = True) -> Meaning:
    """What comes once a year: the unit that begins on the date that ``make`` gives for a year,
    where it has one."""

    def spans(around: date) -> Iterator[Span]:
        # Two 29 February are eight years apart where a century has none.
        for year in range(around.year - 9, around.year + 10):
            if FIRST_YEAR <= year <= LAST_YEAR:
                try:
                    yield unit_from(make(year), unit)
                except ValueError:
                    continue

    return Meaning(spans, unit, is_day, sure=sure)


def days_numbered(number: int) -> Meaning:
    """The day of this number of each month that has one."""

    def spans(around: date) -> Iterator[Span]:
        for away in range(-13, 14):
            try:
                yield day_of(add(start_of(around, "m"), away, "m").replace(day=number))
            except (ValueError, Usage):
                continue

    return Meaning(spans)


def mapped(meaning: Meaning, change: Callable[[Span], Span], **fields: Any) -> Meaning:
    """What has ``change`` made of each span."""
    return meaning._replace(
        spans=lambda around: [change(span) for span in meaning.spans(around)], **fields
    )


def edge_of(span: Span, unit: str, edge: str) -> Span:
    """The beginning, the middle or the end of a unit: the 1st, the 15th, the last day; of a week
    Monday, Wednesday, and from Friday on."""
    first, after = span
    last = after - timedelta(days=1)
    if edge == "a":
        return day_of(first)
    if edge == "z":
        return (last - timedelta(days=2), after) if unit == "w" else day_of(last)
    if edge == "m":
        middle = {"w": first + timedelta(days=2), "y": date(first.year, 7, 1)}.get(unit)
        month = add(first, 1, "m") if unit == "q" else first
        return day_of(middle or month.replace(day=15))
    return day_of(last)


def once(rule: Callable[[G, int], Found[T]]) -> Callable[[G, int], Found[T]]:
    """A rule that others ask again and again at one place: there it reads once."""

    def read(grammar: G, i: int) -> Found[T]:
        found: Found[T]
        try:
            found = grammar.known[rule, i]
        except KeyError:
            found = grammar.known[rule, i] = rule(grammar, i)
        return found

    read.__doc__ = rule.__doc__
    return read


class Grammar:
    """The rules over the tokens of one text on the day ``today``; ``parts`` says at what time the
    parts of a day are."""

    def __init__(self, text: str, today: date, parts: Callable[[str], time]) -> None:
        self.text = text
        self.today = today
        self.parts = parts
        self.tokens = tokens_of(text)
        # What is wrong with what had the form of a date, and the place after it.
        self.complaint: tuple[Usage, int] | None = None
        # What has been read by a rule at a place, for those that are read but once.
        self.known: dict[tuple[Callable[..., Any], int], Any] = {}
        self._is = [lexicon().get(token.text, {}) for token in self.tokens]

    # Tokens ---------------------------------------------------------------------------------------

    def word(self, i: int, kind: str) -> Any:
        """What the word at ``i`` stands for as this kind; None where it is no such word."""
        return self._is[i].get(kind) if 0 <= i < len(self._is) else None

    def may_begin_phrase(self, i: int) -> bool:
        """The same, with words that only begin a name like "new year's eve"."""
        return self.may_begin(i) or self.tokens[i].text in FEAST_STARTS

    def may_begin(self, i: int) -> bool:
        """Whether a phrase may begin at ``i``."""
        token = self.tokens[i]
        return bool(self._is[i]) or token.is_number or token.text in "+-"

    def said(self, i: int, *texts: str, glued: bool = False) -> bool:
        """Whether one of the texts stands at ``i``; ``glued``: with no blank before it."""
        if i >= len(self.tokens):
            return False
        token = self.tokens[i]
        return token.text in texts and not (glued and token.gap)

    def skip(self, i: int, kind: str, most: int = 1) -> int:
        """The place after up to ``most`` words of a kind."""
        while most and self.word(i, kind) is not None:
            i, most = i + 1, most - 1
        return i

    def comma(self, i: int) -> int:
        """The place after a comma, if there is one."""
        return i + 1 if self.said(i, ",") else i

    def dot(self, i: int) -> int:
        """The place after the word at ``i`` and the dot that shortens it, if it is short."""
        return i + 1 + (len(self.tokens[i].text) <= 5 and self.said(i + 1, ".", glued=True))

    def digits(self, i: int, most: int, least: int = 1, *, glued: bool = False) -> int | None:
        """The number at ``i``, if it has that many digits."""
        if i >= len(self.tokens):
            return None
        token = self.tokens[i]
        fits = token.is_number and least <= len(token.text) <= most
        return int(token.text) if fits and not (glued and token.gap) else None

    def longest(self, i: int, *rules: Callable[[int], Found[T]]) -> Found[T]:
        """What the rule that reads furthest has read; the first of those that read as far."""
        best: Found[T] = None
        for rule in rules:
            found = rule(i)
            if found is not None and (best is None or found[1] > best[1]):
                best = found
        return best

    def ordinal(self, i: int) -> Found[int]:
        """``24.``, ``24th``, "first", "ersten"."""
        number = self.digits(i, 2)
        if number is not None and self.said(i + 1, ".", *_SUFFIXES, glued=True):
            # "8.30" is no eighth.
            return None if self.digits(i + 2, 9, glued=True) is not None else (number, i + 2)
        number = self.word(i, "ordinal")
        return None if number is None else (number, i + 1)

    def year(self, i: int) -> Found[int]:
        """A year of four digits, behind a comma, a stroke, "of" or nothing."""
        j = i + 1 if self.said(i, ",", "/", "-", ".") else self.skip(i, "of")
        year = self.digits(j, 4, 4)
        if year is None or self.said(j + 1, ":") or self.word(j + 1, "uhr") is not None:
            return None
        return year, j + 1

    def short_year(self, i: int) -> Found[int]:
        """The year of two digits that ends what is said: "3. Januar 27". Below 25 it may as well be
        an hour."""
        marked = self.said(i, "'")
        i += marked
        year = self.digits(i, 2, 2, glued=marked)
        ends = i + 1 == len(self.tokens) or self.said(i + 1, ",", ";", ".", "!", ")")
        if year is None or not ends or (year < 25 and not marked):
            return None
        return (2000 + year, i + 1) if self.digits(i + 2, 4, glued=True) is None else None

    def between(self, i: int, j: int) -> str:
        """The text of the tokens from ``i`` up to ``j``."""
        return self.text[self.tokens[i].start : self.tokens[j - 1].end]

    def complain(self, error: Usage, j: int) -> None:
        """Remember what is wrong with what is read up to ``j``: of several the longest."""
        if self.complaint is None or j > self.complaint[1]:
            self.complaint = error, j

    def no_such(self, i: int, j: int) -> None:
        """Remember that the calendar has no week, month or quarter like this."""
        self.complain(
            Usage(
                _("There is no “{text}” in the calendar.").format(text=self.between(i, j)),
                _("Months go from 01 to 12, quarters from 1 to 4, weeks to 52 or 53."),
            ),
            j,
        )

    # Written dates --------------------------------------------------------------------------------

    def _on(
        self, i: int, j: int, year: int | None, month: int, day: int, *, sure: bool = True
    ) -> Found[Meaning]:
        """The day of these numbers, read from the tokens ``i`` to ``j``."""
        try:
            if year is not None:
                check_year(year)
                return fixed(day_of(date(year, month, day)))._replace(sure=sure), j
            date(2000, month, day)
        except Usage as error:
            self.complain(error, j)
            return None
        except ValueError:
            self.complain(
                Usage(
                    _("There is no day {text} in the calendar.").format(text=self.between(i, j)),
                    _("Check the day and the month."),
                ),
                j,
            )
            return None
        return yearly(lambda year: date(year, month, day), "d", is_day=True, sure=sure), j

    def iso(self, i: int) -> Found[Meaning]:
        """``2026-11-24``, ``2026/11/24``, ``20261124``."""
        whole = self.digits(i, 8, 8)
        if whole is not None:
            year, rest = divmod(whole, 10_000)
            return self._on(i, i + 1, year, *divmod(rest, 100), sure=False)
        year_ = self.digits(i, 4, 4)
        mark = self.tokens[i + 1].text if i + 1 < len(self.tokens) else ""
        month, day = self.digits(i + 2, 2, glued=True), self.digits(i + 4, 2, glued=True)
        if year_ is None or month is None or day is None or mark not in "-/.":
            return None
        if not (self.said(i + 1, mark, glued=True) and self.said(i + 3, mark, glued=True)):
            return None
        return self._on(i, i + 5, year_, month, day)

    def dotted(self, i: int) -> Found[Meaning]:
        """``24.11.2026``, ``24.11.26``, ``24. 11.``, ``24.11``."""
        day, month = self.digits(i, 2), self.digits(i + 2, 2)
        if day is None or month is None or not self.said(i + 1, ".", glued=True):
            return None
        j = i + 3
        year: int | None = None
        if self.said(j, ".", glued=True):
            j += 1
            year = self.digits(j, 4, 4)
            if year is None and self.word(j + 1, "uhr") is None and not self.said(j + 1, ":"):
                short = self.digits(j, 2, 2, glued=True)
                year = None if short is None else 2000 + short
            j += year is not None
        return self._on(i, j, year, month, day, sure=j > i + 3)

    def _strokes(self, i: int) -> tuple[int, int, int | None, int] | None:
        """Two numbers with a stroke between them, the year behind them, and the place after."""
        first, second = self.digits(i, 2), self.digits(i + 2, 2, glued=True)
        if first is None or second is None or not self.said(i + 1, "/", "-", glued=True):
            return None
        j = i + 3
        year: int | None = None
        if self.said(j, self.tokens[i + 1].text, glued=True):
            short = self.digits(j + 1, 2, 2, glued=True)
            year = self.digits(j + 1, 4, 4, glued=True) if short is None else 2000 + short
            j += 2 * (year is not None)
        return first, second, year, j

    def slashed(self, i: int) -> Found[Meaning]:
        """``11/24/2026``, ``24/11``, ``24-11-2026``: the number above 12 is the day. Of two up to
        12 it is the one that the user's locale says, where it writes days with such strokes."""
        strokes = self._strokes(i)
        if strokes is None:
            return None
        first, second, year, j = strokes
        order = month_first() if self.said(i + 1, "/") else None
        if first != second and first <= 12 and second <= 12 and order is None:
            one, other = (
                f"{year or self.today.year}-{month:02}-{day:02}"
                for month, day in ((first, second), (second, first))
            )
            self.complain(
                Usage(
                    _("“{text}” can mean {one} or {other}.").format(
                        text=self.between(i, j), one=one, other=other
                    ),
                    _("Write the one you mean in that form, year first."),
                ),
                j,
            )
            return None
        day_first = first > 12 or (second <= 12 and order is False)
        month, day = (second, first) if day_first else (first, second)
        return self._on(i, j, year, month, day, sure=year is not None)

    def settled(self, i: int, weekday: int) -> Found[Meaning]:
        """``12/3`` behind the weekday that only one of its two readings is: that one, of those
        within half a year."""
        strokes = self._strokes(i)
        if strokes is None or self.slashed(i) is not None:
            return None
        first, second, year, j = strokes
        years = range(self.today.year - 1, self.today.year + 2) if year is None else (year,)
        found: dict[date, int] = {}
        for order, (month, day) in enumerate(((first, second), (second, first))):
            for of in years:
                with suppress(ValueError):
                    there = date(of, month, day)
                    near = year is not None or abs(there - self.today) <= _HALF_A_YEAR
                    if there.weekday() == weekday and near:
                        found[there] = order
        for ahead in (True, False):
            if len({order for at, order in found.items() if (at >= self.today) == ahead}) > 1:
                return None
        if not found or (year is not None and len(found) > 1):
            return None
        spans = [day_of(at) for at in sorted(found)]
        return Meaning(lambda _around: spans), j

    def month_word(self, i: int) -> Found[int]:
        """A month's name, with the dot of its short form."""
        month = self.word(i, "month")
        if month is None:
            return None
        return month, self.dot(i)

    def day_month(self, i: int) -> Found[Meaning]:
        """``24. November 2026``, ``24th of Nov``, ``24-Nov-2026``."""
        found = self.ordinal(i)
        day, j = found or (self.digits(i, 2), i + 1)
        if day is None:
            return None
        j = j + 1 if self.said(j, "-", glued=True) else self.skip(j, "of")
        month = self.month_word(j)
        if month is None:
            return None
        year = self.year(month[1]) or self.short_year(month[1])
        return self._on(i, year[1] if year else month[1], year[0] if year else None, month[0], day)

    def month_day(self, i: int) -> Found[Meaning]:
        """``Nov 24``, ``November 24th, 2026``."""
        month = self.month_word(i)
        if month is None:
            return None
        j = self.skip(month[1], "of") if self.said(month[1], "the") else month[1]
        found = self.ordinal(j)
        day, j = found or (self.digits(j, 2), j + 1)
        if day is None or self.said(j, ":") or self.word(j, "uhr") is not None:
            return None
        year = self.year(j) or self.short_year(self.comma(j))
        sure = self.tokens[i].text not in ("may", "mar")
        j = year[1] if year else j
        return self._on(i, j, year[0] if year else None, month[0], day, sure=sure)

    def written(self, i: int) -> Found[Meaning]:
        """A date in numbers, or with its month's name."""
        return self.longest(i, self.iso, self.dotted, self.slashed, self.day_month, self.month_day)
