"""The people of a deal."""

from __future__ import annotations

import sqlite3
from collections import Counter

from funnelcli import queries
from funnelcli.nouns.contact import CONTACT, Contact
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.person import Person
from funnelcli.nouns.visit import Visit
from funnelcli.patterns import re
from funnelcli.text import name_fold

OF_THE_DEAL = "people"
"""The condition of :func:`among` for who has a part in the deal."""


def of_deal(conn: sqlite3.Connection, deal_id: int) -> list[Person]:
    """Who has a part in a deal: its contact first, then the others as they were added."""
    return list(queries.run(conn, "people", Person, {"id": deal_id}))


def who_was_there(conn: sqlite3.Connection, visit: Visit) -> list[Person]:
    """Who of a deal's people was met at a visit: its contact, and those whom what was written of
    who was met names, in full or by a part of the name that no other of them has."""
    if visit.deal_id is None or visit.outcome not in ("met", "phone_instead"):
        return []
    people = of_deal(conn, visit.deal_id)
    said = f" {_words(visit.met or '')} "
    parts = Counter(part for person in people for part in set(_words(person.name).split()))
    return [
        person
        for person in people
        if person.id == visit.contact_id
        or any(f" {part} " in said for part in _words(person.name).split() if parts[part] == 1)
        or f" {_words(person.name)} " in said
    ]


def _words(text: str) -> str:
    """The words of a text, folded, with single blanks between them."""
    return " ".join(re.findall(r"\w+", name_fold(text)))


def among(people: list[Person]) -> Noun[Contact]:
    """Contacts, of whom a name under the condition :data:`OF_THE_DEAL` means one of ``people``."""
    from copy import copy

    noun = copy(CONTACT)
    assert CONTACT.named is not None
    ids = ", ".join(str(person.id) for person in people)
    noun.named = CONTACT.named._replace(only={OF_THE_DEAL: f"r.id IN ({ids})"})
    return noun
