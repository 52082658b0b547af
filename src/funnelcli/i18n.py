"""The language of messages, and the two names that stages and catalogue entries have.

English needs no catalogue and loads none. ``_`` is called when a message is shown, never at
import, so that one process can speak either language.
"""

from __future__ import annotations

import os
from functools import cache

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


class _Catalogue:
    """What a compiled catalogue (.mo) holds, looked up message by message. Python's own gettext
    reads all of them first, which takes longer than most commands have; a command says few."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._count, self._messages, self._meanings = map(self._number, (8, 12, 16))
        self._found: dict[str, list[str]] = {}

    def forms(self, message: str) -> list[str]:
        """What a message is in the catalogue's language, singular and plural where it has both;
        nothing for one that is not in it."""
        found = self._found.get(message)
        if found is None:
            found = self._found[message] = self._look_up(message)
        return found

    def _look_up(self, message: str) -> list[str]:
        wanted = message.encode("utf-8", "surrogatepass")
        # The messages are sorted by their bytes; behind a singular is its plural.
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            found = self._text(self._messages, middle).partition(b"\0")[0]
            if found == wanted:
                return self._text(self._meanings, middle).decode().split("\0")
            if found < wanted:
                low = middle + 1
            else:
                high = middle
        return []

    def _text(self, table: int, place: int) -> bytes:
        start = self._number(table + 8 * place + 4)
        return self._data[start : start + self._number(table + 8 * place)]

    def _number(self, at: int) -> int:
        return int.from_bytes(self._data[at : at + 4], "little")


@cache
def _catalogue(language: str) -> _Catalogue:
    folder = os.path.join(os.path.dirname(__file__), "locale", language, "LC_MESSAGES")
    try:
        with open(os.path.join(folder, "funnelcli.mo"), "rb") as file:
            return _Catalogue(file.read())
    except OSError:
        return _Catalogue(b"")


def _said(message: str, language: str) -> str:
    forms = _catalogue(language).forms(message)
    return forms[0] if forms else message


def _(message: str) -> str:
    """``message`` in the language spoken now."""
    return message if _language == "en" else local(_said(message, _language))


def every(message: str) -> tuple[str, ...]:
    """``message`` in each language."""
    if not message:
        return ()
    return (message, *(_said(message, one) for one in LANGUAGES if one != "en"))


def ngettext(singular: str, plural: str, n: float) -> str:
    """The singular or plural form that ``n`` takes in the language spoken now."""
    # 1.5 days are several, in both languages.
    forms = [] if _language == "en" else _catalogue(_language).forms(singular)
    found = (forms or (singular, plural))[n != 1]
    return local(found) if forms else found


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
