"""The forecast: open value by the month of its close, and the probabilities behind it."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import _, ngettext, pick
from funnelcli.render.chart import ChartSpec, Point, Series
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, statistics, wording
from funnelcli.reports.building import share_column
from funnelcli.reports.conversion import cohort
from funnelcli.reports.model import Report, Row
from funnelcli.reports.named_rows import read
from funnelcli.reports.scope import Scope, used
from funnelcli.reports.statement import ask
from funnelcli.reports.statistics import ratio
from funnelcli.typed import Any
from funnelcli.values import daytext
from funnelcli.values.rounding import half_up

FORECAST = (
    Column("month", "Month", names=lambda month: _month_name(month)),
    Column("deals", "Open", "int"),
    Column("value", "Value", "money", drop=1),
    Column("weighted", "Weighted", "money"),
    Column("own_weighted", "By own history", "money"),
    Column("won", "Won", "int", drop=3),
    Column("won_value", "Won value", "money", drop=2),
    Column("currency", "Currency", table=False),
)

PROBABILITIES = (
    Column("process", "Process", shown=lambda row: row["process_name"], drop=3),
    *building.stage_columns(),
    Column("probability", "Estimate", "percent"),
    share_column("own", "Own history", "won", "decided"),
    Column("won", "Won", "int"),
    Column("decided", "Decided", "int"),
    Column("low", "95% from", "share", drop=1),
    Column("high", "95% to", "share", drop=1),
)


def own_probabilities(conn: sqlite3.Connection, scope: Scope) -> list[Row]:
    """For each open stage: of the deals that reached it or a later one and were decided, how
    many were won, with Wilson's 95 % interval; beside the user's estimate, in percent."""
    found = read(conn.execute("SELECT id, key, name_en, name_de FROM process"))
    processes = {row.id: (row.key, pick(row.name_en, row.name_de)) for row in found}
    rows: list[Row] = []
    for process_id in dict.fromkeys(stage.process_id for stage in scope.stages):
        if scope.process_id not in (None, process_id):
            continue
        asked = scope._replace(
            by=(),
            period=None,
            process_id=process_id,
            where="+d.process_id = :process_id"
            + ("" if scope.where == "1" else f" AND {scope.where}"),
        )
        reached = cohort(conn, asked)
        for stage in (s for s in scope.stages if s.process_id == process_id and s.kind == "open"):
            come = [row for row in reached if row.furthest >= stage.position]
            won = sum(row.deals for row in come if row.status == "won")
            decided = won + sum(row.deals for row in come if row.status == "lost")
            interval = statistics.wilson(won, decided)
            rows.append(
                {
                    "process": processes[process_id][0],
                    "process_name": processes[process_id][1],
                    "stage": stage.key,
                    "name": stage.name,
                    "stage_id": stage.id,
                    "probability": stage.probability,
                    "own": ratio(won, decided),
                    "won": won,
                    "decided": decided,
                    "low": interval[0] if interval else None,
                    "high": interval[1] if interval else None,
                }
            )
    return rows


def forecast(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Open value × probability by month of the expected close, overdue and undated apart."""
    if scope.backtest:
        from funnelcli.reports.backtest import backtest

        return backtest(conn, scope)
    own = own_probabilities(conn, scope)
    chance = {row["stage_id"]: (row["won"], row["decided"]) for row in own}
    asked = ask(conn, scope, "forecast")
    won = ask(conn, scope, "won_by_month")
    rows: list[Row] = []
    won_by = slices.by_slice(won)
    for key, name, group in slices.grouped(conn, scope, asked, also=won_by):
        won_here = {(row.month, row.currency): row for row in won_by.get(key, [])}
        months = {(row.month, row.currency) for row in group} | {*won_here}
        for month, currency in sorted(months, key=_month_order):
            here = [row for row in group if (row.month, row.currency) == (month, currency)]
            won_row = won_here.get((month, currency))
            rows.append(
                slices.sliced(
                    scope,
                    key,
                    name,
                    {
                        "month": month,
                        "deals": sum(row.deals for row in here),
                        "value": sum(row.value for row in here),
                        "weighted": sum(row.weighted for row in here),
                        "own_weighted": sum(_by_history(row, chance, scope) for row in here),
                        "won": won_row.deals if won_row else 0,
                        "won_value": won_row.value if won_row else 0,
                        "currency": currency,
                        "_cell": {"cell_month": month, "cell_currency": currency},
                    },
                )
            )
    columns = (*slices.columns_of(scope), *FORECAST)
    here_only = "month = :cell_month AND currency = :cell_currency"
    made = building.report(
        scope,
        "forecast",
        rule=_(
            "Open deals: value × the deal's own probability, else its stage's, each deal rounded,"
            " by the month of the expected close. By own history: value × won / (won + lost) of"
            " the deals that ever reached that stage or a later one, duplicates left out. Overdue:"
            " expected before today."
        ),
        n=sum(row["deals"] for row in rows),
        columns=columns,
        rows=rows,
        total=building.add_up(columns, rows),
        keys=slices.keys_of(scope, "month", "currency"),
        order=_row_order,
        facts="forecast",
        cells={
            "": here_only,
            "deals": here_only,
            "weighted": here_only,
            "value": here_only,
            "won": ("won_by_month", here_only),
            "won_value": ("won_by_month", here_only),
        },
        left_out=[_("Lost deals; won ones have a column of their own.")],
        empty=_("No open deal has a place in this forecast."),
    )
    no_value = [row for row in asked if row.value == 0 and row.deals]
    if no_value:
        made.left_out.append(_("Deals without a value add nothing."))
    if any(not decided for _won, decided in chance.values()):
        made.notes.append(
            _("Where no deal was decided yet, the stage's own probability stands in for history.")
        )
    for row in rows:
        made.explain.append(
            ngettext(
                "{month}: value × probability of {n} deal = {weighted}",
                "{month}: Σ value × probability of {n} deals = {weighted}",
                row["deals"],
            ).format(
                month=_month_name(row["month"]),
                n=row["deals"],
                weighted=wording.money_text(row["weighted"], row["currency"]),
            )
        )
    with_deals = [scope.process_key] if scope.process_key else used(conn)
    made.extra = [_probabilities(scope, [row for row in own if row["process"] in with_deals])]
    if not scope.by and len({row["currency"] for row in rows}) == 1:
        made.chart = _forecast_chart(made.title, rows)
    return made


def _probabilities(scope: Scope, own: list[Row]) -> Report:
    made = building.report(
        scope,
        "probabilities",
        _("Probabilities from your own history"),
        rule=_(
            "Of the deals that reached the stage or a later one and were decided, the share won,"
            " with Wilson's 95% interval; beside the estimate of the process."
        ),
        n=max((row["decided"] for row in own), default=0),
        columns=PROBABILITIES,
        rows=own,
        keys=("process", "stage"),
    )
    made.period = _("all time")
    return made


def _month_order(cell: tuple[str, str]) -> tuple[int, str, str]:
    return ({"overdue": 0, "undated": 2}.get(cell[0], 1), *cell)


def _row_order(row: Row) -> tuple[Any, ...]:
    return *slices.place(row), *_month_order((row["month"], row["currency"]))


def _month_name(month: str) -> str:
    return {"overdue": _("overdue"), "undated": _("undated")}.get(month) or daytext.period(month)


def _by_history(row: Any, chance: dict[int, tuple[int, int]], scope: Scope) -> int:
    """The value of deals of one stage times the share won, rounded once; the stage's own
    probability where nothing was decided yet."""
    won, decided = chance.get(row.stage_id, (0, 0))
    if decided:
        return half_up(row.value * won, decided)
    probability = next((s.probability for s in scope.stages if s.id == row.stage_id), 0)
    return half_up(row.value * probability, 100)


def _forecast_chart(title: str, rows: list[Row]) -> ChartSpec:
    return ChartSpec(
        "bars",
        title,
        [
            Series(label, [Point(_month_name(row["month"]), row[key]) for row in rows])
            for key, label in (
                ("weighted", _("Weighted")),
                ("own_weighted", _("By own history")),
                ("won_value", _("Won value")),
            )
        ],
        unit="money",
        currency=rows[0]["currency"],
    )
