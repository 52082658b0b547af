"""The one place that decides how things look.

A command hands over a result (see :mod:`.model`) and the user's :class:`Output`;
:func:`emit` writes it for a terminal, a pipe, a program or a file.
"""

from __future__ import annotations

import errno
import os
from io import StringIO

from funnelcli.files import abandon
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
    Sheets,
    Span,
    Style,
    Text,
    undo_hint,
)
from funnelcli.render.output import Output
from funnelcli.render.output_formats import FORMATS, choose_format, ending_of, format_of
from funnelcli.typed import TYPE_CHECKING, Any, BinaryIO, TextIO, cast
from funnelcli.values import reader

if TYPE_CHECKING:
    from funnelcli.errors import FunnelError
    from funnelcli.render.output_formats import Format
    from funnelcli.render.screen import Screen

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
    "Sheets",
    "Span",
    "Style",
    "Text",
    "bar",
    "choose_format",
    "complain",
    "drawn",
    "emit",
    "folded",
    "message",
    "reading",
    "undo_hint",
    "unwritable",
]


def message(output: Output, text: str) -> None:
    """Write a line for the person at the terminal to standard error."""
    if _is_terminal(output.stderr):
        text = "\n".join(folded(text, output))
    elif not text.isprintable():
        from funnelcli.render.human import glued

        # What a log has kept is shown on a terminal some day.
        text = "\n".join(map(glued, text.split("\n")))
    _prepare(output.stderr, errors="backslashreplace")
    complain(output, text)


def drawn(result: Result, output: Output) -> str:
    """What a person at the terminal sees of ``result``, for a message."""
    text = StringIO()
    _show(result, output, _screen(output)._replace(colour=False), text)
    return text.getvalue().rstrip("\n")


def complain(output: Output, text: str) -> None:
    """Write a line to standard error; where that takes nothing more, the exit code is what is left
    to say."""
    try:
        output.stderr.write(text + "\n")
        output.stderr.flush()
    except OSError:
        abandon(output.stderr)


def folded(text: str, output: Output) -> list[str]:
    """The lines in which a person at the terminal reads ``text``, broken between words."""
    from funnelcli.render.human import glued
    from funnelcli.render.layout import fold
    from funnelcli.render.screen import columns_of

    width = output.width or columns_of(output.stderr)
    lines = [part for line in text.split("\n") for part in fold(glued(line), width, whole=True)]
    return [line.replace("\xa0", " ") for line in lines]


def emit(result: Result, output: Output) -> None:
    """Write ``result`` as ``output`` says, and below it what a change warns of.

    Raises Usage for a field or a format that the result does not have, Failed where it cannot be
    written. BrokenPipeError is left to the caller: whoever read has read enough.
    """
    if result is None:
        return
    reader.use(lambda: reading(output))
    try:
        _write_out(result, output)
    finally:
        # Said in any case: the change is on record whether or not its result could be written.
        if isinstance(result, Changed) and result.warnings:
            from funnelcli.i18n import _

            for warning in result.warnings:
                message(output, _("Warning: {text}").format(text=warning))


def _write_out(result: Result, output: Output) -> None:
    if output.path is not None and output.path != "-":
        _emit_to_file(result, output, output.path)
        return
    out = output.stdout
    form = _form(result, output.format)
    _check_form(output, form)
    try:
        if form is None and _is_terminal(out):
            _prepare(out, errors="replace")
            _screened(result, output)
        elif form is not None and form.binary:
            if isinstance(result, Text):
                raise _only_text(f"--{form.name}")
            _write(result, output, form, _bytes_of(out, form))
            out.buffer.flush()
        else:
            if form is not None or isinstance(result, Text):
                # Records and documents are UTF-8 wherever they are; only piped lines, which go
                # on to other tools of the same locale, keep its encoding.
                _prepare(out, encoding="utf-8", newline="\n", errors="backslashreplace")
            else:
                _prepare(out, errors="backslashreplace")
            _write(result, output, form, _shielded(out))
        out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(error) from error


def reading(output: Output) -> reader.Reading | None:
    """Who reads what goes to ``output``: a person at a screen, one who opens a document, None for
    a program."""
    named = output.named
    if named is None:
        return reader.Reading(output.locale) if _is_terminal(output.stdout) else None
    form = FORMATS.get(named)
    return reader.Reading(output.locale, now=False) if form and form.document else None


def unwritable(error: OSError) -> FunnelError:
    """What to raise where standard output does not take what is written."""
    from funnelcli.errors import Failed
    from funnelcli.i18n import _

    closed = error.errno == errno.EBADF
    return Failed(
        _("The output could not be written: {reason}.").format(reason=error.strerror or error),
        _("Standard output is closed: leave it open, or write to a file with -o.")
        if closed
        else _("Free some space, or write somewhere else with -o."),
    )


def _emit_to_file(result: Result, output: Output, path: str) -> None:
    from funnelcli.i18n import _, ngettext
    from funnelcli.render.files import write_file

    named = output.format
    if named is None and not isinstance(result, Text | Sheets):
        named = choose_format(path)
    form = _form(result, named)
    _check_form(output, form)
    if isinstance(result, Text):
        ending = FORMATS.get(ending_of(path))
        if any(one is not None and one.binary for one in (form, ending)):
            raise _only_text(path)
    binary = form is not None and form.binary
    rows = write_file(path, lambda out: _write(result, output, form, out), binary=binary)
    if output.quiet:
        return
    ending = FORMATS.get(ending_of(path))
    if output.format is not None and ending is not None and ending.name != output.format:
        text = _("{path} holds {format}, whatever its ending says.").format(
            path=path, format=output.format
        )
        message(output, _("Warning: {text}").format(text=text))
    # Of a page people read the whole, and not the rows of one of its tables.
    page = isinstance(result, Page) and (form is None or form.document)
    if rows is None or page:
        message(output, _("Wrote {path}.").format(path=path))
    else:
        text = ngettext("Wrote {n} row to {path}.", "Wrote {n} rows to {path}.", rows)
        if form is not None and form.name == "ics":
            text = ngettext("Wrote {n} entry to {path}.", "Wrote {n} entries to {path}.", rows)
        message(output, text.format(n=rows, path=path))


# A screen ---------------------------------------------------------------------------------------


def _screen(output: Output) -> Screen:
    from funnelcli.render.screen import Screen, columns_of, wants_colour

    out = output.stdout
    return Screen(
        max(1, output.width or columns_of(out)),
        wants_colour(output.color),
        output.locale,
        out.encoding or "utf-8",
    )


def _screened(result: Result, output: Output) -> None:
    """Show ``result``, in a pager where it is longer than the screen and one is wanted."""
    from funnelcli.render.screen import height_of

    screen = _screen(output)
    height = height_of(output.stdout) if output.pager else None
    if height is None:
        _show(result, output, screen, output.stdout)
        return
    from funnelcli.render import pager

    whole = StringIO()
    _show(result, output, screen, whole)
    pager.show(whole.getvalue(), output, height, screen.width)


def _show(result: Result, output: Output, screen: Screen, out: TextIO) -> None:
    if isinstance(result, Text):
        from funnelcli.render.human import Visible

        out.write(result.drawn)
        Visible(out).write(result.text)
    elif isinstance(result, Changed):
        _show_changed(result, output, screen, out)
    elif result is not None and not isinstance(result, Sheets):
        from funnelcli.render.contents import blocks_of
        from funnelcli.render.terminal import show

        show(blocks_of(result), screen, out)


def _show_changed(changed: Changed, output: Output, screen: Screen, out: TextIO) -> None:
    if output.quiet:
        _write(changed, output, None, out)
        return
    from funnelcli.render.human import glued
    from funnelcli.render.layout import fold
    from funnelcli.render.terminal import ansi, show

    if changed.differences is not None:
        show([changed.differences], screen, out)
    said = [(line, "") for line in changed.lines]
    if changed.undo and said:
        said.append((undo_hint(), "dim"))
    lines = [
        [(part, style)]
        for line, style in said
        for part in fold(glued(line), screen.width, whole=True)
    ]
    colour = os.name != "nt" and screen.colour
    out.writelines(ansi(line, colour) for line in lines)


# Everything else --------------------------------------------------------------------------------


def _write(result: Result, output: Output, form: Format | None, out: Any) -> int | None:
    """Write ``result`` in a form that needs no terminal. Returns the number of rows, if any."""
    if result is None or isinstance(result, Text):
        out.write(result.text if result else "")
        return None
    if isinstance(result, Sheets):
        out.write(result.data)
        return None
    if form is None:
        from funnelcli.render.delimited import write_piped

        return write_piped(result, output, out)
    return form.write()(result, output, out)


def _form(result: Result, named: str | None) -> Format | None:
    """The format of that name; of a document that is set already, its own."""
    if isinstance(result, Sheets):
        return FORMATS["pdf"]
    return None if named is None else format_of(named)


def _only_text(name: str) -> FunnelError:
    from funnelcli.errors import Usage
    from funnelcli.i18n import _

    return Usage(
        _("This is text as it stands; {name} cannot hold it.").format(name=name),
        _("Choose another format."),
    )


def _check_form(output: Output, form: Format | None) -> None:
    """Raise Usage for an option that the format does not know."""
    if output.excel and (form is None or form.name != "csv"):
        from funnelcli.errors import Usage
        from funnelcli.i18n import _

        raise Usage(
            _("--excel says how CSV is written, and this is not CSV."),
            _("Write --csv --excel, or -o FILE.csv --excel; -o FILE.xlsx writes Excel's own."),
        )


# Streams ----------------------------------------------------------------------------------------


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:
        return False


def _bytes_of(stream: TextIO, form: Format) -> BinaryIO:
    """The bytes of a stream, for a format that is no text. Raises Usage for a terminal."""
    if _is_terminal(stream):
        from funnelcli.errors import Usage
        from funnelcli.i18n import _

        raise Usage(
            _("--{name} is no text, and a terminal shows nothing else.").format(name=form.name),
            _("Write it to a file with -o FILE.{name}, or into a pipe.").format(name=form.name),
        )
    stream.flush()
    return stream.buffer


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
