"""Links that open a map service with a day's stops. Addresses go to the service when somebody
opens the link, and not before."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

# How many places between the first and the last one link has. Google Maps takes nine, and in a
# phone's browser, without the app, three; Apple's takes fifteen stops in all.
_BETWEEN = {"google": 9, "apple": 14, "openstreetmap": 20}


def directions(service: str, points: Sequence[str]) -> list[str]:
    """Links with the way from point to point by car, several where one does not take them all,
    each from where the one before ends. An empty first point is where the phone is then.

    A point is an address, or for ``openstreetmap`` degrees as "50.94,6.95".
    """
    write = {"google": _google, "apple": _apple, "openstreetmap": _openstreetmap}[service]
    step = _BETWEEN[service] + 1
    return [write(points[at : at + step + 1]) for at in range(0, max(0, len(points) - 1), step)]


def _google(points: Sequence[str]) -> str:
    first, *between, last = map(_quoted, points)
    parts = [f"origin={first}" if first else "", f"destination={last}"]
    if between:
        parts.append("waypoints=" + "%7C".join(between))
    asked = "&".join(filter(None, ["api=1", *parts, "travelmode=driving"]))
    return f"https://www.google.com/maps/dir/?{asked}"


def _apple(points: Sequence[str]) -> str:
    first, *between, last = map(_quoted, points)
    parts = [f"source={first}" if first else "", *(f"waypoint={one}" for one in between)]
    asked = "&".join(filter(None, [*parts, f"destination={last}", "mode=driving"]))
    return f"https://maps.apple.com/directions?{asked}"


def _openstreetmap(points: Sequence[str]) -> str:
    route = "%3B".join(_quoted(point) for point in points)
    return f"https://www.openstreetmap.org/directions?engine=fossgis_osrm_car&route={route}"


def _quoted(point: str) -> str:
    return quote(point, safe="")
