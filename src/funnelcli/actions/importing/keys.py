"""The key of a row: the column of its id, or several columns that are one together, ONE+OTHER."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter

from funnelcli.formats.columns import find_column, normal
from funnelcli.formats.nulls import filled_at

_BETWEEN = "+"


def key_columns(header: list[str], key: str) -> list[str]:
    """The columns that a key names. Raises Usage for one that there is not."""
    whole = key in header or normal(key) in map(normal, header)
    names = [key] if whole else [name.strip() for name in key.split(_BETWEEN)]
    return [header[find_column(header, name)] for name in names]


def key_reader(header: list[str], key: str, own: bool = False) -> Callable[[Sequence[str]], str]:
    """What reads the key from a row, of an export of the program's ``own`` as it is. Of several
    columns a row that lacks one has no key, and no two that differ have the same."""
    reads = [column_at(header.index(column), own) for column in key_columns(header, key)]
    if len(reads) == 1:
        return reads[0]

    def read(cells: Sequence[str]) -> str:
        parts = [one(cells).strip() for one in reads]
        if not all(parts):
            return ""
        return _BETWEEN.join(part.replace("\\", "\\\\").replace(_BETWEEN, "\\+") for part in parts)

    return read


def column_at(at: int, own: bool = False) -> Callable[[Sequence[str]], str]:
    """How to read the column at a place as it is, but for what says that there is nothing."""
    return itemgetter(at) if own else filled_at(at)
