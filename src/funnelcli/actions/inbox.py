"""What a note from outside is known by, so that none is taken twice."""

from __future__ import annotations

import sqlite3
from hashlib import sha256

from funnelcli.db import rows
from funnelcli.errors import Usage
from funnelcli.formats.notes import Note
from funnelcli.i18n import _
from funnelcli.patterns import re
from funnelcli.plain import NamedTuple
from funnelcli.text import composed
from funnelcli.values import dates


def day_in(text: str) -> str | None:
    """A whole date, with its year, in a heading or a file's name, as ISO text."""
    for written in re.findall(
        r"(?<!\d)(?:\d{4}-\d\d?-\d\d?|\d{8}|\d\d?\.\d\d?\.\d{4})(?!\d)", text
    ):
        try:
            day = dates.parse_date(written)
        except Usage:
            continue
        if day <= dates.today():
            return day.isoformat()
    return None


class Sameness(NamedTuple):
    """What a note is known by: the name of its file, an e-mail's sender (else empty), the plain
    date that it tells of (ISO text), the SHA-256 of the file's bytes and of what it says, in
    hexadecimal, its place among the notes of the file, and the id that whoever made it gave it,
    None where it has none."""

    file: str
    sender: str
    day: str
    hash: str
    words: str
    part: int = 0
    key: str | None = None


def sameness(
    file: str,
    note: Note,
    day: str,
    digest: str,
    part: int = 0,
    key: str | None = None,
    beside: str = "",
) -> Sameness:
    """What a note of ``file``, whose bytes have this ``digest``, that tells of a plain ``day`` is
    known by; ``beside`` is what it says beside its words."""
    texts = [note.subject, note.text, note.quoted, *([beside] if beside else ())]
    said = "\0".join(" ".join(text.split()) for text in texts)
    words = sha256(said.encode(errors="replace")).hexdigest()
    return Sameness(composed(file), note.sender, day, digest, words, part, key or None)


class Before(NamedTuple):
    """What is on record of a note that was taken before: the ids of what it has become, or of the
    note in the tray, or the plain date on which it was dropped from there; None of all where the
    record was removed."""

    visit_id: int | None
    note_id: int | None
    contact_id: int | None
    step_id: int | None
    tray_id: int | None
    dropped_on: str | None

    @property
    def said(self) -> str:
        """What it was taken as, in words: "visit 7"."""
        for text, row_id in (
            (_("visit {id}"), self.visit_id),
            (_("note {id}"), self.note_id),
            (_("next step {id}"), self.step_id),
            (_("contact {id}"), self.contact_id),
            (_("note {id} in the tray"), self.tray_id),
        ):
            if row_id is not None:
                return text.format(id=row_id)
        if self.dropped_on is not None:
            return _("dropped from the tray")
        return _("its record was removed since")


_BECAME = ", ".join(Before._fields)


def taken_as(conn: sqlite3.Connection, same: Sameness) -> Before | None:
    """What is on record of a note that was taken before; None where it was not, or where nothing is
    on record any more of one that has no id of its own."""
    row = None
    if same.key is not None:
        row = conn.execute(
            f"SELECT {_BECAME} FROM inbox_note WHERE key = ?", (same.key,)
        ).fetchone()
    if row is None:
        # Two with ids of their own are two, whatever they say.
        row = conn.execute(
            f"SELECT {_BECAME} FROM inbox_note WHERE file = :file AND day = :day"
            " AND ((hash = :hash AND part = :part) OR (sender = :sender AND words = :words))"
            " AND (key IS NULL OR :key IS NULL)"
            " AND (coalesce(visit_id, note_id, contact_id, step_id, tray_id) IS NOT NULL"
            " OR dropped_on IS NOT NULL)"
            " LIMIT 1",
            same._asdict(),
        ).fetchone()
    return None if row is None else Before(*row)


def copy_of(conn: sqlite3.Connection, same: Sameness, contact_id: int) -> tuple[str, str] | None:
    """The file that said the same of a contact on the same day, and what is on record of it; None
    where there is none. Two files are two reports, but one may be a copy of the other."""
    row = conn.execute(
        f"SELECT i.file, {', '.join(f'i.{name}' for name in Before._fields)} FROM inbox_note AS i"
        " LEFT JOIN visit AS v ON v.id = i.visit_id LEFT JOIN note AS n ON n.id = i.note_id"
        " WHERE i.file <> :file AND i.day = :day AND i.sender = :sender AND i.words = :words"
        " AND coalesce(v.contact_id, n.contact_id) = :contact ORDER BY i.id LIMIT 1",
        {**same._asdict(), "contact": contact_id},
    ).fetchone()
    return None if row is None else (row[0], Before(*row[1:]).said)


def take(conn: sqlite3.Connection, same: Sameness, folder: str | None, **became: int | None) -> int:
    """Record that a note in ``folder`` (an absolute path; None of what came by another way) was
    taken, and what it ``became`` (columns of :class:`Before`), in one transaction with that."""
    return rows.insert(
        conn,
        "inbox_note",
        {"folder": folder, **same._asdict(), **became, "recorded_at": dates.now()},
    )
