"""The screen as a document: its text, and its picture."""

from __future__ import annotations

from funnelcli.render import terminal
from funnelcli.render.contents import blocks_of, rows_of
from funnelcli.render.model import Listing, Page, kept
from funnelcli.render.screen import Screen
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, TextIO

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


def write_vcf(result: Written, _output: Output, out: TextIO) -> int:
    """The cards of contacts. Raises Usage where the rows are none."""
    return _write_made("vcf", result, out)


def write_ics(result: Written, output: Output, out: TextIO) -> int:
    """A calendar of what has a day; how many entries. Says how many rows there are where none of
    them has one. Raises Usage where no such row can have one."""
    entries = _Entries(out)
    rows = _write_made("ics", result, entries)
    if rows and not entries.number and not output.quiet:
        from funnelcli.i18n import ngettext
        from funnelcli.render import message

        text = ngettext(
            "The {n} row has no day: the calendar is empty.",
            "None of the {n} rows has a day: the calendar is empty.",
            rows,
        )
        message(output, text.format(n=rows))
    return entries.number


class _Entries:
    """Counts the entries of a calendar that is written to ``out``."""

    def __init__(self, out: TextIO) -> None:
        self.number = 0
        self._out = out

    def writelines(self, texts: Iterable[str]) -> None:
        """Write them."""
        for text in texts:
            self.number += text.count("BEGIN:VEVENT") + text.count("BEGIN:VTODO")
            self._out.write(text)


def _write_made(name: str, result: Written, out: TextIO | _Entries) -> int:
    """What the rows are in a format of their own; how many rows."""
    listing = rows_of(result)
    make = listing.texts.get(name)
    if make is None:
        from funnelcli.errors import Usage
        from funnelcli.i18n import _

        raise Usage(
            _("A file .{name} cannot hold these rows.").format(name=name),
            _("Contacts are written as .vcf, what has a day as .ics; .csv and .json hold any."),
        )
    number = 0

    def counted() -> Iterator[Any]:
        nonlocal number
        for row in listing.rows:
            number += 1
            yield row

    out.writelines(make(counted()))
    return number


def _screen(output: Output, *, colour: bool) -> Screen:
    return Screen(output.width or _WIDTH, colour, output.locale)
