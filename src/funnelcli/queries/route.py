"""The visits of a day in an order that can be driven, and who is due near them.

With the extra ``route`` places have degrees, and the order is the one with the least way. Without,
what is near is told by the postcode and the town.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date

from funnelcli import config, queries
from funnelcli.db.places import Places, Spot
from funnelcli.nouns.rules import STEP_AWAKE
from funnelcli.plain import NamedTuple
from funnelcli.queries.stops import (
    LEAST,
    SAME_TOWN,
    Leg,
    Near,
    Place,
    Stop,
    by_postcode,
    nearness,
    read_place,
)
from funnelcli.values import dates, maplinks, tour
from funnelcli.values.rounding import half_up

NEAR_KM = 25
"""So far by road a contact may be from a stop to be near it, where places have degrees."""
# Two addresses of one postcode are not at the same door.
_NEXT_DOOR_KM = 1.0
_DAY = 24 * 3600


class Roads:
    """How long ways are by road: the air line times the setting ``route_factor``, at the speed of
    ``route_speed``."""

    def __init__(self) -> None:
        self.factor = float(config.get("route_factor"))
        self.speed = int(config.get("route_speed"))

    def metres(self, one: Spot, other: Spot) -> int:
        """The way between two addresses."""
        return round(1000 * max(one.kilometres(other) * self.factor, _NEXT_DOOR_KM))

    def seconds(self, one: Spot | None, other: Spot | None) -> int:
        """How long one drives; no time where a place is not known."""
        if one is None or other is None:
            return 0
        return half_up(self.metres(one, other) * 36, self.speed * 10)

    def leg(self, one: Spot, other: Spot) -> Leg:
        """The same to be told."""
        seconds = self.seconds(one, other)
        return Leg(half_up(self.metres(one, other), 1000), half_up(seconds, 60))


class Drive(NamedTuple):
    """A day's visits in order. Where places have degrees (``measured``) also from where to where
    the day goes, when one leaves and is back, in seconds of the day (less than none or more than a
    day's where it does not fit into that), the way home and all ways together, where each stop
    lies, by its id, of start and end those that lie nowhere, and the links that open the map."""

    stops: list[Stop]
    measured: bool
    start: str = ""
    end: str = ""
    sets_out: int | None = None
    back: int | None = None
    home: Leg = Leg()
    whole: Leg = Leg()
    spots: dict[int, Spot] = {}  # noqa: RUF012 - read only
    lost: list[str] = []  # noqa: RUF012 - read only
    links: list[str] = []  # noqa: RUF012 - read only

    @property
    def leaves(self) -> str | None:
        """When one leaves: HH:MM, None where it is not on that day."""
        return None if self.sets_out is None else _clock(self.sets_out)

    @property
    def fits(self) -> bool:
        """Whether one leaves and is back within the day."""
        return all(0 <= at < _DAY - 30 for at in (self.sets_out, self.back) if at is not None)


def drive(conn: sqlite3.Connection, day: date, places: Places | None) -> Drive:
    """The visits of ``day`` in the order with the least way from :func:`start_of_day` to where it
    ends: those with a time at that, each other one where the detour is least and the time
    suffices. What lies nowhere comes last, unless it has a time. Without ``places`` the order is
    told by the postcodes.
    """
    values = {"day": day.isoformat()}
    found = list(queries.run(conn, "route_stops", Stop, values, where=STEP_AWAKE))
    begin = start_of_day()
    end = _set_place("route_end") or begin
    if places is None:
        ordered = Drive(by_postcode(found, begin), measured=False)
    else:
        ordered = _measured(found, day, begin, end, places)
    for number, stop in enumerate(ordered.stops, 1):
        stop.number = number
    return ordered._replace(
        start=begin.address if begin else "",
        end=end.address if end else "",
        links=_links(ordered, begin, end, places),
    )


def start_of_day() -> Place | None:
    """Where a day on the road begins: the setting ``route_start``, else the sender's address."""
    town = str(config.get("sender_town") or "")
    sender = ", ".join(filter(None, (str(config.get("sender_street") or ""), town)))
    return _set_place("route_start") or (read_place(sender) if town else None)


def _measured(
    found: Sequence[Stop], day: date, begin: Place | None, end: Place | None, places: Places
) -> Drive:
    roads = Roads()
    first, last = (None if one is None else _spot(one, places) for one in (begin, end))
    spots = {stop.id: spot for stop in found if (spot := _spot(stop, places)) is not None}
    leaves = _seconds(str(config.get("morning")))
    if day == dates.today():
        leaves = max(leaves, _seconds(f"{dates.local(dates.now()):%H:%M}"))
    lost = [stop for stop in found if stop.id not in spots and stop.starts is None]
    order = _ordered(
        [stop for stop in found if stop not in lost], first, last, spots, leaves, roads
    )
    home, back = _drive_along(order, first, last, spots, leaves, roads)
    ways = [*(stop.leg for stop in order), home]
    known = [(leg.kilometres, leg.minutes) for leg in ways if leg.kilometres is not None]
    whole = Leg(
        sum(kilometres for kilometres, _minutes in known) if known else None,
        sum(minutes or 0 for _kilometres, minutes in known) if known else None,
    )
    return Drive(
        [*order, *lost],
        measured=True,
        sets_out=_sets_out(order, leaves),
        back=back,
        home=home,
        whole=whole,
        spots=spots,
        lost=_nowhere((begin, first), (end, last)),
    )


def _nowhere(*places: tuple[Place | None, Spot | None]) -> list[str]:
    """The addresses that no place was found for, each once."""
    lost = [place.address for place, spot in places if place is not None and spot is None]
    return list(dict.fromkeys(lost))


def _ordered(
    stops: Sequence[Stop],
    first: Spot | None,
    last: Spot | None,
    spots: dict[int, Spot],
    leaves: int,
    roads: Roads,
) -> list[Stop]:
    # A visit with a time that lies nowhere is taken to be where the one before it is.
    lies: dict[int, Spot | None] = {}
    here = first
    for stop in sorted(stops, key=lambda one: one.starts or ""):
        lies[stop.id] = spots.get(stop.id, here)
        if stop.starts is not None:
            here = lies[stop.id]
    where = [lies[stop.id] for stop in stops]
    order = tour.order(
        tour.Day(
            visits=[tour.Visit(_starts(stop), _lasts(stop)) for stop in stops],
            ways=[[roads.seconds(one, other) for other in where] for one in where],
            first=[roads.seconds(first, one) for one in where],
            last=[roads.seconds(one, last) for one in where],
            leaves=leaves,
            ends=_seconds(str(config.get("evening"))),
        )
    )
    return [stops[number] for number in order]


def _drive_along(
    order: Sequence[Stop],
    first: Spot | None,
    last: Spot | None,
    spots: dict[int, Spot],
    leaves: int,
    roads: Roads,
) -> tuple[Leg, int | None]:
    """Say of each stop how one gets there, and give the way home and when the day is over: at home,
    or where that is not known, behind the last visit; None without any."""
    here, at = first, leaves
    for number, stop in enumerate(order):
        there = spots.get(stop.id)
        leg = Leg() if here is None or there is None else roads.leg(here, there)
        at += roads.seconds(here, there)
        starts = _starts(stop)
        if starts is None:
            leg = leg._replace(arrives=_clock(at))
        else:
            # To the first one leaves in time. Who is late begins late, and gets on the later.
            at = max(at, starts) if number else starts
            leg = leg._replace(late=half_up(at - starts, 60))
        stop.leg = leg
        at += _lasts(stop)
        here = there or here
    if not order:
        return Leg(), None
    if here is None or last is None:
        return Leg(), at
    at += roads.seconds(here, last)
    return roads.leg(here, last)._replace(arrives=_clock(at)), at


def _sets_out(order: Sequence[Stop], leaves: int) -> int | None:
    if not order or order[0].leg.minutes is None:
        return None
    starts = _starts(order[0])
    return leaves if starts is None else starts - 60 * order[0].leg.minutes


def _starts(stop: Stop) -> int | None:
    return None if stop.starts is None else _seconds(stop.starts)


def _lasts(stop: Stop) -> int:
    minutes = int(config.get("visit_minutes")) if stop.minutes is None else stop.minutes
    return 60 * minutes


def _seconds(clock: str) -> int:
    """The seconds of the day of HH:MM."""
    hours, minutes = clock.split(":")[:2]
    return 3600 * int(hours) + 60 * int(minutes)


def _clock(seconds: int) -> str | None:
    """HH:MM, None for what is not on that day."""
    if not 0 <= seconds < _DAY - 30:
        return None
    minutes = half_up(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _spot(place: Place, places: Places) -> Spot | None:
    return places.find(place.postcode, place.town, place.country)


def _links(
    ordered: Drive, begin: Place | None, end: Place | None, places: Places | None
) -> list[str]:
    """The links with all stops that have an address; none for a day without any."""
    service = str(config.get("maps"))
    if service == "openstreetmap":
        # It takes degrees alone.
        if places is None:
            return []
        points = [
            f"{spot.latitude:.4f},{spot.longitude:.4f}"
            for one in (begin, *ordered.stops, end)
            if one is not None and (spot := _spot(one, places)) is not None
        ]
    else:
        between = [_for_map(stop) for stop in ordered.stops if stop.address]
        # Without a start the phone begins where it is.
        points = [_for_map(begin), *between] + ([_for_map(end)] if end else [])
    visited = any(stop.address for stop in ordered.stops)
    return maplinks.directions(service, points) if visited else []


def _for_map(place: Place | None) -> str:
    return "" if place is None else ", ".join(filter(None, (place.address, place.country)))


def near(
    conn: sqlite3.Connection, driven: Drive, day: date, limit: int, places: Places | None
) -> list[Near]:
    """Contacts for whom something is due by ``day`` near one of the stops, the nearest first; one
    row a contact, for its oldest reason. Who is visited anyway is left out. Near is what lies
    within :data:`NEAR_KM`; where that is not known, what shares digits of the postcode."""
    visited = {stop.contact_id for stop in driven.stops}
    roads = Roads()
    found: dict[int, Near] = {}
    for one in queries.run(conn, "route_near", Near, {"day": day.isoformat()}):
        if one.id in visited or one.id in found:
            continue
        spot = None if places is None else _spot(one, places)
        stop = _nearest_stop(one, spot, driven, roads)
        if stop is not None:
            one.number = stop.number
            found[one.id] = one
    by = sorted(found.values(), key=_nearest_first)
    return sorted(by[:limit], key=lambda one: (one.number, *_nearest_first(one)))


def _nearest_stop(one: Near, spot: Spot | None, driven: Drive, roads: Roads) -> Stop | None:
    """The stop that a contact is nearest to, if it is near; how near is set."""
    known = [stop for stop in driven.stops if stop.id in driven.spots]
    if spot is not None and known:
        stop = min(known, key=lambda each: roads.metres(driven.spots[each.id], spot))
        one.leg = roads.leg(driven.spots[stop.id], spot)
        return stop if roads.metres(driven.spots[stop.id], spot) <= 1000 * NEAR_KM else None
    least = SAME_TOWN if driven.measured else LEAST
    behind = max(driven.stops, key=lambda each: nearness(each, one), default=None)
    if behind is None or nearness(behind, one) < least:
        return None
    one.closeness = nearness(behind, one)
    return behind


def _nearest_first(one: Near) -> tuple[bool, int, int, str, int]:
    far = one.kilometres
    return far is None, far or 0, -one.closeness, one.day, one.id


def _set_place(name: str) -> Place | None:
    return read_place(str(config.get(name) or ""))
