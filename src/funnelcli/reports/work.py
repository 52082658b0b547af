"""What was done and what was said: visits, calls, attempts; objections and what followed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from funnelcli import queries
from funnelcli.i18n import _
from funnelcli.render.model import Column
from funnelcli.reports import pieces
from funnelcli.reports.asking import ask
from funnelcli.reports.closing import outcomes
from funnelcli.reports.model import ChartSpec, Point, Report, Series
from funnelcli.reports.pieces import Row, ratio, share
from funnelcli.reports.scope import Scope

OBJECTIONS = (
    Column("kind", "Key", drop=5),
    Column("name", "Objection", flex=True),
    Column("objections", "Raised", "int"),
    Column("genuine", "Genuine", "int", drop=3),
    Column("pretext", "Pretext", "int", drop=3),
    Column("resolved", "Resolved", "int", drop=2),
    share("resolved_share", "Share resolved", "resolved", "objections"),
    Column("deals", "Deals", "int", drop=4),
    Column("won", "Won after", "int", drop=2),
    Column("lost", "Lost after", "int", drop=4),
    share("rate", "Win rate after", "won", "decided"),
    Column("decided", "Decided", "int", table=False),
)


def objections(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Objections by kind, the share resolved, and the win rate of the deals they came up in."""
    found = ask(conn, scope, "objections")
    names = queries.catalogue_names(conn, "objection")
    rows: list[Row] = []
    for key, slice_name, group in pieces.grouped(conn, scope, found):
        kinds: dict[str, int] = {}
        for row in group:
            kinds[row[1]] = kinds.get(row[1], 0) + row[3]
        for kind in sorted(kinds, key=lambda kind: (-kinds[kind], kind)):
            of = [row for row in group if row[1] == kind]
            ended = outcomes([(row[2], row[6], 0) for row in of])
            genuine = sum(row[4] for row in of)
            resolved = sum(row[5] for row in of)
            rows.append(
                pieces.sliced(
                    scope,
                    key,
                    slice_name,
                    {
                        "kind": kind,
                        "name": names.get(kind, kind),
                        "objections": kinds[kind],
                        "genuine": genuine,
                        "pretext": kinds[kind] - genuine,
                        "resolved": resolved,
                        "resolved_share": ratio(resolved, kinds[kind]),
                        "deals": sum(row[6] for row in of),
                        "won": ended["won"],
                        "lost": ended["lost"],
                        "decided": ended["decided"],
                        "rate": ended["rate"],
                        "_cell": {"cell_kind": kind},
                    },
                )
            )
    here = "kind = :cell_kind"
    made = pieces.report(
        scope,
        "objections",
        _("Objections"),
        rule=_(
            "Objections by the day they were raised. Win rate after: of the deals in which the"
            " kind came up, won / (won + lost), narrow; each deal once a kind."
        ),
        n=sum(row["objections"] for row in rows),
        columns=(*pieces.slice_columns(scope), *OBJECTIONS),
        rows=rows,
        keys=pieces.keys_of(scope, "kind"),
        compared=("objections", "resolved_share"),
        facts="objections",
        unit="objections",
        cells={
            "": here,
            "objections": here,
            "deals": here,
            "resolved": f"{here} AND resolved = 1",
            "won": f"{here} AND outcome IN ('won', 'withdrawn')",
            "lost": f"{here} AND outcome = 'lost'",
            "rate": f"{here} AND outcome IN ('won', 'withdrawn', 'lost')",
        },
        left_out=[_("Win rate: open deals, losses without decision, duplicates.")],
        empty=_("No objection was raised."),
    )
    made.explain = [
        _("{name}: {resolved} of {n} resolved; {won} won / {decided} decided").format(
            name=row["name"],
            resolved=row["resolved"],
            n=row["objections"],
            won=row["won"],
            decided=row["decided"],
        )
        for row in rows
    ]
    if rows and scope.by is None:
        points = [Point(row["name"], row["objections"]) for row in rows]
        made.chart = ChartSpec("bars", made.title, [Series(_("Raised"), points)])
    return made


ACTIVITY = (
    Column("week", "Week"),
    Column("visits", "Visits", "int"),
    Column("calls", "Calls", "int"),
    Column("mails", "E-mails", "int", drop=4),
    Column("attempts", "Attempts", "int"),
    Column("minutes", "Time", "duration", drop=2),
    Column("late", "Late reports", "int", drop=1),
    share("late_share", "Late", "late", "entries", drop=3),
    Column("won", "Won deals", "int"),
    Column("entries", "Entries", "int", table=False),
)
_WHAT = {"visit": "visits", "call": "calls", "mail": "mails", "attempt": "attempts"}


def activity(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Visits, calls and attempts a week, reports written late, and per won deal. Weeks without
    any are there from the first on; slices have those alone in which something was done."""
    found = ask(conn, scope, "activity")
    won = ask(conn, scope, "won_by_day")
    slices: dict[Any, dict[str, Row]] = {}
    for key, day, what, entries, late, minutes in found:
        row = slices.setdefault(key, {}).setdefault(_week(day), _empty_week())
        row[_WHAT[what]] += entries
        row["entries"] += entries
        row["late"] += late
        row["minutes"] += minutes
    for key, day, deals in won:
        slices.setdefault(key, {}).setdefault(_week(day), _empty_week())["won"] += deals
    if scope.by is None:
        weeks = slices.setdefault(None, {})
        for week in _weeks_through(scope, list(weeks)):
            weeks.setdefault(week, _empty_week())
    rows: list[Row] = []
    for key, name in pieces.in_order(conn, scope, slices):
        for week, row in sorted(slices.get(key, {}).items()):
            rows.append(pieces.sliced(scope, key, name, _of_week(week, row)))
    columns = (*pieces.slice_columns(scope), *ACTIVITY)
    total = pieces.add_up(columns, rows)
    total["late_share"] = ratio(total["late"], total["entries"])
    here = "happened_on >= :cell_start AND happened_on < :cell_end"
    closed = "won_on >= :cell_start AND won_on < :cell_end"
    made = pieces.report(
        scope,
        "activity",
        _("Activity"),
        rule=_(
            "By the day it happened, in ISO weeks. A call: by phone, or by phone instead of a"
            " visit; an attempt: nobody was spoken to. Late: written more than 24 hours after."
        ),
        n=total["entries"],
        columns=columns,
        rows=rows,
        total=total,
        keys=pieces.keys_of(scope, "week"),
        compared=("visits", "calls", "won"),
        order=_row_order,
        facts="activity",
        unit="entries",
        cells={
            "": here,
            "late": f"{here} AND late = 1",
            "won": ("won_by_day", closed),
            **{column: f"{here} AND what = '{what}'" for what, column in _WHAT.items()},
        },
        left_out=pieces.without_deal(scope),
        empty=_("Nothing was done in this period."),
    )
    if total["won"]:
        made.explain = [
            _("{visits} visits and {calls} calls / {won} won deals = {each} a won deal").format(
                visits=total["visits"],
                calls=total["calls"],
                won=total["won"],
                each=pieces.number_text((total["visits"] + total["calls"]) / total["won"]),
            )
        ]
    if rows and scope.by is None:
        made.chart = ChartSpec(
            "line",
            made.title,
            [
                Series(label, [Point(row["week"], row[key]) for row in rows])
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
    name = row.get("slice")
    return name is None, str(name).casefold(), row["week"]


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
