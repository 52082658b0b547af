"""The page of a day's visits: in order, with addresses, and who is due near them."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from funnelcli.i18n import N_, _
from funnelcli.nouns import words
from funnelcli.nouns.types import CHANNELS
from funnelcli.queries import route as stored
from funnelcli.render import Block, Column, Listing, Page, Prose
from funnelcli.values import daytext

WHY = {**words.STEP_KIND, "care": N_("care"), "rotten": N_("rotting")}

STOPS: tuple[Column, ...] = (
    Column("number", "Stop", "int"),
    Column("starts", "Time"),
    Column("minutes", "Duration", "duration", drop=4),
    Column("id", "Id", "id", table=False),
    Column("contact_id", "Contact id", "id", table=False),
    Column("contact", "Contact", flex=True, shown=lambda stop: stop.contact or stop.deal or ""),
    Column("address", "Address", flex=True),
    Column("street", "Street", table=False),
    Column("postcode", "Postcode", table=False),
    Column("town", "Town", table=False),
    Column("country", "Country", table=False),
    Column("phone", "Phone", drop=2),
    Column(
        "consent",
        "Consent",
        "tags",
        drop=5,
        shown=lambda place: CHANNELS.names(place.consent),
    ),
    Column("what", "What", flex=True, drop=3),
    Column("deal_id", "Deal id", "id", table=False),
    Column("deal", "Deal", table=False),
    Column(
        "do",
        "Do",
        data=False,
        drop=1,
        solid=True,
        style=lambda stop: "dim",
        shown=lambda stop: (
            f"funnel step done {stop.id}"
            if stop.contact_id is None
            else f'funnel log {stop.contact_id} "…"'
        ),
    ),
)
NEAR: tuple[Column, ...] = (
    Column("number", "Stop", "int"),
    Column("id", "Id", "id", table=False),
    Column("contact", "Contact", flex=True),
    Column("address", "Address", flex=True),
    Column("street", "Street", table=False),
    Column("postcode", "Postcode", table=False),
    Column("town", "Town", table=False),
    Column("country", "Country", table=False),
    Column("phone", "Phone", drop=2),
    Column(
        "consent",
        "Consent",
        "tags",
        drop=5,
        shown=lambda place: CHANNELS.names(place.consent),
    ),
    Column("why", "Why", names=lambda key: words.read(WHY, key)),
    Column("what", "What", flex=True, drop=4),
    Column("day", "Since", "date", drop=3),
    Column(
        "do",
        "Do",
        data=False,
        drop=1,
        solid=True,
        style=lambda one: "dim",
        shown=lambda one: f"funnel contact show {one.id}",
    ),
)


class Route(NamedTuple):
    """What ``--json`` prints: ``date`` as ISO text, the visits in order, and who is near."""

    date: str
    stops: Listing
    near: Listing


def route_page(day: date, order: list[stored.Stop], around: list[stored.Near], locale: str) -> Page:
    """The stops of ``day`` in their order, and the contacts ``around`` them."""
    title = daytext.day(day)
    blocks: list[Block] = []
    if order:
        notes = [*_without_address(order), _brief(order[0])]
        blocks.append(Listing(STOPS, order, title=title, notes=notes))
    else:
        text = _('No visit is planned: funnel next DEAL "visit" --due DATE --time 14:00')
        blocks.append(Prose(text, title))
    if around:
        blocks.append(Listing(NEAR, around, title=_("Due, and near a stop")))
    data = Route(day.isoformat(), Listing(STOPS, order), Listing(NEAR, around))
    return Page(blocks, data._asdict(), name="route")


def _brief(stop: stored.Stop) -> str:
    """How to read up on a stop before the visit."""
    whom = stop.deal_id if stop.deal_id is not None else f"--contact {stop.contact_id}"
    return _("What to know before a visit: funnel brief {whom}").format(whom=whom)


def _without_address(order: list[stored.Stop]) -> list[str]:
    missing = [stop for stop in order if not stop.address and stop.contact_id is not None]
    return [
        _("{name} has no address: funnel contact edit {id} --street … --town …").format(
            name=stop.contact, id=stop.contact_id
        )
        for stop in missing
    ]
