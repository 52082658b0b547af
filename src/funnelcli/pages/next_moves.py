"""What is to be done next for a deal, as the command lines to type: the most urgent first.

Each is found out from the records: what waits for an answer comes before what the stage asks for,
and the way on comes after both.
"""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta

from funnelcli.actions.standing import DealState
from funnelcli.i18n import _
from funnelcli.nouns.offer import Offer
from funnelcli.nouns.placeholders import placeholder
from funnelcli.nouns.rules import UNDECIDED
from funnelcli.nouns.step import Step
from funnelcli.plain import NamedTuple
from funnelcli.queries import care, deals, milestones, objections, offers
from funnelcli.typed import Any
from funnelcli.values import dates
from funnelcli.values.moneyformat import typed

# An offer that holds without end is asked about after so many days.
_FOLLOW_UP = timedelta(days=7)


class Place(NamedTuple):
    """Where a deal stands on its way: the kind of the stage ahead, the exit criteria of its own
    as they are listed, and the next steps that are open."""

    ahead: str | None
    wanted: list[dict[str, Any]]
    steps: list[Step]


def next_moves(conn: sqlite3.Connection, deal: DealState, place: Place) -> list[str]:
    """The command lines, each once."""
    moves = {"open": _of_open, "won": _of_won, "lost": _of_lost}[deal.status]
    return list(dict.fromkeys(moves(conn, deal, place)))


def _of_open(conn: sqlite3.Connection, deal: DealState, place: Place) -> Iterator[str]:
    made = offers.of_deal(conn, deal.id)
    accepted = [offer for offer in made if offer.status == "accepted"]
    waiting = [offer for offer in made if offer.status in UNDECIDED]
    if accepted:
        yield f'funnel win {deal.id} --value "{typed(accepted[-1].net, accepted[-1].currency)}"'
        return
    yield from _objections(conn, deal)
    yield from _steps(place.steps)
    for offer in waiting:
        yield from _offer(deal, offer, place.steps)
    missing = list(_missing(conn, deal, place.wanted, waiting))
    yield from missing
    sent = [offer for offer in waiting if offer.status == "sent"]
    if place.ahead == "won" and sent:
        yield f"funnel offer accept {_named(sent[-1])} --win"
    elif not missing:
        yield from _on(deal, place.ahead)
    followed = any(offer.status == "sent" for offer in waiting)
    if not place.steps and not followed:
        yield f'funnel next {deal.id} "..." --due ' + _("fri")


def _of_won(conn: sqlite3.Connection, deal: DealState, place: Place) -> Iterator[str]:
    today = dates.today().isoformat()
    ahead = [one for one in milestones.of_deal(conn, deal.id) if one.done_on is None]
    for one in ahead:
        if one.due is not None and one.due <= today:
            yield f"funnel milestone done {one.id}"
    yield from _steps(place.steps)
    contact_id = deals.contact_of(conn, deal.id)
    if contact_id is not None:
        for complaint in care.of_contact(conn, contact_id)[1]:
            if complaint.resolved_on is None:
                yield f'funnel care resolve {complaint.id} "..."'
        plan = care.plan(conn, contact_id)
        if plan is None and place.ahead is None:
            yield f"funnel care set {contact_id} --every 90d"
        elif plan is not None and plan.next_on <= today:
            yield f'funnel log {plan.contact_id} "..."'
    missing = list(_missing(conn, deal, place.wanted, []))
    yield from missing
    if not missing:
        yield from _on(deal, place.ahead)


def _of_lost(_conn: sqlite3.Connection, deal: DealState, place: Place) -> Iterator[str]:
    yield from _steps(place.steps)
    yield from _on(deal, place.ahead)


def _on(deal: DealState, ahead: str | None) -> Iterator[str]:
    """The way on to the stage of the kind ``ahead``."""
    if ahead == "won" and deal.status == "open":
        yield f"funnel win {deal.id}"
    elif ahead == "outside":
        yield f'funnel farewell {deal.id} --personal-contact "..." --said "..."'
    elif ahead is not None:
        yield f"funnel advance {deal.id}"
    elif deal.status == "won":
        yield f"funnel deal renew {deal.id}"
    elif deal.status == "lost":
        yield f"funnel reopen {deal.id}"


def _objections(conn: sqlite3.Connection, deal: DealState) -> Iterator[str]:
    for objection in objections.of_deal(conn, deal.id):
        if objection.genuine and not objection.resolved:
            yield f'funnel objection answer {objection.id} "..." --resolved'


def _steps(steps: list[Step]) -> Iterator[str]:
    """The next steps whose day has come."""
    today = dates.today().isoformat()
    for step in steps:
        if step.due is not None and step.due <= today:
            yield f"funnel step done {step.id}"


def _offer(deal: DealState, offer: Offer, steps: list[Step]) -> Iterator[str]:
    """What an offer that is not decided yet waits for."""
    name = _named(offer)
    if offer.status == "draft":
        if offer.line_count:
            yield f"funnel offer send {name}"
        else:
            yield f"funnel offer line {name} {placeholder('PRODUCT')}"
    elif offer.status == "expired":
        yield f"funnel offer revise {name}"
    elif not steps:
        what = _("ask about offer {number}").format(number=offer.number)
        yield f"funnel next {deal.id} {shlex.quote(what)} --due {_day_of(offer)}"


def _named(offer: Offer) -> str:
    return shlex.quote(offer.number)


def _day_of(offer: Offer) -> str:
    """The day to ask about a sent offer: its last one."""
    if offer.valid_until is not None:
        return offer.valid_until
    sent = dates.today() if offer.sent_at is None else dates.local_date(offer.sent_at)
    day: date = max(sent + _FOLLOW_UP, dates.today())
    return day.isoformat()


def _missing(
    conn: sqlite3.Connection, deal: DealState, wanted: list[dict[str, Any]], waiting: list[Offer]
) -> Iterator[str]:
    """What to type for the exit criteria that are open, with the records that they are about; not
    what was said of these already."""
    for one in wanted:
        key = one["key"]
        if one["met"] or key == "objections_resolved":
            continue
        if key == "offer_sent" and waiting:
            continue
        if key == "milestones_done":
            ahead = [m for m in milestones.of_deal(conn, deal.id) if m.done_on is None]
            yield f"funnel milestone done {ahead[0].id}"
        else:
            yield one["do"]
