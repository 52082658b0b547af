"""The funnel of a process: where its deals stand, how far they came, how they ended."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from funnelcli import config, queries
from funnelcli.db import tallies
from funnelcli.db.aside import making
from funnelcli.db.rates import exchange_rates
from funnelcli.db.transaction import sorting_on_disk
from funnelcli.i18n import pick
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.extending import chosen
from funnelcli.plain import NamedTuple, Plain, made
from funnelcli.queries import processes
from funnelcli.queries.lists import ids
from funnelcli.typed import TYPE_CHECKING, Any
from funnelcli.values import dates
from funnelcli.values.exchange_sql import Rates, currency_of, exchanged
from funnelcli.values.moneyformat import Minor

if TYPE_CHECKING:
    from funnelcli.queries.sums import Rows


class Amount(Plain):
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


class StageRow(Plain):
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
    amounts: list[Amount] = made(factory=list)
    reached: int | None = None
    base: int = 0


class Days(Plain):
    """Days from opening to close, as differences of plain dates."""

    n: int
    mean: float
    median: float


class Closed(Plain):
    """How deals ended. ``won`` is gross, ``withdrawn`` of them were reversed; ``lost`` leaves
    out withdrawn wins and duplicates, which are in no rate."""

    won: int = 0
    withdrawn: int = 0
    lost: int = 0
    duplicates: int = 0
    won_amounts: list[Amount] = made(factory=list)
    days_to_win: Days | None = None
    days_to_lose: Days | None = None


class Funnel(Plain):
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
    open_amounts: list[Amount] = made(factory=list)
    rates: Rates = made(factory=lambda: Rates("", {}))
    """By which the amounts were exchanged."""

    @property
    def currencies(self) -> set[str]:
        """The currencies that amounts are in."""
        sums = [self.closed.won_amounts, *(stage.amounts for stage in self.stages)]
        return {amount.currency for amounts in sums for amount in amounts if amount.value}


class _Counted(NamedTuple):
    """The deals that stand alike, by ``queries/standing.sql``."""

    process_id: int
    stage_id: int
    furthest_stage_id: int
    status: str
    reason: str | None
    was_won: int
    currency: str
    deals: int
    value: int
    weighted: int


class _Aged(NamedTuple):
    """The closed deals that took as many days, by ``queries/aged.sql``."""

    process_id: int
    was_won: int
    reason: str | None
    days: int | None
    deals: int


class _Found(NamedTuple):
    """What the figures of one process are made of."""

    standing: Sequence[_Counted]
    reached: Mapping[int, int]
    """How many deals came as far as a position and no further."""
    ended: Sequence[_Counted]
    aged: Sequence[_Aged]


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
    return funnels(conn, [process_id], now=now, at=at, filters=filters)[0]


def funnels(
    conn: sqlite3.Connection,
    process_ids: Sequence[int],
    *,
    now: int,
    at: int | None = None,
    filters: Sequence[str] = (),
) -> list[Funnel]:
    """The funnels of processes as they stand at ``now``, or stood at ``at``; see :func:`funnel`."""
    where, values = _chosen(conn, filters)
    rates = exchange_rates(conn, config.get("currency"))
    seen = now if at is None else at
    asked = _questions(rates, dates.local_date(seen).isoformat())
    if at is not None:
        found = _counted_at(conn, asked, at, where, values)
    else:
        found = _counted(conn, asked, where, values)
    standing, aged = found
    none = _without_rate(conn)
    place = dict(conn.execute("SELECT id, position FROM stage WHERE kind <> 'outside'"))
    made = []
    for process_id in process_ids:
        counted = [row for row in map(_Counted._make, standing) if row.process_id == process_id]
        reached: dict[int, int] = {}
        for row in counted:
            if row.furthest_stage_id in place and row.reason not in none:
                position = place[row.furthest_stage_id]
                reached[position] = reached.get(position, 0) + row.deals
        counted.sort(key=lambda row: (row.stage_id, row.currency, row.status, row.reason or ""))
        figures = _Found(
            [row for row in counted if row.status != "lost"],
            reached,
            [row for row in counted if row.status != "open"],
            [row for row in map(_Aged._make, aged) if row.process_id == process_id],
        )
        made.append(_made(conn, process_id, seen, figures, rates))
    return made


def _counted(
    conn: sqlite3.Connection,
    asked: Sequence[tallies.Question],
    where: str,
    values: Mapping[str, Any],
) -> list[Rows]:
    """What is counted of the deals as they are."""
    if where == "1":
        with making(conn):
            return tallies.totals(conn, asked)
    return [conn.execute(question.over(where=where), values).fetchall() for question in asked]


def _counted_at(
    conn: sqlite3.Connection,
    asked: Sequence[tallies.Question],
    at: int,
    where: str,
    values: Mapping[str, Any],
) -> list[Rows]:
    """What was counted at ``at``: of the deals that have not changed since as they are, of the
    others as they were. Where few have changed, what those count for is taken off the sums that
    are kept of all."""
    from funnelcli.queries import as_of_tables
    from funnelcli.queries.sums import add_up, less

    as_of_tables.look_back(conn, at)
    words = as_of_tables.names(at)
    changed = f"(SELECT c.id FROM {words['changed']} AS c)"
    if where == "1" and tallies.are_few(conn, words["changed"]):
        counted = [
            [*rows, *less(conn.execute(one.over(where=f"d.id IN {changed}")).fetchall(), one.keys)]
            for one, rows in zip(asked, _counted(conn, asked, where, values), strict=True)
        ]
    else:
        counted = _counted(conn, asked, f"({where}) AND d.id NOT IN {changed}", values)
    found = []
    for question, rows in zip(asked, counted, strict=True):
        then = conn.execute(question.over(words["deal"], where=where), values).fetchall()
        sums = add_up([rows, then], question.keys)
        found.append([row for row in sums if row[question.keys]])
    return found


def keep_up(conn: sqlite3.Connection) -> None:
    """Keep the sums that :func:`funnels` asks for, where there are many deals; outside of any
    transaction."""
    # Sorted in memory, a million deals take eighty megabytes, and longer.
    with sorting_on_disk(conn):
        tallies.keep(conn, lambda: questions(conn))


def questions(conn: sqlite3.Connection) -> tuple[tallies.Question, ...]:
    """What :func:`funnels` asks of all deals today."""
    rates = exchange_rates(conn, config.get("currency"))
    return _questions(rates, dates.today().isoformat())


def _questions(rates: Rates, today: str) -> tuple[tallies.Question, ...]:
    # Of the day only the rates matter that hold on it: the statement stays the same until others
    # hold, and with it the sums that are kept.
    begun = [since for steps in rates.steps.values() for since, _rate in steps if since <= today]
    day = f"'{max(begun, default='')}'"
    # An open deal is worth what it is today, a closed one what it was at its close, a withdrawn win
    # when it was won.
    since = f"CASE d.status WHEN 'open' THEN {day} ELSE coalesce(d.won_on, d.closed_on) END"
    standing = queries.sql("standing")
    for part, filled in _parts(rates, "d", since).items():
        standing = standing.replace(f"{{{part}}}", filled)
    aged = queries.sql("aged").replace("FROM terms AS", "FROM {terms} AS")
    return tallies.Question(1, standing, 7), tallies.Question(2, aged, 4)


def _chosen(conn: sqlite3.Connection, filters: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """The condition that the filter words make on deals ``d``, and its parameters."""
    found = chosen(conn, DEAL, filters)
    where, values = found.sql()
    return "1" if found.empty else f"d.id IN ({ids(DEAL, where)})", queries.given(values)


def _without_rate(conn: sqlite3.Connection) -> set[str]:
    """The reasons for a loss that keep a deal out of every rate, as a duplicate is."""
    rows = conn.execute("SELECT key FROM catalogue WHERE kind = 'lost_reason' AND rate = 'none'")
    return {key for (key,) in rows}


def _made(
    conn: sqlite3.Connection, process_id: int, at: int, found: _Found, rates: Rates
) -> Funnel:
    process = processes.named(conn, process_id)
    rows = [
        StageRow(s.id, s.key, pick(s.name_en, s.name_de), s.position, s.phase, s.kind)
        for s in processes.stages(conn, process_id)
    ]
    by_id = {row.id: row for row in rows}
    opened = 0
    open_amounts: list[Amount] = []
    for standing in found.standing:
        row = by_id[standing.stage_id]
        row.deals += standing.deals
        add_amount(row.amounts, standing.currency, standing.value, standing.weighted)
        if standing.status == "open":
            opened += standing.deals
            add_amount(open_amounts, standing.currency, standing.value, standing.weighted)
    for row in rows:
        if row.kind != "outside":
            row.reached = sum(n for place, n in found.reached.items() if place >= row.position)
    inside = [row.reached or 0 for row in rows if row.kind != "outside"]
    entered = inside[0] if inside else 0
    sold = next((row.reached or 0 for row in rows if row.kind == "won"), 0)
    for row in rows:
        row.base = sold if row.kind == "post" else entered
    closed = _closed(found, _without_rate(conn))
    return Funnel(process.key, process.name, at, rows, closed, entered, opened, open_amounts, rates)


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


def _closed(found: _Found, duplicates: set[str]) -> Closed:
    closed = Closed()
    for row in found.ended:
        if row.was_won:
            closed.won += row.deals
            closed.withdrawn += row.deals if row.status == "lost" else 0
            add_amount(closed.won_amounts, row.currency, row.value, row.value)
        elif row.reason in duplicates:
            closed.duplicates += row.deals
        else:
            closed.lost += row.deals
    won_days: dict[int, int] = {}
    lost_days: dict[int, int] = {}
    for aged in found.aged:
        # Where the opening is not known, neither are the days.
        if aged.days is not None and (aged.was_won or aged.reason not in duplicates):
            counts = won_days if aged.was_won else lost_days
            counts[aged.days] = counts.get(aged.days, 0) + aged.deals
    closed.days_to_win = days(won_days)
    closed.days_to_lose = days(lost_days)
    return closed


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
