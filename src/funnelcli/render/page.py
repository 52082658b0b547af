"""Documents: GitHub Markdown tables and a page of HTML that needs nothing but itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .bars import bar
from .human import NUMBERS, clean, reader
from .model import Facts, Listing, Picture, Prose, undrawn
from .plain import table_columns, value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TextIO

    from .model import Block, Column

_BAR_CELLS = 10


def _readers(columns: Sequence[Column], locale: str) -> list[Callable[[Any], str]]:
    def bars(column: Column) -> Callable[[Any], str]:
        return lambda row: bar(value(row, column.key), _BAR_CELLS)

    return [
        bars(column) if column.kind == "bar" else reader(column, locale, relative=False)
        for column in columns
    ]


def _right(column: Column) -> bool:
    return column.kind in NUMBERS and column.names is None and column.shown is None


# Markdown ---------------------------------------------------------------------------------------

_MARKS = str.maketrans({mark: "\\" + mark for mark in "\\`*_[]<>|~#"} | {"&": "&amp;"})


def mark(text: str) -> str:
    """``text`` so that Markdown shows it as it is, on one line."""
    return "<br>".join(clean(line).translate(_MARKS) for line in text.strip().splitlines())


def write_md(blocks: Sequence[Block], out: TextIO, locale: str, fields: Sequence[str] = ()) -> int:
    """Blocks as Markdown. Returns the number of rows."""
    number = 0
    for place, block in enumerate(undrawn(blocks)):
        if place:
            out.write("\n")
        if block.title:
            out.write(f"## {mark(block.title)}\n\n")
        if isinstance(block, Listing):
            number += _md_table(block, out, locale, fields)
        elif isinstance(block, Facts):
            out.writelines(f"- **{mark(name)}:** {mark(text)}\n" for name, text in block.pairs)
        else:
            out.write(block.text.rstrip("\n") + "\n")
    return number


def _md_table(listing: Listing, out: TextIO, locale: str, fields: Sequence[str]) -> int:
    from ..i18n import _

    columns = table_columns(listing.columns, fields)
    readers = _readers(columns, locale)

    def line(cells: list[str]) -> str:
        return "| " + " | ".join(cells) + " |\n"

    number = 0
    for number, row in enumerate(listing.rows, 1):
        if number == 1:
            out.write(line([mark(_(c.title)) if c.title else "" for c in columns]))
            out.write(line(["---:" if _right(c) else "---" for c in columns]))
        out.write(line([mark(read(row)) for read in readers]))
    if number and listing.total is not None:
        cells = [mark(read(listing.total)) for read in readers]
        out.write(line([f"**{cell}**" if cell else "" for cell in cells]))
    if not number and listing.empty:
        out.write(mark(listing.empty) + "\n")
    out.writelines(f"\n{mark(note)}\n" for note in listing.notes)
    return number


# HTML -------------------------------------------------------------------------------------------

_STYLE = """\
:root { color-scheme: light dark; --line: #d0d7de; --soft: #59636e; --good: #1a7f37;
  --bad: #b3261e; --warn: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --line: #3d444d; --soft: #9198a1; --good: #3fb950;
  --bad: #ff7b72; --warn: #d29922; } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem;
  padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: .3rem .8rem; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); }
figure { margin: 1rem 0; } thead th { cursor: pointer; }
@media print { thead th { cursor: auto; } tr, figure { break-inside: avoid; } }
th { font-weight: 600; } tfoot td { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar { font-family: monospace; white-space: nowrap; }
.note, .dim, dt { color: var(--soft); }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.strong { font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem; }
dd { margin: 0; } dd, .prose { white-space: pre-wrap; }
"""


def _text(text: str) -> str:
    """``text`` escaped, its lines kept, without what no page may hold."""
    from html import escape

    return "\n".join(escape(clean(line)) for line in text.split("\n"))


# A click on a head sorts by it, a second one the other way; without it the page is whole too.
_SORT = """
for (const head of document.querySelectorAll("thead th")) {
  head.addEventListener("click", () => {
    const place = head.cellIndex, body = head.closest("table").tBodies[0];
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = row => row.cells[place].dataset.v ?? row.cells[place].textContent;
    const order = (a, b) => a === b ? 0 : a === "" ? 1 : b === "" ? -1
      : isNaN(a) || isNaN(b) ? a.localeCompare(b) : a - b;
    [...body.rows].sort((a, b) => (up ? 1 : -1) * order(key(a), key(b)))
      .forEach(row => body.append(row));
  });
}
"""


def write_html(
    blocks: Sequence[Block], out: TextIO, locale: str, fields: Sequence[str] = ()
) -> int:
    """Blocks as one page of HTML. Returns the number of rows."""
    from ..i18n import language

    title = next((block.title for block in undrawn(blocks) if block.title), "funnel")
    out.write(
        f'<!doctype html>\n<html lang="{language()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n"
    )
    number = 0
    heading = "h1"
    for block in _with_figures(blocks):
        if isinstance(block, str):
            out.write(f'<figure class="wide">\n{block}</figure>\n')
            continue
        if block.title:
            out.write(f"<{heading}>{_text(block.title)}</{heading}>\n")
            heading = "h2"
        if isinstance(block, Listing):
            number += _html_table(block, out, locale, fields)
        elif isinstance(block, Facts):
            out.write("<dl>\n")
            out.writelines(
                f"<dt>{_text(name)}</dt><dd>{_text(text)}</dd>\n" for name, text in block.pairs
            )
            out.write("</dl>\n")
        else:
            out.write(f'<p class="prose">{_text(block.text.rstrip())}</p>\n')
    if number:
        out.write(f"<script>\n{_SORT}</script>\n")
    out.write("</body>\n</html>\n")
    return number


def _with_figures(blocks: Sequence[Block]) -> Iterator[Listing | Facts | Prose | str]:
    """The blocks of a page; a picture is its SVG, and what stands for it under that."""
    for block in blocks:
        if not isinstance(block, Picture):
            yield block
            continue
        if block.svg is not None:
            yield block.svg()
        if block.piped is not None:
            yield block.piped


def _html_table(listing: Listing, out: TextIO, locale: str, fields: Sequence[str]) -> int:
    from ..i18n import _

    columns = table_columns(listing.columns, fields)
    readers = _readers(columns, locale)
    sorts = ["number" if _right(c) else "bar" if c.kind == "bar" else "" for c in columns]

    def cell(tag: str, classes: str, text: str) -> str:
        names = f' class="{classes}"' if classes else ""
        return f"<{tag}{names}>{text}</{tag.partition(' ')[0]}>"

    def raw(column: Column, row: Any) -> str:
        # What is shown may be a word or a relative day; what sorts is the value.
        found = value(row, column.key) if column.kind in NUMBERS and column.data else None
        return "" if found is None else f' data-v="{_text(str(found))}"'

    def line(row: Any) -> str:
        cells = [
            cell(
                f"td{raw(c, row)}",
                f"{sort} {c.style(row) if c.style else ''}".strip(),
                _text(read(row)),
            )
            for c, sort, read in zip(columns, sorts, readers, strict=True)
        ]
        return f"<tr>{''.join(cells)}</tr>\n"

    number = 0
    for number, row in enumerate(listing.rows, 1):
        if number == 1:
            heads = "".join(
                cell('th scope="col"', sort, _text(_(c.title)) if c.title else "")
                for c, sort in zip(columns, sorts, strict=True)
            )
            out.write(f'<div class="wide"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n')
        out.write(line(row))
    if number:
        out.write("</tbody>\n")
        if listing.total is not None:
            cells = "".join(
                cell("td", sort, _text(read(listing.total)))
                for sort, read in zip(sorts, readers, strict=True)
            )
            out.write(f"<tfoot><tr>{cells}</tr></tfoot>\n")
        out.write("</table></div>\n")
    elif listing.empty:
        out.write(f"<p>{_text(listing.empty)}</p>\n")
    out.writelines(f'<p class="note">{_text(note)}</p>\n' for note in listing.notes)
    return number
