"""The phones that may ask the server of a database, each by a key of its own.

They stand in a file of their own beside what the program remembers, and not in the database: a copy
that is brought back, an archive, a merge or an undo must never let a phone in again whose key was
withdrawn. Of a key the file holds the SHA-256 alone; a key is 256 random bits, so that nobody
finds one to a hash.

A phone is let in by a pairing key, which it is shown as a QR code. It is good once, for ten
minutes, and for nothing but to be exchanged for the phone's own key.
"""

from __future__ import annotations

import hmac
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256

from funnelcli import config
from funnelcli.db.server import is_address
from funnelcli.errors import Failed, NotFound, Refused
from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.text import spelt_out
from funnelcli.values import dates

PAIRING_SECONDS = 600
"""For so long a pairing key is good."""
NAME_LETTERS = 60
"""So many letters of what a phone is called are kept."""
_SEEN_EVERY = 60
_WAIT = 5
# A row is a pairing key until it is exchanged; then it is a device.
_TABLES = """
CREATE TABLE IF NOT EXISTS device (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    db         TEXT NOT NULL,
    hash       TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    made_at    INTEGER NOT NULL,
    paired_at  INTEGER,
    seen_at    INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS served (db TEXT PRIMARY KEY, base TEXT NOT NULL) STRICT;
"""
_COLUMNS = "id, name, paired_at, seen_at, revoked_at"


class Device(NamedTuple):
    """A phone that was paired; instants in UTC seconds, ``revoked_at`` where its key was
    withdrawn."""

    id: int
    name: str
    paired_at: int
    seen_at: int | None
    revoked_at: int | None


def path() -> str:
    """The file that says which phones there are."""
    return os.path.join(config.state_dir(), "phones.db")


@contextmanager
def _opened(*, write: bool) -> Iterator[sqlite3.Connection]:
    """The file, in a transaction of its own. Raises Failed."""
    try:
        os.makedirs(config.state_dir(), mode=0o700, exist_ok=True)
        if not os.path.exists(path()):
            os.close(os.open(path(), os.O_CREAT | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(path(), timeout=_WAIT, isolation_level=None)) as conn:
            conn.execute("PRAGMA synchronous = FULL")
            conn.executescript(_TABLES)
            conn.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            yield conn
            conn.execute("COMMIT")
    except (OSError, sqlite3.Error) as error:
        raise Failed(
            _("{path} cannot be used: {error}.").format(path=path(), error=error),
            _("It holds the phones that were paired; without it each has to be paired again."),
        ) from error


def _of(db: str) -> str:
    """What a database is called there."""
    return db if is_address(db) else os.path.realpath(db)


def _hash(key: str) -> str:
    return sha256(key.encode(errors="replace")).hexdigest()


def pairing_key(db: str) -> str:
    """A new key that one phone may be paired with; those before it are good no longer."""
    key = secrets.token_urlsafe(32)
    with _opened(write=True) as conn:
        conn.execute("DELETE FROM device WHERE db = ? AND paired_at IS NULL", (_of(db),))
        conn.execute(
            "INSERT INTO device (db, hash, name, made_at) VALUES (?, ?, '', ?)",
            (_of(db), _hash(key), dates.now()),
        )
    return key


def pair(db: str, key: str, name: str) -> str:
    """Exchange a pairing key for the key of a phone that is called ``name``. Raises Refused for one
    that was never made, was used, or is too old."""
    own = secrets.token_urlsafe(32)
    now = dates.now()
    with _opened(write=True) as conn:
        waiting = conn.execute(
            "SELECT id, hash FROM device WHERE db = ? AND paired_at IS NULL AND made_at > ?",
            (_of(db), now - PAIRING_SECONDS),
        ).fetchall()
        found = _matching(waiting, key)
        if found is not None:
            conn.execute(
                "UPDATE device SET hash = ?, name = ?, paired_at = ? WHERE id = ?",
                (_hash(own), _called(name), now, found),
            )
    if found is None:
        raise Refused(
            _("This code is not good, or no longer."), _("Let `funnel phone pair` show a new one.")
        )
    return own


def _called(name: str) -> str:
    """What a phone says that it is called, on one line."""
    return " ".join(spelt_out(name).split())[:NAME_LETTERS].strip() or _("phone")


def _matching(rows: list[tuple[int, str]], key: str) -> int | None:
    """The id of the row with the hash of this key. Each is compared, in constant time."""
    wanted = _hash(key)
    found = None
    for id_, known in rows:
        if hmac.compare_digest(known, wanted):
            found = id_
    return found


def holder(db: str, key: str) -> Device | None:
    """The phone that has this key, one whose key was withdrawn too; None where nobody has it."""
    with _opened(write=False) as conn:
        rows = conn.execute(
            f"SELECT hash, {_COLUMNS} FROM device WHERE db = ? AND paired_at IS NOT NULL",
            (_of(db),),
        ).fetchall()
    device_id = _matching([(row[1], row[0]) for row in rows], key)
    return next((Device(*row[1:]) for row in rows if row[1] == device_id), None)


def seen(device: Device) -> None:
    """Note that a phone has asked just now; to the minute, and not while others write."""
    now = dates.now()
    if device.seen_at is None or now - device.seen_at >= _SEEN_EVERY:
        with _opened(write=True) as conn:
            conn.execute("UPDATE device SET seen_at = ? WHERE id = ?", (now, device.id))


def listed(db: str) -> list[Device]:
    """The phones of a database, those that may ask first, the last that was paired first."""
    with _opened(write=False) as conn:
        rows = conn.execute(
            f"SELECT {_COLUMNS} FROM device WHERE db = ? AND paired_at IS NOT NULL"
            " ORDER BY revoked_at IS NOT NULL, id DESC",
            (_of(db),),
        ).fetchall()
    return [Device(*row) for row in rows]


def revoke(db: str, ids: list[int]) -> list[Device]:
    """Withdraw the keys of phones, from the next thing that they ask on; those phones as they are
    now. Raises NotFound."""
    known = {device.id for device in listed(db)}
    missing = next((device_id for device_id in ids if device_id not in known), None)
    if missing is not None:
        raise unknown(str(missing))
    with _opened(write=True) as conn:
        conn.executemany(
            "UPDATE device SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?",
            [(dates.now(), device_id) for device_id in ids],
        )
    return [device for device in listed(db) if device.id in ids]


def unknown(text: str) -> NotFound:
    """The error for a phone that there is not."""
    return NotFound(
        _("There is no phone {id}.").format(id=text),
        _("`funnel phone devices` shows what there is, with the ids."),
    )


def serve(db: str, base: str) -> None:
    """Keep in mind where the phones of a database find its server."""
    with _opened(write=True) as conn:
        conn.execute("INSERT OR REPLACE INTO served VALUES (?, ?)", (_of(db), base))


def base(db: str) -> str | None:
    """Where the phones of a database found its server last."""
    with _opened(write=False) as conn:
        row = conn.execute("SELECT base FROM served WHERE db = ?", (_of(db),)).fetchone()
    return None if row is None else str(row[0])
