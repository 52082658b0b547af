"""Reading tables from text files: CSV, TSV, semicolons, and whatever a pipe brings."""

from __future__ import annotations

import csv
import io
import os
import stat
import sys
import weakref
from typing import TYPE_CHECKING, NamedTuple

from funnelcli.errors import Failed, Usage
from funnelcli.formats import dialect
from funnelcli.i18n import _, ngettext
from funnelcli.values.cells import unneutralise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import BinaryIO

# A note may be long; a whole file swallowed by one unclosed quotation mark must not fill memory.
FIELD_LIMIT = 8 << 20
# More lines than any program puts below its rows; they are held back until the file ends.
FOOTER_LINES = 40

REJECT_COLUMNS = ["_line", "_reason"]
# A column that every list of this program has, which writes text between tabs without quotation
# marks, and tabs and line ends as \t and \n.
PUBLIC_ID = "public_id"


class Row(NamedTuple):
    """One record. ``line`` is the physical line where it begins, from 1.

    ``cells`` has one cell for each column. ``problem`` says in words what is wrong with how the
    row is written, else is ""; such a row may have more cells than there are columns, so that
    nothing of it is lost.
    """

    line: int
    cells: list[str]
    problem: str = ""


def strip_reject_columns(header: list[str]) -> list[str]:
    """``header`` without the two columns that a rejects file adds, if it is such a file's."""
    return header[:-2] if header[-2:] == REJECT_COLUMNS else header


class _Reader(io.RawIOBase):
    """Reads a shared file from a place of its own, so that passes may overlap."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        self._file.seek(self._at)
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


class Table:
    """A text table that can be gone through any number of times; close it when done.

    ``header``: the column names, trimmed; repeated ones numbered ("Email (2)"), nameless ones by
    their place ("Column 5"). ``skipped``: (line, text) of what stood above the header and, after
    a whole pass, below the last row. ``encoding`` and ``delimiter`` are those in use; ``inferred``:
    nothing but the file's words says the encoding. ``codec`` is the encoding with the mark that the
    file begins with, if it does.
    """

    def __init__(
        self, file: BinaryIO, name: str, *, encoding: str | None, delimiter: str | None
    ) -> None:
        self.name = name
        self._file = file
        self._finalizer = weakref.finalize(self, file.close)
        csv.field_size_limit(max(FIELD_LIMIT, csv.field_size_limit()))
        self._text = dialect.find_encoding(file, name, encoding)
        self.codec = self._text.name
        self.encoding = self.codec.removesuffix("-sig")
        self.inferred = self._text.inferred
        with self._open("") as text:
            sample = text.read(dialect.SAMPLE_CHARS)
            cut = bool(text.read(1))
        self._newline = dialect.line_ends(sample)
        self._layout = dialect.find_layout(sample, self._newline, name, delimiter, cut)
        self.delimiter = self._layout.delimiter
        self._columns = [_clean(unneutralise(cell)) for cell in self._layout.header]
        self.header = _numbered(strip_reject_columns(self._columns))
        self._own_tsv = self.delimiter == "\t" and PUBLIC_ID in self._columns and "\r" not in sample
        self._preamble = self._layout.preamble
        self.skipped = list(self._preamble)

    def _open(self, newline: str) -> io.TextIOWrapper:
        raw = io.BufferedReader(_Reader(self._file), 1 << 16)
        return io.TextIOWrapper(raw, self._text.name, self._text.errors, newline)

    def rows(self) -> Iterator[Row]:
        """All records below the header, empty ones left out, one at a time.

        Raises Usage if a quotation mark is never closed.
        """
        if not self._own_tsv:
            return self._rows()
        from funnelcli.render.delimited import unescape

        return (row._replace(cells=[*map(unescape, row.cells)]) for row in self._rows())

    def _rows(self) -> Iterator[Row]:
        width = len(self.header)
        own = len(self._columns) != width
        held: list[Row] = []
        after_blank = False
        for row in self._records():
            _line, cells, problem = row
            if not cells[0].strip() and not any(cell.strip() for cell in cells):
                after_blank = True
                continue
            single = len(cells) == 1 < width - 1 and not problem
            if single and after_blank and len(held) < FOOTER_LINES:
                held.append(row)
                continue
            for early in held:
                yield self._fitted(early, width, own)
            held.clear()
            after_blank = False
            if len(cells) == width and not own:
                yield row
            else:
                yield self._fitted(row, width, own)
        self.skipped = self._preamble + [(row.line, row.cells[0].strip()) for row in held]

    def legible(self) -> Iterator[Row]:
        """:meth:`rows`, those with a character that no text has being problems."""
        if not self._text.controls:
            return self.rows()
        return (row if row.problem else self._strange(row) for row in self.rows())

    def _fitted(self, row: Row, width: int, own: bool) -> Row:
        line, cells, problem = row
        if own:
            cells = cells[:width] + cells[width + len(REJECT_COLUMNS) :]
        if len(cells) < width:
            cells = cells + [""] * (width - len(cells))
        elif len(cells) > width:
            extra = len(cells)
            while extra > width and not cells[extra - 1].strip():
                extra -= 1
            cells = cells[:extra]
            if extra > width and not problem:
                problem = ngettext(
                    "{n} cell more than there are columns",
                    "{n} cells more than there are columns",
                    extra - width,
                ).format(n=extra - width)
        return Row(line, cells, problem)

    def _records(self) -> Iterator[Row]:
        """The records below the header as they stand, each with at least one cell."""
        text = self._open(self._newline)
        base = self._layout.header_end
        for _line in range(base):
            text.readline()
        raw: list[str] = []

        def lines() -> Iterator[str]:
            for line in text:
                raw.append(line)
                yield line

        reader = csv.reader(
            lines(),
            delimiter=self.delimiter,
            skipinitialspace=self._layout.skip_blanks,
            strict=True,
            quoting=csv.QUOTE_NONE if self._own_tsv else csv.QUOTE_MINIMAL,
        )
        careful = self._text.apostrophes or self._text.nuls
        start = base + 1
        while True:
            try:
                for cells in reader:
                    raw.clear()
                    if cells:
                        yield Row(start, cells) if not careful else self._careful(start, cells)
                    else:
                        yield Row(start, [""])
                    start = base + reader.line_num + 1
                return
            except csv.Error as error:
                problem = self._reason(error, start)
                yield self._careful(start, self._loose(raw), problem)
                raw.clear()
                start = base + reader.line_num + 1

    def _careful(self, line: int, cells: list[str], problem: str = "") -> Row:
        if self._text.nuls and any("\0" in cell for cell in cells):
            cells = [cell.replace("\0", "") for cell in cells]
            problem = problem or _("NUL characters in the row")
        return Row(line, [unneutralise(cell) for cell in cells], problem)

    def _strange(self, row: Row) -> Row:
        for column, cell in zip(self.header, row.cells, strict=True):
            if found := dialect.CONTROL.search(cell):
                problem = _(
                    "{column} has the character {code}, which no text has;"
                    " the file may be in another encoding than {encoding}"
                ).format(column=column, code=f"U+{ord(found[0]):04X}", encoding=self.encoding)
                return row._replace(problem=problem)
        return row

    def _reason(self, error: csv.Error, line: int) -> str:
        """What is wrong with one row; raises Usage if it is the rest of the file that is."""
        message = str(error)
        if "new-line" in message:
            return _("a stray carriage return inside the row")
        if "expected after" in message:
            return _("a quotation mark inside quotes that is not doubled")
        raise Usage(
            _(
                "A quotation mark opened in the row at line {line} of {name} is never closed."
            ).format(line=line, name=self.name),
            _("Close it, or double it if it belongs to the text."),
        ) from error

    def _loose(self, raw: list[str]) -> list[str]:
        """All cells of a badly written row."""
        mended = [dialect.LONE_CR.sub(" ", line) for line in raw]
        reader = csv.reader(
            mended, delimiter=self.delimiter, skipinitialspace=self._layout.skip_blanks
        )
        return [cell for cells in reader for cell in cells] or [""]

    def close(self) -> None:
        """Close the file; the table cannot be gone through again."""
        self._finalizer()

    def __enter__(self) -> Table:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _clean(name: str) -> str:
    """A column's name without byte order mark, no-break spaces and blanks around it."""
    return " ".join(name.replace("\ufeff", "").replace("\0", "").split())


def _numbered(names: list[str]) -> list[str]:
    taken = {name for name in names if name}
    seen: set[str] = set()
    result = []
    for place, name in enumerate(names, 1):
        wanted = name or f"Column {place}"
        free, n = wanted, 1
        while free in seen or (n > 1 and free in taken) or (not name and free in taken):
            n += 1
            free = f"{wanted} ({n})"
        seen.add(free)
        result.append(free)
    return result


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


def _one_delimiter(given: str) -> str:
    delimiter = {"tab": "\t", "\\t": "\t"}.get(given.lower(), given)
    if len(delimiter) != 1 or delimiter in '"\r\n\0 ':
        raise Usage(
            _("{delimiter} is no delimiter.").format(delimiter=repr(given)),
            _("Use one character, such as , ; | or the word tab."),
        )
    return delimiter


def open_table(path: str, *, encoding: str | None = None, delimiter: str | None = None) -> Table:
    """The table in the file at ``path`` ("-": standard input, which is copied to a temporary
    file because it is read more than once).

    ``encoding`` and ``delimiter`` (one character, or "tab") override what the file itself shows.
    Raises Failed if the file cannot be read, Usage if it is empty or not as given.
    """
    if delimiter is not None:
        delimiter = _one_delimiter(delimiter)
    try:
        file, name = _opened(path)
    except (OSError, ValueError) as error:  # A NUL character in a path is a ValueError.
        raise _unreadable(path, error) from error
    try:
        return Table(file, name, encoding=encoding, delimiter=delimiter)
    except OSError as error:
        file.close()
        raise _unreadable(path, error) from error
    except BaseException:
        file.close()
        raise


def _unreadable(path: str, error: OSError | ValueError) -> Failed:
    return Failed(
        _("Cannot read {path}: {reason}.").format(
            path=path, reason=getattr(error, "strerror", None) or str(error)
        ),
        _("Check the name of the file and whether you may read it."),
    )
