"""What a merge makes of records, as a table: where they differ, and how much hangs on each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from funnelcli.db.references import counts
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns.counted import GONE
from funnelcli.nouns.noun import Noun
from funnelcli.plain import NamedTuple
from funnelcli.queries.lists import one
from funnelcli.render import Column, Listing
from funnelcli.text import capital
from funnelcli.typed import Any


class Standing(NamedTuple):
    """A record, and how many records of each table refer to it."""

    record: Any
    counts: Mapping[str, int]


def standing(conn: sqlite3.Connection, noun: Noun[Any], record_id: int) -> Standing:
    """A record as it is now."""
    return Standing(one(conn, noun, record_id), counts(conn, noun.table, record_id))


def compared(noun: Noun[Any], before: Sequence[Standing], after: Standing, locale: str) -> Listing:
    """The fields in which the records ``before`` differ from each other or from what becomes of
    them, and the counts that do."""
    keys = [f"r{place}" for place in range(len(before))]
    columns = [
        Column("field", N_("Field"), flex=True),
        *(Column(key, str(each.record.id)) for key, each in zip(keys, before, strict=True)),
        Column("after", N_("Merged")),
    ]
    rows = [
        {"field": title, "after": became, **dict(zip(keys, values, strict=True))}
        for title, values, became in (
            *_fields(noun, before, after, locale),
            *_counts(before, after),
        )
    ]
    return Listing(columns, rows)


def _fields(
    noun: Noun[Any], before: Sequence[Standing], after: Standing, locale: str
) -> Iterator[tuple[str, list[str], str]]:
    from funnelcli.render.human import short_reader

    seen = {_("Note"), _("Notes")}  # what a merge puts there is told in lines
    for column in noun.columns:
        title = _(column.title)
        if title in seen or column.kind in ("id", "flag") or column.key.endswith("_id"):
            continue
        seen.add(title)
        read = short_reader(column, locale)
        values, became = [read(each.record) for each in before], read(after.record)
        if len({*values, became}) > 1:
            yield title, values, became


def _counts(before: Sequence[Standing], after: Standing) -> Iterator[tuple[str, list[str], str]]:
    for table, names in sorted(GONE.items()):
        counts = [each.counts.get(table, 0) for each in before]
        if any(counts[1:]):
            name = ngettext(*names, 2).format(n="").strip()
            became = after.counts.get(table, 0)
            yield capital(name), [*map(str, counts)], str(became)
