"""Days that are said by where they stand: weekdays, weeks, "next month", "Ende Januar", offsets;
and a day together with its time."""

from __future__ import annotations

from datetime import date, timedelta

from funnelcli.errors import Usage
from funnelcli.values.datefeasts import Feasts
from funnelcli.values.dategrammar import (
    Found,
    Meaning,
    Phrase,
    day_of,
    days_numbered,
    edge_of,
    fixed,
    mapped,
    once,
)
from funnelcli.values.days import (
    AHEAD,
    add,
    fitting,
    unit_around,
)
from funnelcli.values.daytimes import Times

_LEADS = 4


class Phrases(Times, Feasts):
    """The rules for days and the units they lie in, and for whole phrases."""

    # Weekdays -------------------------------------------------------------------------------------

    def _weekday(self, day: int, which: int | None) -> Meaning:
        """A weekday by itself, which is never today, or the next, this or last such day."""
        ahead = (day - self.today.weekday()) % 7
        coming = self.today + timedelta(days=ahead or 7)
        last = self.today - timedelta(days=7 - ahead)
        if which is None:
            return Meaning(lambda _around: (day_of(last), day_of(coming)), coming=True)
        if which == 0:
            return fixed(day_of(self.today + timedelta(days=ahead)))
        one, weeks = (coming, which - 1) if which > 0 else (last, which + 1)
        return fixed(day_of(add(one, weeks, "w")))

    @once
    def weekday(self, i: int) -> Found[Meaning]:
        """A weekday with all that may follow it: its date, its week, "after next", "in 2 weeks"."""
        i += self.said(i, "this") and self.said(i + 1, "coming")
        which = self.word(i, "which")
        j = i if which is None else i + 1
        day = self.word(j, "weekday")
        if day is None:
            return None
        j = self.dot(j)
        dated = self.longest(
            self.skip(self.skip(self.comma(j), "lead", 2), "of"),
            self.written,
            self.day_of_month,
            lambda at: self.settled(at, day),
        )
        if dated is not None:
            if self.said(i, "sam") and dated[0].weekday is None and not self._falls_on(dated, day):
                # Sam is called, and not Saturday: "call Sam 12/10".
                return None
            return dated[0]._replace(weekday=day, sure=True), dated[1]
        meaning = self._weekday(day, which)
        if which is not None:
            return meaning, j
        week = self._week(self.skip(self.skip(self.comma(j), "lead", 2), "of"))
        if week is not None:
            return _weekday_in(week[0], day), week[1]
        later = self._days_later(j)
        if later is None:
            return meaning, j
        return fixed(day_of(self._one(meaning) + timedelta(days=later[0]))), later[1]

    def _falls_on(self, dated: tuple[Meaning, int], weekday: int) -> bool:
        span = fitting(dated[0].spans(self.today), self.today, AHEAD)
        return span is not None and span[0].weekday() == weekday

    def _week(self, i: int) -> Found[Meaning]:
        """A week, by its number or as the next one."""
        found = self.longest(i, self.which_unit, self.week)
        return found if found is not None and found[0].grain == "w" else None

    def _days_later(self, i: int) -> Found[int]:
        """How many days after the coming one: "friday week", "friday after next", "Freitag in 14
        Tagen"."""
        if self.said(i, "week", "fortnight"):
            return 14 if self.said(i, "fortnight") else 7, i + 1
        if self.said(i, "after") and self.said(i + 1, "next"):
            return 7, i + 2
        count = self._away(i + 1) if self.word(i, "in") is not None else None
        if count is None:
            return None
        number, unit = count[0]
        days = number * {"d": 1, "w": 7}.get(unit, 0)
        return (days, count[1]) if days and days % 7 == 0 else None

    def in_week(self, i: int) -> Found[Meaning]:
        """A week and a day of it: "nächste Woche Dienstag", "in two weeks on Tuesday"."""
        week = self._week(i)
        if week is None:
            count = self.count(i + 1) if self.word(i, "in") is not None else None
            if count is None or count[0][1] != "w":
                return None
            week = fixed(unit_around(self.today, "w", count[0][0]), "w"), count[1]
        j = self.skip(self.comma(week[1]), "lead", 2)
        day = self.word(j, "weekday")
        return None if day is None else (_weekday_in(week[0], day), self.dot(j))

    # Edges and offsets ----------------------------------------------------------------------------

    def edge(self, i: int) -> Found[Meaning]:
        """ "end of next week", "Mitte Januar", "Monatsende", "last day of the month"."""
        edge = self.word(i, "edge")
        whole = self.word(i, "edge of")
        if whole is not None:
            year = self.whole_year(i + 1) if whole[1] == "y" else None
            meaning, j = year or (self.any_of(whole[1], whole[0]), i + 1)
            return _edge(meaning, whole[1], whole[0]), j
        unit = self.one_unit(i)
        if unit is not None:
            # "month end", "year-end"
            j = i + 1 + self.said(i + 1, "-")
            if not self.said(j, "end"):
                return None
            return _edge(self.any_of(unit, "z"), unit, "z"), j + 1
        j = i + 1
        if edge is None and self.one_unit(j) == "d" and self.word(j + 1, "of") is not None:
            edge = {-1: "z"}.get(self.word(i, "which") or 0) or {1: "a"}.get(
                self.word(i, "ordinal") or 0
            )
            j += 1
        if edge is None:
            return None
        j = self.skip(j + self.said(j, "-"), "of", 2)
        named = self.unit(j)
        if named is not None:
            return _edge(named[0], named[0].grain, edge), named[1]
        unit = self.one_unit(j)
        if unit in (None, "d"):
            return None
        assert unit is not None
        return _edge(self.any_of(unit, edge), unit, edge), j + 1

    @once
    def offset(self, i: int) -> Found[Meaning]:
        """ "+3d", "in two weeks", "vor 3 Tagen", "2 weeks from now", "heute in 14 Tagen"."""
        if self.said(i, "+", "-"):
            count = self.count(i + 1) if self.digits(i + 1, 5) is not None else None
            glued = self.digits(i + 1, 5, glued=True) is not None
            sign = 1 if self.said(i, "+") else -1
            return self._moved(self.today, sign, count, sure=glued)
        if self.word(i, "in") is not None:
            return self._moved(self.today, 1, self._away(i + 1 + self.said(i + 1, "von", "of")))
        if self.said(i, "vor"):
            return self._moved(self.today, -1, self._away(i + 1))
        count = self.count(i)
        if count is None:
            anchor = self.relative_day(i)
            if anchor is None:
                return None
            if self.said(anchor[1], "week"):
                return self._moved(self._one(anchor[0]), 1, ((1, "w"), anchor[1] + 1))
            if self.word(anchor[1], "in") is None:
                return None
            return self._moved(self._one(anchor[0]), 1, self._away(anchor[1] + 1))
        j = count[1]
        if self.word(j, "ago") is not None:
            return self._moved(self.today, -1, (count[0], j + 1))
        linked = self.word(j, "from") is not None
        if linked and self.word(j + 1, "now") is not None:
            return self._moved(self.today, 1, (count[0], j + 2))
        if not linked and count[0][1] != "w":
            return None
        anchor = self.longest(
            self.skip(j + linked, "lead"), self.relative_day, self.weekday, self.written
        )
        if anchor is None:
            return None
        return self._moved(self._one(anchor[0]), 1, (count[0], anchor[1]))

    def _away(self, i: int) -> Found[tuple[int, str]]:
        """How far a day is from another: "acht Tage" are a week to a German, 8 are eight."""
        i += self.said(i, "'") and self.word(i + 1, "number") == 1  # "in 'ner Woche"
        count = self.count(i)
        week = count is not None and count[0] == (8, "d") and self.said(i, "acht")
        return ((7, "d"), count[1]) if count is not None and week else count

    def _moved(
        self, day: date, sign: int, count: Found[tuple[int, str]], *, sure: bool = True
    ) -> Found[Meaning]:
        if count is None:
            return None
        (number, unit), j = count
        try:
            moved = day_of(add(day, sign * number, unit))
        except Usage as error:
            self.complain(error, j)
            return None
        return fixed(moved)._replace(sure=sure), j

    def _one(self, meaning: Meaning) -> date:
        """The day to come that is meant, from which others are counted."""
        span = fitting(meaning.spans(self.today), self.today, AHEAD)
        return self.today if span is None else span[0]

    # Days and phrases -----------------------------------------------------------------------------

    def day_of_month(self, i: int) -> Found[Meaning]:
        """ "the 3rd", "am 3.", "3rd of next month", "am 3. nächsten Monats"."""
        found = self.ordinal(i)
        if found is None or not 1 <= found[0] <= 31:
            return None
        number, j = found
        month = self.which_unit(self.skip(j, "of"))
        if month is not None and month[0].grain == "m":
            (span,) = month[0].spans(self.today)
            return self._on(i, month[1], span[0].year, span[0].month, number)
        whole = self.skip(j, "of", 2)
        if whole > j and self.one_unit(whole) == "m":
            return days_numbered(number), whole + 1
        if self.word(i, "ordinal") is not None and not self.said(i - 1, "am", "zum"):
            return None
        return days_numbered(number)._replace(sure=False), j

    def relative_day(self, i: int) -> Found[Meaning]:
        """ "today", "übermorgen", "the day after tomorrow"."""
        away = self.word(i, "day")
        if away is None and self.said(i, "day"):
            if self.said(i + 1, "after") and self.said(i + 2, "tomorrow"):
                away = 2
            elif self.said(i + 1, "before") and self.said(i + 2, "yesterday"):
                away = -2
            i += 2
        if away is None:
            return None
        return fixed(day_of(self.today + timedelta(days=away))), i + 1

    @once
    def day(self, i: int) -> Found[Meaning]:
        """Whatever stands for one day."""
        found = self.longest(
            i,
            self.relative_day,
            self.written,
            self.feast,
            self.nth_weekday,
            self.weekday,
            self.in_week,
            self.edge,
            self.offset,
            self.day_of_month,
            self.which_unit,
            self.week,
        )
        return found if found is not None and found[0].is_day else None

    def phrase(self, i: int) -> Found[Phrase]:
        """A day, a time or both, with the words that lead up to it."""
        best: Found[Phrase] = None
        for skipped in range(_LEADS + 1):
            if skipped and self.word(i + skipped - 1, "lead") is None:
                break
            found = self.longest(i + skipped, self._day_time, self._time_day)
            if found is not None and (best is None or found[1] > best[1]):
                best = found[0]._replace(leads=skipped), found[1]
        if best is None:
            return None
        j = best[1]
        if self.said(j, "at") and self.said(j + 1, "the") and self.said(j + 2, "latest"):
            return best[0], j + 3
        return best[0], self.skip(j, "latest")

    def _day_time(self, i: int) -> Found[Phrase]:
        """A day, and the time behind it, if one is there."""
        joined = self.word(i, "at part")
        if joined is not None:
            weekday, part = joined
            when, j = self.clock_within(part, i + 1)
            return Phrase(self._weekday(weekday, None), when), j
        today = fixed(day_of(self.today))
        if self.word(i, "tonight") is not None:
            return Phrase(today, self.parts("evening")), i + 1
        if self.word(i, "which") == 0 and self.word(i + 1, "part") is not None:
            found = self.time_of_day(i + 1)
            return None if found is None else (Phrase(today, found[0]), found[1])
        day = self.day(i)
        if day is None:
            return None
        j = self.comma(day[1])
        if self.said(j, "t", glued=True):
            j += 1
        for place in (j, self.skip(j, "lead")):
            clock = self.time_of_day(place)
            if clock is not None:
                return Phrase(day[0], clock[0]), clock[1]
        return Phrase(day[0], None), day[1]

    def _time_day(self, i: int) -> Found[Phrase]:
        """A time, and the day behind it, if one is there."""
        clock = self.time_of_day(i)
        if clock is None:
            return None
        day = self.day(self.skip(self.comma(clock[1]), "lead", 2))
        if day is None:
            return Phrase(None, clock[0]), clock[1]
        return Phrase(day[0], clock[0]), day[1]


def _weekday_in(week: Meaning, day: int) -> Meaning:
    """A weekday of a week."""
    return mapped(week, lambda span: day_of(span[0] + timedelta(days=day)), grain="d", is_day=True)


def _edge(meaning: Meaning, unit: str, edge: str) -> Meaning:
    """The beginning, middle or end of a unit."""
    return mapped(meaning, lambda span: edge_of(span, unit, edge), grain="d", is_day=True)
