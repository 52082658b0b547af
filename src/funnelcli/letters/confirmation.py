"""What an order confirmation says, as its templates get it: the offer that was won, confirmed."""

from __future__ import annotations

import sqlite3
from datetime import date

from funnelcli import letters
from funnelcli.actions import standing, withdrawal
from funnelcli.errors import Refused
from funnelcli.i18n import _
from funnelcli.letters.offer import amounts, day_text, frame, prices_for
from funnelcli.nouns.offer import Offer
from funnelcli.queries import offers as stored
from funnelcli.typed import Any
from funnelcli.values import dates


def offer_of(conn: sqlite3.Connection, deal_id: int) -> Offer:
    """The offer that a won deal was won with: the one that was accepted, else the last that was
    sent. Raises Refused for a deal that is not won, or that has no such offer."""
    deal = standing.state(conn, deal_id)
    if deal.status != "won":
        raise Refused(
            _("The deal {title} is not won.").format(title=deal.title),
            _("An order is confirmed after `funnel win {id}`.").format(id=deal_id),
        )
    sent = [one for one in stored.of_deal(conn, deal_id) if one.sent_at is not None]
    found = [one for one in sent if one.status == "accepted"] or [
        one for one in sent if not one.over
    ]
    if not found:
        raise Refused(
            _("The deal {title} has no offer that was sent.").format(title=deal.title),
            _(
                "A confirmation takes its lines from one; `funnel offer list {id}` shows them."
            ).format(id=deal_id),
        )
    return found[-1]


def values(
    conn: sqlite3.Connection, deal_id: int, lang: str, prices: str | None = None
) -> dict[str, Any]:
    """The values of a won deal's confirmation in ``lang``: those of an offer's letter. Raises
    Refused like :func:`offer_of`."""
    t = letters.texts(lang)
    locale = letters.locale_for(lang)
    offer = offer_of(conn, deal_id)
    contract = conn.execute(
        "SELECT number, starts_on FROM contract WHERE deal_id = ? ORDER BY id LIMIT 1", (deal_id,)
    ).fetchone()
    number, starts = contract or (None, None)
    ordered = date.fromisoformat(withdrawal.contract_day(conn, deal_id) or "")
    terms = [] if offer.binding else [t["confirmed"]]
    if withdrawal.standing_of(conn, deal_id) is not None:
        terms.append(t["instructed"])
    today = day_text(dates.today(), locale)
    facts = [
        (t["number"], number or offer.name),
        (t["date"], today),
        (t["ordered_on"], day_text(ordered, locale)),
        (t["our_offer"], offer.name if number else ""),
        (t["begins"], day_text(date.fromisoformat(starts), locale) if starts else ""),
        (t["contact"], letters.sender()["person"]),
    ]
    return {
        **frame(conn, offer.contact_id, t, lang),
        **amounts(conn, offer, t, lang, prices or prices_for(conn, deal_id)),
        "facts": [{"label": label, "text": text} for label, text in facts if text],
        "title": f"{t['confirmation']} {number or offer.name}",
        "binding": offer.binding,
        "number": number or offer.name,
        "deal": offer.deal,
        "date": today,
        "valid_until": "",
        "intro": t["confirmed_intro"].format(day=day_text(ordered, locale)),
        "terms": " ".join(terms),
        "closing": t["confirmed_closing"],
    }
