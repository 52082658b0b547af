"""The rows an import could not take, in a file that can be mended and imported again."""

from __future__ import annotations

import csv
import errno
import os
from contextlib import suppress

from funnelcli import files
from funnelcli.errors import Failed
from funnelcli.formats.dialect import AS_READ
from funnelcli.formats.table import REJECT_COLUMNS, strip_reject_columns
from funnelcli.i18n import _
from funnelcli.patterns import regex
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values.cells import neutralise

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, TextIO

    from funnelcli.formats.table import Row

__all__ = ["REJECT_COLUMNS", "Rejects", "strip_reject_columns"]


# How the files of rejected rows are called, where nobody named another.
_CALLED = regex(r"\.rejects(-\d+)?(\.\w+)?$")
# Signs of the reasons that a file's encoding may lack, as they are written without them.
_PLAIN = str.maketrans({**dict.fromkeys("“”„", '"'), **dict.fromkeys("‘’", "'"), "–": "-"})


def is_rejects(path: str) -> bool:
    """Whether a file is called as one of rejected rows is."""
    return _CALLED.search(path) is not None


class Rejects:
    """A rejects file beside the file that is imported: ``leads.csv`` has ``leads.rejects.csv``,
    then ``leads.rejects-2.csv``; no row that somebody may have mended is ever overwritten.

    The file is CSV in the ``encoding`` and with the ``delimiter`` of the imported one, with the
    columns of ``header`` and then ``_line`` (where the row began in the imported file) and
    ``_reason``; cells that a row had too many follow those. Cells are neutralised, for the file is
    made to be opened in a spreadsheet; :func:`open_table` undoes it.

    It is made, mode 0600, when the first row is added, under a temporary name, and gets its own
    when the ``with`` block ends well, which is also when ``path`` is set; an error within the
    block leaves no file. Its place is ``wanted`` where that is given; else it takes that of an
    earlier rejects file all of whose rows have come again as they are, so that a bad row which is
    imported every night makes one file and not one a night. Where the folder cannot be written to,
    and for standard input, it goes to the current one. ``count`` is the number of rows added.
    Raises Failed if it cannot be written.
    """

    def __init__(
        self,
        path: str,
        header: list[str],
        *,
        encoding: str = "utf-8",
        delimiter: str = ",",
        wanted: str | None = None,
    ) -> None:
        self._source = path
        self._header = header
        self._encoding = encoding
        self._delimiter = delimiter
        self._wanted = wanted
        self._file: TextIO | None = None
        self._temporary = ""
        self._rows: set[int] = set()
        self.path: str | None = None
        self.count = 0

    def __enter__(self) -> Rejects:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is None:
            return
        try:
            self._file.close()
            if kind is None:
                self.path = self._placed()
        except OSError as problem:
            raise self._failed(problem) from problem
        finally:
            with suppress(OSError):
                self._file.close()
            with suppress(OSError):
                os.unlink(self._temporary)

    def add(self, row: Row, reason: str) -> None:
        """Write ``row`` with the ``reason``, in words, for which it was not taken."""
        try:
            if self._file is None:
                self._begin()
            width = len(self._header)
            cells = row.cells + [""] * (width - len(row.cells))
            own, more = cells[:width], cells[width:]
            written = [*own, str(row.line), self._spelt(reason), *more]
            self._rows.add(_same_row(self._write(written), width))
        except OSError as problem:
            raise self._failed(problem) from problem
        self.count += 1

    def _write(self, cells: list[str]) -> list[str]:
        safe = [neutralise(cell) for cell in cells]
        self._writer.writerow(safe)
        return safe

    def _spelt(self, reason: str) -> str:
        try:
            reason.encode(self._encoding)
        except UnicodeEncodeError:
            return reason.translate(_PLAIN)
        return reason

    def _begin(self) -> None:
        stem = "stdin" if self._source == "-" else os.path.basename(self._source)
        self._stem = _CALLED.sub("", stem) if is_rejects(stem) else os.path.splitext(stem)[0]
        own = "." if self._source == "-" else os.path.dirname(self._source) or "."
        folders = (own, ".") if self._wanted is None else (os.path.dirname(self._wanted) or ".",)
        for folder in dict.fromkeys(folders):
            try:
                self._temporary = files.part(folder)
                break
            except OSError as problem:
                refused = problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
                if not refused or folder == folders[-1]:
                    raise
        self._folder = folder
        self._file = open(  # noqa: SIM115 - closed when the block ends
            self._temporary, "w", encoding=self._encoding, errors=AS_READ, newline=""
        )
        self._writer: Any = csv.writer(self._file, delimiter=self._delimiter)
        self._write([*self._header, *REJECT_COLUMNS])

    def _placed(self) -> str:
        """Give the file its name, without ever replacing rows that are not in it: a name may be
        taken while the import runs, which is why it does not simply take its place."""
        if self._wanted is not None:
            if not self._put(self._wanted):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), self._wanted)
            return self._wanted
        n = 1
        while True:
            name = f"{self._stem}.rejects{'' if n == 1 else f'-{n}'}.csv"
            path = os.path.join("" if self._folder == "." else self._folder, name)
            if self._put(path):
                return path
            if self._come_again(path):
                # The file that is imported, which holds the same rows, knows their first lines.
                if os.path.realpath(path) != os.path.realpath(self._source):
                    os.replace(self._temporary, path)
                return path
            n += 1

    def _put(self, path: str) -> bool:
        """Give the file this name if it is free; whether it was."""
        try:
            files.settle(self._temporary, (path,))
        except FileExistsError:
            return False
        return True

    def _come_again(self, path: str) -> bool:
        """Whether every row of an earlier rejects file is in this one, as it was written."""
        width = len(self._header)
        try:
            with open(path, encoding=self._encoding, errors=AS_READ, newline="") as file:
                earlier = csv.reader(file, delimiter=self._delimiter)
                if next(earlier, None) != [neutralise(c) for c in (*self._header, *REJECT_COLUMNS)]:
                    return False
                return all(_same_row(cells, width) in self._rows for cells in earlier)
        except (OSError, UnicodeError, csv.Error):
            return False

    def _failed(self, problem: OSError) -> Failed:
        return Failed(
            _("The rejects file of {name} cannot be written: {reason}.").format(
                name=self._source, reason=problem.strerror or str(problem)
            ),
            _("Make room, or import a copy of the file from a folder you can write to."),
        )


def _same_row(cells: list[str], width: int) -> int:
    """What stays the same of a row that comes again, on another line or for another reason."""
    return hash((*cells[:width], *cells[width + len(REJECT_COLUMNS) :]))
