"""How offers look: their columns, an offer's page, and their part of a deal's page."""

from __future__ import annotations

import sqlite3
from typing import Any

from funnelcli.cli.invocation import Invocation
from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.queries import offers as stored
from funnelcli.render import Block, Column, Facts, Listing, Page, Prose
from funnelcli.values.money import format_money

_STYLES = {"accepted": "good", "declined": "bad", "expired": "bad", "sent": "warn"}

OFFERS: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("public_id", "Public id", table=False),
    Column("number", "Number"),
    Column("version", "V.", "int", drop=8),
    Column("deal_id", "Deal id", "id", table=False),
    Column("deal", "Deal", flex=True, drop=2),
    Column("contact_id", "Contact id", "id", table=False),
    Column("contact", "Contact", flex=True, drop=4),
    Column(
        "status",
        "Status",
        names=lambda key: words.read(words.OFFER_STATUS, key),
        style=lambda offer: _STYLES.get(offer.status, ""),
    ),
    Column("binding", "Binding", "flag", table=False),
    Column("net", "Net", "money"),
    Column("vat", "VAT", "money", table=False),
    Column("gross", "Gross", "money", drop=3),
    Column("currency", "Currency", table=False),
    Column("discount", "Discount", "percent", table=False),
    Column("list_net", "At list price", "money", table=False),
    Column("concession", "Concession", "money", drop=6),
    Column("cost", "Cost", "money", table=False),
    Column("costed_net", "Net with known cost", "money", table=False),
    Column("margin", "Margin", "money", drop=7),
    Column("line_count", "Lines", "int", table=False),
    Column("valid_until", "Until", "date", drop=1),
    Column("intro", "Intro", table=False),
    Column("closing", "Closing", table=False),
    Column("note", "Note", table=False),
    Column("created_at", "Begun", "instant", table=False),
    Column("sent_at", "Sent", "instant", drop=5),
    Column("decided_at", "Decided", "instant", table=False),
)
# What today's view shows of those that run out.
RUNNING_OUT: tuple[Column, ...] = (
    Column("number", "Offer", shown=lambda offer: offer.name, drop=2),
    Column("deal", "Deal", flex=True),
    Column("contact", "Contact", flex=True, drop=4),
    Column("net", "Net", "money", drop=3),
    Column(
        "valid_until",
        "Until",
        "date",
        style=lambda offer: "bad" if offer.status == "expired" else "warn",
    ),
)


def line_columns(locale: str) -> tuple[Column, ...]:
    """The columns of an offer's lines; quantities as ``locale`` writes them."""
    from funnelcli.values.numbers import shown, shown_percent

    def amount(line: stored.OfferLine) -> str:
        unit = words.read(words.UNIT, line.unit)
        return f"{shown(round(line.quantity * 1000), 3, locale)} {unit}"

    def off(line: stored.OfferLine) -> str:
        return shown_percent(round(line.discount * 100), locale) if line.discount else ""

    return (
        Column("position", "Line", "int"),
        Column("product_id", "Product id", "id", table=False),
        Column("sku", "Number", drop=5),
        Column("text", "Text", flex=True),
        Column("quantity", "Quantity", shown=amount, drop=2),
        Column("unit", "Unit", table=False),
        Column("price", "Price", "money", drop=1),
        Column("discount", "Discount", "percent", shown=off, drop=3),
        Column(
            "vat",
            "VAT",
            "percent",
            drop=4,
            shown=lambda line: shown_percent(round(line.vat * 100), locale),
        ),
        Column("net", "Net", "money"),
        Column("list_price", "List price", "money", table=False),
        Column("cost", "Cost", "money", table=False),
        Column("currency", "Currency", table=False),
    )


def _share(part: int, whole: int, locale: str) -> str:
    """``part`` of ``whole`` as a percentage with one decimal."""
    from funnelcli.values.money import format_share

    if whole <= 0:
        return "–"
    text = format_share(abs(part) * 1000, whole * 1000, locale)
    return f"-{text}" if part < 0 else text


def concession(offer: stored.Offer, locale: str) -> str:
    """What an offer gives away against list price, in money and per cent."""
    return (
        f"{format_money(offer.concession, offer.currency, locale)}"
        f" ({_share(offer.concession, offer.list_net, locale)})"
    )


def margin(offer: stored.Offer, locale: str) -> str:
    """What an offer leaves above own cost, in money and per cent of net; with a word where the
    cost of some lines is not known."""
    if offer.margin is None:
        return ""
    text = (
        f"{format_money(offer.margin, offer.currency, locale)}"
        f" ({_share(offer.margin, offer.costed_net, locale)})"
    )
    if offer.costed_net != offer.net:
        known = format_money(offer.costed_net, offer.currency, locale)
        text += ", " + _("on {net} whose cost is known").format(net=known)
    return text


VERSION_COLUMNS = (
    "number",
    "version",
    "status",
    "net",
    "concession",
    "margin",
    "valid_until",
    "sent_at",
)


def _versions(offers: list[stored.Offer]) -> Listing:
    """Versions side by side, with what each gives away and leaves."""
    by_key = {column.key: column for column in OFFERS}
    columns = [
        Column(
            key,
            by_key[key].title,
            by_key[key].kind,
            shown=by_key[key].shown,
            names=by_key[key].names,
            style=by_key[key].style,
            drop={"sent_at": 3, "valid_until": 2, "margin": 1}.get(key, 0),
        )
        for key in VERSION_COLUMNS
    ]
    return Listing(columns, offers)


def record(offer: stored.Offer) -> dict[str, Any]:
    """The offer as ``offer list --json`` prints it."""
    return {column.key: getattr(offer, column.key) for column in OFFERS}


def offer_page(call: Invocation, conn: sqlite3.Connection, offer_id: int) -> Page:
    """An offer with its lines, totals, what it gives away, and its versions."""
    from funnelcli.actions.offer_lines import totals_of
    from funnelcli.values.numbers import share, shown_percent

    locale = call.output.locale
    offer = stored.offer(conn, offer_id)
    lines = stored.lines(conn, offer_id)
    totals = totals_of(conn, offer_id)
    versions = stored.versions(conn, offer.number)

    def money(minor: int) -> str:
        return format_money(minor, offer.currency, locale)

    binding = _("binding") if offer.binding else _("non-binding")
    pairs = [
        (_("Deal"), offer.deal),
        (_("Contact"), offer.contact or ""),
        (_("Status"), f"{words.read(words.OFFER_STATUS, offer.status)}, {binding}"),
        (_("Valid until"), offer.valid_until or ""),
        (
            _("Discount"),
            shown_percent(round(offer.discount * 100), locale) if offer.discount else "",
        ),
        (_("Note"), offer.note or ""),
        (_("Public id"), offer.public_id),
    ]
    title = offer.name + " · " + _("offer {id}").format(id=offer.id)
    blocks: list[Block] = [Facts(title, [pair for pair in pairs if pair[1]])]
    if offer.intro:
        blocks.append(Prose(offer.intro, _("Intro")))
    listing = Listing(
        line_columns(locale),
        lines,
        title=_("Lines"),
        empty=_("No lines. `funnel offer line {number} PRODUCT` adds one.").format(
            number=offer.number
        ),
    )
    blocks.append(listing)
    sums = [(_("Net"), money(totals.net))]
    sums += [
        (
            _("VAT {rate} on {net}").format(
                rate=shown_percent(tax.rate, locale), net=money(tax.net)
            ),
            money(tax.vat),
        )
        for tax in totals.taxes
    ]
    sums += [
        (_("Gross"), money(totals.gross)),
        (_("At list price"), money(offer.list_net)),
        (_("Concession"), concession(offer, locale)),
        (_("Margin"), margin(offer, locale)),
    ]
    blocks.append(Facts(_("Totals"), [pair for pair in sums if pair[1]]))
    if offer.closing:
        blocks.append(Prose(offer.closing, _("Closing")))
    if len(versions) > 1:
        shown = _versions(versions)
        shown.title = _("Versions")
        blocks.append(shown)
    data = record(offer)
    data["lines"] = Listing(line_columns(locale), lines)
    data["taxes"] = [
        {"rate": share(tax.rate, 2), "net": tax.net, "vat": tax.vat} for tax in totals.taxes
    ]
    data["versions"] = [
        {
            key: getattr(version, key)
            for key in ("id", "version", "status", "net", "list_net", "concession", "margin")
        }
        for version in versions
    ]
    return Page(blocks, data, Listing(line_columns(locale), lines))


def deal_offers(conn: sqlite3.Connection, deal_id: int) -> Listing | None:
    """A deal's offers, version by version, with what each gave away; None without any."""
    offers = stored.of_deal(conn, deal_id)
    if not offers:
        return None
    shown = _versions(offers)
    shown.title = _("Offers")
    return shown
