"""Where somebody is who is called: the country, by the address or number, and its time zones."""

from __future__ import annotations

from datetime import tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from funnelcli.plain import NamedTuple
from funnelcli.values.whole import whole


class Place(NamedTuple):
    """A country by its two letters, and the zones that its clocks keep; none where it is not
    known."""

    country: str
    zones: tuple[tzinfo, ...]


def place_of(country: str | None, phone: str | None, home: str) -> Place:
    """Where a person is: in the country of the address, else that of the number in E.164, else at
    ``home``."""
    from funnelcli.values.localenames import country_of

    found = country_of(country) if country else None
    if found is None and phone and phone.startswith("+"):
        found = _by_number(phone)
    return _place(found or home)


@cache
def _by_number(phone: str) -> str | None:
    import phonenumbers

    known = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    for length in (1, 2, 3):
        regions = known.get(whole(phone[1 : 1 + length]) or 0, ())
        if len(regions) == 1:
            # Its own plan need not be read where a code is one country's alone.
            return str(regions[0]) if str(regions[0]).isalpha() else None
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return None
    found = phonenumbers.region_code_for_number(number)
    # A number that its plan has not given out yet has the country of its code all the same.
    code = found or phonenumbers.region_code_for_country_code(number.country_code or 0)
    return str(code) if code and code.isalpha() and code != "ZZ" else None


@cache
def _place(country: str) -> Place:
    from babel.core import get_global

    zones: list[tzinfo] = []
    for name in get_global("territory_zones").get(country, ()):
        try:
            zones.append(ZoneInfo(name))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return Place(country, tuple(zones))
