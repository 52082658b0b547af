"""Products: what there is to sell, with their prices."""

from __future__ import annotations

from collections.abc import Mapping

from funnelcli.actions import products
from funnelcli.cli import own_values
from funnelcli.cli.changing import changing
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.entries import read
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import lister
from funnelcli.cli.params import At
from funnelcli.cli.removing import removing
from funnelcli.cli.results import changed, edited
from funnelcli.cli.taking import Given, takes
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns.product import PRODUCT
from funnelcli.nouns.types import DATE
from funnelcli.pages.product import PRINTED, product_page
from funnelcli.queries.lists import one
from funnelcli.queries.products import prices
from funnelcli.render import Changed, Page
from funnelcli.typed import Annotated, Any
from funnelcli.values import dates, daytext
from funnelcli.values.nothing import is_nothing

Ref = Annotated[str, Argument(metavar="PRODUCT", help=N_("Its id, number, or words of its name."))]


def _vat(fields: Mapping[str, Any]) -> int:
    """The rate of VAT in hundredths of a percent: as given, else the setting."""
    return fields["vat"] if fields.get("vat") is not None else products.usual_vat()


@takes(PRODUCT.options("add"), own=(PRODUCT, "add"))
@gives(PRODUCT)
@examples(
    'funnel product add SOL-10 "Solar roof 10 kW" --price 12.500,00 --cost 8.900,00 --vat 19',
    'funnel product add SERV "Service" --unit hour --price 85 --vat 19 --from 2026-01-01',
    'funnel product add HAN-1 "Hand cream" --price 9,90 --vat 19 --until 2026-12-31',
)
def add(
    sku: Annotated[str | None, Argument(metavar="NUMBER", help=N_("Its article number."))] = None,
    name: Annotated[str | None, Argument(metavar="NAME", help=N_("What it is called."))] = None,
    at: At = None,
    *,
    given: Given,
) -> Changed:
    """Add a product."""

    call = current()
    with call.open() as conn:
        sku = call.need(sku, "NUMBER", _("What is its article number?"))
        name = call.need(name, "NAME", _("What is it called?"))
        price = call.need(given.get("price"), "--price", _("What does one cost, net?"))
        fields = read(call, conn, PRODUCT, given)
        minor, code = call.money(price, said=fields.get("currency"))
        cost = _cost(call, given.get("cost"), code)
        start = fields.get("valid_from")
        day = start or dates.local_date(call.when(conn, at)).isoformat()
        first = products.Price(day, minor, cost, code, _vat(fields))
        own = own_values.read(call, conn, PRODUCT, given)
        with call.change(conn):
            product_id = products.add(
                conn,
                sku,
                name,
                first,
                unit=fields.get("unit") or "piece",
                valid_from=start,
                valid_until=fields.get("valid_until"),
                notes=fields.get("notes"),
            )
            own_values.put(conn, PRODUCT, product_id, own)
        line = _("Product {id}: {sku} {name}").format(id=product_id, sku=sku, name=name)
        return changed(conn, PRODUCT, product_id, [line])


def _cost(call: Invocation, text: str | None, currency: str) -> int | None:
    """The own cost in minor units of the price's currency; None for "none"."""
    if text is None or is_nothing(text):
        return None
    minor, code = call.money(text or "", currency)
    if code != currency:
        raise Usage(
            _("The price is in {one}, the cost in {other}.").format(one=currency, other=code),
            _("Give both in one currency."),
        )
    return minor


list_ = lister(
    PRODUCT,
    "funnel product list",
    "funnel product list is:valid 'price:>100' solar",
    "funnel product list --csv -o prices.csv",
)


@gives(PRINTED)
@examples("funnel product show SOL-10", "funnel product show solar --json")
def show(product: Ref) -> Page:
    """Show a product."""
    call = current()
    with call.open() as conn:
        product_id = call.find(conn, PRODUCT, product, write=False)
        return product_page(
            one(conn, PRODUCT, product_id), prices(conn, product_id), call.output.locale
        )


edit = changing(
    PRODUCT,
    products.edit,
    'funnel product edit SOL-10 --name "Solar roof, 10 kW"',
    "funnel product edit SOL-10 --until 2026-12-31",
    ref=Ref,
    name=lambda product: product.name,
)


@takes(PRODUCT.options("price"))
@gives(PRODUCT)
@examples(
    "funnel product price SOL-10 12.900,00 --from 2027-01-01",
    "funnel product price SOL-10 --cost 9.100,00",
    "funnel product price SERV 89 --vat 7",
)
def price(
    product: Ref,
    amount: Annotated[
        str | None, Argument(metavar="[AMOUNT]", help=N_("The new net price a unit."))
    ] = None,
    from_: Annotated[
        str | None,
        Option("--from", metavar=DATE, help=N_("The day it holds from; else today.")),
    ] = None,
    *,
    given: Given,
) -> Changed:
    """Change a price from a day on; what it was before stays on file."""
    call = current()
    if amount is None and not given:
        raise Usage(_("Nothing to change."), _("Give a new price, --cost, --currency or --vat."))
    with call.open() as conn:
        product_id = call.find(conn, PRODUCT, product)
        day = call.date(from_) or dates.today().isoformat()
        before = products.price_on(conn, product_id, day)
        fields = read(call, conn, PRODUCT, given)
        code = fields.get("currency") or (None if before is None else before.currency)
        own = None
        if amount is not None:
            minor, code = call.money(amount, code, said=fields.get("currency"))
            # What the goods cost in another currency, only the user knows.
            if before is not None and before.currency == code:
                own = before.cost
        elif before is not None:
            _day, minor, own, code, _rate = products.in_currency(before, code or before.currency)
        else:
            raise Usage(_("AMOUNT is missing."), _("Give the price that holds from then on."))
        costless = own is None and before is not None and before.cost is not None
        if "cost" in given:
            own = _cost(call, given["cost"], code)
        rate = before.vat if before is not None and "vat" not in fields else _vat(fields)
        with call.change(conn):
            new = products.set_price(conn, product_id, products.Price(day, minor, own, code, rate))
        name = one(conn, PRODUCT, product_id).name
        line = (
            _("{name}: another price from {day} on").format(name=name, day=daytext.day(day))
            if new
            else edited(PRODUCT, name, [])
        )
        warnings = (
            [_("{name} has no own cost in {currency}: --cost").format(name=name, currency=code)]
            if costless and "cost" not in given
            else []
        )
        return changed(conn, PRODUCT, product_id, [line], warnings)


remove = removing(
    PRODUCT,
    products.remove,
    "funnel product remove HAN-1",
    "funnel product remove 3 4 5 --yes",
    help=N_("Ids, numbers, or words."),
)
