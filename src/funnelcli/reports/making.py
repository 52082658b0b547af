"""Making a report by its name, for every process, beside the period before, down to its deals."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import import_module
from typing import Any, NamedTuple

from funnelcli import config
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.render.model import Column
from funnelcli.reports import asking, comparing
from funnelcli.reports import scope as scopes
from funnelcli.reports.model import Report
from funnelcli.reports.names import REPORTS, Entry
from funnelcli.reports.scope import SLICE_TITLES, Scope
from funnelcli.values import dates
from funnelcli.values.dates import Period


class Earlier(NamedTuple):
    """A report as it stood at the end of an earlier ``day`` (ISO), about ``period``; ``note`` says
    so in a sentence."""

    report: Report
    day: str
    period: Period | None
    note: str


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
    since: date | None = None
    """The day with which a report of a moment is compared; without one it follows the period."""
    before: Earlier | None = None
    """What a report of a moment is compared with, as :func:`funnelcli.reports.earlier.of` makes
    it."""
    parts: Sequence[sqlite3.Connection] = ()


def make(conn: sqlite3.Connection, name: str, question: Question) -> Report:
    """The report ``name``. Raises Usage for a period, slice or filter that there is not."""
    report, _scopes = _made(conn, name, question)
    return report


def _made(
    conn: sqlite3.Connection, name: str, question: Question
) -> tuple[Report, dict[str | None, Scope]]:
    """The report, and the scope of each process that it has rows of (None for a single one)."""
    entry = REPORTS[name]
    function = _function(entry)
    if _by_process(entry, question):
        return _of_each_process(conn, name, function, question)
    scope = scope_of(conn, entry, question)
    report = function(conn, scope)
    if question.compare and not of_moment(name, question):
        before = scope.before()
        comparing.set_beside(report, function(conn, before), scope.period, before.period)
    _put_before(report, question, scope)
    _say_if_empty(conn, scope, report, question)
    return report, {None: scope}


def of_moment(name: str, question: Question) -> bool:
    """Whether the report shows how things stand at a moment: it is compared with an earlier one,
    not with an earlier period."""
    return REPORTS[name].moment and not question.options.get("backtest")


def _with_months(scope: Scope) -> Scope:
    """The scope with the months that past forecasts are of, where no period was asked for."""
    if scope.period is not None:
        return scope
    from funnelcli.reports.backtest import past_months

    months = past_months(scope)
    return replace(scope, period=dates.period_of(months[0].start, months[-1].end))


def _put_before(report: Report, question: Question, scope: Scope) -> None:
    """Set a report as it stood earlier beside the one of now."""
    if question.before is not None:
        report.notes.append(question.before.note)
        old = question.before.period
        comparing.set_beside(report, question.before.report, scope.period, old)


def _by_process(entry: Entry, question: Question) -> bool:
    """Whether the report is made once for each process: stages and targets belong to one."""
    return question.by == "process" and (entry.staged or entry.whole)


def _function(entry: Entry) -> Callable[[sqlite3.Connection, Scope], Report]:
    module, _colon, function = entry.target.partition(":")
    found: Callable[[sqlite3.Connection, Scope], Report] = getattr(
        import_module(f"funnelcli.reports.{module}"), function
    )
    return found


def period_of(entry: Entry, question: Question) -> Period | None:
    """The period that a report is asked about, its usual one where none was; None for all time.

    Raises Usage for what is no period.
    """
    text = question.period or entry.period
    return None if text in ("", "all") else dates.parse_period(text)


def scope_of(
    conn: sqlite3.Connection, entry: Entry, question: Question, process: str | None = None
) -> Scope:
    """What a question asks of a report; of ``process`` where the report is made for each."""
    wanted = process or question.process
    if wanted is None and entry.staged:
        wanted = config.get("process")
    made = scopes.make(
        conn,
        question.filters,
        process=wanted,
        period=period_of(entry, question),
        as_of=question.as_of,
        by=None if _by_process(entry, question) else question.by,
        since=None if question.before is None else question.before.day,
        parts=question.parts,
        **question.options,
    )
    return _with_months(made) if made.backtest else made


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
        scope = used[key] = scope_of(conn, REPORTS[name], question, key)
        # What has no deal is of no process; it must not count in each of them.
        scope.strays = False
        made = function(conn, scope)
        if question.compare and not of_moment(name, question):
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
            whole.compare.n += made.compare.n
    assert whole is not None
    whole.total = whole.chart = None
    _put_before(whole, question, used[keys[0]])
    _say_if_empty(conn, used[keys[0]], whole, question)
    return whole, used


def _mark(report: Report, process: str) -> None:
    report.columns = (Column("slice", SLICE_TITLES["process"]), *report.columns)
    report.keys = ("slice", *report.keys)
    report.rows = [{"slice": process, **row} for row in report.rows]


def _say_if_empty(
    conn: sqlite3.Connection, scope: Scope, report: Report, question: Question
) -> None:
    """A sentence for a report that rests on nothing, and what may have been meant."""
    if report.n:
        return
    if scope.filtered:
        text = _("No deal passes the filter in this period.")
        # The table of those that pass is not on this connection where others were asked in parts.
        found = conn.execute(
            f"{scope.passing} AND d.process_id = coalesce(:process_id, d.process_id) LIMIT 1",
            scope.parameters,
        ).fetchone()
        if found is None:
            text = _("No deal passes the filter.")
    elif conn.execute("SELECT 1 FROM deal LIMIT 1").fetchone() is None:
        text = _('There is no deal yet: funnel deal add "New roof" opens the first.')
    elif not _of_process(conn, scope):
        text = _("No deal goes through {process} yet.").format(process=scope.process)
    elif scope.period is None:
        text = _("There is nothing of this to report yet.")
    else:
        text = _("Nothing falls into this period.")
    said = [text, *_meant_as_period(question)]
    if report.rows or report.empty:
        report.notes[:0] = said
    else:
        report.empty, report.notes[:0] = text, said[1:]


def _of_process(conn: sqlite3.Connection, scope: Scope) -> bool:
    """Whether a deal is in the process of the report; of all processes there is one."""
    found = conn.execute(
        "SELECT 1 FROM deal WHERE process_id = coalesce(?, process_id) LIMIT 1",
        (scope.process_id,),
    )
    return found.fetchone() is not None


def _meant_as_period(question: Question) -> Iterator[str]:
    """A hint for a period among the filters, where it is but a word to search for."""
    for word in question.filters:
        try:
            dates.parse_period(word)
        except Usage:
            continue
        yield _("“{word}” was searched for; a period is written --period {word}.").format(word=word)


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
    # Of all rows there may be none; of a row that is named there must be one.
    matched = not wanted
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
    values = {"cell_slice": None, **row["_cell"]}
    if scope.backtest:
        values |= _month_values(scope)
    if scope.by is not None:
        condition = (
            f"({condition}) AND (slice = :cell_slice OR (slice IS NULL AND :cell_slice IS NULL))"
        )
    return asking.deals_behind(conn, scope, query, condition, values)


def _month_values(scope: Scope) -> dict[str, Any]:
    from funnelcli.reports.backtest import month_values

    return month_values(scope)
