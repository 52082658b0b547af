"""What effort costs: by stage, per lead, opportunity and customer, per new customer."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import N_, _, ngettext
from funnelcli.render.chart import ChartSpec, Point, Series
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, wording
from funnelcli.reports.conversion import cohort
from funnelcli.reports.model import Report, Row
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask
from funnelcli.typed import Any
from funnelcli.values.rounding import half_up

RULE = N_(
    "Minutes / 60 × hourly rate + kilometres × rate + expenses, each entry with the rates of its"
    " day and rounded once, at the stage that the deal was in when it happened; what was done"
    " before the deal was opened counts for its first stage."
)

COST = (
    Column("position", "No", "int", drop=7),
    *building.stage_columns(),
    Column("minutes", "Time", "duration", drop=1),
    Column("kilometres", "km", "int", drop=4),
    Column("time_cost", "Time cost", "money", drop=3),
    Column("km_cost", "Travel", "money", drop=3),
    Column("expenses", "Expenses", "money", drop=3),
    Column("cost", "Cost", "money"),
    Column("currency", "Currency", table=False),
)
_PARTS = ("time_cost", "km_cost", "expenses")

_PER_NAMES = {
    "lead": N_("lead"),
    "opportunity": N_("opportunity"),
    "customer": N_("customer"),
}
PER = (
    Column("part", "Per", names=lambda key: _(_PER_NAMES[key])),
    Column("cost", "Cost up to there", "money"),
    Column("deals", "Deals", "int"),
    Column("each", "Per deal", "money"),
    Column("currency", "Currency", table=False),
)


def cost(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Effort by stage, and what a lead, an opportunity and a customer took."""
    found = ask(conn, scope, "cost")
    # Over all time the effort of the cohort is all effort.
    whole = amounts_of(found, "stage_id", sliced=False)
    rows: list[Row] = []
    unpriced = [0, 0]
    for key, name, group in slices.grouped(conn, scope, found):
        for row in group:
            unpriced[0] += row.minutes if row.time_currency is None else 0
            unpriced[1] += row.kilometres if row.km_currency is None else 0
        for stage in (*scope.stages, None):
            here = [row for row in group if row.stage_id == (stage.id if stage else None)]
            if stage is None and not here:
                continue
            currencies = {currency for row in here for _part, currency, _amount in priced(row)}
            for number, currency in enumerate(sorted(currencies) or [scope.base]):
                made = _cost_row(here, currency, number == 0)
                made |= {
                    "position": stage.position if stage else None,
                    "stage": stage.key if stage else None,
                    "name": stage.name if stage else _("(without a deal)"),
                    "_cell": {"cell_stage": stage.id if stage else None},
                }
                rows.append(slices.sliced(scope, key, name, made))
    columns = (*slices.columns_of(scope), *COST)
    here_only = "(stage_id = :cell_stage OR (stage_id IS NULL AND :cell_stage IS NULL))"
    report = building.report(
        scope,
        "cost",
        rule=_(RULE),
        n=sum(row.entries for row in found),
        columns=columns,
        rows=rows,
        total=building.add_up(columns, rows, leave=("position",)),
        keys=slices.keys_of(scope, "stage", "currency"),
        facts="cost",
        unit="entries",
        cells={"": here_only, "cost": here_only},
        left_out=[*_unpriced(*unpriced), *building.without_deal(scope)],
        extra=[cost_per(conn, scope._replace(by=()), None if scope.period else whole)],
    )
    report.explain = [
        _("{stage}: {time} + {km} + {expenses} = {cost}").format(
            stage=row["name"],
            time=wording.money_text(row["time_cost"], row["currency"]),
            km=wording.money_text(row["km_cost"], row["currency"]),
            expenses=wording.money_text(row["expenses"], row["currency"]),
            cost=wording.money_text(row["cost"], row["currency"]),
        )
        for row in rows
    ]
    report.explain += report.extra[0].explain
    if not scope.by and len({row["currency"] for row in rows}) == 1:
        points = [Point(row["name"], row["cost"]) for row in rows]
        report.chart = ChartSpec(
            "bars",
            report.title,
            [Series(_("Cost"), points)],
            unit="money",
            currency=rows[0]["currency"],
        )
    return report


def _unpriced(minutes: int, kilometres: int) -> list[str]:
    lines = []
    if minutes:
        text = ngettext(
            "{n} minute, for which no hourly rate is set.",
            "{n} minutes, for which no hourly rate is set.",
            minutes,
        )
        lines.append(text.format(n=minutes))
    if kilometres:
        lines.append(_("{n} km, for which no rate is set.").format(n=kilometres))
    return lines


def _cost_row(here: list[Any], currency: str, with_quantities: bool) -> Row:
    row: Row = dict.fromkeys(_PARTS, 0)
    for found in here:
        for column, held_in, amount in priced(found):
            if held_in == currency:
                row[column] += amount
    return {
        "minutes": sum(found.minutes for found in here) if with_quantities else 0,
        "kilometres": sum(found.kilometres for found in here) if with_quantities else 0,
        **row,
        "cost": sum(row.values()),
        "currency": currency,
    }


def priced(row: Any) -> list[tuple[str, str, int]]:
    """What effort cost: the part, its currency and the amount; without what no rate holds for."""
    parts = (
        ("time_cost", row.time_currency, row.time_cost),
        ("km_cost", row.km_currency, row.km_cost),
        ("expenses", row.expenses_currency, row.expenses),
    )
    return [part for part in parts if part[1] is not None]


def amounts_of(
    found: list[Any], column: str, *, sliced: bool = True
) -> dict[tuple[Any, Any, str], int]:
    """Sums of effort by (slice, value of ``column``, currency); all slices as one unless they are
    ``sliced``."""
    sums: dict[tuple[Any, Any, str], int] = {}
    for row in found:
        for _part, currency, amount in priced(row):
            cell = (row.slice if sliced else None, getattr(row, column), currency)
            sums[cell] = sums.get(cell, 0) + amount
    return sums


def cost_per(
    conn: sqlite3.Connection, scope: Scope, known: dict[tuple[Any, Any, str], int] | None = None
) -> Report:
    """What all effort of the deals opened in the period cost up to and including a part of the
    sales route, over the deals that reached that part."""
    amounts = amounts_of(ask(conn, scope, "cost_per"), "stage_id") if known is None else known
    reached = cohort(conn, scope)
    sale = [stage for stage in scope.stages if stage.kind != "post"]
    phases = {
        "lead": ("preparation", "lead"),
        "opportunity": ("preparation", "lead", "opportunity"),
        "customer": ("preparation", "lead", "opportunity", "customer", "closing"),
    }
    rows: list[Row] = []
    for part, upto in phases.items():
        first = [
            stage.position for stage in scope.inside if stage.kind != "post" and stage.phase == part
        ]
        if not first:
            continue
        deals = sum(came.deals for came in reached if came.furthest >= min(first))
        within = {stage.id for stage in sale if stage.phase in upto}
        for currency in sorted({held_in for _slice, _stage, held_in in amounts}) or [scope.base]:
            amount = sum(
                cost
                for (_slice, stage_id, held_in), cost in amounts.items()
                if stage_id in within and held_in == currency
            )
            rows.append(
                {
                    "part": part,
                    "cost": amount,
                    "deals": deals,
                    "each": half_up(amount, deals) if deals else None,
                    "currency": currency,
                    "_cell": {"cell_slice": None},
                }
            )
    made = building.report(
        scope,
        "cost-per",
        _("Cost per lead, opportunity and customer"),
        rule=_(
            "All effort on the deals opened in the period, lost ones included, at the stages up to"
            " and including that part of the sales route (after-sale stages never) / the deals"
            " that reached it or went past it; duplicates are in no denominator."
        ),
        n=sum(came.deals for came in reached),
        columns=PER,
        rows=rows,
        keys=("part", "currency"),
    )
    made.explain = [
        _("per {part}: {cost} / {deals} = {each}").format(
            part=_(_PER_NAMES[row["part"]]),
            cost=wording.money_text(row["cost"], row["currency"]),
            deals=wording.counted(row["deals"], "deals"),
            each="–" if row["each"] is None else wording.money_text(row["each"], row["currency"]),
        )
        for row in rows
    ]
    return made


CAC = (
    Column("effort", "Effort", "money"),
    Column("overhead", "Overhead", "money"),
    Column("customers", "New customers", "int"),
    Column("each", "Per customer", "money"),
    Column("currency", "Currency", table=False),
)


def cac(conn: sqlite3.Connection, scope: Scope) -> Report:
    """(effort + overhead on new business) / new customers of the period."""
    from funnelcli.reports.customers import count_customers

    new = {key: counts["new"] for key, counts in count_customers(conn, scope).items()}
    effort_by: dict[Any, dict[str, int]] = {}
    for (key, _kind, currency), amount in amounts_of(ask(conn, scope, "cac"), "kind").items():
        effort_by.setdefault(key, {})[currency] = amount
    # What overhead is spent on is a source at most.
    told_apart = scope.by in ((), ("source",)) and scope.process_id is None and not scope.filtered
    overhead_by: dict[Any, dict[str, int]] = {}
    for found in ask(conn, scope, "overhead") if told_apart else ():
        of = overhead_by.setdefault(found.source if scope.by else None, {})
        of[found.currency] = of.get(found.currency, 0) + found.amount
    rows: list[Row] = []
    for key, name in slices.in_order(conn, scope, {*effort_by, *new, *overhead_by}):
        spent, overhead = effort_by.get(key, {}), overhead_by.get(key, {})
        for currency in sorted({*spent, *overhead}) or [scope.base]:
            effort, over = spent.get(currency, 0), overhead.get(currency, 0)
            customers = new.get(key, 0)
            row = {
                "effort": effort,
                "overhead": over,
                "customers": customers,
                "each": half_up(effort + over, customers) if customers else None,
                "currency": currency,
                "_cell": {"cell_currency": currency},
            }
            rows.append(slices.sliced(scope, key, name, row))
    here = ":cell_currency IN (time_currency, km_currency, expenses_currency)"
    made = building.report(
        scope,
        "cac",
        rule=_(
            "(effort of the period on deals of the kind “new”, after-sale stages left out, +"
            " overhead by the share of its days in the period) / customers whose first win lies in"
            " the period."
        )
        + " "
        + _(RULE),
        n=sum(new.values()),
        columns=(*slices.columns_of(scope), *CAC),
        rows=rows,
        keys=slices.keys_of(scope, "currency"),
        facts="cac",
        unit="customers",
        cells={"": here, "effort": here},
        left_out=[_("Repeat business, upsell and renewal; wins without a contact.")],
    )
    if not told_apart:
        made.left_out.append(_("Overhead, which can be told apart by source alone."))
    made.explain = [
        ngettext(
            "({effort} + {overhead}) / {n} new customer = {each}",
            "({effort} + {overhead}) / {n} new customers = {each}",
            row["customers"],
        ).format(
            effort=wording.money_text(row["effort"], row["currency"]),
            overhead=wording.money_text(row["overhead"], row["currency"]),
            n=row["customers"],
            each="–" if row["each"] is None else wording.money_text(row["each"], row["currency"]),
        )
        for row in rows
    ]
    return made
