"""Products: what there is to sell, with the price that holds today."""

from __future__ import annotations

from funnelcli.i18n import N_, NN_, pick
from funnelcli.nouns.field import Ask, Option, derived, field, notes
from funnelcli.nouns.noun import Naming, Noun, Says, noted
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import (
    AMOUNT,
    CURRENCY,
    DATE,
    DUE,
    HUNDREDTHS,
    ID,
    TEXT,
    UNIT,
)


class Product(Record):
    """A product; ``vat`` is out of 100, ``margin`` is price less own cost a unit."""

    id: int = field("Id", ID, "p.id")
    public_id: str = field("Public id", table=False)
    sku: str = field(
        "Number",
        TEXT.called("NUMBER"),
        "p.sku",
        option=Option("--number", N_("Its article number."), on="edit"),
        heard="sku, number, article number, article no, item number, item no, product code,"
        " product number, artikelnummer, artikel nr, artikelnr, art nr, art.nr., art. nr.,"
        " nummer",
    )
    name: str = field(
        "Product",
        ask=Ask("p.search", sort="p.search", folded=True),
        option=Option("--name", N_("What it is called."), on="edit"),
        flex=True,
        heard="name, product, product name, article, item, description, title, artikel, produkt,"
        " bezeichnung, artikelbezeichnung",
    )
    unit: str = field(
        "Unit",
        UNIT,
        Ask("p.unit"),
        option=Option("--unit", N_("piece, hour, day, month, year, m² …")),
        drop=4,
        shown=lambda row: row.unit_name,
        heard="unit, unit of measure, uom, einheit, mengeneinheit, me",
    )
    unit_en: str | None
    unit_de: str | None
    price: int | None = field(
        "Price",
        AMOUNT,
        Ask("r.price", currency="r.currency"),
        option=Option("--price", N_("The net list price a unit."), on="add"),
        heard="price, net price, list price, unit price, sales price, preis, nettopreis,"
        " preis netto, listenpreis, verkaufspreis, vk, vk netto, einzelpreis",
    )
    cost: int | None = field(
        "Cost",
        AMOUNT,
        Ask("r.cost", currency="r.currency"),
        option=Option("--cost", N_("Your own cost a unit; or none."), on="add price"),
        drop=2,
        heard="cost, own cost, unit cost, purchase price, kosten, einkaufspreis, ek, ek netto,"
        " selbstkosten",
    )

    @derived("Margin", AMOUNT, drop=3)
    def margin(self) -> int | None:
        """What is left of the price, in minor units; None where the cost is not known."""
        return None if self.price is None or self.cost is None else self.price - self.cost

    currency: str = field(
        "Currency",
        CURRENCY,
        Ask("r.currency"),
        option=Option("--currency", N_("Its currency, like EUR."), on="add price"),
        table=False,
        heard="currency, währung",
    )
    vat: int | float | None = field(
        "VAT",
        HUNDREDTHS,
        option=Option("--vat", N_("The rate of VAT, like 19."), on="add price"),
        drop=1,
        heard="vat, vat rate, vat %, tax, tax rate, mwst, mwst., mwst %, ust, ust., ust %,"
        " steuersatz, umsatzsteuer, mehrwertsteuer",
    )
    price_since: str | None = field(
        "Price since", DATE, table=False, heard="price since, preis seit, preis ab"
    )
    valid_from: str | None = field(
        "From",
        DATE,
        Ask("p.valid_from", "from"),
        option=Option("--from", N_("The first day; or none.")),
        drop=6,
        heard="valid from, from, gültig ab, gültig von, ab",
    )
    valid_until: str | None = field(
        "Until",
        DUE,
        Ask("p.valid_until", "until"),
        option=Option("--until", N_("The last day; or none."), after="valid_from"),
        drop=5,
        heard="valid until, valid to, until, gültig bis, bis",
    )
    notes: str | None = notes("notes, note, notiz, notizen, bemerkung")

    @property
    def unit_name(self) -> str:
        """The unit as people read it."""
        return pick(self.unit_en or "", self.unit_de or "") or self.unit


class Price(Record):
    """One price of a product's history; ``vat`` is out of 100."""

    valid_from: str = field("Valid from", DATE)
    price: int = field("Price", AMOUNT)
    cost: int | None = field("Cost", AMOUNT)
    currency: str = field("Currency", table=False)
    vat: int | float = field("VAT", HUNDREDTHS)


PRODUCT = Noun(
    "product",
    Product,
    query="products",
    alias="p",
    order="p.sku, p.id",
    named=Naming("r.search", "r.name || ' · ' || r.sku", number="sku", keyed="name || ' ' || sku"),
    says=Says(
        N_("No product is called {name}."),
        N_("No products. `funnel product add` or `funnel import products` adds some."),
        N_("Removed product {id}: {name}"),
        NN_("Remove {n} product?", "Remove {n} products?"),
        absent=N_("There is no product {name}."),
    ),
    flags={
        "valid": "(p.valid_from IS NULL OR p.valid_from <= :today)"
        " AND (p.valid_until IS NULL OR p.valid_until >= :today)",
        "ended": "p.valid_until < :today",
    },
    search=["p.search"],
    beside=[noted("p.notes")],
)
