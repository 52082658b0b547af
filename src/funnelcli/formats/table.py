"""A table that can be gone through any number of times, wherever it comes from."""

from __future__ import annotations

import io
import weakref

from funnelcli.formats import dialect
from funnelcli.i18n import _, ngettext
from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType
    from typing import BinaryIO

# A note may be long; a whole file swallowed by one unclosed quotation mark must not fill memory.
FIELD_LIMIT = 8 << 20
# More lines than any program puts below its rows; they are held back until the file ends.
FOOTER_LINES = 40
# Rows between two words to whoever watches.
_COUNTED = 1000

REJECT_COLUMNS = ["_line", "_reason"]


class Row(NamedTuple):
    """One record. ``line`` is where it begins: the physical line of a text, the row of a sheet,
    the number of a record; from 1.

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


class SharedFile(io.RawIOBase):
    """Reads a shared file from a place of its own, so that passes may overlap; from byte ``start``
    up to ``end`` where these are given."""

    def __init__(self, file: BinaryIO, start: int = 0, end: int | None = None) -> None:
        self._file = file
        self._at = start
        self._end = end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        most = len(buffer) if self._end is None else min(len(buffer), self._end - self._at)
        self._file.seek(self._at)
        data = self._file.read(most)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


class Table:
    """A table; close it when done.

    ``name`` is what messages call it. ``header``: the column names, trimmed; repeated ones
    numbered ("Email (2)"), nameless ones by their place ("Column 5"). ``skipped``: (line, text) of
    what stood above the header and, after a whole pass, below the last row. ``encoding``, ``codec``
    (the encoding with the mark that the file begins with, if it does) and ``delimiter`` are those
    of a text, and those in which rejected rows are written; ``inferred``: nothing but the file's
    words says the encoding. ``part`` is the sheet or the file that was chosen of ``parts``, the
    names of all there are; "" and () where there is no choice. ``bare``: the numbers are those of a
    sheet, without how it shows them: 10 % is 0.1. ``array`` is what the records are called in a
    file of JSON, "" where that has no name for them. ``watched`` is told how many rows more were
    read, where somebody watches.
    """

    codec = "utf-8-sig"
    encoding = "utf-8"
    delimiter = ","
    inferred = False
    bare = False
    part = ""
    array = ""
    watched: Callable[[int], None] | None = None
    parts: Sequence[str] = ()
    # What the cells may hold that needs care row by row.
    _controls = True

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name = name
        self._file = file
        self._finalizer = weakref.finalize(self, file.close)

    def _begin(self, header: list[str], preamble: list[tuple[int, str]]) -> None:
        """Take the header, as it is written, and what stood above it."""
        self._columns = [_clean(cell) for cell in header]
        self.header = _numbered(strip_reject_columns(self._columns))
        self._preamble = preamble
        self.skipped = list(preamble)

    def rows(self) -> Iterator[Row]:
        """All records below the header, empty ones left out, one at a time.

        Raises Usage if a quotation mark is never closed.
        """
        found = self._below()
        return found if self.watched is None else self._counted(found, self.watched)

    def _counted(self, found: Iterator[Row], watched: Callable[[int], None]) -> Iterator[Row]:
        for number, row in enumerate(found, 1):
            if number % _COUNTED == 0:
                watched(_COUNTED)
            yield row

    def _below(self) -> Iterator[Row]:
        width = len(self.header)
        own = len(self._columns) != width
        held: list[Row] = []
        after_blank = False
        for row in self._records():
            _line, cells, problem = row
            if not cells[0].strip() and not any(cell.strip() for cell in cells):
                after_blank = True
                continue
            if after_blank:
                single = len(cells) == 1 < width - 1 and not problem
                if single and len(held) < FOOTER_LINES:
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

    def _records(self) -> Iterator[Row]:
        """The records below the header as they stand, each with at least one cell."""
        raise NotImplementedError

    def legible(self) -> Iterator[Row]:
        """:meth:`rows`, those with a character that no text has being problems."""
        if not self._controls:
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

    def _strange(self, row: Row) -> Row:
        for column, cell in zip(self.header, row.cells, strict=True):
            if found := dialect.CONTROL.search(cell):
                return row._replace(problem=self._no_text(column, f"U+{ord(found[0]):04X}"))
        return row

    def _no_text(self, column: str, code: str) -> str:
        """Why a cell with this character is not taken."""
        return _("{column} has the character {code}, which no text has").format(
            column=column, code=code
        )

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
    """Each column's name, with a number behind it where there is one of that name before."""
    taken = {name for name in names if name}
    seen: set[str] = set()
    # The number that was last given to a name, that a thousand columns of one name need not each
    # try all numbers of those before them.
    last: dict[str, int] = {}
    result = []
    for place, name in enumerate(names, 1):
        wanted = name or f"Column {place}"
        free, n = wanted, last.get(wanted, 1) if wanted in seen else 1
        while free in seen or (n > 1 and free in taken) or (not name and free in taken):
            n += 1
            free = f"{wanted} ({n})"
        last[wanted] = n
        seen.add(free)
        result.append(free)
    return result
