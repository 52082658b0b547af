"""The inbox: notes from a folder that a phone syncs to, filed as visit reports."""

from __future__ import annotations

import os
import sqlite3
import stat
from hashlib import sha256
from typing import Annotated, Any, NamedTuple

from funnelcli.actions import inbox as notes
from funnelcli.actions import tray
from funnelcli.actions.inbox_files import DONE, put_away
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.params import NoRecognise
from funnelcli.cli.results import refusal_warning
from funnelcli.cli.system_words import in_words
from funnelcli.errors import PARTLY_DONE, Ambiguous, Failed, FunnelError, NotFound, reason
from funnelcli.formats.notes import ENDINGS, LARGEST, Note, Unreadable
from funnelcli.formats.notes import read as read_note
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import words
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.note import NOTE
from funnelcli.nouns.visit import VISIT
from funnelcli.queries.lists import one
from funnelcli.queries.visits import steps_made
from funnelcli.render import Column, Listing, undo_hint
from funnelcli.values import dates, daytext

# A file that was changed this many seconds ago may still be written to.
SETTLED = 5
STATES = {
    "filed": N_("filed"),
    "would_file": N_("would be filed"),
    "waiting": N_("in the tray"),
    "would_wait": N_("would be in the tray"),
    "taken_before": N_("taken before"),
    "left": N_("not taken"),
}
NOTES: tuple[Column, ...] = (
    Column("file", "File", flex=True),
    Column("state", "State", names=lambda key: words.read(STATES, key), style=lambda r: _style(r)),
    Column("contact_id", "Contact id", "id", table=False),
    Column("contact", "Contact", flex=True),
    Column("matched_by", "By", table=False),
    Column("deal_id", "Deal id", "id", table=False),
    Column("deal", "Deal", flex=True, drop=3),
    Column("happened_on", "Date", "date", drop=4),
    Column("outcome", "Outcome", names=lambda key: words.read(words.OUTCOME, key)),
    Column("recognised", "Recognised", "tags", table=False),
    Column("steps", "Next", "tags", drop=5),
    Column("visit_id", "Visit", "id", table=False),
    Column("note_id", "Note", "id", table=False),
    Column("tray_id", "Note in the tray", "id", table=False),
    Column("why", "Why", flex=True, drop=6),
)


def _style(row: dict[str, Any]) -> str:
    return {"left": "warn", "waiting": "warn", "filed": "good"}.get(row["state"], "")


@gives(NOTES)
@examples("funnel inbox ~/Notes -n", "funnel inbox ~/Notes", "funnel inbox ~/Notes --json")
def inbox(
    path: Annotated[str, Argument(metavar="PATH", help=N_("The folder of the notes."))],
    no_recognise: NoRecognise = False,
) -> tuple[Listing, int]:
    """File notes from a folder."""
    call = current()
    folder = os.path.expanduser(path)
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if _is_candidate(entry))
        if names and not call.dry_run:
            os.makedirs(os.path.join(folder, DONE), exist_ok=True)
    except OSError as error:
        raise Failed(
            _("{path} cannot be used: {error}.").format(path=path, error=reason(error)),
            _("Name a folder that you may write to."),
        ) from error
    with call.open() as conn:
        desk = _Desk(call, conn, os.path.abspath(folder), recognise=not no_recognise)
        found = desk.take_all(names)
    rows = [read.row for read in found]
    left = sum(read.row["state"] == "left" and not read.later for read in found)
    # On a screen reasons stand below in full: a column would cut them.
    columns = [column for column in NOTES if column.key != "why" or not call.on_screen]
    footnotes = [f"{row['file']}: {row['why']}" for row in rows if row["why"]]
    footnotes = footnotes if call.on_screen else []
    if left:
        text = ngettext("{n} note left where it is.", "{n} notes left where they are.", left)
        footnotes.append(text.format(n=left))
    waiting = sum(read.row["state"] == "waiting" for read in found)
    if waiting and call.on_screen:
        text = ngettext(
            "{n} note waits in the tray: funnel tray",
            "{n} notes wait in the tray: funnel tray",
            waiting,
        )
        footnotes.append(text.format(n=waiting))
    if call.entered and call.on_screen:
        footnotes.append(undo_hint())
    listing = Listing(columns, rows, empty=_("No notes in {path}.").format(path=path))
    listing.notes = footnotes
    return listing, PARTLY_DONE if left else 0


def _is_candidate(entry: os.DirEntry[str]) -> bool:
    """Whether a file of the folder may be a note; links are not followed, and what other
    programs are still working on is not touched."""
    hidden = entry.name.startswith((".", "~")) or entry.name.endswith("~")
    return not hidden and entry.is_file(follow_symlinks=False)


class _Read(NamedTuple):
    """A file as it was read: its row in the list, and its bytes, None where it is left, and when
    they were last changed (UTC seconds). ``later`` is one that asks for nothing: no note, or one
    that is still being written."""

    row: dict[str, Any]
    data: bytes | None
    modified: int
    later: bool = False


class _Desk:
    """Where notes are filed: all of a run in one transaction, which is one act to take back. Only
    then are their files moved, so that none is in ``done`` of which nothing is on record."""

    def __init__(
        self, call: Invocation, conn: sqlite3.Connection, folder: str, *, recognise: bool
    ) -> None:
        self.call = call
        self.conn = conn
        self.folder = folder
        self.recognise = recognise
        self.directory = notes.Directory(conn)

    def take_all(self, names: list[str]) -> list[_Read]:
        """File notes, or say why not."""
        found = [self._read(name) for name in names]
        with self.call.change(self.conn):
            for read in found:
                if read.data is not None:
                    self._take(read.row, read.data, read.modified)
        for read in found:
            if read.row["state"] in ("filed", "waiting", "taken_before") and not self.call.dry_run:
                self._put_away(read.row)
        return found

    def _read(self, name: str) -> _Read:
        row: dict[str, Any] = {column.key: None for column in NOTES}
        row |= {"file": name, "state": "left", "recognised": [], "steps": []}
        if not name.lower().endswith(ENDINGS):
            row |= {"why": _("it is none of {endings}").format(endings=" ".join(ENDINGS))}
            return _Read(row, None, 0, later=True)
        try:
            return _Read(row, *_settled(os.path.join(self.folder, name)))
        except BlockingIOError:
            return _Read(row | {"why": _("it is still being written")}, None, 0, later=True)
        except OSError as error:
            return _Read(row | {"why": in_words(reason(error))}, None, 0)

    def _take(self, row: dict[str, Any], data: bytes, modified: int) -> None:
        """File one note, or say why not and leave everything as it was before it."""
        from funnelcli.db.transaction import part

        as_read = dict(row)
        try:
            with part(self.conn):
                self._file(row, read_note(row["file"], data), data, modified)
                self.call.look()
        except Unreadable as error:
            row["why"] = str(error)
        except FunnelError as error:
            # What a hook forbids was filed already.
            row |= {**as_read, "why": f"{error.message} {_candidates(error)}".strip()}

    def _file(self, row: dict[str, Any], note: Note, data: bytes, modified: int) -> None:
        """Record what a note says, and that it was taken."""
        found = tray.receive(
            self.conn,
            tray.Incoming(
                "folder",
                note,
                min(note.sent_at or modified, dates.now()),
                note.message_id,
                row["file"],
                folder=self.folder,
                digest=sha256(data).hexdigest(),
            ),
            recognise=self.recognise,
            directory=self.directory,
        )
        row |= {"why": found.why or None, "matched_by": found.how or None}
        if found.state == "waiting":
            row["state"] = "would_wait" if self.call.dry_run else "waiting"
            row["tray_id"] = None if self.call.dry_run else found.tray_id
            row["why"] = "; ".join((found.why, *found.remarks))
            return
        if found.state == "before":
            row["state"] = "taken_before"
            row["why"] = _("it was taken before: {record}").format(record=found.why)
            return
        self._describe(row, found)
        remarks = [*found.remarks]
        if found.contact_id is not None:
            remarks += refusal_warning(self.conn, found.contact_id, refused=found.refused)
        if self.call.dry_run:
            row |= {"state": "would_file", "visit_id": None, "note_id": None}
        else:
            row["state"] = "filed"
        row["why"] = "; ".join(remarks) or None

    def _describe(self, row: dict[str, Any], filed: tray.Received) -> None:
        row["recognised"] = [*filed.recognised]
        row |= {"visit_id": filed.visit_id, "note_id": filed.note_id}
        if filed.visit_id is None:
            if filed.note_id is not None:
                row["happened_on"] = one(self.conn, NOTE, filed.note_id).happened_on
            if filed.contact_id is not None:
                contact = one(self.conn, CONTACT, filed.contact_id)
                row |= {"contact_id": contact.id, "contact": contact.name}
            return
        visit = one(self.conn, VISIT, filed.visit_id)
        for key in ("contact_id", "contact", "deal_id", "deal", "happened_on", "outcome"):
            row[key] = getattr(visit, key)
        made = steps_made(self.conn, visit.id)
        row["steps"] = [
            f"{step.what}, {daytext.due(step.due, step.starts)}" if step.due else step.what
            for step in made
        ]

    def _put_away(self, row: dict[str, Any]) -> None:
        try:
            put_away(self.folder, row["file"])
        except OSError as error:
            row["why"] = _("it was taken, and could not be moved: {error}").format(
                error=in_words(reason(error))
            )


def _candidates(error: FunnelError) -> str:
    if isinstance(error, Ambiguous):
        return ", ".join(f"{one.label} ({one.id})" for one in error.candidates[:5])
    return "" if isinstance(error, NotFound) else error.hint


def _settled(path: str) -> tuple[bytes, int]:
    """The bytes of a file that nobody writes to any more, and when it was last changed (UTC
    seconds). Raises BlockingIOError when it changes, or changed just now."""
    with open(path, "rb") as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise OSError(_("it is no file"))
        data = file.read(LARGEST + 1)
        after = os.stat(path)
    changed = (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)
    if changed or abs(dates.now() - before.st_mtime) < SETTLED:
        raise BlockingIOError
    return data, int(before.st_mtime)
