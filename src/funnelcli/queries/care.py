"""Care plans of contacts, and who is due."""

from __future__ import annotations

import sqlite3

from funnelcli.nouns.care import COMPLAINT, PLAN, REFERRAL, SCORE, Complaint, Plan, Referral, Score
from funnelcli.nouns.rules import CARE_DUE, counted_for
from funnelcli.queries.lists import some

_COUNTED = f"(SELECT m.id FROM {counted_for(':id')})"


def plan(conn: sqlite3.Connection, contact_id: int) -> Plan | None:
    """The care plan of a contact; of an organisation that has none, that of its people which is due
    first. None without one."""
    plans = some(
        conn,
        PLAN,
        {"id": contact_id},
        where=f"k.contact_id IN {_COUNTED}",
        order="k.contact_id <> :id, next_on, k.id",
        limit=1,
    )
    return next(plans, None)


def of_contact(
    conn: sqlite3.Connection, contact_id: int
) -> tuple[list[Score], list[Complaint], list[Referral]]:
    """How content a contact was, what they complained of, and whom they referred, the latest
    first of each; an organisation's people count for it."""
    one = {"id": contact_id}
    whose = f"IN {_COUNTED}"
    return (
        list(some(conn, SCORE, one, where=f"s.contact_id {whose}", order="s.scored_on DESC")),
        list(some(conn, COMPLAINT, one, where=f"r.contact_id {whose}", order="r.id DESC")),
        list(some(conn, REFERRAL, one, where=f"f.referrer_id {whose}", order="f.id DESC")),
    )


def due(conn: sqlite3.Connection, owner: int | None = None) -> list[Plan]:
    """Who is to be spoken to by today, of one user's contacts or of all, the longest overdue
    first."""
    where = CARE_DUE
    if owner is not None:
        where += " AND k.contact_id IN (SELECT c.id FROM contact AS c WHERE c.owner_id = :owner)"
    return list(some(conn, PLAN, {"owner": owner}, where=where))


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
