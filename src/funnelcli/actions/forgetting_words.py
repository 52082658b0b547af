"""What finds a person in texts: names, addresses and numbers, however they are written."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Collection

from funnelcli.patterns import re, regex
from funnelcli.plain import NamedTuple
from funnelcli.text import composed, name_fold, search_key


class Words(NamedTuple):
    """What a person is known by: names, addresses and numbers as they are ``said``, and single
    words that are a name in some places and a word like any other elsewhere."""

    said: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()

    def __or__(self, other: Words) -> Words:
        return Words(self.said | other.said, self.alone | other.alone)


def pattern(conn: sqlite3.Connection, words: Words, contacts: Collection[int]) -> re.Pattern[str]:
    """What finds the words in the texts of a database: names without regard to case, with umlauts,
    hyphens and the genitive as people write them; numbers with the country's code or without. A
    single word is looked for as it is written or in capitals, where no other contact has it and it
    is no common one in the texts."""
    forms: set[str] = set()
    for text in words.said:
        if re.fullmatch(r"\+?[\d\s/().-]{6,}", text):
            forms |= _numbers(text)
            continue
        # Whoever has an address at a website is another, and so is one whose address ends alike.
        before = r"(?<![\w.+-])" if "@" in text else r"(?<![\w@])"
        forms |= {rf"{before}(?i:{_spelt(form)}){_GENITIVE}(?!\w)" for form in (text, text.upper())}
    for word in words.alone:
        if len(word) >= 4 and not _elsewhere(conn, word, contacts):
            forms |= {rf"(?<!\w){_spelt(form)}{_GENITIVE}(?!\w)" for form in (word, word.upper())}
    return re.compile("|".join(sorted(forms, key=lambda form: (-len(form), form))) or "(?!)")


def called_by(words: Words) -> frozenset[str]:
    """The single words of the names, folded, by one of which a command may mean the person."""
    said = (text for text in words.said | words.alone if not re.search(r"[@\d/]|\w\.\w", text))
    return frozenset(part for text in said for part in name_fold(text).split() if len(part) > 2)


# After a name: Müllers, Müller's, Hans'.
_GENITIVE = "(?:['\u2019]?[sS]|['\u2019])?"
# Letters that are written in several ways, each in small letters with its ways.
_WAYS = {
    **dict.fromkeys(("ä", "ae", "æ"), "ä ae æ a"),
    **dict.fromkeys(("ö", "oe", "ø", "œ"), "ö oe ø œ o"),
    **dict.fromkeys(("ü", "ue"), "ü ue u"),
    **dict.fromkeys(("ß", "ss", "ẞ"), "ß ss ẞ"),
    "å": "å aa a",
}
_SEVERAL = regex("(?<![aeiouyq])[aou]e|ss|[äæöøœüßåẞ]|[-\u2010-\u2015\\s]+|['\u2018\u2019]", "i")


def _spelt(text: str) -> str:
    """What finds a name in its usual spellings, as far as they do not differ in case."""
    found = []
    after = 0
    text = composed(text)
    for several in _SEVERAL.finditer(text):
        found.append(_plain(text[after : several.start()]))
        after = several.end()
        sign = several[0]
        ways = _WAYS.get(sign.lower())
        if ways is None:
            found.append("['\u2018\u2019]?" if sign in "'\u2018\u2019" else "[-\u2010-\u2015\\s]+")
            continue
        each = ways.split()
        if sign.isupper():
            each += [way.upper() for way in each]
        if sign.istitle():
            each += [way.title() for way in each]
        each += [unicodedata.normalize("NFD", way) for way in each]
        found.append(f"(?:{'|'.join(sorted({*each}, key=lambda way: (-len(way), way)))})")
    return "".join(found) + _plain(text[after:])


def _plain(text: str) -> str:
    """What finds a text with its accents or without."""
    found = []
    for sign in text:
        letter = unicodedata.normalize("NFD", sign)[0]
        marked = f"(?:{re.escape(sign)}|{re.escape(letter)}[\u0300-\u036f]*)"
        found.append(re.escape(sign) if sign.isascii() else marked)
    return "".join(found)


def _numbers(phone: str) -> set[str]:
    """The ways in which people write a phone number: with its country's code, or a nought."""
    between = r"[\s/().-]*"
    digits = re.sub(r"\D", "", phone)
    if not phone.startswith("+"):
        return {rf"(?<!\d){between.join(digits)}(?!\d)"}
    # Where the country's code ends is not said: it has one to three digits.
    return {rf"(?:\+|(?<!\d)00){between}{between.join(digits)}(?!\d)"} | {
        rf"(?<!\d)(?:(?:\+|00)?{between.join(digits[:code])}{between}\(?0?\)?|0){between}"
        rf"{between.join(digits[code:])}(?!\d)"
        for code in (1, 2, 3)
        if len(digits) - code >= 6
    }


def _elsewhere(conn: sqlite3.Connection, word: str, contacts: Collection[int]) -> bool:
    """Whether another contact has a word in its name, or it stands in small letters in a note or a
    visit."""
    taken = conn.execute(
        "SELECT 1 FROM contact WHERE instr(search, ?)"
        " AND id NOT IN (SELECT value FROM json_each(?)) LIMIT 1",
        (search_key(word), json.dumps([*contacts])),
    ).fetchone()
    if taken is not None:
        return True
    small = word.lower()
    texts = "SELECT text AS t FROM note UNION ALL SELECT said FROM visit"
    found = conn.execute(f"SELECT t FROM ({texts}) WHERE instr(t, ?)", (small,))
    return any(re.search(rf"(?<!\w){re.escape(small)}(?!\w)", text) for (text,) in found)
