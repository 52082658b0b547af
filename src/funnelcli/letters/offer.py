"""What an offer's letter says, as its templates get it: every value is text, written out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from typing import Any

from funnelcli import config, letters
from funnelcli.actions.offer_lines import totals_of
from funnelcli.i18n import LANGUAGES, language
from funnelcli.letters.greeting import Addressee, address, addressee, greeting
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.offer import OFFER, OfferLine
from funnelcli.queries import offers as stored
from funnelcli.queries.lists import one
from funnelcli.queries.units import uncounted, unit_names
from funnelcli.values import dates
from funnelcli.values.money import format_money
from funnelcli.values.numbers import shown_percent, shown_quantity, shown_rate


def values(conn: sqlite3.Connection, offer_id: int, lang: str) -> dict[str, Any]:
    """The values of an offer's letter in ``lang``; docs/offers.md lists them for whoever writes
    a template."""
    t = letters.texts(lang)
    locale = letters.locale_for(lang)
    offer = one(conn, OFFER, offer_id)
    totals = totals_of(conn, offer_id)

    def money(minor: int) -> str:
        return format_money(minor, offer.currency, locale)

    def off(line: OfferLine) -> str:
        parts = [shown_rate(p, locale) for p in (line.discount, offer.discount) if p]
        return " + ".join(parts)

    quantity = _quantities(conn, t, lang, locale)
    lines = [
        {
            "position": str(line.position),
            "sku": line.sku or "",
            "text": line.text,
            "quantity": quantity(line),
            "price": money(line.price),
            "discount": off(line),
            "vat": shown_rate(line.vat, locale),
            "net": money(line.net),
        }
        for line in stored.lines(conn, offer_id)
    ]
    day = dates.local_date(offer.sent_at or offer.created_at)
    until = offer.valid_until and _day(date.fromisoformat(offer.valid_until), locale)
    terms = t[("binding" if offer.binding else "non_binding") + ("" if until else "_open")]
    title = t["offer_binding" if offer.binding else "offer_non_binding"] + f" {offer.number}"
    if offer.version > 1:
        title += ", " + t["version"].format(n=offer.version)
    person, lines_of_address = _recipient(conn, offer.contact_id, t)
    return {
        "t": t,
        "lang": lang,
        "sender": letters.sender(),
        "recipient": lines_of_address,
        "title": title,
        "draft": offer.status == "draft",
        "binding": offer.binding,
        "number": offer.name,
        "deal": offer.deal,
        "date": _day(day, locale),
        "valid_until": until or "",
        "salutation": greeting(person, t) if person else t["salutation"],
        "intro": offer.intro or t["intro"],
        "lines": lines,
        "discounts": any(line["discount"] for line in lines),
        "at_list": money(offer.list_net),
        "saved": money(offer.concession) if offer.concession > 0 else "",
        "net": money(offer.net),
        "taxes": [
            {
                "label": t["vat"].format(rate=shown_percent(tax.rate, locale), net=money(tax.net)),
                "rate": shown_percent(tax.rate, locale),
                "net": money(tax.net),
                "vat": money(tax.vat),
            }
            for tax in totals.taxes
        ],
        "gross": money(offer.gross),
        "whole_discount": t["whole_discount"].format(percent=shown_rate(offer.discount, locale))
        if offer.discount
        else "",
        "terms": terms.format(day=until),
        "closing": offer.closing or t["closing"],
    }


def _quantities(
    conn: sqlite3.Connection, t: dict[str, Any], lang: str, locale: str
) -> Callable[[OfferLine], str]:
    """What writes a line's quantity with its unit, "1 Jahr", "2 Jahre", in the words of letters,
    else those of the catalogue; a flat rate is not counted."""
    called, flat = unit_names(conn, lang), uncounted(conn)

    def quantity(line: OfferLine) -> str:
        units = {**t["units"], **t["unit"]} if line.quantity == 1 else t["units"]
        known = units.get(line.unit)
        unit = called(line.unit, line.quantity) if known is None else str(known)
        if line.unit in flat and line.quantity == 1:
            return unit
        return f"{shown_quantity(line.quantity, locale)} {unit}".strip()

    return quantity


def _day(day: date, locale: str) -> str:
    from babel.dates import format_date

    return str(format_date(day, "long", locale=locale))


def language_for(conn: sqlite3.Connection, offer_id: int) -> str:
    """The language that an offer's contact is written to, where letters speak it; else the one
    spoken now."""
    contact_id = one(conn, OFFER, offer_id).contact_id
    tag = one(conn, CONTACT, contact_id).language if contact_id is not None else None
    primary = (tag or "").partition("-")[0]
    return primary if primary in LANGUAGES else language()


def _recipient(
    conn: sqlite3.Connection, contact_id: int | None, t: dict[str, Any]
) -> tuple[Addressee | None, list[str]]:
    """The person to greet, None for an organisation, and the lines of the address.

    A person's letter goes to their organisation where they have no address of their own. The
    country stands below only where it is not the sender's.
    """
    if contact_id is None:
        return None, []
    contact = at = one(conn, CONTACT, contact_id)
    person = addressee(contact) if contact.kind == "person" else None
    lines = [contact.name if person is None else address(person, t)]
    if contact.organisation_id is not None:
        employer = one(conn, CONTACT, contact.organisation_id)
        lines.insert(0, employer.name)
        if not (contact.street or contact.postcode or contact.town):
            at = employer
    lines += [at.street or "", " ".join(filter(None, (at.postcode, at.town)))]
    if at.country and at.country.upper() != str(config.get("region")).upper():
        lines.append(at.country.upper())
    return person, [line for line in lines if line]
