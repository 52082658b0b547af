"""What was given out of the database: which file, when, by which command, and whose data it held.

It is a log, no record: the journal does not watch it, for no undo takes a file back that somebody
has.
"""

from __future__ import annotations

import base64
import sqlite3
import zlib
from collections.abc import Collection, Iterable, Iterator

from funnelcli.db.waiting import begin
from funnelcli.plain import NamedTuple
from funnelcli.values import dates


class Members:
    """A set of ids of contacts, a bit each."""

    def __init__(self, ids: Iterable[int] = ()) -> None:
        self.bits = bytearray()
        for contact_id in ids:
            self.add(contact_id)

    def add(self, contact_id: int) -> None:
        """Put an id in."""
        place = contact_id >> 3
        if place >= len(self.bits):
            self.bits.extend(bytes(place + 1 - len(self.bits)))
        self.bits[place] |= 1 << (contact_id & 7)

    def __contains__(self, contact_id: int) -> bool:
        place = contact_id >> 3
        return place < len(self.bits) and bool(self.bits[place] >> (contact_id & 7) & 1)

    def __len__(self) -> int:
        return int.from_bytes(self.bits, "little").bit_count()

    @property
    def text(self) -> str:
        """The set as text."""
        return base64.b64encode(zlib.compress(bytes(self.bits))).decode()

    @classmethod
    def read(cls, text: str) -> Members:
        """What :attr:`text` says."""
        found: Members = cls()
        found.bits = bytearray(zlib.decompress(base64.b64decode(text)))
        return found


class Disclosure(NamedTuple):
    """A file that was written: the instant in UTC seconds, the command, the whole path, and how
    many contacts it held; None for all that there were."""

    id: int
    at: int
    command: str
    path: str
    contacts: int | None


def add(conn: sqlite3.Connection, command: str, path: str, members: Members | None) -> int | None:
    """Note that a file was written; without ``members`` it holds the whole database, with none it
    is what an import rejected. It is a part of the transaction under way, or one of its own. The
    id of the line, None where there is no new one. Raises OperationalError where the database
    cannot be written."""
    part = conn.in_transaction
    if not part:
        begin(conn)
    held = (None, None) if members is None else (members.text, len(members))
    at, line = dates.now(), None
    # No line is ever changed: another one of the same second stands a second later.
    there = "SELECT members, contacts FROM disclosure WHERE at = ? AND command = ? AND path = ?"
    while (found := conn.execute(there, (at, command, path)).fetchone()) not in (None, held):
        at += 1
    if found is None:
        line = conn.execute(
            "INSERT INTO disclosure (at, command, path, members, contacts) VALUES (?, ?, ?, ?, ?)",
            (at, command, path, *held),
        ).lastrowid
    if not part:
        conn.execute("COMMIT")
    return line


def take_back(conn: sqlite3.Connection, line: int) -> None:
    """Take a line off the log by its id, for the file was not written."""
    begin(conn)
    conn.execute("DELETE FROM disclosure WHERE id = ?", (line,))
    conn.execute("COMMIT")


def rejects(conn: sqlite3.Connection) -> list[Disclosure]:
    """The files of what imports rejected, each once."""
    rows = conn.execute(
        "SELECT id, at, command, path, contacts FROM (SELECT *, row_number() OVER"
        " (PARTITION BY path ORDER BY at DESC, id DESC) AS place FROM disclosure"
        " WHERE contacts = 0) AS line WHERE place = 1 ORDER BY path"
    )
    return [Disclosure(*row) for row in rows]


def listed(
    conn: sqlite3.Connection, of: Collection[int] | None = None, since: int = 0
) -> Iterator[Disclosure]:
    """What was given out, the latest first; with ``of`` what held one of these contacts, which were
    recorded at ``since``."""
    rows = conn.execute(
        "SELECT id, at, command, path, contacts, members FROM disclosure ORDER BY at DESC, id DESC"
    )
    for *row, members in rows:
        found = Disclosure(*row)
        if of is not None and not (
            found.at >= since
            if members is None
            else any(one in Members.read(members) for one in of)
        ):
            continue
        yield found


def take_over(conn: sqlite3.Connection, source: sqlite3.Connection) -> None:
    """Add what the log of another database says, if that is one of the same contacts."""
    there = source.execute("SELECT 1 FROM sqlite_master WHERE name = 'disclosure'").fetchone()
    if there is None:
        return
    some = source.execute("SELECT public_id FROM contact ORDER BY id LIMIT 100").fetchall()
    if any(
        conn.execute("SELECT 1 FROM contact WHERE public_id = ?", one).fetchone() for one in some
    ):
        conn.executemany(
            "INSERT INTO disclosure (at, command, path, members, contacts)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            source.execute("SELECT at, command, path, members, contacts FROM disclosure"),
        )
