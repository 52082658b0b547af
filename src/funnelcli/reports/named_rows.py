"""Rows of a query whose values are read by the names of its columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from operator import itemgetter

from funnelcli.typed import Any


@cache
def kind(columns: tuple[str, ...]) -> type[tuple[Any, ...]]:
    """A tuple whose values have these names too: making one of these classes takes a tenth of
    what a named tuple takes."""
    named = {name: property(itemgetter(place)) for place, name in enumerate(columns)}
    return type("Row", (tuple,), {"__slots__": (), **named})


def columns_of(cursor: sqlite3.Cursor) -> tuple[str, ...]:
    """The names of a query's columns."""
    return tuple(column[0] for column in cursor.description)


def named(columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
    """The rows with their values under the names ``columns``."""
    return map(kind(tuple(columns)), rows)


def read(cursor: sqlite3.Cursor) -> list[Any]:
    """All rows of a query, each value under the name of its column."""
    return list(named(columns_of(cursor), cursor))
