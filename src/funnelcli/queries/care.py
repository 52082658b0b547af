"""Customer care as it is listed: plans, scores, complaints, referrals."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from funnelcli import queries
from funnelcli.filters import Field, Fields, sort
from funnelcli.nouns.record import Record
from funnelcli.queries.lists import listed

_NEXT = "date(coalesce(k.last_on, k.starts_on), '+' || k.every_days || ' days')"
DUE = f"{_NEXT} <= :today"
_PLAN_SORT = {"next": _NEXT, "last": "k.last_on", "contact": "k.search", "every": "k.every_days"}
_SCORE_SORT = {"id": "s.id", "scored": "s.scored_on", "score": "s.score", "contact": "c.search"}
_COMPLAINT_SORT = {"id": "r.id", "raised": "r.raised_on", "contact": "c.search"}
_REFERRAL_SORT = {"id": "f.id", "referred": "f.referred_on", "referrer": "a.search"}


class Plan(Record):
    """How often a contact is spoken to; ``id`` is the contact's. ``last_on`` and ``next_on`` are
    plain dates, ``score`` is the latest, ``complaints`` counts those not put right."""

    id: int
    contact_id: int
    contact: str
    organisation: str | None
    phone: str | None
    every_days: int
    starts_on: str
    last_on: str | None
    next_on: str
    score_kind: str | None
    score: int | None
    complaints: int


class Score(Record):
    """A satisfaction score: "nps" from 0 to 10, "csat" from 1 to 5."""

    id: int
    public_id: str
    contact_id: int
    contact: str
    deal_id: int | None
    deal: str | None
    kind: str
    score: int
    comment: str | None
    scored_on: str


class Complaint(Record):
    """A complaint; ``resolved_on`` None until it was put right."""

    id: int
    public_id: str
    contact_id: int
    contact: str
    deal_id: int | None
    deal: str | None
    text: str
    raised_on: str
    resolution: str | None
    resolved_on: str | None


class Referral(Record):
    """Who named whom; ``deals`` and ``won`` count those of who was named."""

    id: int
    public_id: str
    referrer_id: int
    referrer: str
    referred_id: int
    referred: str
    deal_id: int | None
    referred_on: str
    note: str | None
    deals: int
    won: int


def plan_fields(_conn: sqlite3.Connection) -> Fields:
    """What care plans can be filtered by; aliases of tables as in ``care_plans.sql``."""
    return Fields(
        fields=[
            Field("contact", "text", "k.search", folded=True),
            Field("every", "int", "k.every_days"),
            Field("next", "date", _NEXT),
            Field("last", "date", "k.last_on"),
            Field("score", "int", "k.score"),
        ],
        flags={"due": DUE, "complaining": "k.complaints > 0"},
        search=["k.search", "search_key(coalesce(k.organisation, ''))"],
    )


def score_fields(_conn: sqlite3.Connection) -> Fields:
    """What scores can be filtered by; aliases of tables as in ``satisfactions.sql``."""
    return Fields(
        fields=[
            Field("contact", "text", "c.search", folded=True),
            Field("deal", "text", "d.search", folded=True),
            Field("kind", "text", "s.kind"),
            Field("score", "int", "s.score"),
            Field("scored", "date", "s.scored_on"),
            Field("id", "int", "s.id"),
        ],
        flags={
            "promoter": "s.kind = 'nps' AND s.score >= 9",
            "detractor": "s.kind = 'nps' AND s.score <= 6",
        },
        search=["c.search", "search_key(coalesce(s.comment, ''))"],
    )


def complaint_fields(_conn: sqlite3.Connection) -> Fields:
    """What complaints can be filtered by; aliases of tables as in ``complaints.sql``."""
    return Fields(
        fields=[
            Field("contact", "text", "c.search", folded=True),
            Field("deal", "text", "d.search", folded=True),
            Field("raised", "date", "r.raised_on"),
            Field("resolved", "date", "r.resolved_on"),
            Field("id", "int", "r.id"),
        ],
        flags={"open": "r.resolved_on IS NULL", "resolved": "r.resolved_on IS NOT NULL"},
        search=["c.search", "search_key(r.text)"],
    )


def referral_fields(_conn: sqlite3.Connection) -> Fields:
    """What referrals can be filtered by; aliases of tables as in ``referrals.sql``."""
    return Fields(
        fields=[
            Field("referrer", "text", "a.search", folded=True),
            Field("contact", "text", "b.search", folded=True),
            Field("referred", "date", "f.referred_on"),
            Field("id", "int", "f.id"),
        ],
        flags={},
        search=["a.search", "b.search"],
    )


def plans(
    conn: sqlite3.Connection,
    filters: Sequence[str] = (),
    *,
    order: str | None = None,
    limit: int | None = None,
) -> Iterator[Plan]:
    """Care plans that pass the filter words, the next due first."""
    by = sort(order, _PLAN_SORT) + ", k.id" if order else f"{_NEXT}, k.id"
    return listed(conn, "care_plans", Plan, plan_fields(conn), filters, by, limit)


def plan(conn: sqlite3.Connection, contact_id: int) -> Plan | None:
    """The care plan of a contact, None without one."""
    return queries.one(
        conn, "care_plans", Plan, {"id": contact_id}, where="k.contact_id = :id", order="k.id"
    )


def due(conn: sqlite3.Connection) -> list[Plan]:
    """Who is to be spoken to by today, the longest overdue first."""
    return list(queries.run(conn, "care_plans", Plan, where=DUE, order=f"{_NEXT}, k.id"))


def scores(
    conn: sqlite3.Connection,
    filters: Sequence[str] = (),
    *,
    order: str | None = None,
    limit: int | None = None,
) -> Iterator[Score]:
    """Scores that pass the filter words, the latest first."""
    by = sort(order, _SCORE_SORT) + ", s.id" if order else "s.scored_on DESC, s.id DESC"
    return listed(conn, "satisfactions", Score, score_fields(conn), filters, by, limit)


def score(conn: sqlite3.Connection, score_id: int) -> Score:
    """One score that exists."""
    return next(
        queries.run(
            conn, "satisfactions", Score, {"id": score_id}, where="s.id = :id", order="s.id"
        )
    )


def complaints(
    conn: sqlite3.Connection,
    filters: Sequence[str] = (),
    *,
    order: str | None = None,
    limit: int | None = None,
) -> Iterator[Complaint]:
    """Complaints that pass the filter words: those not put right first, then the latest."""
    by = "r.resolved_on IS NOT NULL, r.raised_on DESC, r.id DESC"
    if order:
        by = sort(order, _COMPLAINT_SORT) + ", r.id"
    return listed(conn, "complaints", Complaint, complaint_fields(conn), filters, by, limit)


def complaint(conn: sqlite3.Connection, complaint_id: int) -> Complaint:
    """One complaint that exists."""
    return next(
        queries.run(
            conn, "complaints", Complaint, {"id": complaint_id}, where="r.id = :id", order="r.id"
        )
    )


def referrals(
    conn: sqlite3.Connection,
    filters: Sequence[str] = (),
    *,
    order: str | None = None,
    limit: int | None = None,
) -> Iterator[Referral]:
    """Referrals that pass the filter words, the latest first."""
    by = sort(order, _REFERRAL_SORT) + ", f.id" if order else "f.referred_on DESC, f.id DESC"
    return listed(conn, "referrals", Referral, referral_fields(conn), filters, by, limit)


def referral(conn: sqlite3.Connection, referrer_id: int, referred_id: int) -> Referral:
    """The referral of one contact by another, which exists."""
    return next(
        queries.run(
            conn,
            "referrals",
            Referral,
            {"a": referrer_id, "b": referred_id},
            where="f.referrer_id = :a AND f.referred_id = :b",
            order="f.id",
        )
    )
