"""Reports by slice: the rows of each product, source, month ..., in an order that people expect."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from funnelcli.i18n import _
from funnelcli.render.model import Column
from funnelcli.reports.declarations import SLICES
from funnelcli.reports.model import Row
from funnelcli.reports.scope import Scope


def columns_of(scope: Scope) -> tuple[Column, ...]:
    """The column of the slice, where there is one."""
    if scope.by is None:
        return ()
    return (
        Column(
            "slice",
            SLICES[scope.by],
            flex=True,
            shown=lambda row: text_of(scope, row),
        ),
    )


def text_of(scope: Scope, row: Row) -> str:
    """What a person calls the slice of a row; a total is of none."""
    if "slice" not in row:
        return ""
    found = row["slice"]
    return _("(none)") if found is None else scope.slice_names.get(found, str(found))


def in_order(
    conn: sqlite3.Connection, scope: Scope, keys: Iterable[Any]
) -> list[tuple[Any, str | None]]:
    """Slices as queries tell them, and what a person calls them: months in the order of time, the
    others by name, what belongs to none last; (None, None) where nothing is sliced."""
    if scope.by is None:
        return [(None, None)]
    name = _namer(conn, scope)
    named = [(key, name(key)) for key in set(keys)]

    def called(slice_: tuple[Any, Any]) -> str:
        return scope.slice_names.get(slice_[1], str(slice_[1]))

    if scope.by == "month":
        return sorted(named, key=lambda slice_: str(slice_[0] or ""))
    return sorted(
        named,
        key=lambda slice_: (slice_[1] is None, called(slice_).casefold(), str(slice_[0])),
    )


def _namer(conn: sqlite3.Connection, scope: Scope) -> Callable[[Any], Any]:
    if scope.by in ("contact", "organisation"):
        names = dict(conn.execute("SELECT id, name FROM contact"))
        return lambda key: None if key is None else names[key]
    if scope.by == "process":
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
) -> list[tuple[Any, str | None, list[Any]]]:
    """Rows by slice, in order: (its key, its name, its rows); one group without a slice, even for
    no rows. ``also`` are the keys of slices that there are without rows."""
    groups = by_slice(rows)
    return [
        (key, name, groups.get(key, [])) for key, name in in_order(conn, scope, {*groups, *also})
    ]


def place(row: Row) -> tuple[bool, str]:
    """Where the slice of a row stands among those that people call by a name."""
    name = row.get("slice")
    return name is None, str(name).casefold()


def sliced(scope: Scope, key: Any, name: str | None, row: Row) -> Row:
    """A row with its slice, and the parameters of its cells."""
    cell = row.pop("_cell", {})
    head: Row = {} if scope.by is None else {"slice": name}
    return {**head, **row, "_cell": {"cell_slice": key, **cell}}


def keys_of(scope: Scope, *keys: str) -> tuple[str, ...]:
    """The keys that make a row, with the slice before them where there is one."""
    return (("slice",) if scope.by else ()) + keys
