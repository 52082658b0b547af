"""Excel workbooks: a sheet a listing, numbers as numbers and dates as dates.

Rows go to the disk as they come, so memory stays flat however many there are. The library is
imported when a workbook is written.
"""

from __future__ import annotations

import datetime as dt

from funnelcli.patterns import re
from funnelcli.render.columns import Number, data_columns, data_value, value
from funnelcli.render.contents import blocks_of, in_parts, table_of
from funnelcli.render.human import clean
from funnelcli.render.model import Listing, Page, undrawn
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO

    from funnelcli.render.contents import Written
    from funnelcli.render.model import Column
    from funnelcli.render.output import Output

MOST_ROWS = 1_048_576
"""Rows of a sheet, the header's among them: Excel specifications and limits."""
MOST_CHARACTERS = 32_767
"""Characters of a cell, as UTF-16 counts them."""
MOST_DIGITS = 15
"""Digits of a number that Excel keeps; longer ones are written as text."""

_NAME_MOST = 31
_NO_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_WIDTHS_FROM = 500
"""Rows that the width of a column is taken from."""
_NARROWEST, _WIDEST = 8, 60
# Day numbers count from here; Excel believes that 1900 was a leap year, so before March of that
# year they are one less.
_DAY_ZERO = dt.date(1899, 12, 30).toordinal()
_FIRST_RIGHT = dt.date(1900, 3, 1)

_NUMBER_FORMATS = {
    "percent": "0.0%",
    "share": "0.0%",
    "date": "yyyy-mm-dd",
    "instant": "yyyy-mm-dd hh:mm",
    "duration": "[h]:mm",
}


def write_xlsx(result: Written, output: Output, out: BinaryIO) -> int:
    """A result as a workbook: each listing of a page on a sheet of its own, or the rows that
    stand for the page where fields are chosen. Returns the number of rows.

    Text never becomes a formula. Amounts are major units in the number format of their currency,
    instants are in the user's zone. Raises Failed, before anything is written to ``out``, where
    there is more than Excel takes; Usage where there are no rows.
    """
    import os
    import shutil
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="funnel-") as folder:
        # The library keeps its sheets there until the workbook is put together.
        path = os.path.join(folder, "book.xlsx")
        fields = () if in_parts(result) else output.fields
        rows = _write_book(path, folder, _listings(result, output), output, fields)
        with open(path, "rb") as book:
            shutil.copyfileobj(book, out)
    return rows


def _listings(result: Written, output: Output) -> list[Listing]:
    if isinstance(result, Page) and in_parts(result) and not output.fields:
        from funnelcli.render.parts import sheets

        return list(sheets(result))
    if isinstance(result, Page) and not output.fields:
        found = [block for block in undrawn(blocks_of(result)) if isinstance(block, Listing)]
        if found:
            return found
    return [table_of(result, output.fields)[0]]


def _write_book(
    path: str, folder: str, listings: list[Listing], output: Output, fields: Sequence[str]
) -> int:
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxFileError

    book = Workbook(path, {"constant_memory": True, "tmpdir": folder})
    rows, names = 0, set[str]()
    try:
        for listing in listings:
            name = _sheet_name(listing.title or _stem(output), names)
            rows += _Sheet(book, name, output, fields).write(listing)
        book.close()
    except XlsxFileError as error:
        if isinstance(error.__context__, OSError):
            raise error.__context__ from None
        raise
    finally:
        # Where the book is closed they are, too.
        for sheet in book.worksheets():
            sheet.row_data_fh.close()
    return rows


def _stem(output: Output) -> str:
    """What a sheet is called that has no title: what the file is called."""
    from os.path import basename, splitext

    return "" if output.path in (None, "-") else splitext(basename(output.path))[0]


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel allows, and that no other sheet has: at most 31 characters, none of
    ``[]:*?/\\``, no apostrophe at its ends; "History" is Excel's own."""
    from funnelcli.i18n import _

    wanted = clean(title).partition(" · ")[0]
    if _length(wanted) > _NAME_MOST:
        # The head of a title that says more, at least whole words of it.
        head = re.split(r"[:(–]", wanted, maxsplit=1)[0].rstrip()
        wanted = head if 2 < _length(head) <= _NAME_MOST else wanted
        cut = _cut(wanted, _NAME_MOST)
        wanted = cut if cut == wanted else (cut.rpartition(" ")[0] or cut).rstrip(" ,;")
    wanted = " ".join(wanted.translate(_NO_NAME).split()).strip("'") or _("Table")
    number = 1 if wanted.lower() == "history" else 0
    while True:
        end = f" ({number + 1})" if number else ""
        name = _cut(wanted, _NAME_MOST - len(end)).rstrip("' ") + end
        if name.lower() not in taken:
            taken.add(name.lower())
            return name
        number += 1


def _cut(text: str, most: int) -> str:
    """The beginning of ``text`` of at most so many characters, as Excel counts them."""
    while _length(text) > most:
        text = text[:-1]
    return text


def _length(text: str) -> int:
    """Characters as UTF-16 and Excel count them."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class _Sheet:
    """A sheet while it is written, row after row."""

    def __init__(self, book: Any, name: str, output: Output, fields: Sequence[str]) -> None:
        from xlsxwriter.worksheet import Worksheet

        class Sheet(Worksheet):  # type: ignore[misc]
            """The library takes a text like ``<r>…</r>`` for markup; here every text is text."""

            def _xml_rich_inline_string(self, string: str, attributes: Any = ()) -> None:
                self._xml_inline_string(string, True, list(attributes))

        self._book = book
        self._sheet = book.add_worksheet(name, Sheet)
        self._output = output
        self._fields = fields
        self._looks: dict[str, Any] = {}

    def write(self, listing: Listing) -> int:
        """Write a header and every row. Returns their number."""
        from funnelcli.i18n import _

        sheet = self._sheet
        columns = data_columns(listing.columns, self._fields)
        if not self._fields:
            # What a screen shows comes first; the rest of the record behind it.
            columns.sort(key=lambda column: not column.table)
        titles = [
            _(column.whole or column.title) if column.title else column.key for column in columns
        ]
        bold = self._book.add_format({"bold": True, "bottom": 1})
        for at, title in enumerate(titles):
            sheet.write_string(0, at, title, bold)
        # Beside a title stands the button of the filter.
        widths = [len(title) + 3 for title in titles]
        readers = [self._reader(column) for column in columns]
        number = 0
        for number, row in enumerate(listing.rows, 1):
            if number >= MOST_ROWS:
                raise _too_many_rows()
            for at, read in enumerate(readers):
                found, look = read(row)
                kind = type(found)
                if kind is str:
                    if len(found) > MOST_CHARACTERS // 2 and _length(found) > MOST_CHARACTERS:
                        raise _too_long(number, titles[at], _length(found))
                    sheet.write_string(number, at, _whole(found))
                elif kind is bool:
                    sheet.write_boolean(number, at, found)
                elif found is not None:
                    sheet.write_number(number, at, found, look)
                if number <= _WIDTHS_FROM and found is not None:
                    widths[at] = max(widths[at], _width(found, columns[at]))
        for at, width in enumerate(widths):
            sheet.set_column(at, at, max(_NARROWEST, min(width + 1, _WIDEST)))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(number, 1), len(columns) - 1)
        return number

    def _look(self, number_format: str) -> Any:
        """The cell format with that number format."""
        if number_format not in self._looks:
            self._looks[number_format] = self._book.add_format({"num_format": number_format})
        return self._looks[number_format]

    def _reader(self, column: Column) -> Callable[[Any], tuple[Any, Any]]:
        """From a row to a cell: None, a text, a flag or a number, and a number's look."""
        key, kind = column.key, column.kind
        if kind == "money":
            return self._money(column)
        get = _instant(key) if kind == "instant" else data_value(column)
        look = self._look(_NUMBER_FORMATS[kind]) if kind in _NUMBER_FORMATS else None
        convert: Callable[[Any], Any] = _CONVERTED.get(kind, lambda found: found)
        spoken = _spoken(column)
        whole = self._look("0%")

        def cell(row: Any) -> tuple[Any, Any]:
            found = get(row)
            if found is None or found == "":
                return None, None
            if type(found) is Number:
                return float(found), None
            if isinstance(found, list):
                from funnelcli.values.cells import joined

                return joined(map(str, found), ", ") or None, None
            if isinstance(found, str) and kind != "date":
                return (spoken(row) if spoken is not None else found) or None, None
            found = convert(found)
            if type(found) is int and abs(found) >= 10**MOST_DIGITS:
                found = str(found)
            return found, whole if kind == "percent" and type(get(row)) is int else look

        return cell

    def _money(self, column: Column) -> Callable[[Any], tuple[Any, Any]]:
        from funnelcli.values.currencies import exponent

        key, currency = column.key, column.currency
        known: dict[str, tuple[int, Any]] = {}

        def cell(row: Any) -> tuple[Any, Any]:
            minor = value(row, key)
            if minor is None:
                return None, None
            code = value(row, currency)
            if code not in known:
                look = self._look(money_format(code, self._output.locale))
                known[code] = 10 ** exponent(code), look
            unit, look = known[code]
            return minor / unit, look

        return cell


def _spoken(column: Column) -> Callable[[Any], str] | None:
    """What a person reads instead of a key, where the column says how."""
    if column.shown is not None:
        return column.shown
    names, key = column.names, column.key
    return None if names is None else lambda row: names(value(row, key))


def _instant(key: str) -> Callable[[Any], Any]:
    from funnelcli.values.dates import local

    def instant(row: Any) -> Any:
        seconds = value(row, key)
        if seconds is None:
            return None
        at = local(seconds)
        clock = (at.hour * 60 + at.minute) * 60 + at.second
        return _day(at.date()) + clock / 86_400

    return instant


def _day(day: dt.date) -> int:
    """The number of a day in Excel; 1 January 1900 is 1."""
    return day.toordinal() - _DAY_ZERO - (day < _FIRST_RIGHT)


def _date(found: str) -> int | str:
    """The number of a day given in ISO; what is none, or is before 1900, stays a text."""
    try:
        day = dt.date.fromisoformat(found)
    except ValueError:
        return found
    return _day(day) if day.year >= 1900 else found


_CONVERTED: dict[str, Callable[[Any], Any]] = {
    "date": _date,
    "percent": lambda found: found / 100,
    "duration": lambda found: found / (24 * 60),
}


def money_format(currency: str, locale: str) -> str:
    """The number format of amounts in ``currency``, its sign where ``locale`` puts it; without
    a sign where an amount has no currency, as nothing spent has."""
    from funnelcli.values.currencies import exponent
    from funnelcli.values.moneyformat import format_money

    decimals = exponent(currency)
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    if not currency:
        return digits
    before, after = re.split(r"[0-9](?:[0-9.,]*[0-9])?", format_money(0, currency, locale))
    return _sign(before) + digits + _sign(after)


def _sign(text: str) -> str:
    """A currency's sign, and the blank beside it, in a number format."""
    bare = text.strip()
    return text.replace(bare, f'"{bare}"') if bare and '"' not in bare else ""


def _whole(text: str) -> str:
    """``text`` with a sign for each half of a pair of surrogates, which no file can hold."""
    if text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)


def _width(found: Any, column: Column) -> int:
    """About how many characters a cell is broad."""
    if isinstance(found, str):
        return min(_WIDEST, max(map(len, found.split("\n"))))
    if column.kind in _NUMBER_FORMATS:
        return len(_NUMBER_FORMATS[column.kind])
    if column.kind == "money":
        return len(f"{found:,.2f}") + 4
    return len(str(found))


def _too_many_rows() -> Exception:
    from funnelcli.errors import Failed
    from funnelcli.i18n import _

    return Failed(
        _("There are more rows than a sheet of Excel holds: {most} with the header.").format(
            most=f"{MOST_ROWS:,}"
        ),
        _("Filter them, or write them as CSV."),
    )


def _too_long(number: int, title: str, length: int) -> Exception:
    from funnelcli.errors import Failed
    from funnelcli.i18n import _

    return Failed(
        _("“{title}” in row {n} has {length} characters; a cell of Excel holds {most}.").format(
            title=title, n=number, length=f"{length:,}", most=f"{MOST_CHARACTERS:,}"
        ),
        _("Leave it out with --xlsx=FIELDS, or write CSV."),
    )
