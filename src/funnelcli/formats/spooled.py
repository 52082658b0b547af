"""Tables that were no text: their rows are written to a temporary file first, each as a line of
CSV that begins with its number, and are read from there as often as is needed."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tempfile

from funnelcli.errors import Failed, Usage
from funnelcli.formats import dialect, sheets
from funnelcli.formats.table import FIELD_LIMIT, Row, SharedFile, Table
from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, BinaryIO

    Known = Callable[[Sequence[str]], int]


class Section(NamedTuple):
    """Where the rows of one sheet lie in the temporary file."""

    name: str
    start: int
    end: int
    rows: int


def write_rows(rows: Iterable[tuple[int, Iterable[str]]]) -> tuple[BinaryIO, Section]:
    """Write rows, each with its number, into a temporary file; the file, and where they lie."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the table closes it
    try:
        text = io.TextIOWrapper(file, "utf-8", newline="")
        writer = csv.writer(text)
        written = 0
        for number, cells in rows:
            writer.writerow([number, *cells])
            written += 1
        text.flush()
        text.detach()
        return file, Section("", 0, file.tell(), written)
    except BaseException:
        file.close()
        raise


class SpooledTable(Table):
    """A table in a temporary file; ``header`` where it is known already, else it is looked for
    among the first rows."""

    def __init__(
        self, file: BinaryIO, name: str, section: Section, header: list[str] | None = None
    ) -> None:
        super().__init__(file, name)
        csv.field_size_limit(FIELD_LIMIT)
        self._section = section
        self._above = 0
        if header is not None:
            self._begin(header, [])
            return
        first = [
            (row.line, row.line, row.cells)
            for row, _n in zip(self._all(), range(dialect.SAMPLE_RECORDS), strict=False)
            if dialect.filled(row.cells)
        ]
        if not first:
            raise Usage(
                _("{name} is empty.").format(name=name),
                _("The first row must name the columns."),
            )
        at = dialect.header_at(first, dialect.usual_width(first))
        self._above = first[at][0]
        above = [(line, " ".join(filter(None, cells))) for line, _last, cells in first[:at]]
        self._begin(first[at][2], above)

    def _all(self) -> Iterator[Row]:
        raw = io.BufferedReader(SharedFile(self._file, self._section.start, self._section.end))
        for line, *cells in csv.reader(io.TextIOWrapper(raw, "utf-8", newline="")):
            yield Row(int(line), cells or [""])

    def _records(self) -> Iterator[Row]:
        return (row for row in self._all() if row.line > self._above)


def open_workbook(file: BinaryIO, name: str, sheet: str | None, known: Known) -> Table:
    """The table in a workbook: in the ``sheet`` of that name or number, else in the one whose
    columns ``known`` counts most of, of those that are not hidden.

    Raises Usage where the workbook cannot be read, or has no such sheet or no table.
    """
    rows, said = _in_a_process(file, sheet or "")
    try:
        sections = _sections(said, name)
        wanted = [one for one in sections if one.rows]
        if sheet is not None and sections and not wanted:
            raise _no_such(name, sheet, [one.name for one in sections])
        if not wanted:
            raise Usage(
                _("{name} is empty.").format(name=name), _("The first row must name the columns.")
            )
        tables = [SpooledTable(_again(rows), name, one) for one in wanted]
    finally:
        rows.close()
    best = max(tables, key=lambda table: known(table.header))
    for table in tables:
        if table is not best:
            table.close()
    best.bare = True
    if len(sections) > 1:
        best.part = wanted[tables.index(best)].name
        best.parts = [one.name for one in sections]
    return best


def _again(file: BinaryIO) -> BinaryIO:
    """Another handle of a temporary file. They share their place in it, so that none may think that
    it knows it."""
    return os.fdopen(os.dup(file.fileno()), "rb", buffering=0)


def _no_such(name: str, sheet: str, names: Sequence[str]) -> Usage:
    return Usage(
        _("{name} has no sheet {sheet} with rows.").format(name=name, sheet=sheet),
        _("It has: {names}.").format(names=", ".join(names)),
    )


def _in_a_process(file: BinaryIO, sheet: str) -> tuple[BinaryIO, dict[str, Any]]:
    """The rows of a workbook, and what is said of them."""
    rows = tempfile.TemporaryFile()  # noqa: SIM115 - the table closes it
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    try:
        done = subprocess.run(  # noqa: S603 - the program itself
            [sys.executable, "-P", "-m", sheets.__name__, sheet],
            stdin=file,
            stdout=rows,
            stderr=subprocess.PIPE,
            check=False,
        )
        said = json.loads(done.stderr.decode("utf-8", "replace").rpartition("\n")[2])
    except ValueError:
        # It was ended before it could say anything: by a limit, or by memory that is not there.
        said = {"error": "memory"}
    except BaseException:
        rows.close()
        raise
    return rows, said


def _sections(said: dict[str, Any], name: str) -> list[Section]:
    if "sheets" in said:
        return [
            Section(one["name"], one["start"], one["end"], one["rows"]) for one in said["sheets"]
        ]
    if said["error"] == "PasswordError":
        raise Usage(
            _("{name} is encrypted.").format(name=name),
            _("Save it without a password, then import it."),
        )
    if said["error"] == "memory":
        raise Failed(
            _("{name} is a workbook that takes more than {size} GiB of memory.").format(
                name=name, size=sheets.MEMORY >> 30
            ),
            _("Save the sheet as CSV in the program that made it."),
        )
    if said["error"] == "ModuleNotFoundError":
        raise Failed(
            _("Workbooks cannot be read here: {reason}.").format(reason=said["reason"]),
            _("Install the program anew with what it needs: pip install funnelcli"),
        )
    raise Usage(
        _("{name} is a damaged workbook: {reason}.").format(
            name=name, reason=said.get("reason", "").strip().rstrip(".") or said["error"]
        ),
        _("Open and save it anew in the program that made it, or save it as CSV."),
    )
