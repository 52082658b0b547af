"""The contacts that the rows of a file name: found if they are on file, else added.

Found means by the name, without regard to case, accents and how an umlaut is written. An address
alone makes nobody the same: several people may have it (info@…). Together with one, a name may
also be a shorter one (E. Roth). Nothing is guessed: where several fit, the row is not taken.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from funnelcli import config
from funnelcli.actions import contacts
from funnelcli.actions.importing.about import NOTHING, Who
from funnelcli.actions.importing.additions import Additions
from funnelcli.actions.importing.known import Contact, Known, key_of
from funnelcli.actions.importing.moments import BadRowError
from funnelcli.db import forgotten
from funnelcli.i18n import N_, _
from funnelcli.ids import is_id, new_ids
from funnelcli.text import same_name
from funnelcli.values import dates
from funnelcli.values import names as person_names
from funnelcli.values.phones import Phone, read_phone, region_of

# What a row that names an organisation says of it, not of the person.
_OF_ORGANISATION = ("industry", "website")
# Why a row means none of several, and by what it would mean one.
BY_ID = N_("{n} contacts are called {name}: a column {column} says which, by its public id")
BY_ADDRESS = N_(
    "{n} contacts are called {name}: an e-mail address says which, or a column {column} by its"
    " public id"
)
FIRMS = N_(
    "{n} organisations are called {name}: a column organisation_key says which, by its public id"
)


class People:
    """Finds and adds contacts for one import; rows come in batches: :meth:`load`, then
    :meth:`contact_of` for each row, then :meth:`flush`.

    ``added`` counts new contacts, ``returned`` rows that bring back who was forgotten.
    """

    # Whether a number tells who is meant, where the name agrees.
    _by_phone = False
    # The field of a row that has the public id of who is meant.
    _id_column = "contact_public_id"

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.added = 0
        self._now = dates.now()
        self._new_ids = new_ids()
        (self._last,) = conn.execute("SELECT coalesce(max(id), 0) FROM contact").fetchone()
        self._additions = Additions(conn, self._last)
        self._known = Known(conn, empty=self._last == 0)
        self._region = str(config.get("region"))
        self.unread_phones: set[str] = set()
        self.returned = 0
        self._forgotten = frozenset(forgotten.entries(conn))

    @property
    def completed(self) -> int:
        """How much was added to contacts on file."""
        return self._additions.completed

    def load(self, rows: Iterable[tuple[Who, int | None]]) -> None:
        """Read who these rows could mean; each with the id of the contact that its deal has."""
        self._known.make_room()
        if self._known.whole:
            return
        rows = list(rows)
        self._known.load_ids(present for _entry, present in rows if present is not None)
        names: set[str] = set()
        emails: set[str] = set()
        phones: set[str] = set()
        public: set[str] = set()
        for entry, present in rows:
            person = self._person(entry)
            if present is not None and self._unchanged(entry, person, present):
                continue
            called = (*spellings(person), entry.organisation)
            names.update(name for name in called if name)
            emails.update(entry.emails)
            if entry.contact_id:
                public.add(entry.contact_id)
            if self._by_phone or _nameless(entry):
                phones.update(self.number(phone, entry) for phone in entry.phones)
        self._known.load(names, emails, phones, public)

    def contact_of(self, entry: Who, present: int | None = None) -> int | None:
        """The id of the row's contact: the person, else the organisation; None without either.

        ``present`` is the deal's contact as it is: where the row fits it, it stays, whoever else
        is called so. Raises BadRowError where several contacts fit; then nothing is added.
        """
        person = self._person(entry)
        if not person and not entry.organisation:
            return None
        own, firm = _whose(entry, person)
        found = None if present is None else self._unchanged(entry, person, present)
        employer: Contact | None = None
        if found is None:
            found, employer = self._looked_up(entry, person, present)
        elif entry.organisation:
            employer = self._known.get(found.organisation) if person else found
        if not person:
            if found is None:
                return self._add(entry.organisation, "organisation", None, entry, own).id
        elif entry.organisation and employer is None and not (found and found.organisation):
            employer = self._add(entry.organisation, "organisation", None, about=firm)
        if found is None:
            at = employer.id if employer else None
            kind = entry.contact_kind or (
                "organisation" if at is None and person_names.is_firm(person) else "person"
            )
            found = self._add(person, kind, at, entry, own)
        else:
            self._complete(found, employer, entry, own)
        if entry.contact_id:
            found.meant = found.meant or entry.contact_id
        if employer is not None and found is not employer:
            self._tell(employer, firm)
        return found.id

    def is_of(self, entry: Who, present: int) -> bool:
        """Whether the row's contact, if it names one, is the one that its deal has."""
        person = self._person(entry)
        if not (person or entry.organisation):
            return True
        found, _employer = self._looked_up(entry, person, present)
        return found is not None and found.id == present

    def colleague(self, name: str, organisation: str, of: int | None) -> int | None:
        """Who of several people of a name belongs to the organisation, or to that of the contact
        ``of``; None where that says it of none or of several."""
        firms = {one.id for one in self._organisations(organisation)} if organisation else set()
        if of is not None:
            self._known.load_ids([of])
            contact = self._known.get(of)
            if contact is not None:
                is_firm = contact.kind == "organisation"
                at = contact.id if is_firm else contact.organisation
                firms |= {at} if at is not None else set()
        called = self._known.called(spellings(name), "person")
        found = [one.id for one in called if one.organisation in firms]
        return found[0] if len(found) == 1 else None

    def _unchanged(self, entry: Who, person: str, present: int) -> Contact | None:
        """The contact that the deal has, where it is to the letter what the row says: then nobody
        else need be looked up."""
        contact = self._known.get(present)
        if contact is None or entry.contact_id or contact.name != (person or entry.organisation):
            return None
        if entry.emails and not any(email in contact.emails for email in entry.emails):
            return None
        firm = contact if not person else self._known.get(contact.organisation)
        if not entry.organisation:
            return contact if entry.contact else None
        named = firm is not None and firm.kind == "organisation" and firm.name == entry.organisation
        return contact if named and (contact.kind == "person" or not person) else None

    def _looked_up(
        self, entry: Who, person: str, present: int | None
    ) -> tuple[Contact | None, Contact | None]:
        """Who the row's contact is, and the organisation that the row names, as far as they are
        on file."""
        found = self._meant(entry, person) if entry.contact_id else None
        if found is None:
            found = self._by_reach(entry, person, present)
        if found is None and present is not None:
            found = self._kept(entry, person, present)
        employer: Contact | None = None
        if entry.organisation:
            liked = None if found is None else found.organisation if person else found.id
            employer = one_of(
                self._organisations(entry.organisation), entry.organisation, liked, FIRMS
            )
        if found is None:
            found = self._by_name(entry, person, employer, present) if person else employer
        return found, employer

    def _meant(self, entry: Who, person: str) -> Contact | None:
        """Who has the public id that the row says, unless it says another name besides."""
        contact = self._known.public(entry.contact_id)
        if contact is None:
            return None
        name = person or entry.organisation
        return contact if any(same_name(contact.name, one) for one in spellings(name)) else None

    def _others(self, entry: Who, found: list[Contact]) -> list[Contact]:
        """Those of the contacts whom no row of this import means by another public id."""
        if not entry.contact_id:
            return found
        return [one for one in found if one.meant in ("", entry.contact_id)]

    def _person(self, entry: Who) -> str:
        """The name of the row's person, "" where the row means an organisation alone; without any
        name, the e-mail address or the phone number stands for it."""
        if entry.contact:
            firm = entry.organisation
            return "" if firm and same_name(entry.contact, firm) else entry.contact
        if entry.organisation:
            return ""
        if entry.emails:
            return entry.emails[0]
        return self.number(entry.phones[0], entry) if entry.phones else ""

    def number(self, written: str, entry: Who, contact: Contact | None = None) -> str:
        """A phone number as it is kept: without + it is of the country that the row says, else of
        that of its contact, the contact's organisation, or the settings."""
        return self._read(written, entry, contact).number

    def _read(self, written: str, entry: Who, contact: Contact | None) -> Phone:
        country = entry.about.get("country") or ""
        if not country and contact is not None:
            firm = self._known.get(contact.organisation)
            country = contact.country or ("" if firm is None else firm.country)
        return _read_phone(written, region_of(country, self._region))

    def _organisations(self, name: str) -> list[Contact]:
        return self._known.called((name,), "organisation")

    def _by_reach(self, entry: Who, person: str, present: int | None) -> Contact | None:
        """Who has the row's address or number, and can have the name."""
        reached = self._reached(entry, person)
        if not reached:
            return None
        fitting = [c for c in dict.fromkeys(reached) if self._agrees(c, entry, person)]
        fitting = self._others(entry, fitting)
        if len(fitting) > 1:
            fitting = self._likeliest(fitting, entry, person)
        return one_of(fitting, person or entry.organisation, present, BY_ID, self._id_column)

    def _reached(self, entry: Who, person: str) -> Sequence[Contact]:
        """Who has an address of the row's, or its number if the row has nothing else."""
        emails = entry.emails
        if len(emails) == 1:
            return self._known.reached("email", emails[0])
        reached = [c for email in emails for c in self._known.reached("email", email)]
        if _nameless(entry):
            reached += self._known.reached("phone", person)
        return reached

    def _likeliest(self, fitting: list[Contact], entry: Who, person: str) -> list[Contact]:
        """Of several that fit those whose name is written as in the row, if there are any."""
        written = {name.casefold() for name in (*spellings(person), entry.organisation)}
        return [c for c in fitting if c.name.casefold() in written] or fitting

    def _agrees(self, contact: Contact, entry: Who, person: str) -> bool:
        """Whether a contact with the row's address can be the one that the row names."""
        if person and contact.name == person:
            return True
        if not person:
            firm = contact
            if contact.kind == "person":
                firm = self._known.get(contact.organisation) or contact
            return firm.kind == "organisation" and same_name(firm.name, entry.organisation)
        if not entry.contact or "@" in entry.contact:
            return True
        if contact.name in contact.emails:
            return True
        if contact.kind == "organisation":
            return same_name(contact.name, person)
        return person_names.may_be_one(contact.name, person)

    def _kept(self, entry: Who, person: str, present: int) -> Contact | None:
        """The contact that the deal has, where it has the name that the row says: the person, or
        the organisation or one of its people."""
        contact = self._known.get(present)
        if contact is None:
            return None
        employer = self._known.get(contact.organisation)
        if person:
            named = any(same_name(contact.name, name) for name in spellings(person))
            firm = entry.organisation
            if firm and (contact.kind != "person" or (employer and employer.name != firm)):
                named = named and employer is not None and same_name(employer.name, firm)
            return contact if named else None
        firms = (one for one in (contact, employer) if one and one.kind == "organisation")
        return contact if any(same_name(f.name, entry.organisation) for f in firms) else None

    def _by_name(
        self, entry: Who, person: str, employer: Contact | None, present: int | None
    ) -> Contact | None:
        """Who has the name, belongs to the organisation if the row names one, and has no other
        e-mail address than the row's; else, if it names none, the organisation of that name."""
        kind = entry.contact_kind or "person"
        called = self._others(entry, self._known.called(spellings(person), kind))
        if entry.organisation:
            at = employer.id if employer else None
            called = [c for c in called if at is not None and c.organisation == at]
        if entry.emails:
            called = [c for c in called if not c.emails]
        if not called and not entry.organisation and not entry.contact_kind:
            called = self._organisations(person)
        return one_of(called, person, present, BY_ADDRESS, self._id_column)

    def _add(
        self,
        name: str,
        kind: str,
        organisation: int | None,
        entry: Who | None = None,
        about: Mapping[str, str] = NOTHING,
    ) -> Contact:
        if kind == "person":
            name, about = contacts.as_person(name, about)
        else:
            about = {field: text for field, text in about.items() if field not in contacts.PARTS}
        self._last += 1
        self.added += 1
        if entry is not None:
            self.returns(entry)
        contact = Contact(self._last, kind, name, organisation)
        public_id = next(self._new_ids)
        if entry is not None and is_id(entry.contact_id):
            taken = self._known.public(entry.contact_id) is not None
            public_id = public_id if taken else entry.contact_id
            contact.meant = entry.contact_id
        self._known.keep(contact)
        key = key_of(name)
        about = dict(about)
        if entry is not None and entry.met:
            about.setdefault("source", entry.met)
        created = int(about.pop("created_at", self._now))
        row = (contact.id, public_id, kind, name, key, organisation, created, self._now)
        contact.about = _fields_of(tuple(about))
        contact.country = about.get("country", "")
        self._additions.contact(row, about)
        if entry is not None:
            self._reach(contact, entry.emails, entry)
        return contact

    def _complete(
        self, contact: Contact, employer: Contact | None, entry: Who, about: Mapping[str, str]
    ) -> None:
        """Add what the row knows of a contact on file and the file does not."""
        if about and contact.kind == "person":
            # Of what is called otherwise on file, the row's parts of the name are not the parts.
            person = self._person(entry)
            about = contacts.as_person(person, about)[1]
            if not any(same_name(contact.name, name) for name in spellings(person)):
                about = {f: text for f, text in about.items() if f not in contacts.NAME_PARTS}
        if contact.kind == "person" and employer is not None and contact.organisation is None:
            contact.organisation = employer.id
            self._additions.employer(contact.id, employer.id)
        self._reach(contact, () if contact.emails else entry.emails, entry)
        self._tell(contact, about)

    def _tell(self, contact: Contact, about: Mapping[str, str]) -> None:
        """Put into a contact's empty fields what the row says of them."""
        if not about:
            return
        said = {name: text for name, text in about.items() if name not in contact.about}
        if contact.kind != "person":
            said = {name: text for name, text in said.items() if name not in contacts.PARTS}
        if said:
            contact.about = contact.about.union(said)
            contact.country = contact.country or said.get("country", "")
            for name, text in said.items():
                self._additions.fact(contact.id, name, text)

    def _reach(self, contact: Contact, emails: Iterable[str], entry: Who) -> None:
        for email in emails:
            contact.emails += (email,)
            self._known.reach(contact, "email", email)
            self._additions.email(contact.id, email)
        for written in entry.phones:
            phone, _remark, read = self._read(written, entry, contact)
            if not read:
                self.unread_phones.add(phone)
            if phone not in contact.phones:
                contact.phones += (phone,)
                self._known.reach(contact, "phone", phone)
                self._additions.phone(contact.id, phone)

    def returns(self, entry: Who) -> None:
        """Count a row whose contact was forgotten here."""
        if not self._forgotten:
            return
        about = entry.about
        origin, key = about.get("external_origin"), about.get("external_id")
        marks = forgotten.marks(
            emails=entry.emails, external=(origin, key) if origin and key else None
        )
        if entry.contact_id:
            marks.append(forgotten.mark(entry.contact_id.upper()))
        self.returned += not self._forgotten.isdisjoint(marks)

    def flush(self) -> None:
        """Write what the batch added."""
        self._additions.flush()


@lru_cache(1 << 8)
def _fields_of(names: tuple[str, ...]) -> frozenset[str]:
    """The names as a set, one for all contacts of whom the same is said."""
    return frozenset(names)


@lru_cache(1 << 10)
def spellings(name: str) -> tuple[str, ...]:
    """A person's name as it is written, and as it is kept: without salutation and title."""
    kept = person_names.read(name).name
    return (name,) if kept == name else (name, kept)


def _nameless(entry: Who) -> bool:
    """Whether a row says of its contact a phone number at most."""
    return not (entry.contact or entry.organisation or entry.emails)


def _whose(entry: Who, person: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What the row says of its contact, and of the organisation that the contact belongs to."""
    about = entry.about
    if not about or not person or not entry.organisation:
        return about, NOTHING
    own = {name: text for name, text in about.items() if name not in _OF_ORGANISATION}
    return own, {name: text for name, text in about.items() if name in _OF_ORGANISATION}


def one_of(
    fitting: list[Contact], name: str, present: int | None, why: str, column: str = ""
) -> Contact | None:
    """The one contact that fits, None for none. Raises BadRowError for several, which says ``why``
    and by which ``column`` a row tells them apart."""
    if len(fitting) > 1:
        kept = [contact for contact in fitting if contact.id == present]
        if not kept:
            raise BadRowError(_(why).format(n=len(fitting), name=name, column=column))
        return kept[0]
    return fitting[0] if fitting else None


@lru_cache(1 << 14)
def _read_phone(text: str, region: str) -> Phone:
    return read_phone(text, region)
