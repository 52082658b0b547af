"""Sums by keys, put together from the sums of parts."""

from __future__ import annotations

from collections.abc import Sequence

from funnelcli.typed import Any

Rows = list[tuple[Any, ...]]


def less(rows: Rows, keys: int) -> Rows:
    """Rows to add up with others that they are part of, so as to take them off."""
    return [
        row[:keys] + tuple(None if value is None else -value for value in row[keys:])
        for row in rows
    ]


def add_up(answers: Sequence[Rows], keys: int) -> Rows:
    """One answer from those of the parts: rows with the same first ``keys`` values are one, the
    other values are sums; in the order of the keys, as SQLite sorts them."""
    sums: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for rows in answers:
        for row in rows:
            key, values = row[:keys], row[keys:]
            known = sums.get(key)
            if known is not None:
                values = tuple(map(_plus, known, values))
            sums[key] = values
    order = sorted(sums, key=lambda key: [_rank(value) for value in key])
    return [key + sums[key] for key in order]


def _rank(value: int | str | None) -> tuple[int, int | str]:
    """Where a value stands in SQLite's order: NULL, numbers, texts, of which one may be empty."""
    if value is None:
        return 0, 0
    return (2 if isinstance(value, str) else 1), value


def _plus(one: int | None, other: int | None) -> int | None:
    """The sum, as SQL's sum() has it: NULL counts nothing, and NULLs alone give NULL."""
    if one is None or other is None:
        return other if one is None else one
    return one + other
