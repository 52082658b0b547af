"""Products: what there is to sell, with their prices."""

from __future__ import annotations

import sqlite3
from typing import Annotated

import typer

from funnelcli import config
from funnelcli.actions import products
from funnelcli.cli.commands import examples, filter_words
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import listing
from funnelcli.cli.notes import edited
from funnelcli.cli.params import At, Limit, Sort, Words
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import naming, words
from funnelcli.queries import products as stored
from funnelcli.render import Block, Changed, Column, Facts, Listing, Page, Prose
from funnelcli.values import dates
from funnelcli.values.units import unit_key

PRODUCTS: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("public_id", "Public id", table=False),
    Column("sku", "Number"),
    Column("name", "Product", flex=True),
    Column("unit", "Unit", drop=4, names=lambda key: words.read(words.UNIT, key)),
    Column("price", "Price", "money"),
    Column("cost", "Cost", "money", drop=2),
    Column("margin", "Margin", "money", drop=3),
    Column("currency", "Currency", table=False),
    Column("vat", "VAT", "percent", drop=1),
    Column("price_since", "Price since", "date", table=False),
    Column("valid_from", "From", "date", drop=6),
    Column("valid_until", "Until", "date", drop=5),
    Column("notes", "Notes", table=False),
)
PRICES: tuple[Column, ...] = (
    Column("valid_from", "From", "date"),
    Column("price", "Price", "money"),
    Column("cost", "Cost", "money"),
    Column("currency", "Currency", table=False),
    Column("vat", "VAT", "percent"),
)
Ref = Annotated[
    str, typer.Argument(metavar="PRODUCT", help=N_("Its id, number, or words of its name."))
]
PriceOption = Annotated[
    str | None, typer.Option("--price", metavar="AMOUNT", help=N_("The net list price a unit."))
]
CostOption = Annotated[
    str | None, typer.Option("--cost", metavar="AMOUNT", help=N_("Your own cost a unit; or none."))
]
VatOption = Annotated[
    str | None, typer.Option("--vat", metavar="PERCENT", help=N_("The rate of VAT, like 19."))
]
CurrencyOption = Annotated[
    str | None, typer.Option("--currency", metavar="CODE", help=N_("Its currency, like EUR."))
]
UnitOption = Annotated[
    str | None,
    typer.Option("--unit", metavar="UNIT", help=N_("piece, hour, day, month, year, m² …")),
]
From = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help=N_("The first day; or none."))
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help=N_("The last day; or none."))
]
Notes = Annotated[
    str | None, typer.Option("--notes", metavar="TEXT", help=N_("Notes; - reads standard input."))
]


def find(call: Invocation, conn: sqlite3.Connection, text: str, *, write: bool = True) -> int:
    """The product that ``text`` names: by its number first, then as every record is named."""
    row = conn.execute("SELECT id FROM product WHERE sku = ?", (text.strip(),)).fetchone()
    return int(row[0]) if row else call.find(conn, naming.PRODUCT, text, write=write)


def vat_rate(vat: str | None) -> int:
    """A rate of VAT in hundredths of a percent: as given, else the setting.

    Raises Usage where neither says it.
    """
    from funnelcli.values.numbers import percent

    text = vat if vat is not None else config.get("vat")
    if text is None:
        raise Usage(
            _("--vat is missing."),
            _("Give it with --vat, or once for all: funnel config set vat 19"),
        )
    return percent(str(text), "--vat")


def _changed(conn: sqlite3.Connection, product_id: int, lines: list[str]) -> Changed:
    return Changed(lines, stored.product(conn, product_id), PRODUCTS, id=product_id)


@examples(
    'funnel product add SOL-10 "Solar roof 10 kW" --price 12.500,00 --cost 8.900,00 --vat 19',
    'funnel product add SERV "Service" --unit hour --price 85 --vat 19 --from 2026-01-01',
    'funnel product add HAN-1 "Hand cream" --price 9,90 --vat 19 --until 2026-12-31',
)
def add(
    sku: Annotated[
        str | None, typer.Argument(metavar="NUMBER", help=N_("Its article number."))
    ] = None,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help=N_("What it is called."))
    ] = None,
    price: PriceOption = None,
    cost: CostOption = None,
    vat: VatOption = None,
    currency: CurrencyOption = None,
    unit: UnitOption = None,
    from_: From = None,
    until: Until = None,
    notes: Notes = None,
    at: At = None,
) -> Changed:
    """Add a product."""
    from funnelcli.values.money import check_currency

    call = current()
    with call.open() as conn:
        sku = call.need(sku, "NUMBER", _("What is its article number?"))
        name = call.need(name, "NAME", _("What is it called?"))
        price = call.need(price, "--price", _("What does one cost, net?"))
        usual = check_currency(currency) if currency else None
        minor, code = call.money(price, usual)
        own = None if cost in (None, "none") else _cost(call, cost, code)
        start = call.date(from_)
        day = start or dates.local_date(call.when(conn, at)).isoformat()
        first = products.Price(day, minor, own, code, vat_rate(vat))
        with call.change(conn):
            product_id = products.add(
                conn,
                sku,
                name,
                first,
                unit=unit_key(unit or "piece"),
                valid_from=start,
                valid_until=call.date(until),
                notes=call.long_text(notes),
            )
        line = _("Product {id}: {sku} {name}").format(id=product_id, sku=sku, name=name)
        return _changed(conn, product_id, [line])


def _cost(call: Invocation, text: str | None, currency: str) -> int:
    minor, code = call.money(text or "", currency)
    if code != currency:
        raise Usage(
            _("The price is in {one}, the cost in {other}.").format(one=currency, other=code),
            _("Give both in one currency."),
        )
    return minor


@examples(
    "funnel product list",
    "funnel product list is:valid 'price:>100' solar",
    "funnel product list --csv -o prices.csv",
)
def list_(words: Words = None, sort: Sort = None, limit: Limit = None) -> Listing:
    """List products."""
    return listing(
        PRODUCTS,
        stored.products,
        filter_words(words),
        sort,
        limit,
        empty=_("No products. `funnel product add` or `funnel import products` adds some."),
    )


@examples("funnel product show SOL-10", "funnel product show solar --json")
def show(product: Ref) -> Page:
    """Show a product."""
    call = current()
    with call.open() as conn:
        product_id = find(call, conn, product, write=False)
        found = stored.product(conn, product_id)
        history = stored.prices(conn, product_id)
    pairs = [
        (_("Number"), found.sku),
        (_("Unit"), words.read(words.UNIT, found.unit)),
        (_("Valid from"), found.valid_from or ""),
        (_("Valid until"), found.valid_until or ""),
        (_("Public id"), found.public_id),
    ]
    title = found.name + " · " + _("product {id}").format(id=found.id)
    blocks: list[Block] = [Facts(title, [pair for pair in pairs if pair[1]])]
    if found.notes:
        blocks.append(Prose(found.notes, _("Notes")))
    prices = Listing(PRICES, history, title=_("Prices"))
    blocks.append(prices)
    data = {column.key: getattr(found, column.key) for column in PRODUCTS}
    return Page(blocks, {**data, "prices": prices}, Listing(PRODUCTS, [found]))


@examples(
    'funnel product edit SOL-10 --name "Solar roof, 10 kW"',
    "funnel product edit SOL-10 --until 2026-12-31",
)
def edit(
    product: Ref,
    sku: Annotated[
        str | None, typer.Option("--number", metavar="NUMBER", help=N_("Its article number."))
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="TEXT", help=N_("What it is called."))
    ] = None,
    unit: UnitOption = None,
    from_: From = None,
    until: Until = None,
    notes: Notes = None,
) -> Changed:
    """Change a product; its price has a command of its own."""
    call = current()
    with call.open() as conn:
        product_id = find(call, conn, product)
        changes: dict[str, str | None] = {}
        if sku is not None:
            changes["sku"] = sku.strip()
        if name is not None:
            changes["name"] = name.strip()
        if unit is not None:
            changes["unit"] = unit_key(unit)
        if from_ is not None:
            changes["valid_from"] = call.date(from_)
        if until is not None:
            changes["valid_until"] = call.date(until)
        if notes is not None:
            changes["notes"] = None if notes == "none" else call.long_text(notes)
        if not changes:
            raise Usage(
                _("Nothing to change."),
                _("`funnel product edit --help` lists what can be changed."),
            )
        with call.change(conn):
            names = products.edit(conn, product_id, changes)
        return _changed(conn, product_id, [edited(stored.product(conn, product_id).name, names)])


@examples(
    "funnel product price SOL-10 12.900,00 --from 2027-01-01",
    "funnel product price SOL-10 --cost 9.100,00",
    "funnel product price SERV 89 --vat 7",
)
def price(
    product: Ref,
    amount: Annotated[
        str | None, typer.Argument(metavar="[AMOUNT]", help=N_("The new net price a unit."))
    ] = None,
    cost: CostOption = None,
    vat: VatOption = None,
    currency: CurrencyOption = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help=N_("The day it holds from; else today.")),
    ] = None,
) -> Changed:
    """Change a price from a day on; what it was before stays on file."""
    from funnelcli.values.money import check_currency

    call = current()
    if amount is None and cost is None and vat is None:
        raise Usage(_("Nothing to change."), _("Give a new price, --cost or --vat."))
    with call.open() as conn:
        product_id = find(call, conn, product)
        day = call.date(from_) or dates.today().isoformat()
        before = products.price_on(conn, product_id, day)
        usual = check_currency(currency) if currency else before and before.currency
        if amount is not None:
            minor, code = call.money(amount, usual)
        elif before is not None:
            minor, code = before.price, before.currency
        else:
            raise Usage(_("AMOUNT is missing."), _("Give the price that holds from then on."))
        same = before is not None and before.currency == code
        own = before.cost if before is not None and same else None
        if cost is not None:
            own = None if cost == "none" else _cost(call, cost, code)
        rate = before.vat if before is not None and vat is None else vat_rate(vat)
        with call.change(conn):
            new = products.set_price(conn, product_id, products.Price(day, minor, own, code, rate))
        name = stored.product(conn, product_id).name
        line = (
            _("{name}: another price from {day} on").format(name=name, day=day)
            if new
            else edited(name, [])
        )
        return _changed(conn, product_id, [line])


@examples("funnel product remove HAN-1", "funnel product remove 3 4 5 --yes")
def remove(
    product: Annotated[
        list[str], typer.Argument(metavar="PRODUCT...", help=N_("Ids, numbers, or words."))
    ],
) -> Changed:
    """Remove products."""
    call = current()
    with call.open() as conn:
        ids = list(dict.fromkeys(find(call, conn, text) for text in product))
        lines = [
            _("Removed product {id}: {name}").format(id=i, name=stored.product(conn, i).name)
            for i in ids
        ]
        if len(ids) > 2:
            text = ngettext("Remove {n} product?", "Remove {n} products?", len(ids))
            call.confirm(text.format(n=len(ids)))
        with call.change(conn):
            products.remove(conn, ids)
    return Changed(lines, ids=ids)
