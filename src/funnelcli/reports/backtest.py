"""How past forecasts came true."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.i18n import _
from funnelcli.render.chart import ChartSpec, Point, Series
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, wording
from funnelcli.reports.declarations import REPORTS
from funnelcli.reports.model import Report, Row
from funnelcli.reports.outcomes import ENDS
from funnelcli.reports.past_months import month_values, past_months
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask
from funnelcli.reports.statistics import ratio
from funnelcli.typed import Any
from funnelcli.values import daytext

BACKTEST = (
    Column("month", "Month", names=daytext.period),
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


def backtest(conn: sqlite3.Connection, scope: Scope) -> Report:
    """How past forecasts came true: each past month as it was forecast at its first instant."""
    months = past_months(scope)
    found: list[Any] = []
    won: list[Any] = []
    if months:
        found = ask(conn, scope, "backtest", **month_values(scope))
        won = ask(
            conn,
            scope,
            "won_by_month",
            from_day=months[0].start.isoformat(),
            to_day=months[-1].end.isoformat(),
        )
    won_by: dict[Any, dict[tuple[str, str], int]] = {}
    for row in won:
        won_by.setdefault(row.slice, {})[row.month, row.currency] = row.value
    rows: list[Row] = []
    for key, name, group in slices.grouped(conn, scope, found, also=won_by):
        won_here = won_by.get(key, {})
        for month, currency in sorted({(row.month, row.currency) for row in group} | {*won_here}):
            here = [row for row in group if (row.month, row.currency) == (month, currency)]
            tested = {
                "month": month,
                **_tested(here),
                "won_in_month": won_here.get((month, currency), 0),
                "currency": currency,
                "_cell": {"cell_month": month, "cell_currency": currency},
            }
            rows.append(slices.sliced(scope, key, name, tested))
    columns = (*slices.columns_of(scope), *BACKTEST)
    total = building.add_up(columns, rows)
    if "weighted" in total:
        total["accuracy"] = ratio(total["won_of_these"], total["weighted"])
    here_only = "month = :cell_month AND currency = :cell_currency"
    made = building.report(
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
        keys=slices.keys_of(scope, "month", "currency"),
        compared=REPORTS["forecast"].shape((), {"backtest": True})[1],
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
            true=wording.money_text(row["won_of_these"], row["currency"]),
            forecast=wording.money_text(row["weighted"], row["currency"]),
        )
        for row in rows
    ]
    if rows and not scope.by and len({row["currency"] for row in rows}) == 1:
        made.chart = ChartSpec(
            "line",
            made.title,
            [
                Series(label, [Point(daytext.period(row["month"]), row[key]) for row in rows])
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


def _row_order(row: Row) -> tuple[Any, ...]:
    """The order of the rows: slice by slice, month by month."""
    return *slices.place(row), row["month"], row["currency"]


def _tested(here: Sequence[Any]) -> Row:
    """What the rows of a month in one currency say of its forecast."""
    of = {became: sum(row.deals for row in here if row.became == became) for became in ENDS}
    weighted = sum(row.weighted for row in here)
    true = sum(row.value for row in here if row.became == "won")
    return {
        "deals": sum(of.values()),
        "value": sum(row.value for row in here),
        "weighted": weighted,
        "won_of_these": true,
        "accuracy": ratio(true, weighted),
        "won": of["won"],
        "lost": of["lost"],
        "slipped": of["open"],
    }
