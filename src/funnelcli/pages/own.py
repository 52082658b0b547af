"""Fields of one's own among the facts of a record."""

from __future__ import annotations

from typing import Any

from funnelcli.nouns.record import Record
from funnelcli.render import human


def own_pairs(record: Record, locale: str) -> list[tuple[str, str]]:
    """The fields of one's own that a record has, by their names, as a person reads them."""
    columns: Any = record.__dict__.get("own_columns", ())
    # An amount is read with its currency.
    currencies = {column.currency for column in columns}
    shown = [
        (column, human.reader(column, locale))
        for column in columns
        if column.kind != "id" and column.key not in currencies
    ]
    return [(column.title, text) for column, read in shown if (text := read(record))]
