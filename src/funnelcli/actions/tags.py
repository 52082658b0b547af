"""The tags of deals and contacts. Those of one key (:func:`funnelcli.text.tag_key`) are one tag,
which is spelt as it was first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from funnelcli.db import bulk
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.text import tag_key
from funnelcli.values.cells import BETWEEN

# The nouns that have tags, each in a table of its own.
TAGGED = ("contact", "deal")


def add(conn: sqlite3.Connection, noun: str, record_id: int, tags: Sequence[str]) -> None:
    """Give a record of ``noun`` every tag that it does not have yet. Raises NotFound where there is
    no such record, Usage as :func:`check` does."""
    check(tags)
    naming.check(conn, **{noun: record_id})
    had = {tag_key(tag) for tag in of(conn, noun, record_id)}
    add_to_new(conn, noun, [(record_id, [tag for tag in tags if tag_key(tag) not in had])])


def check(tags: Iterable[str]) -> None:
    """Raises Usage for a tag that would come back from a file as two."""
    mark = BETWEEN.strip()
    for tag in tags:
        if mark in tag:
            raise Usage(
                _("The tag {tag} has {mark} in it, which parts tags in a file.").format(
                    tag=tag.strip(), mark=mark
                ),
                _("Write it with one colon, or as two tags."),
            )


def add_to_new(
    conn: sqlite3.Connection, noun: str, given: Iterable[tuple[int, Sequence[str]]]
) -> None:
    """Give records of ``noun``, by their ids, tags of which they have none yet."""
    spelt: dict[str, str] = {}
    rows: dict[tuple[int, str], tuple[int | str, ...]] = {}
    for record_id, tags in given:
        for tag in tags:
            key = tag_key(tag)
            if not key:
                continue
            if key not in spelt:
                spelt[key] = _on_file(conn, noun, key) or tag.strip()
            rows[record_id, key] = (record_id, spelt[key], key)
    bulk.insert(conn, f"{noun}_tag", (f"{noun}_id", "tag", "search"), list(rows.values()))


def change(
    conn: sqlite3.Connection, noun: str, record_id: int, more: Sequence[str], fewer: Sequence[str]
) -> bool:
    """Add tags to a record and then take some off; whether it has others now. One that is given
    in two spellings is taken off in the one and added in the other."""
    before = of(conn, noun, record_id)
    off = {tag_key(tag): tag for tag in fewer}
    respelt = [tag for tag in more if off.get(tag_key(tag), tag) != tag]
    add(conn, noun, record_id, more)
    take_off(conn, noun, {record_id: fewer})
    add(conn, noun, record_id, respelt)
    return of(conn, noun, record_id) != before


def take_off(conn: sqlite3.Connection, noun: str, taken: Mapping[int, Iterable[str]]) -> None:
    """Take tags off records, by their ids."""
    keys = {record_id: {*map(tag_key, tags)} for record_id, tags in taken.items() if tags}
    if not keys:
        return
    held = conn.execute(
        f"SELECT id, {noun}_id, search FROM {noun}_tag WHERE {noun}_id {bulk.AMONG}",
        (str([*keys]),),
    )
    gone = [row_id for row_id, record_id, key in held if key in keys[record_id]]
    bulk.delete(conn, f"{noun}_tag", gone)


def of(conn: sqlite3.Connection, noun: str, record_id: int) -> set[str]:
    """The tags of a record."""
    found = conn.execute(f"SELECT tag FROM {noun}_tag WHERE {noun}_id = ?", (record_id,))
    return {tag for (tag,) in found}


def of_all(conn: sqlite3.Connection, noun: str, record_ids: Sequence[int]) -> dict[int, set[str]]:
    """The tags of records, by their ids."""
    found: dict[int, set[str]] = {record_id: set() for record_id in record_ids}
    for record_id, tag in conn.execute(
        f"SELECT {noun}_id, tag FROM {noun}_tag WHERE {noun}_id {bulk.AMONG}", (str(record_ids),)
    ):
        found[record_id].add(tag)
    return found


def _on_file(conn: sqlite3.Connection, noun: str, key: str) -> str | None:
    found = conn.execute(f"SELECT tag FROM {noun}_tag WHERE search = ? LIMIT 1", (key,)).fetchone()
    return None if found is None else str(found[0])
