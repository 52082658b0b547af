"""Making a report by its name, for every process, beside the period before, down to its deals."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from funnelcli import config, dates
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.render.model import Column
from funnelcli.reports import asking
from funnelcli.reports import scope as scopes
from funnelcli.reports.model import Report
from funnelcli.reports.names import REPORTS, Entry
from funnelcli.reports.scope import SLICE_TITLES, Scope


@dataclass(slots=True)
class Question:
    """What a user asks of a report; texts as they were typed, checked here."""

    filters: Sequence[str] = ()
    period: str | None = None
    process: str | None = None
    by: str | None = None
    as_of: int | None = None
    compare: bool = False
    options: dict[str, Any] = field(default_factory=dict)


def make(conn: sqlite3.Connection, name: str, question: Question) -> Report:
    """The report ``name``. Raises Usage for a period, slice or filter that there is not."""
    report, _scopes = _made(conn, name, question)
    return report


def _made(
    conn: sqlite3.Connection, name: str, question: Question
) -> tuple[Report, dict[str | None, Scope]]:
    """The report, and the scope of each process that it has rows of (None for a single one)."""
    entry = REPORTS[name]
    sliced = question.by is not None
    if sliced and (question.options.get("backtest") or (entry.whole and question.by != "process")):
        raise Usage(
            _("This report cannot be sliced by {name}.").format(name=question.by),
            _("Filter instead, like {name}:VALUE, or slice --by process.").format(name=question.by),
        )
    function = _function(entry)
    if _by_process(entry, question):
        return _of_each_process(conn, name, function, question)
    scope = _scope(conn, entry, question)
    report = function(conn, scope)
    if question.compare:
        report.compare = function(conn, scope.before())
    _say_if_empty(conn, scope, report)
    return report, {None: scope}


def _by_process(entry: Entry, question: Question) -> bool:
    """Whether the report is made once for each process: stages and targets belong to one."""
    return question.by == "process" and (entry.staged or entry.whole)


def _function(entry: Entry) -> Callable[[sqlite3.Connection, Scope], Report]:
    module, _colon, function = entry.target.partition(":")
    found: Callable[[sqlite3.Connection, Scope], Report] = getattr(
        import_module(f"funnelcli.reports.{module}"), function
    )
    return found


def _scope(
    conn: sqlite3.Connection, entry: Entry, question: Question, process: str | None = None
) -> Scope:
    wanted = process or question.process
    if wanted is None and entry.staged:
        wanted = config.get("process")
    period = question.period or entry.period
    return scopes.make(
        conn,
        question.filters,
        process=wanted,
        period=None if period in ("", "all") else dates.parse_period(period),
        as_of=question.as_of,
        by=None if _by_process(entry, question) else question.by,
        **question.options,
    )


def _of_each_process(
    conn: sqlite3.Connection,
    name: str,
    function: Callable[[sqlite3.Connection, Scope], Report],
    question: Question,
) -> tuple[Report, dict[str | None, Scope]]:
    """One report with the rows of all processes: stages belong to one process each."""
    keys = [key for (key,) in conn.execute("SELECT key FROM process ORDER BY id")]
    if question.process is not None:
        keys = [question.process]
    whole: Report | None = None
    used: dict[str | None, Scope] = {}
    for key in keys:
        scope = used[key] = _scope(conn, REPORTS[name], question, key)
        # What has no deal is of no process; it must not count in each of them.
        scope.strays = False
        made = function(conn, scope)
        if question.compare:
            made.compare = function(conn, scope.before())
        for part in (made, made.compare):
            if part is not None:
                _mark(part, key)
        if whole is None:
            whole = made
            whole.title = _(REPORTS[name].title)
            continue
        whole.n += made.n
        whole.rows += made.rows
        whole.explain += made.explain
        whole.extra += made.extra
        if whole.compare is not None and made.compare is not None:
            whole.compare.rows += made.compare.rows
    assert whole is not None
    whole.total = whole.chart = None
    _say_if_empty(conn, used[keys[0]], whole)
    return whole, used


def _mark(report: Report, process: str) -> None:
    report.columns = (Column("slice", SLICE_TITLES["process"]), *report.columns)
    report.keys = ("slice", *report.keys)
    report.rows = [{"slice": process, **row} for row in report.rows]


def _say_if_empty(conn: sqlite3.Connection, scope: Scope, report: Report) -> None:
    """A sentence for a report that rests on nothing."""
    if report.n:
        return
    if scope.filtered:
        text = _("No deal passes the filter in this period.")
        found = conn.execute(
            f"SELECT 1 FROM deal AS d WHERE {scope.where} LIMIT 1", scope.parameters
        ).fetchone()
        if found is None:
            text = _("No deal passes the filter.")
    elif conn.execute("SELECT 1 FROM deal LIMIT 1").fetchone() is None:
        text = _('There is no deal yet: funnel deal add "New roof" opens the first.')
    else:
        text = _("Nothing falls into this period.")
    report.empty = report.empty or text
    if text not in report.notes:
        report.notes.insert(0, text)


# Comparison -------------------------------------------------------------------------------------


def beside(report: Report) -> tuple[list[Column], list[dict[str, Any]]]:
    """The columns and rows of a report with those of the period before beside the compared
    ones; rows that there were only before come last."""
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
    columns: list[Column] = []
    for column in report.columns:
        columns.append(column if column.shown is None else column._replace(shown=_safe(column)))
        if column.key in report.compared:
            columns.append(_before_column(column))
    return columns, rows


def _earlier(report: Report, earlier: dict[str, Any]) -> dict[str, Any]:
    values = {f"{key}_before": earlier.get(key) for key in report.compared}
    return {**values, "_before": earlier}


def _safe(column: Column) -> Callable[[Any], str]:
    """How a cell reads in a row that there was only before: not at all."""
    shown = column.shown
    assert shown is not None
    return lambda row: shown(row) if column.key in row else ""


def _before_column(column: Column) -> Column:
    shown = column.shown
    return column._replace(
        key=f"{column.key}_before",
        title="before",
        shown=None
        if shown is None
        else (lambda row: shown(row["_before"]) if row["_before"] else ""),
        style=None,
    )


# The deals behind a cell ------------------------------------------------------------------------


def deals_behind(
    conn: sqlite3.Connection, name: str, question: Question, cell: str
) -> tuple[list[int], str]:
    """The ids of the deals behind a cell, and what the cell is called.

    ``cell`` is ROW or ROW:COLUMN; ROW names a row by its keys, joined with "/" (any of them
    may be left out; "all" or nothing is every row), COLUMN is a column's name in JSON. Raises
    Usage where the report has no such row or column.
    """
    report, used = _made(conn, name, question)
    where, column = _parts(report, cell)
    wanted = [part.casefold() for part in where.split("/") if part and part != "all"]
    ids: set[int] = set()
    matched = False
    for row in report.rows:
        keys = {str(row.get(key) if row.get(key) is not None else "none") for key in report.keys}
        keys |= {str(row["name"])} if row.get("name") else set()
        if not all(part in {key.casefold() for key in keys} for part in wanted):
            continue
        matched = True
        scope = used.get(None) or used[row["slice"]]
        ids.update(_ids(conn, scope, report, row, column))
    if not matched:
        rows = dict.fromkeys(
            "/".join(str(row.get(key)) for key in report.keys) for row in report.rows
        )
        raise Usage(
            _("The report has no row {name}.").format(name=where),
            _("Its rows: {keys}.").format(keys=", ".join(list(rows)[:20]) or "–"),
        )
    return sorted(ids), cell


def _parts(report: Report, cell: str) -> tuple[str, str]:
    where, colon, column = cell.rpartition(":")
    if not colon:
        return cell, ""
    if column in report.cells:
        return where, column
    raise Usage(
        _("There are no deals behind a column {name}.").format(name=column),
        _("Columns with deals: {keys}.").format(
            keys=", ".join(key for key in report.cells if key) or "–"
        ),
    )


def _ids(
    conn: sqlite3.Connection, scope: Scope, report: Report, row: dict[str, Any], column: str
) -> list[int]:
    found = report.cells.get(column, "1 = 1")
    query, condition = (report.facts, found) if isinstance(found, str) else found
    values = {"cell_slice": None, **row["_cell"], **extra_values(scope)}
    if scope.by is not None:
        condition = (
            f"({condition}) AND (slice = :cell_slice OR (slice IS NULL AND :cell_slice IS NULL))"
        )
    return asking.deals_behind(conn, scope, query, condition, values)


def extra_values(scope: Scope) -> dict[str, Any]:
    """The parameters that single queries have besides those of every scope."""
    given = scope.parameters
    return {
        "cohort": int(scope.cohort),
        "filtered": int(not scope.strays),
        "all_time": int(scope.period is None),
        "any_due": int(scope.due is None),
        "due_start": scope.due.start.isoformat() if scope.due else "",
        "due_end": scope.due.end.isoformat() if scope.due else "",
        "rate_day": scope.today,
        "from_day": given["start"] if scope.period is not None else scope.today[:7] + "-01",
        "to_day": given["end"],
    }
