"""The language of messages, and the two names that stages and catalogue entries have.

English needs no catalogue and loads none. ``_`` is called when a message is shown, never at
import, so that one process can speak either language.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations

LANGUAGES = ("en", "de")

_language = "en"


def use(language: str) -> None:
    """Speak ``language`` ("en" or "de") from now on."""
    global _language
    _language = language if language in LANGUAGES else "en"


def language() -> str:
    """The language spoken now: "en" or "de"."""
    return _language


@cache
def _catalogue(language: str) -> NullTranslations:
    import gettext

    folder = os.path.join(os.path.dirname(__file__), "locale")
    return gettext.translation("funnelcli", folder, [language], fallback=True)


def _(message: str) -> str:
    """``message`` in the language spoken now."""
    return message if _language == "en" else _catalogue(_language).gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """The singular or plural form that ``n`` takes in the language spoken now."""
    if _language == "en":
        return singular if n == 1 else plural
    return _catalogue(_language).ngettext(singular, plural, n)


def pick(en: str, de: str) -> str:
    """The name in the language spoken now; the English one where German is missing."""
    return de if _language == "de" and de else en


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a message shown later
    """Mark ``message`` for the catalogue; whoever shows it calls ``_``."""
    return message


def NN_(singular: str, plural: str) -> tuple[str, str]:  # noqa: N802 - like N_
    """Mark two forms for the catalogue; whoever shows them calls ``ngettext``."""
    return singular, plural
