"""What is in the files that belong to records: in the database itself, in pieces.

So a copy, a restore, encryption, a transaction and a crash treat a file as they treat any row. A
content is known by its SHA-256 and stands there once, however many records have it. It is never
changed, and the journal does not watch it: undo puts the attachment back, whose content stays until
neither an attachment nor the journal names it (:func:`sweep`). One piece is in memory at a time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from funnelcli.typed import IO

PIECE = 1 << 20


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """What is left of a file, piece by piece. Raises OSError."""
    while data := file.read(PIECE):
        yield data


def put(conn: sqlite3.Connection, digest: str, parts: Iterable[bytes]) -> None:
    """Keep a content under its digest, within a transaction, unless it is there.

    Raises ValueError where the digest is that of another content.
    """
    if conn.execute("SELECT 1 FROM content WHERE digest = ? LIMIT 1", (digest,)).fetchone():
        return
    from hashlib import sha256

    found = sha256()
    for place, data in enumerate(parts):
        found.update(data)
        conn.execute("INSERT INTO content VALUES (?, ?, ?)", (digest, place, data))
    if found.hexdigest() != digest:
        raise ValueError(digest)


def get(conn: sqlite3.Connection, digest: str) -> Iterator[bytes]:
    """A content, piece by piece; nothing where it is not there."""
    rows = conn.execute("SELECT data FROM content WHERE digest = ? ORDER BY place", (digest,))
    return (data for (data,) in rows)


def take_over(conn: sqlite3.Connection, other: sqlite3.Connection) -> None:
    """Take the contents that attachments name and that are not there from another database, within
    a transaction."""
    missing = conn.execute(
        "SELECT DISTINCT digest FROM attachment WHERE digest NOT IN (SELECT digest FROM content)"
    ).fetchall()
    for (digest,) in missing:
        put(conn, digest, get(other, digest))


def digests(conn: sqlite3.Connection) -> list[str]:
    """The digests of all contents, in the order of the files that were the first to have them."""
    rows = conn.execute(
        "SELECT c.digest FROM (SELECT DISTINCT digest FROM content) AS c"
        " ORDER BY (SELECT min(a.id) FROM attachment AS a WHERE a.digest = c.digest), c.digest"
    )
    return [digest for (digest,) in rows]


def is_whole(conn: sqlite3.Connection, digest: str) -> bool:
    """Whether a content is there as it was put."""
    from hashlib import sha256

    found = sha256()
    for data in get(conn, digest):
        found.update(data)
    return found.hexdigest() == digest


def total(conn: sqlite3.Connection) -> int:
    """The bytes of all contents."""
    (found,) = conn.execute("SELECT coalesce(sum(length(data)), 0) FROM content").fetchone()
    return int(found)


def sweep(conn: sqlite3.Connection) -> None:
    """Let go of the contents that neither an attachment nor an entry of the journal names, within
    a transaction."""
    conn.execute(
        "DELETE FROM content WHERE digest NOT IN (SELECT digest FROM attachment UNION ALL"
        " SELECT json_extract(before, '$.digest') FROM journal"
        " WHERE table_name = 'attachment' AND before IS NOT NULL)"
    )
