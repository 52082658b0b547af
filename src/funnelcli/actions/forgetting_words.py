"""What finds a person in texts: names, addresses and numbers, however they are written."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from funnelcli.text import search_key


class Words(NamedTuple):
    """What a person is known by: names, addresses and numbers as they are ``said``, and single
    words that are a name in some places and a word like any other elsewhere."""

    said: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()

    def __or__(self, other: Words) -> Words:
        return Words(self.said | other.said, self.alone | other.alone)


def pattern(conn: sqlite3.Connection, words: Words, contacts: Collection[int]) -> re.Pattern[str]:
    """What finds the words in the texts of a database: names without regard to case, in either
    spelling of an umlaut; numbers with the country's code or without. A single word is looked for
    as it is written, where no other contact has it and it is no common one in the texts."""
    forms: set[str] = set()
    for text in words.said:
        if re.fullmatch(r"\+?[\d\s/().-]{6,}", text):
            forms |= _numbers(text)
            continue
        # Whoever has an address at a website is another, and so is one whose address ends alike.
        before = r"(?<![\w.+-])" if "@" in text else r"(?<![\w@])"
        forms |= {rf"{before}(?i:{re.escape(form)})(?!\w)" for form in (text, search_key(text))}
    for word in words.alone:
        if len(word) >= 4 and not _elsewhere(conn, word, contacts):
            forms.add(rf"(?<!\w){re.escape(word)}(?!\w)")
    return re.compile("|".join(sorted(forms, key=lambda form: (-len(form), form))) or "(?!)")


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
