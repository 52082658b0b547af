"""A page of HTML that needs nothing but itself: charts, tables that sort, light, dark, paper."""

from __future__ import annotations

from html import escape

from funnelcli.patterns import regex
from funnelcli.render.columns import Number, data_value, table_columns
from funnelcli.render.contents import blocks_of, title_of
from funnelcli.render.human import NUMBERS, clean, is_number
from funnelcli.render.markdown import readers_of
from funnelcli.render.model import Facts, Listing, undrawn
from funnelcli.render.webstyle import SORT, style
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from funnelcli.render.contents import Written
    from funnelcli.render.model import Column
    from funnelcli.render.output import Output

_CONTENTS_FROM = 4
_BROAD_FROM = 9
_BROADEST_FROM = 11
_MINOR_FROM = 5

# A day or a period as funnelcli.values.daytext writes it, and a percentage.
_DAY = r"\d\d\.\d\d\.\d{4}|[A-Z][a-z]{2,3} \d\d?, \d{4}|\d\d? [A-Z][a-z]{2,3} \d{4}"
_PERIOD = rf"(?:{_DAY}|(?:KW |W|Q)?\d\d?/\d{{4}}|\d{{4}}(?:-(?:W?\d\d?|Q\d))+)"
_whole = regex(rf"(?<![\w.-]){_PERIOD}(?: – {_PERIOD})?(?![\w-])|\d+ %")


def _text(text: str) -> str:
    """``text`` escaped, its lines kept, without what no page may hold."""
    return "\n".join(escape(clean(line)) for line in text.split("\n"))


def _unbroken(text: str) -> str:
    """``text`` escaped, with no line end within a day, a month, a week, a span or a percentage."""
    return _whole.sub(r'<span class="nb">\g<0></span>', _text(text))


def _heading(title: str) -> str:
    """A title; on a narrow screen it is broken between its parts rather than within."""
    parts = title.split(" · ")
    if len(parts) == 1:
        return _unbroken(title)
    return " ".join(
        f'<span class="part">{_unbroken(part)}{" ·" if number < len(parts) else ""}</span>'
        for number, part in enumerate(parts, 1)
    )


def _short(titles: Sequence[str]) -> list[str]:
    """The first part of each title, and the second where several begin alike."""
    parts = [title.split(" · ") for title in titles]
    first = [part[0] for part in parts]
    return [" · ".join(part[: 1 if first.count(part[0]) == 1 else 2]) for part in parts]


def write_html(result: Written, output: Output, out: TextIO) -> int:
    """A result as one page of HTML, headed by its title or else by that of the first block that
    has one. Returns the number of rows."""
    from funnelcli.i18n import _, language

    locale, fields, title = output.locale, output.fields, title_of(result)
    shown = undrawn(blocks_of(result))
    titles = [block.title for block in shown if block.title]
    charts = any(isinstance(block, Listing) and block.chart is not None for block in shown)
    out.write(
        f'<!doctype html>\n<html lang="{language()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title or next(iter(titles), 'funnel'))}</title>\n"
        f"<style>\n{style(charts=charts)}</style>\n</head>\n<body>\n"
    )
    if title:
        out.write(f"<h1>{_text(title)}</h1>\n")
        if len(titles) >= _CONTENTS_FROM:
            contents = _("Contents")
            out.write(f'<nav aria-label="{_text(contents)}"><ul>\n')
            out.writelines(
                f'<li><a href="#part-{number}">{_text(name)}</a></li>\n'
                for number, name in enumerate(_short(titles), 1)
            )
            out.write("</ul></nav>\n")
    number, parts = 0, 0
    for block in shown:
        part = ""
        if block.title:
            parts += 1
            part = f"part-{parts}"
            heading = "h2" if title or parts > 1 else "h1"
            out.write(f'<{heading} id="{part}">{_heading(block.title)}</{heading}>\n')
        if isinstance(block, Listing):
            number += _table(block, out, locale, fields, part)
        elif isinstance(block, Facts):
            out.write("<dl>\n")
            out.writelines(
                f"<dt>{_text(name)}</dt><dd>{_text(text)}</dd>\n" for name, text in block.pairs
            )
            out.write("</dl>\n")
        else:
            out.write(f'<p class="prose">{_text(block.text.rstrip())}</p>\n')
    if number:
        out.write(f"<script>\n{SORT}</script>\n")
    out.write("</body>\n</html>\n")
    return number


def _classes(column: Column) -> str:
    kind = {"bar": "bar", "date": "when", "instant": "when"}.get(column.kind, "")
    if is_number(column):
        kind = "number"
    # What goes first on a narrow terminal has no room on a phone either, nor have the commands.
    minor = column.drop >= _MINOR_FROM or (column.drop and not column.data)
    return f"{kind} minor".strip() if minor and column.kind != "bar" else kind


def _cell(tag: str, classes: str, text: str, more: str = "") -> str:
    names = f' class="{classes}"' if classes else ""
    return f"<{tag}{more}{names}>{text}</{tag}>"


def _table(listing: Listing, out: TextIO, locale: str, fields: Sequence[str], part: str) -> int:
    """The chart of a listing and its rows. Rows are read once, and written as they come."""
    from funnelcli.i18n import _

    if listing.chart is not None:
        from funnelcli.render.charts.svg import figure

        out.write(figure(listing.chart, locale, f"chart-{part or 'only'}"))
    columns = table_columns(listing.columns, fields)
    if not fields:
        columns = [column for column in columns if not column.typed]
    if listing.chart is not None:
        columns = [column for column in columns if column.kind != "bar"]
    keys = {column.key for column in columns}
    earlier = {column.beside: column for column in columns if column.beside in keys}
    columns = [column for column in columns if column not in earlier.values()]
    readers = readers_of(columns, locale)
    before = {key: readers_of([column], locale)[0] for key, column in earlier.items()}
    classes = [_classes(column) for column in columns]
    # An amount is in major units: those of another currency have other decimals.
    sorts = {
        column.key: data_value(column)
        for column in columns
        if column.kind in NUMBERS or column.kind == "bar"
    }

    def small(column: Column, row: Any) -> str:
        """What was before, under the figure."""
        said = before[column.key](row) if column.key in before else ""
        return f"<small>{_text(said)}</small>" if said else ""

    def cell(column: Column, name: str, read: Any, row: Any) -> str:
        found = sorts[column.key](row) if column.key in sorts else None
        # What is shown may be a fraction or be rounded; what sorts is the value.
        raw = f' data-v="{_text(str(found))}"' if isinstance(found, int | float | Number) else ""
        if column.kind == "bar":
            share = min(1.0, max(0.0, float(found or 0)))
            return _cell("td", name, f'<i style="width:{100 * share:.1f}%"></i>', raw)
        # Only text is ever broken.
        loose = column.kind == "text" and "when" not in name
        said = f"{name} {column.style(row) if column.style else ''}".strip()
        text = _unbroken(read(row)) if loose else _text(read(row))
        return _cell("td", said, text + small(column, row), raw)

    def head(column: Column, name: str) -> str:
        title = _unbroken(_(column.title)) if column.title else ""
        if column.key in earlier:
            title += f"<small>{_text(_(earlier[column.key].title))}</small>"
        return _cell("th", name, title, ' scope="col"')

    number = 0
    for number, row in enumerate(listing.rows, 1):
        if number == 1:
            heads = "".join(map(head, columns, classes))
            broad = " broad" if len(columns) >= _BROAD_FROM else ""
            broad += " broadest" if len(columns) >= _BROADEST_FROM else ""
            named = f' role="region" aria-labelledby="{part}" tabindex="0"' if part else ""
            out.write(
                f'<div class="scroll{broad}"{named}><table>\n<thead><tr>{heads}</tr></thead>\n'
                "<tbody>\n"
            )
        cells = (cell(*each, row) for each in zip(columns, classes, readers, strict=True))
        out.write(f"<tr>{''.join(cells)}</tr>\n")
    if number:
        out.write("</tbody>\n")
        if listing.total is not None:
            total = "".join(
                _cell("td", name, _text(read(listing.total)) + small(column, listing.total))
                for column, name, read in zip(columns, classes, readers, strict=True)
            )
            out.write(f"<tfoot><tr>{total}</tr></tfoot>\n")
        out.write("</table></div>\n")
    elif listing.empty:
        out.write(f"<p>{_text(listing.empty)}</p>\n")
    out.writelines(f'<p class="note">{_text(note)}</p>\n' for note in listing.notes)
    return number
