"""The names of locales, as systems, browsers and people write them: "de_DE.UTF-8", "de-DE", "C"."""

from __future__ import annotations

_ALIKE = {"": "en_US", "C": "en_US", "POSIX": "en_US", "en": "en_US", "de": "de_DE"}


def plain(locale: str) -> str:
    """Language and country alone: "de_DE" for "de-DE.UTF-8"."""
    return locale.partition(".")[0].replace("-", "_")


def usual(locale: str) -> str:
    """The same, with the usual country where a language is named without one."""
    name = plain(locale)
    return _ALIKE.get(name, name)
