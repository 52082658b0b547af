"""Changing the catalogues: entries of one's own, hidden ones, several that become one."""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Sequence

from funnelcli.actions.calls import LOST_FOR
from funnelcli.actions.importing.catalogue import OTHER
from funnelcli.actions.log_cache import WITHDRAWN
from funnelcli.actions.recognising.objection_words import OBJECTIONS
from funnelcli.errors import NotFound, Refused, Usage
from funnelcli.i18n import _, ngettext, pick
from funnelcli.nouns import words
from funnelcli.nouns.catalogue import ENTRY, USES
from funnelcli.patterns import re
from funnelcli.plain import NamedTuple
from funnelcli.processes import catalogues
from funnelcli.processes.catalogues import Entry
from funnelcli.queries.lists import one
from funnelcli.text import slug
from funnelcli.values.choosing import one_of, plain

# The keys by which the program itself names entries: a withdrawal has its reason, a renewal its
# source, what is unknown in a file is "other", notes say objections.
_NAMED = {
    "lost_reason": {WITHDRAWN, OTHER, *LOST_FOR.values()},
    "source": {"referral", "existing_customer"},
    "objection": {*OBJECTIONS},
    "unit": {"piece"},
    "visit_type": {"follow_up"},
}
# The fields that only some catalogues have, with their options.
_ONLY = {
    "rate": ("lost_reason", "--rate"),
    "note_required": ("lost_reason", "--note-required"),
    "answers": ("objection", "--answer"),
    "one_en": ("unit", "--one-en"),
    "one_de": ("unit", "--one-de"),
}


class Merged(NamedTuple):
    """What became of an entry that another stands for now: how many records have that instead, and
    whether losses of past periods count in other rates."""

    used: int
    rates: bool


def find(conn: sqlite3.Connection, kind: str, text: str) -> Entry:
    """The entry of a catalogue that ``text`` names by its key or a whole name, hidden or not.
    Raises NotFound with those that there are."""
    entries = catalogues.stored(conn, (kind,))
    for entry in entries:
        if entry.key == text.strip():
            return entry
    for entry in entries:
        if plain(text) in map(plain, (entry.key, entry.name_en, entry.name_de)):
            return entry
    raise NotFound(
        _("There is no entry {name} in the catalogue.").format(name=text),
        one_of(
            ((entry.key, entry.name_en, entry.name_de) for entry in entries),
            _("No entries. `funnel catalogue add` adds some."),
        ),
    )


def id_of(conn: sqlite3.Connection, kind: str, key: str) -> int:
    """The id of an entry that there is."""
    (found,) = conn.execute(
        "SELECT id FROM catalogue WHERE kind = ? AND key = ?", (kind, key)
    ).fetchone()
    return int(found)


def add(conn: sqlite3.Connection, entry: Entry, position: int | None = None) -> int:
    """Add an entry; its id. A key that is left empty is made of its name.

    Raises Usage for a key that is none, one or a name that another entry has, and what entries of
    its catalogue do not have.
    """
    key = entry.key.strip()
    if not key:
        key = slug(entry.name_en)
    if not re.fullmatch("[a-z0-9_]*[a-z0-9][a-z0-9_]*", key):
        raise Usage(
            _("{key} cannot be a key.").format(key=entry.key or entry.name_en),
            _("Give one of lower-case letters, digits and _ with --key."),
        )
    entry = entry._replace(key=key)
    _check(entry)
    if any(each.key == key for each in catalogues.stored(conn, (entry.kind,))):
        raise Usage(
            _("The catalogue has an entry {key} already.").format(key=key),
            _("`funnel catalogue edit {kind} {key} --help` shows how it is changed.").format(
                kind=entry.kind, key=key
            ),
        )
    entry_id = catalogues.add(conn, entry)
    catalogues.check_names(conn, entry.kind, [key])
    _place(conn, entry, position)
    return entry_id


def edit(conn: sqlite3.Connection, entry: Entry, position: int | None = None) -> list[str]:
    """Let the entry of this key be as ``entry`` states; the names of what differs now. Raises
    Usage as :func:`add` does."""
    before = find(conn, entry.kind, entry.key)
    _check(entry)
    names = [name for name in Entry._fields if getattr(before, name) != getattr(entry, name)]
    if names:
        catalogues.write(conn, entry)
        if {"name_en", "name_de"} & {*names}:
            catalogues.check_names(conn, entry.kind, [entry.key])
    if _place(conn, entry, position):
        names.append("position")
    return ["words" if name.startswith("words_") else name for name in names]


def name_of(entry: Entry) -> str:
    """What an entry is called in the language spoken now."""
    return pick(entry.name_en, entry.name_de)


def check_options(kind: str, names: Container[str]) -> None:
    """Raise Usage where one of these fields is not of entries of this catalogue."""
    for name, (only, option) in _ONLY.items():
        if kind != only and name in names:
            raise Usage(
                _("{option} does not go with {kind}.").format(
                    option=option, kind=words.read(words.CATALOGUE, kind)
                ),
                _("It goes with {kind}.").format(kind=words.read(words.CATALOGUE, only)),
            )


def _check(entry: Entry) -> None:
    usual = Entry(entry.kind, entry.key, entry.name_en, entry.name_de)
    check_options(
        entry.kind, [name for name in _ONLY if getattr(entry, name) != getattr(usual, name)]
    )
    rules = catalogues.RULES.get(entry.kind, ())
    if entry.counts_as is not None and entry.counts_as not in rules:
        raise Usage(
            _("{option} does not go with {kind}.").format(
                option=f"--counts-as {entry.counts_as}",
                kind=words.read(words.CATALOGUE, entry.kind),
            ),
            _("It goes with {kind}.").format(
                kind=", ".join(
                    words.read(words.CATALOGUE, kind)
                    for kind, known in catalogues.RULES.items()
                    if entry.counts_as in known
                )
            ),
        )


def _place(conn: sqlite3.Connection, entry: Entry, position: int | None) -> bool:
    """Put an entry into a place of its catalogue, counted from 1; whether others moved for it."""
    if position is None:
        return False
    before = [each.key for each in catalogues.stored(conn, (entry.kind,))]
    after = [key for key in before if key != entry.key]
    after.insert(max(position - 1, 0), entry.key)
    catalogues.arrange(conn, entry.kind, after)
    return after != before


def used(conn: sqlite3.Connection, entry: Entry) -> int:
    """How many records have the entry."""
    return one(conn, ENTRY, id_of(conn, entry.kind, entry.key)).used


def remove(conn: sqlite3.Connection, kind: str, keys: Sequence[str]) -> None:
    """Remove entries that nothing has. Raises NotFound, and Refused for one that is in use or that
    the program itself names."""
    for key in keys:
        entry = find(conn, kind, key)
        _check_free(entry)
        count = used(conn, entry)
        if count:
            raise Refused(
                ngettext("{n} record has {key}.", "{n} records have {key}.", count).format(
                    n=count, key=name_of(entry)
                ),
                _(
                    "Hide it: funnel catalogue edit {kind} {key} --hidden; or let another stand for"
                    " it: funnel catalogue merge {kind} {key} KEY"
                ).format(kind=kind, key=entry.key),
            )
        conn.execute("DELETE FROM catalogue WHERE kind = ? AND key = ?", (kind, entry.key))


def _check_free(entry: Entry) -> None:
    if entry.key in _NAMED.get(entry.kind, ()):
        raise Refused(
            _("The program itself uses {key}.").format(key=name_of(entry)),
            _("Call it otherwise or hide it: funnel catalogue edit {kind} {key} --hidden").format(
                kind=entry.kind, key=entry.key
            ),
        )


def merge(conn: sqlite3.Connection, old: Entry, new: Entry) -> Merged:
    """Let ``new`` stand wherever ``old`` stood, which goes; what that was called is called so
    still. Raises Usage for one and the same, Refused for what the program itself names."""
    if old.key == new.key:
        raise Usage(
            _("{key} cannot stand for itself.").format(key=name_of(old)), _("Name two entries.")
        )
    _check_free(old)
    moved = used(conn, old)
    for table, column, where in USES[old.kind]:
        conn.execute(
            f"UPDATE {table} SET {column} = ? WHERE {where} AND {column} = ?", (new.key, old.key)
        )
    known = {plain(word) for word in (new.key, new.name_en, new.name_de)}
    said_en, said_de = (
        tuple(
            {
                plain(word): word for word in (*theirs, *names, *others) if plain(word) not in known
            }.values()
        )
        for theirs, names, others in (
            (new.words_en, (old.key.replace("_", " "), old.name_en), old.words_en),
            (new.words_de, (old.name_de,), old.words_de),
        )
    )
    conn.execute("DELETE FROM catalogue WHERE kind = ? AND key = ?", (old.kind, old.key))
    answers = tuple(dict.fromkeys((*new.answers, *old.answers)))
    catalogues.write(conn, new._replace(words_en=said_en, words_de=said_de, answers=answers))
    return Merged(moved, old.kind == "lost_reason" and old.rate != new.rate and moved > 0)
