"""Text tables: CSV, TSV, semicolons."""

from __future__ import annotations

import csv
import io

from funnelcli.errors import Usage
from funnelcli.formats import dialect
from funnelcli.formats.table import FIELD_LIMIT, Row, SharedFile, Table
from funnelcli.i18n import _
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values.cells import unneutralise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

# A column that every list of this program has, which writes text between tabs without quotation
# marks, and tabs and line ends as \t and \n.
PUBLIC_ID = "public_id"


class TextTable(Table):
    """A table in a text file, from its first byte to its last."""

    def __init__(
        self, file: BinaryIO, name: str, *, encoding: str | None, delimiter: str | None
    ) -> None:
        super().__init__(file, name)
        csv.field_size_limit(FIELD_LIMIT)
        self._text = dialect.find_encoding(file, name, encoding)
        self._controls = self._text.controls
        self.codec = self._text.name
        self.encoding = self.codec.removesuffix("-sig")
        self.inferred = self._text.inferred
        with self._open("") as text:
            sample = text.read(dialect.SAMPLE_CHARS)
            cut = bool(text.read(1))
        self._newline = dialect.line_ends(sample)
        self._layout = dialect.find_layout(sample, self._newline, name, delimiter, cut)
        self.delimiter = self._layout.delimiter
        self._begin([*map(unneutralise, self._layout.header)], self._layout.preamble)
        self._own_tsv = self.delimiter == "\t" and PUBLIC_ID in self._columns and "\r" not in sample

    def _open(self, newline: str) -> io.TextIOWrapper:
        raw = io.BufferedReader(SharedFile(self._file), 1 << 16)
        return io.TextIOWrapper(raw, self._text.name, self._text.errors, newline)

    def rows(self) -> Iterator[Row]:
        """All records below the header; see :meth:`Table.rows`."""
        if not self._own_tsv:
            return super().rows()
        from funnelcli.render.delimited import unescape

        return (row._replace(cells=[*map(unescape, row.cells)]) for row in super().rows())

    def _records(self) -> Iterator[Row]:
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
        # What a call of the class does, in a third of the time.
        new = tuple.__new__
        start = base + 1
        while True:
            try:
                for cells in reader:
                    raw.clear()
                    if careful:
                        yield self._careful(start, cells or [""])
                    else:
                        yield new(Row, (start, cells or [""], ""))
                    start = base + reader.line_num + 1
                return
            except csv.Error as error:
                if "larger than field limit" in str(error) and not any('"' in one for one in raw):
                    # A row without quotation marks is a line, and the next one begins behind it.
                    cells = "".join(raw).rstrip("\r\n").split(self.delimiter)
                    problem = _("one text has more than {n} MiB").format(n=FIELD_LIMIT >> 20)
                else:
                    problem = self._reason(error, start)
                    cells = self._loose(raw)
                yield self._careful(start, cells, problem)
                raw.clear()
                start = base + reader.line_num + 1

    def _careful(self, line: int, cells: list[str], problem: str = "") -> Row:
        if self._text.nuls and any("\0" in cell for cell in cells):
            cells = [cell.replace("\0", "") for cell in cells]
            problem = problem or _("NUL characters in the row")
        return Row(line, [unneutralise(cell) for cell in cells], problem)

    def _no_text(self, column: str, code: str) -> str:
        return _(
            "{column} has the character {code}, which no text has;"
            " the file may be in another encoding than {encoding}"
        ).format(column=column, code=code, encoding=self.encoding)

    def _reason(self, error: csv.Error, line: int) -> str:
        """What is wrong with one row; raises Usage if it is the rest of the file that is."""
        message = str(error)
        if "new-line" in message:
            return _("a stray carriage return inside the row")
        if "expected after" in message:
            return _("a quotation mark inside quotes that is not doubled")
        if "larger than field limit" in message:
            raise Usage(
                _(
                    "The text in quotes in the row at line {line} of {name} has more than {n} MiB,"
                    " or is never closed."
                ).format(line=line, name=self.name, n=FIELD_LIMIT >> 20),
                _("Shorten it, or close it; double a quotation mark that belongs to the text."),
            ) from error
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
