"""The cells of a file's first rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

from funnelcli.actions.importing.keys import key_reader
from funnelcli.formats.columns import normal
from funnelcli.formats.nulls import filled
from funnelcli.formats.table import Table
from funnelcli.i18n import every
from funnelcli.ids import is_id

_ROWS = 500


class Cells:
    """The filled cells of a file's first rows, by column; ``rows`` counts the rows."""

    def __init__(self, table: Table) -> None:
        self.header = table.header
        self._cells: list[list[str]] = [[] for _column in table.header]
        self.rows = 0
        self._rows: list[Sequence[str]] = []
        for row in islice(table.rows(), _ROWS):
            if row.problem:
                continue
            self.rows += 1
            self._rows.append(row.cells)
            for texts, cell in zip(self._cells, row.cells, strict=True):
                if text := filled(cell).strip():
                    texts.append(text)

    def cells(self, column: str) -> Sequence[str]:
        """The filled cells of a column."""
        return self._cells[self.header.index(column)]

    def keys(self, key: str) -> Sequence[str]:
        """The filled cells of a column of ids, or of several that are one together."""
        read = key_reader(self.header, key)
        return [text for text in (read(cells).strip() for cells in self._rows) if text]

    def share(self, column: str, of: Callable[[str], object]) -> float:
        """The share of a column's filled cells for which something holds; 0 of none."""
        cells = self.cells(column)
        return sum(bool(of(cell)) for cell in cells) / len(cells) if cells else 0.0

    def own_key(self, key: str | None) -> str | None:
        """The column of public ids where the file is an export of this program's own, unless the
        user says that another one has the keys."""
        known = {normal(name) for name in every("Public id")}
        column = next((column for column in self.header if normal(column) in known), None)
        if column is None or (key is not None and key != column):
            return None
        cells = self.cells(column)
        return column if cells and all(map(is_id, cells)) else None
