"""Contracts as they are listed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from funnelcli import queries
from funnelcli.filters import Field, Fields, sort
from funnelcli.nouns.record import Record
from funnelcli.queries.lists import listed

# What ends, or can be cancelled for the last time, within 60 days calls for an answer now.
SOON = (
    "((k.cancel_by >= :today AND k.cancel_by < date(:today, '+60 days'))"
    " OR (k.ends_on >= :today AND k.ends_on < date(:today, '+60 days')))"
)
SORT = {
    "id": "k.id",
    "number": "k.number",
    "signed": "k.signed_on",
    "ends": "k.ends_on",
    "cancel": "k.cancel_by",
    "deal": "d.search",
    "value": "d.value",
}


class Contract(Record):
    """A contract. ``cancel_by`` is the last day for notice, ``value`` the deal's."""

    id: int
    public_id: str
    number: str | None
    deal_id: int
    deal: str
    contact_id: int | None
    contact: str | None
    value: int | None
    currency: str
    signed_on: str
    signed_by: str | None
    starts_on: str | None
    ends_on: str | None
    notice: str | None
    cancel_by: str | None
    document: str | None
    instruction_on: str | None
    revocable_until: str | None
    notes: str | None


def fields(_conn: sqlite3.Connection) -> Fields:
    """What contracts can be filtered by; aliases of tables as in ``contracts.sql``."""
    return Fields(
        fields=[
            Field("number", "text", "k.number"),
            Field("deal", "text", "d.search", folded=True),
            Field("contact", "text", "c.search", folded=True),
            Field("signed", "date", "k.signed_on"),
            Field("starts", "date", "k.starts_on"),
            Field("ends", "date", "k.ends_on"),
            Field("cancel", "date", "k.cancel_by"),
            Field("value", "money", "d.value", currency_sql="d.currency"),
            Field("id", "int", "k.id"),
        ],
        flags={
            "soon": SOON,
            "running": "(k.starts_on IS NULL OR k.starts_on <= :today)"
            " AND (k.ends_on IS NULL OR k.ends_on >= :today)",
            "ended": "k.ends_on < :today",
        },
        search=["lower(coalesce(k.number, ''))", "d.search", "coalesce(c.search, '')"],
    )


def contracts(
    conn: sqlite3.Connection,
    filters: Sequence[str] = (),
    *,
    order: str | None = None,
    limit: int | None = None,
) -> Iterator[Contract]:
    """Contracts that pass the filter words, the newest first unless ``order`` says otherwise."""
    by = sort(order, SORT) + ", k.id" if order else "k.id DESC"
    return listed(conn, "contracts", Contract, fields(conn), filters, by, limit)


def contract(conn: sqlite3.Connection, contract_id: int) -> Contract:
    """One contract that exists."""
    return next(
        queries.run(
            conn, "contracts", Contract, {"id": contract_id}, where="k.id = :id", order="k.id"
        )
    )


def of_deal(conn: sqlite3.Connection, deal_id: int) -> list[Contract]:
    """A deal's contracts, the first first."""
    return list(
        queries.run(
            conn,
            "contracts",
            Contract,
            {"id": deal_id},
            where="k.deal_id = :id",
            order="k.signed_on, k.id",
        )
    )


def soon(conn: sqlite3.Connection) -> list[Contract]:
    """Contracts that end, or can be cancelled for the last time, within the next 60 days, the
    nearest first. One that is renewed by another deal or withdrawn is none of them."""
    return list(
        queries.run(
            conn,
            "contracts",
            Contract,
            where=f"d.status = 'won' AND {SOON}"
            " AND NOT EXISTS (SELECT 1 FROM deal AS n WHERE n.previous_deal_id = d.id"
            " AND n.kind = 'renewal' AND n.status = 'won')",
            order="CASE WHEN k.cancel_by >= :today THEN k.cancel_by ELSE k.ends_on END, k.id",
        )
    )
