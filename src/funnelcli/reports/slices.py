"""Reports by slice: the rows of each product, source, month ..., in an order that people expect.

A report sliced by two has a row for each pair; a query tells a pair as one key, a list in JSON.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence

from funnelcli.i18n import _
from funnelcli.render.model import Column
from funnelcli.reports.declarations import SLICES, slice_keys
from funnelcli.reports.model import Row
from funnelcli.reports.scope import Scope
from funnelcli.typed import Any
from funnelcli.values import daytext

Names = tuple[Any, ...]
"""What a slice is in each of those that a report is sliced by; empty where it is not sliced."""


def columns_of(scope: Scope) -> tuple[Column, ...]:
    """The columns of the slices."""

    def column(by: str, key: str) -> Column:
        own = scope.own.get(by)
        title = SLICES[by] if own is None else own.title
        return Column(key, title, flex=True, shown=lambda row: _text(scope, by, row, key))

    return tuple(map(column, scope.by, slice_keys(scope.by)))


def text_of(scope: Scope, row: Row) -> str:
    """What a person calls the slice of a row; a total is of none."""
    texts = (
        _text(scope, by, row, key) for by, key in zip(scope.by, slice_keys(scope.by), strict=True)
    )
    return " · ".join(filter(None, texts))


def _text(scope: Scope, by: str, row: Row, key: str) -> str:
    if key not in row:
        return ""
    found = row[key]
    if found is None:
        return _("(none)")
    name = _called(scope, by, found)
    return daytext.period(name) if by == "month" else name


def _called(scope: Scope, by: str, name: Any) -> str:
    if by in scope.own and scope.own[by].number:
        from funnelcli.nouns.own import number_shown

        return number_shown(name)
    return scope.slice_names[by].get(name, str(name))


def in_order(
    conn: sqlite3.Connection, scope: Scope, keys: Iterable[Any]
) -> list[tuple[Any, Names]]:
    """Slices as queries tell them, and their names: months in the order of time, numbers of people
    by how many, the others by what a person calls them, what belongs to none last; (None, ()) where
    nothing is sliced."""
    if not scope.by:
        return [(None, ())]
    namers = [_namer(conn, by) for by in scope.by]

    def names(key: Any) -> Names:
        parts = [key]
        if scope.by[1:]:
            import json

            parts = json.loads(key)
        return tuple(name(part) for name, part in zip(namers, parts, strict=True))

    def order(slice_: tuple[Any, Names]) -> list[Any]:
        found: list[Any] = []
        for by, name in zip(scope.by, slice_[1], strict=True):
            if by == "month":
                found.append(str(name or ""))
            elif by == "people":
                found += [name is None, name or 0]
            elif by in scope.own and scope.own[by].number:
                found += [name is None, float(name or 0)]
            else:
                found += [name is None, _called(scope, by, name).casefold()]
        return [*found, str(slice_[0])]

    return sorted(((key, names(key)) for key in set(keys)), key=order)


def _namer(conn: sqlite3.Connection, by: str) -> Callable[[Any], Any]:
    if by in ("contact", "organisation"):
        names = dict(conn.execute("SELECT id, name FROM contact"))
        return lambda key: None if key is None else names[key]
    if by == "process":
        keys = dict(conn.execute("SELECT id, key FROM process"))
        return lambda key: None if key is None else keys[key]
    return lambda key: key


def by_slice(rows: Iterable[Any]) -> dict[Any, list[Any]]:
    """Rows of a query by their slice."""
    groups: dict[Any, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.slice, []).append(row)
    return groups


def grouped(
    conn: sqlite3.Connection, scope: Scope, rows: Iterable[Any], also: Iterable[Any] = ()
) -> list[tuple[Any, Names, list[Any]]]:
    """Rows by slice, in order: (its key, its names, its rows); one group without a slice, even for
    no rows. ``also`` are the keys of slices that there are without rows."""
    groups = by_slice(rows)
    return [
        (key, names, groups.get(key, [])) for key, names in in_order(conn, scope, {*groups, *also})
    ]


def place(row: Row) -> tuple[Any, ...]:
    """Where the slices of a row stand among those that people call by a name."""
    names = [row.get(key) for key in ("slice", "slice_2")]
    parts = ((name is None, name if isinstance(name, int) else 0, str(name)) for name in names)
    return tuple(part for none, number, text in parts for part in (none, number, text.casefold()))


def sliced(scope: Scope, key: Any, names: Sequence[Any], row: Row) -> Row:
    """A row with its slices, and the parameters of its cells."""
    cell = row.pop("_cell", {})
    head = dict(zip(slice_keys(scope.by), names, strict=True))
    return {**head, **row, "_cell": {"cell_slice": key, **cell}}


def keys_of(scope: Scope, *keys: str) -> tuple[str, ...]:
    """The keys that make a row, with those of the slices before them."""
    return (*slice_keys(scope.by), *keys)
