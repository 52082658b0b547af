"""The inbox: notes from a folder that a phone syncs to, filed as visit reports."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import stat
from typing import Annotated, Any

import typer

from funnelcli.actions import inbox as notes
from funnelcli.actions import visit_report, visits
from funnelcli.cli.commands import examples
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.records.visit_edit import labels
from funnelcli.cli.records.visit_fields import follow, report_fields
from funnelcli.errors import PARTLY_DONE, Ambiguous, Failed, FunnelError, NotFound, Usage
from funnelcli.formats.notes import ENDINGS, LARGEST, Note, Unreadable
from funnelcli.formats.notes import read as read_note
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import naming, words
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
    Column("contact", "Contact", flex=True, drop=1),
    Column("matched_by", "By", table=False),
    Column("deal_id", "Deal id", "id", table=False),
    Column("deal", "Deal", flex=True, drop=3),
    Column("happened_on", "Date", drop=4),
    Column("outcome", "Outcome", drop=2, names=lambda key: words.read(words.OUTCOME, key)),
    Column("recognised", "Recognised", "tags", table=False),
    Column("steps", "Next", "tags", drop=5),
    Column("visit_id", "Visit", "id", table=False),
    Column("why", "Why", flex=True, drop=6),
)


def _style(row: dict[str, Any]) -> str:
    return {"left": "warn", "filed": "good"}.get(row["state"], "")


@examples("funnel inbox ~/Notes -n", "funnel inbox ~/Notes", "funnel inbox ~/Notes --json")
def inbox(
    path: Annotated[str, typer.Argument(metavar="PATH", help=N_("The folder of the notes."))],
    no_recognise: Annotated[
        bool, typer.Option("--no-recognise", help=N_("Take the words as they are."))
    ] = False,
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
        given, head, text, problem = _parts(note)
        if problem:
            row["why"] = problem
            return
        contact_id, said = self._whom(row, given, note, head, text)
        if contact_id is None:
            return
        written = min(note.sent_at or modified, dates.now())
        at, starts = _moment(given, f"{head} {row['file']}", written)
        minutes = dates.parse_duration(given["duration"]) if given.get("duration") else None
        named = {key: value for key, value in given.items() if key in _REPORT}
        fields = report_fields(self.call, self.conn, named)
        if said:
            before = fields.get("said")
            fields["said"] = f"{before}\n\n{said}" if before else said
        if note.addresses and row["matched_by"] == "email":
            fields.setdefault("channel", "email")
        day = dates.local_date(written)
        follows = follow(
            self.conn,
            fields,
            recognise=self.recognise,
            next_what=given.get("next") or None,
            due=_due(given.get("due")),
            today=day,
        )
        deal_id = self._deal(given, contact_id)
        with self.call.change(self.conn):
            visit_id = visit_report.record(
                self.conn,
                contact_id=contact_id,
                deal_id=deal_id,
                at=at,
                starts=starts,
                minutes=minutes,
                fields={**fields, "late": int(visits.is_late(at, minutes, written))},
                planned=follows.planned,
                raised=follows.raised,
                today=day,
            )
            notes.take(self.conn, content, row["file"], visit_id)
            self._describe(row, visit_id)
        self.seen.add(content)
        row["recognised"] = follows.recognised
        if self.call.dry_run:
            row |= {"state": "would_file", "visit_id": None}
        else:
            row |= {"state": "filed", "visit_id": visit_id}
        remarks = list(follows.warnings)
        if note.attachments:
            text = ngettext(
                "{n} attachment not taken", "{n} attachments not taken", note.attachments
            )
            remarks.append(text.format(n=note.attachments))
        row["why"] = "; ".join(remarks) or None

    def _whom(
        self, row: dict[str, Any], given: dict[str, str], note: Note, head: str, text: str
    ) -> tuple[int | None, str]:
        """The contact, and what was said without the line that only names it."""
        if given.get("contact"):
            contact_id = naming.resolve(self.conn, naming.CONTACT, given["contact"], write=True)
            row["matched_by"] = "header"
            return contact_id, "\n".join(part for part in (head, text) if part)
        before, colon, after = head.partition(":")
        headings = [note.subject, *((before,) if colon else ()), head]
        headings.append(os.path.splitext(row["file"])[0])
        found = self.directory.match(
            [heading for heading in headings if heading], f"{head}\n{text}", note.addresses
        )
        row["why"], row["matched_by"] = found.why or None, found.how or None
        if colon and self.directory.match([before], "", ()).name_only:
            return found.contact_id, "\n".join(p for p in (after.strip(), text) if p)
        if self.directory.match([head], "", ()).name_only:
            return found.contact_id, text
        return found.contact_id, "\n".join(part for part in (head, text) if part)

    def _deal(self, given: dict[str, str], contact_id: int) -> int | None:
        if given.get("deal"):
            return naming.resolve(self.conn, naming.DEAL, given["deal"], write=True)
        return visits.open_deal_of(self.conn, contact_id)

    def _describe(self, row: dict[str, Any], visit_id: int) -> None:
        from funnelcli.queries import lists

        visit = lists.visit(self.conn, visit_id)
        for key in ("contact_id", "contact", "deal_id", "deal", "happened_on", "outcome"):
            row[key] = getattr(visit, key)
        rows = self.conn.execute(
            "SELECT what || coalesce(', ' || due, '') FROM step WHERE visit_id = ? ORDER BY id",
            (visit_id,),
        )
        row["steps"] = [step for (step,) in rows]

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


_REPORT = frozenset((*visits.FIELDS,)) - {"expenses_currency"}


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


def _parts(note: Note) -> tuple[dict[str, str], str, str, str]:
    """The fields a note gives, its first line, the rest of its text, and what is wrong with it.

    The header may come first, between lines of dashes or not, or after the first line.
    """
    from funnelcli.formats import report_text

    named = labels()
    found = report_text.read(note.text, named, strict=False)
    head, _newline, rest = found.before.strip().partition("\n")
    if not found.header and rest:
        below = report_text.read(rest, named, strict=False)
        if below.header:
            found = below
            rest = below.before
    problem = ""
    if found.problems:
        problem = _("line {n} of the header cannot be read: {text}").format(
            n=found.problems[0].line, text=found.problems[0].text
        )
    head = re.sub(r"^#+\s*", "", head.strip())
    return {**found.header, **found.texts}, head, rest.strip(), problem


def _moment(given: dict[str, str], heading: str, written: int) -> tuple[int, str | None]:
    """When the visit was (UTC seconds), and its time of day where it is known: as the note's
    header says, else the day in its heading or its file's name, else when it was written."""
    text = given.get("date") or notes.day_in(heading)
    if not text:
        return written, dates.local(written).strftime("%H:%M")
    at = dates.parse_when(text)
    timed = ":" in text
    if not timed and dates.local_date(at) == dates.local_date(written):
        return written, None
    if at > dates.now():
        raise Usage(
            _("A visit on {day} has not happened yet.").format(
                day=dates.local_date(at).isoformat()
            ),
            "",
        )
    return at, dates.local(at).strftime("%H:%M") if timed else None


def _due(text: str | None) -> str | None:
    return dates.parse_date(text).isoformat() if text else None
