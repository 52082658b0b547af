"""Screens: tables fitted to the width, colours, pictures.

Rich's tables take 300 ms for a thousand rows, and importing its console 40 ms, so the lines are
laid out here and written with the few colours that every terminal has. Rich draws what is a Rich
renderable, does the old Windows console, and makes the SVG pictures.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from funnelcli.render.bars import bar, blocks_fit
from funnelcli.render.columns import table_columns, value
from funnelcli.render.human import clean, is_number, reader
from funnelcli.render.layout import Need, cells, cut, cuts_numbers, fit, fold, stack
from funnelcli.render.model import Facts, Line, Listing, Picture, Prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TextIO

    from rich.console import Console

    from funnelcli.render.chart import ChartSpec
    from funnelcli.render.model import Block, Column, Span

_CODES = {"good": "32", "bad": "31", "warn": "33", "dim": "2", "strong": "1"}
_RICH = {"good": "green", "bad": "red", "warn": "yellow", "dim": "dim", "strong": "bold"}

_BAR_CELLS = 20
_FLEX_LEAST = 14
_TEXT_LEAST = 24

_UNLIMITED = 100_000
_CHART_MOST = 160
_PROSE_MOST = 100
"""Longer lines of prose are hard to read."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What is known of the terminal."""

    width: int
    colour: bool
    locale: str
    encoding: str = "utf-8"

    def sign(self, wanted: str, otherwise: str) -> str:
        """``wanted`` where the encoding has it."""
        try:
            wanted.encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            return otherwise
        return wanted


def columns_of(stream: TextIO) -> int:
    """The width of the terminal behind ``stream``: COLUMNS, else what the system says, else 80."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said) > 0:
        return int(said)
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError, AttributeError):
        return 80


def wants_colour(asked: bool | None) -> bool:
    """Whether a terminal gets colour: as asked, else unless NO_COLOR or a dumb terminal."""
    if asked is not None:
        return asked
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


# Blocks -----------------------------------------------------------------------------------------


def lines_of(block: Block, screen: Screen) -> Iterator[Line]:
    """The lines of a block that is not drawn by Rich."""
    if isinstance(block, Listing):
        yield from _listing(block, screen)
    elif isinstance(block, Facts):
        yield from _facts(block, screen)
    elif isinstance(block, Prose):
        yield from _heading(block.title, screen)
        width = min(screen.width, _PROSE_MOST)
        for line in block.text.rstrip("\n").expandtabs(4).split("\n"):
            yield from ([(part, "")] for part in fold(clean(line), width))


def _heading(title: str, screen: Screen) -> Iterator[Line]:
    if title:
        yield from ([(part, "strong")] for part in fold(clean(title), screen.width))


def _facts(block: Facts, screen: Screen) -> Iterator[Line]:
    yield from _heading(block.title, screen)
    pairs = [(clean(name), text) for name, text in block.pairs]
    indent = max((cells(name) for name, _ in pairs), default=0) + 2
    if indent > screen.width // 2:
        indent = 0
    below = "  " if screen.width > 10 else ""
    for name, text in pairs:
        room = max(1, screen.width - (indent or len(below)))
        parts = [part for line in text.split("\n") for part in fold(clean(line), room)]
        if not indent:
            yield [(cut(name, screen.width, screen.sign("…", "~")), "dim")]
            yield from ([(below + part, "")] for part in parts)
            continue
        yield [(name + " " * (indent - cells(name)), "dim"), (parts[0], "")]
        yield from ([(" " * indent + part, "")] for part in parts[1:])


def _listing(listing: Listing, screen: Screen) -> Iterator[Line]:
    from funnelcli.i18n import _

    yield from _heading(listing.title, screen)
    if listing.chart is not None:
        yield from _chart(listing.chart, screen)
    columns = table_columns(listing.columns)
    rows = list(listing.rows)
    if not rows:
        if listing.empty:
            yield from ([(part, "")] for part in fold(clean(listing.empty), screen.width))
    else:
        last = [] if listing.total is None else [listing.total]
        readers = [reader(column, screen.locale, relative=True) for column in columns]
        texts = [
            [] if column.kind == "bar" else [clean(read(row)) for row in rows + last]
            for column, read in zip(columns, readers, strict=True)
        ]
        titles = [clean(_(column.title)) if column.title else "" for column in columns]
        needs = [_need(*each, screen.width) for each in zip(columns, titles, texts, strict=True)]
        gap = 2 if screen.width >= 30 else 1
        widths = fit(needs, screen.width, gap)
        if gap > 1 and cuts_numbers(needs, widths):
            gap = 1
            widths = fit(needs, screen.width, gap)
        table = [
            _Column(column, title, cut_to, text, screen)
            for column, title, text, cut_to in zip(columns, titles, texts, widths, strict=True)
            if cut_to is not None
        ]
        yield from _table(table, rows, last, gap, screen)
    for note in listing.notes:
        yield from ([(part, "dim")] for part in fold(clean(note), screen.width))


def _chart(chart: ChartSpec, screen: Screen) -> Iterator[Line]:
    from funnelcli.render import charts

    drawn = charts.lines(chart, min(screen.width, _CHART_MOST), screen.locale, screen.encoding)
    if drawn:
        yield from drawn
        yield []


def _need(column: Column, title: str, texts: list[str], width: int) -> Need:
    head = cells(title)
    if column.kind == "bar":
        return Need(max(_BAR_CELLS, head), max(8, head), column.drop, soft=True)
    body = max(map(cells, texts), default=0)
    natural = max(head, body)
    # The title on one line, and folded at its spaces.
    heads = (head, max(map(cells, title.split()), default=0))
    if column.flex:
        least = [min(natural, max(each, _FLEX_LEAST, width // 4)) for each in heads]
    elif column.kind in ("text", "tags"):
        least = [min(natural, max(each, _TEXT_LEAST)) for each in heads]
    else:
        least = [max(each, body) for each in heads]
        return Need(natural, least[1], column.drop, whole=body, headed=least[0])
    return Need(natural, least[1], column.drop, column.flex, soft=True, whole=body, headed=least[0])


class _Column:
    """A column that is shown, with its texts cut and padded to one width."""

    __slots__ = ("_bars", "_ellipsis", "_right", "_texts", "column", "titles", "width")

    def __init__(
        self, column: Column, title: str, width: int, texts: list[str], screen: Screen
    ) -> None:
        self.column = column
        self.width = width
        self._texts = texts
        self._right = is_number(column)
        self._ellipsis = screen.sign("…", "~")
        self._bars = blocks_fit(screen.encoding)
        self.titles = [self.put(line) for line in stack(title, width, self._ellipsis)]

    def put(self, text: str) -> str:
        """``text`` cut and padded to the width of the column."""
        text = cut(text, self.width, self._ellipsis)
        room = " " * (self.width - cells(text))
        return room + text if self._right else text + room

    def span(self, row: Any, number: int, default: str = "") -> Span:
        """The piece of the line that shows this column of the row."""
        style = self.column.style(row) if self.column.style and not default else default
        if self.column.kind == "bar":
            drawn = bar(value(row, self.column.key), self.width, ascii_only=not self._bars)
            return drawn + " " * (self.width - len(drawn)), style
        return self.put(self._texts[number]), style


def _table(
    table: list[_Column], rows: list[Any], last: list[Any], gap: int, screen: Screen
) -> Iterator[Line]:
    between: Span = (" " * gap, "")
    rule: Line = [
        (
            screen.sign("─", "-") * (sum(c.width for c in table) + gap * (len(table) - 1)),
            "dim",
        )
    ]

    def joined(spans: Iterable[Span]) -> Line:
        line: Line = []
        for span in spans:
            if line:
                line.append(between)
            line.append(span)
        while len(line) > 1 and not line[-1][0].strip(" "):
            line.pop()
        line[-1] = (line[-1][0].rstrip(" "), line[-1][1])
        return line

    height = max(len(column.titles) for column in table)
    heads = [[column.put("")] * (height - len(column.titles)) + column.titles for column in table]
    if any(line.strip() for head in heads for line in head):
        for number in range(height):
            yield joined((head[number], "strong") for head in heads)
        yield rule
    for number, row in enumerate(rows):
        yield joined([column.span(row, number) for column in table])
    for number, row in enumerate(last, len(rows)):
        yield rule
        yield joined([column.span(row, number, "strong") for column in table])


# Writing ----------------------------------------------------------------------------------------


def show(blocks: Sequence[Block], screen: Screen, out: TextIO) -> None:
    """Write ``blocks`` to a terminal, an empty line between them."""
    console = _console(screen, out) if os.name == "nt" and screen.colour else None
    for number, block in enumerate(blocks):
        if number:
            out.write("\n")
        drawn = _drawn(block, screen)
        if not isinstance(drawn, list) or console is not None:
            console = console or _console(screen, out)
            _print(drawn, console)
        else:
            out.writelines(ansi(line, screen.colour) for line in drawn)


def write_text(blocks: Sequence[Block], screen: Screen, out: TextIO) -> None:
    """Write ``blocks`` as a text file: like a screen, but tables are as wide as they need."""
    wide = replace(screen, width=_UNLIMITED)
    for number, block in enumerate(blocks):
        if number:
            out.write("\n")
        show([block], wide if isinstance(block, Listing) else screen, out)


def ansi(line: Line, colour: bool) -> str:
    """A line as a terminal takes it."""
    if not colour:
        return "".join([text for text, _ in line]).rstrip(" ") + "\n"
    return (
        "".join(
            [
                f"\x1b[{_CODES[style]}m{text}\x1b[0m" if style in _CODES and text else text
                for text, style in line
            ]
        )
        + "\n"
    )


def _drawn(block: Block, screen: Screen) -> Any:
    """The block as a list of lines, or as a Rich renderable."""
    if not isinstance(block, Picture):
        return list(lines_of(block, screen))
    drawn = block.draw(screen.width, screen.colour)
    if not isinstance(drawn, list):
        return drawn
    return [
        [(clean(line), "")]
        if isinstance(line, str)
        else [(clean(text), style) for text, style in line]
        for line in drawn
    ]


def _console(screen: Screen, out: TextIO, *, record: bool = False) -> Console:
    from rich.console import Console

    return Console(
        file=out,
        width=screen.width,
        force_terminal=True,
        force_jupyter=False,
        color_system=("truecolor" if record else "auto") if screen.colour else None,
        no_color=not screen.colour,
        legacy_windows=False if record else None,
        record=record,
        highlight=False,
        markup=False,
        emoji=False,
    )


def _print(drawn: Any, console: Console) -> None:
    if not isinstance(drawn, list):
        console.print(drawn)
        return
    from rich.text import Text

    for line in drawn:
        text = Text.assemble(*[(part, _RICH.get(style, "")) for part, style in line])
        console.print(text, no_wrap=True, overflow="ignore", crop=False)


def svg(blocks: Sequence[Block], screen: Screen) -> str:
    """The screen as an SVG picture: always the same for the same screen, and on its own.

    Rich's picture asks a host on the internet for its font; here the viewer's own monospaced
    font serves.
    """
    import io
    import re

    console = _console(screen, io.StringIO(), record=True)
    for number, block in enumerate(blocks):
        if number:
            console.print()
        _print(_drawn(block, screen), console)
    picture = console.export_svg(title="funnel", unique_id="funnel")
    return re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
