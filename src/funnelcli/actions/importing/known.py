"""Which contacts are on file under the names, addresses and numbers that a file has.

Up to so many are held in memory; whoever is let go is read again when a row names them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from funnelcli.text import same_name, search_key

_MOST = 50_000
# About as many as a batch has rows.
_KEPT = 1 << 10
_KEY_END = _BETWEEN = "\x1f"


@dataclass(slots=True, eq=False)
class Contact:
    """A contact on file or about to be."""

    id: int
    kind: str
    name: str
    organisation: int | None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    about: frozenset[str] = frozenset()
    """The fields that this import has said."""
    meant: str = ""
    """The public id by which rows of this import mean it."""
    country: str = ""
    """As its address names it; "" where that does not."""
    external: str = ""
    """The program that it comes from and its id there, with \\x1f between; "" without one."""


# What is read of a contact, in the order of its fields above.
_HELD = (
    "c.id, c.kind, c.name, c.organisation_id,"
    " coalesce(c.external_origin || char(31) || c.external_id, ''), coalesce(c.country, ''),"
    " (SELECT group_concat(e.email, char(31)) FROM contact_email AS e WHERE e.contact_id = c.id),"
    " (SELECT group_concat(p.phone, char(31)) FROM contact_phone AS p WHERE p.contact_id = c.id)"
)


class Known:
    """The contacts that rows could mean: :meth:`load_ids` and :meth:`load` read them, :meth:`keep`
    takes new ones. ``whole``: memory holds every contact there is, so that none need be read."""

    def __init__(self, conn: sqlite3.Connection, *, empty: bool) -> None:
        self._conn = conn
        self.whole = empty
        # Nearly every one has one contact, for which a tuple takes less than a list.
        self._names: dict[str, tuple[Contact, ...]] = {}
        self._reached: dict[str, dict[str, tuple[Contact, ...]]] = {"email": {}, "phone": {}}
        self._public: dict[str, Contact | None] = {}
        # Each alone in a tuple, the one that stands where it is the only one found.
        self._by_id: dict[int, tuple[Contact]] = {}

    def make_room(self) -> None:
        """Let all go where memory holds too many; before each batch of rows."""
        if len(self._by_id) > _MOST:
            for held in (*self._reached.values(), self._names):
                held.clear()
            self._by_id.clear()
            self._public.clear()
            self.whole = False

    def load_ids(self, ids: Iterable[int]) -> None:
        """Read the contacts of these ids, and the organisations that they belong to."""
        wanted = set(ids)
        self._load_ids(wanted)
        found = (self._by_id[one][0].organisation for one in wanted if one in self._by_id)
        self._load_ids({one for one in found if one is not None})

    def _load_ids(self, ids: set[int]) -> None:
        for row in self._conn.execute(
            f"SELECT {_HELD} FROM json_each(?) AS w CROSS JOIN contact AS c ON c.id = w.value",
            (json.dumps(sorted(ids - self._by_id.keys())),),
        ):
            self._held(*row)

    def load(
        self,
        names: Iterable[str],
        emails: Iterable[str],
        phones: Iterable[str],
        public_ids: Iterable[str],
    ) -> None:
        """Read who has these names, addresses, numbers (as they are kept) and public ids."""
        wanted = {name for name in map(folded, names) if name not in self._names}
        # All keys of a name lie between it and it with a blank behind (funnelcli.text).
        for name, key, *row in self._conn.execute(
            f"SELECT w.value, c.search, {_HELD} FROM json_each(?) AS w CROSS JOIN contact AS c"
            " ON c.search >= w.value AND c.search < w.value || ' ' ORDER BY c.id",
            (json.dumps(sorted(wanted)),),
        ):
            if key.partition(_KEY_END)[0] == name:
                self._names[name] = (*self._names.get(name, ()), self._held(*row))
        for name in wanted:
            self._names.setdefault(name, ())
        self._load_reached("email", emails)
        self._load_reached("phone", phones)
        new = sorted({one for one in public_ids if one not in self._public})
        self._public |= dict.fromkeys(new)
        if new:
            for public_id, *row in self._conn.execute(
                f"SELECT w.value, {_HELD} FROM json_each(?) AS w"
                " LEFT JOIN contact_former AS f ON f.public_id = w.value"
                " CROSS JOIN contact AS c"
                " ON c.public_id = w.value OR c.id = f.contact_id",
                (json.dumps(new),),
            ):
                self._public[public_id] = self._held(*row)

    def _load_reached(self, way: str, wanted: Iterable[str]) -> None:
        held = self._reached[way]
        new = sorted({text for text in wanted if text not in held})
        if not new:
            return
        for text, *row in self._conn.execute(
            f"SELECT w.value, {_HELD} FROM json_each(?) AS w CROSS JOIN contact_{way} AS f"
            f" ON f.{way} = w.value JOIN contact AS c ON c.id = f.contact_id ORDER BY c.id",
            (json.dumps(new),),
        ):
            held[text] = (*held.get(text, ()), self._held(*row))
        for text in new:
            held.setdefault(text, ())

    def _held(
        self,
        contact_id: int,
        kind: str,
        name: str,
        organisation: int | None,
        external: str,
        country: str,
        emails: str | None,
        phones: str | None,
    ) -> Contact:
        """One object a contact, however many rows and ways lead to it."""
        if (held := self._by_id.get(contact_id)) is not None:
            return held[0]
        contact = Contact(contact_id, kind, name, organisation, _parted(emails), _parted(phones))
        contact.external = external
        contact.country = country
        self._by_id[contact_id] = (contact,)
        return contact

    def get(self, contact_id: int | None) -> Contact | None:
        """The contact of an id, if it was read."""
        held = None if contact_id is None else self._by_id.get(contact_id)
        return None if held is None else held[0]

    def called(self, spellings: Sequence[str], kind: str) -> list[Contact]:
        """The contacts that have one of these names, those first that are written so."""
        found: list[Contact] = []
        for name in spellings:
            for contact in self._names.get(folded(name)) or ():
                if contact.kind != kind or contact in found:
                    continue
                if contact.name == name or same_name(contact.name, name):
                    found.append(contact)
        if len(found) > 1:
            written = {name.casefold() for name in spellings}
            found = [c for c in found if c.name.casefold() in written] or found
        return found

    def reached(self, way: str, text: str) -> Sequence[Contact]:
        """Who has an e-mail address ("email") or a number ("phone")."""
        return self._reached[way].get(text, ())

    def public(self, public_id: str) -> Contact | None:
        """Who has a public id."""
        return self._public.get(public_id)

    def keep(self, contact: Contact) -> None:
        """Take a contact that is about to be on file.

        Where memory holds not everyone, it is put with those of its name only if a row has asked
        for these: else it would seem to be the only one. So it is with :meth:`reach`.
        """
        self._by_id[contact.id] = (contact,)
        if contact.meant:
            self._public[contact.meant] = contact
        self._put(self._names, folded(contact.name), contact)

    def reach(self, contact: Contact, way: str, text: str) -> None:
        """Take an address or a number that a contact is about to have."""
        self._put(self._reached[way], text, contact)

    def _put(self, held: dict[str, tuple[Contact, ...]], text: str, contact: Contact) -> None:
        others = held.get(text)
        if others:
            held[text] = (*others, contact)
        elif self.whole or others is not None:
            held[text] = self._by_id.get(contact.id) or (contact,)


def _parted(joined: str | None) -> tuple[str, ...]:
    return tuple(joined.split(_BETWEEN)) if joined else ()


# A row's names are folded several times, and one organisation has many rows.
key_of = lru_cache(_KEPT)(search_key)


@lru_cache(_KEPT)
def folded(name: str) -> str:
    """A name by which it is looked up."""
    return key_of(name).partition(_KEY_END)[0]
