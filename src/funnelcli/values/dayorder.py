"""In which order a locale writes the numbers of a day with strokes between them."""

from __future__ import annotations

from funnelcli.values.localenames import plain

# Babel takes as long to load as a command; these are what it says.
_MONTH_FIRST = {
    "en_US": True,
    "en_GB": False,
    "en_IE": False,
    "en_AU": False,
    "en_NZ": False,
    "en_IN": False,
    "de_DE": None,
    "de_AT": None,
    "de_CH": None,
}


def month_first(locale: str) -> bool | None:
    """Whether ``12/4`` is the 4th of December to a ``locale``, by CLDR's short date; None where
    days are not written like that, or the locale names no country to tell by."""
    name = plain(locale)
    if name in _MONTH_FIRST or "_" not in name:
        return _MONTH_FIRST.get(name)
    from babel import Locale, UnknownLocaleError

    try:
        pattern = str(Locale.parse(name).date_formats["short"])
    except (UnknownLocaleError, ValueError):
        return None
    if "/" not in pattern or pattern.lstrip("'").startswith("y"):
        return None
    return pattern.index("M") < pattern.index("d")
