"""Screens: blocks fitted to the width, colours, pictures.

Rich's tables take 300 ms for a thousand rows, and importing its console 40 ms, so the lines are
laid out here and written with the few colours that every terminal has. Rich draws what is a Rich
renderable, does the old Windows console, and makes the SVG pictures.
"""

from __future__ import annotations

import os

from funnelcli.render.columns import table_columns
from funnelcli.render.human import glued
from funnelcli.render.layout import cells, fold, word_need
from funnelcli.render.model import Facts, Line, Listing, Picture, Prose
from funnelcli.render.screen import UNLIMITED
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from rich.console import Console

    from funnelcli.render.chart import ChartSpec
    from funnelcli.render.model import Block
    from funnelcli.render.screen import Screen

_CODES = {"good": "32", "bad": "31", "warn": "33", "dim": "2", "strong": "1"}
_RICH = {"good": "green", "bad": "red", "warn": "yellow", "dim": "dim", "strong": "bold"}

_CHART_MOST = 160
_PROSE_MOST = 100
"""Longer lines of prose are hard to read."""


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
            yield from ([(part, "")] for part in fold(glued(line), width))


def _heading(title: str, screen: Screen) -> Iterator[Line]:
    if title:
        yield from ([(part, "strong")] for part in fold(glued(title), screen.width))


def _facts(block: Facts, screen: Screen) -> Iterator[Line]:
    yield from _heading(block.title, screen)
    pairs = [(glued(name), text) for name, text in block.pairs]
    indent = max((cells(name) for name, _ in pairs), default=0) + 2
    need = word_need([line for _name, text in pairs for line in glued(text).split("\n")])
    if indent > screen.width // 2 or indent + need > screen.width:
        indent = 0
    below = "  " if screen.width > 10 else ""
    for name, text in pairs:
        room = max(1, screen.width - (indent or len(below)))
        parts = [part for line in text.split("\n") for part in fold(glued(line), room)]
        if not indent:
            yield from ([(part, "dim")] for part in fold(name, screen.width))
            yield from ([(below + part, "")] for part in parts)
            continue
        yield [(name + " " * (indent - cells(name)), "dim"), (parts[0], "")]
        yield from ([(" " * indent + part, "")] for part in parts[1:])


def _listing(listing: Listing, screen: Screen) -> Iterator[Line]:
    from funnelcli.render.tables import noted, table_of

    yield from _heading(listing.title, screen)
    if listing.chart is not None:
        yield from _chart(listing.chart, screen)
    columns = table_columns(listing.columns)
    rows = list(listing.rows)
    if not rows:
        if listing.empty:
            yield from ([(part, "")] for part in fold(glued(listing.empty), screen.width))
    else:
        yield from table_of(listing, columns, rows, screen)
    for note in listing.notes:
        yield from noted(note, screen)


def _chart(chart: ChartSpec, screen: Screen) -> Iterator[Line]:
    from funnelcli.render import charts

    drawn = charts.lines(chart, min(screen.width, _CHART_MOST), screen.locale, screen.encoding)
    if drawn:
        yield from drawn
        yield []


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
    wide = screen._replace(width=UNLIMITED)
    for number, block in enumerate(blocks):
        if number:
            out.write("\n")
        show([block], wide if isinstance(block, Listing) else screen, out)


def ansi(line: Line, colour: bool) -> str:
    """A line as a terminal takes it."""
    if not colour:
        drawn = "".join([text for text, _ in line]).rstrip(" ")
    else:
        drawn = "".join(
            [
                f"\x1b[{_CODES[style]}m{text}\x1b[0m" if style in _CODES and text else text
                for text, style in line
            ]
        )
    return drawn.replace("\xa0", " ") + "\n"


def _drawn(block: Block, screen: Screen) -> Any:
    """The block as a list of lines, or as a Rich renderable."""
    if not isinstance(block, Picture):
        return list(lines_of(block, screen))
    drawn = block.draw(screen.width, screen.colour)
    if not isinstance(drawn, list):
        return drawn
    return [
        [(glued(line), "")]
        if isinstance(line, str)
        else [(glued(text), style) for text, style in line]
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
        text = Text.assemble(
            *[(part.replace("\xa0", " "), _RICH.get(style, "")) for part, style in line]
        )
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
