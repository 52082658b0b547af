"""The sales route of one process, or of all beside each other: the picture, and its rows."""

from __future__ import annotations

from funnelcli.i18n import _
from funnelcli.nouns.printed import Printed
from funnelcli.pages.report import report_page
from funnelcli.render import Column, Line, Listing, Page, Picture, human
from funnelcli.render.bars import blocks_fit
from funnelcli.render.chart import ChartSpec
from funnelcli.render.layout import cells, cut, fold
from funnelcli.reports.fields import data_fields
from funnelcli.reports.model import Report, Row
from funnelcli.reports.route import ROUTE, series_of
from funnelcli.values.money import format_money

PRINTED = Printed((Column("slice", "Process"), *ROUTE), data_fields())

_LEAST = 34
"""Narrower than this, no route stands beside another."""
_MOST = 60
_GAP = 4
_INDENT = "  "


def route_page(report: Report, locale: str, encoding: str) -> Page:
    """A report of the sales route by process as a picture, its rows and how they were made; one
    that is sliced further is its rows alone."""
    page = report_page(report)
    listing = page.main
    assert listing is not None
    if "slice_2" in report.keys or not report.n:
        return page
    named = [(column_text(listing, rows[0]), rows) for rows in _by_process(report)]
    listing.chart = ChartSpec(
        "funnel" if len(named) == 1 else "bars",
        listing.title,
        [series_of(name, rows) for name, rows in named],
    )
    bars = blocks_fit(encoding)
    title = listing.title

    def lines(width: int, _colour: bool) -> list[Line]:
        heading: list[Line] = [[(part, "strong")] for part in fold(title, width)]
        return [*heading, [], *draw(named, width, locale, bars=bars)]

    picture = Picture(lines, listing)
    page.blocks = [picture if block is listing else block for block in page.blocks]
    return page


def column_text(listing: Listing, row: Row) -> str:
    """What a person calls the process of a row."""
    column = listing.columns[0]
    return column.names(row[column.key]) if column.names is not None else str(row[column.key])


def _by_process(report: Report) -> list[list[Row]]:
    routes: dict[str, list[Row]] = {}
    for row in report.rows:
        routes.setdefault(row["slice"], []).append(row)
    return list(routes.values())


def draw(
    routes: list[tuple[str, list[Row]]], width: int, locale: str, *, bars: bool = True
) -> list[Line]:
    """Routes as lines no wider than ``width`` cells, beside each other where there is room."""
    fit = max(1, min(len(routes), (width + _GAP) // (_LEAST + _GAP)))
    each = min(_MOST, (width + _GAP) // fit - _GAP)
    lines: list[Line] = []
    for start in range(0, len(routes), fit):
        columns = [_route(*route, each, locale, bars=bars) for route in routes[start : start + fit]]
        if lines:
            lines.append([])
        for place in range(max(map(len, columns))):
            line: Line = []
            for column in columns:
                line += _filled(column[place] if place < len(column) else [], each)
                line.append((" " * _GAP, ""))
            lines.append(line[:-1] if len(columns) > 1 else column[place])
    return lines


def _filled(line: Line, width: int) -> Line:
    used = sum(cells(text) for text, _style in line)
    return [*line, (" " * (width - used), "")]


def _route(name: str, rows: list[Row], width: int, locale: str, *, bars: bool) -> list[Line]:
    """One route: each part with its bar and what stands there, between them who came on."""
    lines: list[Line] = [[(cut(name, width), "strong")]]
    most = max(row["reached"] for row in rows) or 1
    parts: dict[str, list[Row]] = {}
    for row in rows:
        parts.setdefault(row["part"], []).append(row)
    numbers = max(len(human.number(row["reached"], locale)) for row in rows)
    for part, here in parts.items():
        row = here[0]
        if row["before"]:
            share = human.share(row["reached"], row["before"], locale)
            text = _("{share} of the customers") if part == "retained" else "{share}"
            arrow = "▼" if bars else "v"
            lines.append([(f"{_INDENT}{arrow} {text.format(share=share)}", "dim")])
        size = round(width * row["reached"] / most) if row["reached"] else 0
        number = human.number(row["reached"], locale)
        style = "good" if part in ("customer", "retained") else ""
        head = f"{number:>{numbers}} {row['name']}"
        lines += [[(piece, "strong")] for piece in fold(head, width)]
        if row["reached"]:
            lines.append([(("█" if bars else "#") * max(1, size), style)])
        for said in _said(here, locale):
            lines += [[(piece, "dim")] for piece in fold(_INDENT + said, width)]
    return lines


def _said(here: list[Row], locale: str) -> list[str]:
    """What stands in a part and what it took, an amount for each currency."""

    def amounts(key: str) -> str:
        return ", ".join(
            format_money(row[key], row["currency"], locale) for row in here if row[key]
        )

    pieces = []
    if value := amounts("value"):
        pieces.append(_("worth {value}").format(value=value))
    if cost := amounts("cost"):
        pieces.append(_("cost {value}").format(value=cost))
    if here[0]["days"] is not None:
        days = human.number(here[0]["days"], locale)
        pieces.append(_("median {n} d").format(n=days))
    return [" · ".join(pieces)] if pieces else []
