"""What a deal's page shows of the work on it: offers, objections, contracts.

Each part is loaded only for a deal that has it.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from funnelcli.i18n import N_, _, pick
from funnelcli.money import format_money
from funnelcli.queries import records
from funnelcli.render import Block, Listing

_TOLD = {
    "offer_sent": N_("offer {name} sent, {amount}"),
    "offer_accepted": N_("offer {name} accepted, {amount}"),
    "offer_declined": N_("offer {name} declined"),
    "objection_raised": N_("objection: {name}"),
    "objection_resolved": N_("objection resolved: {name}"),
}


def work(conn: sqlite3.Connection, deal_id: int) -> tuple[list[Block], dict[str, Any]]:
    """The blocks for people, and the lists for ``--json``: offers, objections, contracts."""
    has_offers, has_objections, has_contracts = conn.execute(
        "SELECT EXISTS (SELECT 1 FROM offer WHERE deal_id = :id),"
        " EXISTS (SELECT 1 FROM objection WHERE deal_id = :id),"
        " EXISTS (SELECT 1 FROM contract WHERE deal_id = :id)",
        {"id": deal_id},
    ).fetchone()
    blocks: list[Block] = []
    data: dict[str, Any] = {"offers": [], "objections": [], "contracts": []}
    if has_offers:
        from funnelcli.cli.offer_page import OFFERS, deal_offers

        listing = deal_offers(conn, deal_id)
        assert listing is not None
        blocks.append(listing)
        data["offers"] = Listing(OFFERS, listing.rows)
    if has_objections:
        from funnelcli.cli.objection import OBJECTIONS
        from funnelcli.queries import objections

        found = objections.of_deal(conn, deal_id)
        shown = [column for column in OBJECTIONS if column.key not in ("deal", "contact")]
        blocks.append(Listing(shown, found, title=_("Objections")))
        data["objections"] = Listing(OBJECTIONS, found)
    if has_contracts:
        from funnelcli.cli.contract import CONTRACTS
        from funnelcli.queries import contracts

        signed = contracts.of_deal(conn, deal_id)
        left_out = ("deal", "contact", "value")
        shown = [column for column in CONTRACTS if column.key not in left_out]
        blocks.append(Listing(shown, signed, title=_("Contracts")))
        data["contracts"] = Listing(CONTRACTS, signed)
    return blocks, data


def told(event: records.Event, locale: str) -> tuple[str, str]:
    """A line of a deal's story about an offer or an objection, and its detail."""
    if event.what.startswith("offer_"):
        amount = format_money(event.amount or 0, event.currency or "", locale)
        text = _(_TOLD[event.what]).format(name=event.detail, amount=amount)
        if event.what == "offer_sent":
            return text, _("until {day}").format(day=event.extra) if event.extra else ""
        return text, event.extra or ""
    text = _(_TOLD[event.what]).format(name=pick(event.stage_en or "", event.stage_de or ""))
    if event.what == "objection_raised" and not event.detail:
        text += f" ({_('pretext')})"
    return text, event.extra or ""
