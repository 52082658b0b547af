"""A folder's notes taken: all of a run in one transaction, their files moved after it."""

from __future__ import annotations

import os
import sqlite3
import stat

from funnelcli.actions import inbox_reading as reading
from funnelcli.actions.directory import Directory
from funnelcli.actions.inbox_files import DONE, put_away
from funnelcli.actions.incoming import Received
from funnelcli.cli.invocation import Invocation
from funnelcli.cli.results import refusal_warning
from funnelcli.cli.system_words import in_words
from funnelcli.errors import Failed, FunnelError, reason
from funnelcli.formats.notes import Unreadable
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import words
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.note import NOTE
from funnelcli.nouns.step import STEP, Step
from funnelcli.nouns.visit import VISIT
from funnelcli.plain import NamedTuple
from funnelcli.queries.lists import one
from funnelcli.queries.visits import steps_made
from funnelcli.render import Column, Listing
from funnelcli.typed import Any
from funnelcli.values import dates, daytext

# A file that was changed this many seconds ago may still be written to.
SETTLED = 5
STATES = {
    "filed": N_("filed"),
    "would_file": N_("would be filed"),
    "waiting": N_("in the tray"),
    "would_wait": N_("would be in the tray"),
    "taken_before": N_("taken before"),
    "skipped": N_("passed over"),
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
    Column("step_id", "Next step", "id", table=False),
    Column("tray_id", "Note in the tray", "id", table=False),
    Column("why", "Why", flex=True, drop=6),
)


def _style(row: dict[str, Any]) -> str:
    return {"left": "warn", "waiting": "warn", "filed": "good"}.get(row["state"], "")


class Run(NamedTuple):
    """What a run found: a row for each note; how many files are left that ask for something; and
    whether some are still being written."""

    rows: list[dict[str, Any]]
    left: int
    unsettled: bool

    def listing(self, call: Invocation) -> Listing:
        """The list, with the reasons."""
        listing = Listing(columns_shown(call), self.rows)
        if call.on_screen:
            listing.notes += [f"{row['file']}: {row['why']}" for row in self.rows if row["why"]]
        waiting = sum(row["state"] == "waiting" for row in self.rows)
        if waiting and call.on_screen:
            text = ngettext(
                "{n} note waits in the tray: funnel tray",
                "{n} notes wait in the tray: funnel tray",
                waiting,
            )
            listing.notes.append(text.format(n=waiting))
        return listing


def columns_shown(call: Invocation) -> list[Column]:
    # On a screen reasons stand below in full: a column would cut them.
    return [column for column in NOTES if column.key != "why" or not call.on_screen]


def run(call: Invocation, path: str, *, recognise: bool) -> Run:
    """Take what lies in a folder now, as one act. Raises Failed where it cannot be used."""
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
    if not names:
        return Run([], 0, False)
    with call.open() as conn:
        desk = _Desk(call, conn, os.path.abspath(folder), recognise=recognise)
        desk.take_all(names)
    return Run(desk.rows, desk.left, desk.unsettled)


def _is_candidate(entry: os.DirEntry[str]) -> bool:
    """Whether a file of the folder may be a note; links are not followed, and what other
    programs are still working on is not touched."""
    hidden = entry.name.startswith((".", "~")) or entry.name.endswith("~")
    return not hidden and entry.is_file(follow_symlinks=False)


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
        self.directory = Directory(conn)
        self.rows: list[dict[str, Any]] = []
        self.unsettled = False
        self.left = 0

    def take_all(self, names: list[str]) -> None:
        """File what is in the files of these names, or say why not; photos last, for they belong to
        notes that are called like them."""
        taken = []
        with self.call.change(self.conn):
            for name in sorted(names, key=lambda name: (reading.is_media(name), name)):
                if self._take(name):
                    taken.append(name)
        if not self.call.dry_run:
            for name in taken:
                self._put_away(name)
        self.rows.sort(key=lambda row: row["file"])

    def _take(self, name: str) -> bool:
        """File what is in a file, or say why not and leave everything as it was before it; whether
        it was taken."""
        from funnelcli.db.transaction import part

        row: dict[str, Any] = {column.key: None for column in NOTES}
        row |= {"file": name, "state": "left", "recognised": [], "steps": []}
        if not name.lower().endswith(reading.ENDINGS):
            endings = " ".join(reading.WRITTEN)
            row["why"] = _("it is none of {endings}, no photo and no recording").format(
                endings=endings
            )
            self.rows.append(row)
            return False
        try:
            file = self._read(name)
            with part(self.conn):
                received = reading.take(self.conn, file, self.directory, recognise=self.recognise)
                rows = [self._row(row, one) for one in received]
                self.call.look()
        except FileNotFoundError:
            # Another run has taken it meanwhile.
            return False
        except BlockingIOError:
            self.unsettled = True
            self.rows.append(row | {"why": _("it is still being written")})
            return False
        except Unreadable as error:
            why = str(error)
        except OSError as error:
            why = in_words(reason(error))
        except FunnelError as error:
            # What a hook forbids was filed already.
            why = f"{error.message} {error.hint}".strip()
        else:
            self.rows += rows
            return True
        self.left += 1
        self.rows.append(row | {"why": why})
        return False

    def _read(self, name: str) -> reading.File:
        """The file, if nobody writes to it any more. Raises BlockingIOError, OSError."""
        path = os.path.join(self.folder, name)
        return reading.File(self.folder, name, *_settled(path, reading.largest(name)))

    def _row(self, empty: dict[str, Any], found: Received) -> dict[str, Any]:
        """What the list says of a note."""
        row = {**empty, "state": found.state, "why": found.why or None}
        row |= {"matched_by": found.how or None}
        if found.state == "before":
            row["state"] = "taken_before"
            if found.why:
                row["why"] = _("it was taken before: {record}").format(record=found.why)
            return row
        if found.state == "waiting":
            row["state"] = "would_wait" if self.call.dry_run else "waiting"
            row["tray_id"] = None if self.call.dry_run else found.tray_id
            row["why"] = "; ".join(filter(None, (found.why, *found.remarks))) or None
        elif found.state == "filed":
            self._describe(row, found)
            remarks = [*found.remarks]
            if found.contact_id is not None:
                remarks += refusal_warning(self.conn, found.contact_id, refused=found.refused)
            row["why"] = "; ".join(remarks) or None
            if self.call.dry_run:
                row |= {"state": "would_file", "visit_id": None, "note_id": None, "step_id": None}
        return row

    def _describe(self, row: dict[str, Any], filed: Received) -> None:
        row["recognised"] = [*filed.recognised]
        row |= {name: getattr(filed, name) for name in ("visit_id", "note_id", "step_id")}
        if filed.step_id is not None:
            step = one(self.conn, STEP, filed.step_id)
            for key in ("contact_id", "contact", "deal_id", "deal"):
                row[key] = getattr(step, key)
            row["steps"] = [_said(step)]
            return
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
        row["steps"] = [*map(_said, steps_made(self.conn, visit.id))]

    def _put_away(self, name: str) -> None:
        try:
            put_away(self.folder, name)
        except FileNotFoundError:
            # Another run has moved it, which found it on record.
            return
        except OSError as error:
            why = _("it was taken, and could not be moved: {error}").format(
                error=in_words(reason(error))
            )
            for row in self.rows:
                if row["file"] == name:
                    row["why"] = why


def _said(step: Step) -> str:
    """A next step, with its day where it has one."""
    return ", ".join(filter(None, (step.what, daytext.due(step.due, step.starts))))


def _settled(path: str, most: int) -> tuple[bytes, int]:
    """The bytes of a file that nobody writes to any more, one more than ``most`` where there are
    more, and when it was last changed (UTC seconds). Raises BlockingIOError when it changes, or
    changed just now."""
    with open(path, "rb") as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise OSError(_("it is no file"))
        data = file.read(most + 1)
        after = os.stat(path)
    changed = (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)
    if changed or abs(dates.now() - before.st_mtime) < SETTLED:
        raise BlockingIOError
    return data, int(before.st_mtime)
