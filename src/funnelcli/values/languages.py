"""The language that somebody is written to, as a BCP 47 tag: de, en, de-AT."""

from __future__ import annotations

from functools import lru_cache

from funnelcli.errors import Usage
from funnelcli.i18n import LANGUAGES, _
from funnelcli.patterns import re, regex

_TAG = regex(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", "ai")


@lru_cache(64)
def language_tag(text: str) -> str:
    """The tag that ``text`` is, or the one of the language that it names in German or English.
    Raises Usage."""
    word = text.strip()
    if _TAG.fullmatch(word):
        primary, *rest = re.split("[-_]", word)
        return "-".join((primary.lower(), *map(_cased, rest)))
    from babel import Locale

    for speaker in LANGUAGES:
        for tag, name in Locale(speaker).languages.items():
            if str(name).casefold() == word.casefold():
                return str(tag).replace("_", "-")
    raise Usage(
        _("{value} is no language.").format(value=text),
        _("Write a tag like de, en or de-AT, or the language's name."),
    )


def _cased(part: str) -> str:
    """A region is in capitals, a script begins with one."""
    return part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part.lower()
