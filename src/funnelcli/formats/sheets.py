"""Reads a workbook in a process of its own: ``python -m funnelcli.formats.sheets [SHEET] <FILE``.

A damaged or malicious workbook of a few kilobytes can ask for any amount of memory; here it can
end nothing but this process, which may have so much and no more. Rows go to standard output as
CSV, each with its number before it; the last line on standard error is JSON: the sheets with the
place where their rows begin and end, or what went wrong. Nothing of the program is imported.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from html import unescape
from itertools import chain, repeat

from funnelcli.patterns import re
from funnelcli.typed import Any

MEMORY = 2 << 30
SECONDS = 600
# The number formats of Excel that have a percent sign and stand in no file.
_PERCENT_IDS = {9, 10}
_ATTRIBUTES = rb"((?:[^>\"']|\"[^\"]*\"|'[^']*')*)"
_ELEMENT = rb"<(?:[\w.-]+:)?%s(?=[\s/>])" + _ATTRIBUTES + rb">"
_CELL = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_OPEN_CELL = re.compile(
    rb"<table:(table-row|table-cell|covered-table-cell)(?=[\s/>])" + _ATTRIBUTES + rb">"
)
_OPEN_TABLE = re.compile(rb"<table:table(?=[\s/>])" + _ATTRIBUTES + rb">")


def _limit() -> None:
    """So much memory and time, where the system knows limits."""
    with suppress(ImportError):
        import resource

        limits = ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS))
        for which, most in (*limits, (resource.RLIMIT_CORE, 0)):
            with suppress(OSError, ValueError):
                resource.setrlimit(which, (most, resource.getrlimit(which)[1]))


def _text(value: Any) -> str:
    """A cell as text: dates in ISO, numbers with a point that cannot be taken for thousands."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e16:
            return str(int(value))
        text = repr(value)
        return text + "0" if len(text.partition(".")[2]) == 3 else text
    if isinstance(value, datetime):
        if (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0):
            return value.date().isoformat()
        return value.isoformat(" ", "seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def _percent(value: Any) -> str:
    """A number as the percentage that its cell shows."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return _text(value)
    return _text(round(float(value) * 100, 9)) + "%"


def _attribute(name: bytes, attributes: bytes) -> str:
    found = re.search(rb"(?:^|\s)%s\s*=\s*(?:\"([^\"]*)\"|'([^']*)')" % name, attributes)
    return unescape((found[1] or found[2] or b"").decode("utf-8", "replace")) if found else ""


class _Percents:
    """Which cells of a workbook show percentages, which the reader does not tell: it gives 0.19
    for what people see, and mean, as 19 %. Of the old binary formats that is not known."""

    def __init__(self, data: bytes) -> None:
        import zipfile

        self._archive: zipfile.ZipFile | None = None
        self._styles: set[str] = set()
        self._tables: dict[str, bytes] = {}
        self._paths: dict[str, str] = {}
        with suppress(zipfile.BadZipFile):
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            names = set(self._archive.namelist())
            if "content.xml" in names:
                self._open_document(self._archive.read("content.xml"))
            elif "xl/styles.xml" in names:
                self._excel(self._archive.read("xl/styles.xml"))

    def _open_document(self, content: bytes) -> None:
        if b"percentage" not in content:
            return
        starts = list(_OPEN_TABLE.finditer(content))
        ends = [one.start() for one in starts[1:]] + [len(content)]
        for one, end in zip(starts, ends, strict=True):
            self._tables[_attribute(b"table:name", one[1])] = content[one.end() : end]

    def _excel(self, styles: bytes) -> None:
        """The styles of cells that show percentages, and where the sheets lie."""
        shown = set(_PERCENT_IDS)
        for one in re.finditer(_ELEMENT % b"numFmt", styles):
            # A sign within quotation marks, or behind a stroke, is a text and no percentage.
            code = re.sub(r'"[^"]*"|\\.', "", _attribute(b"formatCode", one[1]))
            if "%" in code:
                shown.add(int(_attribute(b"numFmtId", one[1])))
        looks_of = rb"<(?:[\w.-]+:)?cellXfs[\s>].*?</(?:[\w.-]+:)?cellXfs"
        cells = re.search(looks_of, styles, re.DOTALL)
        looks = re.finditer(_ELEMENT % b"xf", cells[0]) if cells else ()
        self._styles = {
            str(number)
            for number, one in enumerate(looks)
            if int(_attribute(b"numFmtId", one[1]) or 0) in shown
        }
        if not self._styles or self._archive is None:
            return
        lies = {
            _attribute(b"Id", one[1]): _attribute(b"Target", one[1])
            for one in re.finditer(
                _ELEMENT % b"Relationship", self._archive.read("xl/_rels/workbook.xml.rels")
            )
        }
        for one in re.finditer(_ELEMENT % b"sheet", self._archive.read("xl/workbook.xml")):
            target = lies.get(_attribute(rb"[\w.-]+:id", one[1]), "")
            path = target[1:] if target.startswith("/") else "xl/" + target
            self._paths[_attribute(b"name", one[1])] = path

    def rows(self, name: str) -> Iterator[Sequence[range]]:
        """Of each row of a sheet, without end, the places of the cells that show percentages."""
        found: Iterator[Sequence[range]] = iter(())
        if name in self._tables:
            found = self._open_rows(self._tables[name])
        elif name in self._paths and self._archive is not None:
            found = self._excel_rows(self._archive.read(self._paths[name]))
        return chain(found, repeat(()))

    def _open_rows(self, table: bytes) -> Iterator[Sequence[range]]:
        shown: list[range] = []
        times, at = 0, 0
        for one in _OPEN_CELL.finditer(table):
            if one[1] == b"table-row":
                yield from repeat(shown, times)
                times = int(_attribute(b"table:number-rows-repeated", one[2]) or 1)
                shown, at = [], 0
                continue
            width = int(_attribute(b"table:number-columns-repeated", one[2]) or 1)
            if _attribute(rb"[\w.-]+:value-type", one[2]) == "percentage":
                shown.append(range(at, at + width))
            at += width
        yield from repeat(shown, times)

    def _excel_rows(self, sheet: bytes) -> Iterator[Sequence[range]]:
        styles = "|".join(map(re.escape, self._styles)).encode()
        looks = rb"(?=[^>]*\ss\s*=\s*[\"'](?:%s)[\"'])" % styles
        # One expression finds rows and these cells alone, for there may be millions of others.
        found = re.compile(rb"<(?:[\w.-]+:)?(?:(row)(?=[\s/>])|c(?=\s)%s)([^>]*)>" % looks)
        shown: list[range] = []
        row = begins = 0
        for one in found.finditer(sheet):
            place = _attribute(b"r", one[2])
            if one[1]:
                if row:
                    yield shown
                following = int(place) if place else row + 1
                yield from repeat((), following - row - 1)
                row, begins, shown = following, one.end(), []
                continue
            # A cell need not say where it is: then it is beside the one before.
            before = () if place else _CELL.findall(sheet, begins, one.start())
            at = _column(place) if place else len(before)
            shown.append(range(at, at + 1))
        yield shown


def _column(place: str) -> int:
    """The column of a cell, from 0: 1 of "B5"."""
    found = 0
    for letter in place.rstrip("0123456789").upper():
        found = found * 26 + ord(letter) - 64
    return found - 1


def _percents(data: bytes) -> _Percents | None:
    """Which cells show percentages; None where a workbook that can be read does not say it."""
    try:
        return _Percents(data)
    except (KeyError, ValueError, OSError, RuntimeError):
        return None


def _write(data: bytes, wanted: str, out: Any) -> list[dict[str, Any]]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    sheets: list[dict[str, Any]] = []
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        metadata = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        visible = [one for one in metadata if one.visible == SheetVisibleEnum.Visible]
        named = {one.name for one in metadata if one.name.casefold() == wanted.casefold()}
        if wanted and not named and wanted.isdecimal() and 0 < int(wanted) <= len(metadata):
            named = {metadata[int(wanted) - 1].name}
        percents = _percents(data)
        for one in metadata if named else visible or metadata:
            sheet: dict[str, Any] = {"name": one.name, "start": out.tell(), "rows": 0}
            if not wanted or one.name in named:
                text = io.TextIOWrapper(out, "utf-8", "replace", newline="")
                writer = csv.writer(text)
                shown = repeat(()) if percents is None else percents.rows(one.name)
                found = book.get_sheet_by_name(one.name)
                # The reader's rows begin with the first column that any of them fills.
                first = found.start[1] if found.start is not None else 0
                rows = zip(found.iter_rows(), shown, strict=False)
                for number, (row, places) in enumerate(rows, 1):
                    cells = [_text(value) for value in row]
                    for at in chain.from_iterable(places):
                        if at - first >= len(row):
                            break
                        if at >= first:
                            cells[at - first] = _percent(row[at - first])
                    while cells and not cells[-1]:
                        cells.pop()
                    if cells:
                        sheet["rows"] += 1
                    writer.writerow([number, *cells])
                text.flush()
                text.detach()
            sheet["end"] = out.tell()
            sheets.append(sheet)
    return sheets


def main() -> int:
    """Read the workbook on standard input."""
    _limit()
    said: dict[str, Any]
    try:
        wanted = sys.argv[1] if len(sys.argv) > 1 else ""
        said = {"sheets": _write(sys.stdin.buffer.read(), wanted, sys.stdout.buffer)}
        sys.stdout.buffer.flush()
    except MemoryError:
        said = {"error": "memory"}
    except BaseException as error:  # A panic of the reader is no Exception.
        said = {"error": type(error).__name__, "reason": str(error)[:200]}
    sys.stderr.write("\n" + json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
