"""How past forecasts came true."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from typing import Any

from funnelcli import dates
from funnelcli.dates import Period
from funnelcli.i18n import _
from funnelcli.render.model import Column
from funnelcli.reports import pieces
from funnelcli.reports.asking import ask
from funnelcli.reports.model import ChartSpec, Point, Report, Series
from funnelcli.reports.pieces import Row, ratio
from funnelcli.reports.scope import Scope

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
    months = _past_months(scope)
    spans = []
    for month in months:
        start, end = month.instants
        spans.append(f"('{month.label}', {start:d}, {end:d}, '{month.end.isoformat()}')")
    rows: list[Row] = []
    if months:
        found = _ask_backtest(conn, scope, ", ".join(spans), months)
        won = ask(
            conn,
            replace(scope, by=None),
            "won_by_month",
            from_day=months[0].start.isoformat(),
            to_day=months[-1].end.isoformat(),
        )
        won_by = {(row[1], row[2]): row[4] for row in won}
        cells = dict.fromkeys([*((row[0], row[2]) for row in found), *won_by])
        rows = [_tested(found, won_by, *cell) for cell in sorted(cells)]
    columns = BACKTEST
    total = pieces.add_up(columns, rows)
    if "weighted" in total:
        total["accuracy"] = ratio(total["won_of_these"], total["weighted"])
    made = pieces.report(
        replace(scope, by=None),
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
        keys=("month", "currency"),
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
    if rows and len({row["currency"] for row in rows}) == 1:
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


def _ask_backtest(
    conn: sqlite3.Connection, scope: Scope, spans: str, months: list[Period]
) -> list[tuple[Any, ...]]:
    from funnelcli.reports.asking import fill, text_of

    bounds = {"first_on": months[0].start.isoformat(), "last_on": months[-1].end.isoformat()}
    text = fill(replace(scope, by=None), text_of("backtest").replace("{months}", spans))
    return conn.execute(text, {**scope.parameters, **bounds}).fetchall()


def _past_months(scope: Scope) -> list[Period]:
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


def _tested(
    found: list[tuple[Any, ...]], won_by: dict[tuple[str, str], int], month: str, currency: str
) -> Row:
    here = [row for row in found if (row[0], row[2]) == (month, currency)]
    of = {became: sum(row[3] for row in here if row[1] == became) for became in ENDS}
    weighted = sum(row[5] for row in here)
    true = sum(row[4] for row in here if row[1] == "won")
    return {
        "month": month,
        "deals": sum(of.values()),
        "value": sum(row[4] for row in here),
        "weighted": weighted,
        "won_of_these": true,
        "accuracy": ratio(true, weighted),
        "won": of["won"],
        "lost": of["lost"],
        "slipped": of["open"],
        "won_in_month": won_by.get((month, currency), 0),
        "currency": currency,
    }
