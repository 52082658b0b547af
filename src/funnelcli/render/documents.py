"""The screen as a document: its text, and its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funnelcli.render import terminal
from funnelcli.render.contents import blocks_of
from funnelcli.render.model import Listing, Page, kept
from funnelcli.render.screen import Screen

if TYPE_CHECKING:
    from typing import TextIO

    from funnelcli.render.contents import Written
    from funnelcli.render.output import Output

_WIDTH = 100


def write_text(result: Written, output: Output, out: TextIO) -> None:
    """What a screen shows, without colour."""
    terminal.write_text(kept(blocks_of(result)), _screen(output, colour=False), out)


def write_svg(result: Written, output: Output, out: TextIO) -> None:
    """A report's chart, for a slide; without a chart the screen."""
    main = result.main if isinstance(result, Page) else result
    chart = main.chart if isinstance(main, Listing) else None
    if chart is not None:
        # One picture for a slide: the chart itself, not the screen around it.
        from funnelcli.render.charts.svg import slide

        out.write(slide(chart, output.locale))
    else:
        screen = _screen(output, colour=output.color is not False)
        out.write(terminal.svg(kept(blocks_of(result)), screen))


def _screen(output: Output, *, colour: bool) -> Screen:
    return Screen(output.width or _WIDTH, colour, output.locale)
