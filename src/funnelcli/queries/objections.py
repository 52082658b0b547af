"""Objections as they are listed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from funnelcli import queries
from funnelcli.filters import Field, Fields, sort
from funnelcli.i18n import pick
from funnelcli.nouns.record import Record
from funnelcli.queries.lists import catalogue, listed, stored

SORT = {
    "id": "o.id",
    "raised": "o.raised_at",
    "kind": "o.kind",
    "deal": "d.search",
    "stage": "s.position",
}


class Objection(Record):
    """An objection: ``genuine`` (Einwand) or else a pretext (Vorwand)."""

    id: int
    public_id: str
    deal_id: int
    deal: str
    contact_id: int | None
    contact: str | None
    stage: str
    stage_en: str
    stage_de: str
    kind: str
    kind_en: str
    kind_de: str
    genuine: bool
    wording: str | None
    answer: str | None
    resolved: bool
    raised_at: int
    raised_on: str
    resolved_at: int | None

    def complete(self) -> None:
        """Flags as flags."""
        self.genuine = bool(self.genuine)
        self.resolved = bool(self.resolved)

    @property
    def kind_name(self) -> str:
        """The kind's name in the language spoken now."""
        return pick(self.kind_en, self.kind_de)

    @property
    def stage_name(self) -> str:
        """The stage's name in the language spoken now."""
        return pick(self.stage_en, self.stage_de)


def fields(conn: sqlite3.Connection) -> Fields:
    """What objections can be filtered by; aliases of tables as in ``objections.sql``."""
    return Fields(
        fields=[
            Field("kind", "enum", "o.kind", choices=catalogue(conn, "objection")),
            Field(
                "stage",
                "enum",
                "s.key",
                choices=stored(
                    conn, "SELECT key, name_en, name_de FROM stage ORDER BY process_id, position"
                ),
            ),
            Field("deal", "text", "d.search", folded=True),
            Field("contact", "text", "c.search", folded=True),
            Field("raised", "date", "o.raised_on"),
            Field("resolved", "instant", "o.resolved_at"),
            Field("id", "int", "o.id"),
        ],
        flags={
            "genuine": "o.genuine = 1",
            "pretext": "o.genuine = 0",
            "resolved": "o.resolved_at IS NOT NULL",
            "open": "o.resolved_at IS NULL",
        },
        search=[
            "d.search",
            "coalesce(c.search, '')",
            "search_key(coalesce(o.wording, ''))",
            "search_key(coalesce(o.answer, ''))",
        ],
    )


def objections(
    conn: sqlite3.Connection,
    filters: Sequence[str] = (),
    *,
    order: str | None = None,
    limit: int | None = None,
) -> Iterator[Objection]:
    """Objections that pass the filter words, the latest first unless ``order`` says otherwise."""
    by = sort(order, SORT) + ", o.id" if order else "o.raised_at DESC, o.id DESC"
    return listed(conn, "objections", Objection, fields(conn), filters, by, limit)


def objection(conn: sqlite3.Connection, objection_id: int) -> Objection:
    """One objection that exists."""
    return next(
        queries.run(
            conn, "objections", Objection, {"id": objection_id}, where="o.id = :id", order="o.id"
        )
    )


def of_deal(conn: sqlite3.Connection, deal_id: int) -> list[Objection]:
    """A deal's objections, the first first."""
    return list(
        queries.run(
            conn,
            "objections",
            Objection,
            {"id": deal_id},
            where="o.deal_id = :id",
            order="o.raised_at, o.id",
        )
    )
