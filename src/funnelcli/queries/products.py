"""Products as they are listed, with the price that holds today."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from funnelcli import queries
from funnelcli.filters import Field, Fields, sort
from funnelcli.nouns.record import Record
from funnelcli.queries.lists import listed
from funnelcli.values.numbers import share

SORT = {
    "id": "p.id",
    "sku": "p.sku",
    "name": "p.search",
    "price": "r.price",
    "until": "p.valid_until",
}


class Product(Record):
    """A product; ``vat`` is out of 100, ``margin`` is price less own cost a unit."""

    id: int
    public_id: str
    sku: str
    name: str
    unit: str
    price: int | None
    cost: int | None
    currency: str
    vat: int | float | None
    price_since: str | None
    valid_from: str | None
    valid_until: str | None
    notes: str | None

    def complete(self) -> None:
        """The rate of VAT as people say it."""
        self.vat = None if self.vat is None else share(int(self.vat), 2)

    @property
    def margin(self) -> int | None:
        """What is left of the price, in minor units; None where the cost is not known."""
        return None if self.price is None or self.cost is None else self.price - self.cost


class Price(Record):
    """One price of a product's history; ``vat`` is out of 100."""

    valid_from: str
    price: int
    cost: int | None
    currency: str
    vat: int | float

    def complete(self) -> None:
        """The rate of VAT as people say it."""
        self.vat = share(int(self.vat), 2)


def fields(_conn: sqlite3.Connection) -> Fields:
    """What products can be filtered by; aliases of tables as in ``products.sql``."""
    return Fields(
        fields=[
            Field("sku", "text", "p.sku"),
            Field("name", "text", "p.search", folded=True),
            Field("unit", "text", "p.unit"),
            Field("price", "money", "r.price", currency_sql="r.currency"),
            Field("cost", "money", "r.cost", currency_sql="r.currency"),
            Field("currency", "text", "r.currency"),
            Field("from", "date", "p.valid_from"),
            Field("until", "date", "p.valid_until"),
            Field("id", "int", "p.id"),
        ],
        flags={
            "valid": "(p.valid_from IS NULL OR p.valid_from <= :today)"
            " AND (p.valid_until IS NULL OR p.valid_until >= :today)",
            "ended": "p.valid_until < :today",
        },
        search=["p.search"],
    )


def products(
    conn: sqlite3.Connection,
    filters: Sequence[str] = (),
    *,
    order: str | None = None,
    limit: int | None = None,
) -> Iterator[Product]:
    """Products that pass the filter words, by sku unless ``order`` says otherwise."""
    by = sort(order, SORT) + ", p.id" if order else "p.sku, p.id"
    return listed(conn, "products", Product, fields(conn), filters, by, limit)


def product(conn: sqlite3.Connection, product_id: int) -> Product:
    """One product that exists."""
    return next(
        queries.run(conn, "products", Product, {"id": product_id}, where="p.id = :id", order="p.id")
    )


def prices(conn: sqlite3.Connection, product_id: int) -> list[Price]:
    """The price history of a product, the first price first."""
    rows = conn.execute(
        "SELECT valid_from, price, cost, currency, vat FROM product_price WHERE product_id = ?"
        " ORDER BY valid_from",
        (product_id,),
    )
    return [Price(*row) for row in rows]
