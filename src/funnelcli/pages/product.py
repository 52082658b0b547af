"""A product's page."""

from __future__ import annotations

from collections.abc import Sequence

from funnelcli.i18n import _
from funnelcli.nouns.printed import Printed
from funnelcli.nouns.product import PRODUCT, Price, Product
from funnelcli.pages.own import own_pairs
from funnelcli.render import Block, Facts, Listing, Page, Prose
from funnelcli.values import daytext

PRINTED = Printed(data=PRODUCT, more=("prices",), parts=True)


def product_page(found: Product, history: Sequence[Price], locale: str) -> Page:
    """What is sold, and what it cost when."""
    pairs = [
        (_("Number"), found.sku),
        (_("Unit"), found.unit_name),
        (_("Valid from"), daytext.day(found.valid_from) if found.valid_from else ""),
        (_("Valid until"), daytext.day(found.valid_until) if found.valid_until else ""),
        *own_pairs(found, locale),
        (_("Public id"), found.public_id),
    ]
    title = found.name + " · " + _("product {id}").format(id=found.id)
    blocks: list[Block] = [Facts(title, [pair for pair in pairs if pair[1]])]
    if found.notes:
        blocks.append(Prose(found.notes, _("Notes")))
    prices = Listing(Price.columns(), history, title=_("Prices"))
    blocks.append(prices)
    return Page(blocks, {**found.data(), "prices": prices}, name="product")
