"""How a report becomes a page: its rows, how they were computed, its data."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.i18n import _, ngettext
from funnelcli.render import Block, Column, Listing, Page, Prose
from funnelcli.render.columns import data_columns
from funnelcli.reports.comparison import beside, total_beside
from funnelcli.reports.model import Report
from funnelcli.reports.wording import counted, day_text, moment_text, number_text, unit_name
from funnelcli.typed import Any
from funnelcli.values import dates, daytext
from funnelcli.values.moneyformat import Minor


def listing_of(report: Report) -> Listing:
    """The rows of a report, those of the period before beside them where it has any."""
    from funnelcli.render.charts import drawable

    columns, rows = beside(report)
    chart = report.chart if report.chart is not None and drawable(report.chart) else None
    if chart is not None:
        chart = chart._replace(title=heading(report), note=basis_of(report))
    return Listing(
        columns,
        rows,
        title=heading(report),
        empty=report.empty,
        total=total_beside(report),
        chart=chart,
    )


def heading(report: Report) -> str:
    """The title with the period and the moment, and those of what stands beside it."""
    parts = [report.title, *period_and_moment(report)]
    if report.compare is not None:
        earlier = " · ".join(period_and_moment(report.compare))
        parts.append(_("before: {period}").format(period=earlier))
    return " · ".join(parts)


def period_and_moment(report: Report) -> list[str]:
    """What a report is of: its period and the moment that it shows, as far as it has them."""
    parts = [daytext.period(report.period)] if report.period else []
    at = report.as_of
    if at is None and report.standing:
        at = dates.now()
        return [*parts, _("as of {when}").format(when=day_text(at))]
    if at is not None:
        parts.append(_("as of {when}").format(when=moment_text(at)))
    return parts


def notes_of(report: Report, *, explain: bool = False) -> list[str]:
    """How a report was computed: its rule, n, zone, what was left out; with ``explain`` the
    formula with the numbers put in."""
    lines = [_("How: {rule}").format(rule=report.rule)]
    lines.append(basis_of(report))
    if report.left_out:
        lines.append(_("Left out: {what}").format(what=" ".join(report.left_out)))
    lines += report.notes
    if explain and report.explain:
        lines += ["", *report.explain]
    return lines


def basis_of(report: Report) -> str:
    """What a report rests on: its n, that of the period before, its zone."""
    parts = [f"n = {counted(report.n, report.unit)}"]
    if report.compare is not None:
        parts.append(
            _("before: {period}, n = {n}").format(
                period=" · ".join(period_and_moment(report.compare)),
                n=number_text(report.compare.n),
            )
        )
    parts.append(_("time zone {zone}").format(zone=report.zone))
    return "; ".join(parts) + "."


def report_page(report: Report, *, explain: bool = False) -> Page:
    """A report as a page."""
    main = listing_of(report)
    data = data_of(report, explain=explain)
    page = Page(blocks_of(report, main, explain=explain), data, main)
    # Text has the other tables too, each by its name, and in a pipe behind the rows.
    page.flat = {one.name: listing_of(one) for one in (report, *report.extra)}
    if report.extra:
        page.name = report.name
    if data["total"] is not None:
        page.flat["total"] = data["total"]
    page.flat[BASIS] = {key: data[key] for key in _RESTS_ON if key in data}
    return page


BASIS = "basis"
"""The name, in text, of what a report is of and rests on."""
_RESTS_ON = (
    *("title", "process", "rule", "period", "zone", "as_of_at", "n", "unit", "left_out", "notes"),
    "explain",
)


def blocks_of(report: Report, main: Listing, *, explain: bool) -> list[Block]:
    """The blocks of one report, the tables that belong to it included."""
    blocks: list[Block] = [main]
    for extra in report.extra:
        blocks.append(listing_of(extra))
    blocks.append(Prose("\n".join(notes_of(report, explain=explain))))
    if report.hints:
        blocks.append(Prose("\n".join(report.hints), hint=True))
    return blocks


def all_page(
    reports: list[Report], sentence: str, *, compare: bool = False, explain: bool = False
) -> Page:
    """Several reports, one below the other; those that rest on nothing in one line.

    ``sentence`` says what the page is of, and what "before" means on it.
    """
    filled = [report for report in reports if report.n]
    blocks: list[Block] = []
    if filled:
        blocks.append(Prose(sentence))
    for report in filled:
        blocks += blocks_of(report, listing_of(report), explain=explain)
    if reports and not filled:
        blocks.append(
            Prose("\n".join(dict.fromkeys([reports[0].empty, *reports[0].notes])).strip())
        )
        if reports[0].hints:
            blocks.append(Prose("\n".join(reports[0].hints), hint=True))
    empty = dict.fromkeys(report.title.partition(" · ")[0] for report in reports if not report.n)
    if empty:
        blocks.append(Prose(_("Nothing to report on: {names}.").format(names=", ".join(empty))))
    data = [data_of(report, compare=compare, explain=explain) for report in reports]
    flat: dict[str, Any] = {}
    for found in data:
        # A report of a process stands there once for each.
        name = found["report"]
        flat[f"{name}.{found['process']}" if name in flat else name] = flat_of(found)
    return Page(blocks, data, title=_("All figures"), name="report", flat=flat)


def flat_of(data: dict[str, Any]) -> dict[str, Any]:
    """The data of a report under the names that its parts have in text: the tables that belong to
    it by their own."""
    extra = {found["report"]: flat_of(found) for found in data["extra"]}
    return {**{key: item for key, item in data.items() if key not in ("report", "extra")}, **extra}


def data_of(report: Report, *, compare: bool = False, explain: bool = False) -> dict[str, Any]:
    """A report as ``--json`` prints it: the fields of :mod:`funnelcli.reports.fields`. What it
    is compared with is there where it is, and empty
    where it was asked to ``compare`` and there is nothing to compare with."""
    columns, rows = beside(report)
    total = total_beside(report)
    data: dict[str, Any] = {
        "report": report.name,
        "title": report.title,
        "process": report.process,
        "rule": report.rule,
        "period": report.period or None,
        "zone": report.zone,
        "as_of_at": report.as_of,
        "n": report.n,
        "unit": unit_name(report.unit),
        "left_out": report.left_out,
        "notes": [*report.notes, *report.hints],
        "rows": Listing(columns, rows),
        "total": None if total is None else _total_data(columns, total),
        "extra": [data_of(extra) for extra in report.extra],
    }
    if report.compare is not None:
        data["compared_with"] = {
            "period": report.compare.period or None,
            "as_of_at": report.compare.as_of,
            "n": report.compare.n,
        }
    elif compare:
        data["compared_with"] = None
    if explain:
        data["explain"] = report.explain
    return data


def _total_data(columns: Sequence[Column], total: dict[str, Any]) -> dict[str, Any]:
    """A total, which leaves out what is not added up."""
    return {
        column.key: Minor(total[column.key], total.get(column.currency))
        if column.kind == "money"
        else total[column.key]
        for column in data_columns(columns)
        if column.key in total
    }


def deals_listing(conn: sqlite3.Connection, ids: list[int], cell: str) -> Listing:
    """The deals behind a cell, in the order of their ids."""
    from funnelcli.nouns.deal import DEAL
    from funnelcli.nouns.extending import extended
    from funnelcli.queries.lists import of_ids

    title = ngettext("{n} deal behind {cell}", "{n} deals behind {cell}", len(ids))
    columns = extended(conn, DEAL).columns
    return Listing(columns, of_ids(conn, DEAL, ids), title=title.format(n=len(ids), cell=cell))
