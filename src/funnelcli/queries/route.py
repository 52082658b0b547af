"""The visits of a day in an order that can be driven, and who is due near them.

Without a map: what is near is told by the postcode, whose digits go from the region to the
district in most countries, and by the town.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from datetime import date

from funnelcli import queries
from funnelcli.nouns.field import field
from funnelcli.nouns.record import Record
from funnelcli.nouns.rules import STEP_AWAKE
from funnelcli.nouns.types import CHANNELS
from funnelcli.text import name_fold

# So many first digits of the postcode must be the same: in Germany a region, two hours across.
LEAST = 2
_SAME_TOWN = 4


class Place(Record):
    """What has an address."""

    street: str | None
    postcode: str | None
    town: str | None
    country: str | None

    @property
    def address(self) -> str:
        """Street and town in a line; empty where neither is known."""
        town = " ".join(filter(None, (self.postcode, self.town)))
        return ", ".join(filter(None, (self.street, town)))


class Stop(Place):
    """A visit of the day; ``number`` is its place in the order."""

    id: int
    what: str
    starts: str | None
    minutes: int | None
    deal_id: int | None
    deal: str | None
    contact_id: int | None
    contact: str | None
    street: str | None
    postcode: str | None
    town: str | None
    country: str | None
    phone: str | None
    consent: list[str] = field("Consent", CHANNELS)

    number = 0


class Near(Place):
    """A contact for whom something is due; ``why`` is task, call, visit, care or rotten, ``day``
    since when, ``number`` the stop that it is nearest to, ``closeness`` how near."""

    id: int
    contact: str
    why: str
    what: str
    day: str
    street: str | None
    postcode: str | None
    town: str | None
    country: str | None
    phone: str | None
    consent: list[str] = field("Consent", CHANNELS)

    number = 0
    closeness = 0


def stops(conn: sqlite3.Connection, day: date, home: str = "") -> list[Stop]:
    """The visits of ``day`` in order: those with a time by it, each other one behind the stop that
    it is nearest to, or else at the end, from place to place. ``home`` is where the day begins,
    "postcode town", for a day without any time.
    """
    values = {"day": day.isoformat()}
    found = list(queries.run(conn, "route_stops", Stop, values, where=STEP_AWAKE))
    order = [stop for stop in found if stop.starts is not None]
    rest = [stop for stop in found if stop.starts is None]
    for stop in list(rest):
        behind = max(order, key=lambda one: nearness(one, stop), default=None)
        if behind is not None and nearness(behind, stop) >= LEAST:
            order.insert(_end_of_group(order, behind, stop), stop)
            rest.remove(stop)
    here: Place | None = order[-1] if order else _home(home)
    while rest:
        following = rest[0] if here is None else _nearest(here, rest)
        rest.remove(following)
        order.append(following)
        here = following
    for number, stop in enumerate(order, 1):
        stop.number = number
    return order


def _end_of_group(order: Sequence[Stop], behind: Stop, stop: Stop) -> int:
    """The place behind ``behind`` and those that stand there for the same reason."""
    at = order.index(behind) + 1
    while at < len(order) and order[at].starts is None and nearness(order[at], stop) >= LEAST:
        at += 1
    return at


def near(conn: sqlite3.Connection, order: Sequence[Stop], day: date, limit: int) -> list[Near]:
    """Contacts for whom something is due by ``day`` near one of the stops, the nearest first; one
    row a contact, for its oldest reason. Who is visited anyway is left out."""
    visited = {stop.contact_id for stop in order}
    found: dict[int, Near] = {}
    for one in queries.run(conn, "route_near", Near, {"day": day.isoformat()}):
        if one.id in visited or one.id in found:
            continue
        at = max(order, key=lambda stop: nearness(stop, one), default=None)
        if at is None or nearness(at, one) < LEAST:
            continue
        one.number, one.closeness = at.number, nearness(at, one)
        found[one.id] = one
    by = sorted(found.values(), key=lambda one: (-one.closeness, one.day, one.id))
    return sorted(by[:limit], key=lambda one: (one.number, -one.closeness, one.day, one.id))


def nearness(one: Place, other: Place) -> int:
    """How many first characters of the postcodes agree; the same town counts as four. Nothing
    between countries."""
    if one.country and other.country and name_fold(one.country) != name_fold(other.country):
        return 0
    same = _common(_code(one), _code(other))
    if one.town and other.town and name_fold(one.town) == name_fold(other.town):
        return max(same, _SAME_TOWN)
    return same


def _code(place: Place) -> str:
    return re.sub(r"[^0-9A-Z]", "", (place.postcode or "").upper())


def _common(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _nearest(here: Place, places: Sequence[Stop]) -> Stop:
    return min(places, key=lambda stop: _way(here, stop))


def _way(here: Place, there: Place) -> tuple[int, int, str]:
    """How far it is, for comparison only: by nearness, then by the postcodes as numbers."""
    one, other = _code(here), _code(there)
    apart = abs(int(one) - int(other)) if one.isdecimal() and other.isdecimal() else 10**9
    return -nearness(here, there), apart, other


def _home(text: str) -> Place | None:
    """The place in "34117 Kassel"; None where there is no postcode."""
    found = re.search(r"\d{4,5}", text)
    if found is None:
        return None
    town = text.replace(found[0], "").strip() or None
    return Place.made(street=None, postcode=found[0], town=town, country=None)
