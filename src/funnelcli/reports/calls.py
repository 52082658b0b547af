"""What calls led to, by the list that they were made from."""

from __future__ import annotations

import sqlite3

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
from funnelcli.values import dates

CALLS = (
    Column("list", "Key", typed=True, drop=8),
    Column("name", "List", flex=True),
    Column("calls", "Calls", "int"),
    Column("people", "People", "int", drop=4),
    Column("reached", "Reached", "int"),
    share_column("reached_share", "Share reached", "reached", "calls", drop=6),
    Column("callbacks", "Callbacks", "int", drop=3),
    Column("appointments", "Appointments", "int"),
    Column("won", "Won deals", "int"),
    Column("minutes", "Time", "duration", drop=2),
    Column("calls_per_hour", "Calls an hour", "int", drop=5),
    Column("reached_per_hour", "Reached an hour", "int", drop=1),
    Column("appointments_per_hour", "Appointments an hour", "int", drop=7),
    Column("timed", "With a duration", "int", table=False),
)
_COUNTED = ("calls", "reached", "callbacks", "appointments", "minutes", "timed")
_PER_HOUR = {
    "calls_per_hour": "timed",
    "reached_per_hour": "timed_reached",
    "appointments_per_hour": "timed_appointments",
}


def calls(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Calls, people reached, callbacks, appointments and won deals by list, and an hour of calls:
    of those whose duration is on record, that figure · 60 / their minutes as effort has them."""
    found = ask(conn, scope, "calls")
    won = {(row.slice, row.list): row.deals for row in ask(conn, scope, "calls_won")}
    called = {(row.slice, row.list): row for row in found}
    rows: list[Row] = []
    sums = dict.fromkeys((*_COUNTED, *_PER_HOUR.values()), 0)
    # A deal can be of a slice that the call before it, which named no deal, is not of.
    cells: dict[Any, list[tuple[Any, str | None]]] = {}
    for cell in sorted({*called, *won}, key=lambda cell: (cell[1] is None, cell[1] or "")):
        cells.setdefault(cell[0], []).append(cell)
    for key, name in slices.in_order(conn, scope, cells):
        for cell in cells.get(key, ()):
            row, called_from = called.get(cell), cell[1]
            counts = {what: getattr(row, what, 0) for what in sums}
            for what, count in counts.items():
                sums[what] += count
            made = _figures(counts) | {
                "list": called_from,
                "name": f"@{called_from}" if called_from else _("(no list)"),
                "people": getattr(row, "people", 0),
                "won": won.get(cell, 0),
                "_cell": {"cell_list": called_from},
            }
            rows.append(slices.sliced(scope, key, name, made))
    columns = (*slices.columns_of(scope), *CALLS)
    total = building.add_up(columns, rows, leave=("people", *_PER_HOUR)) | _figures(sums)
    here = "coalesce(list, '') = coalesce(:cell_list, '')"
    made_report = building.report(
        scope,
        "calls",
        rule=_(
            "Calls by the day they were made, visits that became calls too. Reached: somebody was"
            " spoken to. Appointments: visits agreed on. A won deal counts once, for the last call"
            " from a list before it at which somebody was reached, else for the last one."
        ),
        n=sums["calls"],
        columns=columns,
        rows=rows,
        total=total,
        keys=slices.keys_of(scope, "list"),
        facts="calls",
        unit="calls",
        cells={
            "": here,
            "calls": here,
            "reached": f"{here} AND reached = 1",
            "callbacks": f"{here} AND callback = 1",
            "appointments": f"{here} AND appointments > 0",
            "won": ("calls_won", here),
        },
        left_out=building.without_deal(scope),
        empty=_("Nobody was called."),
    )
    if sums["timed"] < sums["calls"]:
        made_report.left_out.append(
            ngettext(
                "An hour: {n} call without a duration.",
                "An hour: {n} calls without a duration.",
                sums["calls"] - sums["timed"],
            ).format(n=sums["calls"] - sums["timed"])
        )
    made_report.explain = [
        _("{name}: {reached} of {calls} reached; {timed} · 60 / {minutes} = {each} an hour").format(
            name=row["name"],
            reached=row["reached"],
            calls=row["calls"],
            timed=row["timed"],
            minutes=dates.format_duration(row["minutes"]),
            each=wording.number_text(row["calls_per_hour"]),
        )
        for row in rows
        if row["calls_per_hour"] is not None
    ]
    if rows and not scope.by:
        points = [Point(row["name"], row["reached"]) for row in rows]
        made_report.chart = ChartSpec("bars", made_report.title, [Series(_("Reached"), points)])
    return made_report


def _figures(counts: Row) -> Row:
    """The columns of these counts: themselves, the share reached, and what they are an hour."""
    minutes = counts["minutes"]
    return {
        **{what: counts[what] for what in _COUNTED},
        "reached_share": ratio(counts["reached"], counts["calls"]),
        **{
            column: round(counts[what] * 60 / minutes, 6) if minutes else None
            for column, what in _PER_HOUR.items()
        },
    }
