"""Who was forgotten: a list that a copy is held against before it is brought back.

It holds fingerprints of public ids, which are random, so that nothing can be read from them, and of
the ids that other programs gave them and of their e-mail addresses, so that an import that brings
somebody back is noticed: who knows an address can tell that it is on the list. It is no record, so
the journal does not watch it, and no undo takes a line off it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from hashlib import sha256

from funnelcli.plain import NamedTuple


class Entry(NamedTuple):
    """A line of the list: the id of the contact, and when it was forgotten, in UTC seconds."""

    contact: int
    at: int


def mark(public_id: str) -> str:
    """The fingerprint of a public id."""
    return sha256(public_id.encode()).hexdigest()


def marks(*, emails: Iterable[str] = (), external: tuple[str, str] | None = None) -> list[str]:
    """The fingerprints of addresses, and of an id with the program that gave it."""
    known = [f"email\x1f{email.casefold()}" for email in emails]
    if external is not None:
        known.append("\x1f".join(external))
    return [mark(one) for one in known]


def entries(conn: sqlite3.Connection) -> dict[str, Entry]:
    """The list of a database, by fingerprint; of one of an older schema it is empty."""
    there = conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'forgotten'").fetchone()
    if there is None:
        return {}
    rows = conn.execute("SELECT mark, contact_id, forgotten_at FROM forgotten")
    return {mark: Entry(*entry) for mark, *entry in rows}


def since(conn: sqlite3.Connection, public_ids: Iterable[str]) -> int | None:
    """When the contact with these public ids was forgotten, in UTC seconds; None where it was
    not."""
    listed = entries(conn)
    return max((listed[one].at for one in map(mark, public_ids) if one in listed), default=None)


def add(conn: sqlite3.Connection, listed: Mapping[str, Entry]) -> None:
    """Put lines on the list, within a transaction; one that is there stays as it is."""
    conn.executemany(
        "INSERT INTO forgotten (mark, contact_id, forgotten_at) VALUES (?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        [(mark, *entry) for mark, entry in listed.items()],
    )


def on(conn: sqlite3.Connection, listed: Iterable[str]) -> dict[str, set[str]]:
    """The public ids of contacts that a database knows, in its rows or in its journal, by
    fingerprint, of those on a list."""
    wanted = set(listed)
    found: dict[str, set[str]] = {}
    for (public_id,) in conn.execute(
        "SELECT public_id FROM contact UNION SELECT json_extract(before, '$.public_id')"
        " FROM journal WHERE table_name = 'contact' AND before IS NOT NULL"
    ):
        if (known := mark(public_id)) in wanted:
            found.setdefault(known, set()).add(public_id)
    return found
