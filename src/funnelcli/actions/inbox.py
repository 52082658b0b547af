"""Whom a note is about, and that none is taken twice."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from funnelcli import config
from funnelcli.errors import Usage
from funnelcli.formats.notes import Note
from funnelcli.i18n import _
from funnelcli.text import composed, fold
from funnelcli.values import dates

# What stands around a name in the first line or the subject of a note.
_AROUND_WORDS = """besuch bei visit report besuchsbericht bericht termin gespräch mit with at to
herr herrn frau fr hr mr mrs ms dr fa firma the der die das dem den notiz notizen note notes kunde
customer contact kontakt telefonat telefon call anruf re aw fwd fw wg from von an heute today
gestern yesterday vom am on in zu und and"""
_AROUND = frozenset(map(fold, _AROUND_WORDS.split()))
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
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

    def match(
        self,
        headings: Iterable[str],
        text: str,
        addresses: Iterable[str] = (),
        quoted: str = "",
    ) -> Match:
        """Whom a note is about: by the name in one of ``headings`` (the first line, the subject,
        the file's name), else by an address or a number in the note, or an address in what it
        quotes. Where several fit, what comes later decides among them."""
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
            ("email", self._by_email({*addresses, *EMAIL.findall(text)})),
            ("phone", self._by_phone(text)),
            ("email", self._by_email(EMAIL.findall(quoted))),
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
        return Match(None, why=self.several(found))

    def several(self, ids: set[int]) -> str:
        """Why a note is about none of these contacts."""
        people = ", ".join(f"{self.names[i]} ({i})" for i in sorted(ids)[:5])
        return _("it fits several contacts: {people}").format(people=people)

    def is_own(self, sender: str, recipients: Iterable[str]) -> bool:
        """Whether the user wrote an e-mail: it is from the address of the settings, or from one
        that nobody on file has and that wrote to itself, that shares its domain with the address of
        the settings or with a recipient, and with nobody on file, or that, where the settings name
        none, wrote to a contact elsewhere."""
        own = str(config.get("sender_email") or "").strip().lower()
        if not sender or sender == own or sender in recipients:
            return True
        if self._by_email([sender]):
            return False
        domain = _domain(sender)
        known = {address for address in recipients if self._by_email([address])}
        near = {_domain(own), *map(_domain, {*recipients} - known)}
        if domain in near and not self._has_domain(domain):
            return True
        return not own and domain not in map(_domain, known) and bool(known or not recipients)

    def senders(self, address: str, name: str) -> set[int]:
        """The contacts who write from an address; where several do, those of them who are called
        like ``name``, if anybody is."""
        found = self._by_email([address])
        named = found & self._named(name)[0] if len(found) > 1 and name else set()
        return named or found

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

    def _has_domain(self, domain: str) -> bool:
        pattern = "%@" + domain.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
        row = self.conn.execute(
            "SELECT 1 FROM contact_email WHERE email LIKE ? ESCAPE '\\' LIMIT 1", (pattern,)
        ).fetchone()
        return row is not None

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


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _words(text: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(composed(text))]


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


class Sameness(NamedTuple):
    """What a note is known by: the name of its file, an e-mail's sender (else empty), the plain
    date that it tells of (ISO text), and the SHA-256 of the file's bytes and of what it says, in
    hexadecimal."""

    file: str
    sender: str
    day: str
    hash: str
    words: str


def sameness(file: str, note: Note, day: str, data: bytes) -> Sameness:
    """What a note of ``file``, with these bytes, that tells of a plain ``day`` is known by."""
    said = "\0".join(" ".join(part.split()) for part in (note.subject, note.text, note.quoted))
    return Sameness(
        composed(file),
        note.sender,
        day,
        sha256(data).hexdigest(),
        sha256(said.encode(errors="replace")).hexdigest(),
    )


def taken_as(conn: sqlite3.Connection, same: Sameness) -> str | None:
    """What is on record of a note that was taken before, "visit 7" or "note 3"; None where nothing
    is, though it may have been once."""
    row = conn.execute(
        "SELECT visit_id, note_id FROM inbox_note WHERE file = :file AND day = :day"
        " AND (hash = :hash OR (sender = :sender AND words = :words))"
        " AND coalesce(visit_id, note_id) IS NOT NULL LIMIT 1",
        same._asdict(),
    ).fetchone()
    return None if row is None else _record(*row)


def copy_of(conn: sqlite3.Connection, same: Sameness, contact_id: int) -> tuple[str, str] | None:
    """The file that said the same of a contact on the same day, and what is on record of it; None
    where there is none. Two files are two reports, but one may be a copy of the other."""
    row = conn.execute(
        "SELECT i.file, i.visit_id, i.note_id FROM inbox_note AS i"
        " LEFT JOIN visit AS v ON v.id = i.visit_id LEFT JOIN note AS n ON n.id = i.note_id"
        " WHERE i.file <> :file AND i.day = :day AND i.sender = :sender AND i.words = :words"
        " AND coalesce(v.contact_id, n.contact_id) = :contact ORDER BY i.id LIMIT 1",
        {**same._asdict(), "contact": contact_id},
    ).fetchone()
    return None if row is None else (row[0], _record(*row[1:]))


def _record(visit_id: int | None, note_id: int | None) -> str:
    if visit_id is not None:
        return _("visit {id}").format(id=visit_id)
    return _("note {id}").format(id=note_id)


def take(
    conn: sqlite3.Connection,
    same: Sameness,
    folder: str,
    *,
    visit_id: int | None = None,
    note_id: int | None = None,
) -> None:
    """Record that a note in ``folder`` (an absolute path) was taken; together with its visit, or
    with the note of what somebody wrote, in one transaction."""
    conn.execute(
        "INSERT INTO inbox_note (folder, file, sender, day, hash, words, visit_id, note_id,"
        " recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            folder,
            same.file,
            same.sender,
            same.day,
            same.hash,
            same.words,
            visit_id,
            note_id,
            dates.now(),
        ),
    )
