"""The page of a day's visits: in order, with addresses, and who is due near them."""

from __future__ import annotations

from datetime import date

from funnelcli.errors import Refused
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import words
from funnelcli.nouns.types import CHANNELS
from funnelcli.patterns import re
from funnelcli.plain import NamedTuple
from funnelcli.queries import route as stored
from funnelcli.queries.stops import Leg, Near, Stop
from funnelcli.render import Block, Column, Listing, Page, Picture, Prose
from funnelcli.values import daytext
from funnelcli.values.dates import format_duration
from funnelcli.values.numbers import shown
from funnelcli.values.rounding import half_up

WHY = {**words.STEP_KIND, "care": N_("care"), "rotten": N_("rotting")}

STOPS: tuple[Column, ...] = (
    Column("number", "Stop", "int"),
    Column(
        "starts",
        "Time",
        shown=lambda stop: stop.starts or _about(stop.arrives),
        piped=("arrives",),
    ),
    Column("arrives", "Arrives", table=False),
    Column("minutes", "Duration", "duration", drop=5),
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
        drop=6,
        shown=lambda place: CHANNELS.names(place.consent),
    ),
    Column("what", "What", flex=True, drop=4),
    Column(
        "kilometres",
        "Way",
        drop=3,
        shown=lambda stop: _way(stop.leg),
        piped=("travel_minutes",),
    ),
    Column("travel_minutes", "Travel", "duration", table=False),
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
    Column("kilometres", "Way", drop=4, shown=lambda one: _way(one.leg)),
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
    """What ``--json`` prints: ``date`` as ISO text, the visits in order, who is near, and, where
    places have degrees, from where to where the day goes, when one leaves (HH:MM), the way home,
    all ways together, and the links that open the map."""

    date: str
    stops: Listing
    near: Listing
    start: str | None = None
    end: str | None = None
    leaves: str | None = None
    home_kilometres: int | None = None
    home_minutes: int | None = None
    home_at: str | None = None
    kilometres: int | None = None
    travel_minutes: int | None = None
    links: list[str] = []  # noqa: RUF012 - read only


def route_page(
    day: date, driven: stored.Drive, around: list[Near], roads: stored.Roads, locale: str
) -> Page:
    """The stops of ``day`` in their order, and the contacts ``around`` them."""
    title = daytext.day(day)
    blocks: list[Block] = []
    if driven.stops:
        notes = [
            *_on_the_road(driven, roads, locale),
            *_begins_nowhere(driven),
            *_too_late(driven),
            *_not_found(driven),
            *_without_address(driven.stops),
            _brief(driven.stops[0]),
        ]
        blocks.append(Listing(STOPS, driven.stops, title=title, notes=notes))
    else:
        text = _('No visit is planned: funnel next DEAL "visit" --due DATE --time 14:00')
        blocks.append(Prose(text, title))
    if around:
        blocks.append(Listing(NEAR, around, title=_("Due, and near a stop")))
    data = Route(
        day.isoformat(),
        Listing(STOPS, driven.stops),
        Listing(NEAR, around),
        driven.start or None,
        driven.end or None,
        driven.leaves,
        driven.home.kilometres,
        driven.home.minutes,
        driven.home.arrives,
        driven.whole.kilometres,
        driven.whole.minutes,
        driven.links,
    )
    return Page(blocks, data._asdict(), name="route")


def map_page(driven: stored.Drive) -> Page:
    """The links alone, a line each. Raises Refused where there are stops and no link."""
    links = driven.links
    if driven.stops and not links:
        raise _no_map(driven)
    link = Column("link", "Link", flex=True)
    rows = [{"link": one} for one in links]
    return Page([Picture(lambda _width, _colour: list(links), Listing((link,), rows))], links)


def _no_map(driven: stored.Drive) -> Refused:
    """Why no map has the stops, and what to do."""
    if not any(stop.address for stop in driven.stops):
        missing = _without_address(driven.stops)
        return Refused(_("No stop has an address."), missing[0] if missing else "")
    if not driven.measured:
        return Refused(
            _("OpenStreetMap takes degrees alone, and where the stops lie is not known."),
            _(
                "pip install 'funnelcli[route]' brings the places; or: funnel config set maps"
                " google"
            ),
        )
    return Refused(
        _(
            "OpenStreetMap takes degrees alone, and too few of the stops are in the table of"
            " places."
        ),
        _("Give their postcodes; or: funnel config set maps google"),
    )


def _about(clock: str | None) -> str:
    return f"~{clock}" if clock else ""


def _way(leg: Leg) -> str:
    if leg.kilometres is None or leg.minutes is None:
        return ""
    # Where the column is narrow a line ends behind the comma or the hours, not within "16 km".
    return re.sub(r"(?<=\d) ", "\xa0", f"{leg.kilometres} km, {format_duration(leg.minutes)}")


def _on_the_road(driven: stored.Drive, roads: stored.Roads, locale: str) -> list[str]:
    if not driven.measured:
        return [
            _(
                "In the order of postcodes. pip install 'funnelcli[route]' brings the places, for"
                " the shortest way, kilometres and times."
            )
        ]
    if driven.whole.kilometres is None:
        return []
    notes = [
        _("On the road: {way}, by air line × {factor} at {speed} km/h.").format(
            way=_way(driven.whole),
            factor=shown(round(100 * roads.factor), 2, locale),
            speed=roads.speed,
        )
    ]
    if not driven.fits:
        notes.append(_("This cannot be driven within the day."))
    if driven.sets_out is not None and driven.back is not None and driven.home.minutes is not None:
        notes.append(
            _("From {start} at {leaves}; at {end} at about {back}.").format(
                start=driven.start,
                leaves=_moment(driven.sets_out),
                end=driven.end,
                back=_moment(driven.back),
            )
        )
    elif not driven.start:
        notes.append(_("Where the day begins: funnel config set route_start “34117 Kassel”"))
    return notes


def _moment(seconds: int) -> str:
    """When something is, in seconds of the day: HH:MM, with the day where it is another one."""
    days, minutes = divmod(half_up(seconds, 60), 24 * 60)
    clock = f"{minutes // 60:02}:{minutes % 60:02}"
    if not days:
        return clock
    text = (
        ngettext("{clock} the day before", "{clock} {n} days before", -days)
        if days < 0
        else ngettext("{clock} the next day", "{clock} {n} days later", days)
    )
    return text.format(clock=clock, n=abs(days))


def _begins_nowhere(driven: stored.Drive) -> list[str]:
    """Of where the day begins and ends, what is not in the table of places."""
    return [
        _(
            "{place}, where the day begins or ends, is not in the table of places: give its"
            " postcode, like funnel config set route_start “34117 Kassel”"
        ).format(place=address)
        for address in driven.lost
    ]


def _too_late(driven: stored.Drive) -> list[str]:
    return [
        _("{name} at {time} cannot be reached in time: {late} late.").format(
            name=stop.contact or stop.what,
            time=stop.starts,
            late=format_duration(stop.leg.late),
        )
        for stop in driven.stops
        if stop.leg.late
    ]


def _not_found(driven: stored.Drive) -> list[str]:
    """What lies nowhere, and what is known by its town alone, with the reason."""
    notes = []
    for stop in driven.stops if driven.measured else ():
        if not stop.address:
            continue
        spot = driven.spots.get(stop.id)
        name = stop.contact or stop.what
        if spot is None and stop.postcode:
            text = _("{name} comes last: {code} is not in the table of places.")
        elif spot is None:
            text = _("{name} comes last: {town} has no postcode, and may be several towns.")
        elif spot.by_town and stop.postcode:
            text = _("{name} is put at {town}: {code} is not in the table of places.")
        else:
            continue
        if stop.starts is not None and spot is None:
            text = _("The way to {name} is not known: {town} is not in the table of places.")
        where = stop.town or stop.postcode
        notes.append(text.format(name=name, code=stop.postcode, town=where))
    return notes


def _brief(stop: Stop) -> str:
    """How to read up on a stop before the visit."""
    whom = stop.deal_id if stop.deal_id is not None else f"--contact {stop.contact_id}"
    return _("What to know before a visit: funnel brief {whom}").format(whom=whom)


def _without_address(order: list[Stop]) -> list[str]:
    missing = [stop for stop in order if not stop.address and stop.contact_id is not None]
    return [
        _("{name} has no address: funnel contact edit {id} --street … --town …").format(
            name=stop.contact, id=stop.contact_id
        )
        for stop in missing
    ]
