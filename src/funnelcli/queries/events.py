"""What has happened: the events of a deal's story, the commands of the journal."""

from __future__ import annotations

from funnelcli.nouns.record import Record


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
    changes: int
