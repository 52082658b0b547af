"""Rows with a sign between their cells: piped text, TSV, CSV, and ids.

Rows are written as they come, so memory stays flat however many there are. But for ``--excel``
nothing here depends on the locale.
"""

from __future__ import annotations

from funnelcli.patterns import regex
from funnelcli.render.columns import (
    Number,
    batches,
    data_columns,
    piped_columns,
    text_values,
    values,
)
from funnelcli.render.contents import changed_ids, in_parts, listing_of, rows_of, table_of
from funnelcli.render.model import Changed, Facts, Listing, Page, undrawn
from funnelcli.text import printed
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TextIO

    from funnelcli.render.contents import Written
    from funnelcli.render.model import Block, Column
    from funnelcli.render.output import Output

_TEXTS = ("text", "tags")
"""The kinds whose cells may hold anything; only they can be formulas."""

_NUMBERS = (bool, int, float, Number)
_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
_ESCAPES |= {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r", 0x5C: "\\\\"}


def escape(text: str) -> str:
    r"""``text`` on one line without tabs: ``\t``, ``\n``, ``\r`` and ``\\`` stand for them.

    Other control characters are written as ``\x1b``, so that a row that ends up on a terminal
    does nothing there.
    """
    return text if _is_plain(text) else text.translate(_ESCAPES)


def _is_plain(text: str) -> bool:
    """Whether nothing in a text has to be escaped."""
    return text.isprintable() and "\\" not in text


def _rows_of(
    rows: Iterable[Any], readers: Sequence[Callable[[Sequence[Any]], list[str]]]
) -> Iterator[list[tuple[str, ...]]]:
    """The cells of rows, some rows at a time."""
    for some in batches(rows):
        yield [*zip(*(read(some) for read in readers), strict=True)]


def _write_lines(
    rows: Iterable[Any], readers: Sequence[Callable[[Sequence[Any]], list[str]]], out: TextIO
) -> int:
    """Write a line for each row, its cells escaped where any needs it; how many."""
    number = 0
    for some in _rows_of(rows, readers):
        if not _is_plain("".join(map("".join, some))):
            some = [tuple(map(escape, cells)) for cells in some]
        out.writelines("\t".join(cells) + "\n" for cells in some)
        number += len(some)
    return number


_UNESCAPES = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
_ESCAPED = regex(r"\\(?:x([0-9a-f]{2})|([tnr\\]))")


def unescape(text: str) -> str:
    """What :func:`escape` made ``text`` of."""
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)) if m[1] else _UNESCAPES[m[2]], text)


# Without a format ---------------------------------------------------------------------------------


def write_piped(result: Written, output: Output, out: TextIO) -> int | None:
    """What other tools of a shell read: rows as tab-separated text without a header, the lines
    of a write, a page part by part."""
    if isinstance(result, Changed):
        _write_changed(result, output, out)
        return None
    if isinstance(result, Page) and result.name:
        from funnelcli.render.parts import lines

        out.writelines("\t".join(map(escape, cells)) + "\n" for cells in lines(result))
        return None
    if isinstance(result, Page) and result.main is None:
        _write_blocks(result.blocks, out)
        return None
    return _write_rows(rows_of(result), out, output.fields)


def _write_rows(listing: Listing, out: TextIO, fields: Sequence[str] = ()) -> int:
    readers = [text_values(column) for column in piped_columns(listing.columns, fields)]
    return _write_lines(listing.rows, readers, out)


def _write_blocks(blocks: Sequence[Block], out: TextIO) -> None:
    """Every block as plain text, an empty line between them."""
    for number, block in enumerate(undrawn(blocks)):
        if number:
            out.write("\n")
        if block.title:
            out.write(escape(block.title) + "\n")
        if isinstance(block, Listing):
            _write_rows(block, out)
        elif isinstance(block, Facts):
            out.writelines(f"{escape(key)}\t{escape(text)}\n" for key, text in block.pairs)
        else:
            out.write(printed(block.text).rstrip("\n") + "\n")


def _write_changed(changed: Changed, output: Output, out: TextIO) -> None:
    if output.quiet:
        _write_changed_ids(changed, out)
    else:
        if changed.differences is not None:
            _write_rows(changed.differences, out)
        out.writelines(escape(line) + "\n" for line in changed.lines)


def _write_changed_ids(changed: Changed, out: TextIO) -> None:
    """The ids of what was changed, a line each."""
    out.writelines(f"{number}\n" for number in changed_ids(changed))


# Formats ------------------------------------------------------------------------------------------


def write_tsv(result: Written, output: Output, out: TextIO) -> int | None:
    """A header of keys, then every record, tab-separated, escaped like piped text."""
    if isinstance(result, Changed) and listing_of(result) is None:
        _write_changed(result, output, out)
        return None
    listing, fields = table_of(result, output.fields)
    columns = data_columns(listing.columns, fields)
    readers = [_cells(column, output, text_values(column)) for column in columns]
    out.write("\t".join([column.key for column in columns]) + "\n")
    return _write_lines(listing.rows, readers, out)


class _LineFeeds:
    """Takes lines that end in CR LF and writes them with LF."""

    def __init__(self, out: TextIO) -> None:
        self._write = out.write

    def write(self, line: str) -> int:
        return self._write(line[:-2] + "\n")


def write_csv(result: Written, output: Output, out: TextIO) -> int | None:
    """A header of keys, then every record, as RFC 4180 with line feeds as line ends.

    For Excel it begins with a byte order mark, without which Excel reads UTF-8 as the system's
    own encoding; where the locale has a decimal comma, decimals are written with it and cells
    are separated by semicolons, as the Excel of such a country expects.
    """
    if isinstance(result, Changed) and listing_of(result) is None:
        _write_changed(result, output, out)
        return None
    import csv

    listing, fields = table_of(result, output.fields)
    columns = data_columns(listing.columns, fields)
    delimiter = ","
    if output.excel:
        from funnelcli.values.moneyformat import number_signs

        point = number_signs(output.locale)[0]
        delimiter = ";" if point == "," else ","
        readers = [_excel_values(column, point) for column in columns]
        out.write("\ufeff")
    else:
        readers = [text_values(column) for column in columns]
    readers = [_cells(column, output, read) for column, read in zip(columns, readers, strict=True)]
    # Only line ends that the writer knows are quoted inside a cell, so it is told both.
    writer = csv.writer(_LineFeeds(out), delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([column.key for column in columns])
    number = 0
    for some in _rows_of(listing.rows, readers):
        writer.writerows(some)
        number += len(some)
    return number


def _cells(
    column: Column, output: Output, read: Callable[[Sequence[Any]], list[str]]
) -> Callable[[Sequence[Any]], list[str]]:
    """``read``, defused if that is asked for. What is a number stays one."""
    if not output.neutralise or column.kind not in _TEXTS:
        return read
    from funnelcli.values.cells import neutralise

    def cells(rows: Sequence[Any]) -> list[str]:
        found = zip(read(rows), values(rows, column.key), strict=True)
        return [text if type(one) in _NUMBERS else neutralise(text) for text, one in found]

    return cells


def _excel_values(column: Column, point: str) -> Callable[[Sequence[Any]], list[str]]:
    """Like text_values, with the locale's decimal ``point``, and instants in the user's zone
    without its name, which Excel does not read."""
    key, read = column.key, text_values(column)
    if column.kind == "instant":
        from funnelcli.values.dates import local

        def instant(seconds: int | None) -> str:
            return "" if seconds is None else local(seconds).strftime("%Y-%m-%d %H:%M:%S")

        return lambda rows: [instant(seconds) for seconds in values(rows, key)]
    if column.kind == "money":
        return lambda rows: [text.replace(".", point) for text in read(rows)]

    def texts(rows: Sequence[Any]) -> list[str]:
        found = zip(read(rows), values(rows, key), strict=True)
        return [
            text.replace(".", point) if type(one) in (float, Number) else text
            for text, one in found
        ]

    return texts


def write_ids(result: Written, output: Output, out: TextIO) -> int | None:
    """The id of each row on a line. Raises Usage where rows have none, and where an id alone does
    not say of what it is."""
    if isinstance(result, Changed):
        _write_changed_ids(result, out)
        return None
    if isinstance(result, Page) and in_parts(result) and "id" in result.data:
        out.write(f"{result.data['id']}\n")
        return 1
    listing = rows_of(result)
    column = next((c for c in listing.columns if c.key == "id"), None)
    if column is None:
        from funnelcli.errors import Usage
        from funnelcli.i18n import _

        raise Usage(_("These rows have no ids."), _("Use --json or --csv to get the rows."))
    rows = listing.rows if column.whose is None else _of_one_noun(listing.rows, column.whose)
    number = 0
    for some in _rows_of(rows, [text_values(column)]):
        out.writelines(f"{found}\n" for (found,) in some)
        number += len(some)
    return number


def _of_one_noun(rows: Iterable[Any], whose: Callable[[Any], str]) -> list[Any]:
    """``rows``, whose ids are those of one noun. Raises Usage where they are not."""
    found = list(rows)
    nouns = {whose(row) for row in found}
    if len(nouns) > 1 or "" in nouns:
        from funnelcli.errors import Usage
        from funnelcli.i18n import _

        raise Usage(
            _("These rows have no ids of their own.")
            if nouns == {""}
            else _("These rows are of several kinds, each with ids of its own."),
            _("Ask for rows of one kind with ids, or use --json or --csv."),
        )
    return found
