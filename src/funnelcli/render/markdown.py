"""Documents in Markdown, with GitHub's tables."""

from __future__ import annotations

from funnelcli.patterns import re, regex
from funnelcli.render.bars import bar
from funnelcli.render.columns import table_columns, value
from funnelcli.render.contents import blocks_of, title_of
from funnelcli.render.human import clean, is_number, reader
from funnelcli.render.model import Facts, Listing, undrawn
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from funnelcli.render.contents import Written
    from funnelcli.render.model import Column
    from funnelcli.render.output import Output

_BAR_CELLS = 10


def readers_of(columns: Sequence[Column], locale: str) -> list[Callable[[Any], str]]:
    def bars(column: Column) -> Callable[[Any], str]:
        return lambda row: bar(value(row, column.key), _BAR_CELLS)

    return [bars(column) if column.kind == "bar" else reader(column, locale) for column in columns]


_MARKS = str.maketrans({mark: "\\" + mark for mark in "\\`*_[]<>|~#"} | {"&": "&amp;"})


def mark(text: str) -> str:
    """``text`` so that Markdown shows it as it is, on one line."""
    return "<br>".join(clean(line).translate(_MARKS) for line in text.strip().splitlines())


# What begins a list, a quotation or a rule only at the beginning of a line.
_START = regex(r"^(\d+(?=[.)](?:\s|$)))?([+.)=-])")


def mark_text(text: str) -> str:
    """``text`` so that Markdown shows it as it is, line by line and paragraph by paragraph."""
    lines = [_START.sub(r"\1\\\2", mark(line.strip())) for line in text.strip().splitlines()]
    return re.sub(r"\\?\n(?:\\\n)+", "\n\n", "\\\n".join(lines))


def write_md(result: Written, output: Output, out: TextIO) -> int:
    """A result as Markdown, under the title of the whole if it has one. Returns the number of
    rows."""
    locale, fields, title = output.locale, output.fields, title_of(result)
    if title:
        out.write(f"# {mark(title)}\n\n")
    number = 0
    for place, block in enumerate(undrawn(blocks_of(result))):
        if place:
            out.write("\n")
        if block.title:
            out.write(f"## {mark(block.title)}\n\n")
        if isinstance(block, Listing):
            number += _md_table(block, out, locale, fields)
        elif isinstance(block, Facts):
            out.writelines(f"- **{mark(name)}:** {mark(text)}\n" for name, text in block.pairs)
        else:
            out.write(mark_text(block.text) + "\n")
    return number


def _md_table(listing: Listing, out: TextIO, locale: str, fields: Sequence[str]) -> int:
    from funnelcli.i18n import _

    columns = table_columns(listing.columns, fields)
    readers = readers_of(columns, locale)

    def line(cells: list[str]) -> str:
        return "| " + " | ".join(cells) + " |\n"

    number = 0
    for number, row in enumerate(listing.rows, 1):
        if number == 1:
            out.write(line([mark(_(c.title)) if c.title else "" for c in columns]))
            out.write(line(["---:" if is_number(c) else "---" for c in columns]))
        out.write(line([mark(read(row)) for read in readers]))
    if number and listing.total is not None:
        cells = [mark(read(listing.total)) for read in readers]
        out.write(line([f"**{cell}**" if cell else "" for cell in cells]))
    if not number and listing.empty:
        out.write(mark(listing.empty) + "\n")
    out.writelines(f"\n{mark(note)}\n" for note in listing.notes)
    return number
