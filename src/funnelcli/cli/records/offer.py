"""Offers: write, send, decide, revise, print."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import offer_lines, offers, standing
from funnelcli.cli.changing import changing
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Option
from funnelcli.cli.entries import read
from funnelcli.cli.invocation import current
from funnelcli.cli.listing import lister
from funnelcli.cli.params import At, DealRef, OfferRef
from funnelcli.cli.removing import removing
from funnelcli.cli.results import changed
from funnelcli.cli.taking import Given, takes
from funnelcli.i18n import N_, _
from funnelcli.nouns.deal import DEAL, Deal
from funnelcli.nouns.offer import OFFER
from funnelcli.pages.offer import PRINTED, amounts_text, offer_page
from funnelcli.queries.lists import one
from funnelcli.queries.offers import accepted
from funnelcli.render import Changed, Page
from funnelcli.typed import Annotated
from funnelcli.values import daytext
from funnelcli.values.moneyformat import money_text


@takes(OFFER.options("add"))
@gives(OFFER)
@examples(
    "funnel offer add 12",
    'funnel offer add mueller --until eom --intro "as discussed on Friday:"',
    "funnel offer add 12 --number A-17 --discount 3",
)
def add(deal: DealRef, at: At = None, *, given: Given) -> Changed:
    """Begin an offer for a deal."""
    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal, only="open")
        fields = read(call, conn, OFFER, given)
        fields.pop("number", None)
        currency = fields.pop("currency", None)
        with call.change(conn):
            offer_id = offers.add(
                conn,
                deal_id,
                call.when(conn, at),
                number=given.get("number"),
                currency=currency,
                fields=fields,
            )
        offer = one(conn, OFFER, offer_id)
        line = _("Offer {number} for {deal}; funnel offer line {number} PRODUCT adds to it").format(
            number=offer.name, deal=offer.deal
        )
        return changed(conn, OFFER, offer_id, [line])


edit = changing(
    OFFER,
    offers.edit,
    "funnel offer edit 2026-0001 --discount 5 --until eom",
    "funnel offer edit 2026-0001 --binding",
    ref=OfferRef,
    name=lambda offer: offer.name,
    only="draft",
)


list_ = lister(
    OFFER,
    "funnel offer list is:open",
    "funnel offer list status:expired --sort -net",
    "funnel offer list mueller is:current --json",
)


@gives(PRINTED)
@examples("funnel offer show 2026-0001", "funnel offer show 2026-0001/1 --json")
def show(offer: OfferRef) -> Page:
    """Show an offer."""
    call = current()
    with call.open() as conn:
        offer_id = call.find(conn, OFFER, offer, write=False)
        return offer_page(conn, offer_id, call.output.locale)


@takes(OFFER.options("send"))
@gives(OFFER)
@examples("funnel offer send 2026-0001", "funnel offer send 2026-0001 --at yesterday --until +14d")
def send(offer: OfferRef, at: At = None, *, given: Given) -> Changed:
    """Record that an offer was sent; the deal's value follows it."""
    call = current()
    with call.open() as conn:
        offer_id = call.find(conn, OFFER, offer, only="draft")
        deal_id = offer_lines.state(conn, offer_id).deal_id
        holds = read(call, conn, OFFER, given).get("valid_until")
        before = one(conn, DEAL, deal_id)
        with call.change(conn):
            sent = offers.send(conn, offer_id, call.when(conn, at, deal_id), holds)
        found = one(conn, OFFER, offer_id)
        lines = [
            _("{number} sent: {amounts}, until {day}").format(
                number=found.name,
                amounts=amounts_text(found),
                day=daytext.day(found.valid_until or ""),
            ),
            *_revalued(before, one(conn, DEAL, deal_id)),
        ]
        day = offer_lines.day_of(sent)
        warnings = [
            _("{name} is not sold on {day} any more, or not yet.").format(
                name=name, day=daytext.day(day)
            )
            for name in offers.off_the_list(conn, offer_id, day)
        ]
        return changed(conn, OFFER, offer_id, lines, warnings)


def _revalued(before: Deal, after: Deal) -> list[str]:
    """The line that says how a deal's value has changed, if it has."""
    if after.value is None or (before.value, before.currency) == (after.value, after.currency):
        return []
    amount = money_text(after.value, after.currency)
    if before.value is None:
        return [_("{title}: value {amount}").format(title=after.title, amount=amount)]
    return [
        _("{title}: value {before} → {amount}").format(
            title=after.title, before=money_text(before.value, before.currency), amount=amount
        )
    ]


@takes(OFFER.options("accept"))
@gives(OFFER)
@examples(
    "funnel offer accept 2026-0001",
    'funnel offer accept 2026-0001 --win --at yesterday --note "signed on the phone"',
)
def accept(
    offer: OfferRef,
    win: Annotated[bool, Option("--win", help=N_("Win the deal with it."))] = False,
    at: At = None,
    *,
    given: Given,
) -> Changed:
    """Record that an offer was accepted."""
    call = current()
    with call.open() as conn:
        offer_id = call.find(conn, OFFER, offer, only="sent")
        before = offer_lines.state(conn, offer_id)
        proposed = [] if win else _proposed_win(conn, before)
        if proposed and call.interactive and not call.yes:
            # Asked before anything is written, so that nobody waits for the answer.
            win = call.agrees(_("Win the deal with it?"), usual=False)
        with call.change(conn):
            instant = call.when(conn, at, before.deal_id)
            offers.accept(conn, offer_id, instant, given.get("note"))
            lines = [_("{number} accepted").format(number=before.name)]
            if win:
                lines += _win(conn, before, instant)
        if not win:
            lines += proposed
        others = [one.name for one in accepted(conn, before.deal_id) if one.id != offer_id]
        warnings = [
            _("{number} of this deal is accepted already: funnel offer show {number}").format(
                number=number
            )
            for number in others
        ]
        return changed(conn, OFFER, offer_id, lines, warnings)


def _proposed_win(conn: sqlite3.Connection, offer: offer_lines.State) -> list[str]:
    """The line that proposes to win the offer's deal for its net amount, while that is open."""
    from funnelcli.values.moneyformat import typed

    if standing.state(conn, offer.deal_id).status != "open":
        return []
    amount = typed(offer.net, offer.currency)
    return [
        _('Win the deal with it: funnel win {deal} --value "{amount}"').format(
            deal=offer.deal_id, amount=amount
        )
    ]


def _win(conn: sqlite3.Connection, offer: offer_lines.State, instant: int) -> list[str]:
    """Win the offer's deal for its net amount."""
    from funnelcli.actions import closing
    from funnelcli.cli.results import revocable_lines, work_after_win

    move = closing.win(
        conn,
        offer.deal_id,
        instant,
        value=offer.net,
        currency=offer.currency,
    )
    told = _("{title}: {before} → {after}").format(
        title=move.deal.title, before=move.before, after=move.after
    )
    deal_id = offer.deal_id
    return [told, *revocable_lines(conn, deal_id), *work_after_win(conn, deal_id)]


@takes(OFFER.options("decline"))
@gives(OFFER)
@examples('funnel offer decline 2026-0001 --note "too late"')
def decline(offer: OfferRef, at: At = None, *, given: Given) -> Changed:
    """Record that an offer was declined."""
    call = current()
    with call.open() as conn:
        offer_id = call.find(conn, OFFER, offer, only="sent")
        deal_id = offer_lines.state(conn, offer_id).deal_id
        with call.change(conn):
            offers.decline(conn, offer_id, call.when(conn, at, deal_id), given.get("note"))
        number = one(conn, OFFER, offer_id).name
        return changed(conn, OFFER, offer_id, [_("{number} declined").format(number=number)])


@takes(OFFER.options("revise"))
@gives(OFFER)
@examples("funnel offer revise 2026-0001", "funnel offer revise 2026-0001 --discount 5")
def revise(offer: OfferRef, at: At = None, *, given: Given) -> Changed:
    """Make the next version of an offer."""
    call = current()
    with call.open() as conn:
        old_id = call.find(conn, OFFER, offer)
        deal_id = offer_lines.state(conn, old_id).deal_id
        changes = read(call, conn, OFFER, given)
        with call.change(conn):
            new = offers.revise(conn, old_id, call.when(conn, at, deal_id))
            if changes:
                offers.edit(conn, new.id, changes)
        found = one(conn, OFFER, new.id)
        told = _("{number} is a draft: {amounts}").format(
            number=found.name, amounts=amounts_text(found)
        )
        return changed(conn, OFFER, new.id, [told])


remove = removing(
    OFFER, offers.remove, "funnel offer remove 2026-0001", help=N_("Their numbers or ids.")
)
