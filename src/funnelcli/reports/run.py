"""Making a report by its name, for every process, beside the period before."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module

from funnelcli import config
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.render.model import Column
from funnelcli.reports import comparison, slices
from funnelcli.reports import scope as scopes
from funnelcli.reports.declarations import REPORTS, SLICES, Declared, slice_keys
from funnelcli.reports.model import Report
from funnelcli.reports.past_months import past_months
from funnelcli.reports.question import Question, of_moment, period_of
from funnelcli.reports.scope import Scope
from funnelcli.values import dates


def make(conn: sqlite3.Connection, name: str, question: Question) -> Report:
    """The report ``name``. Raises Usage for a period, slice or filter that there is not."""
    report, _scopes = make_with_scopes(conn, name, question)
    return report


def make_with_scopes(
    conn: sqlite3.Connection, name: str, question: Question
) -> tuple[Report, dict[str | None, Scope]]:
    """The report, and the scope of each process that it has rows of (None for a single one)."""
    declared = REPORTS[name]
    function = _function(declared)
    if declared.made_by_process(question.by):
        return _of_each_process(conn, name, function, question)
    scope = scope_of(conn, declared, question)
    report = function(conn, scope)
    if question.compare and not of_moment(name, question):
        before = scope.before()
        comparison.set_beside(report, function(conn, before), scope.period, before.period)
    _put_before(report, question, scope)
    _say_if_empty(conn, scope, report, question)
    return report, {None: scope}


def _with_months(scope: Scope) -> Scope:
    """The scope with the months that past forecasts are of, where no period was asked for."""
    if scope.period is not None:
        return scope
    months = past_months(scope)
    return scope._replace(period=dates.period_of(months[0].start, months[-1].end))


def _put_before(report: Report, question: Question, scope: Scope) -> None:
    """Set a report as it stood earlier beside the one of now."""
    if question.before is not None:
        report.notes.append(question.before.note)
        old = question.before.period
        comparison.set_beside(report, question.before.report, scope.period, old)


def _function(declared: Declared) -> Callable[[sqlite3.Connection, Scope], Report]:
    module, _colon, function = declared.target.partition(":")
    found: Callable[[sqlite3.Connection, Scope], Report] = getattr(
        import_module(f"funnelcli.reports.{module}"), function
    )
    return found


def scope_of(
    conn: sqlite3.Connection, declared: Declared, question: Question, process: str | None = None
) -> Scope:
    """What a question asks of a report; of ``process`` where the report is made for each."""
    wanted = process or question.process
    if wanted is None and declared.staged:
        wanted = config.get("process")
    # A report that is made once for each process asks no query for it.
    apart = declared.made_by_process(question.by)
    made = scopes.make(
        conn,
        question.filters,
        process=wanted,
        period=period_of(declared, question),
        as_of=question.as_of,
        by=tuple(by for by in question.by if by != "process") if apart else question.by,
        since=None if question.before is None else question.before.day,
        parts=question.parts,
        answers=question.answers,
        keeping=question.keeping,
        moment=None if question.keeping is None else question.keeping.now,
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
    if question.process is not None:
        keys = [question.process]
    elif REPORTS[name].staged:
        keys = scopes.used(conn)
    else:
        # A process without deals has a target all the same.
        keys = [key for (key,) in conn.execute("SELECT key FROM process ORDER BY id")]
    whole: Report | None = None
    used: dict[str | None, Scope] = {}
    called: dict[str, str] = {}
    for key in keys:
        scope = used[key] = scope_of(conn, REPORTS[name], question, key)
        called[key] = scope.process
        # What has no deal is of no process; it must not count in each of them.
        scope.strays = False
        made = function(conn, scope)
        if question.compare and not of_moment(name, question):
            made.compare = function(conn, scope.before())
        for part in (made, made.compare):
            if part is not None:
                _mark(part, key, question.by, called)
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
    if question.by[0] != "process":
        for part in filter(None, (whole, whole.compare)):
            part.rows.sort(key=slices.place)
    whole.total = whole.chart = None
    _put_before(whole, question, used[keys[0]])
    _say_if_empty(conn, used[keys[0]], whole, question)
    return whole, used


def _renamed(column: Column, others: Mapping[str, str]) -> Column:
    """A column under its new key; what it shows it reads from a row under the old one."""
    old, shown = column.key, column.shown
    new = others.get(old, old)
    if new == old or shown is None:
        return column._replace(key=new)
    return column._replace(key=new, shown=lambda row: shown({old: row[new]} if new in row else {}))


def _mark(report: Report, process: str, by: Sequence[str], called: Mapping[str, str]) -> None:
    """Say in every row of which process it is, in the place that the process has in ``by``;
    ``called`` are the names of the processes."""
    old, new = slice_keys(by[1:]), slice_keys(by)
    mine = new[by.index("process")]
    others = dict(zip(old, (key for key in new if key != mine), strict=True))
    columns = [_renamed(column, others) for column in report.columns]
    columns.insert(
        by.index("process"), Column(mine, SLICES["process"], names=lambda key: called.get(key, key))
    )
    report.columns = columns
    report.keys = (*new, *(key for key in report.keys if key not in old))
    report.rows = [
        {
            **{key: process if key == mine else None for key in new},
            **{others.get(key, key): value for key, value in row.items()},
            "_process": process,
        }
        for row in report.rows
    ]


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
        text = _("There is no deal yet.")
        report.hints.append(_('`funnel deal add "New roof"` opens the first.'))
    elif not _of_process(conn, scope):
        text = _("No deal goes through {process} yet.").format(process=scope.process)
    elif scope.period is None:
        text = _("There is nothing of this to report yet.")
    else:
        text = _("Nothing falls into this period.")
    report.hints += _meant_as_period(question)
    if report.rows or report.empty:
        report.notes.insert(0, text)
    else:
        report.empty = text


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
        if ":" in word:
            continue  # What a field is asked for; no period is written so.
        try:
            dates.parse_period(word)
        except Usage:
            continue
        yield _("“{word}” was searched for; a period is written --period {word}.").format(word=word)
