"""Which contacts may be the same: by address, number and name, each pair with a score and why.

A pair needs more than one sign: colleagues share a switchboard, families a mailbox, and many people
a name. So an address or a number that two have counts where their names go together, and a name
where nothing known of the two differs. Nothing here merges anything.
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations, pairwise
from typing import NamedTuple

from funnelcli.text import name_fold
from funnelcli.values.names import parts_of

# Of a name or a mailbox that more contacts have, none is a sign by itself.
_MANY = 12
# Mailboxes of a whole house.
_SHARED = re.compile(
    r"(?:info|office|kontakt|contact|mail|post|sales|vertrieb|service|support|hello|hallo|buero|"
    r"verwaltung|zentrale|empfang|team|admin|einkauf|buchhaltung|rechnung|familie|praxis)\d*@"
)
# What the name of a firm says of its form in law; and what stands before it.
_FORM = re.compile(
    r"\b(?:gmbh|mbh|ggmbh|ag|kg|kgaa|ohg|ug|gbr|e k|ek|e kfm|e v|ev|eg|se|co|ltd|limited|inc|llc|"
    r"llp|plc|corp|corporation|sarl|sas|sa|s a|srl|s r l|spa|s p a|sro|s r o|bv|b v|nv|n v|ab|as|"
    r"aps|oy|haftungsbeschrankt|firma|fa)\b"
)
# What says nothing of the form, and forms that are written in two ways.
_NO_FORM = {"co", "firma", "fa", "haftungsbeschrankt"}
_SHORT_FORM = {"corporation": "corp", "limited": "ltd"}
_AND = re.compile(r"\b(?:und|and|et)\b")
_LETTER = re.compile(r"\b[a-z]\b")
_VOWELS = frozenset("aeiouy")
_UNLIKE = re.compile(r"\b(?:sen|senior|sr|jun|junior|jr|ii|iii)\b|\d+")


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
        marks = tuple(_UNLIKE.findall(folded))
        if kind == "organisation":
            form = tuple(
                sorted({_SHORT_FORM.get(word, word) for word in _FORM.findall(folded)} - _NO_FORM)
            )
            plain = _AND.sub(" ", _FORM.sub(" ", folded))
            marks += tuple(_LETTER.findall(plain))
            key = "".join(plain.split()) or "".join(folded.split())
        else:
            key = " ".join(sorted(_UNLIKE.sub(" ", folded).split()))
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
        )


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
    named: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in people.values():
        if one.key and (one.kind == "organisation" or " " in one.key):
            named[one.kind, one.key].append(one.id)
    put(named.values(), "name")
    for pair in _near(sorted(named)):
        put(([*named[pair[0]], *named[pair[1]]],), "spelling")
    return signs


def _near(keys: list[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """The names that differ by one letter, among neighbours in the alphabet, read forwards and
    backwards."""
    from rapidfuzz.distance import OSA

    for order in (keys, sorted(keys, key=lambda key: (key[0], key[1][::-1]))):
        for one, other in pairwise(order):
            long = min(len(one[1]), len(other[1])) >= 9
            if long and one[0] == other[0] and OSA.distance(one[1], other[1], score_cutoff=1) == 1:
                yield one, other


def _scored(one: _Contact, other: _Contact, shared: set[str]) -> tuple[int, list[str]]:
    """The score of a pair, and the keys of what speaks for it."""
    if one.kind != other.kind or sorted(one.marks) != sorted(other.marks):
        return 0, []
    if one.birthday and other.birthday and one.birthday != other.birthday:
        return 0, []
    if one.title and other.title and one.title != other.title:
        return 0, []
    exact = one.key == other.key
    if not exact and one.kind == "person" and _another_first_name(one, other):
        return 0, []
    alike = exact or "spelling" in shared or _initials(one, other)
    if not alike:
        return 0, []
    reasons: list[str] = [sign for sign in ("email", "phone", "mailbox") if sign in shared]
    reasons.append("name" if exact else "spelling")
    score = 78 if exact else 50
    if one.form and other.form and one.form != other.form:
        score -= 25
    if one.organisation and one.organisation == other.organisation:
        score += 14
        reasons.append("organisation")
    elif one.organisation and other.organisation:
        score -= 25
    if one.town and one.town == other.town:
        score += 10
        reasons.append("town")
    elif one.town and other.town:
        score -= 25
    if one.birthday and one.birthday == other.birthday:
        score += 18
        reasons.append("birthday")
    if "email" in shared:
        score += 45
    elif "phone" in shared or "mailbox" in shared:
        score += 40 if exact or one.kind == "organisation" else 25
    return max(0, min(100, score)), reasons


def _initials(one: _Contact, other: _Contact) -> bool:
    """Whether one name is the other with an initial for a first name: H. Müller, Hans Müller."""
    first, second = one.key.split(), other.key.split()
    if one.kind != "person" or len(first) != 2 or len(second) != 2:
        return False
    rest_one, rest_other = set(first) - set(second), set(second) - set(first)
    if len(rest_one) != 1 or len(rest_other) != 1:
        return False
    short, long = sorted((rest_one.pop(), rest_other.pop()), key=len)
    return len(short) == 1 and long.startswith(short)


def _another_first_name(one: _Contact, other: _Contact) -> bool:
    """Whether the first names differ in a vowel or at their end, which tells a woman's from a
    man's: Jan and Jana, Andreas and Andrea, Mario and Maria. Another consonant more or less is a
    slip of the pen."""
    first, second = _first_name(one), _first_name(other)
    if first == second or min(len(first), len(second)) < 2:
        return False
    vowels = [[letter for letter in name if letter in _VOWELS] for name in (first, second)]
    return first[-1] != second[-1] or vowels[0] != vowels[1]


def _first_name(one: _Contact) -> str:
    """The folded first name, as it was set, else as the name says."""
    name = name_fold(parts_of(one.name, one.first, None)[0]).partition("\x1f")[0]
    return "".join(letter for letter in name if letter.isalpha())
