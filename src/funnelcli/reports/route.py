"""The sales route: how many enquiries became a sales opportunity, a customer, a retained customer,
what stands there, what it took."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import date

from funnelcli.i18n import N_, _
from funnelcli.render.chart import ChartSpec, Point, Series
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, statistics, wording
from funnelcli.reports.building import share_column
from funnelcli.reports.conversion import cohort
from funnelcli.reports.cost import amounts_of
from funnelcli.reports.model import Report, Row
from funnelcli.reports.scope import Scope, Stage
from funnelcli.reports.statement import ask
from funnelcli.reports.statistics import ratio
from funnelcli.typed import Any

PARTS = {
    "lead": N_("Enquiry"),
    "opportunity": N_("Sales opportunity"),
    "customer": N_("Customer"),
    "retained": N_("Retained customer"),
}
"""The parts of the sales route, with what each is called."""
ROUTE = (
    Column("part", "Key", typed=True, drop=6),
    Column("name", "Part", flex=True),
    Column("reached", "Reached", "int"),
    share_column("share", "Of all", "reached", "entered", drop=2),
    share_column("rate", "Of those before", "reached", "before"),
    Column("deals", "There now", "int", drop=3),
    Column("value", "Value", "money"),
    Column("cost", "Cost", "money", drop=1),
    Column("days", "Median", "days", drop=4),
    Column("currency", "Currency", table=False),
    Column("entered", "Entered", "int", table=False),
    Column("before", "Before", "int", table=False),
)
# What a stage's phase is on the route; after the sale a customer is being retained.
_OF_PHASE = {
    "preparation": "lead",
    "lead": "lead",
    "opportunity": "opportunity",
    "customer": "customer",
    "closing": "customer",
}


def part_of(stage: Stage) -> str:
    """The part of the route in which effort at a stage is spent."""
    return "retained" if stage.kind == "post" else _OF_PHASE[stage.phase]


def route(conn: sqlite3.Connection, scope: Scope) -> Report:
    """The parts of the sales route as they stand, or stood, at a moment."""
    scope = scope.standing()
    came = slices.by_slice(cohort(conn, scope))
    standing = slices.by_slice(ask(conn, scope, "snapshot"))
    wins = slices.by_slice(ask(conn, scope, "route_customers"))
    spans = slices.by_slice(ask(conn, scope, "route_days"))
    spent = amounts_of(ask(conn, scope, "cost_per"), "stage_id")
    keys = {*came, *standing, *wins, *(key for key, _stage, _currency in spent)}
    currencies = {row.currency for group in standing.values() for row in group}
    usual = building.usual_currency(scope, currencies)
    by_id = {stage.id: stage for stage in scope.stages}
    # There can be as many slices as contacts.
    spent_on: dict[Any, dict[str, dict[str, int]]] = {}
    for (of, stage_id, currency), amount in spent.items():
        if stage_id in by_id:
            cell = spent_on.setdefault(of, {}).setdefault(part_of(by_id[stage_id]), {})
            cell[currency] = cell.get(currency, 0) + amount
    rows: list[Row] = []
    n = 0
    for key, name in slices.in_order(conn, scope, keys):
        reached = _reached(scope, came.get(key, []))
        entered = next(iter(reached.values()), (0, None))[0]
        n += entered
        amounts = _standing(by_id, standing.get(key, []), wins.get(key, []))
        costs = spent_on.get(key, {})
        reached["retained"] = _customers(wins.get(key, []))
        days = _days(spans.get(key, []), wins.get(key, []), date.fromisoformat(scope.today))
        for part, (count, before) in reached.items():
            here, cost = amounts.get(part, {}), costs.get(part, {})
            for currency in sorted({*here, *cost}) or [usual]:
                deals, value = here.get(currency, (0, 0))
                row: Row = {
                    "part": part,
                    "name": _(PARTS[part]),
                    "reached": count,
                    "entered": None if part == "retained" else entered,
                    "share": None if part == "retained" else ratio(count, entered),
                    "before": before,
                    "rate": ratio(count, before),
                    "deals": deals,
                    "value": value,
                    "cost": cost.get(currency, 0),
                    "days": days.get(part),
                    "currency": currency,
                    **_behind(scope, part, currency),
                }
                rows.append(slices.sliced(scope, key, name, row))
    made = building.report(
        scope,
        "route",
        rule=_(
            "Reached: deals that came to that part of the sales route or further, lost ones"
            " included, as in the conversion; retained: customers with two wins or more, of all"
            " customers with a win, as in the retention. There now, value: open deals that stand"
            " in it; customers: all wins that were not withdrawn, retained: those of the customers"
            " who bought again. Cost: the effort at its stages; that after the sale is spent to"
            " retain. Median days in it (Kaplan–Meier; who is still in it counts as longer); of"
            " customers from the first win to the second."
        ),
        n=n,
        columns=(*slices.columns_of(scope), *ROUTE),
        rows=rows,
        keys=slices.keys_of(scope, "part", "currency"),
        facts="conversion",
        cells={"": "1 = 1"},
        left_out=[
            _("Duplicates, of those that reached a part; wins without a contact, of the retained."),
            *building.unknown_openings(ask(conn, scope, "unknown_openings")[0].deals),
        ],
    )
    made.period = ""
    made.explain = [
        _("{name}: {k} of {n} = {share}").format(
            name=row["name"],
            k=row["reached"],
            n=row["before"],
            share=wording.share_text(row["reached"], row["before"]) or "–",
        )
        for row in rows
        if row["before"] is not None
    ]
    if not scope.by:
        made.chart = ChartSpec("funnel", made.title, [series_of(scope.process, rows)])
    return made


def series_of(name: str, rows: list[Row]) -> Series:
    """The parts of one route as the points of a chart, each once."""
    seen: dict[str, Row] = {}
    for row in rows:
        seen.setdefault(row["part"], row)
    return Series(
        name,
        [
            Point(
                row["name"],
                row["reached"],
                note=wording.share_text(row["reached"], row["before"])
                if row["before"] is not None
                else "",
            )
            for row in seen.values()
        ],
    )


def _reached(scope: Scope, came: list[Any]) -> dict[str, tuple[int, int | None]]:
    """For each part before the retained one how many deals reached it, and the part before it."""
    found: dict[str, tuple[int, int | None]] = {}
    before: int | None = None
    for part in ("lead", "opportunity", "customer"):
        first = _first(scope, part)
        if first is None:
            continue
        deals = sum(one.deals for one in came if one.furthest >= first)
        found[part] = (deals, before)
        before = deals
    return found


def _first(scope: Scope, part: str) -> int | None:
    """The position of the first stage of a part, None where the process has none."""
    positions = [
        stage.position for stage in scope.inside if stage.kind != "post" and stage.phase == part
    ]
    return min(positions, default=None)


def _customers(wins: list[Any]) -> tuple[int, int]:
    """How many customers bought again, and how many there are."""
    first = [row for row in wins if row.first]
    return sum(row.deals for row in first if row.again), sum(row.deals for row in first)


def _standing(
    by_id: Mapping[int, Stage], standing: list[Any], wins: list[Any]
) -> dict[str, dict[str, tuple[int, int]]]:
    """The deals of each part and what they are worth, by currency."""
    found: dict[str, dict[str, tuple[int, int]]] = {}

    def add(part: str, row: Any) -> None:
        deals, value = found.setdefault(part, {}).get(row.currency, (0, 0))
        found[part][row.currency] = (deals + row.deals, value + row.value)

    for row in standing:
        if row.status == "won":
            add("customer", row)
        elif row.status == "open":
            add(_OF_PHASE[by_id[row.stage_id].phase], row)
    for row in wins:
        if row.again:
            add("retained", row)
    return found


def _days(spans: list[Any], wins: list[Any], today: date) -> dict[str, int | None]:
    """The median days in each part, estimated; None where half of them are still there."""
    counts: dict[str, tuple[dict[int, int], dict[int, int]]] = {}

    def add(part: str, days: int, deals: int, *, done: bool) -> None:
        ended, lasting = counts.setdefault(part, ({}, {}))
        into = ended if done else lasting
        into[days] = into.get(days, 0) + deals

    for row in spans:
        add(row.phase, row.days, row.deals, done=bool(row.done))
    for row in wins:
        if row.first:
            days = row.days if row.again else (today - date.fromisoformat(row.since)).days
            add("customer", days, row.deals, done=bool(row.again))
    return {
        part: statistics.time_until(statistics.kaplan_meier(*pair), 50)
        for part, pair in counts.items()
    }


def _behind(scope: Scope, part: str, currency: str) -> Row:
    """How the deals of a row are found."""
    cell = {"cell_currency": currency}
    if part == "retained":
        return {"_cell": cell, "_behind": ("route_customers", "again = 1", True)}
    places = [stage.id for stage in scope.inside if stage.position >= (_first(scope, part) or 0)]
    return {
        "_cell": {**cell, "cell_stages": json.dumps(places)},
        "_behind": (
            "conversion",
            "furthest_id IN (SELECT j.value FROM json_each(:cell_stages) AS j)",
            True,
        ),
    }
