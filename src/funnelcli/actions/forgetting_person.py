"""Whom is to be forgotten: the rows by which a database knows them, and by what names."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from funnelcli.actions.forgetting_words import Words
from funnelcli.db import forgotten, personal
from funnelcli.db.rows import dicts
from funnelcli.patterns import re
from funnelcli.plain import NamedTuple
from funnelcli.text import search_key
from funnelcli.typed import Any
from funnelcli.values import names


class Person(NamedTuple):
    """Whom is to be forgotten, as one database knows them: the id of the contact, its name, the
    public ids that it has had; and the ids of the contacts that had them, those on file alone, and
    the removed ones too."""

    id: int
    name: str
    public_ids: frozenset[str]
    live: frozenset[int]
    contacts: frozenset[int]
    first: int = 0
    """The first command, by its id, whose entries may be about it."""
    last: int = 1 << 62
    """The last command, by its id, whose entries may be about it."""

    @property
    def held(self) -> bool:
        """Whether the database has the name still."""
        return self.name != anonymous(self.id)


def anonymous(contact_id: int) -> str:
    """What a contact is called that was forgotten."""
    return f"# {contact_id}"


def removed(conn: sqlite3.Connection, text: str) -> frozenset[str]:
    """The public id of a contact that is no longer on file but in the journal, by its id, public id
    or name; empty where there is none."""
    found = conn.execute(
        "SELECT row_id, before FROM journal WHERE table_name = 'contact' AND op = 'delete'"
        " ORDER BY id DESC"
    )
    for row_id, before in found:
        row = json.loads(before)
        if text in (str(row_id), row["public_id"]) or search_key(text) == search_key(row["name"]):
            return frozenset((row["public_id"],))
    return frozenset()


def public_ids(conn: sqlite3.Connection, contact_id: int) -> frozenset[str]:
    """The public ids of a contact on file: its own, and those of whom it took over."""
    found = conn.execute(
        "SELECT public_id FROM contact WHERE id = :id"
        " UNION SELECT public_id FROM contact_former WHERE contact_id = :id",
        {"id": contact_id},
    )
    return frozenset(public_id for (public_id,) in found)


def recorded(conn: sqlite3.Connection, contact_id: int) -> int:
    """When a contact on file was recorded, in UTC seconds."""
    (at,) = conn.execute("SELECT recorded_at FROM contact WHERE id = ?", (contact_id,)).fetchone()
    return int(at)


def find(conn: sqlite3.Connection, known: Collection[str]) -> Person | None:
    """The person with these public ids, in a database of any schema."""
    ids = (json.dumps([*known]),)
    few = "IN (SELECT value FROM json_each(?))"
    rows = conn.execute(f"SELECT id, name FROM contact WHERE public_id {few} ORDER BY id", ids)
    on_file = rows.fetchall()
    gone = conn.execute(
        "SELECT row_id, json_extract(before, '$.name'), command_id FROM journal"
        " WHERE table_name = 'contact' AND op = 'delete'"
        f" AND json_extract(before, '$.public_id') {few} ORDER BY id DESC",
        ids,
    ).fetchall()
    if not on_file and not gone:
        return None
    live = frozenset(row[0] for row in on_file)
    contacts = live | {row[0] for row in gone}
    contact_id, name = on_file[0] if on_file else gone[0][:2]
    person = Person(contact_id, name, frozenset(known), live, contacts)
    if not on_file:
        # Its id may be another's since then.
        return person._replace(last=max(row[2] or 0 for row in gone))
    (before,) = conn.execute(
        "SELECT coalesce(max(command_id), -1) FROM journal WHERE table_name = 'contact'"
        " AND op = 'delete' AND row_id = ?"
        " AND json_extract(before, '$.public_id') NOT IN (SELECT value FROM json_each(?))",
        (contact_id, *ids),
    ).fetchone()
    return person._replace(first=before + 1) if len(contacts) == 1 else person


def is_theirs(
    person: Person,
    table: str,
    row: dict[str, Any],
    command_id: int | None,
    own: dict[str, set[int]],
    links: dict[str, list[tuple[str, str]]],
) -> bool:
    """Whether a row as it was before a command is the person's, of whom is what ``own`` says."""
    if table not in links:
        return False
    if table == "contact":
        return row["public_id"] in person.public_ids
    if command_id is not None and not person.first <= command_id <= person.last:
        return False
    return personal.is_of(table, row, own, links)


def other_marks(conn: sqlite3.Connection, person: Person) -> list[str]:
    """The fingerprints of what else a person is known by: addresses, and ids of other programs."""
    versions = _versions(conn, person)
    found = forgotten.marks(emails={row["email"] for row in versions["contact_email"]})
    for row in versions["contact"]:
        if row.get("external_origin") and row.get("external_id"):
            found += forgotten.marks(external=(row["external_origin"], row["external_id"]))
    return found


def known(conn: sqlite3.Connection, person: Person) -> Words:
    """What a person is known by, now and earlier, as far as the journal goes back. A database of an
    older schema can be asked too."""
    said: set[str] = set()
    alone: set[str] = set()
    versions = _versions(conn, person)
    for row in versions["contact"]:
        name = row["name"]
        # Whoever is forgotten already has no name to look for.
        if name != anonymous(row["id"]):
            said.add(name)
        said |= {text for text in (row.get("website"),) if text}
        if row["kind"] != "person":
            continue
        parts = names.parts_of(name, row.get("first_name"), row.get("last_name"))
        first, last = parts[0], parts[1]
        if first and last:
            said |= {f"{last}, {first}", f"{first} {last}", f"{last} {first}"}
            alone.add(last)
    for table, column in (("contact_email", "email"), ("contact_phone", "phone")):
        said |= {row[column] for row in versions[table]}
    single = {text for text in said if re.fullmatch(r"\w+", text)}
    return Words(frozenset(said - single), frozenset(alone | single))


# The tables that say what a person is known by, each with the column of the contact's id.
_KNOWN_BY = {"contact": "id", "contact_email": "contact_id", "contact_phone": "contact_id"}


def _versions(conn: sqlite3.Connection, person: Person) -> dict[str, list[dict[str, Any]]]:
    """The person's rows of each of these tables, and what they were."""
    few = "IN (SELECT value FROM json_each(:contacts))"
    live = {"contacts": json.dumps([*person.live])}
    found = {
        table: [*dicts(conn.execute(f"SELECT * FROM {table} WHERE {column} {few}", live))]
        for table, column in _KNOWN_BY.items()
    }
    theirs = " ".join(
        f"WHEN '{table}' THEN json_extract(before, '$.{column}') {few}"
        for table, column in _KNOWN_BY.items()
    )
    for table, before in conn.execute(
        "SELECT table_name, before FROM journal WHERE before IS NOT NULL"
        f" AND CASE table_name {theirs} END"
        " AND coalesce(command_id, :first) BETWEEN :first AND :last",
        {"contacts": json.dumps([*person.contacts]), "first": person.first, "last": person.last},
    ):
        found[table].append(json.loads(before))
    return found
