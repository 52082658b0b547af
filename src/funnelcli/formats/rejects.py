"""The rows an import could not take, in a file that can be mended and imported again."""

from __future__ import annotations

import csv
import errno
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from funnelcli import files
from funnelcli.errors import Failed
from funnelcli.formats.tabular import REJECT_COLUMNS, strip_reject_columns
from funnelcli.i18n import _
from funnelcli.values.cells import neutralise

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, TextIO

    from funnelcli.formats.tabular import Row

__all__ = ["REJECT_COLUMNS", "Rejects", "strip_reject_columns"]


class Rejects:
    """A rejects file beside the file that is imported: ``leads.csv`` has ``leads.rejects.csv``,
    then ``leads.rejects-2.csv``; no file is ever overwritten.

    The file is UTF-8 CSV with the columns of ``header`` and then ``_line`` (where the row began
    in the imported file) and ``_reason``; cells that a row had too many follow those. Cells are
    neutralised, for the file is made to be opened in a spreadsheet; :func:`open_table` undoes it.

    It is made, mode 0600, when the first row is added, under a temporary name, and gets its own
    when the ``with`` block ends well, which is also when ``path`` is set; an error within the
    block leaves no file. Where the folder cannot be written to, and for standard input, it goes
    to the current one. ``count`` is the number of rows added. Raises Failed if it cannot be
    written.
    """

    def __init__(self, path: str, header: list[str]) -> None:
        self._source = path
        self._header = header
        self._file: TextIO | None = None
        self._temporary = ""
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
                files.to_disk(self._temporary)
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
            self._write([*cells[:width], str(row.line), reason, *cells[width:]])
        except OSError as problem:
            raise self._failed(problem) from problem
        self.count += 1

    def _write(self, cells: list[str]) -> None:
        self._writer.writerow([neutralise(cell) for cell in cells])

    def _begin(self) -> None:
        stem = "stdin" if self._source == "-" else os.path.basename(self._source)
        self._stem = re.sub(r"\.rejects(-\d+)?$", "", os.path.splitext(stem)[0])
        own = "." if self._source == "-" else os.path.dirname(self._source) or "."
        for folder in dict.fromkeys((own, ".")):
            try:
                self._temporary = files.part(folder)
                break
            except OSError as problem:
                if problem.errno not in (errno.EACCES, errno.EPERM, errno.EROFS) or folder == ".":
                    raise
        self._folder = folder
        self._file = open(  # noqa: SIM115 - closed when the block ends
            self._temporary, "w", encoding="utf-8", errors="backslashreplace", newline=""
        )
        self._writer: Any = csv.writer(self._file)
        self._write([*self._header, *REJECT_COLUMNS])

    def _placed(self) -> str:
        """Give the file the first free name, without ever replacing a file: a name may be taken
        while the import runs, which is why it does not simply take its place."""
        n = 1
        while True:
            name = f"{self._stem}.rejects{'' if n == 1 else f'-{n}'}.csv"
            path = os.path.join("" if self._folder == "." else self._folder, name)
            try:
                os.link(self._temporary, path)
            except FileExistsError:
                n += 1
            except OSError:
                # A file system without hard links: claim the name, then replace the claim.
                try:
                    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                except FileExistsError:
                    n += 1
                    continue
                os.replace(self._temporary, path)
                return path
            else:
                return path

    def _failed(self, problem: OSError) -> Failed:
        return Failed(
            _("The rejects file of {name} cannot be written: {reason}.").format(
                name=self._source, reason=problem.strerror or str(problem)
            ),
            _("Make room, or import a copy of the file from a folder you can write to."),
        )
