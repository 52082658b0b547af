"""Visits and contacts with an address, and what is near told by the postcode.

Its digits go from the region to the district in most countries; the same town counts too.
"""

from __future__ import annotations

from collections.abc import Sequence

from funnelcli.nouns.field import field
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import CHANNELS
from funnelcli.patterns import re
from funnelcli.plain import NamedTuple
from funnelcli.text import name_fold

# So many first digits of the postcode must be the same: in Germany a region, two hours across.
LEAST = 2
SAME_TOWN = 4


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


class Leg(NamedTuple):
    """How one gets somewhere: whole kilometres and minutes by road, None where that is not known;
    when one is there at a visit without a time; and how many minutes too late at one with a time,
    coming from the visit before."""

    kilometres: int | None = None
    minutes: int | None = None
    arrives: str | None = None
    late: int = 0


class Stop(Place):
    """A visit of the day; ``number`` is its place in the order, ``leg`` the way from the stop
    before."""

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
    leg = Leg()

    @property
    def kilometres(self) -> int | None:
        """From the stop before, or from where the day begins."""
        return self.leg.kilometres

    @property
    def travel_minutes(self) -> int | None:
        """The minutes of that way."""
        return self.leg.minutes

    @property
    def arrives(self) -> str | None:
        """When one is there, of a visit without a time: HH:MM."""
        return self.leg.arrives


class Near(Place):
    """A contact for whom something is due; ``why`` is task, call, visit, care or rotten, ``day``
    since when, ``number`` the stop that it is nearest to, ``leg`` the way from there, ``closeness``
    how near where that is not known."""

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
    leg = Leg()

    @property
    def kilometres(self) -> int | None:
        """From the stop that it is nearest to."""
        return self.leg.kilometres


def read_place(text: str) -> Place | None:
    """The place in "Domstr. 1, 50667 Köln", or in "Kassel"; None in nothing."""
    codes = list(re.finditer(r"\b(?:[A-Z]{1,2}-)?\d{4,5}\b", text))
    if codes:
        code: str | None = codes[-1][0]
        street, town = text[: codes[-1].start()], text[codes[-1].end() :]
    else:
        code = None
        street, _comma, town = text.rpartition(",")
    street, town = street.strip(" ,"), town.strip(" ,")
    if not (code or town):
        return None
    return Place.made(street=street or None, postcode=code, town=town or None, country=None)


def by_postcode(found: Sequence[Stop], here: Place | None) -> list[Stop]:
    """Those with a time by it, each other one behind the stop that it is nearest to, or else at the
    end, from place to place; ``here`` is where a day without any time begins."""
    order = [stop for stop in found if stop.starts is not None]
    rest = [stop for stop in found if stop.starts is None]
    for stop in list(rest):
        behind = max(order, key=lambda one: nearness(one, stop), default=None)
        if behind is not None and nearness(behind, stop) >= LEAST:
            order.insert(_end_of_group(order, behind, stop), stop)
            rest.remove(stop)
    if order:
        here = order[-1]
    while rest:
        following = rest[0] if here is None else _nearest(here, rest)
        rest.remove(following)
        order.append(following)
        here = following
    return order


def _end_of_group(order: Sequence[Stop], behind: Stop, stop: Stop) -> int:
    """The place behind ``behind`` and those that stand there for the same reason."""
    at = order.index(behind) + 1
    while at < len(order) and order[at].starts is None and nearness(order[at], stop) >= LEAST:
        at += 1
    return at


def nearness(one: Place, other: Place) -> int:
    """How many first characters of the postcodes agree; the same town counts as four. Nothing
    between countries."""
    if one.country and other.country and name_fold(one.country) != name_fold(other.country):
        return 0
    same = _common(_code(one), _code(other))
    if one.town and other.town and name_fold(one.town) == name_fold(other.town):
        return max(same, SAME_TOWN)
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
