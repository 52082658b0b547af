"""How offers look: their columns, an offer's page, and their part of a deal's page."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import _
from funnelcli.nouns.attachment import ATTACHMENT
from funnelcli.nouns.offer import OFFER, Offer, OfferLine
from funnelcli.nouns.printed import Printed
from funnelcli.pages.attachment import files_listing
from funnelcli.queries import attachments
from funnelcli.queries import offers as stored
from funnelcli.queries.lists import one
from funnelcli.render import Block, Column, Facts, Listing, Page, Prose
from funnelcli.values import daytext
from funnelcli.values.money import format_money, money_text
from funnelcli.values.moneyformat import Minor

# What today's view shows of those that run out.
RUNNING_OUT: tuple[Column, ...] = (
    Column("number", "Offer", shown=lambda offer: offer.name, drop=2),
    Column("deal", "Deal", flex=True),
    Column("contact", "Contact", flex=True),
    Column("net", "Net", "money", drop=3),
    Column(
        "valid_until",
        "Until",
        "date",
        style=lambda offer: "bad" if offer.status == "expired" else "warn",
    ),
)


PRINTED = Printed(data=OFFER, more=("lines", "taxes", "versions", "files"), parts=True)
# A letter is no rows.
LETTER = PRINTED._replace(parts=False)


def amounts_text(offer: Offer) -> str:
    """Net and gross in one phrase."""
    return _("{net} net, {gross} gross").format(
        net=money_text(offer.net, offer.currency),
        gross=money_text(offer.gross, offer.currency),
    )


def line_columns(conn: sqlite3.Connection, locale: str) -> tuple[Column, ...]:
    """The columns of an offer's lines; quantities as ``locale`` writes them."""
    from funnelcli.queries.units import unit_names
    from funnelcli.values.numbers import shown_quantity, shown_rate

    called = unit_names(conn)

    def amount(line: OfferLine) -> str:
        return f"{shown_quantity(line.quantity, locale)} {called(line.unit, line.quantity)}"

    def off(line: OfferLine) -> str:
        return shown_rate(line.discount, locale) if line.discount else ""

    def vat(line: OfferLine) -> str:
        return shown_rate(line.vat, locale)

    by_locale = {"quantity": amount, "discount": off, "vat": vat}
    return tuple(column._replace(shown=by_locale.get(column.key)) for column in OfferLine.columns())


def _share(part: int, whole: int, locale: str) -> str:
    """``part`` of ``whole`` as a percentage with one decimal."""
    from funnelcli.values.money import format_share

    if whole <= 0:
        return "–"
    text = format_share(abs(part) * 1000, whole * 1000, locale)
    return f"-{text}" if part < 0 else text


def concession(offer: Offer, locale: str) -> str:
    """What an offer gives away against list price, in money and per cent."""
    return (
        f"{format_money(offer.concession, offer.currency, locale)}"
        f" ({_share(offer.concession, offer.list_net, locale)})"
    )


def margin(offer: Offer, locale: str) -> str:
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


def _versions(offers: list[Offer]) -> Listing:
    """Versions side by side, with what each gives away and leaves."""
    by_key = {column.key: column for column in OFFER.columns}
    drops = {"sent_at": 3, "valid_until": 2, "margin": 1}
    columns = [by_key[key]._replace(drop=drops.get(key, 0)) for key in VERSION_COLUMNS]
    return Listing(columns, offers)


def offer_page(conn: sqlite3.Connection, offer_id: int, locale: str) -> Page:
    """An offer with its lines, totals, what it gives away, its versions and its files."""
    from funnelcli.actions.offer_lines import totals_of
    from funnelcli.values.numbers import share, shown_percent, shown_rate

    offer = one(conn, OFFER, offer_id)
    lines = stored.lines(conn, offer_id)
    totals = totals_of(conn, offer_id)
    versions = stored.versions(conn, offer.number)

    def money(minor: int) -> str:
        return format_money(minor, offer.currency, locale)

    binding = _("binding") if offer.binding else _("non-binding")
    pairs = [
        (_("Deal"), offer.deal),
        (_("Contact"), offer.contact or ""),
        (_("Status"), f"{offer.status_name}, {binding}"),
        (_("Valid until"), daytext.beside(offer.valid_until) if offer.valid_until else ""),
        (_("Discount"), shown_rate(offer.discount, locale) if offer.discount else ""),
        (_("Note"), offer.note or ""),
        (_("Public id"), offer.public_id),
    ]
    title = offer.name + " · " + _("offer {id}").format(id=offer.id)
    blocks: list[Block] = [Facts(title, [pair for pair in pairs if pair[1]])]
    if offer.intro:
        blocks.append(Prose(offer.intro, _("Intro")))
    listing = Listing(
        line_columns(conn, locale),
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
    files = attachments.of_record(conn, "offer", offer_id)
    if files:
        blocks.append(files_listing(files))
    data = offer.data()
    data["lines"] = Listing(line_columns(conn, locale), lines)
    data["taxes"] = [
        {
            "rate": share(tax.rate, 2),
            "net": Minor(tax.net, offer.currency),
            "vat": Minor(tax.vat, offer.currency),
        }
        for tax in totals.taxes
    ]
    names = ("id", "version", "status", "net", "list_net", "concession", "margin")
    data["versions"] = [{name: version.data()[name] for name in names} for version in versions]
    data["files"] = Listing(ATTACHMENT.columns, files)
    return Page(blocks, data, name="offer")


def deal_offers(conn: sqlite3.Connection, deal_id: int) -> Listing | None:
    """A deal's offers, version by version, with what each gave away; None without any."""
    offers = stored.of_deal(conn, deal_id)
    if not offers:
        return None
    shown = _versions(offers)
    shown.title = _("Offers")
    return shown
