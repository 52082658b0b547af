"""What an offer's letter says, as its templates get it: every value is text, written out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date

from funnelcli import config, letters
from funnelcli.actions.offer_lines import reckoned_lines
from funnelcli.i18n import LANGUAGES, language
from funnelcli.letters import templates
from funnelcli.letters.greeting import Addressee, address, addressee, greeting
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.offer import OFFER, Offer, OfferLine
from funnelcli.queries import offers as stored
from funnelcli.queries.lists import one
from funnelcli.queries.units import uncounted, unit_names
from funnelcli.typed import Any
from funnelcli.values import dates, localenames
from funnelcli.values.money import format_money
from funnelcli.values.numbers import shown_percent, shown_quantity, shown_rate
from funnelcli.values.totals import gross_lines, gross_list, totals

# In a table of 9.5 pt: how broad a bold letter or digit is at most, those that are narrower or
# broader, and what is between two columns (mm).
_SIGN = 1.95
_OTHER = {
    **dict.fromkeys(" \xa0\u202f.,:;'’|ijlI", 1.15),
    **dict.fromkeys("rft()-", 1.35),
    "%": 3.0,
}
_OTHER |= dict.fromkeys("mwMW", 2.9) | dict.fromkeys("ABCDEGHKNOPQRSUVXYZÄÖÜ", 2.45)
_GAP = 3.2


def values(
    conn: sqlite3.Connection, offer_id: int, lang: str, prices: str | None = None
) -> dict[str, Any]:
    """The values of an offer's letter in ``lang``; docs/offers.md lists them for whoever writes
    a template. ``prices`` are "gross" or "net", else what the reader is shown
    (:func:`prices_for`)."""
    t = letters.texts(lang)
    locale = letters.locale_for(lang)
    offer = one(conn, OFFER, offer_id)
    until = offer.valid_until and day_text(date.fromisoformat(offer.valid_until), locale)
    terms = t[("binding" if offer.binding else "non_binding") + ("" if until else "_open")]
    title = t["offer_binding" if offer.binding else "offer_non_binding"] + f" {offer.number}"
    if offer.version > 1:
        title += ", " + t["version"].format(n=offer.version)
    day = day_text(dates.local_date(offer.sent_at or offer.created_at), locale)
    said = letters.sender()
    facts = [
        (t["number"], offer.name),
        (t["date"], day),
        (t["valid_until"], until),
        (t["contact"], said["person"]),
    ]
    return {
        **frame(conn, offer.contact_id, t, lang),
        **amounts(conn, offer, t, lang, prices or prices_for(conn, offer.deal_id)),
        "facts": [{"label": label, "text": text} for label, text in facts if text],
        "title": title,
        "draft": offer.status == "draft",
        "binding": offer.binding,
        "number": offer.name,
        "deal": offer.deal,
        "date": day,
        "valid_until": until or "",
        "intro": offer.intro or t["intro"],
        "terms": terms.format(day=until),
        "closing": offer.closing or t["closing"],
    }


def frame(
    conn: sqlite3.Connection, contact_id: int | None, t: dict[str, Any], lang: str
) -> dict[str, Any]:
    """What stands around every letter: who writes to whom."""
    person, lines_of_address = _recipient(conn, contact_id, t, lang)
    return {
        "t": t,
        "lang": lang,
        "pdf": False,
        "logo": templates.logo(),
        "sender": letters.sender(),
        "foot": letters.foot(t),
        "recipient": lines_of_address,
        "salutation": greeting(person, t) if person else t["salutation"],
        "draft": False,
    }


def prices_for(conn: sqlite3.Connection, deal_id: int) -> str:
    """Which prices a deal's customer is shown: "gross" for consumers, who have to be told what they
    pay in the end (§ 3 PAngV), else "net".

    The setting ``offer_prices`` decides, and without it the contact: a person of no organisation is
    taken for a consumer. Of a deal without a contact its process says it, by a right of withdrawal.
    """
    stated = str(config.get("offer_prices"))
    if stated != "auto":
        return stated
    (consumer,) = conn.execute(
        "SELECT CASE WHEN c.id IS NULL THEN p.withdrawal_days IS NOT NULL"
        " ELSE c.kind = 'person' AND c.organisation_id IS NULL END"
        " FROM deal AS d JOIN process AS p ON p.id = d.process_id"
        " LEFT JOIN contact AS c ON c.id = d.contact_id WHERE d.id = ?",
        (deal_id,),
    ).fetchone()
    return "gross" if consumer else "net"


def amounts(
    conn: sqlite3.Connection, offer: Offer, t: dict[str, Any], lang: str, prices: str
) -> dict[str, Any]:
    """The lines of an offer and its sums, with "gross" or "net" ``prices``."""
    locale = letters.locale_for(lang)
    reckoned = reckoned_lines(conn, offer.id)
    discount = round(offer.discount * 100)
    made = totals(reckoned, discount)
    gross = prices == "gross"

    def money(minor: int, more: int = 0) -> str:
        return format_money(minor, offer.currency, locale, more=more)

    def off(line: OfferLine) -> str:
        parts = [shown_rate(p, locale) for p in (line.discount, offer.discount) if p]
        return " + ".join(parts)

    quantity = _quantities(conn, t, lang, locale)
    with_vat = gross_lines(reckoned, made, discount) if gross else []
    lines = []
    for place, line in enumerate(stored.lines(conn, offer.id)):
        amount, price, more = with_vat[place][:3] if gross else (line.net, line.price, 0)
        lines.append(
            {
                "position": str(line.position),
                "sku": line.sku or "",
                "text": line.text,
                "quantity": quantity(line),
                "unit_price": money(price, more),
                "price": money(line.price),
                "discount": off(line),
                "vat": shown_rate(line.vat, locale),
                "amount": money(amount),
                "net": money(line.net),
            }
        )
    at_list, total = (gross_list(reckoned), made.gross) if gross else (made.list_net, made.net)
    taxes = [
        {
            "label": t["vat"].format(rate=shown_percent(tax.rate, locale), net=money(tax.net)),
            "within": t["vat_within"].format(
                rate=shown_percent(tax.rate, locale), net=money(tax.net)
            ),
            "rate": shown_percent(tax.rate, locale),
            "net": money(tax.net),
            "vat": money(tax.vat),
        }
        for tax in made.taxes
    ]
    saved = at_list - total
    sums = []
    if saved > 0:
        sums += [_sum(t["at_list"], money(at_list)), _sum(t["you_save"], money(saved))]
    if gross:
        sums.append(_sum(t["total"], money(made.gross), strong=True))
        sums += [_sum(tax["within"], tax["vat"]) for tax in taxes]
    else:
        sums.append(_sum(t["net"], money(made.net)))
        sums += [_sum(tax["label"], tax["vat"]) for tax in taxes]
        sums.append(_sum(t["gross"], money(made.gross), strong=True))
    amount_title = t["amount_gross" if gross else "amount"]
    titles = {
        "position": t["position"],
        "quantity": t["quantity"],
        "unit_price": t["price"],
        "discount": t["discount"],
        "vat": t["vat_rate"],
        "amount": amount_title,
    }
    return {
        "prices": prices,
        "amount_title": amount_title,
        "widths": {name: _width(title, lines, name) for name, title in titles.items()},
        "lines": lines,
        "discounts": any(line["discount"] for line in lines),
        "sums": sums,
        "at_list": money(at_list),
        "saved": money(saved) if saved > 0 else "",
        "net": money(made.net),
        "taxes": taxes,
        "gross": money(made.gross),
        "whole_discount": t["whole_discount"].format(percent=shown_rate(offer.discount, locale))
        if offer.discount
        else "",
        "rounded": "" if all(line.follows for line in with_vat) else t["rounded"],
    }


def _sum(label: str, amount: str, *, strong: bool = False) -> dict[str, Any]:
    return {"label": label, "amount": amount, "strong": strong}


def _width(title: str, lines: list[dict[str, str]], name: str) -> float:
    """How broad a column of the lines is on paper, in mm: said beforehand, a table of many lines is
    set in a third of the time."""
    texts = ["00", title, *(line[name] for line in lines)]
    return round(_GAP + max(sum(_OTHER.get(sign, _SIGN) for sign in text) for text in texts), 1)


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


def day_text(day: date, locale: str) -> str:
    """A day as a letter writes it: "30. November 2026"."""
    from babel.dates import format_date

    return str(format_date(day, "long", locale=locale))


def language_for(conn: sqlite3.Connection, contact_id: int | None) -> str:
    """The language that a contact is written to, where letters speak it; else the one spoken
    now."""
    tag = one(conn, CONTACT, contact_id).language if contact_id is not None else None
    primary = (tag or "").partition("-")[0]
    return primary if primary in LANGUAGES else language()


def _recipient(
    conn: sqlite3.Connection, contact_id: int | None, t: dict[str, Any], lang: str
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
    home = str(config.get("region")).upper()
    if at.country and localenames.country_of(at.country) != home:
        lines.append(_country_line(at.country, lang))
    return person, [line for line in lines if line]


def _country_line(text: str, lang: str) -> str:
    """A country as the last line of an address has it: in capitals, its two letters written out."""
    from babel import Locale

    return str(Locale(lang).territories.get(text.upper(), text)).upper()
