"""Periods: a unit of the calendar, the last so many days, since a day, and from one to another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.values.dategrammar import Found, Meaning, days_numbered, fixed, mapped, yearly
from funnelcli.values.datephrases import Phrases
from funnelcli.values.days import AHEAD, BACK, Span, add, fitting, shown, start_of


class Periods(Phrases):
    """The rules for periods."""

    def everything(self, i: int) -> Found[bool]:
        """ "all", "gesamt", "all time", "alle Zeit"."""
        if self.word(i, "all") is None:
            return None
        return True, i + 1 + self.said(i + 1, "time", "zeit", "zeiten")

    def period(self, i: int) -> Found[Meaning]:
        """Any period."""
        return self.longest(i, self.counted, self.one, self.to_date, self.so_far, self.range)

    def one(self, i: int) -> Found[Meaning]:
        """A unit or a day: "November 2026", "im 3. Quartal", "next week", "today"."""
        if self.said(i, "+", "-"):
            return None
        rules = (self.unit, self.half, self.day)
        plain = self.longest(i, *rules)
        led = self.longest(self.skip(i, "on", 3), *rules)
        return plain if plain is not None and (led is None or plain[1] >= led[1]) else led

    def half(self, i: int) -> Found[Meaning]:
        """Half a year: "H1 2026", "1. Halbjahr", "second half of 2026"."""
        number, j = self.digits(i + 1, 1, glued=True), i + 2
        if not self.said(i, "h"):
            number, j = self.ordinal(i) or (None, i)
            j += self.said(j, "half", "halbjahr")
            number = number if self.said(j - 1, "half", "halbjahr") else None
        if number not in (1, 2):
            return None
        begins = 6 * number - 5
        year = self.year(j)
        if year is not None:
            first = date(year[0], begins, 1)
            return fixed((first, add(first, 6, "m")), "r", is_day=False), year[1]
        halves = yearly(lambda year: date(year, begins, 1), "m", is_day=False)
        return mapped(halves, lambda span: (span[0], add(span[0], 6, "m")), grain="r"), j

    def counted(self, i: int) -> Found[Meaning]:
        """ "last 90 days", "die letzten 3 Monate", "-90d"; "next 2 weeks", "+90d". Today is one of
        them."""
        i = self.skip(i, "lead", 2)
        which = self.word(i, "which")
        if self.said(i, "+", "-"):
            which = 1 if self.said(i, "+") else -1
        count = self.count(i + 1)
        if which not in (1, -1) or count is None:
            return None
        (number, unit), j = count
        tomorrow = self.today + timedelta(days=1)
        try:
            if which == 1:
                span = self.today, add(self.today, number, unit)
            else:
                span = add(tomorrow, -number, unit), tomorrow
        except Usage as error:
            self.complain(error, j)
            return None
        return (fixed(span, "r"), j) if number else None

    def to_date(self, i: int) -> Found[Meaning]:
        """ "ytd", "year to date": the unit so far."""
        unit, j = self.word(i, "so far"), i + 1
        if unit is None and self.said(i + 1, "to") and self.said(i + 2, "date"):
            unit, j = self.one_unit(i), i + 3
        if unit is None:
            return None
        return fixed((start_of(self.today, unit), self.today + timedelta(days=1)), "r"), j

    def so_far(self, i: int) -> Found[Meaning]:
        """ "since 1 November", "seit Jahresbeginn": from then until today; "until Friday", "bis
        Monatsende": from today until then."""
        back = self.word(i, "since") is not None
        found = self.one(i + 1) if back or self.word(i, "until") is not None else None
        if found is None:
            return None
        span = fitting(found[0].spans(self.today), self.today, BACK if back else AHEAD)
        if span is None:
            return None
        if not back and span[1] <= self.today + timedelta(days=1):
            # "bis heute" began some time or other.
            self.complain(
                Usage(
                    _("“{text}” does not say from when.").format(
                        text=shown(self.between(i, found[1]))
                    ),
                    _("Write both ends, ytd for this year so far, or all for everything."),
                ),
                found[1],
            )
            return None
        if back:
            return fixed((span[0], self.today + timedelta(days=1)), "r"), found[1]
        return fixed((self.today, span[1]), "r"), found[1]

    def range(self, i: int) -> Found[Meaning]:
        """ "2026-01..2026-03", "1.11.-28.11.", "von Montag bis Freitag", "KW 45-47"."""
        i += self.said(i, "von", "vom", "from", "between", "zwischen")
        return self.longest(i, *(partial(self._range, rule) for rule in (self.end, self._number)))

    def _range(self, rule: Callable[[int], Found[Meaning]], i: int) -> Found[Meaning]:
        """A range whose first end ``rule`` reads."""
        first = rule(i)
        joint = None if first is None else self.joint(first[1])
        if first is None or joint is None:
            return None
        last = self.end(joint)
        number = self.digits(joint, 2)
        if last is None and number is not None and first[0].grain in "wq":
            last = self.numbered(i, joint + 1, None, number, first[0].grain)
        if last is None or (first[0].grain == "y" != last[0].grain):
            return None
        return _from_to(first[0], last[0]), last[1]

    def _number(self, i: int) -> Found[Meaning]:
        """The first of "1 to 15 November"."""
        number = self.digits(i, 2)
        return None if not number or number > 31 else (days_numbered(number), i + 1)

    def end(self, i: int) -> Found[Meaning]:
        """One end of a range, where an offset is a day."""
        return self.longest(i, self.offset, self.one)

    def joint(self, i: int) -> int | None:
        """The place after what joins both ends; None where nothing does."""
        dots = 0
        while self.said(i + dots, ".") and dots < 3:
            dots += 1
        # The dot of "1.11." may have been taken for the date's, or for one of the two.
        if dots >= 2 or (dots == 1 and self.said(i - 1, ".")):
            return i + dots
        if self.said(i, "-") or self.word(i, "to") is not None:
            return i + 1
        return None


def _from_to(first: Meaning, last: Meaning) -> Meaning:
    """The range between two ends: each last, with the first that comes latest before it, so that a
    year beside one of them is the other's too."""

    def spans(around: date) -> Iterator[Span]:
        for begin, after in last.spans(around):
            starts = list(first.spans(begin))
            start = fitting(starts, after - timedelta(days=1), BACK)
            if start is not None and start[0] < after:
                yield start[0], after
                if len(starts) == 1:
                    return

    return Meaning(spans, "r", is_day=False, coming=last.coming)
