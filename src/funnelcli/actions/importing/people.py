"""The contacts that the rows of a file name: found if they are on file, else added.

Found means by an e-mail address, else by the very name, without regard to case, diacritics and
the spelling of umlauts. Nothing is guessed: where several fit, the row is not taken.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from funnelcli import config
from funnelcli.actions import contacts
from funnelcli.actions.importing.fields import OF_CONTACT
from funnelcli.actions.importing.rows import BadRowError, Entry
from funnelcli.db import bulk
from funnelcli.i18n import ngettext
from funnelcli.ids import new_ids
from funnelcli.text import search_key
from funnelcli.values import dates
from funnelcli.values import names as person_names
from funnelcli.values.phones import Phone, read_phone

_CONTACT = (
    "id",
    "public_id",
    "kind",
    "name",
    "search",
    "organisation_id",
    "created_at",
    "recorded_at",
    *OF_CONTACT,
)
# What a row that names an organisation says of it, not of the person.
_OF_ORGANISATION = ("industry", "website")
# Contacts held in memory; whoever is let go is read again when a row names them.
_MOST = 50_000
_NOTHING: Mapping[str, str] = {}
_KEY_END = "\x1f"


@dataclass(slots=True, eq=False)
class Contact:
    """A contact on file or about to be."""

    id: int
    kind: str
    organisation: int | None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    """Those that this import wrote; others may be on file."""
    about: frozenset[str] = frozenset()
    """The fields that this import has said."""


class People:
    """Finds and adds contacts for one import; rows come in batches: :meth:`load`, then
    :meth:`contact_of` for each row, then :meth:`flush`.

    ``added`` counts new contacts, ``completed`` what was added to contacts on file.
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.added = 0
        self.completed = 0
        self._conn = conn
        self._now = dates.now()
        self._new_ids = new_ids()
        (self._last,) = conn.execute("SELECT coalesce(max(id), 0) FROM contact").fetchone()
        # Whether memory holds every contact there is, so that nobody need be looked up.
        self._all_known = self._last == 0
        self._before = self._last
        self._names: dict[str, list[Contact]] = {}
        self._emails: dict[str, list[Contact]] = {}
        self._by_id: dict[int, Contact] = {}
        self._new: list[tuple[int | str | None, ...]] = []
        self._new_emails: list[tuple[int, str, int]] = []
        self._region = str(config.get("region"))
        self._new_phones: list[tuple[int, str, int]] = []
        self.unread_phones: set[str] = set()
        self._links: list[tuple[int, int]] = []
        self._facts: list[tuple[int, str, str]] = []

    def load(self, entries: Iterable[Entry]) -> None:
        """Read who these rows could mean, in two queries."""
        if len(self._by_id) > _MOST:
            for held in (self._names, self._emails, self._by_id):
                held.clear()
            self._all_known = False
        if self._all_known:
            return
        names: set[str] = set()
        emails: set[str] = set()
        for entry in entries:
            called = (*_spellings(_person(entry)), entry.organisation)
            names.update(_folded(name) for name in called if name)
            emails.update(entry.emails)
        names = {name for name in names if name not in self._names}
        emails = {email for email in emails if email not in self._emails}
        # All keys of a name lie between it and it with a blank behind (funnelcli.text).
        for name, key, *row in self._conn.execute(
            "SELECT w.value, c.search, c.id, c.kind, c.organisation_id,"
            " (SELECT group_concat(e.email, ' ') FROM contact_email AS e WHERE e.contact_id = c.id)"
            " FROM json_each(?) AS w CROSS JOIN contact AS c"
            " ON c.search >= w.value AND c.search < w.value || ' ' ORDER BY c.id",
            (json.dumps(sorted(names)),),
        ):
            if key.partition(_KEY_END)[0] == name:
                self._names.setdefault(name, []).append(self._held(*row))
        for email, *row in self._conn.execute(
            "SELECT w.value, c.id, c.kind, c.organisation_id,"
            " (SELECT group_concat(e.email, ' ') FROM contact_email AS e WHERE e.contact_id = c.id)"
            " FROM json_each(?) AS w CROSS JOIN contact_email AS f ON f.email = w.value"
            " JOIN contact AS c ON c.id = f.contact_id ORDER BY c.id",
            (json.dumps(sorted(emails)),),
        ):
            self._emails.setdefault(email, []).append(self._held(*row))
        for name in names:
            self._names.setdefault(name, [])
        for email in emails:
            self._emails.setdefault(email, [])

    def _held(
        self, contact_id: int, kind: str, organisation: int | None, emails: str | None
    ) -> Contact:
        """One object a contact, however many rows and ways lead to it."""
        contact = self._by_id.get(contact_id)
        if contact is None:
            contact = Contact(contact_id, kind, organisation, tuple((emails or "").split()))
            self._by_id[contact_id] = contact
        return contact

    def contact_of(self, entry: Entry, present: int | None = None) -> int | None:
        """The id of the row's contact: the person, else the organisation; None without either.

        ``present`` is the deal's contact as it is: where the row fits it, it stays, whoever else
        is called so. Raises BadRowError where several contacts fit; then nothing is added.
        """
        person = _person(entry)
        if not person and not entry.organisation:
            return None
        own, firm = _whose(entry, person)
        employer: Contact | None = None
        found = self._by_email(entry, person, present) if entry.emails else None
        if entry.organisation:
            called = self._named(entry.organisation, "organisation")
            liked = present if not person else found.organisation if found else None
            employer = _one_of(called, entry.organisation, liked)
        if found is None:
            found = self._by_name(entry, person, employer, present) if person else employer
        if not person:
            if found is None:
                return self._add(entry.organisation, "organisation", None, entry, own).id
        elif entry.organisation and employer is None and not (found and found.organisation):
            employer = self._add(entry.organisation, "organisation", None, about=firm)
        if found is None:
            at = employer.id if employer else None
            found = self._add(person, "person", at, entry, own)
        else:
            self._complete(found, employer, entry, own)
        if employer is not None and found is not employer:
            self._tell(employer, firm)
        return found.id

    def _named(self, name: str, kind: str) -> list[Contact]:
        return [contact for contact in self._names.get(_folded(name), ()) if contact.kind == kind]

    def _by_email(self, entry: Entry, person: str, present: int | None) -> Contact | None:
        fitting: list[Contact] = []
        for email in entry.emails:
            fitting += [c for c in self._emails.get(email, ()) if c not in fitting]
        if len(fitting) > 1:
            name = person or entry.organisation
            named = [c for c in self._names.get(_folded(name), ()) if c in fitting]
            fitting = named or fitting
        return _one_of(fitting, entry.emails[0], present)

    def _by_name(
        self, entry: Entry, person: str, employer: Contact | None, present: int | None
    ) -> Contact | None:
        """Who has the name, belongs to the organisation if the row names one, and has no other
        e-mail address than the row's."""
        called = [c for name in _spellings(person) for c in self._named(name, "person")]
        if entry.organisation:
            at = employer.id if employer else None
            called = [c for c in called if at is not None and c.organisation == at]
        if entry.emails:
            called = [c for c in called if not c.emails]
        return _one_of(called, person, present)

    def _add(
        self,
        name: str,
        kind: str,
        organisation: int | None,
        entry: Entry | None = None,
        about: Mapping[str, str] = _NOTHING,
    ) -> Contact:
        if kind == "person":
            name, about = contacts.as_person(name, about)
        else:
            about = {field: text for field, text in about.items() if field not in contacts.PARTS}
        self._last += 1
        self.added += 1
        contact = Contact(self._last, kind, organisation)
        self._by_id[contact.id] = contact
        key = _key(name)
        self._names.setdefault(_folded(name), []).append(contact)
        row = (contact.id, next(self._new_ids), kind, name, key, organisation, self._now, self._now)
        contact.about = frozenset(about)
        self._new.append((*row, *(about.get(field) for field in OF_CONTACT)))
        if entry is not None:
            self._reach(contact, entry.emails, entry.phones)
        return contact

    def _complete(
        self, contact: Contact, employer: Contact | None, entry: Entry, about: Mapping[str, str]
    ) -> None:
        """Add what the row knows of a contact on file and the file does not."""
        if about and contact.kind == "person":
            # Of what is called otherwise on file, the row's parts of the name are not the parts.
            about = contacts.as_person(_person(entry), about)[1]
            if contact not in self._names.get(_folded(_person(entry)), ()):
                about = {f: text for f, text in about.items() if f not in contacts.NAME_PARTS}
        if contact.kind == "person" and employer is not None and contact.organisation is None:
            contact.organisation = employer.id
            self._links.append((employer.id, contact.id))
        self._reach(contact, () if contact.emails else entry.emails, entry.phones)
        self._tell(contact, about)

    def _tell(self, contact: Contact, about: Mapping[str, str]) -> None:
        """Put into a contact's empty fields what the row says of them."""
        said = {name: text for name, text in about.items() if name not in contact.about}
        if contact.kind != "person":
            said = {name: text for name, text in said.items() if name not in contacts.PARTS}
        if said:
            contact.about = contact.about.union(said)
            self._facts += [(contact.id, name, text) for name, text in said.items()]

    def _reach(self, contact: Contact, emails: Iterable[str], phones: Iterable[str]) -> None:
        for email in emails:
            contact.emails += (email,)
            self._emails.setdefault(email, []).append(contact)
            self._new_emails.append((contact.id, email, contact.id))
        for written in phones:
            phone, _remark, read = _read_phone(written, self._region)
            if not read:
                self.unread_phones.add(phone)
            if phone not in contact.phones:
                contact.phones += (phone,)
                self._new_phones.append((contact.id, phone, contact.id))

    def flush(self) -> None:
        """Write what the batch added."""
        conn = self._conn
        bulk.insert(conn, "contact", _CONTACT, self._new)
        fresh = {row[0] for row in self._new}
        self._new.clear()
        for table, column, rows in (
            ("contact_email", "email", self._new_emails),
            ("contact_phone", "phone", self._new_phones),
        ):
            firsts = {row[0]: row for row in reversed(rows) if row[0] in fresh}
            bulk.insert(
                conn,
                table,
                ("contact_id", "position", column),
                [(contact_id, 1, text) for contact_id, text, _same in firsts.values()],
            )
            # What comes after the first one of a new contact, or to one on file.
            more = [row for row in rows if firsts.get(row[0]) is not row]
            for row in more:
                cursor = conn.execute(
                    f"INSERT INTO {table} (contact_id, position, {column})"
                    f" SELECT ?, 1 + count(*), ? FROM {table} WHERE contact_id = ?"
                    " ON CONFLICT DO NOTHING",
                    row,
                )
                self.completed += cursor.rowcount if row[0] <= self._before else 0
            rows.clear()
        for contact_id, name, text in self._facts:
            cursor = conn.execute(
                f"UPDATE contact SET {name} = ? WHERE id = ? AND {name} IS NULL", (text, contact_id)
            )
            self.completed += cursor.rowcount if contact_id <= self._before else 0
        self._facts.clear()
        if self._links:
            conn.executemany("UPDATE contact SET organisation_id = ? WHERE id = ?", self._links)
            self.completed += sum(contact_id <= self._before for _org, contact_id in self._links)
            self._links.clear()


# A row's names are folded several times, and one organisation has many rows.
_key = lru_cache(1 << 12)(search_key)


@lru_cache(1 << 12)
def _folded(name: str) -> str:
    return _key(name).partition(_KEY_END)[0]


@lru_cache(1 << 12)
def _spellings(name: str) -> tuple[str, ...]:
    """A person's name as it is written, and as it is kept: without salutation and title."""
    kept = person_names.read(name).name
    return (name,) if kept == name else (name, kept)


def _person(entry: Entry) -> str:
    """The name of the row's person; without any name, the e-mail address stands for it."""
    if entry.contact or entry.organisation or not entry.emails:
        return entry.contact
    return entry.emails[0]


def _whose(entry: Entry, person: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What the row says of its contact, and of the organisation that the contact belongs to."""
    about = entry.about
    if not about or not person or not entry.organisation:
        return about, _NOTHING
    own = {name: text for name, text in about.items() if name not in _OF_ORGANISATION}
    return own, {name: text for name, text in about.items() if name in _OF_ORGANISATION}


def _one_of(fitting: list[Contact], name: str, present: int | None) -> Contact | None:
    """The one contact that fits, None for none. Raises BadRowError for several."""
    if len(fitting) > 1:
        kept = [contact for contact in fitting if contact.id == present]
        if not kept:
            raise BadRowError(
                ngettext(
                    "{n} contact is called {name}", "{n} contacts are called {name}", len(fitting)
                ).format(n=len(fitting), name=name)
            )
        return kept[0]
    return fitting[0] if fitting else None


@lru_cache(1 << 14)
def _read_phone(text: str, region: str) -> Phone:
    return read_phone(text, region)
