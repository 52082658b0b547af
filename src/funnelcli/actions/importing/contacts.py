"""Importing contacts: people and organisations as records of their own.

Who a row means is found by the id that it has where it comes from, else by an e-mail address or a
phone number whose owner may have the name, else by the name with the organisation. Of whom is on
file, what is empty is filled in; what the row says otherwise is changed, or left where the user
prefers what is on file. Addresses, numbers and tags are added to those on file.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from funnelcli.actions import contacts, tags
from funnelcli.actions.importing.about import squeezed
from funnelcli.actions.importing.batches import Lines, take_all
from funnelcli.actions.importing.cards import Card, Reader
from funnelcli.actions.importing.catalogue import Catalogue
from funnelcli.actions.importing.directory import ON_FILE, Directory, State
from funnelcli.actions.importing.moments import BadRowError
from funnelcli.actions.importing.on_file import contacts_of
from funnelcli.actions.importing.people import spellings
from funnelcli.actions.importing.preference import FILE, Preference, Stamps
from funnelcli.actions.importing.rest import merged, outdated, replaces, without
from funnelcli.db import rows
from funnelcli.db.bulk import batches
from funnelcli.formats.table import Row
from funnelcli.i18n import _
from funnelcli.ids import is_id
from funnelcli.text import same_name, tag_key
from funnelcli.typed import Any
from funnelcli.values import names as person_names

# What an import inserts into, and the indexes by which it finds contacts.
TABLES = ("contact", "contact_email", "contact_phone")
KEPT = (
    *("contact_search", "contact_email_email", "contact_phone_phone", "contact_external"),
    "field_value_contact",
)


@dataclass(slots=True)
class Summary:
    """What an import did, in numbers of rows. ``organisations`` were added because people belong
    to them. ``changed`` and ``left`` count the rows by fields that were changed, or left though
    the rows say otherwise; where the newer of both counts, ``newer_in_file`` and ``newer_here``
    those in which one side won. ``sources`` are the new sources, key to name."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    organisations: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    newer_in_file: Counter[str] = field(default_factory=Counter)
    newer_here: Counter[str] = field(default_factory=Counter)
    unread_phones: tuple[str, ...] = ()
    returned: int = 0
    sources: dict[str, str] = field(default_factory=dict)


def import_contacts(
    conn: sqlite3.Connection,
    table_rows: Iterable[Row],
    reader: Reader,
    catalogue: Catalogue,
    *,
    origin: str | None,
    own: bool = False,
    prefer: str = FILE,
    sure: bool = True,
    at_origin: str | None = None,
    uids: bool = False,
    reject: Callable[[Row, str], None],
    progress: Callable[[int], None] = lambda _n: None,
) -> Summary:
    """Add the contacts of the rows, or bring those on file up to them.

    Called within one command. ``origin`` says where the rows' ids come from, ``at_origin`` where
    those of their organisations do; ``own``: the ids are public ids of this program. ``sure``: an
    id means who has it, whatever the name; else the name must agree. ``prefer`` is FILE, MINE or
    NEWER.
    ``uids``: an id that looks like a public id of this program is one, as in its own cards.
    """
    run = _Import(
        conn, reader, origin, own=own, prefer=prefer, sure=sure, at_origin=at_origin, uids=uids
    )
    run.summary.rejected = take_all(table_rows, run.take, reject, progress)
    return run.finish(catalogue)


class _Written:
    """What is to be written of a batch of contacts on file, by their ids: gathered, and written by
    :meth:`flush`."""

    def __init__(self, conn: sqlite3.Connection, contact_ids: Sequence[int]) -> None:
        self._conn = conn
        self._ids = contact_ids
        self._changes: dict[int, rows.Row] = {}
        self._emails: list[tuple[int, str]] = []
        self._phones: list[tuple[int, str]] = []
        self._tags: list[tuple[int, Sequence[str]]] = []
        self._untagged: dict[int, Sequence[str]] = {}

    @cached_property
    def _fields(self) -> dict[int, rows.Row]:
        return contacts.fields_of(self._conn, self._ids)

    @cached_property
    def _tagged(self) -> dict[int, set[str]]:
        return tags.of_all(self._conn, "contact", self._ids)

    def edit(self, contact_id: int, changes: Mapping[str, Any]) -> list[str]:
        """Change columns as :func:`contacts.edit` does; the names of those that differ now."""
        if not changes:
            return []
        before = self._fields[contact_id]
        changed = contacts.differing(contact_id, before, changes)
        before.update(changed)
        self.keep(contact_id, changed)
        return [name for name in changed if name != "search"]

    def keep(self, contact_id: int, changed: Mapping[str, Any]) -> None:
        """Change columns to what is known to be another value."""
        self._changes.setdefault(contact_id, {}).update(changed)

    def tags_of(self, contact_id: int) -> set[str]:
        """The tags of a contact, as they are to be."""
        return self._tagged[contact_id]

    def untag(self, contact_id: int, old: Sequence[str]) -> None:
        """Take tags off a contact, once a batch."""
        self._untagged[contact_id] = old
        self._tagged[contact_id].difference_update(old)

    def add(
        self,
        contact_id: int,
        emails: Iterable[str],
        phones: Iterable[str],
        given: Sequence[str],
    ) -> None:
        """Add addresses, numbers and tags that a contact does not have."""
        self._emails += [(contact_id, email) for email in emails]
        self._phones += [(contact_id, phone) for phone in phones]
        if given:
            self._tags.append((contact_id, given))
            self._tagged[contact_id].update(given)

    def flush(self) -> None:
        """Write it."""
        contacts.write(self._conn, self._changes)
        tags.take_off(self._conn, "contact", self._untagged)
        contacts.add_reached(self._conn, "contact_email", "email", self._emails)
        contacts.add_reached(self._conn, "contact_phone", "phone", self._phones)
        tags.add_to_new(self._conn, "contact", self._tags)


class _Import:
    """One import under way."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        reader: Reader,
        origin: str | None,
        *,
        own: bool,
        prefer: str,
        sure: bool,
        at_origin: str | None,
        uids: bool,
    ) -> None:
        self.summary = Summary()
        self._conn = conn
        self._reader = reader
        self._origin = origin
        self._own = own
        self._uids = uids
        self._prefer = Preference(conn, prefer, "contact")
        self._stamps = Stamps(conn, "contact", reader.fields)
        self._sure = sure
        self._at_origin = at_origin
        self._people = Directory(conn, prefer=self._prefer, origin=origin)
        # Who has which number in an own list, and the new ones whom another one named.
        self._numbers: dict[str, int] = {}
        self._referred: list[tuple[int, str]] = []
        self._lines = Lines(conn, "contact")

    def take(self, batch: list[Row]) -> list[tuple[Row, str]]:
        """Write a batch of rows; those that are not kept, with the reasons."""
        bad: list[tuple[Row, str]] = []
        good: list[tuple[Row, Card]] = []
        for row in batch:
            try:
                if row.problem:
                    raise BadRowError(row.problem)
                good.append((row, self._reader.read(row.line, row.cells)))
            except BadRowError as error:
                bad.append((row, str(error)))
        present = self._with_keys([card.key for _row, card in good if card.key])
        if self._own:
            # Organisations come first, so that those that people name are known.
            at = self._numbers
        else:
            named = [card.organisation_key for _row, card in good if card.organisation_key]
            at = contacts_of(self._conn, self._at_origin, named)
            at |= self._public([key for key in named if key not in at and is_id(key)])
        self._people.load([(card, present.get(card.key)) for _row, card in good])
        keys = {card.organisation_key for _row, card in good}
        self._people.load_ids([*present.values(), *(at[key] for key in keys & at.keys())])
        for key, who in present.items() if self._own else ():
            if (contact := self._people.get(who)) is not None:
                contact.meant = key.upper()
        held: list[tuple[Card, int, int | None]] = []
        fresh: list[tuple[Card, int]] = []
        here: dict[str, int] = {}
        for row, card in good:
            try:
                self._once(card, present, here)
                has_key = self._holder(card, present)
                who, firm, new = self._people.place(card, has_key, at.get(card.organisation_key))
            except BadRowError as error:
                bad.append((row, str(error)))
                continue
            if card.key:
                here[card.key] = card.line
            if card.contact_id and not self._own:
                # A card of this program names the organisation by that.
                at[card.contact_id] = who
            self._stamps.put(who, card.stamp)
            if card.number:
                self._numbers[card.number] = who
            if new and card.referred_by:
                self._referred.append((who, card.referred_by))
            if new:
                fresh.append((card, who))
            else:
                self._people.returns(card)
                held.append((card, who, firm))
        self._people.flush()
        self.summary.added += len(fresh)
        tagged = [(who, card.tags) for card, who in fresh if card.tags]
        tags.add_to_new(self._conn, "contact", tagged)
        own = self._reader.own
        for card, who in fresh:
            self._lines.put(who, card.line)
            if own is not None:
                own.add(who, card.own)
        if own is not None:
            own.gather(who for _card, who, _firm in held)
        self._bring_up(held)
        if own is not None:
            own.flush()
        return bad

    def _with_keys(self, keys: Sequence[str]) -> dict[str, int]:
        """The contacts on file that have these ids."""
        if not self._own:
            others = contacts_of(self._conn, self._origin, keys)
            return others | self._public([key for key in keys if self._is_own(key)])
        return self._public(keys)

    def _is_own(self, key: str) -> bool:
        """Whether an id is a public id of this program."""
        return self._own or (self._uids and is_id(key))

    def _public(self, keys: Sequence[str]) -> dict[str, int]:
        """The contacts on file that have these public ids."""
        if not keys:
            return {}
        found = self._conn.execute(
            "SELECT w.value, c.id FROM json_each(?) AS w CROSS JOIN contact AS c"
            " ON c.public_id = upper(w.value)",
            (json.dumps(keys),),
        )
        return dict(found.fetchall())

    def _once(self, card: Card, present: Mapping[str, int], here: Mapping[str, int]) -> None:
        """Raises BadRowError where another row has the row's id."""
        if not card.key:
            return
        who = present.get(card.key)
        line = here.get(card.key) or (self._lines.of(who) if who is not None else 0)
        if line:
            raise BadRowError(
                _("line {line} has the key {key} too").format(key=card.key, line=line)
            )

    def _holder(self, card: Card, present: Mapping[str, int]) -> int | None:
        """The contact that has the row's id, if it can be meant; the row keeps its id unless
        somebody else has it."""
        who = self._agreed(card, present.get(card.key))
        if who is None and card.key in present:
            # The rows of another list count from 1, too.
            card.key = ""
        if self._is_own(card.key):
            card.contact_id = card.key.upper()
        elif self._origin is not None and card.key:
            external = {"external_origin": self._origin, "external_id": card.key}
            card.about = {**card.about, **external}
        return who

    def _agreed(self, card: Card, who: int | None) -> int | None:
        """The contact that has the row's id, if it can be meant."""
        contact = self._people.get(who)
        if contact is None:
            return who
        name = card.contact or card.organisation
        firm = not card.contact or same_name(card.contact, card.organisation)
        if name and firm != (contact.kind == "organisation"):
            # Some programs count people and organisations each from one.
            return None
        if self._sure:
            return who
        known = set(card.emails) & set(contact.emails)
        agrees = not name or known or person_names.may_be_one(contact.name, name)
        return who if agrees else None

    def _bring_up(self, held: list[tuple[Card, int, int | None]]) -> None:
        """Bring contacts on file up to their rows. Of several rows for one contact the first
        counts; what others say besides is filled in."""
        ids = json.dumps(sorted({who for _card, who, _firm in held}))
        columns = ", ".join(f"c.{name}" for name in ON_FILE)
        details = ", ".join(
            f"(SELECT group_concat(d.{column}, char(31)) FROM contact_{table} AS d"
            " WHERE d.contact_id = c.id)"
            for table, column in (("email", "email"), ("phone", "phone"), ("tag", "search"))
        )
        found = self._conn.execute(
            "SELECT c.id, c.kind, c.name, c.organisation_id, c.notes, c.external_id,"
            f" {details}, {columns} FROM json_each(?) AS w"
            " CROSS JOIN contact AS c ON c.id = w.value",
            (ids,),
        )
        state = {row[0]: State.of(row) for row in found}
        self._written = _Written(self._conn, [*state])
        for card, who, firm in held:
            first = not self._lines.of(who)
            changed = self._update(state[who], card, firm, first=first)
            self._lines.put(who, card.line)
            if changed:
                self.summary.updated += 1
                self.summary.changed.update(changed)
            else:
                self.summary.unchanged += 1
        self._written.flush()

    def _update(self, held: State, card: Card, firm: int | None, *, first: bool) -> list[str]:
        """Write what differs; the fields that did. Of a contact's rows none but the ``first`` does
        more than fill gaps."""

        def wins(key: str, before: Any) -> bool:
            return first and self._prefer.wins(held.id, key, before, card.changed)

        changes: dict[str, Any] = {}
        left: list[str] = []
        said: dict[str, Any] = {
            name: card.about[name]
            for name in ON_FILE
            if card.about.get(name) is not None
            and (held.kind == "person" or name not in contacts.PARTS)
        }
        if firm is not None and held.kind == "person":
            said["organisation_id"] = firm
        name = card.contact or card.organisation
        if name and "@" not in name and not self._same_name(held, name):
            said["name"] = name
        for key, value in said.items():
            before = held.value(key)
            if before in (None, ""):
                changes[key] = value
            elif before == value or _alike(before, value):
                continue
            elif wins(key, before):
                changes[key] = value
            else:
                left.append(key)
        notes = held.notes or ""
        taken = True
        other = bool(card.notes) and not _within(card.notes, notes)
        if other or replaces(notes, card.rest):
            taken = not notes or wins("notes", notes)
            if other and taken:
                # Nothing that was noted here is lost for what was noted elsewhere.
                notes = "\n\n".join(filter(None, (notes, card.notes)))
        notes = merged(notes, card.rest, replace=taken)
        if notes != (held.notes or ""):
            changes["notes"] = notes
        if not _within(card.notes, notes) or merged(notes, card.rest) != notes:
            left.append("notes")
        changed = [*map(_called, self._written.edit(held.id, changes))]
        renewed, given, stays = self._tags(held, card, wins)
        if stays:
            left.append("tags")
        found = self._details(held, card, given)
        changed += [*found, *(["tags"] if renewed and "tags" not in found else [])]
        if card.own:
            more, stay = self._reader.own.bring_up(held.id, card.own, wins)
            changed += more
            left += stay
        if held.external_id is None and "external_id" in card.about:
            external = {one: card.about[one] for one in ("external_origin", "external_id")}
            self._written.keep(held.id, external)
            held.external_id = card.key
            changed.append("external_id")
        held.take(changes)
        if first:
            self.summary.left.update(map(_called, left))
        return changed

    @staticmethod
    def _same_name(held: State, name: str) -> bool:
        """Whether a row's name is that on file, or one that may be the same person's: E. Roth does
        not take the place of Eva Roth, nor the other way round."""
        if any(same_name(held.name, one) for one in spellings(name)):
            return True
        return held.kind == "person" and person_names.may_be_one(held.name, name)

    def _tags(
        self, held: State, card: Card, wins: Callable[[str, Any], bool]
    ) -> tuple[bool, Sequence[str], bool]:
        """Take off the tags of earlier values of columns that are kept as tags; whether there were
        any, the row's tags that may be given, and whether some stay as they are on file."""
        if not card.tagged:
            return False, card.tags, False
        old = outdated(self._written.tags_of(held.id), card.tagged, card.tags)
        if not old:
            return False, card.tags, False
        if not wins("tags", old[0]):
            return False, without(card.tags, card.tagged, old), True
        self._written.untag(held.id, old)
        held.tags.difference_update(map(tag_key, old))
        return True, card.tags, False

    def _details(self, held: State, card: Card, given: Sequence[str]) -> list[str]:
        """Add the addresses, numbers and tags that are not on file; which were added."""
        contact = self._people.get(held.id)
        numbers = [self._people.number(one, card, contact) for one in card.phones]
        found: dict[str, list[str]] = {
            "emails": [one for one in card.emails if one not in held.emails],
            "phones": [one for one in numbers if one not in held.phones],
            "tags": [one for one in given if tag_key(one) not in held.tags],
        }
        more = {name: texts for name, texts in found.items() if texts}
        if not more:
            return []
        self._written.add(held.id, found["emails"], found["phones"], found["tags"])
        held.emails.update(found["emails"])
        held.phones.update(found["phones"])
        held.tags.update(map(tag_key, found["tags"]))
        self._people.reached(held.id, found["emails"], found["phones"])
        return [*more]

    def finish(self, catalogue: Catalogue) -> Summary:
        """The numbers, when every row is done."""
        for some in batches(self._referred):
            written = _Written(self._conn, [who for who, _number in some])
            for who, number in some:
                if self._numbers.get(number, who) != who:
                    written.edit(who, {"referred_by_id": self._numbers[number]})
            written.flush()
        self._stamps.flush()
        summary = self.summary
        summary.returned = self._people.returned
        summary.organisations = self._people.added - summary.added
        summary.newer_in_file = _named(self._prefer.taken)
        summary.newer_here = _named(self._prefer.kept)
        summary.unread_phones = tuple(sorted(self._people.unread_phones))
        summary.sources = catalogue.added
        return summary


def _called(name: str) -> str:
    """What a column is called where fields are counted."""
    return name.removesuffix("_id") if name in ("organisation_id", "owner_id") else name


def _named(counts: Counter[str]) -> Counter[str]:
    return Counter({_called(name): n for name, n in counts.items()})


def _alike(before: Any, value: Any) -> bool:
    """Whether two texts are one but for blanks and capitals."""
    if not isinstance(before, str) or not isinstance(value, str):
        return False
    return before.casefold().split() == value.casefold().split()


def _within(text: str, notes: str | None) -> bool:
    """Whether a note stands among those on file."""
    return squeezed(text) in squeezed(notes or "")
