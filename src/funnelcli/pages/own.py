"""Fields of one's own among the facts of a record."""

from __future__ import annotations

from funnelcli.nouns.extending import own_texts
from funnelcli.nouns.record import Record


def own_pairs(record: Record, locale: str) -> list[tuple[str, str]]:
    """The fields of one's own that a record has, by their names, as a person reads them."""
    return [(column.title, text) for column, text in own_texts(record, locale)]
