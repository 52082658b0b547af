"""Which contacts may be the same: by address, number and name, each pair with a score and why.

A pair needs more than one sign: colleagues share a switchboard, families a mailbox, and many people
a name. So an address or a number that two have counts where their names go together, and a name
where nothing known of the two differs. Nothing here merges anything.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations, pairwise

from funnelcli.patterns import re, regex
from funnelcli.plain import NamedTuple
from funnelcli.text import name_fold
from funnelcli.typed import Any
from funnelcli.values.likeness import (
    ALPHABET,
    DOUBLE,
    INITIALS,
    NAME,
    NICKNAME,
    SPELLING,
    firms,
    in_latin,
    people,
    sounds,
    words,
)
from funnelcli.values.names import parts_of

# Of a name or a mailbox that more contacts have, none is a sign by itself.
_MANY = 12
# Mailboxes of a whole house.
_SHARED = regex(
    r"(?:info|office|kontakt|contact|mail|post|sales|vertrieb|service|support|hello|hallo|buero|"
    r"verwaltung|zentrale|empfang|team|admin|einkauf|buchhaltung|rechnung|familie|praxis)\d*@"
)
# What the name of a firm says of its form in law; and what stands before it.
_FORM = regex(
    r"\b(?:aktiengesellschaft|gmbh|mbh|gesmbh|ggmbh|ag|kg|kgaa|ohg|ug|gbr|ek|e kfm|ekfm|ev|eg|se|"
    r"co|ltd|limited|inc|incorporated|llc|llp|plc|corp|corporation|sarl|sas|sa|srl|spa|spol sro|"
    r"sro|as|sp zoo|bv|nv|ab|aps|oy|doo|kft|haftungsbeschrankt|firma|fa)\b"
)
# What says nothing of the form, and forms that are written in several ways.
_NO_FORM = {"co", "firma", "fa", "haftungsbeschrankt"}
_SHORT_FORM = {
    "aktiengesellschaft": "ag",
    "corporation": "corp",
    "e kfm": "ek",
    "ekfm": "ek",
    "gesmbh": "gmbh",
    "incorporated": "inc",
    "limited": "ltd",
    "mbh": "gmbh",
    "spol sro": "sro",
}
# A form that is written letter by letter: s. r. o., G. m. b. H.
_SPELT = regex(r"\b(?:(?:ges|sp) )?(?:[a-z] ){1,3}[a-z]\b")
_AND = regex(r"\b(?:und|and|et)\b")
_LETTER = regex(r"\b[a-z]\b")
_UNLIKE = regex(r"\b(?:sen|senior|sr|jun|junior|jr|i|ii|iii)\b|\d+")


class Pair(NamedTuple):
    """Two contacts that may be the same, the one with the lower id first."""

    score: int
    id: int
    name: str
    other_id: int
    other_name: str
    reasons: list[str]


class _Contact(NamedTuple):
    id: int
    kind: str
    name: str
    key: str
    """The folded name, of an organisation without its form, of a person with the words in order."""
    marks: tuple[str, ...]
    form: tuple[str, ...]
    organisation: int | None
    town: str
    birthday: str | None
    title: str | None
    first: str | None
    """The first name, where it was set."""
    words: tuple[str, ...]
    """The folded words of a person's name in their order."""


def pairs(conn: sqlite3.Connection, least: int, only: Collection[int] | None = None) -> list[Pair]:
    """The pairs that score at least ``least`` of 100, the surest first; with ``only`` those one of
    whom is among these ids."""
    people = {one.id: one for one in _contacts(conn)}
    signs = _signs(conn, people)
    found = []
    for (one, other), shared in signs.items():
        if only is not None and one not in only and other not in only:
            continue
        score, reasons = _scored(people[one], people[other], shared)
        if score >= least:
            first, second = people[one], people[other]
            found.append(Pair(score, one, first.name, other, second.name, reasons))
    return sorted(found, key=lambda pair: (-pair.score, pair.id, pair.other_id))


def _contacts(conn: sqlite3.Connection) -> Iterator[_Contact]:
    for row in conn.execute(
        "SELECT id, kind, name, search, organisation_id, town, birthday, salutation,"
        " first_name FROM contact"
    ):
        contact_id, kind, name, search, organisation, town, birthday, title, first = row
        folded = re.sub(r"[^\w\s]", " ", search.partition("\x1f")[0].replace(".", " "))
        form: tuple[str, ...] = ()
        order: tuple[str, ...] = ()
        marks = tuple(_UNLIKE.findall(folded))
        if kind == "organisation":
            folded = _SPELT.sub(_joined_form, folded)
            form = tuple(
                sorted({_SHORT_FORM.get(word, word) for word in _FORM.findall(folded)} - _NO_FORM)
            )
            plain = _AND.sub(" ", _FORM.sub(" ", folded))
            marks += tuple(_LETTER.findall(plain))
            key = "".join(plain.split()) or "".join(folded.split())
        else:
            order = tuple((_UNLIKE.sub(" ", folded) if marks else folded).split())
            key = " ".join(sorted(order))
        place = name_fold(town) if town else ""
        yield _Contact(
            contact_id,
            kind,
            name,
            key,
            marks,
            form,
            organisation,
            place,
            birthday,
            title,
            first,
            order,
        )


def _joined_form(spelt: re.Match[str]) -> str:
    """A form in one word where letters make one; initials stay what they are."""
    whole = spelt[0].replace(" ", "").replace("spzoo", "sp zoo")
    return whole if _FORM.fullmatch(whole) else spelt[0]


def _signs(
    conn: sqlite3.Connection, people: dict[int, _Contact]
) -> dict[tuple[int, int], set[str]]:
    """The pairs that have anything in common, and what: only these are compared."""
    signs: dict[tuple[int, int], set[str]] = defaultdict(set)

    def put(groups: Iterable[list[int]], sign: str) -> None:
        for ids in groups:
            if 1 < len(ids) <= _MANY:
                for pair in combinations(sorted(ids), 2):
                    signs[pair].add(sign)

    for table, column in (("contact_email", "email"), ("contact_phone", "phone")):
        held: dict[str, list[int]] = defaultdict(list)
        for value, contact_id in conn.execute(
            f"SELECT {column}, contact_id FROM {table} WHERE {column} IN"
            f" (SELECT {column} FROM {table} GROUP BY {column} HAVING count(*) > 1)"
        ):
            held[value].append(contact_id)
        shared = {value for value in held if _SHARED.match(value)}
        put((ids for value, ids in held.items() if value not in shared), column)
        put((held[value] for value in shared), "mailbox")
    for groups in _together(people.values()):
        put(groups.values(), "")
    named: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in people.values():
        if one.key and (one.kind == "organisation" or " " in one.key):
            named[one.kind, one.key].append(one.id)
    put(named.values(), "name")
    for pair in _near(sorted(named)):
        put(([*named[pair[0]], *named[pair[1]]],), "spelling")
    return signs


def _together(people: Iterable[_Contact]) -> Iterator[dict[Any, list[int]]]:
    """The people who are compared without an address or a number in common: whose words are joined
    in another way, who have one last name in one organisation, and, where there are several
    alphabets, whose names sound alike in one town or organisation."""
    whole: dict[str, list[int]] = defaultdict(list)
    colleagues: dict[tuple[int, str], list[int]] = defaultdict(list)
    foreign = []
    persons = [one for one in people if one.words]
    for one in persons:
        whole["".join(one.words)].append(one.id)
        if one.organisation is not None:
            colleagues[one.organisation, one.words[-1]].append(one.id)
        if not one.key.isascii() and not in_latin(one.key):
            foreign.append(one)
    yield whole
    yield colleagues
    places = {place for one in foreign for place in (one.town, one.organisation) if place}
    sounding: dict[tuple[Any, str], list[int]] = defaultdict(list)
    for one in persons if places else ():
        for place in {one.town, one.organisation} & places:
            sounding[place, " ".join(map(sounds, one.words))].append(one.id)
    yield sounding


def _near(keys: list[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """The names that differ by one letter, among neighbours in the alphabet, read forwards and
    backwards."""
    from rapidfuzz.distance import OSA

    for order in (keys, sorted(keys, key=lambda key: (key[0], key[1][::-1]))):
        for one, other in pairwise(order):
            long = min(len(one[1]), len(other[1])) >= 9
            if long and one[0] == other[0] and OSA.distance(one[1], other[1], score_cutoff=1) == 1:
                yield one, other


# How sure a name alone makes it, by how alike the two are.
_SURE = {NAME: 78, ALPHABET: 68, NICKNAME: 62, INITIALS: 62, SPELLING: 50, DOUBLE: 30}
# What else speaks for it, and what against.
_SAME_TOWN, _SAME_FIRM, _SAME_BIRTHDAY, _OWN_EMAIL, _OTHER = 10, 14, 18, 45, -25
# A number that people share: how much it says by how alike their names are.
_SAME_PHONE = {NAME: 40, ALPHABET: 25, NICKNAME: 25, INITIALS: 25, SPELLING: 25, DOUBLE: 0}


def _scored(one: _Contact, other: _Contact, shared: set[str]) -> tuple[int, list[str]]:
    """The score of a pair, and the keys of what speaks for it."""
    if one.kind != other.kind or sorted(one.marks) != sorted(other.marks):
        return 0, []
    if one.birthday and other.birthday and one.birthday != other.birthday:
        return 0, []
    if one.title and other.title and one.title != other.title:
        return 0, []
    alike = _alike(one, other, shared)
    if not alike:
        return 0, []
    if one.form and other.form and one.form != other.form:
        # One name in two forms is two firms, however much they share.
        return 0, []
    reasons: list[str] = [sign for sign in ("email", "phone", "mailbox") if sign in shared]
    reasons.append(alike)
    score = _SURE[alike]
    colleagues = one.organisation is not None and one.organisation == other.organisation
    if colleagues:
        score += _SAME_FIRM
        reasons.append("organisation")
    elif one.organisation and other.organisation:
        score += _OTHER
    if one.town and one.town == other.town:
        score += _SAME_TOWN
        reasons.append("town")
    elif one.town and other.town:
        score += _OTHER
    if one.birthday and one.birthday == other.birthday:
        score += _SAME_BIRTHDAY
        reasons.append("birthday")
    if "email" in shared:
        score += _OWN_EMAIL
    elif "phone" in shared:
        # The number of a firm says nothing of two people there whose names differ.
        score += _SAME_PHONE[alike] if alike == NAME or not colleagues else 0
    elif "mailbox" in shared and (alike == NAME or one.kind == "organisation"):
        score += _SAME_PHONE[NAME]
    return max(0, min(100, score)), reasons


def _alike(one: _Contact, other: _Contact, shared: set[str]) -> str:
    """How alike the names of two contacts of one kind are, "" where they are not."""
    if one.key == other.key:
        return NAME
    if one.kind == "organisation":
        return SPELLING if "spelling" in shared or firms(one.key, other.key) else ""
    return people(_parts(one), _parts(other))


def _parts(one: _Contact) -> tuple[list[str], list[str]]:
    """The folded words of the first and of the last name, as they were set, else as the name says,
    without what tells generations apart."""
    first, last = parts_of(one.name, one.first, None)
    return words(first), [word for word in words(last) if not _UNLIKE.fullmatch(word)]
