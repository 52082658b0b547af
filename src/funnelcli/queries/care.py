"""Care plans of contacts, and who is due."""

from __future__ import annotations

import sqlite3

from funnelcli.nouns.care import COMPLAINT, PLAN, REFERRAL, SCORE, Complaint, Plan, Referral, Score
from funnelcli.nouns.rules import CARE_DUE
from funnelcli.queries.lists import some


def plan(conn: sqlite3.Connection, contact_id: int) -> Plan | None:
    """The care plan of a contact, None without one."""
    return next(some(conn, PLAN, {"id": contact_id}, where="k.contact_id = :id"), None)


def of_contact(
    conn: sqlite3.Connection, contact_id: int
) -> tuple[list[Score], list[Complaint], list[Referral]]:
    """How content a contact was, what they complained of, and whom they referred, the latest
    first of each."""
    one = {"id": contact_id}
    return (
        list(some(conn, SCORE, one, where="s.contact_id = :id", order="s.scored_on DESC")),
        list(some(conn, COMPLAINT, one, where="r.contact_id = :id", order="r.id DESC")),
        list(some(conn, REFERRAL, one, where="f.referrer_id = :id", order="f.id DESC")),
    )


def due(conn: sqlite3.Connection) -> list[Plan]:
    """Who is to be spoken to by today, the longest overdue first."""
    return list(some(conn, PLAN, where=CARE_DUE))


def referral(conn: sqlite3.Connection, referrer_id: int, referred_id: int) -> Referral:
    """The referral of one contact by another, which exists."""
    return next(
        some(
            conn,
            REFERRAL,
            {"a": referrer_id, "b": referred_id},
            where="f.referrer_id = :a AND f.referred_id = :b",
        )
    )
