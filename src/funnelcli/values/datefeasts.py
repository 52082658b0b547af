"""Days that the calendar names: holidays, and the first, second or last weekday of a month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from funnelcli.values.dategrammar import Found, Meaning, day_of, yearly
from funnelcli.values.dateunits import Units
from funnelcli.values.datewords import feasts
from funnelcli.values.days import FIRST_YEAR, LAST_YEAR, Span

# A month has at most five of each weekday, and never misses the fourth.
_NTH = range(1, 5)


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar, by the Meeus/Jones/Butcher algorithm."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    rest = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + rest - 7 * ((a + 11 * h + 22 * rest) // 451) + 114, 31)
    return date(year, month, day + 1)


class Feasts(Units):
    """The rules for holidays and for weekdays counted within a month."""

    def feast(self, i: int) -> Found[Meaning]:
        """ "Heiligabend", "christmas eve", "new year's day", "Ostermontag", "good friday"."""
        which = None
        for words in (4, 3, 2, 1):
            if i + words <= len(self.tokens):
                name = " ".join(token.text for token in self.tokens[i : i + words])
                which = feasts().get(name)
                if which is not None:
                    break
        if which is None:
            return None
        month, day = which

        def on(year: int) -> date:
            return date(year, month, day) if month else easter(year) + timedelta(days=day)

        j = i + words
        year = self.year(j)
        if year is not None and FIRST_YEAR <= year[0] <= LAST_YEAR:
            return Meaning(lambda _around: (day_of(on(year[0])),)), year[1]
        return yearly(on, "d", is_day=True), j

    def nth_weekday(self, i: int) -> Found[Meaning]:
        """ "ersten Montag im Januar", "last friday of the month", "2. Dienstag im Februar"."""
        if self.word(i, "which") == -1:
            number, j = 0, i + 1
        else:
            found = self.ordinal(i)
            if found is None or found[0] not in _NTH:
                return None
            number, j = found
        weekday = self.word(j, "weekday")
        if weekday is None:
            return None
        j = self.dot(j)
        k = self.skip(j, "of", 2)
        month = self.longest(k, self.month, self.which_unit)
        if month is None and k > j and self.one_unit(k) == "m":
            month = self.any_of("m", "m"), k + 1
        if month is None or k == j or month[0].grain != "m":
            return None
        months = month[0]

        def spans(around: date) -> Iterator[Span]:
            for first, after in months.spans(around):
                start = first if number else after - timedelta(days=7)
                ahead = (weekday - start.weekday()) % 7 + 7 * max(0, number - 1)
                yield day_of(start + timedelta(days=ahead))

        return Meaning(spans), month[1]
