"""Whom a note is about, by the names, addresses and numbers of everybody on file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from functools import cached_property

from funnelcli import config
from funnelcli.actions import surnames
from funnelcli.formats.prospects import EMAIL
from funnelcli.i18n import _
from funnelcli.patterns import regex
from funnelcli.plain import NamedTuple
from funnelcli.text import composed, fold

# Of these anybody can have an address: whoever has one is nobody's colleague for that.
_OPEN = """gmail.com googlemail.com gmx.de gmx.net gmx.at gmx.ch web.de freenet.de t-online.de
outlook.com outlook.de hotmail.com hotmail.de live.com live.de icloud.com me.com yahoo.com yahoo.de
aol.com posteo.de mailbox.org proton.me protonmail.com arcor.de bluewin.ch aon.at"""
OPEN_DOMAINS = frozenset(_OPEN.split())
_PHONE = regex(r"(?<![\w.])[+(]?\d[\d /()-]{5,20}\d(?![\w])")


class Match(NamedTuple):
    """The contact a note is about, or why there is none; ``how`` is name, email or phone,
    ``name_only`` whether the heading says nothing but the name, and ``several`` whether there is
    none because more than one fits."""

    contact_id: int | None
    how: str = ""
    why: str = ""
    name_only: bool = False
    several: bool = False


class Directory:
    """Every contact by the words of its name, read once for all notes."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self.names: dict[int, str] = {}
        self.own: dict[int, tuple[str, ...]] = {}
        self.also: dict[int, frozenset[str]] = {}
        self.by_word: dict[str, list[int]] = {}
        self.firms: set[int] = set()
        self.given: set[str] = set()
        self.towns: set[str] = set()
        rows = conn.execute(
            "SELECT c.id, c.name, coalesce(o.name, ''), coalesce(c.town, ''), c.kind"
            " FROM contact AS c LEFT JOIN contact AS o ON o.id = c.organisation_id ORDER BY c.id"
        )
        for contact_id, name, organisation, town, kind in rows:
            words = tuple(_words(name))
            if kind == "organisation":
                self.firms.add(contact_id)
            elif len(called := _called(words)) > 1:
                self.given.add(called[0])
            self.towns.update(_words(town))
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
        file: str = "",
    ) -> Match:
        """Whom a note is about: by the name in one of ``headings`` (the first line, the subject),
        else in the name of its ``file``, else by an address or a number in the note, or an address
        in what it quotes. Where several fit, what comes later decides among them."""
        headings = [*headings]
        found, how, name_only = self.fitting(headings, text, addresses, quoted, file)
        if len(found) == 1:
            return Match(next(iter(found)), how, "", name_only)
        if found:
            return Match(None, why=self.several(found), several=True)
        likely = self.likely(headings, file)
        if likely:
            why = _("whom it is about is not certain; perhaps {people}")
            return Match(None, why=why.format(people=self._people(likely)))
        return Match(None, why=_("no contact is named in it, by name, e-mail or phone"))

    def fitting(
        self,
        headings: Sequence[str],
        text: str,
        addresses: Iterable[str] = (),
        quoted: str = "",
        file: str = "",
    ) -> tuple[set[int], str, bool]:
        """The contacts that a note may be about, how they were found, and whether a heading names
        them and says nothing else; see :meth:`match`."""
        found, name_only, sure = self._headed(headings, file)
        how = "name" if found else ""
        for tier, ids in (
            ("email", self._by_email({*addresses, *EMAIL.findall(text)})),
            ("phone", self._by_phone(text)),
            ("email", self._by_email(EMAIL.findall(quoted))),
        ):
            if len(found) == 1 and sure:
                break
            narrowed = found & ids if found else ids
            if narrowed:
                how = how or tier
                found = narrowed
            elif len(found) == 1:
                # A surname alone says less than a name: what contradicts it leaves it open.
                found = found | ids
        return found, how, name_only

    def _headed(self, headings: Sequence[str], file: str) -> tuple[set[int], bool, bool]:
        """The contacts that a heading names, or else the name of a file, whether that says nothing
        else, and whether it is more than a surname in a line."""
        for heading in headings:
            named, only = self._named(heading)
            if named:
                return named, only, True
        by_file, only = self._named(file, shortest=3)
        whole = {i for i in by_file if len(_called(self.own[i])) > 1}
        whole = {i for i in whole if set(_called(self.own[i])) <= set(_words(file))}
        other = False
        for heading in headings:
            named, of_another = self._by_surname(heading)
            if named:
                # The first line says more than the file's name, unless that has a whole name.
                return (named if named & whole else named | whole), False, False
            other = other or of_another
        if by_file and (whole or not other):
            return by_file, only, True
        return (set() if other else self._by_surname(file, any_case=True)[0]), False, False

    def likely(self, headings: Iterable[str], file: str = "") -> set[int]:
        """The contacts of whose names a word stands in a heading or the name of a file, though
        nothing says with certainty that they are meant."""
        said = [word for heading in (*headings, file) for word in surnames.capitals(heading)]
        return {i for word in said for i in self.by_word.get(word, ())}

    def several(self, ids: set[int]) -> str:
        """Why a note is about none of these contacts."""
        return _("it fits several contacts: {people}").format(people=self._people(ids))

    def _people(self, ids: set[int]) -> str:
        return ", ".join(f"{self.names[i]} ({i})" for i in sorted(ids)[:5])

    def is_own(self, sender: str, recipients: Iterable[str]) -> bool:
        """Whether the user wrote an e-mail: it is from an address of the settings, or from one that
        nobody on file has and that wrote to itself, that shares its domain with an address of the
        settings or with a recipient, and with nobody on file, or that, where the settings name
        none, wrote to a contact elsewhere."""
        own = own_addresses()
        if not sender or sender in own or sender in recipients:
            return True
        if self._by_email([sender]):
            return False
        its = domain_of(sender)
        known = {address for address in recipients if self._by_email([address])}
        near = {*map(domain_of, own | ({*recipients} - known))} - OPEN_DOMAINS
        if its in near and not self._has_domain(its):
            return True
        return not own and its not in map(domain_of, known) and bool(known or not recipients)

    def senders(self, address: str, name: str) -> set[int]:
        """The contacts who write from an address; where several do, those of them who are called
        like ``name``, if anybody is."""
        found = self._by_email([address])
        named = found & self._named(name)[0] if len(found) > 1 and name else set()
        return named or found

    def _named(self, heading: str, shortest: int = 2) -> tuple[set[int], bool]:
        """The contacts that a line names, and whether it says nothing else. A word of fewer letters
        than ``shortest`` names nobody alone, nor does one that is a word of notes as well."""
        said = _words(heading)
        rest = [word for word in said if not surnames.is_around(word)]
        candidates = {i for word in rest for i in self.by_word.get(word, ())}
        if not candidates:
            return set(), False
        meant = {i for i in candidates if set(rest) <= self.also[i]}
        if len(set(rest)) == 1 and not surnames.TITLES.intersection(said):
            alone = len(rest[0]) < shortest or rest[0] in surnames.ORDINARY
            meant = {i for i in meant if not alone or len(self.own[i]) == 1}
        whole = {i for i in meant if set(rest) == set(self.own[i])}
        if meant:
            return whole or meant, True
        # A whole name of several words within a longer line.
        lengths = {i: len(self.own[i]) for i in candidates if _contains(said, self.own[i])}
        longest = max(lengths.values(), default=0)
        return {i for i, length in lengths.items() if length == longest}, False

    def _by_surname(self, line: str, *, any_case: bool = False) -> tuple[set[int], bool]:
        """The contacts whose surname alone a line begins with so that they are meant, and whether
        it names somebody else by title or first name."""
        said = surnames.leading(line)
        if said is None:
            return set(), False
        ids = {i for i in self.by_word.get(said.word, ()) if self._may_be(i, said)}
        if said.titled and ids - self.firms:
            ids -= self.firms
        sure = {
            i for i in ids if surnames.is_sure(said, self.own[i], self.given, any_case=any_case)
        }
        known = said.word in surnames.GIVEN or said.word in self.given
        if not ids:
            other = said.written[0].isupper() and (said.titled or (known and said.next_capital))
            return set(), other
        if sure and said.added:
            more = {i for word in said.added for i in self.by_word.get(word, ())}
            if not more and said.added[-1] not in surnames.TITLES:
                return set(), False
            sure |= more
        return (sure if len(sure) >= len(ids) else set()), False

    def _may_be(self, contact_id: int, said: surnames.Leading) -> bool:
        """Whether a contact can be called by a word: a person by more than a first name, an
        organisation by what is neither its trade nor a town."""
        called = _called(self.own[contact_id])
        if contact_id in self.firms:
            return said.word not in surnames.TRADE and said.word not in self.towns
        if said.firm or said.word not in called:
            return False
        return not (said.titled and len(called) > 1 and said.word == called[0])

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
        """Whose numbers stand in a text; one without + is of any country that contacts are in."""
        ids: set[int] = set()
        for written in dict.fromkeys(_PHONE.findall(text)):
            from funnelcli.values.phones import normal_phone

            for region in self._regions:
                rows = self.conn.execute(
                    "SELECT contact_id FROM contact_phone WHERE phone = ?",
                    (normal_phone(written, region),),
                )
                ids.update(row[0] for row in rows)
        return ids

    @cached_property
    def _regions(self) -> list[str]:
        from funnelcli.values.phones import region_of

        home = config.get("region")
        countries = self.conn.execute("SELECT DISTINCT country FROM contact").fetchall()
        return list(dict.fromkeys([home, *(region_of(country, home) for (country,) in countries)]))


def own_addresses() -> set[str]:
    """The addresses from which the user writes, by the settings."""
    said = [str(config.get(name) or "") for name in ("sender_email", "mail_addresses", "mail_from")]
    found = (address.strip().lower() for text in said for address in text.split(","))
    return {address for address in found if address}


def domain_of(address: str) -> str:
    """What stands behind the sign of an address."""
    return address.rpartition("@")[2]


def _words(text: str) -> list[str]:
    return [fold(word) for word in surnames.WORD.findall(composed(text))]


def _called(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name without titles and initials."""
    return tuple(word for word in words if len(word) > 1 and word not in surnames.TITLES)


def _contains(said: list[str], name: tuple[str, ...]) -> bool:
    """Whether the words of a name of several words stand in a row in ``said``."""
    size = len(name)
    return size > 1 and any(
        tuple(said[start : start + size]) == name for start in range(len(said) - size + 1)
    )
