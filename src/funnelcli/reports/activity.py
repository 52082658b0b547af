"""What was done: visits, calls and attempts by week."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from funnelcli.i18n import _, ngettext
from funnelcli.render.chart import ChartSpec, Point, Series
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, wording
from funnelcli.reports.building import share_column
from funnelcli.reports.model import Report, Row
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask
from funnelcli.reports.statistics import ratio
from funnelcli.typed import Any
from funnelcli.values import daytext

ACTIVITY = (
    Column("week", "Week", names=daytext.period),
    Column("visits", "Visits", "int"),
    Column("calls", "Calls", "int"),
    Column("mails", "E-mails", "int", drop=4),
    Column("attempts", "Attempts", "int"),
    Column("minutes", "Time", "duration", drop=2),
    Column("late", "Late reports", "int", drop=1),
    share_column("late_share", "Late", "late", "entries", drop=3),
    Column("won", "Won deals", "int"),
    Column("entries", "Entries", "int", table=False),
)
_WHAT = {"visit": "visits", "call": "calls", "mail": "mails", "attempt": "attempts"}


def activity(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Visits, calls and attempts a week, reports written late, and per won deal. Weeks without
    any are there from the first on; slices have those alone in which something was done."""
    found = ask(conn, scope, "activity")
    won = ask(conn, scope, "won_by_day")
    weeks_of: dict[Any, dict[str, Row]] = {}
    for done in found:
        row = weeks_of.setdefault(done.slice, {}).setdefault(_week(done.happened_on), _empty_week())
        row[_WHAT[done.what]] += done.entries
        row["entries"] += done.entries
        row["late"] += done.late
        row["minutes"] += done.minutes
    for day in won:
        row = weeks_of.setdefault(day.slice, {}).setdefault(_week(day.won_on), _empty_week())
        row["won"] += day.deals
    if not scope.by:
        weeks = weeks_of.setdefault(None, {})
        for week in _weeks_through(scope, list(weeks)):
            weeks.setdefault(week, _empty_week())
    rows: list[Row] = []
    for key, name in slices.in_order(conn, scope, weeks_of):
        for week, row in sorted(weeks_of.get(key, {}).items()):
            rows.append(slices.sliced(scope, key, name, _of_week(week, row)))
    columns = (*slices.columns_of(scope), *ACTIVITY)
    total = building.add_up(columns, rows)
    total["late_share"] = ratio(total["late"], total["entries"])
    here = "happened_on >= :cell_start AND happened_on < :cell_end"
    closed = "won_on >= :cell_start AND won_on < :cell_end"
    made = building.report(
        scope,
        "activity",
        rule=_(
            "By the day it happened, in ISO weeks. A call: by phone, or by phone instead of a"
            " visit; an attempt: nobody was spoken to. Late: written more than 24 hours after."
        ),
        n=total["entries"],
        columns=columns,
        rows=rows,
        total=total,
        keys=slices.keys_of(scope, "week"),
        order=_row_order,
        facts="activity",
        unit="entries",
        cells={
            "": here,
            "late": f"{here} AND late = 1",
            "won": ("won_by_day", closed),
            **{column: f"{here} AND what = '{what}'" for what, column in _WHAT.items()},
        },
        left_out=building.without_deal(scope),
        empty=_("Nothing was done in this period."),
    )
    if total["won"]:
        made.explain = [
            _("({visits} + {calls}) / {won} = {each} a won deal").format(
                visits=ngettext("{n} visit", "{n} visits", total["visits"]).format(
                    n=total["visits"]
                ),
                calls=ngettext("{n} call", "{n} calls", total["calls"]).format(n=total["calls"]),
                won=ngettext("{n} won deal", "{n} won deals", total["won"]).format(n=total["won"]),
                each=wording.number_text((total["visits"] + total["calls"]) / total["won"]),
            )
        ]
    if rows and not scope.by:
        made.chart = ChartSpec(
            "line",
            made.title,
            [
                Series(label, [Point(daytext.period(row["week"]), row[key]) for row in rows])
                for key, label in (
                    ("visits", _("Visits")),
                    ("calls", _("Calls")),
                    ("attempts", _("Attempts")),
                )
            ],
        )
    return made


def _of_week(week: str, row: Row) -> Row:
    """The row of an ISO week, "2026-W12", with the share that was late and its cells' days."""
    start = _monday(week)
    cell = {
        "cell_start": start.isoformat(),
        "cell_end": (start + timedelta(days=7)).isoformat(),
    }
    late = ratio(row["late"], row["entries"])
    return {"week": week, **row, "late_share": late, "_cell": cell}


def _row_order(row: Row) -> tuple[bool, str, str]:
    return *slices.place(row), row["week"]


def _empty_week() -> Row:
    counted = ("visits", "calls", "mails", "attempts", "minutes", "late", "won", "entries")
    return dict.fromkeys(counted, 0)


def _week(day: str) -> str:
    year, week, _weekday = date.fromisoformat(day).isocalendar()
    return f"{year:04}-W{week:02}"


def _monday(week: str) -> date:
    return date.fromisocalendar(int(week[:4]), int(week[6:]), 1)


def _weeks_through(scope: Scope, busy: Sequence[str]) -> Iterator[str]:
    """Every week from the first of ``busy`` to the end of the period, or to the present one: in
    a week of nothing nothing was done, and a line drawn past it would say otherwise."""
    if not busy:
        return
    last = date.fromisoformat(scope.today)
    if scope.period is not None:
        last = min(last, scope.period.end - timedelta(days=1))
    last = max(last, _monday(max(busy)))
    monday = _monday(min(busy))
    while monday <= last:
        yield _week(monday.isoformat())
        monday += timedelta(days=7)
