"""Opening tables: texts (CSV), workbooks, JSON, archives of them, and what a pipe brings."""

from __future__ import annotations

import os
import stat
import sys

from funnelcli.errors import Failed, Usage, reason
from funnelcli.formats import kinds
from funnelcli.formats.table import Row, Table
from funnelcli.formats.text_table import TextTable
from funnelcli.i18n import _
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO

    Known = Callable[[Sequence[str]], int]

_LINES = (".jsonl", ".ndjson")
__all__ = ["Row", "Table", "open_file", "open_table"]


def _spooled(stream: BinaryIO) -> BinaryIO:
    """A copy of what a pipe brings, in a nameless temporary file that only the user can read."""
    import shutil
    import tempfile

    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the table closes it
    try:
        shutil.copyfileobj(stream, copy)
    except BaseException:
        copy.close()
        raise
    return copy


def _opened(path: str) -> tuple[BinaryIO, str]:
    if path == "-":
        name = _("standard input")
        if sys.stdin is None:
            raise Usage(_("There is no standard input."), _("Name a file instead."))
        return _spooled(sys.stdin.buffer), name
    file = open(path, "rb")  # noqa: SIM115
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        with file:
            return _spooled(file), path
    return file, os.path.basename(path)


def open_file(path: str) -> tuple[BinaryIO, str]:
    """The file at ``path`` ("-": standard input, which is copied to a temporary file), and what
    messages call it. Raises Failed if it cannot be read."""
    try:
        return _opened(path)
    except (OSError, ValueError) as error:  # A NUL character in a path is a ValueError.
        raise _unreadable(path, error) from error


def _one_delimiter(given: str) -> str:
    delimiter = {"tab": "\t", "\\t": "\t"}.get(given.lower(), given)
    if len(delimiter) != 1 or delimiter in '"\r\n\0 ':
        raise Usage(
            _("{delimiter} is no delimiter.").format(delimiter=repr(given)),
            _("Use one character, such as , ; | or the word tab."),
        )
    return delimiter


def open_table(
    path: str,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    known: Known = len,
    cards: bool = False,
    name: str = "",
) -> Table:
    """The table in the file at ``path`` ("-": standard input, which is copied to a temporary
    file because it is read more than once), whatever the file's name ends in.

    ``encoding`` and ``delimiter`` (one character, or "tab") override what a text itself shows.
    ``sheet`` is the one of a workbook, by its name or number, or the file of an archive; without
    it that one is chosen whose columns ``known`` counts most of, the first of equals.
    ``cards``: contact cards will do, too. ``name`` is what messages call the file, where it is not
    its own name.
    Raises Failed if the file cannot be read, Usage if it is empty or not as given.
    """
    if delimiter is not None:
        delimiter = _one_delimiter(delimiter)

    def opened(file: BinaryIO, name: str) -> Table:
        return _table(file, name, encoding, delimiter, sheet, known, cards=cards)

    file, own_name = open_file(path)
    name = name or own_name
    try:
        if kinds.kind_of(file, name) == kinds.ARCHIVE:
            from funnelcli.formats.archives import open_archive

            return open_archive(file, name, sheet, opened, known)
        return opened(file, name)
    except OSError as error:
        file.close()
        raise _unreadable(path, error) from error
    except BaseException:
        file.close()
        raise


def _table(
    file: BinaryIO,
    name: str,
    encoding: str | None,
    delimiter: str | None,
    sheet: str | None,
    known: Known,
    *,
    cards: bool,
) -> Table:
    kind = kinds.kind_of(file, name)
    if kind == kinds.WORKBOOK:
        from funnelcli.formats.spooled import open_workbook

        with file:
            return open_workbook(file, name, sheet, known)
    if name.lower().endswith(_LINES) and not file.seek(0, os.SEEK_END):
        # Of JSON Lines without a record nothing but the name says what it is.
        from funnelcli.formats.records import no_records

        raise no_records(name)
    if kind == kinds.JSON:
        from funnelcli.formats.records import open_records

        with file:
            return open_records(file, name, sheet)
    if kind == kinds.CARDS and cards:
        from funnelcli.formats.cards import open_cards

        with file:
            return open_cards(file, name, encoding)
    if kind == kinds.CARDS:
        raise Usage(
            _("{name} holds contact cards (vCard), and no table.").format(name=name),
            _("`funnel import contacts FILE` takes them."),
        )
    if kind == kinds.CALENDAR:
        raise Usage(
            _("{name} is a calendar, and no table.").format(name=name),
            _("`funnel import ics FILE` takes its answers."),
        )
    if kind == kinds.DATABASE:
        raise Usage(
            _("{name} is a database.").format(name=name),
            _("`funnel import FILE` takes another of funnel's; `funnel restore FILE` a copy."),
        )
    return TextTable(file, name, encoding=encoding, delimiter=delimiter)


def _unreadable(path: str, error: OSError | ValueError) -> Failed:
    return Failed(
        _("Cannot read {path}: {reason}.").format(path=path, reason=reason(error)),
        _("Check the name of the file and whether you may read it."),
    )
