"""What a batch of rows adds to the contacts: new ones, and what was not known of those on file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from funnelcli.actions import contacts
from funnelcli.db import bulk
from funnelcli.nouns.members import my_id

_CONTACT = (
    "id",
    "public_id",
    "kind",
    "name",
    "search",
    "organisation_id",
    "created_at",
    "recorded_at",
)
# What holds of new contacts of whom a file does not say it, where that is not NULL.
_UNSAID = {"do_not_contact": 0}


class Additions:
    """Collects what is to be written; :meth:`flush` writes it.

    Contacts whose id is above ``before`` are new in this import; ``completed`` counts what was
    added to the others.
    """

    def __init__(self, conn: sqlite3.Connection, before: int) -> None:
        self.completed = 0
        self._conn = conn
        self._unsaid = {**_UNSAID, "owner_id": my_id(conn)}
        self._before = before
        self._new: list[tuple[tuple[int | str | None, ...], Mapping[str, str]]] = []
        self._emails: list[tuple[int, str]] = []
        self._phones: list[tuple[int, str]] = []
        self._links: list[tuple[int, int]] = []
        self._facts: list[tuple[int, str, str]] = []

    def contact(self, row: tuple[int | str | None, ...], about: Mapping[str, str]) -> None:
        """Add a contact; ``row`` is what every one has, in the order of its table."""
        self._new.append((row, about))

    def email(self, contact_id: int, email: str) -> None:
        """Add an address to a contact."""
        self._emails.append((contact_id, email))

    def phone(self, contact_id: int, phone: str) -> None:
        """Add a number, as it is kept, to a contact."""
        self._phones.append((contact_id, phone))

    def fact(self, contact_id: int, name: str, text: str) -> None:
        """Put a text into a field of a contact, if that is empty."""
        self._facts.append((contact_id, name, text))

    def employer(self, contact_id: int, organisation_id: int) -> None:
        """Let a contact belong to an organisation."""
        self._links.append((contact_id, organisation_id))

    def flush(self) -> None:
        """Write what was collected."""
        fresh = self._add_contacts()
        self._add_reached("contact_email", "email", self._emails, fresh)
        self._add_reached("contact_phone", "phone", self._phones, fresh)
        self._fill()
        bulk.update(self._conn, "contact", ("organisation_id",), self._links)
        self.completed += self._on_file(contact_id for contact_id, _firm in self._links)
        self._links.clear()

    def _on_file(self, contact_ids: Iterable[int]) -> int:
        """How many of them are contacts that were on file before."""
        return sum(contact_id <= self._before for contact_id in contact_ids)

    def _fill(self) -> None:
        """Put texts into the fields that are empty."""
        if not self._facts:
            return
        told: dict[int, dict[str, str]] = {}
        for contact_id, name, text in self._facts:
            told.setdefault(contact_id, {}).setdefault(name, text)
        self._facts.clear()
        names = sorted({name for said in told.values() for name in said})
        gaps: dict[int, dict[str, str]] = {}
        for contact_id, *held in self._conn.execute(
            f"SELECT id, {', '.join(names)} FROM contact WHERE id {bulk.AMONG}", (str([*told]),)
        ):
            said = told[contact_id]
            empty = [name for name, value in zip(names, held, strict=True) if value is None]
            gaps[contact_id] = {name: said[name] for name in empty if name in said}
        bulk.update_each(self._conn, "contact", gaps)
        self.completed += self._on_file(who for who, filled in gaps.items() for _name in filled)

    def _add_contacts(self) -> set[int | str | None]:
        """Write the new contacts; their ids."""
        # Most files say little of contacts; what none of these says stays NULL.
        told = sorted(
            {field for _row, about in self._new for field in about}
            | {name for name in ("owner_id",) if self._unsaid[name] is not None}
        )
        rows = [
            (*row, *(about.get(name, self._unsaid.get(name)) for name in told))
            for row, about in self._new
        ]
        bulk.insert(self._conn, "contact", (*_CONTACT, *told), rows)
        fresh = {row[0] for row, _about in self._new}
        self._new.clear()
        return fresh

    def _add_reached(
        self,
        table: str,
        column: str,
        reached: list[tuple[int, str]],
        fresh: set[int | str | None],
    ) -> None:
        """Write addresses or numbers."""
        firsts = {row[0]: row for row in reversed(reached) if row[0] in fresh}
        bulk.insert(
            self._conn,
            table,
            ("contact_id", "position", column),
            [(contact_id, 1, text) for contact_id, text in firsts.values()],
        )
        # What comes after the first one of a new contact, or to one on file.
        more = [row for row in reached if firsts.get(row[0]) is not row]
        self.completed += self._on_file(contacts.add_reached(self._conn, table, column, more))
        reached.clear()
