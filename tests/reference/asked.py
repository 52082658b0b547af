"""The reports of one database at one moment, whole, filtered or sliced, and the ledgers of what
they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from funnelcli.reports.declarations import REPORTS
from funnelcli.reports.model import Report
from funnelcli.reports.question import Question
from funnelcli.reports.run import make
from funnelcli.values.days import label_of
from reference.common import Days, amount, end_day, win_of
from reference.ledger import Deal, Ledger, State, day_of, midnight
from reference.seller import NOW, PROCESSES, Seller

Keep = Callable[[Deal, Ledger], bool]
# Filter words, and what they ask of a deal as it is today.
FILTERS: dict[str, Keep] = {
    "source:fair": lambda deal, _all: deal.source == "fair",
    "-source:fair": lambda deal, _all: deal.source != "fair",
    "owner:ben": lambda deal, _all: deal.owner == "ben",
    "tag:vip": lambda deal, _all: "vip" in deal.tags,
    "product:roof": lambda deal, _all: deal.product == "Roof",
    "value:>40000": lambda deal, all_: major(deal, all_) > 40000,
    "value:<=30000": lambda deal, all_: 0 <= major(deal, all_) <= 30000,
    "kind:new,repeat": lambda deal, _all: deal.kind in ("new", "repeat"),
    "status:open": lambda deal, _all: deal.states[-1].status == "open",
}
# What a deal counts under in a slice; a month is that of a day which differs by report.
SLICES: dict[str, Callable[[Deal], tuple[Any, ...]]] = {
    "product": lambda deal: (deal.product,),
    "source": lambda deal: (deal.source,),
    "owner": lambda deal: (deal.owner,),
    "contact": lambda deal: (deal.contact and deal.contact.name,),
    "organisation": lambda deal: (deal.contact and deal.contact.home,),
    "tag": lambda deal: deal.tags or (None,),
    "people": lambda deal: (len(deal.people),),
    "decider": lambda deal: ("known" if "decider" in deal.people.values() else "unknown",),
    "process": lambda deal: (deal.process,),
    "month": lambda _deal: (),
}


def pair(one: str, other: str) -> Callable[[Deal], tuple[Any, ...]]:
    """What a deal counts under where it is sliced by two."""
    return lambda deal: tuple(
        (first, second) for first in SLICES[one](deal) for second in SLICES[other](deal)
    )


# Two slices at once, as the words of both.
PAIRS = {
    f"{one} {other}": pair(one, other)
    for one in SLICES
    for other in SLICES
    if one != other and not {one, other} & {"month", "process"}
}


def major(deal: Deal, ledger: Ledger) -> float:
    """The value in euros where a rate is on file for its close, else for today; without one in
    whole units of its currency, -1 for none."""
    if deal.states[-1].value is None:
        return -1
    value, currency = amount(ledger, deal.states, end_day(deal.states, day_of(NOW)))
    return value if currency == "JPY" else value / 100


class Part(NamedTuple):
    """The rows of one slice, and what they are about."""

    rows: list[dict[str, Any]]
    ledger: Ledger
    days: Days
    key: Any = None


Day = Callable[[list[State]], date | None]


def opened(states: list[State]) -> date:
    """The day on which a deal was opened."""
    return states[0].day


def won(states: list[State]) -> date | None:
    """The day of the win that still stands."""
    win = win_of(states)
    return win.day if win and states[-1].status == "won" else None


class Asked:
    """A moment (None for now), a period, and what is asked of the deals."""

    def __init__(
        self, seller: Seller, at: int | None, days: Days, by: str | None, word: str | None
    ) -> None:
        self.conn = seller.conn
        self.at = NOW if at is None else at
        self.as_of = at
        self.days = days
        self.period = label_of(*days)
        self.by = by
        self.words = () if word is None else (word,)
        # What has no deal passes no filter, and has no source, no product.
        self.strays = word is None
        self.dice = seller.dice
        self.all = seller.ledger
        keep: Keep = FILTERS[word] if word else lambda _deal, _all: True
        self.ledger = seller.ledger.only(lambda deal: keep(deal, self.all), strays=self.strays)
        self.process = seller.process
        one = by != "process" and self.dice.random() < 0.5
        self.one_process = seller.process if one else None

    @property
    def span(self) -> tuple[int, int]:
        """The period in seconds."""
        return midnight(self.days[0]), midnight(self.days[1])

    def some(self, ways: tuple[Any, ...]) -> tuple[Any, ...]:
        """All ways to ask for a report of everything, one at random where there is a slice or a
        filter: there are many of those."""
        return ways if self.by is None and not self.words else (self.dice.choice(ways),)

    def process_of(self, name: str) -> str | None:
        """The process that a report is asked about."""
        return self.process if REPORTS[name].staged and self.by != "process" else self.one_process

    def whole(self, name: str) -> Ledger:
        """What a report is about before it is sliced."""
        process = self.process_of(name)
        if process is None:
            return self.ledger
        return self.ledger.of_process(process, strays=self.strays)

    def report(self, name: str, period: str | None = None, **options: Any) -> Report:
        """The program's report."""
        question = Question(
            filters=self.words,
            period=self.period if period is None else period,
            process=self.process_of(name),
            by=tuple((self.by or "").split()),
            as_of=self.as_of,
            options=options,
        )
        return make(self.conn, name, question)

    def parts(
        self, report: Report, name: str, month: Day | None = None, days: Days | None = None
    ) -> Iterator[Part]:
        """The report, slice by slice. A month is that of the day ``month`` of each deal, else the
        part of the period that lies in it."""
        days = days or self.days
        whole = self.whole(name)
        if self.by is None:
            yield Part(report.rows, whole, days)
            return
        two = " " in self.by
        seen = {(row["slice"], row["slice_2"]) if two else row["slice"] for row in report.rows}
        if self.by == "month":
            yield from self._months(report, whole, seen, month, days)
            return
        of = PAIRS[self.by] if two else SLICES[self.by]
        keys: set[Any] = {key for deal in whole.deals for key in of(deal)}
        if self.by == "process":
            keys = set(PROCESSES)
        if self.by == "source" and name == "cac" and self.strays and self.one_process is None:
            keys |= {one.source for one in whole.overheads}
        if self.by != "process" or not (REPORTS[name].staged or REPORTS[name].whole):
            keys.add((None, None) if two else None)
        called = {key: self._called(key) for key in keys}
        assert seen <= set(called.values()), "a slice that no deal is in"
        for key, label in called.items():
            rows = [
                row
                for row in report.rows
                if ((row["slice"], row["slice_2"]) if two else row["slice"]) == label
            ]
            if self.by == "process" and key is not None:
                yield Part(rows, whole.of_process(key, strays=False), days)
            else:
                # What has no deal is under no product, no source.
                strays = self.strays and key in (None, (None, None))
                part = whole.only(lambda deal, key=key: key in of(deal), strays=strays)
                yield Part(rows, part, days, key)

    def _called(self, key: Any) -> Any:
        assert self.by is not None
        if " " in self.by:
            names = zip(self.by.split(), key, strict=True)
            return tuple(self._named(by, part) for by, part in names)
        return self._named(self.by, key)

    def _named(self, by: str, key: Any) -> Any:
        if by == "organisation" and key is not None:
            return self.all.contacts[key].name
        return key

    def _months(
        self, report: Report, whole: Ledger, seen: set[Any], month: Day | None, days: Days
    ) -> Iterator[Part]:
        if month is None:
            known = {f"{day:%Y-%m}" for day in self.days_known() if days[0] <= day < days[1]}
            assert seen <= {None, *known}, "a month in which nothing happened"
            rows = [row for row in report.rows if row["slice"] is None]
            yield Part(rows, whole.only(lambda _deal: False, strays=False), days)
            for label in known:
                start = date.fromisoformat(f"{label}-01")
                end = (start + timedelta(days=31)).replace(day=1)
                rows = [row for row in report.rows if row["slice"] == label]
                within = (max(start, days[0]), min(end, days[1]))
                yield Part(rows, whole, within)
            return
        places = {}
        for deal in whole.deals:
            states = deal.until(self.at)
            day = month(states) if states else None
            places[deal.id] = f"{day:%Y-%m}" if day else None
        assert seen <= {None, *places.values()}, "a month that no deal is in"
        for label in {None, *places.values()}:
            rows = [row for row in report.rows if row["slice"] == label]
            yield Part(
                rows, whole.only(lambda deal, m=label: places[deal.id] == m, strays=False), days
            )

    def days_known(self) -> set[date]:
        """All days on which anything happened."""
        ledger = self.ledger
        states = [state for deal in ledger.deals for state in deal.states]
        found = {day for state in states for day in (state.day, state.expected) if day}
        found |= {day_of(one.at) for one in (*ledger.entries, *ledger.visits, *ledger.objections)}
        return found | {score.day for score in ledger.scores}


def same(found: dict[Any, Any], wanted: dict[Any, Any]) -> None:
    """The same figures, nothings left away."""
    assert {key: value for key, value in found.items() if value} == {
        key: value for key, value in wanted.items() if value
    }


def ratio(k: int, n: int) -> float | None:
    """A share; None of nothing."""
    return k / n if n else None
