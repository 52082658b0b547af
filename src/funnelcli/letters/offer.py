"""What an offer's letter says, as its templates get it: every value is text, written out."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

from funnelcli import config, letters
from funnelcli.actions.offer_lines import totals_of
from funnelcli.nouns.offer import OFFER, OfferLine
from funnelcli.queries import offers as stored
from funnelcli.queries.lists import one
from funnelcli.values import dates
from funnelcli.values.money import format_money
from funnelcli.values.numbers import shown, shown_percent


def values(conn: sqlite3.Connection, offer_id: int, lang: str) -> dict[str, Any]:
    """The values of an offer's letter in ``lang``; docs/offers.md lists them for whoever writes
    a template."""
    t = letters.texts(lang)
    locale = letters.locale_for(lang)
    offer = one(conn, OFFER, offer_id)
    totals = totals_of(conn, offer_id)
    whole = round(offer.discount * 100)

    def money(minor: int) -> str:
        return format_money(minor, offer.currency, locale)

    def off(line: OfferLine) -> str:
        parts = [
            shown_percent(round(p * 100), locale) for p in (line.discount, offer.discount) if p
        ]
        return " + ".join(parts)

    lines = [
        {
            "position": str(line.position),
            "sku": line.sku or "",
            "text": line.text,
            "quantity": _quantity(line, t["units"], locale),
            "price": money(line.price),
            "discount": off(line),
            "vat": shown_percent(round(line.vat * 100), locale),
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
    name, address = _recipient(conn, offer.contact_id)
    return {
        "t": t,
        "lang": lang,
        "sender": letters.sender(),
        "recipient": address,
        "title": title,
        "draft": offer.status == "draft",
        "binding": offer.binding,
        "number": offer.name,
        "deal": offer.deal,
        "date": _day(day, locale),
        "valid_until": until or "",
        "salutation": t["salutation_name"].format(name=name) if name else t["salutation"],
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
        "whole_discount": t["whole_discount"].format(percent=shown_percent(whole, locale))
        if whole
        else "",
        "terms": terms.format(day=until),
        "closing": offer.closing or t["closing"],
    }


def _quantity(line: OfferLine, units: dict[str, str], locale: str) -> str:
    """A quantity with its unit; a flat rate is not counted."""
    unit = units.get(line.unit, line.unit)
    if line.unit == "flat" and line.quantity == 1:
        return unit
    return f"{shown(round(line.quantity * 1000), 3, locale)} {unit}".strip()


def _day(day: date, locale: str) -> str:
    from babel.dates import format_date

    return str(format_date(day, "long", locale=locale))


def _recipient(conn: sqlite3.Connection, contact_id: int | None) -> tuple[str, list[str]]:
    """The name to greet, "" for an organisation, and the lines of the address.

    A person's letter goes to their organisation where they have no address of their own. The
    country stands below only where it is not the sender's.
    """
    if contact_id is None:
        return "", []
    columns = "kind, name, organisation_id, street, postcode, town, country"
    query = f"SELECT {columns} FROM contact WHERE id = ?"
    kind, name, organisation_id, *place = conn.execute(query, (contact_id,)).fetchone()
    lines = [name]
    if organisation_id is not None:
        _kind, employer, _above, *at_work = conn.execute(query, (organisation_id,)).fetchone()
        lines.insert(0, employer)
        if not any(place[:3]):
            place = at_work
    street, postcode, town, country = place
    lines += [street or "", " ".join(filter(None, (postcode, town)))]
    if country and country.upper() != str(config.get("region")).upper():
        lines.append(country.upper())
    return name if kind == "person" else "", [line for line in lines if line]
