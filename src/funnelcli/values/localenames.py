"""The names of locales, as systems, browsers and people write them: "de_DE.UTF-8", "de-DE", "C";
and the codes of what has a name in each language: currencies, countries."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from funnelcli.errors import Usage

# What a country is called by that has other letters: in the Union, and on cars and old letters.
_CUSTOMARY = {"UK": "GB", "EL": "GR", "D": "DE", "A": "AT", "FL": "LI"}
_ALIKE = {"": "en_US", "C": "en_US", "POSIX": "en_US", "en": "en_US", "de": "de_DE"}


def plain(locale: str) -> str:
    """Language and country alone: "de_DE" for "de-DE.UTF-8"."""
    return locale.partition(".")[0].replace("-", "_")


def usual(locale: str) -> str:
    """The same, with the usual country where a language is named without one."""
    name = plain(locale)
    return _ALIKE.get(name, name)


def called(kind: str, codes: Iterable[str], value: str) -> str | None:
    """The one of these codes whose name in English or German ``value`` is, or a part of; ``kind``
    is what Babel has them as. None for none, Usage with those that it may be."""
    from babel import Locale

    from funnelcli.values.choosing import named

    names = [getattr(Locale(language), kind) for language in ("en", "de")]
    return named(
        ((code, *(str(known.get(code, code)) for known in names)) for code in codes), value
    )


def country(value: str) -> str | None:
    """The two letters of a country, from these, its three or its name. None for none, Usage with
    those that it may be."""
    letters = value.upper()
    if letters in _CUSTOMARY:
        return _CUSTOMARY[letters]
    if len(letters) == 2 and letters.isascii() and letters.isalpha():
        return letters
    from babel import Locale
    from babel.core import get_global

    known = [*get_global("territory_aliases").get(letters, ())] if len(letters) == 3 else []
    if len(known) == 1:
        return str(known[0])
    codes = [code for code in map(str, Locale("en").territories) if len(code) == 2]
    return called("territories", codes, value)


@cache
def country_of(text: str) -> str | None:
    """The same of what an address says; None also for what may be several."""
    try:
        return country(" ".join(text.split())) if text.strip() else None
    except Usage:
        return None
