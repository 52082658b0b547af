"""Erasing a person from the files beside the database: its copies, drafts, the notes of the inbox.

Copies and texts come first, the database last, so that a run that is cut off is completed by the
same command: the database knows all names until the end. The oldest copy comes first for the same
reason, for the journal of the newest knows the most.
"""

from __future__ import annotations

import csv
import os
import sqlite3
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from hashlib import sha256
from io import StringIO
from pathlib import Path

from funnelcli import files
from funnelcli.actions import attachments, drafts, forgetting
from funnelcli.actions.forgetting_person import Person, find, known, other_marks, recorded
from funnelcli.actions.forgetting_words import Words, pattern
from funnelcli.actions.inbox_files import DONE
from funnelcli.actions.members import check
from funnelcli.db import (
    compacting,
    copies,
    disclosed,
    forgotten,
    functions,
    personal,
    restoring,
    sealed,
)
from funnelcli.db.connection import connect
from funnelcli.db.schema import LATEST, is_funnel
from funnelcli.db.server import is_address
from funnelcli.db.waiting import begin
from funnelcli.encryption import is_encrypted, is_plain, open_file
from funnelcli.errors import FunnelError, reason
from funnelcli.formats.rejects import is_rejects
from funnelcli.formats.table import REJECT_COLUMNS
from funnelcli.i18n import _
from funnelcli.patterns import re
from funnelcli.plain import NamedTuple
from funnelcli.queries.retention import Kept, kept
from funnelcli.values import dates, daytext

# How the names of damaged databases end that were set aside.
DAMAGED = f"-{restoring.DAMAGED}"
# What SQLite keeps beside a database.
_BESIDE = ("-wal", "-shm", "-journal")
# A copy that says nothing: damaged, or one that no key opens.
_UNREADABLE = (sqlite3.Error, FunnelError, OSError, UnicodeDecodeError)


class Left(NamedTuple):
    """A file that the person could not be erased from, and why."""

    path: str
    why: str


class Forgotten(NamedTuple):
    """What was erased: rows by table, names of copies, how many files were removed or lost words;
    what was not, what the law keeps, and
    the files that the person was given out in."""

    erased: Counter[str]
    copies: list[str]
    files: int
    left: list[Left]
    kept: list[Kept]
    given: list[disclosed.Disclosure]


class Forgetting:
    """Erasing one person: what is to be done is known before anything is. Raises Refused for
    who may not, where several share the database."""

    def __init__(self, conn: sqlite3.Connection, path: str, person: Person) -> None:
        check(conn, "erasure")
        self.conn = conn
        self.path = path
        self.person = person
        since = recorded(conn, person.id) if person.live else 0
        # What was given out after a forgetting holds nothing of whom it erased.
        until = forgotten.since(conn, person.public_ids) if not person.held else None
        self.given = [
            one
            for one in disclosed.listed(conn, person.contacts, since)
            if until is None or one.at <= until
        ]
        # A copy that was made to a place of its own, as far as that is there now. The log may have
        # come from another machine, where the same path was something else.
        inside = _copies(path)
        self.elsewhere = [
            one.path
            for one in self.given
            if one.command == "backup"
            and one.path not in inside
            and _is_copy(one.path, path, person)
        ]
        self.copies = inside + self.elsewhere
        self.words = known(conn, person)
        for copy in self.copies:
            self.words |= _known_to(copy, person)
        self.named = pattern(conn, self.words, person.live)
        now = dates.now()
        self.listed = {
            forgotten.mark(public_id): forgotten.Entry(person.id, now)
            for public_id in person.public_ids
        }
        for mark in other_marks(conn, person):
            self.listed[mark] = forgotten.Entry(person.id, now)
        self.kept = kept(conn, person.live)
        self.texts = texts_of(conn, path, person)

    def trial(self) -> Forgotten:
        """What would be erased, with all as it is."""
        erased = forgetting.forget(self.conn, self.person, self.named, self.listed, dry_run=True)
        named = [os.path.basename(copy) for copy in self.copies]
        return Forgotten(erased, named, len(self.texts), [], self.kept, self._given())

    def run(self, begun: Callable[[], object]) -> Forgotten:
        """Erase; ``begun`` is called once something is gone. What cannot be rewritten or removed is
        left, and named. Raises what SQLite says of the database itself."""
        done: list[str] = []
        left: list[Left] = []
        removed = 0
        texts = [
            *(partial(_without, path, theirs, self.named) for path, theirs in self.texts),
            *(
                partial(_rows_without, one.path, self.named)
                for one in disclosed.rejects(self.conn)
                if is_rejects(one.path)
            ),
        ]
        for take in texts:
            try:
                removed += take()
            except OSError as error:
                left.append(Left(take.args[0], reason(error)))
            begun()
        self._rewrite(done, left, begun)
        erased = forgetting.forget(self.conn, self.person, self.named, self.listed)
        begun()
        # Another program may have made a copy meanwhile.
        self._rewrite(done, left, begun)
        attachments.forget_opened()
        left += _tidied(self.conn, self.path)
        return Forgotten(
            erased,
            [os.path.basename(path) for path in done],
            removed,
            left,
            self.kept,
            self._given(),
        )

    def _given(self) -> list[disclosed.Disclosure]:
        """The files that the person was given out in, but for those that are rewritten; and what an
        import rejected that lies under a name of its own."""
        others = [
            one
            for one in disclosed.rejects(self.conn)
            if not is_rejects(one.path) and os.path.isfile(one.path)
        ]
        return [one for one in self.given if one.path not in self.copies] + others

    def _rewrite(self, done: list[str], left: list[Left], begun: Callable[[], object]) -> None:
        seen = {*done, *(one.path for one in left)}
        # Others may have been made while the texts were erased.
        for path in [*_copies(self.path), *self.elsewhere]:
            if path in seen:
                continue
            try:
                self._copy_without(path)
                done.append(path)
            except _UNREADABLE as error:
                left.append(Left(path, reason(error)))
            begun()

    def _copy_without(self, path: str) -> None:
        """Erase the person in a copy, which keeps its name; those in the folder keep their age."""

        def erase(copied: sqlite3.Connection) -> None:
            person = find(copied, self.person.public_ids)
            named = pattern(copied, self.words, person.live if person else ())
            forgetting.forget(copied, person, named, self.listed)

        if path in self.elsewhere:
            _change_in_place(path, erase)
        else:
            _change(path, erase)


def _is_copy(path: str, of: str, person: Person) -> bool:
    """Whether a file is a database of the present schema that knows the person by a public id, and
    another than the one at ``of``."""
    with suppress(*_UNREADABLE):
        if not os.path.isfile(path) or (os.path.exists(of) and os.path.samefile(path, of)):
            return False
        with closing(_opened(path)) as copied:
            (version,) = copied.execute("PRAGMA user_version").fetchone()
            return is_funnel(copied) and version == LATEST and bool(find(copied, person.public_ids))
    return False


def _change_in_place(path: str, change: Callable[[sqlite3.Connection], object]) -> None:
    """Change a database that others may be writing to. Raises OSError or Error."""
    if os.path.islink(path):
        raise OSError(0, _("a link to another file"))
    with closing(open_file(path)) as copied:
        functions.add(copied)
        change(copied)
        if not compacting.rewrite(copied):
            raise OSError(0, _("another program reads the database"))


def _change(path: str, change: Callable[[sqlite3.Connection], object]) -> None:
    """Change a copy, which keeps its name and its age. Raises FunnelError, OSError or Error where
    it is no sound database, or cannot be written."""
    if os.path.islink(path):
        raise OSError(0, _("a link to another file"))
    made = os.stat(path)
    with restoring.prepared(path, path, lambda _conn: []) as part:
        with closing(open_file(part)) as copied:
            functions.add(copied)
            change(copied)
            copied.execute("VACUUM")
        os.utime(part, (made.st_atime, made.st_mtime))
        files.to_disk(part)
        os.replace(part, path)


def erase_due(conn: sqlite3.Connection, path: str, begun: Callable[[], object]) -> list[Left]:
    """Erase what was kept of contacts that were forgotten, and is due, from the database at
    ``path`` and its copies; what could not be rewritten. Raises Refused for who may not, where
    several share it."""
    check(conn, "erasure")
    today = dates.today().isoformat()

    def erase(where: sqlite3.Connection) -> None:
        where.execute("PRAGMA secure_delete = ON")
        begin(where)
        sealed.erase(where, today)
        where.execute("COMMIT")

    left = []
    for copy in _copies(path):
        try:
            with closing(_opened(copy)) as copied:
                if not sealed.due(copied, today):
                    continue
            _change(copy, erase)
        except _UNREADABLE as error:
            left.append(Left(copy, reason(error)))
        begun()
    erase(conn)
    begun()
    return left + _tidied(conn, path)


def _tidied(conn: sqlite3.Connection, path: str) -> list[Left]:
    """Write the database anew; what was left of the old pages."""
    try:
        if not compacting.rewrite(conn):
            return [Left(f"{path}-wal", _("another program reads the database"))]
    except sqlite3.OperationalError as error:
        return [Left(path, str(error))]
    return []


def obey(ready: str, path: str) -> list[str]:
    """Erase from the database at ``ready``, which is to take the place of the one at ``path``, who
    was forgotten in that one, or by what its copies know; what is to be said of it. What the one at
    ``path`` knows of exports goes on too."""
    listed: dict[str, forgotten.Entry] = {}
    with closing(open_file(ready)) as conn:
        functions.add(conn)
        for one in (path, *_copies(path)):
            with suppress(*_UNREADABLE), closing(_opened(one)) as old:
                listed |= forgotten.entries(old)
                disclosed.take_over(conn, old)
        done = forgetting.obey(conn, listed | forgotten.entries(conn))
        if done:
            conn.execute("VACUUM")
    text = _("Contact {id} was forgotten on {when}; it is erased from what was brought back.")
    return [text.format(id=entry.contact, when=daytext.moment(entry.at)) for entry in done]


def texts_of(conn: sqlite3.Connection, path: str, person: Person) -> list[tuple[str, bool]]:
    """The drafts of the database at ``path`` and the notes that its inbox has put away, each with
    whether it is of what is the person's."""
    return [*_drafts(conn, path, person), *_put_away(conn, person)]


def holding(path: str, person: Person) -> list[str]:
    """The copies of the database at ``path`` that know the person."""
    return [copy for copy in _copies(path) if _known_to(copy, person) != Words()]


def _copies(path: str) -> list[str]:
    """The copies of the database at ``path``, the oldest first, and what lies with them."""
    found: list[tuple[float, str]] = []
    with suppress(OSError), os.scandir(copies.folder(path)) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.endswith(_BESIDE) or entry.is_dir():
                continue
            with suppress(OSError):
                if entry.name.endswith((".db", DAMAGED)) or _is_database(entry.path):
                    found.append((entry.stat(follow_symlinks=False).st_mtime, entry.path))
    return [copy for _made, copy in sorted(found)]


def _is_database(path: str) -> bool:
    return is_plain(path) or is_encrypted(path)


def _opened(path: str) -> sqlite3.Connection:
    """A database to be read as it lies there, whoever has it open; or one on a server."""
    if is_address(path):
        return connect(path)
    place = f"{Path(path).absolute().as_uri()}?mode=ro"
    conn = open_file(path, place=place, ask=False, uri=True)
    functions.add(conn)
    return conn


def _known_to(path: str, person: Person) -> Words:
    """What a copy knows the person by; nothing where it cannot be read."""
    with suppress(*_UNREADABLE), closing(_opened(path)) as copied:
        there = find(copied, person.public_ids)
        if there is not None:
            return known(copied, there)
    return Words()


def _drafts(conn: sqlite3.Connection, path: str, person: Person) -> Iterator[tuple[str, bool]]:
    """The drafts of the database, each with whether it is of what is the person's."""
    own = personal.rows_of(conn, person.live)
    theirs = {
        f"{drafts.start(path, table)}{row_id}{ending}"
        for table, ids in own.items()
        for row_id in ids
        for ending in (".md", ".base")
    }
    where = drafts.folder(path)
    for name in sorted(os.listdir(where)) if os.path.isdir(where) else ():
        draft = os.path.join(where, name)
        if draft.startswith(drafts.start(path)) and os.path.isfile(draft):
            yield draft, draft in theirs


def _put_away(conn: sqlite3.Connection, person: Person) -> Iterator[tuple[str, bool]]:
    """The files of notes that the inbox has put away, each with whether it is the person's."""
    own = personal.rows_of(conn, person.live).get("inbox_note", set())
    taken: dict[str, dict[str, bool]] = {}
    for row_id, folder, digest in conn.execute("SELECT id, folder, hash FROM inbox_note"):
        if folder:
            taken.setdefault(os.path.join(folder, DONE), {})[digest] = row_id in own
    for folder, hashes in taken.items():
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    digest = sha256(file.read()).hexdigest()
                if digest in hashes:
                    yield path, hashes[digest]


def _without(path: str, theirs: bool, named: re.Pattern[str]) -> bool:
    """Remove a text that is the person's, and strike the name out of another; whether it held any
    word. Raises OSError."""
    if theirs:
        with suppress(FileNotFoundError):
            os.unlink(path)
        return True
    with open(path, "rb") as file:
        content = file.read()
    coding = _coding(content)
    text = content.decode(coding, "surrogateescape")
    new = named.sub(personal.GONE, text)
    if new == text:
        return False
    with files.replacing(path) as beside, open(beside, "wb") as out:
        out.write(new.encode(coding, "surrogateescape"))
    return True


def _rows_without(path: str, named: re.Pattern[str]) -> bool:
    """Take the rows that name the person out of a file of what an import rejected, and the file
    away where none is left; whether there were any. Raises OSError."""
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        content = file.read()
    coding = _coding(content)
    text = content.decode(coding, "surrogateescape")
    # The last columns of such a file are always the same.
    sign = re.search(rf"(.){REJECT_COLUMNS[0]}\1{REJECT_COLUMNS[1]}", text)
    if sign is None or not named.search(text):
        return False
    rows = list(csv.reader(StringIO(text, newline=""), delimiter=sign[1]))
    kept = [row for row in rows if not any(named.search(cell) for cell in row)]
    if len(kept) <= 1:
        os.unlink(path)
        return True
    lines = StringIO(newline="")
    csv.writer(lines, delimiter=sign[1], lineterminator="\n").writerows(kept)
    with files.replacing(path) as beside, open(beside, "wb") as out:
        out.write(lines.getvalue().encode(coding, "surrogateescape"))
    return True


def _coding(content: bytes) -> str:
    """How a text of somebody else's is encoded."""
    return "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8"
