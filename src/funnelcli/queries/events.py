"""What has happened: the events of a deal's story, the commands of the journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

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
