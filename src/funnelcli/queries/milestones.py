"""Milestones as they are listed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from funnelcli import queries
from funnelcli.filters import Field, Fields, sort
from funnelcli.nouns.record import Record
from funnelcli.queries.lists import listed

LATE = "m.done_on IS NULL AND m.due < :today AND d.status = 'won'"
SORT = {"id": "m.id", "due": "m.due", "done": "m.done_on", "name": "m.search", "deal": "d.search"}


class Milestone(Record):
    """A milestone of a deal; ``due`` and ``done_on`` are plain dates."""

    id: int
    public_id: str
    deal_id: int
    deal: str
    contact_id: int | None
    contact: str | None
    position: int
    key: str | None
    name: str
    due: str | None
    done_on: str | None
    done_at: int | None
    note: str | None


def fields(_conn: sqlite3.Connection) -> Fields:
    """What milestones can be filtered by; aliases of tables as in ``milestones.sql``."""
    return Fields(
        fields=[
            Field("deal", "text", "d.search", folded=True),
            Field("deal_id", "int", "m.deal_id"),
            Field("contact", "text", "c.search", folded=True),
            Field("name", "text", "m.search", folded=True),
            Field("key", "text", "m.key"),
            Field("due", "date", "m.due"),
            Field("done", "date", "m.done_on"),
            Field("id", "int", "m.id"),
        ],
        flags={
            "open": "m.done_on IS NULL",
            "done": "m.done_on IS NOT NULL",
            "late": LATE,
        },
        search=["m.search", "d.search", "coalesce(c.search, '')"],
    )


def milestones(
    conn: sqlite3.Connection,
    filters: Sequence[str] = (),
    *,
    order: str | None = None,
    limit: int | None = None,
) -> Iterator[Milestone]:
    """Milestones that pass the filter words: those to be done first, by due date."""
    by = "m.done_on IS NOT NULL, m.due IS NULL, m.due, m.deal_id, m.position, m.id"
    if order:
        by = sort(order, SORT) + ", m.id"
    return listed(conn, "milestones", Milestone, fields(conn), filters, by, limit)


def milestone(conn: sqlite3.Connection, milestone_id: int) -> Milestone:
    """One milestone that exists."""
    return next(
        queries.run(
            conn, "milestones", Milestone, {"id": milestone_id}, where="m.id = :id", order="m.id"
        )
    )


def of_deal(conn: sqlite3.Connection, deal_id: int) -> list[Milestone]:
    """A deal's milestones in their order."""
    return list(
        queries.run(
            conn,
            "milestones",
            Milestone,
            {"id": deal_id},
            where="m.deal_id = :id",
            order="m.position, m.id",
        )
    )


def late(conn: sqlite3.Connection) -> list[Milestone]:
    """Milestones of won deals that should be done and are not, the oldest first."""
    return list(queries.run(conn, "milestones", Milestone, where=LATE, order="m.due, m.id"))
