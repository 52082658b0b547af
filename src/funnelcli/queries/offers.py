"""Offers and their lines as they are listed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from funnelcli import queries
from funnelcli.filters import Field, Fields, sort
from funnelcli.nouns import words
from funnelcli.nouns.record import Record
from funnelcli.queries.lists import fixed, listed
from funnelcli.values.numbers import share

STATUS_SQL = (
    "CASE WHEN o.status = 'sent' AND o.valid_until < :today THEN 'expired' ELSE o.status END"
)
SORT = {
    "id": "o.id",
    "number": "o.number",
    "net": "o.net",
    "gross": "o.gross",
    "until": "o.valid_until",
    "created": "o.created_at",
    "sent": "o.sent_at",
    "deal": "d.search",
}


class Offer(Record):
    """A version of an offer; ``discount``, the one on the whole, is out of 100."""

    id: int
    public_id: str
    number: str
    version: int
    deal_id: int
    deal: str
    contact_id: int | None
    contact: str | None
    status: str
    binding: bool
    valid_until: str | None
    currency: str
    discount: int | float
    net: int
    vat: int
    gross: int
    list_net: int
    cost: int
    costed_net: int
    line_count: int
    intro: str | None
    closing: str | None
    note: str | None
    created_at: int
    sent_at: int | None
    decided_at: int | None

    def complete(self) -> None:
        """Flags and percentages as people say them."""
        self.binding = bool(self.binding)
        self.discount = share(int(self.discount), 2)

    @property
    def name(self) -> str:
        """Its number, and its version from the second on."""
        return self.number if self.version == 1 else f"{self.number}/{self.version}"

    @property
    def concession(self) -> int:
        """What it gives away against the list price, in minor units; below zero where it asks
        for more."""
        return self.list_net - self.net

    @property
    def margin(self) -> int | None:
        """What is left of the lines whose own cost is known, in minor units; None without any."""
        return self.costed_net - self.cost if self.cost or self.costed_net else None


class OfferLine(Record):
    """A line; ``quantity`` is the number itself, ``discount`` and ``vat`` are out of 100."""

    position: int
    product_id: int | None
    sku: str | None
    text: str
    quantity: int | float
    unit: str
    price: int
    discount: int | float
    vat: int | float
    net: int
    list_price: int | None
    cost: int | None
    currency: str

    def complete(self) -> None:
        """Quantities and percentages as people say them."""
        self.quantity = share(int(self.quantity), 3)
        self.discount = share(int(self.discount), 2)
        self.vat = share(int(self.vat), 2)


def fields(_conn: sqlite3.Connection) -> Fields:
    """What offers can be filtered by; aliases of tables as in ``offers.sql``."""
    return Fields(
        fields=[
            Field("status", "enum", STATUS_SQL, choices=fixed(words.OFFER_STATUS)),
            Field("number", "text", "o.number"),
            Field("version", "int", "o.version"),
            Field("deal", "text", "d.search", folded=True),
            Field("contact", "text", "c.search", folded=True),
            Field("net", "money", "o.net", currency_sql="o.currency"),
            Field("gross", "money", "o.gross", currency_sql="o.currency"),
            Field("currency", "text", "o.currency"),
            Field("until", "date", "o.valid_until"),
            Field("created", "instant", "o.created_at"),
            Field("sent", "instant", "o.sent_at"),
            Field("decided", "instant", "o.decided_at"),
            Field("id", "int", "o.id"),
        ],
        flags={
            "open": f"{STATUS_SQL} IN ('draft', 'sent')",
            "expired": f"{STATUS_SQL} = 'expired'",
            "current": "o.status <> 'revised'",
            "binding": "o.binding = 1",
        },
        search=["lower(o.number)", "d.search", "coalesce(c.search, '')"],
    )


def offers(
    conn: sqlite3.Connection,
    filters: Sequence[str] = (),
    *,
    order: str | None = None,
    limit: int | None = None,
) -> Iterator[Offer]:
    """Offers that pass the filter words, the newest first unless ``order`` says otherwise."""
    by = sort(order, SORT) + ", o.id" if order else "o.id DESC"
    return listed(conn, "offers", Offer, fields(conn), filters, by, limit)


def offer(conn: sqlite3.Connection, offer_id: int) -> Offer:
    """One offer that exists."""
    return next(
        queries.run(conn, "offers", Offer, {"id": offer_id}, where="o.id = :id", order="o.id")
    )


def of_deal(conn: sqlite3.Connection, deal_id: int) -> list[Offer]:
    """A deal's offers, the first first."""
    return list(
        queries.run(
            conn,
            "offers",
            Offer,
            {"id": deal_id},
            where="o.deal_id = :id",
            order="o.number, o.version",
        )
    )


def running_out(conn: sqlite3.Connection) -> list[Offer]:
    """Sent offers of open deals whose validity ends within a week or is over, the longest first;
    a snoozed deal's are left in peace."""
    return list(
        queries.run(
            conn,
            "offers",
            Offer,
            where="o.status = 'sent' AND o.valid_until < date(:today, '+7 days')"
            " AND d.status = 'open' AND (d.snoozed_until IS NULL OR d.snoozed_until <= :today)",
            order="o.valid_until, o.id",
        )
    )


def versions(conn: sqlite3.Connection, number: str) -> list[Offer]:
    """Every version of an offer, the first first."""
    return list(
        queries.run(
            conn, "offers", Offer, {"number": number}, where="o.number = :number", order="o.version"
        )
    )


def lines(conn: sqlite3.Connection, offer_id: int) -> list[OfferLine]:
    """The lines of an offer in their order."""
    rows = conn.execute(
        "SELECT l.position, l.product_id, p.sku, l.text, l.quantity, l.unit, l.price, l.discount,"
        " l.vat, l.net, l.list_price, l.cost, o.currency FROM offer_line AS l"
        " JOIN offer AS o ON o.id = l.offer_id LEFT JOIN product AS p ON p.id = l.product_id"
        " WHERE l.offer_id = ? ORDER BY l.position",
        (offer_id,),
    )
    return [OfferLine(*row) for row in rows]
