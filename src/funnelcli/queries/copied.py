"""Questions in SQL that only SQLite answers as it does in a file, of a database on a server.

The rows of the views that a statement names, and of these the columns, are copied into a passing
file, of which SQLite is asked. A column that is neither grouped by nor gathered has there the value
of the rows that may give it, if all of them have the same; else the statement is refused, for which
of them a file would give is left to chance.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.patterns import re, regex
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from funnelcli.db.server.ungrouped import Bare

# So many rows are copied at once.
_LOT = 1000
_ALL = regex(r"count\s*\(\s*\*\s*\)", "i")


def copy(
    conn: sqlite3.Connection,
    here: sqlite3.Connection,
    views: Collection[str],
    statement: str,
    affinities: dict[str, dict[str, str]],
) -> None:
    """Copy what a statement asks of ``views`` from a server to a connection; ``affinities`` say by
    view what SQLite takes each of its columns for."""
    said = {word.lower() for word in re.findall(r"\w+", statement)}
    whole = "*" in _ALL.sub("", statement) or "natural" in said
    for view in views:
        names = [*affinities[view]]
        asked = names if whole else [name for name in names if name.lower() in said] or names[:1]
        listed = ", ".join(f'"{name}"' for name in asked)
        columns = ", ".join(f'"{name}" {affinities[view][name]}' for name in asked)
        here.execute(f"CREATE TABLE rows_{view} ({columns})")
        here.execute(f"CREATE TEMP VIEW {view} AS SELECT {listed} FROM rows_{view}")
        rows = conn.execute(f"SELECT {listed} FROM {view}")
        places = ", ".join("?" * len(asked))
        while lot := rows.fetchmany(_LOT):
            here.executemany(f"INSERT INTO rows_{view} VALUES ({places})", lot)


class Chances:
    """What bare columns of a statement are left to: filled while its rows are read."""

    def __init__(self, here: sqlite3.Connection) -> None:
        self.names: set[str] = set()
        chances = self

        class Only(_Only):
            names = chances.names

        class Beside(_Beside):
            names = chances.names

        here.create_aggregate("only_value", 2, Only)  # type: ignore[arg-type]
        here.create_aggregate("value_beside", 4, Beside)  # type: ignore[arg-type]

    def checked(self, rows: Iterator[Any]) -> Iterator[Any]:
        """All rows, once it is known that none of them is left to chance. Raises Usage."""
        found = [*rows]
        if self.names:
            name = min(self.names)
            raise Usage(
                _("{name} has several values in a group, and nothing says which is meant.").format(
                    name=name
                ),
                _("Group by it too, or write max({name}) or group_concat({name}).").format(
                    name=name
                ),
            )
        return iter(found)


def settled(statement: str, bare: Sequence[Bare]) -> str:
    """A statement whose bare columns are what :class:`Chances` watches."""
    for one in sorted(bare, reverse=True):
        column = statement[one.start : one.end]
        name = column.replace("'", "''")
        made = f"only_value({column}, '{name}')"
        if one.way:
            made = f"value_beside({column}, '{name}', {one.of}, '{one.way}')"
        if one.shown:
            made += f' AS "{one.shown}"'
        statement = statement[: one.start] + made + statement[one.end :]
    return statement


class _Only:
    """The one value that all rows have."""

    names: set[str]

    def __init__(self) -> None:
        self._values: set[tuple[type, Any]] = set()
        self._name = ""

    def step(self, value: Any, name: str) -> None:
        """Take the value of one more row."""
        self._name = name
        if len(self._values) < 2:
            self._values.add((type(value), value))

    def finalize(self) -> Any:
        """The value; the name is told where there are several."""
        if len(self._values) > 1:
            self.names.add(self._name)
        return next((value for _kind, value in self._values), None)


class _Beside(_Only):
    """The one value that all rows with the least or the greatest have."""

    def __init__(self) -> None:
        super().__init__()
        self._best: tuple[int, Any] | None = None

    def step(self, value: Any, name: str, of: Any = None, way: str = "") -> None:
        """Take the value of one more row, beside ``of``."""
        rank = (0, 0) if of is None else _rank(of)
        best = self._best
        if best is None or (
            rank[0] and (not best[0] or (rank > best if way == "max" else rank < best))
        ):
            self._best = rank
            self._values.clear()
        if rank == self._best:
            super().step(value, name)


def _rank(value: Any) -> tuple[int, Any]:
    """Where a value stands in SQLite's order, that of its type first."""
    if isinstance(value, int | float):
        return 1, value
    return (2, value.encode()) if isinstance(value, str) else (3, value)
