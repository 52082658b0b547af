"""The language of messages, and the two names that stages and catalogue entries have.

English needs no catalogue and loads none. ``_`` is called when a message is shown, never at
import, so that one process can speak either language.
"""

from __future__ import annotations

import os
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gettext import NullTranslations

LANGUAGES = ("en", "de")

_language = "en"
_swiss = False


def use(language: str, locale: str = "") -> None:
    """Speak ``language`` ("en" or "de") from now on, as it is spoken where ``locale`` is."""
    global _language, _swiss
    _language = language if language in LANGUAGES else "en"
    _swiss = _language == "de" and locale.partition(".")[0][3:5].upper() in ("CH", "LI")


def language() -> str:
    """The language spoken now: "en" or "de"."""
    return _language


@cache
def _catalogue(language: str) -> NullTranslations:
    from gettext import GNUTranslations, NullTranslations

    # Its own search goes through the names of locales, which take long to load.
    folder = os.path.join(os.path.dirname(__file__), "locale", language, "LC_MESSAGES")
    try:
        with open(os.path.join(folder, "funnelcli.mo"), "rb") as file:
            return GNUTranslations(file)
    except OSError:
        return NullTranslations()


def _(message: str) -> str:
    """``message`` in the language spoken now."""
    return message if _language == "en" else local(_catalogue(_language).gettext(message))


def every(message: str) -> tuple[str, ...]:
    """``message`` in each language."""
    if not message:
        return ()
    return (message, *(_catalogue(one).gettext(message) for one in LANGUAGES if one != "en"))


def ngettext(singular: str, plural: str, n: float) -> str:
    """The singular or plural form that ``n`` takes in the language spoken now."""
    if _language == "en":
        return singular if n == 1 else plural
    # 1.5 days are several, in both languages.
    found = _catalogue(_language).ngettext(singular, plural, int(n) if n == int(n) else 2)
    return local(found)


def pick(en: str, de: str) -> str:
    """The name in the language spoken now; the English one where German is missing."""
    return local(de) if _language == "de" and de else en


def local(german: str) -> str:
    """German as it is written where the person lives: in Switzerland with ss for ß, MWST for the
    tax, and 12’500.50 for 12.500,50 in the examples of messages."""
    if not _swiss:
        return german
    import re

    text = german.replace("ß", "ss").replace("USt.-", "MWST-").replace("USt.", "MWST")
    text = re.sub(r"(?<![\d.])(\d{1,3})\.(\d{3})(?![\d.])", r"\1’\2", text)
    return re.sub(r"(?<=\d),(?=\d)", ".", text)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a message shown later
    """Mark ``message`` for the catalogue; whoever shows it calls ``_``."""
    return message


def NN_(singular: str, plural: str) -> tuple[str, str]:  # noqa: N802 - like N_
    """Mark two forms for the catalogue; whoever shows them calls ``ngettext``."""
    return singular, plural
