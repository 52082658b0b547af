"""Whom a note is about, and that none is taken twice."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from funnelcli import config
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.text import fold
from funnelcli.values import dates

# What stands around a name in the first line or the subject of a note.
_AROUND_WORDS = """besuch bei visit report besuchsbericht bericht termin gespräch mit with at to
herr herrn frau fr hr mr mrs ms dr fa firma the der die das dem den notiz notizen note notes kunde
customer contact kontakt telefonat telefon call anruf re aw fwd fw wg from von an heute today
gestern yesterday vom am on in zu und and"""
_AROUND = frozenset(map(fold, _AROUND_WORDS.split()))
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.])[+(]?\d[\d /()-]{5,20}\d(?![\w])")


class Match(NamedTuple):
    """The contact a note is about, or why there is none; ``how`` is name, email or phone, and
    ``name_only`` whether the heading says nothing but the name."""

    contact_id: int | None
    how: str = ""
    why: str = ""
    name_only: bool = False


class Directory:
    """Every contact by the words of its name, read once for all notes."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self.names: dict[int, str] = {}
        self.own: dict[int, tuple[str, ...]] = {}
        self.also: dict[int, frozenset[str]] = {}
        self.by_word: dict[str, list[int]] = {}
        rows = conn.execute(
            "SELECT c.id, c.name, coalesce(o.name, ''), coalesce(c.town, '') FROM contact AS c"
            " LEFT JOIN contact AS o ON o.id = c.organisation_id ORDER BY c.id"
        )
        for contact_id, name, organisation, town in rows:
            words = tuple(_words(name))
            self.names[contact_id] = name
            self.own[contact_id] = words
            self.also[contact_id] = frozenset((*words, *_words(organisation), *_words(town)))
            for word in set(words):
                self.by_word.setdefault(word, []).append(contact_id)

    def match(self, headings: Iterable[str], text: str, addresses: Iterable[str]) -> Match:
        """Whom a note is about: by the name in one of ``headings`` (the first line, the subject,
        the file's name), else by an address or a number in the note. Where several fit, what
        comes later decides among them."""
        found: set[int] = set()
        how = ""
        name_only = False
        tiers = [("name", heading) for heading in headings]
        for tier, heading in tiers:
            named, only = self._named(heading)
            if named:
                found, how, name_only = named, tier, only
                break
        for tier, ids in (
            ("email", self._by_email({*addresses, *_EMAIL.findall(text)})),
            ("phone", self._by_phone(text)),
        ):
            if len(found) == 1:
                break
            narrowed = found & ids if found else ids
            if narrowed:
                how = how or tier
                found = narrowed
        if len(found) == 1:
            return Match(next(iter(found)), how, "", name_only)
        if not found:
            return Match(None, why=_("no contact is named in it, by name, e-mail or phone"))
        people = ", ".join(f"{self.names[i]} ({i})" for i in sorted(found)[:5])
        return Match(None, why=_("it fits several contacts: {people}").format(people=people))

    def _named(self, heading: str) -> tuple[set[int], bool]:
        """The contacts that a line names, and whether it says nothing else."""
        said = _words(heading)
        rest = [word for word in said if not _is_around(word)]
        candidates = {i for word in rest for i in self.by_word.get(word, ())}
        if not candidates:
            return set(), False
        meant = {i for i in candidates if set(rest) <= self.also[i]}
        whole = {i for i in meant if set(rest) == set(self.own[i])}
        if meant:
            return whole or meant, True
        # A whole name of several words within a longer line.
        lengths = {i: len(self.own[i]) for i in candidates if _contains(said, self.own[i])}
        longest = max(lengths.values(), default=0)
        return {i for i, length in lengths.items() if length == longest}, False

    def _by_email(self, addresses: Iterable[str]) -> set[int]:
        ids: set[int] = set()
        for address in addresses:
            rows = self.conn.execute(
                "SELECT contact_id FROM contact_email WHERE email = ?", (address.lower(),)
            )
            ids.update(row[0] for row in rows)
        return ids

    def _by_phone(self, text: str) -> set[int]:
        ids: set[int] = set()
        for written in dict.fromkeys(_PHONE.findall(text)):
            from funnelcli.values.phones import normal_phone

            rows = self.conn.execute(
                "SELECT contact_id FROM contact_phone WHERE phone = ?",
                (normal_phone(written, config.get("region")),),
            )
            ids.update(row[0] for row in rows)
        return ids


def _words(text: str) -> list[str]:
    import unicodedata

    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    return [fold(word) for word in _WORD.findall(composed)]


def _is_around(word: str) -> bool:
    return word in _AROUND or word[:1].isdigit()


def _contains(said: list[str], name: tuple[str, ...]) -> bool:
    """Whether the words of a name of several words stand in a row in ``said``."""
    size = len(name)
    return size > 1 and any(
        tuple(said[start : start + size]) == name for start in range(len(said) - size + 1)
    )


def day_in(text: str) -> str | None:
    """A whole date, with its year, in a heading or a file's name, as ISO text."""
    for written in re.findall(
        r"(?<!\d)(?:\d{4}-\d\d?-\d\d?|\d{8}|\d\d?\.\d\d?\.\d{4})(?!\d)", text
    ):
        try:
            day = dates.parse_date(written)
        except Usage:
            continue
        if day <= dates.today():
            return day.isoformat()
    return None


def is_taken(conn: sqlite3.Connection, content: str) -> bool:
    """Whether a note of this content (its SHA-256 in hexadecimal) was taken before."""
    row = conn.execute("SELECT 1 FROM inbox_note WHERE hash = ?", (content,)).fetchone()
    return row is not None


def take(conn: sqlite3.Connection, content: str, file: str, visit_id: int) -> None:
    """Record that a note was taken; together with its visit, in one transaction."""
    conn.execute(
        "INSERT INTO inbox_note (hash, file, visit_id, recorded_at) VALUES (?, ?, ?, ?)",
        (content, file, visit_id, dates.now()),
    )
