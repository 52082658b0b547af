"""The people of a deal."""

from __future__ import annotations

import sqlite3
from copy import copy

from funnelcli import queries
from funnelcli.nouns.contact import CONTACT, Contact
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.person import Person

OF_THE_DEAL = "people"
"""The condition of :func:`among` for who has a part in the deal."""


def of_deal(conn: sqlite3.Connection, deal_id: int) -> list[Person]:
    """Who has a part in a deal: its contact first, then the others as they were added."""
    return list(queries.run(conn, "people", Person, {"id": deal_id}))


def among(people: list[Person]) -> Noun[Contact]:
    """Contacts, of whom a name under the condition :data:`OF_THE_DEAL` means one of ``people``."""
    noun = copy(CONTACT)
    assert CONTACT.named is not None
    ids = ", ".join(str(person.id) for person in people)
    noun.named = CONTACT.named._replace(only={OF_THE_DEAL: f"r.id IN ({ids})"})
    return noun
