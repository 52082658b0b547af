"""The record of any kind that a few words name: "deal 3", "Anna Berg"."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress

from funnelcli.cli.declaring import Argument
from funnelcli.cli.entries import deal_or_contact
from funnelcli.cli.invocation import Invocation
from funnelcli.errors import Ambiguous, NotFound
from funnelcli.i18n import N_, every
from funnelcli.nouns import NOUNS, declared, naming
from funnelcli.nouns.heads import TITLES
from funnelcli.nouns.types import ANY_RECORD
from funnelcli.queries import events
from funnelcli.queries.lists import one
from funnelcli.text import same_name
from funnelcli.typed import Annotated
from funnelcli.values.choosing import fitting
from funnelcli.values.whole import id_of

Of = Annotated[
    list[str] | None,
    Argument(
        metavar=ANY_RECORD,
        help=N_("Whose history: deal 3, or the name of a contact or a deal."),
        show_default=False,
    ),
]


def which(call: Invocation, conn: sqlite3.Connection, words: Sequence[str]) -> tuple[str, int]:
    """The table and the id of the record that words name: the noun and its name, or the name of a
    contact or a deal alone. One that is gone is known by its noun and its id.

    Raises NotFound, or Ambiguous.
    """
    titles = {name: TITLES.get(declared(name).table) for name in NOUNS}
    called = [(name, *every(title)) for name, title in titles.items() if title is not None]
    fits = fitting(called, words[0]) if len(words) > 1 else []
    text = " ".join(words[1:] if fits else words)
    if fits:
        noun = declared(fits[0])
        with suppress(NotFound):
            return noun.table, call.find(conn, noun, text, write=False)
        number = id_of(text)
        if number is not None and events.was_there(conn, noun.table, number):
            return noun.table, number
        raise naming.missing(noun, text)
    # A contact is called by its whole name, though deals are known by that too.
    with suppress(NotFound, Ambiguous):
        contact_id = naming.resolve(conn, declared("contact"), text, write=True)
        if same_name(one(conn, declared("contact"), contact_id).name, text):
            return "contact", contact_id
    deal_id, other = deal_or_contact(call, conn, text)
    if deal_id is not None:
        return "deal", deal_id
    assert other is not None
    return "contact", other
