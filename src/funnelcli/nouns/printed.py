"""What a command prints as data: the names that ``--json=`` and ``--csv=`` choose from.

It is declared beside what prints it, and computed only when it is asked for: completion data and
the reference of the commands are made from it.
"""

from __future__ import annotations

from collections.abc import Sequence

from funnelcli.nouns.noun import Noun
from funnelcli.nouns.record import Record
from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from funnelcli.render.model import Column

    Rows = Noun[Any] | type[Record] | Sequence[Column]


class Printed(NamedTuple):
    """``rows`` are what CSV has: a noun's or record's, or these columns. JSON has ``data``, the
    fields of a noun or these names, which are those of the rows where it is None, and ``more``
    beside them. ``parts``: CSV has no rows but what JSON has, part by part, and takes its names."""

    rows: Rows = ()
    data: Noun[Any] | Sequence[str] | None = None
    more: tuple[str, ...] = ()
    parts: bool = False

    def columns(self) -> Sequence[Column]:
        """The columns of its rows."""
        return _columns(self.rows)

    def row_fields(self) -> tuple[str, ...]:
        """The names that ``--csv=`` takes."""
        from funnelcli.render.columns import data_columns

        if self.parts and not isinstance(self.data, Noun):
            return (*(self.data or ()), *self.more)
        rows = self.data if self.parts and isinstance(self.data, Noun) else self.rows
        more = self.more if self.parts else ()
        return (*(column.key for column in data_columns(_columns(rows))), *more)

    def data_fields(self) -> tuple[str, ...]:
        """The names that ``--json=`` takes."""
        if self.data is None:
            found = _names(self.rows)
        else:
            found = _names(self.data) if isinstance(self.data, Noun) else tuple(self.data)
        return (*found, *self.more)


def _columns(rows: Rows) -> Sequence[Column]:
    if isinstance(rows, Noun):
        return rows.columns
    return rows.columns() if isinstance(rows, type) else rows


def _names(rows: Rows) -> tuple[str, ...]:
    """The names of such a row in JSON."""
    from funnelcli.render.columns import members

    return tuple(member.name for member in members(_columns(rows)))
