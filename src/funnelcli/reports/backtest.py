"""How past forecasts came true."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import Any

from funnelcli.i18n import _
from funnelcli.render.model import Column
from funnelcli.reports import pieces
from funnelcli.reports.asking import ask
from funnelcli.reports.model import ChartSpec, Point, Report, Series
from funnelcli.reports.pieces import Row, ratio
from funnelcli.reports.scope import Scope
from funnelcli.values import dates
from funnelcli.values.dates import Period

BACKTEST = (
    Column("month", "Month"),
    Column("deals", "Due", "int"),
    Column("value", "Value due", "money", drop=2),
    Column("weighted", "Forecast", "money"),
    Column("won_of_these", "Came true", "money"),
    Column("accuracy", "Of forecast", "share"),
    Column("won", "Won of these", "int", drop=3),
    Column("lost", "Lost", "int", drop=3),
    Column("slipped", "Still open", "int", drop=3),
    Column("won_in_month", "All won", "money", drop=1),
    Column("currency", "Currency", table=False),
)
_MONTHS_BACK = 12
# What became of a deal that was open.
ENDS = ("won", "lost", "open")


def backtest(conn: sqlite3.Connection, scope: Scope) -> Report:
    """How past forecasts came true: each past month as it was forecast at its first instant."""
    months = past_months(scope)
    found: list[tuple[Any, ...]] = []
    won: list[tuple[Any, ...]] = []
    if months:
        found = ask(conn, scope, "backtest", **month_values(scope))
        won = ask(
            conn,
            scope,
            "won_by_month",
            from_day=months[0].start.isoformat(),
            to_day=months[-1].end.isoformat(),
        )
    won_by = {tuple(row[:3]): row[4] for row in won}
    rows: list[Row] = []
    every = [*found, *((key, month, None, currency, 0) for key, month, currency in won_by)]
    for key, name, group in pieces.grouped(conn, scope, every):
        for month, currency in sorted({(row[1], row[3]) for row in group}):
            here = [row for row in group if (row[1], row[3]) == (month, currency)]
            row = {
                "month": month,
                **_tested([row for row in here if row[2] is not None]),
                "won_in_month": won_by.get((key, month, currency), 0),
                "currency": currency,
                "_cell": {"cell_month": month, "cell_currency": currency},
            }
            rows.append(pieces.sliced(scope, key, name, row))
    columns = (*pieces.slice_columns(scope), *BACKTEST)
    total = pieces.add_up(columns, rows)
    if "weighted" in total:
        total["accuracy"] = ratio(total["won_of_these"], total["weighted"])
    here_only = "month = :cell_month AND currency = :cell_currency"
    made = pieces.report(
        scope,
        "backtest",
        _("Past forecasts"),
        rule=_(
            "What was open and due in a month as known at its first instant, with the stage and"
            " the deal's own probability of that moment (a stage's probability is today's), and"
            " what of it was won by the end of the month. All won: every win of the month."
        ),
        n=sum(row["deals"] for row in rows),
        columns=columns,
        rows=rows,
        total=total,
        keys=pieces.keys_of(scope, "month", "currency"),
        compared=("weighted", "won_of_these", "accuracy"),
        order=_row_order,
        facts="backtest",
        cells={
            "": here_only,
            "deals": here_only,
            "value": here_only,
            "weighted": here_only,
            "won_of_these": f"{here_only} AND became = 'won'",
            "won": f"{here_only} AND became = 'won'",
            "lost": f"{here_only} AND became = 'lost'",
            "slipped": f"{here_only} AND became = 'open'",
            "won_in_month": ("won_by_month", here_only),
        },
        left_out=[_("Deals that were opened later, or were due in another month.")],
        empty=_("No month is over yet."),
    )
    made.period = f"{months[0].label}..{months[-1].label}" if months else ""
    made.explain = [
        _("{month}: {true} of {forecast} came true").format(
            month=row["month"],
            true=pieces.money_text(row["won_of_these"], row["currency"]),
            forecast=pieces.money_text(row["weighted"], row["currency"]),
        )
        for row in rows
    ]
    if rows and scope.by is None and len({row["currency"] for row in rows}) == 1:
        made.chart = ChartSpec(
            "line",
            made.title,
            [
                Series(label, [Point(row["month"], row[key]) for row in rows])
                for key, label in (
                    ("weighted", _("Forecast")),
                    ("won_of_these", _("Came true")),
                    ("won_in_month", _("All won")),
                )
            ],
            unit="money",
            currency=rows[0]["currency"],
        )
    return made


def month_values(scope: Scope) -> dict[str, Any]:
    """The parameters of the query ``backtest``: its months and the days they span."""
    months = past_months(scope)
    return {
        "months": json.dumps(
            [[month.label, *month.instants, month.end.isoformat()] for month in months]
        ),
        "first_on": months[0].start.isoformat() if months else "",
        "last_on": months[-1].end.isoformat() if months else "",
    }


def _row_order(row: Row) -> tuple[Any, ...]:
    """The order of the rows: slice by slice, month by month."""
    name = row.get("slice")
    return (name is None, str(name).casefold(), row["month"], row["currency"])


def past_months(scope: Scope) -> list[Period]:
    """The whole months of the period that are over, else the last twelve."""
    this = date.fromisoformat(scope.today[:7] + "-01")
    if scope.period is None:
        index = this.year * 12 + this.month - 1
        wanted = [divmod(index - back, 12) for back in range(_MONTHS_BACK, 0, -1)]
        return [dates.parse_period(f"{year:04}-{month + 1:02}") for year, month in wanted]
    found = []
    day = scope.period.start.replace(day=1)
    while day < min(scope.period.end, this):
        month = dates.parse_period(f"{day:%Y-%m}")
        if month.start >= scope.period.start and month.end <= min(scope.period.end, this):
            found.append(month)
        day = month.end
    return found


def _tested(here: Sequence[Sequence[Any]]) -> Row:
    """What the rows of a month in one currency say of its forecast."""
    of = {became: sum(row[4] for row in here if row[2] == became) for became in ENDS}
    weighted = sum(row[6] for row in here)
    true = sum(row[5] for row in here if row[2] == "won")
    return {
        "deals": sum(of.values()),
        "value": sum(row[5] for row in here),
        "weighted": weighted,
        "won_of_these": true,
        "accuracy": ratio(true, weighted),
        "won": of["won"],
        "lost": of["lost"],
        "slipped": of["open"],
    }
