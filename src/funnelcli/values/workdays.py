"""Working days: neither a weekend nor a public holiday of a country, or of one of its states."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values.choosing import named

if TYPE_CHECKING:
    from holidays.holiday_base import HolidayBase


# What people call states besides their names.
_ALSO = {
    "DE": {
        "BW": "BaWü",
        "BY": "Bavaria",
        "HE": "Hesse",
        "MV": "Mecklenburg-Western Pomerania, Meck-Pomm, MeckPomm",
        "NI": "Lower Saxony",
        "NW": "North Rhine-Westphalia, NRW",
        "RP": "Rhineland-Palatinate, RLP",
        "SN": "Saxony",
        "ST": "Saxony-Anhalt",
        "TH": "Thuringia",
    },
    "AT": {
        "2": "Carinthia",
        "3": "Lower Austria",
        "4": "Upper Austria",
        "6": "Styria",
        "7": "Tyrol",
        "9": "Vienna",
    },
    "CH": {
        "FR": "Freiburg",
        "GE": "Geneva, Genf",
        "GR": "Grisons",
        "LU": "Lucerne",
        "NE": "Neuenburg",
        "SG": "St. Gallen",
        "TI": "Tessin",
        "VD": "Waadt",
        "ZH": "Zurich",
    },
}


@cache
def _calendar(country: str, state: str | None) -> HolidayBase:
    """The public holidays of a country (two letters), with those of a state (its code)."""
    # Loading it takes 40 ms: only what asks for a working day pays for it.
    from holidays import country_holidays

    return country_holidays(country, subdiv=state)


def known_country(text: str) -> str:
    """The code of a country whose public holidays are known, like DE. Raises Usage."""
    from holidays import list_supported_countries

    code = text.strip().upper()
    if code not in list_supported_countries():
        raise Usage(
            _("The public holidays of {value} are not known.").format(value=text),
            _("Write the two letters of a country, like DE."),
        )
    return code


def known_state(text: str, countries: tuple[str, ...]) -> str:
    """The code of a state with its country's in front, like DE-BY, from that, from its own code or
    from its name (Bayern), which is looked up in ``countries`` one after the other.

    Raises Usage.
    """
    said = text.strip().casefold()
    front, _hyphen, rest = said.partition("-")
    tried = [(front.upper(), rest)] if len(front) == 2 and rest else []
    tried += [(country, said) for country in countries]
    for country, name in tried:
        states = _states(country)
        also = {code: words.split(", ") for code, words in _ALSO.get(country, {}).items()}
        entries = [
            (code, *(names or [code])[:1] * 2, *names, *also.get(code, ()))
            for code, names in states.items()
        ]
        found = named(entries, name)
        if found is not None:
            return f"{country}-{found}"
    raise Usage(
        _("{value} is no state whose public holidays are known.").format(value=text),
        _("Write its code, like DE-BY."),
    )


def _states(country: str) -> dict[str, list[str]]:
    """The codes of a country's states with their names; none for an unknown country."""
    from holidays import country_holidays, list_supported_countries

    if country not in list_supported_countries():
        return {}
    known: dict[str, list[str]] = country_holidays(country).get_subdivision_aliases()
    return known


def working_day(country: str, state: str | None) -> Callable[[date], bool]:
    """What tells whether a day is a working day in ``country``; ``state`` like DE-BY counts where
    it is one of that country."""
    calendar = _calendar(country, _within(country, state))
    return lambda day: day.weekday() not in calendar.weekend and day not in calendar


def public_holiday(country: str, state: str | None) -> Callable[[date], bool]:
    """What tells whether a day is a public holiday in ``country``, and there in ``state`` where it
    is one of its; never, where those of the country are not known."""
    try:
        calendar = _calendar(country, _within(country, state))
    except NotImplementedError:
        return lambda _day: False
    return calendar.__contains__


def _within(country: str, state: str | None) -> str | None:
    """The code of a state like DE-BY within its own country, None for another country."""
    inside = state is not None and state.startswith(f"{country}-")
    return state.partition("-")[2] if state and inside else None


def carried_over(day: date, country: str, state: str | None) -> date:
    """``day``, or the next working day where it is none (as § 193 BGB has it)."""
    works = working_day(country, state)
    while not works(day):
        day += timedelta(days=1)
    return day


@cache
def days_between(first: date, last: date, country: str, state: str | None) -> int:
    """The working days behind the first day, up to the last, in a country and its ``state`` as for
    :func:`working_day`; where its public holidays are not known, all but weekends."""
    works = working_day_or_weekday(country, state)
    return sum(works(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def working_day_or_weekday(country: str, state: str | None) -> Callable[[date], bool]:
    """As :func:`working_day`; where the public holidays of the country are not known, what tells
    whether a day is of no weekend."""
    try:
        return working_day(country, state)
    except NotImplementedError:
        return lambda day: day.weekday() < 5
