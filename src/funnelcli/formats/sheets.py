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
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

MEMORY = 2 << 30
SECONDS = 600


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


def _write(data: bytes, wanted: str, out: Any) -> list[dict[str, Any]]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    sheets: list[dict[str, Any]] = []
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        metadata = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        visible = [one for one in metadata if one.visible == SheetVisibleEnum.Visible]
        named = {one.name for one in metadata if one.name.casefold() == wanted.casefold()}
        if wanted and not named and wanted.isdecimal() and 0 < int(wanted) <= len(metadata):
            named = {metadata[int(wanted) - 1].name}
        for one in metadata if named else visible or metadata:
            sheet: dict[str, Any] = {"name": one.name, "start": out.tell(), "rows": 0}
            if not wanted or one.name in named:
                text = io.TextIOWrapper(out, "utf-8", "replace", newline="")
                writer = csv.writer(text)
                for number, row in enumerate(book.get_sheet_by_name(one.name).iter_rows(), 1):
                    cells = [_text(value) for value in row]
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
