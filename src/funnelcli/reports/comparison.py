"""A report beside the one before: the same rows found, months and weeks kept in step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from funnelcli.i18n import N_, _
from funnelcli.patterns import regex
from funnelcli.render.model import Column
from funnelcli.reports.model import Report
from funnelcli.typed import Any
from funnelcli.values import daytext
from funnelcli.values.dates import Period

# What rows are told apart by that passes with time: 2026-10, 2026-W40.
_MONTH = regex(r"(\d{4})-(\d\d)")
_WEEK = regex(r"(\d{4})-W(\d\d)")


def set_beside(report: Report, before: Report, period: Period | None, old: Period | None) -> None:
    """Make ``before``, the report over the period ``old``, what ``report`` is compared with.

    The first month (or week) of ``old`` stands beside the first of ``period``; without them
    months are compared as they are.
    """
    report.compare = before
    if period is None or old is None or period == old:
        return
    months = (period.start.year - old.start.year) * 12 + period.start.month - old.start.month
    weeks = (_monday(period.start) - _monday(old.start)).days // 7
    moved = False
    for row in before.rows:
        for key in before.keys:
            value = row.get(key)
            if isinstance(value, str) and (later := _later(value, months, weeks)) != value:
                row[key] = later
                moved = True
    if moved:
        report.notes.append(
            _("Before: the first month or week of {period} beside the first of this.").format(
                period=daytext.period(old.label)
            )
        )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _later(value: str, months: int, weeks: int) -> str:
    """A month or an ISO week later by so many; other words as they are."""
    if found := _MONTH.fullmatch(value):
        year, month = divmod(int(found[1]) * 12 + int(found[2]) - 1 + months, 12)
        return f"{year:04}-{month + 1:02}"
    if found := _WEEK.fullmatch(value):
        day = date.fromisocalendar(int(found[1]), int(found[2]), 1) + timedelta(weeks=weeks)
        year, week, _weekday = day.isocalendar()
        return f"{year:04}-W{week:02}"
    return value


def beside(report: Report) -> tuple[list[Column], list[dict[str, Any]]]:
    """The columns and rows of a report with those of the one before beside the compared ones.

    Rows that there were only before stand where the report orders them, else last.
    """
    before = report.compare
    if before is None:
        return list(report.columns), report.rows
    old = {tuple(row.get(key) for key in report.keys): row for row in before.rows}
    rows = []
    for row in report.rows:
        earlier = old.pop(tuple(row.get(key) for key in report.keys), {})
        rows.append({**row, **_earlier(report, earlier)})
    for earlier in old.values():
        known = {key: earlier.get(key) for key in (*report.keys, "name", "currency", "position")}
        rows.append({**known, "_cell": {}, **_earlier(report, earlier)})
    if report.order is not None:
        rows.sort(key=report.order)
    return columns_beside(report.columns, report.compared), rows


def columns_beside(columns: Sequence[Column], compared: Sequence[str]) -> list[Column]:
    """``columns``, with one of what was before beside each that is compared."""
    both: list[Column] = []
    first = next((column.key for column in columns if column.key in compared), None)
    for column in columns:
        both.append(_safe(column))
        if column.key in compared:
            both.append(_before_column(column, first=column.key == first))
    return both


def total_beside(report: Report) -> dict[str, Any] | None:
    """The total of a report with that of the one before beside the compared columns."""
    if report.total is None or report.compare is None:
        return report.total
    return {**report.total, **_earlier(report, report.compare.total or {})}


def _earlier(report: Report, earlier: dict[str, Any]) -> dict[str, Any]:
    values = {f"{key}_before": earlier.get(key) for key in report.compared}
    return {**values, "_before": earlier}


def _safe(column: Column) -> Column:
    """A column that stays empty and unstyled in a row that there was only before."""

    def where_known(read: Callable[[Any], str]) -> Callable[[Any], str]:
        return lambda row: read(row) if column.key in row else ""

    return column._replace(
        shown=None if column.shown is None else where_known(column.shown),
        style=where_known(column.style) if callable(column.style) else column.style,
    )


def _before_column(column: Column, *, first: bool) -> Column:
    shown = column.shown
    return column._replace(
        key=f"{column.key}_before",
        title=N_("Before"),
        beside=column.key,
        # On a screen that is too narrow it goes before the figure beside it does, or is cut; the
        # first stays, for it was asked for.
        drop=column.drop if first else column.drop + 1,
        shown=None
        if shown is None
        else (lambda row: shown(row["_before"]) if column.key in row["_before"] else ""),
        style=None,
    )
