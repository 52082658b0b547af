"""What is to come: forecast, what slipped, how far the pipeline covers the target."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from typing import Any

from funnelcli import dates
from funnelcli.dates import Period
from funnelcli.i18n import _
from funnelcli.render.model import Column
from funnelcli.reports import pieces, statistics
from funnelcli.reports.asking import ask
from funnelcli.reports.closing import outcomes
from funnelcli.reports.model import ChartSpec, Point, Report, Series
from funnelcli.reports.pieces import Row, half_up, ratio, share
from funnelcli.reports.scope import Scope
from funnelcli.reports.stages import cohort

FORECAST = (
    Column("month", "Month"),
    Column("deals", "Open", "int"),
    Column("value", "Value", "money", drop=1),
    Column("weighted", "Weighted", "money"),
    Column("own_weighted", "By own history", "money"),
    Column("won", "Won", "int", drop=3),
    Column("won_value", "Won value", "money", drop=2),
    Column("currency", "Currency", table=False),
)

PROBABILITIES = (
    Column("process", "Process", drop=3),
    *pieces.stage_column(),
    Column("probability", "Estimate", "percent"),
    share("own", "Own history", "won", "decided"),
    Column("won", "Won", "int"),
    Column("decided", "Of", "int"),
    Column("low", "From", "share", drop=1),
    Column("high", "To", "share", drop=1),
)


def own_probabilities(conn: sqlite3.Connection, scope: Scope) -> list[Row]:
    """For each open stage: of the deals that reached it or a later one and were decided, how
    many were won, with Wilson's 95 % interval; beside the user's estimate, in percent."""
    process_keys = dict(conn.execute("SELECT id, key FROM process"))
    rows: list[Row] = []
    for process_id in dict.fromkeys(stage.process_id for stage in scope.stages):
        if scope.process_id not in (None, process_id):
            continue
        asked = replace(
            scope,
            by=None,
            period=None,
            process_id=process_id,
            where="+d.process_id = :process_id"
            + ("" if scope.where == "1" else f" AND {scope.where}"),
        )
        found = cohort(conn, asked)
        for stage in (s for s in scope.stages if s.process_id == process_id and s.kind == "open"):
            come = [row for row in found if row[1] >= stage.position]
            won = sum(row[4] for row in come if row[3] == "won")
            decided = won + sum(row[4] for row in come if row[3] == "lost")
            interval = statistics.wilson(won, decided)
            rows.append(
                {
                    "process": process_keys[process_id],
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
        return backtest(conn, scope)
    own = own_probabilities(conn, scope)
    chance = {row["stage_id"]: (row["won"], row["decided"]) for row in own}
    asked = ask(conn, scope, "forecast", all_time=int(scope.period is None))
    month_start = scope.today[:7] + "-01"
    first, last = (scope.parameters["start"], scope.parameters["end"])
    won = ask(
        conn,
        scope,
        "won_by_month",
        from_day=max(first, month_start) if scope.period is None else first,
        to_day=last,
    )
    rows: list[Row] = []
    won_by = {(row[0], row[1], row[2]): (row[3], row[4]) for row in won}
    by_slice = pieces.grouped(conn, scope, [*asked, *((*row[:2], None, 0, row[2]) for row in won)])
    for key, name, group in by_slice:
        months = dict.fromkeys((row[1], row[4]) for row in group)
        for month, currency in sorted(months, key=_month_order):
            here = [row for row in group if (row[1], row[4]) == (month, currency) and row[2]]
            won_deals, won_value = won_by.get((key, month, currency), (0, 0))
            rows.append(
                pieces.sliced(
                    scope,
                    key,
                    name,
                    {
                        "month": month,
                        "deals": sum(row[5] for row in here),
                        "value": sum(row[6] for row in here),
                        "weighted": sum(row[7] for row in here),
                        "own_weighted": sum(_by_history(row, chance, scope) for row in here),
                        "won": won_deals,
                        "won_value": won_value,
                        "currency": currency,
                        "_cell": {"cell_month": month, "cell_currency": currency},
                    },
                )
            )
    columns = (
        *pieces.slice_columns(scope),
        FORECAST[0]._replace(names=_month_name),
        *FORECAST[1:],
    )
    here_only = "month = :cell_month AND currency = :cell_currency"
    made = pieces.report(
        scope,
        "forecast",
        _("Forecast"),
        rule=_(
            "Open deals: value × the deal's own probability, else its stage's, each deal rounded,"
            " by the month of the expected close. By own history: value × won / (won + lost) of"
            " the deals that ever reached that stage or a later one, duplicates left out. Overdue:"
            " expected before today."
        ),
        n=sum(row["deals"] for row in rows),
        columns=columns,
        rows=rows,
        total=pieces.add_up(columns, rows),
        keys=pieces.keys_of(scope, "month", "currency"),
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
    no_value = [row for row in asked if row[6] == 0 and row[5]]
    if no_value:
        made.left_out.append(_("Deals without a value add nothing."))
    if any(not decided for _won, decided in chance.values()):
        made.notes.append(
            _("Where no deal was decided yet, the stage's own probability stands in for history.")
        )
    for row in rows:
        made.explain.append(
            _("{month}: Σ value × probability of {n} deals = {weighted}").format(
                month=_month_name(row["month"]),
                n=row["deals"],
                weighted=pieces.money_text(row["weighted"], row["currency"]),
            )
        )
    made.extra = [_probabilities(scope, own)]
    if scope.by is None and len({row["currency"] for row in rows}) == 1:
        made.chart = _forecast_chart(made.title, rows)
    return made


def _probabilities(scope: Scope, own: list[Row]) -> Report:
    made = pieces.report(
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


def _month_name(month: str) -> str:
    return {"overdue": _("overdue"), "undated": _("undated")}.get(month, month)


def _by_history(row: Any, chance: dict[int, tuple[int, int]], scope: Scope) -> int:
    """The value of deals of one stage times the share won, rounded once; the stage's own
    probability where nothing was decided yet."""
    won, decided = chance.get(row[2], (0, 0))
    if decided:
        return half_up(row[6] * won, decided)
    probability = next((s.probability for s in scope.stages if s.id == row[2]), 0)
    return half_up(row[6] * probability, 100)


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


# Backtest ---------------------------------------------------------------------------------------

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
    of = {became: sum(row[3] for row in here if row[1] == became) for became in _ENDS}
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


_ENDS = ("won", "lost", "open")

# Slippage ---------------------------------------------------------------------------------------

SLIPPAGE = (
    Column("due", "Due", "int"),
    Column("won", "Won", "int"),
    Column("lost", "Lost", "int"),
    Column("slipped", "Not closed", "int"),
    share("rate", "Slipped", "slipped", "due"),
    Column("value", "Value due", "money", drop=1),
    Column("slipped_value", "Value slipped", "money", drop=1),
    Column("pushes", "Pushes", "int", drop=2),
    Column("pushed_days", "Days pushed", "int", drop=2),
    Column("currency", "Currency", table=False),
)


def slippage(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Due in the period as known at its start, not closed by its end / all due."""
    found = ask(conn, scope, "slippage")
    pushed = {row[0]: row[1:] for row in ask(conn, scope, "pushes")}
    # In a slice there may be pushes and nothing due.
    pushed_only = pushed.keys() - {row[0] for row in found}
    found += [(key, None, scope.base, 0, 0) for key in pushed_only]
    slices = pieces.grouped(conn, scope, found)
    rows: list[Row] = []
    for key, name, group in slices:
        pushes, _deals, days = pushed.get(key, (0, 0, 0))
        for number, currency in enumerate(sorted({row[2] for row in group}) or [scope.base]):
            here = [row for row in group if row[2] == currency]
            of = {end: [row for row in here if row[1] == end] for end in _ENDS}
            due = sum(row[3] for row in here)
            slipped = sum(row[3] for row in of["open"])
            row_made = {
                "due": due,
                "won": sum(row[3] for row in of["won"]),
                "lost": sum(row[3] for row in of["lost"]),
                "slipped": slipped,
                "rate": ratio(slipped, due),
                "value": sum(row[4] for row in here),
                "slipped_value": sum(row[4] for row in of["open"]),
                # Pushes are counted a slice, not a currency.
                "pushes": 0 if number else pushes,
                "pushed_days": 0 if number else days,
                "currency": currency,
                "_cell": {"cell_currency": currency},
            }
            rows.append(pieces.sliced(scope, key, name, row_made))
    columns = (*pieces.slice_columns(scope), *SLIPPAGE)
    total = pieces.add_up(columns, rows)
    total["rate"] = ratio(total["slipped"], total["due"])
    here_only = "currency = :cell_currency"
    made = pieces.report(
        scope,
        "slippage",
        _("Slippage"),
        rule=_(
            "Deals that were open at the period's first instant and due in it as known then:"
            " slipped are those still open at its end. Pushes: changes of the expected close to a"
            " later day, made in the period."
        ),
        n=total["due"],
        columns=columns,
        rows=rows,
        total=total if len(rows) > 1 else None,
        keys=pieces.keys_of(scope, "currency"),
        compared=("due", "slipped", "rate"),
        facts="slippage",
        cells={
            "": here_only,
            "due": here_only,
            "won": f"{here_only} AND became = 'won'",
            "lost": f"{here_only} AND became = 'lost'",
            "slipped": f"{here_only} AND became = 'open'",
            "rate": f"{here_only} AND became = 'open'",
            "pushes": ("pushes", "1 = 1"),
        },
        left_out=[_("Deals opened in the period, or due in it only by a later change.")],
    )
    if scope.parameters["end_at"] > scope.now:
        made.notes.append(_("The period is not over: not closed means not closed so far."))
    made.explain = [
        _("{slipped} still open / {due} due = {share}").format(
            slipped=total["slipped"],
            due=total["due"],
            share=pieces.share_text(total["slipped"], total["due"]) or "–",
        )
    ]
    return made


# Coverage ---------------------------------------------------------------------------------------

COVERAGE = (
    Column("target", "Target", "money"),
    Column("won_value", "Won", "money"),
    Column("gap", "To go", "money"),
    Column("open_value", "Open, due", "money"),
    Column("deals", "Deals", "int", drop=3),
    Column("coverage", "Coverage", "text", shown=lambda row: _times(row["coverage"])),
    Column("needed", "Needed", "text", shown=lambda row: _times(row["needed"])),
    share("rate", "Win rate", "won", "decided", drop=2),
    Column("currency", "Currency", table=False),
    Column("won", "Won deals", "int", table=False),
    Column("decided", "Decided", "int", table=False),
)


def _times(value: float | None) -> str:
    return "" if value is None else _("{n} ×").format(n=pieces.number_text(value))


def coverage(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Open value due in the period / (target − won in it); needed = 1 / win rate."""
    from funnelcli.reports.targets import targets_of

    targets = targets_of(conn, scope)
    due = ask(conn, scope, "due")
    won = ask(
        conn,
        scope,
        "won_by_month",
        from_day=scope.parameters["start"],
        to_day=scope.parameters["end"],
    )
    history = ask(conn, replace(scope, period=None, by=None), "win_rate", cohort=0)
    rate = outcomes([(row[1], row[3], row[4]) for row in history])
    rows: list[Row] = []
    for currency in sorted({*targets, *(row[1] for row in due), *(row[2] for row in won)}):
        target = targets.get(currency)
        open_value = sum(row[3] for row in due if row[1] == currency)
        won_value = sum(row[4] for row in won if row[2] == currency)
        gap = None if target is None else max(target - won_value, 0)
        rows.append(
            {
                "target": target,
                "won_value": won_value,
                "gap": gap,
                "open_value": open_value,
                "deals": sum(row[2] for row in due if row[1] == currency),
                "coverage": ratio(open_value, gap),
                "needed": ratio(rate["decided"], rate["won"]),
                "rate": rate["rate"],
                "won": rate["won"],
                "decided": rate["decided"],
                "currency": currency,
                "_cell": {"cell_slice": None, "cell_currency": currency},
            }
        )
    here = "currency = :cell_currency"
    made = pieces.report(
        replace(scope, by=None),
        "coverage",
        _("Coverage"),
        rule=_(
            "Open value due in the period / (target − won in the period); needed is 1 / win rate,"
            " narrow, of all deals closed so far. The target: one of exactly this period, else the"
            " sum of those within it."
        ),
        n=sum(row["deals"] for row in rows),
        columns=COVERAGE,
        rows=rows,
        keys=("currency",),
        compared=("won_value", "open_value"),
        facts="due",
        cells={"": here, "deals": here, "open_value": here, "won_value": ("won_by_month", here)},
        left_out=[_("Open deals that are due in no or another period.")],
        empty=_("Nothing is due, won or aimed at in this period."),
    )
    if not targets:
        made.notes.append(_("No target is set for this period; `funnel target add` sets one."))
    for row in rows:
        if row["target"] is not None and row["coverage"] is not None:
            made.explain.append(
                _("{open} / ({target} − {won}) = {coverage}; needed 1 / {rate} = {needed}").format(
                    open=pieces.money_text(row["open_value"], row["currency"]),
                    target=pieces.money_text(row["target"], row["currency"]),
                    won=pieces.money_text(row["won_value"], row["currency"]),
                    coverage=_times(row["coverage"]),
                    rate=pieces.share_text(row["won"], row["decided"]) or "–",
                    needed=_times(row["needed"]) or "–",
                )
            )
        elif row["gap"] == 0:
            made.explain.append(
                _("{won} won: the target of {target} is reached.").format(
                    won=pieces.money_text(row["won_value"], row["currency"]),
                    target=pieces.money_text(row["target"], row["currency"]),
                )
            )
    return made
