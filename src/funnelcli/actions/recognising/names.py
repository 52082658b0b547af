"""Names that are words as well: Mr Price, Frau Termin, Herr Montag.

They are taken out of a note before it is read, letter by letter, so that every place in the text
stays what it was, and put back into what was read of it.
"""

from __future__ import annotations

from funnelcli.actions.recognising.clauses import word_set
from funnelcli.patterns import re, regex
from funnelcli.text import fold

TITLES = (
    r"herrn?|hr|hrn|frau|fr|familie|fam|firma|fa|doktor|dr|prof|mr|mrs|ms|miss|mister|madam|sir"
)
# What stands behind "Frau" and "Firma" as words of their own is written small, or begins with one.
_NAME = regex(rf"(?<![^\W_])(?:(?:{TITLES})\b\.?[ ]+)+([^\W\d_]+(?:-[^\W\d_]+)*)", "i")
_SURE = regex(r"(?:herrn?|hrn?|mrs?|ms|miss|mister)\b", "i")
# A letter is shown as one of a script that no words are made of in the languages that are read.
_AWAY = 0x20000
_LAST = 0x2000
_NO_NAMES = (
    "war ist hat will wollte möchte sagt sagte meint und oder nicht noch was is has wants"
    " said says and or not still der die das the in im mit kam ruft calls called"
)
# Behind "Fr" as it is written for Friday these are what is to be done then, and nobody's name.
_ON_FRIDAY = (
    "angebot termin rückruf anruf wiedervorlage unterlagen vertrag besuch besichtigung vorführung"
    " besprechung nachfassen datenblatt rechnung kostenvoranschlag beratungstermin ortstermin"
)


def mask(text: str) -> str:
    """``text`` with the letters of names behind a title changed into others, as long as it is."""
    if any(ord(letter) >= _AWAY for letter in text):
        return text

    def hidden(found: re.Match[str]) -> str:
        name = found[1]
        capital = name[:1].isupper()
        if not capital and (_SURE.match(found[0]) is None or fold(name) in word_set(_NO_NAMES)):
            return found[0]
        if found[0].startswith("Fr ") and fold(name) in word_set(_ON_FRIDAY):
            return found[0]
        away = "".join(
            chr(_AWAY + ord(letter)) if letter.isalpha() and ord(letter) < _LAST else letter
            for letter in name
        )
        return found[0][: -len(name)] + away

    return _NAME.sub(hidden, text)


def unmask(text: str) -> str:
    """``text`` with the letters of names as they were."""
    if text.isascii():
        return text
    return "".join(
        chr(ord(letter) - _AWAY) if _AWAY <= ord(letter) < _AWAY + _LAST else letter
        for letter in text
    )


def is_masked(word: str) -> bool:
    """Whether a word is a name that was taken out."""
    return bool(word) and _AWAY <= ord(word[0]) < _AWAY + _LAST
