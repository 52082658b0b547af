"""A page of an entry of a catalogue."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.nouns.catalogue import ENTRY
from funnelcli.queries.lists import one
from funnelcli.render import Facts, Listing, Page
from funnelcli.render.human import number_text


def entry_page(conn: sqlite3.Connection, entry_id: int) -> Page:
    """What it is called, what it counts in, how often it is used, what to answer to it."""
    found = one(conn, ENTRY, entry_id)
    title = f"{found.name} · {words.read(words.CATALOGUE, found.kind)}"
    pairs = [
        (_("Key"), found.key),
        (_("English"), found.name_en),
        (_("German"), found.name_de),
        (_("One in English"), found.one_en or ""),
        (_("One in German"), found.one_de or ""),
        (_("Also called"), ", ".join(found.words)),
        (_("Counts in"), words.read(words.RATE, found.rate)),
        (_("Needs a note"), _("yes") if found.note_required else ""),
        (_("Counts as"), words.read(words.COUNTS_AS, found.counts_as)),
        (_("Hidden"), _("yes") if found.hidden else ""),
        (_("Used"), number_text(found.used)),
        *((_("Answer"), text) for text in found.answers),
    ]
    facts = Facts(title, [pair for pair in pairs if pair[1]])
    return Page([facts], found.data(), Listing(ENTRY.columns, [found]), name="catalogue")
