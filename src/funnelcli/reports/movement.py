"""The movement of the open value between two moments, cause by cause."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.i18n import N_, _
from funnelcli.render.chart import ChartSpec, Point, Series
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, wording
from funnelcli.reports.model import Report, Row
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask
from funnelcli.typed import Any
from funnelcli.values import daytext

# What may change the currency of a value. Where no rate is stored, the old one is lowered to
# nothing in its currency, and the new one raised from nothing in its own.
_RECOINED = ("recoined", "won", "lost")

# In the order of the formula; the sign says whether it adds to the open value.
STEPS = {
    "start": (N_("Start"), 0),
    "created": (N_("Created"), 1),
    "reopened": (N_("Reopened"), 1),
    "pulled_in": (N_("Pulled in"), 1),
    "raised": (N_("Value raised"), 1),
    "lowered": (N_("Value lowered"), -1),
    "pushed_out": (N_("Pushed out"), -1),
    "won": (N_("Won"), -1),
    "lost": (N_("Lost"), -1),
    "end": (N_("End"), 0),
}

MOVEMENT = (
    Column("step", "Step", flex=True, names=lambda step: _(STEPS[step][0])),
    Column("count", "Count", "int"),
    Column("value", "Value", "money", style=lambda row: "bad" if row["value"] < 0 else ""),
    Column("currency", "Currency", table=False),
)


def movement(conn: sqlite3.Connection, scope: Scope) -> Report:
    """start + created + reopened + pulled in + raised − lowered − pushed out − won − lost = end."""
    assert scope.period is not None
    # One exchange rate for the whole period: what moved is the pipeline, not the exchange.
    found = ask(conn, scope, "movement")
    levels = ask(conn, scope, "movement_levels")
    rows: list[Row] = []
    # The month of a slice is that of a deal's opening: between months that a deal moves through in
    # time nothing would balance.
    found_by, levels_by = slices.by_slice(found), slices.by_slice(levels)
    for key, name in slices.in_order(conn, scope, {*levels_by, *found_by}):
        changes, ends = found_by.get(key, []), levels_by.get(key, [])
        currencies = {row.currency for row in ends}
        currencies |= {row.currency0 for row in changes} | {row.currency1 for row in changes}
        for currency in sorted(currencies) or [building.blank_currency(conn, scope)]:
            sums = steps_of(changes, currency)
            for level, step in ((0, "start"), (1, "end")):
                here = [row for row in ends if (row.level, row.currency) == (level, currency)]
                sums[step] = [sum(row.deals for row in here), sum(row.value for row in here)]
            for step in STEPS:
                rows.append(
                    slices.sliced(
                        scope,
                        key,
                        name,
                        {
                            "step": step,
                            "count": sums[step][0],
                            "value": sums[step][1],
                            "currency": currency,
                            "_cell": {"cell_step": step, "cell_currency": currency},
                        },
                    )
                )
    return _movement_report(scope, rows)


def _movement_report(scope: Scope, rows: list[Row]) -> Report:
    several = len({row["currency"] for row in rows}) > 1
    columns = tuple(
        column._replace(table=True) if several and column.key == "currency" else column
        for column in MOVEMENT
    )
    made = building.report(
        scope,
        "movement",
        rule=_(
            "start + created + reopened + pulled in + raised − lowered − pushed out − won − lost"
            " = end, change by change. A deal won at another value is raised or lowered first; one"
            " whose currency changes without a rate is lowered in the old and raised in the new."
        )
        + " "
        + (
            _("The value of all open deals.")
            if scope.due is None
            else _("The value of open deals due in {period}.").format(
                period=daytext.period(scope.due.label)
            )
        ),
        n=sum(row["count"] for row in rows if row["step"] not in ("start", "end")),
        columns=(*slices.columns_of(scope), *columns),
        rows=rows,
        keys=slices.keys_of(scope, "step", "currency"),
        facts="movement",
        unit="changes",
        cells={
            "": (
                "movement",
                "(change = :cell_step AND :cell_currency ="
                " CASE change WHEN 'pushed_out' THEN currency0 ELSE currency1 END)"
                " OR (:cell_step = 'raised' AND currency1 = :cell_currency"
                " AND (with_close > 0 OR recoined))"
                " OR (:cell_step = 'lowered' AND currency0 = :cell_currency"
                " AND (with_close < 0 OR recoined))",
            )
        },
        left_out=[_("Deals without a value move nothing; changes of other fields are none.")],
    )
    if scope.due is None:
        made.hints.append(
            _("--due 2026-Q4 follows the value due then, with what is pulled in and pushed out.")
        )
    if scope.rates:
        made.notes.append(_("One exchange rate for the whole period: that of its last day."))
    made.explain = balance_lines(rows)
    if not several and not scope.by:
        made.chart = ChartSpec(
            "waterfall",
            made.title,
            [Series(_("Open value"), [_point(row) for row in rows])],
            unit="money",
            currency=rows[0]["currency"] if rows else None,
        )
    return made


def _point(row: Row) -> Point:
    step = row["step"]
    name = _(STEPS[step][0])
    if step in ("start", "end"):
        return Point(name, row["value"], role="total")
    return Point(name, row["value"], role="down" if row["value"] < 0 else "up")


def steps_of(changes: Sequence[Any], currency: str) -> dict[str, list[int]]:
    """Changes and their signed value in ``currency``, by step."""
    sums = {step: [0, 0] for step in STEPS}

    def add(step: str, deals: int, value: int) -> None:
        sums[step][0] += deals
        sums[step][1] += value

    for row in changes:
        change, count = row.change, row.changes
        if change in _RECOINED and row.currency0 != row.currency1:
            if row.currency0 == currency:
                add("lowered", count, -row.value0)
            if row.currency1 == currency:
                add("raised", count, row.value1)
        if change == "pushed_out":
            if row.currency0 == currency:
                add(change, count, -row.value0)
        elif row.currency1 != currency:
            continue
        elif change in ("created", "reopened", "pulled_in"):
            add(change, count, row.value1)
        elif change in ("raised", "lowered"):
            add(change, count, row.value1 - row.value0)
        elif change in ("won", "lost"):
            if row.with_close:
                add("raised" if row.with_close > 0 else "lowered", count, row.with_close)
            add(change, count, -row.value1)
    return sums


def balance_lines(rows: list[Row]) -> list[str]:
    """The formula with the numbers put in, a line a currency and slice."""
    lines = []
    for number in range(0, len(rows), len(STEPS)):
        block = {row["step"]: row for row in rows[number : number + len(STEPS)]}
        currency = block["start"]["currency"]
        inner = " ".join(
            f"{'+' if block[step]['value'] >= 0 else '−'}"
            f" {wording.money_text(abs(block[step]['value']), currency)}"
            for step in list(STEPS)[1:-1]
        )
        lines.append(
            f"{wording.money_text(block['start']['value'], currency)} {inner}"
            f" = {wording.money_text(block['end']['value'], currency)}"
        )
    return lines
