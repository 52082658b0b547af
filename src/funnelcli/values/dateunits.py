"""Weeks, months, quarters and years, by number, by name, or as the next one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from funnelcli.errors import Usage
from funnelcli.values.dategrammar import Found, Grammar, Meaning, fixed, once, yearly
from funnelcli.values.days import Span, check_year, unit_around, unit_from

_MOST = 999


class Units(Grammar):
    """The rules for the units that days lie in, and for how many of them."""

    def one_unit(self, i: int) -> str | None:
        """A single unit: "week", "Monats"; not "d", which is too little of a word."""
        count, unit = self.word(i, "unit") or (0, "")
        return unit if count == 1 and len(self.tokens[i].text) > 1 else None

    @once
    def which_unit(self, i: int) -> Found[Meaning]:
        """ "next week", "diesen Monat", "übernächste Woche", "the week after next"."""
        unit, which = self.one_unit(i), 0
        if unit is not None and self.said(i + 1, "after") and self.said(i + 2, "next"):
            which, j = 2, i + 3
        elif unit is not None and self.said(i + 1, "before") and self.said(i + 2, "last"):
            which, j = -2, i + 3
        else:
            which, unit, j = self.word(i, "which"), self.one_unit(i + 1), i + 2
        if which is None or unit in (None, "d"):
            return None
        assert unit is not None
        span = unit_around(self.today, unit, which)
        return fixed(span, unit, is_day=which > 0), j

    def week(self, i: int) -> Found[Meaning]:
        """ "KW 50", "week 50/2026", "50. KW", "2026-W50"."""
        return self._by_number(i + self.said(i, "calendar"), "week", "w")

    def quarter(self, i: int) -> Found[Meaning]:
        """ "Q3", "3. Quartal 2026", "third quarter", "2026-Q3"."""
        return self._by_number(i, "quarter", "q")

    def _by_number(self, i: int, kind: str, unit: str) -> Found[Meaning]:
        year = self.digits(i, 4, 4)
        if year is not None:
            j = i + 1 + self.said(i + 1, "-")
            number = self.digits(j + 1, 2) if self.word(j, kind) is not None else None
            return None if number is None else self.numbered(i, j + 2, year, number, unit)
        if self.word(i, kind) is not None:
            j = i + 1 + self.said(i + 1, "-", ".", glued=True)
            number, j = self.digits(j, 2), j + 1
        else:
            found = self.ordinal(i)
            number, j = found or (None, i)
            j = j + 1 if self.word(j, kind) is not None else 0
        if number is None or not j:
            return None
        named, j = self.year(j) or (None, j)
        return self.numbered(i, j, named, number, unit)

    def numbered(self, i: int, j: int, year: int | None, number: int, unit: str) -> Found[Meaning]:
        """The week or quarter of this number."""

        def first(year: int) -> date:
            if unit == "w":
                return date.fromisocalendar(year, number, 1)
            return date(year, number * 3 - 2, 1)

        if year is None:
            try:
                first(2020 if unit == "w" else self.today.year)  # a year of 53 weeks
            except ValueError:
                self.no_such(i, j)
                return None
            # A week is a day's date as well, its first; a quarter is none.
            return yearly(first, unit, is_day=unit == "w"), j
        try:
            check_year(year)
            return fixed(unit_from(first(year), unit), unit, is_day=unit == "w"), j
        except Usage as error:
            self.complain(error, j)
        except ValueError:
            self.no_such(i, j)
        return None

    def month(self, i: int) -> Found[Meaning]:
        """ "November", "Nov 2026", "next January", "2026-11", "11/2026"."""
        which = self.word(i, "which")
        named = self.month_word(i if which is None else i + 1)
        if named is not None:
            number, j = named
            meaning = yearly(lambda year: date(year, number, 1), "m", is_day=False)
            if which is None:
                year = self.year(j)
                return self._month_of(i, year[1], year[0], number) if year else (meaning, j)
            spans = list(meaning.spans(self.today))
            if which > 0:
                span = [span for span in spans if span[0] > self.today][which - 1]
            elif which < 0:
                span = [span for span in spans if span[1] <= self.today][which]
            else:
                span = next(span for span in spans if span[0].year == self.today.year)
            return fixed(span, "m", is_day=False), j
        first, mark, second = self.digits(i, 4), self.said(i + 1, "-", "/", ".", glued=True), None
        if first is None or not mark:
            return None
        second = self.digits(i + 2, 4, glued=True)
        if second is None:
            return None
        if self.digits(i, 4, 4) is not None and second < 100:
            return self._month_of(i, i + 3, first, second)
        if self.digits(i + 2, 4, 4) is not None and first < 100 and not self.said(i + 1, "-"):
            return self._month_of(i, i + 3, second, first)
        return None

    def _month_of(self, i: int, j: int, year: int, month: int) -> Found[Meaning]:
        try:
            check_year(year)
            return fixed(unit_from(date(year, month, 1), "m"), "m", is_day=False), j
        except Usage as error:
            self.complain(error, j)
        except ValueError:
            self.no_such(i, j)
        return None

    def whole_year(self, i: int) -> Found[Meaning]:
        """ "2026"."""
        year = self.digits(i, 4, 4)
        if year is None:
            return None
        try:
            check_year(year)
        except Usage as error:
            self.complain(error, i + 1)
            return None
        return fixed(unit_from(date(year, 1, 1), "y"), "y", is_day=False), i + 1

    @once
    def unit(self, i: int) -> Found[Meaning]:
        """Any week, month, quarter or year that is named."""
        return self.longest(
            i, self.which_unit, self.week, self.quarter, self.month, self.whole_year
        )

    def any_of(self, unit: str, edge: str) -> Meaning:
        """The unit whose edge is asked for without saying which: "the month". Its end is still to
        come, whatever is asked; its beginning or middle may lie behind."""
        if edge not in ("a", "m"):
            return fixed(unit_around(self.today, unit), unit, is_day=False)

        def spans(around: date) -> Iterator[Span]:
            for away in range(-2, 3):
                try:
                    yield unit_around(around, unit, away)
                except Usage:
                    continue

        return Meaning(spans, unit, is_day=False)

    def count(self, i: int) -> Found[tuple[int, str]]:
        """How many units: "3 days", "zwei Wochen", "a couple of weeks", "half a year"."""
        if self.said(i, "half") and self.said(i + 1, "a") and self.one_unit(i + 2) == "y":
            return (6, "m"), i + 3
        if self.said(i, "half") and self.one_unit(i + 1) == "y":
            return (6, "m"), i + 2
        number = self.digits(i, 5)
        written = number is not None
        if number is None:
            number = self.word(i, "number")
            if number == 1 and self.said(i + 1, "couple"):
                number, i = 2, i + 1 + self.said(i + 2, "of")
        if number is None:
            return None
        if self.word(i + 1, "half") is not None and self.one_unit(i + 2) == "y" and number == 1:
            return (6, "m"), i + 3
        times, unit = self.word(i + 1, "unit") or (0, "")
        if not times or (len(self.tokens[i + 1].text) == 1 and not written):
            return None
        j = i + 2 + self.said(i + 2, "'", glued=True)
        return (number * times, unit), j + self.said(j, "time")

    def interval(self, i: int) -> Found[tuple[int, str]]:
        """How often, or how long: "3m", "monthly", "alle 3 Monate", "every other week", "jeden 2.
        Monat", "once a quarter"."""
        alone = self.word(i, "interval")
        if alone is not None:
            return alone, i + 1
        once = self.said(i, "once", "einmal")
        i += once
        every = once or self.word(i, "every") is not None
        j = i + (self.word(i, "every") is not None or (once and self.word(i, "of") is not None))
        count = self.count(j)
        if count is not None and 0 < count[0][0] <= _MOST:
            return count
        nth = (2, j + 1) if self.said(j, "other") else self.ordinal(j)
        number, j = nth or (1, j)
        times, unit = self.word(j, "unit") or (0, "")
        if not every or not times or not number or len(self.tokens[j].text) < 2:
            return None
        return (number * times, unit), j + 1
