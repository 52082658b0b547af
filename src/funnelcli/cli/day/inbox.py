"""The inbox: notes from a folder that a phone syncs to, filed as visit reports."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
from typing import Annotated, Any

import typer

from funnelcli.actions import filing
from funnelcli.actions import inbox as notes
from funnelcli.actions.report_fields import labels
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.params import NoRecognise
from funnelcli.errors import PARTLY_DONE, Ambiguous, Failed, FunnelError, NotFound
from funnelcli.formats.notes import ENDINGS, LARGEST, Note, Unreadable
from funnelcli.formats.notes import read as read_note
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import words
from funnelcli.nouns.visit import VISIT
from funnelcli.queries.lists import one
from funnelcli.queries.visits import steps_made
from funnelcli.render import Column, Listing
from funnelcli.values import dates

# A file that was changed this many seconds ago may still be written to.
SETTLED = 5
STATES = {
    "filed": N_("filed"),
    "would_file": N_("would be filed"),
    "taken_before": N_("taken before"),
    "left": N_("left"),
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
    Column("why", "Why", flex=True, drop=6),
)


def _style(row: dict[str, Any]) -> str:
    return {"left": "warn", "filed": "good"}.get(row["state"], "")


@gives(NOTES)
@examples("funnel inbox ~/Notes -n", "funnel inbox ~/Notes", "funnel inbox ~/Notes --json")
def inbox(
    path: Annotated[str, typer.Argument(metavar="PATH", help=N_("The folder of the notes."))],
    no_recognise: NoRecognise = False,
) -> tuple[Listing, int]:
    """File notes from a folder."""
    call = current()
    folder = os.path.expanduser(path)
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if _is_candidate(entry))
        if names and not call.dry_run:
            os.makedirs(os.path.join(folder, "done"), exist_ok=True)
    except OSError as error:
        raise Failed(
            _("{path} cannot be used: {error}.").format(path=path, error=error.strerror or error),
            _("Name a folder that you may write to."),
        ) from error
    rows = []
    with call.open() as conn:
        desk = _Desk(call, conn, folder, recognise=not no_recognise)
        for name in names:
            rows.append(desk.take(name))
    left = sum(row["state"] == "left" and not row.pop("later", False) for row in rows)
    # On a screen reasons stand below in full: a column would cut them.
    columns = [column for column in NOTES if column.key != "why" or not call.on_screen]
    footnotes = [f"{row['file']}: {row['why']}" for row in rows if row["why"]]
    footnotes = footnotes if call.on_screen else []
    if left:
        text = ngettext("{n} note left where it is.", "{n} notes left where they are.", left)
        footnotes.append(text.format(n=left))
    for row in rows:
        row.pop("later", None)
    listing = Listing(columns, rows, empty=_("No notes in {path}.").format(path=path))
    listing.notes = footnotes
    return listing, PARTLY_DONE if left else 0


def _is_candidate(entry: os.DirEntry[str]) -> bool:
    """Whether a file of the folder may be a note; links are not followed, and what other
    programs are still working on is not touched."""
    hidden = entry.name.startswith((".", "~")) or entry.name.endswith("~")
    return not hidden and entry.is_file(follow_symlinks=False)


class _Desk:
    """Where notes are filed, one by one."""

    def __init__(
        self, call: Invocation, conn: sqlite3.Connection, folder: str, *, recognise: bool
    ) -> None:
        self.call = call
        self.conn = conn
        self.folder = folder
        self.recognise = recognise
        self.directory = notes.Directory(conn)
        self.seen: set[str] = set()

    def take(self, name: str) -> dict[str, Any]:
        """File one note, or say why not."""
        row: dict[str, Any] = {column.key: None for column in NOTES}
        row |= {"file": name, "state": "left", "recognised": [], "steps": []}
        path = os.path.join(self.folder, name)
        if not name.lower().endswith(ENDINGS):
            why = _("it is none of {endings}").format(endings=" ".join(ENDINGS))
            return row | {"why": why, "later": True}
        try:
            data, modified = _settled(path)
        except BlockingIOError:
            return row | {"why": _("it is still being written"), "later": True}
        except OSError as error:
            return row | {"why": error.strerror or str(error)}
        content = hashlib.sha256(data).hexdigest()
        if notes.is_taken(self.conn, content) or content in self.seen:
            row |= {"state": "taken_before", "why": _("a note of this content was taken before")}
        else:
            try:
                self._file(row, read_note(name, data), content, modified)
            except Unreadable as error:
                return row | {"why": str(error)}
            except FunnelError as error:
                return row | {"why": f"{error.message} {_candidates(error)}".strip()}
        if row["state"] != "left" and not self.call.dry_run:
            self._move(row, path, name)
        return row

    def _file(self, row: dict[str, Any], note: Note, content: str, modified: int) -> None:
        """Record the visit and that its note was taken, in one transaction."""
        found = filing.parts(note, labels())
        if found.problem:
            row["why"] = found.problem
            return
        whom = filing.whom(self.conn, self.directory, note, found, row["file"])
        row["why"], row["matched_by"] = whom.why or None, whom.how or None
        if whom.contact_id is None:
            return
        written = min(note.sent_at or modified, dates.now())
        plan = filing.plan(
            self.conn, note, found, whom, row["file"], written, recognise=self.recognise
        )
        with self.call.change(self.conn):
            visit_id = filing.put(self.conn, plan, content, row["file"])
            self._describe(row, visit_id)
        self.seen.add(content)
        row["recognised"] = plan.follows.recognised
        if self.call.dry_run:
            row |= {"state": "would_file", "visit_id": None}
        else:
            row |= {"state": "filed", "visit_id": visit_id}
        remarks = list(plan.follows.warnings)
        if note.attachments:
            text = ngettext(
                "{n} attachment not taken", "{n} attachments not taken", note.attachments
            )
            remarks.append(text.format(n=note.attachments))
        row["why"] = "; ".join(remarks) or None

    def _describe(self, row: dict[str, Any], visit_id: int) -> None:
        visit = one(self.conn, VISIT, visit_id)
        for key in ("contact_id", "contact", "deal_id", "deal", "happened_on", "outcome"):
            row[key] = getattr(visit, key)
        made = steps_made(self.conn, visit_id)
        row["steps"] = [f"{step.what}, {step.due}" if step.due else step.what for step in made]

    def _move(self, row: dict[str, Any], path: str, name: str) -> None:
        """Move a note that was taken to ``done``, beside others of its name."""
        stem, ending = os.path.splitext(name)
        target = os.path.join(self.folder, "done", name)
        number = 1
        while os.path.lexists(target):
            number += 1
            target = os.path.join(self.folder, "done", f"{stem} ({number}){ending}")
        try:
            os.rename(path, target)
        except OSError as error:
            row["why"] = _("it was taken, and could not be moved: {error}").format(
                error=error.strerror or error
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
