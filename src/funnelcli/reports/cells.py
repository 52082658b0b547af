"""The deals behind a cell of a report."""

from __future__ import annotations

import sqlite3

from funnelcli.errors import Usage
from funnelcli.i18n import _, every, pick
from funnelcli.queries import all_names
from funnelcli.reports import statement
from funnelcli.reports.model import Report, Row
from funnelcli.reports.past_months import month_values
from funnelcli.reports.question import Question
from funnelcli.reports.run import make_with_scopes
from funnelcli.reports.scope import Scope
from funnelcli.values.choosing import in_words, named, plain


def deals_behind(
    conn: sqlite3.Connection, name: str, question: Question, cell: str
) -> tuple[list[int], str]:
    """The ids of the deals behind a cell, and what the cell is called.

    ``cell`` is ROW or ROW:COLUMN; ROW names a row by its keys, joined with "/" (any of them
    may be left out; "all" or nothing is every row), COLUMN is a column's name in JSON, its
    heading or a part of that. Raises
    Usage where the report has no such row or column.
    """
    report, used = make_with_scopes(conn, name, question)
    where, column = _parts(report, cell)
    labels = {label for row in report.rows for label in _labels(report, row)}
    wanted = [
        _meant(conn, part, labels).casefold() for part in where.split("/") if part and part != "all"
    ]
    ids: set[int] = set()
    # Of all rows there may be none; of a row that is named there must be one.
    matched = not wanted
    for row in report.rows:
        keys = {label.casefold() for label in _labels(report, row)}
        if not keys.issuperset(wanted):
            continue
        matched = True
        scope = used.get(None) or used[row["_process"]]
        ids.update(_ids(conn, scope, report, row, column))
    if not matched:
        known = all_names(conn)

        def spoken(label: str) -> str:
            return pick(label, known[label][1]) if label in known else label

        rows = dict.fromkeys(
            "/".join(spoken(str(row.get(key))) for key in report.keys) for row in report.rows
        )
        raise Usage(
            _("The report has no row {name}.").format(name=where),
            _("Its rows: {keys}.").format(keys=", ".join(list(rows)[:20]) or "–"),
        )
    return sorted(ids), cell


def _meant(conn: sqlite3.Connection, part: str, labels: set[str]) -> str:
    """The label of a row that ``part`` is, or that it names as what is stored under that key is
    named; itself else. Raises Usage with those that it may be."""
    if part.casefold() in map(str.casefold, labels):
        return part
    known = all_names(conn)
    called = {plain(name) for key in labels & known.keys() for name in known[key]}
    entries = [
        (label, *known.get(label, (label, label)))
        for label in sorted(labels)
        if label in known or plain(label) not in called
    ]
    return named(entries, part) or part


def _labels(report: Report, row: Row) -> set[str]:
    """What a row is called: its keys, and its name."""
    keys = {str(row.get(key) if row.get(key) is not None else "none") for key in report.keys}
    return keys | ({str(row["name"])} if row.get("name") else set())


def _parts(report: Report, cell: str) -> tuple[str, str]:
    where, colon, column = cell.rpartition(":")
    if not colon:
        return cell, ""
    if column in report.cells:
        return where, column
    titles = [(one.key, *every(one.title)) for one in report.columns if one.key in report.cells]
    key = named(titles, column)
    if key is not None:
        return where, key
    raise Usage(
        _("There are no deals behind a column {name}.").format(name=column),
        _("Columns with deals: {keys}.").format(
            keys=in_words(filter(None, report.cells), titles) or "–"
        ),
    )


def _ids(
    conn: sqlite3.Connection, scope: Scope, report: Report, row: Row, column: str
) -> list[int]:
    if "_behind" in row:
        # Figures of several queries stand one below the other, each with its own.
        query, condition, standing = row["_behind"]
        scope = scope.standing() if standing else scope
    else:
        found = report.cells.get(column, "1 = 1")
        query, condition = (report.facts, found) if isinstance(found, str) else found
    values = {"cell_slice": None, **row["_cell"]}
    if scope.backtest:
        values |= month_values(scope)
    if scope.by:
        condition = (
            f"({condition}) AND (slice = :cell_slice OR (slice IS NULL AND :cell_slice IS NULL))"
        )
    return statement.deals_behind(conn, scope, query, condition, values)
