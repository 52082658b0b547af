"""What has happened: the events of a deal's story, the commands of the journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from funnelcli import queries
from funnelcli.nouns.record import Record
from funnelcli.queries.lists import only


class Event(Record):
    """Something that happened to a deal; what ``detail`` and ``extra`` are depends on ``what``."""

    at: int
    what: str
    stage_en: str | None
    stage_de: str | None
    detail: str | None
    extra: str | None
    amount: int | None
    currency: str | None
    provenance: str
    recorded_at: int


class Command(Record):
    """A command of the journal."""

    id: int
    at: int
    verb: str
    args: str
    kind: str
    state: str
    target: int | None
    targets: str | None
    who: str | None
    target_verb: str | None
    target_args: str | None
    changes: int


def of_deal(conn: sqlite3.Connection, deal_id: int) -> list[Event]:
    """What has happened to a deal, the earliest first."""
    return list(queries.run(conn, "story", Event, {"deal_id": deal_id}))


def commands(conn: sqlite3.Connection, limit: int | None) -> tuple[Iterable[Command], bool]:
    """The commands of the journal, the latest first, and whether there are more than ``limit``."""
    most = None if limit is None else limit + 1
    return only(queries.run(conn, "history", Command, order="k.id DESC", limit=most), limit)


def by_id(conn: sqlite3.Connection, numbers: Sequence[int]) -> list[Command]:
    """The commands with these ids."""
    import json

    values = {"ids": json.dumps([*numbers])}
    where = "k.id IN (SELECT value FROM json_each(:ids))"
    return list(queries.run(conn, "history", Command, values, where=where, order="k.id DESC"))


def was_there(conn: sqlite3.Connection, table: str, row_id: int) -> bool:
    """Whether the journal knows a row, be it gone."""
    found = conn.execute(
        "SELECT 1 FROM journal WHERE table_name = ? AND (row_id = ?"
        " OR ? BETWEEN row_id AND last_id) LIMIT 1",
        (table, row_id, row_id),
    ).fetchone()
    return found is not None


def forgotten_at(conn: sqlite3.Connection, contact_id: int) -> int | None:
    """When a contact was forgotten, in UTC seconds; None where it was not."""
    (at,) = conn.execute(
        "SELECT min(forgotten_at) FROM forgotten WHERE contact_id = ?", (contact_id,)
    ).fetchone()
    return None if at is None else int(at)
