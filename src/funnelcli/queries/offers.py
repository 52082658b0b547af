"""Offers of a deal, their versions and lines, and those that run out."""

from __future__ import annotations

import sqlite3

from funnelcli import queries
from funnelcli.nouns.members import belonging
from funnelcli.nouns.offer import OFFER, Offer, OfferLine
from funnelcli.nouns.rules import OFFER_AWAKE
from funnelcli.queries.lists import some


def of_deal(conn: sqlite3.Connection, deal_id: int) -> list[Offer]:
    """A deal's offers, the first first."""
    return list(
        some(conn, OFFER, {"id": deal_id}, where="o.deal_id = :id", order="o.number, o.version")
    )


def numbered(conn: sqlite3.Connection, text: str) -> int | None:
    """The offer whose number ``text`` is, in the version behind its slash or else the last; None
    where there is none."""
    row = conn.execute(
        "SELECT id FROM offer WHERE number = :text OR number || '/' || version = :text"
        " ORDER BY version DESC LIMIT 1",
        {"text": text.strip()},
    ).fetchone()
    return None if row is None else int(row[0])


def accepted(conn: sqlite3.Connection, deal_id: int) -> list[Offer]:
    """The offers of a deal that the customer has accepted."""
    return [offer for offer in of_deal(conn, deal_id) if offer.status == "accepted"]


def running_out(conn: sqlite3.Connection, owner: int | None = None) -> list[Offer]:
    """Sent offers of open deals, of one user or of all, whose validity ends within a week or is
    over, the longest first; a snoozed deal's are left in peace."""
    return list(
        some(
            conn,
            OFFER,
            {"owner": owner},
            where="o.status = 'sent' AND o.valid_until < date(:today, '+7 days')"
            f" AND d.status = 'open' AND {OFFER_AWAKE}{belonging('d', owner)}",
            order="o.valid_until, o.id",
        )
    )


def versions(conn: sqlite3.Connection, number: str) -> list[Offer]:
    """Every version of an offer, the first first."""
    return list(
        some(conn, OFFER, {"number": number}, where="o.number = :number", order="o.version")
    )


def lines(conn: sqlite3.Connection, offer_id: int) -> list[OfferLine]:
    """The lines of an offer in their order."""
    return list(queries.run(conn, "offer_lines", OfferLine, {"id": offer_id}))
