"""Who the rows of a file of contacts are, among those on file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from funnelcli.actions import contacts
from funnelcli.actions.importing.about import Who
from funnelcli.actions.importing.cards import ABOUT, Card
from funnelcli.actions.importing.contact_fields import OWN
from funnelcli.actions.importing.known import Contact
from funnelcli.actions.importing.moments import BadRowError
from funnelcli.actions.importing.people import BY_ID, FIRMS, People, one_of, spellings
from funnelcli.actions.importing.preference import Preference
from funnelcli.i18n import _
from funnelcli.text import same_name
from funnelcli.typed import Any

# What is compared field by field.
ON_FILE = tuple(
    name for name in (*ABOUT, "source", *OWN, "owner_id") if name not in contacts.NAME_PARTS
)
_SEPARATOR = "\x1f"


class Directory(People):
    """Finds and adds the contacts that rows are; of those on file it changes nothing."""

    _by_phone = True
    _id_column = "public_id"

    def __init__(self, conn: sqlite3.Connection, *, prefer: Preference, origin: str | None) -> None:
        super().__init__(conn)
        self._prefer = prefer
        self._origin = f"{origin}{_SEPARATOR}"

    def load_ids(self, ids: Iterable[int]) -> None:
        """Read contacts by their ids."""
        self._known.load_ids(ids)

    def get(self, contact_id: int | None) -> Contact | None:
        """The contact of an id that was read."""
        return self._known.get(contact_id)

    def reached(self, contact_id: int, emails: Iterable[str], phones: Iterable[str]) -> None:
        """Take note of addresses and numbers, as they are kept, that a contact has got."""
        contact = self._known.get(contact_id)
        if contact is not None:
            for email in emails:
                self._known.reach(contact, "email", email)
            for phone in phones:
                self._known.reach(contact, "phone", phone)

    def place(
        self, card: Card, present: int | None, at: int | None
    ) -> tuple[int, int | None, bool]:
        """The ids of the row's contact and of the organisation that it belongs to, and whether the
        contact is new. ``present`` is the contact that has the row's id, ``at`` the organisation
        that has the one it names.

        Raises BadRowError where several contacts fit; then nothing is added.
        """
        person = self._person(card)
        found = self._known.get(present)
        employer = self._known.get(at)
        if found is None:
            found = self._by_reach(card, person, None)
        if person and employer is None and card.organisation:
            employer = self._employer(card, found)
        if found is None and person:
            found = self._by_name(card, person, employer, None)
        elif found is None:
            named = self._others(card, self._organisations(card.organisation))
            found = one_of(named, card.organisation, None, BY_ID, self._id_column)
        new = found is None
        if found is None:
            kind = "person" if person else "organisation"
            firm = employer.id if employer is not None and person else None
            found = self._add(person or card.organisation, kind, firm, card, card.about)
            found.external = self._origin + card.key if card.key else ""
        found.meant = found.meant or card.contact_id
        return found.id, None if employer is None or employer is found else employer.id, new

    def _others(self, entry: Who, found: list[Contact]) -> list[Contact]:
        """Those of the contacts that can be the row's: none that has another id where the row
        comes from, for there they are two, and none whom another row of an own list means."""
        found = super()._others(entry, found)
        key = getattr(entry, "key", "")
        if not key:
            return found
        own = self._origin + key
        return [
            one for one in found if not one.external.startswith(self._origin) or one.external == own
        ]

    def _employer(self, card: Card, found: Contact | None) -> Contact | None:
        """The organisation that a row names; a new one unless the contact on file keeps its own."""
        name = card.organisation
        held = self._known.get(found.organisation) if found is not None else None
        if held is not None and same_name(held.name, name):
            return held
        known = self._organisation(name, card)
        if known is None and (
            held is None
            or found is None
            or self._prefer.wins(found.id, "organisation_id", held.id, card.changed, count=False)
        ):
            known = self._add(name, "organisation", None)
        return known

    def _organisation(self, name: str, card: Card) -> Contact | None:
        """The organisation of that name, of several the one that has addresses where the row has
        one. Raises BadRowError where it may be several."""
        called = self._organisations(name)
        if len(called) > 1:
            domains = {email.rpartition("@")[2].casefold() for email in card.emails}
            near = [
                one
                for one in called
                if not domains.isdisjoint(e.rpartition("@")[2].casefold() for e in one.emails)
            ]
            called = near or called
        if len(called) > 1:
            raise BadRowError(_(FIRMS).format(n=len(called), name=name))
        return called[0] if called else None

    def _reached(self, entry: Who, person: str) -> list[Contact]:
        """Who has an address or a number of the row's."""
        reached = [c for email in entry.emails for c in self._known.reached("email", email)]
        for phone in entry.phones:
            reached += self._known.reached("phone", self.number(phone, entry))
        return reached if person else [c for c in reached if c.kind == "organisation"]

    def _likeliest(self, fitting: list[Contact], entry: Who, person: str) -> list[Contact]:
        """Of several with that name those who belong to the row's organisation, if there are
        any."""
        fitting = super()._likeliest(fitting, entry, person)
        if len(fitting) == 1 or not (entry.organisation and person):
            return fitting
        firms = (self._known.get(c.organisation) for c in fitting)
        own = [
            c
            for c, firm in zip(fitting, firms, strict=True)
            if firm is not None and same_name(firm.name, entry.organisation)
        ]
        return own or fitting

    def _by_name(
        self, entry: Who, person: str, employer: Contact | None, present: int | None
    ) -> Contact | None:
        if not entry.organisation:
            return super()._by_name(entry, person, employer, present)
        # A name within an organisation is one person, whatever their address is today.
        called = self._known.called(spellings(person), "person")
        at = employer.id if employer else None
        called = [c for c in called if at is not None and c.organisation == at]
        called = self._others(entry, called)
        return one_of(called, person, present, BY_ID, self._id_column)


class State:
    """A contact as it is on file while rows are brought to it."""

    def __init__(
        self,
        contact_id: int,
        kind: str,
        name: str,
        organisation_id: int | None,
        notes: str | None,
        external_id: str | None,
        emails: str | None,
        phones: str | None,
        tag_keys: str | None,
        about: dict[str, Any],
    ) -> None:
        self.id = contact_id
        self.kind = kind
        self.name = name
        self.organisation_id = organisation_id
        self.notes = notes
        self.external_id = external_id
        self.emails = set((emails or "").split(_SEPARATOR))
        self.phones = set((phones or "").split(_SEPARATOR))
        self.tags = set((tag_keys or "").split(_SEPARATOR))
        self._about = about

    @classmethod
    def of(cls, row: Sequence[Any]) -> State:
        """A contact from what a query gives: the fields above, then those of ON_FILE."""
        who, kind, name, organisation, notes, external, emails, phones, tags, *about = row
        held = dict(zip(ON_FILE, about, strict=True))
        return cls(who, kind, name, organisation, notes, external, emails, phones, tags, held)

    def value(self, name: str) -> Any:
        """A field."""
        return getattr(self, name) if name in ("name", "organisation_id") else self._about[name]

    def take(self, changes: Mapping[str, Any]) -> None:
        """What was written."""
        for name, value in changes.items():
            if name in ("name", "organisation_id", "notes"):
                setattr(self, name, value)
            else:
                self._about[name] = value
