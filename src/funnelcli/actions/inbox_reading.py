"""What the files of a folder hold: notes, mails, cards, appointments, photos and recordings, and
what was sent from a phone."""

from __future__ import annotations

import io
import json
import os
import sqlite3
from collections.abc import Iterator
from hashlib import sha256

from funnelcli import config
from funnelcli.actions import attachments, inbox, tray
from funnelcli.actions.directory import Directory
from funnelcli.actions.incoming import Incoming, Received
from funnelcli.config.reading import in_bytes
from funnelcli.db import rows
from funnelcli.errors import FunnelError
from funnelcli.formats import notes
from funnelcli.formats.notes import Enclosed, Note, Unreadable
from funnelcli.i18n import _
from funnelcli.patterns import re, regex
from funnelcli.text import composed
from funnelcli.typed import Any
from funnelcli.values import dates

WRITTEN = (*notes.ENDINGS, ".vcf", ".ics", ".json")
# What phones make of photos, recordings, films and scans.
MEDIA = (
    *(".jpg", ".jpeg", ".png", ".heic", ".heif", ".webp", ".gif", ".tif", ".tiff", ".pdf"),
    *(".m4a", ".mp3", ".ogg", ".oga", ".opus", ".wav", ".aac", ".amr", ".3gp", ".caf", ".flac"),
    *(".mp4", ".mov", ".webm"),
)
ENDINGS = (*WRITTEN, *MEDIA)
# Behind the name of a note a photo with it may have a number: "roof.txt", "roof 2.jpg".
_NUMBERED = regex(r"(.*?)(?:[ _-]?\(?\d{1,2}\)?)?")
# How a file of the phone's page begins, which is a .txt where a phone shares no .json.
_OF_PAGE = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"funnel"\s*:\s*"notes"')


class File:
    """A file of the folder: its name, its bytes and when they were last changed (UTC seconds)."""

    def __init__(self, folder: str, name: str, data: bytes, modified: int) -> None:
        self.folder = folder
        self.name = name
        self.data = data
        self.written_at = min(modified, dates.now())
        self.digest = sha256(data).hexdigest()

    @property
    def day(self) -> str:
        """The plain date in its name, else that on which it was last changed."""
        return inbox.day_in(self.name) or dates.local_date(self.written_at).isoformat()

    def holds(self, note: Note, **more: Any) -> Incoming:
        """A note that is in it."""
        at = min(note.sent_at or self.written_at, dates.now())
        place = {"name": self.name, "folder": self.folder, "digest": self.digest}
        return Incoming("folder", note, at, **{**place, **more})


def is_media(name: str) -> bool:
    """Whether a file is no text, by its ending."""
    return name.lower().endswith(MEDIA)


def largest(name: str) -> int:
    """How many bytes a file of that name may have: a photo as many as any file that is kept, a mail
    as many as come of that on its way, and what is written."""
    most = in_bytes(config.get("file_limit")) or 1 << 30
    if is_media(name):
        return most
    # In a mail files are written in letters, four for three bytes.
    return notes.LARGEST + (most * 3 // 2 if name.lower().endswith(".eml") else 0)


def take(
    conn: sqlite3.Connection, file: File, directory: Directory, *, recognise: bool = True
) -> list[Received]:
    """File what is in a file, or keep it in the tray; what became of each part. Raises Unreadable
    for what is no such file, or none yet."""
    if len(file.data) > largest(file.name):
        raise Unreadable(_("it is too large"))
    if is_media(file.name):
        return [_take_media(conn, file, directory)]
    if file.name.lower().endswith(".ics"):
        return _take_calendar(conn, file, directory)
    return [
        _with_media(conn, file, tray.receive(conn, one, recognise=recognise, directory=directory))
        for one in _notes(conn, file)
    ]


def _notes(conn: sqlite3.Connection, file: File) -> Iterator[Incoming]:
    ending = os.path.splitext(file.name)[1].lower()
    if ending == ".vcf":
        yield from _cards(file)
    elif ending == ".json" or _OF_PAGE.match(file.data):
        yield from _sent(conn, file)
    else:
        note = notes.read(file.name, file.data, largest(file.name))
        yield file.holds(note, key=note.message_id)


def _cards(file: File) -> Iterator[Incoming]:
    from funnelcli.formats import prospects
    from funnelcli.formats.cards import COLUMNS, open_cards

    try:
        table = open_cards(io.BytesIO(file.data), file.name, None)
    except FunnelError as error:
        raise Unreadable(error.message.rstrip(".")) from error
    found = 0
    with table:
        for found, row in enumerate(table.rows(), 1):
            if row.problem:
                raise Unreadable(row.problem)
            cells = dict(zip(COLUMNS, row.cells, strict=False))
            prospect = prospects.of_card(cells)
            note = Note(prospects.left_of_card(cells, prospect))
            yield file.holds(note, kind="card", prospect=prospect, part=found - 1)
    if not found:
        raise Unreadable(_("there is no card in it"))


def _sent(conn: sqlite3.Connection, file: File) -> Iterator[Incoming]:
    """The notes that a phone has written into a file, each with an id of its own."""
    from funnelcli.actions.delivered import Unfit, incoming

    try:
        said = json.loads(file.data)
    except ValueError as error:
        raise Unreadable(_("it is not complete, or no JSON")) from error
    found = said.get("notes", [said]) if isinstance(said, dict) else said
    if not isinstance(found, list) or not found:
        raise Unreadable(_("there is no note in it"))
    for place, one in enumerate(found):
        try:
            made = incoming(conn, one)
        except Unfit as error:
            raise Unreadable(str(error)) from error
        yield made._replace(folder=file.folder, name=file.name, digest=file.digest, part=place)


# Appointments -------------------------------------------------------------------------------------


def _take_calendar(conn: sqlite3.Connection, file: File, directory: Directory) -> list[Received]:
    """Take what a calendar answers to steps of this database, and its own appointments: as next
    steps, or, where they are over, as visits; those whose contact is not certain into the tray."""
    from funnelcli.actions import calendar
    from funnelcli.formats.calendar import Answer, read

    try:
        answers: list[Answer] = read(file.data)
    except FunnelError as error:
        raise Unreadable(error.message.rstrip(".")) from error
    if not answers:
        raise Unreadable(_("there is no appointment in it"))
    received = []
    for place, (answer, taken) in enumerate(
        zip(answers, calendar.take(conn, answers, new=True), strict=True)
    ):
        if taken.unlinked:
            text = "\n".join(filter(None, (answer.place, answer.text)))
            note = Note(text, answer.summary, recipients=answer.addresses)
            one = file.holds(
                note, kind="event", key=answer.uid, part=place, happened_on=answer.due,
                starts=answer.starts, minutes=answer.minutes,
            )  # fmt: skip
            received.append(tray.receive(conn, one, directory=directory))
        elif taken.how == "skipped":
            received.append(Received("skipped", why=f"{answer.named}: {taken.why}"))
        elif taken.how == "unchanged":
            received.append(Received("before", step_id=taken.step_id, visit_id=taken.visit_id))
        else:
            _record(conn, file, place, taken.visit_id, taken.step_id)
            received.append(Received("filed", step_id=taken.step_id, visit_id=taken.visit_id))
    return received


def _record(
    conn: sqlite3.Connection, file: File, place: int, visit_id: int | None, step_id: int | None
) -> None:
    """Record that a part of a file was taken, so that undo brings the file back."""
    same = inbox.sameness(file.name, Note(""), file.day, file.digest, place, beside=str(place))
    inbox.take(conn, same, file.folder, visit_id=visit_id, step_id=step_id)


# Photos and recordings ----------------------------------------------------------------------------


def _take_media(conn: sqlite3.Connection, file: File, directory: Directory) -> Received:
    """Keep a photo with the note of the same name, if that was taken, else as a note of its own."""
    one = file.holds(Note("", files=(Enclosed(file.name, file.data),)))
    same = tray.sameness(one)
    if inbox.taken_as(conn, same) is None:
        for became in _namesakes(conn, file):
            holder = _holder(conn, became)
            if holder is not None:
                attachments.add_data(conn, file.name, file.data, *holder)
                kept = {name: value for name, value in became._asdict().items() if value}
                inbox.take(conn, same, file.folder, **kept)
                state = "filed" if became.tray_id is None else "waiting"
                contact_id = holder[1] if holder[0] == "contact_id" else None
                return Received(state, **{"contact_id": contact_id, **kept}, how="file")
    return tray.receive(conn, one, directory=directory)


def _names_of(file: str) -> tuple[str, ...]:
    """What a note that a photo belongs to may be called: as the photo is, without its number."""
    stem = composed(os.path.splitext(file)[0])
    found = _NUMBERED.fullmatch(stem)
    return tuple(dict.fromkeys((stem, *([found[1]] if found and found[1] else []))))


def _namesakes(conn: sqlite3.Connection, file: File) -> list[inbox.Before]:
    """What the notes have become that a photo may belong to: those that are called like it and tell
    of its day, or of any where the name has one; the latest first."""
    names = [stem + ending for stem in _names_of(file.name) for ending in (*notes.ENDINGS, ".json")]
    marks = ", ".join("?" * len(names))
    found = conn.execute(
        f"SELECT {', '.join(inbox.Before._fields)} FROM inbox_note WHERE folder = ?"
        f" AND file IN ({marks}) AND (day = ? OR ?) AND dropped_on IS NULL ORDER BY id DESC",
        (file.folder, *names, file.day, inbox.day_in(file.name) is not None),
    )
    return [inbox.Before(*row) for row in found]


def _holder(conn: sqlite3.Connection, became: inbox.Before) -> tuple[str, int] | None:
    """The record that a photo belongs to whose note has become this."""
    if became.visit_id is not None:
        return "visit_id", became.visit_id
    if became.tray_id is not None:
        return "tray_id", became.tray_id
    row = conn.execute("SELECT contact_id FROM note WHERE id = ?", (became.note_id,)).fetchone()
    return None if row is None or row[0] is None else ("contact_id", int(row[0]))


def _with_media(conn: sqlite3.Connection, file: File, received: Received) -> Received:
    """A note that was just taken, with the photos that belong to it and wait in the tray."""
    became = inbox.Before(received.visit_id, received.note_id, None, None, received.tray_id, None)
    holder = _holder(conn, became) if received.state in ("filed", "waiting") else None
    if holder is None:
        return received
    stem, dated = composed(os.path.splitext(file.name)[0]), inbox.day_in(file.name) is not None
    waiting = conn.execute(
        "SELECT t.id, i.file FROM tray_note AS t JOIN inbox_note AS i ON i.tray_id = t.id"
        " WHERE t.kind = 'memo' AND i.folder = ? AND (i.day = ? OR ?)",
        (file.folder, file.day, dated),
    ).fetchall()
    for tray_id, name in waiting:
        if stem in _names_of(name):
            attachments.move(conn, "tray_id", tray_id, *holder)
            conn.execute(
                "UPDATE inbox_note SET tray_id = ?, visit_id = ?, note_id = ? WHERE tray_id = ?",
                (received.tray_id, received.visit_id, received.note_id, tray_id),
            )
            rows.delete(conn, "tray_note", tray_id)
    return received
