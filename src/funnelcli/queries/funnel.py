"""The funnel of a process: where its deals stand, how far they came, how they ended."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from funnelcli import config, queries
from funnelcli.db.rates import exchange_rates
from funnelcli.filters import parse
from funnelcli.i18n import pick
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.extending import extended
from funnelcli.nouns.record import Record
from funnelcli.queries import processes
from funnelcli.queries.lists import deal_ids
from funnelcli.values import dates
from funnelcli.values.exchange_sql import Rates, currency_of, exchanged
from funnelcli.values.moneyformat import Minor


@dataclass(slots=True, eq=False, repr=False)
class Amount:
    """Sums in one currency, in minor units; ``weighted`` is the sum of value times probability,
    rounded half up for each deal."""

    currency: str
    value: int
    weighted: int

    def data(self) -> dict[str, Any]:
        """What ``--json`` prints of it."""
        return {
            "currency": self.currency,
            "value": Minor(self.value, self.currency),
            "weighted": Minor(self.weighted, self.currency),
        }


@dataclass(slots=True, eq=False, repr=False)
class StageRow:
    """A stage: the open and won deals that stand in it, and how many came that far.

    ``reached`` counts the deals, lost ones included, that reached this stage or one further on
    (rule "reached"); None for stages outside the funnel. Its share is one of ``base``: of the deals
    that entered the funnel, after the sale of those that came to the sale.
    """

    id: int
    key: str
    name: str
    position: int
    phase: str
    kind: str
    deals: int = 0
    amounts: list[Amount] = field(default_factory=list)
    reached: int | None = None
    base: int = 0


@dataclass(slots=True, eq=False, repr=False)
class Days:
    """Days from opening to close, as differences of plain dates."""

    n: int
    mean: float
    median: float


@dataclass(slots=True, eq=False, repr=False)
class Closed:
    """How deals ended. ``won`` is gross, ``withdrawn`` of them were reversed; ``lost`` leaves
    out withdrawn wins and duplicates, which are in no rate."""

    won: int = 0
    withdrawn: int = 0
    lost: int = 0
    duplicates: int = 0
    won_amounts: list[Amount] = field(default_factory=list)
    days_to_win: Days | None = None
    days_to_lose: Days | None = None


@dataclass(slots=True, eq=False, repr=False)
class Funnel:
    """A process's funnel at the instant ``as_of`` (UTC seconds)."""

    process: str
    name: str
    as_of: int
    stages: list[StageRow]
    closed: Closed
    entered: int
    """Deals that reached the first stage of the funnel."""
    open: int = 0
    """Deals whose status was open, whatever stage they stood in."""
    open_amounts: list[Amount] = field(default_factory=list)
    rates: Rates = field(default_factory=lambda: Rates("", {}))
    """By which the amounts were exchanged."""

    @property
    def currencies(self) -> set[str]:
        """The currencies that amounts are in."""
        sums = [self.closed.won_amounts, *(stage.amounts for stage in self.stages)]
        return {amount.currency for amounts in sums for amount in amounts if amount.value}


class _Standing(Record):
    stage_id: int
    currency: str
    status: str
    deals: int
    value: int
    weighted: int


class _Reached(Record):
    position: int
    deals: int


class _Ended(Record):
    status: str
    reason: str | None
    currency: str
    was_won: int
    days: int | None
    deals: int
    value: int


def funnel(
    conn: sqlite3.Connection,
    process_id: int,
    *,
    now: int,
    at: int | None = None,
    filters: Sequence[str] = (),
) -> Funnel:
    """The funnel of a process as it stands, or as it stood at the instant ``at``; amounts are in
    the base currency where an exchange rate is on file, as in the reports.

    Filter words choose among the deals by what they are today. Conversion follows
    Σ deals that reached a stage or further / Σ deals that entered, lost ones included.
    """
    chosen = parse(
        filters,
        extended(conn, DEAL).filters(conn),
        currency=config.get("currency"),
        locale=config.get("locale"),
    )
    where, values = chosen.sql()
    if not chosen.empty:
        where = f"d.id IN ({deal_ids(where)})"
    given = {**values, "process_id": process_id, "at": at}
    when = "now" if at is None else "at"
    process = processes.process(conn, process_id)
    rows = [
        StageRow(s.id, s.key, pick(s.name_en, s.name_de), s.position, s.phase, s.kind)
        for s in processes.stages(conn, process_id)
    ]
    by_id = {row.id: row for row in rows}
    opened = 0
    open_amounts: list[Amount] = []
    rates = exchange_rates(conn, config.get("currency"))
    day = "'" + dates.local_date(now if at is None else at).isoformat() + "'"
    # An open deal is worth what it is on that day, a closed one what it was at its close.
    since = f"coalesce(d.closed_on, {day})"
    if at is not None:
        since = f"CASE t.status WHEN 'open' THEN {day} ELSE min({since}, {day}) END"
    parts = _parts(rates, "d" if at is None else "t", since)
    for standing in queries.run(conn, f"funnel_{when}", _Standing, given, where=where, parts=parts):
        row = by_id[standing.stage_id]
        row.deals += standing.deals
        add_amount(row.amounts, standing.currency, standing.value, standing.weighted)
        if standing.status == "open":
            opened += standing.deals
            add_amount(open_amounts, standing.currency, standing.value, standing.weighted)
    reached = list(queries.run(conn, f"reached_{when}", _Reached, given, where=where))
    for row in rows:
        if row.kind != "outside":
            row.reached = sum(r.deals for r in reached if r.position >= row.position)
    inside = [row.reached or 0 for row in rows if row.kind != "outside"]
    entered = inside[0] if inside else 0
    sold = next((row.reached or 0 for row in rows if row.kind == "won"), 0)
    for row in rows:
        row.base = sold if row.kind == "post" else entered
    parts = (
        _parts(rates, "d", "coalesce(d.won_on, d.closed_on)")
        if at is None
        else _parts(rates, "k", "f.valid_on")
    )
    ended = list(queries.run(conn, f"closed_{when}", _Ended, given, where=where, parts=parts))
    duplicates = {
        key
        for (key,) in conn.execute(
            "SELECT key FROM catalogue WHERE kind = 'lost_reason' AND rate = 'none'"
        )
    }
    return Funnel(
        process.key,
        process.name,
        now if at is None else at,
        rows,
        _closed(ended, duplicates),
        entered,
        opened,
        open_amounts,
        rates,
    )


def _parts(rates: Rates, table: str, day: str) -> dict[str, str]:
    """The SQL of the amounts in a table, by the exchange rates of a day."""
    value, currency = f"{table}.value", f"{table}.currency"
    return {
        "value": exchanged(rates, value, currency, day),
        "currency": currency_of(rates, currency, day),
    }


def add_amount(amounts: list[Amount], currency: str, value: int, weighted: int) -> None:
    """Add to the sums of a currency; different currencies are never added up."""
    for amount in amounts:
        if amount.currency == currency:
            amount.value += value
            amount.weighted += weighted
            return
    amounts.append(Amount(currency, value, weighted))


def _closed(ended: Iterable[_Ended], duplicates: set[str]) -> Closed:
    closed = Closed()
    won_days: dict[int, int] = {}
    lost_days: dict[int, int] = {}
    for row in ended:
        if row.was_won:
            closed.won += row.deals
            closed.withdrawn += row.deals if row.status == "lost" else 0
            add_amount(closed.won_amounts, row.currency, row.value, row.value)
            _count(won_days, row)
        elif row.reason in duplicates:
            closed.duplicates += row.deals
        else:
            closed.lost += row.deals
            _count(lost_days, row)
    closed.days_to_win = days(won_days)
    closed.days_to_lose = days(lost_days)
    return closed


def _count(days: dict[int, int], row: _Ended) -> None:
    """Add deals to a histogram of days; where the opening is not known, neither are the days."""
    if row.days is not None:
        days[row.days] = days.get(row.days, 0) + row.deals


def days(counts: dict[int, int]) -> Days | None:
    """Mean and median of a histogram {days: deals}; None when it is empty."""
    n = sum(counts.values())
    if not n:
        return None

    def at(rank: int) -> int:
        seen = 0
        for value in sorted(counts):
            seen += counts[value]
            if rank < seen:
                return value
        raise AssertionError(rank)

    mean = sum(value * count for value, count in counts.items()) / n
    return Days(n, mean, (at((n - 1) // 2) + at(n // 2)) / 2)
