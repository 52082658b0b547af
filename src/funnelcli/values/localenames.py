"""The names of locales, as systems, browsers and people write them: "de_DE.UTF-8", "de-DE", "C";
and the codes of what has a name in each language: currencies, countries."""

from __future__ import annotations

from collections.abc import Iterable

# What a country is called by that has other letters.
_CUSTOMARY = {"UK": "GB", "EL": "GR"}
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
    """The two letters of a country, from these or from its name. None for none, Usage with those
    that it may be."""
    if len(value) == 2 and value.isascii() and value.isalpha():
        return _CUSTOMARY.get(value.upper(), value.upper())
    from babel import Locale

    codes = [code for code in map(str, Locale("en").territories) if len(code) == 2]
    return called("territories", codes, value)
