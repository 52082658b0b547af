"""The one place that decides how things look.

A command hands over a result (see :mod:`.model`) and the user's :class:`Output`;
:func:`emit` writes it for a terminal, a pipe, a program or a file.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO, cast

from funnelcli.render import plain
from funnelcli.render.bars import bar
from funnelcli.render.model import (
    Block,
    Changed,
    Column,
    Facts,
    Kind,
    Line,
    Listing,
    Page,
    Picture,
    Prose,
    Result,
    Span,
    Style,
    Text,
)

if TYPE_CHECKING:
    from funnelcli.errors import FunnelError
    from funnelcli.render.terminal import Screen

__all__ = [
    "FORMATS",
    "Block",
    "Changed",
    "Column",
    "Facts",
    "Kind",
    "Line",
    "Listing",
    "Output",
    "Page",
    "Picture",
    "Prose",
    "Result",
    "Span",
    "Style",
    "Text",
    "bar",
    "choose_format",
    "emit",
    "message",
    "unwritable",
]

FORMATS = ("json", "jsonl", "csv", "tsv", "md", "html", "ids", "svg", "txt")

_ENDINGS = {f".{name}": name for name in FORMATS if name != "ids"}

_DOCUMENT_WIDTH = 100


def _stdout() -> TextIO:
    return sys.stdout


def _stderr() -> TextIO:
    return sys.stderr


@dataclass(slots=True)
class Output:
    """Where a result goes and in what form: the user's options, settings and streams."""

    format: str | None = None
    """One of FORMATS; None: a screen on a terminal, else tab-separated text."""
    fields: list[str] = field(default_factory=list)
    """The fields to print, in this order; none: all."""
    path: str | None = None
    """A file to write instead of ``stdout``; "-" is ``stdout``."""
    quiet: bool = False
    color: bool | None = None
    """None: as NO_COLOR and TERM say. Without a terminal there is never colour."""
    neutralise: bool = False
    """Whether CSV and TSV cells that a spreadsheet would take for formulas are defused."""
    locale: str = "en_US"
    stdout: TextIO = field(default_factory=_stdout)
    stderr: TextIO = field(default_factory=_stderr)
    width: int | None = None
    """Cells a line on a terminal; None: as wide as it is."""


def choose_format(path: str) -> str:
    """The format that the ending of ``path`` stands for. Raises Usage for any other ending."""
    ending = os.path.splitext(path)[1].lower()
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    from funnelcli.i18n import _

    raise _usage(
        _("The ending of {path} names no format.").format(path=path),
        _("Known endings are: {endings}.").format(endings=" ".join(_ENDINGS)),
    )


def message(output: Output, text: str) -> None:
    """Write a line for the person at the terminal to standard error."""
    if _is_terminal(output.stderr):
        from funnelcli.render.human import clean

        text = "\n".join(clean(line) for line in text.split("\n"))
    _prepare(output.stderr, errors="backslashreplace")
    output.stderr.write(text + "\n")
    output.stderr.flush()


def emit(result: Result, output: Output) -> None:
    """Write ``result`` as ``output`` says.

    Raises Usage for a field or a format that the result does not have, Failed where it cannot be
    written. BrokenPipeError is left to the caller: whoever read has read enough.
    """
    if result is None:
        return
    if isinstance(result, Changed) and result.warnings:
        from funnelcli.i18n import _

        for warning in result.warnings:
            message(output, _("Warning: {text}").format(text=warning))
    if output.path is not None and output.path != "-":
        _emit_to_file(result, output, output.path)
        return
    out = output.stdout
    on_screen = output.format is None and _is_terminal(out)
    try:
        if on_screen:
            _prepare(out, errors="replace")
            _show(result, output)
        else:
            if output.format is not None or isinstance(result, Text):
                # Records and documents are UTF-8 wherever they are; only piped lines, which go
                # on to other tools of the same locale, keep its encoding.
                _prepare(out, encoding="utf-8", newline="\n", errors="backslashreplace")
            else:
                _prepare(out, errors="backslashreplace")
            _write(result, output, output.format, _shielded(out))
        out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(error) from error


def unwritable(error: OSError) -> FunnelError:
    """What to raise where standard output does not take what is written."""
    from funnelcli.errors import Failed
    from funnelcli.i18n import _

    return Failed(
        _("The output could not be written: {reason}.").format(reason=error.strerror or error),
        _("Free some space, or write somewhere else with -o."),
    )


def _emit_to_file(result: Result, output: Output, path: str) -> None:
    from funnelcli.i18n import _, ngettext
    from funnelcli.render.files import write_file

    form = output.format
    if form is None and not isinstance(result, Text):
        form = choose_format(path)
    rows = write_file(path, lambda out: _write(result, output, form, out))
    if output.quiet:
        return
    if rows is None:
        message(output, _("Wrote {path}.").format(path=path))
    else:
        text = ngettext("Wrote {n} row to {path}.", "Wrote {n} rows to {path}.", rows)
        message(output, text.format(n=rows, path=path))


# A screen ---------------------------------------------------------------------------------------


def _screen(output: Output, *, document: bool = False) -> Screen:
    from funnelcli.render.terminal import Screen, columns_of, wants_colour

    if document:
        return Screen(output.width or _DOCUMENT_WIDTH, False, output.locale)
    out = output.stdout
    return Screen(
        max(1, output.width or columns_of(out)),
        wants_colour(output.color),
        output.locale,
        out.encoding or "utf-8",
    )


def _show(result: Result, output: Output) -> None:
    if isinstance(result, Text):
        _shielded(output.stdout).write(result.text)
    elif isinstance(result, Changed):
        _show_changed(result, output)
    elif result is not None:
        from funnelcli.render.terminal import show

        show(_blocks(result), _screen(output), output.stdout)


def _show_changed(changed: Changed, output: Output) -> None:
    if output.quiet:
        _write_changed_lines(changed, output, output.stdout)
        return
    from funnelcli.i18n import _
    from funnelcli.render.human import clean
    from funnelcli.render.terminal import ansi

    lines = [[(clean(line), "")] for line in changed.lines]
    if changed.undo and lines:
        lines.append([(_("funnel undo takes it back"), "dim")])
    colour = os.name != "nt" and _screen(output).colour
    output.stdout.writelines(ansi(line, colour) for line in lines)


# Everything else --------------------------------------------------------------------------------


def _write(result: Result, output: Output, form: str | None, out: TextIO) -> int | None:
    """Write ``result`` in a form that needs no terminal. Returns the number of rows, if any."""
    if result is None or isinstance(result, Text):
        out.write(result.text if result else "")
        return None
    if form in ("json", "jsonl"):
        return _write_json(result, output, out, lines=form == "jsonl")
    if form in ("md", "html", "svg", "txt"):
        return _write_document(result, output, form, out)
    if isinstance(result, Changed) and (form is None or form == "ids" or not result.columns):
        _write_changed_lines(result, output, out, ids=form == "ids")
        return None
    listing = _listing(result)
    if form is None:
        if isinstance(result, Page) and result.main is None:
            plain.write_blocks(result.blocks, out)
            return None
        return plain.write_piped(_required(listing), out, output.fields)
    if form == "ids":
        return plain.write_ids(_required(listing), out)
    if form == "csv":
        return plain.write_csv(_required(listing), out, output.fields, neutralise=output.neutralise)
    if form == "tsv":
        return plain.write_tsv(_required(listing), out, output.fields, neutralise=output.neutralise)
    from funnelcli.i18n import _

    raise _usage(
        _("There is no format {name}.").format(name=form),
        _("The formats are: {names}.").format(names=", ".join(FORMATS)),
    )


def _write_json(
    result: Listing | Page | Changed, output: Output, out: TextIO, *, lines: bool
) -> int | None:
    rows = plain.write_jsonl_rows if lines else plain.write_json_rows
    if isinstance(result, Listing):
        return rows(result, out, output.fields)
    if isinstance(result, Changed):
        plain.write_data(plain.changed_record(result), out, output.fields, lines=lines)
        return None
    data = result.data
    if data is None or (lines and result.main is not None):
        data = plain.page_listing(result)
    if isinstance(data, Listing):
        return rows(data, out, output.fields)
    plain.write_data({} if data is None else data, out, output.fields, lines=lines)
    return None


def _write_document(
    result: Listing | Page | Changed, output: Output, form: str, out: TextIO
) -> int | None:
    blocks = _blocks(result)
    title = result.title if isinstance(result, Page) else ""
    if form == "md":
        from funnelcli.render.page import write_md

        return write_md(blocks, out, output.locale, output.fields, title)
    if form == "html":
        from funnelcli.render.webpage import write_html

        return write_html(blocks, out, output.locale, output.fields, title)
    from dataclasses import replace

    from funnelcli.render.terminal import svg, write_text

    screen = _screen(output, document=True)
    main = result.main if isinstance(result, Page) else result
    chart = main.chart if isinstance(main, Listing) else None
    if form == "svg" and chart is not None:
        # One picture for a slide: the chart itself, not the screen around it.
        from funnelcli.render.charts.svg import slide

        out.write(slide(chart, output.locale))
    elif form == "svg":
        out.write(svg(blocks, replace(screen, colour=output.color is not False)))
    else:
        write_text(blocks, screen, out)
    return None


def _write_changed_lines(
    changed: Changed, output: Output, out: TextIO, *, ids: bool = False
) -> None:
    if ids or output.quiet:
        out.writelines(f"{number}\n" for number in plain.changed_ids(changed))
    else:
        out.writelines(plain.escape(line) + "\n" for line in changed.lines)


def _blocks(result: Listing | Page | Changed) -> list[Block]:
    if isinstance(result, Page):
        return result.blocks
    if isinstance(result, Listing):
        return [result]
    return [_listing(result) or Prose("\n".join(result.lines))]


def _listing(result: Listing | Page | Changed) -> Listing | None:
    """The rows that stand for a result."""
    if isinstance(result, Listing):
        return result
    if isinstance(result, Page):
        return plain.page_listing(result)
    if not result.columns or result.record is None:
        return None
    many = isinstance(result.record, list | tuple)
    return Listing(result.columns, result.record if many else [result.record])


def _required(listing: Listing | None) -> Listing:
    if listing is None:
        from funnelcli.i18n import _

        raise _usage(_("There are no rows to write here."), _("Use --json, --md or --html."))
    return listing


def _usage(text: str, hint: str) -> Exception:
    from funnelcli.errors import Usage

    return Usage(text, hint)


# Streams ----------------------------------------------------------------------------------------


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:
        return False


def _shielded(stream: TextIO) -> TextIO:
    """A terminal shows control characters instead of obeying them; a pipe gets them as they are."""
    if not _is_terminal(stream):
        return stream
    from funnelcli.render.human import Visible

    return cast("TextIO", Visible(stream))


def _prepare(stream: TextIO, **how: str) -> None:
    """Make a stream take every character; one in memory does so already."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(**how)
