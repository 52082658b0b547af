"""A day's visits in order, with addresses, and who is due near them."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import typer

from funnelcli import config
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.invocation import current
from funnelcli.i18n import N_, _
from funnelcli.nouns import words
from funnelcli.queries import route as stored
from funnelcli.render import Block, Column, Listing, Page, Prose
from funnelcli.values import dates

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
    Column("what", "What", flex=True, drop=3),
    Column("deal_id", "Deal id", "id", table=False),
    Column("deal", "Deal", table=False),
    Column(
        "do",
        "Do",
        data=False,
        drop=1,
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
    Column("why", "Why", names=lambda key: words.read(WHY, key)),
    Column("what", "What", flex=True, drop=4),
    Column("day", "Since", "date", drop=3),
    Column(
        "do",
        "Do",
        data=False,
        drop=1,
        style=lambda one: "dim",
        shown=lambda one: f"funnel contact show {one.id}",
    ),
)


class Route(NamedTuple):
    """What ``--json`` prints: ``date`` as ISO text, the visits in order, and who is near."""

    date: str
    stops: Listing
    near: Listing


@gives(STOPS, data=Route._fields)
@examples("funnel route", "funnel route tomorrow", "funnel route fri --near 20 --md")
def route(
    day: Annotated[
        str | None, typer.Argument(metavar="[DATE]", help=N_("The day; today without it."))
    ] = None,
    near: Annotated[
        int,
        typer.Option(
            "--near", metavar="N", min=0, help=N_("At most so many due contacts near the stops.")
        ),
    ] = 10,
) -> Page:
    """Show a day's visits in order."""
    call = current()
    when = dates.today() if day is None else dates.parse_date(day)
    with call.read() as conn:
        order = stored.stops(conn, when, str(config.get("sender_town") or ""))
        around = stored.near(conn, order, when, near) if near else []
    title = dates.short_date(when, call.output.locale)
    blocks: list[Block] = []
    if order:
        blocks.append(Listing(STOPS, order, title=title, notes=_without_address(order)))
    else:
        text = _('No visit is planned: funnel next DEAL "visit" --due DATE --time 14:00')
        blocks.append(Prose(text, title))
    if around:
        blocks.append(Listing(NEAR, around, title=_("Due, and near a stop")))
    data = Route(when.isoformat(), Listing(STOPS, order), Listing(NEAR, around))
    return Page(blocks, data._asdict(), Listing(STOPS, order))


def _without_address(order: list[stored.Stop]) -> list[str]:
    missing = [stop for stop in order if not stop.address and stop.contact_id is not None]
    return [
        _("{name} has no address: funnel contact edit {id} --street … --town …").format(
            name=stop.contact, id=stop.contact_id
        )
        for stop in missing
    ]
