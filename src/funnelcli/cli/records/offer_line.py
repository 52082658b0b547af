"""The lines of an offer: added, changed, taken out."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import offer_lines, products
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.params import OfferRef
from funnelcli.cli.results import changed
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming
from funnelcli.nouns.offer import OFFER
from funnelcli.nouns.product import PRODUCT
from funnelcli.nouns.types import DATE, UNIT
from funnelcli.pages.offer import amounts_text
from funnelcli.queries.lists import one
from funnelcli.render import Changed
from funnelcli.typed import Annotated
from funnelcli.values.numbers import percent, quantity


@gives(OFFER)
@examples(
    "funnel offer line 2026-0001 SOL-10 --quantity 2 --discount 5",
    'funnel offer line 2026-0001 --text "Scaffold" --price 450 --vat 19 --unit flat',
    "funnel offer line 2026-0001 --line 2 --quantity 3",
    "funnel offer line 2026-0001 --line 2 --remove",
)
def line(
    offer: OfferRef,
    product: Annotated[
        str | None,
        Argument(metavar="[PRODUCT]", help=N_("A product, by its number, id or name.")),
    ] = None,
    amount: Annotated[
        str | None,
        Option("--quantity", "-n", metavar="N", help=N_("How many; at first 1.")),
    ] = None,
    text: Annotated[str | None, Option("--text", metavar="TEXT", help=N_("What it says."))] = None,
    price: Annotated[
        str | None, Option("--price", metavar="AMOUNT", help=N_("Net, a unit."))
    ] = None,
    discount: Annotated[
        str | None, Option("--discount", metavar="PERCENT", help=N_("Off this line."))
    ] = None,
    vat: Annotated[
        str | None, Option("--vat", metavar="PERCENT", help=N_("Its rate of VAT."))
    ] = None,
    unit: Annotated[
        str | None, Option("--unit", metavar=UNIT, help=N_("piece, hour, flat, m² …"))
    ] = None,
    on: Annotated[
        str | None,
        Option("--on", metavar=DATE, help=N_("Whose day's price; else the offer's day.")),
    ] = None,
    which: Annotated[
        int | None,
        Option("--line", metavar="N", min=1, help=N_("Change this line, by its position.")),
    ] = None,
    remove: Annotated[bool, Option("--remove", help=N_("Take the line out."))] = False,
) -> Changed:
    """Add a line to a draft, change one, or take one out."""
    call = current()
    with call.open() as conn:
        offer_id = call.find(conn, OFFER, offer, only="draft")
        fields = _line_fields(call, conn, offer_id, amount, text, price, discount, vat, unit)
        if which is None:
            if remove:
                raise Usage(_("--line is missing."), _("Say which line with --line N."))
            if product is None and text is None:
                product = call.need(None, "PRODUCT", _("Which product? (or --text)"))
            elif product is None and vat is None:
                fields["vat"] = products.usual_vat()
        elif product is not None:
            raise Usage(
                _("A line's product cannot be changed."),
                _("Take the line out with --remove, and add another."),
            )
        elif not fields and not remove:
            raise Usage(_("Nothing to change."), _("Give --quantity, --price, --discount …"))
        product_id = None
        if product is not None:
            product_id = call.find(conn, PRODUCT, product)
        day = call.date(on)
        with call.change(conn):
            if which is None:
                position = offer_lines.add_line(
                    conn, offer_id, fields, product_id=product_id, on=day
                )
                said = _("{number}: line {n}, {amounts}")
            elif remove:
                position = which
                offer_lines.remove_line(conn, offer_id, which)
                said = _("{number}: line {n} taken out, {amounts}")
            else:
                position = which
                offer_lines.edit_line(conn, offer_id, which, fields)
                said = _("{number}: line {n} changed, {amounts}")
        found = one(conn, OFFER, offer_id)
        told = said.format(number=found.name, n=position, amounts=amounts_text(found))
        return changed(conn, OFFER, offer_id, [told])


def _line_fields(
    call: Invocation,
    conn: sqlite3.Connection,
    offer_id: int,
    amount: str | None,
    text: str | None,
    price: str | None,
    discount: str | None,
    vat: str | None,
    unit: str | None,
) -> dict[str, str | int | None]:
    """The columns of the options that were given. The price is in the offer's currency."""
    fields: dict[str, str | int | None] = {}
    if amount is not None:
        fields["quantity"] = quantity(amount, call.output.locale)
    if text is not None:
        fields["text"] = (call.long_text(text) or "").strip()
        if not fields["text"]:
            raise Usage(_("A line needs a text."), _("Give it with --text."))
    if price is not None:
        currency = offer_lines.state(conn, offer_id).currency
        fields["price"], code = call.money(price, currency)
        if code != currency:
            raise Usage(
                _("The price is in {one}, the offer in {other}.").format(one=code, other=currency),
                _("Give the price in {other}.").format(other=currency),
            )
    if discount is not None:
        fields["discount"] = percent(discount, "--discount")
    if vat is not None:
        fields["vat"] = percent(vat, "--vat")
    if unit is not None:
        fields["unit"] = naming.unit_key(conn, unit) or "piece"
    return fields
