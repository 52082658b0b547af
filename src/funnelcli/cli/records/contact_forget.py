"""Erasing a person for good, in the database, its copies and the texts beside it."""

from __future__ import annotations

import os
import re
import sqlite3
from collections import Counter
from contextlib import closing, suppress
from hashlib import sha256
from typing import Any

from funnelcli.actions import forgetting
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.params import ContactRef
from funnelcli.errors import NotFound
from funnelcli.i18n import _
from funnelcli.nouns.contact import CONTACT
from funnelcli.render import Changed

FORGOTTEN = ("changed", "contact", "erased", "copies", "files", "not_reached")


@gives((), data=FORGOTTEN)
@examples("funnel contact forget 7 --dry-run", "funnel contact forget mueller --yes")
def forget(contact: ContactRef) -> Changed:
    """Erase a person for good (GDPR, Art. 17); the figures stay."""
    call = current()
    with call.open() as conn:
        person = _person(call, conn, contact)
        named = forgetting.mentions(conn, person)
        copies = _copies(call)
        files = _files(call, conn, person)
        emptied = True
        if not call.dry_run:
            call.confirm(
                _("Forget {name} for good, here and in {n} copies? Nothing brings it back.").format(
                    name=person.name, n=len(copies)
                )
            )
        erased = forgetting.forget(conn, person, named, dry_run=call.dry_run)
        if not call.dry_run:
            # What is cut off from here on, the same command by the id completes: it finds the files
            # by what stays of the rows, and each copy knows by itself whom it calls how.
            call.stored = True
            emptied = forgetting.tidy(conn)
            for path in files:
                with suppress(FileNotFoundError):
                    os.unlink(path)
            for path in copies:
                _rewrite(path, person, named)
    return _certificate(person, erased, copies, files, emptied)


def _person(call: Invocation, conn: sqlite3.Connection, text: str) -> forgetting.Person:
    try:
        contact_id = call.find(conn, CONTACT, text)
    except NotFound:
        found = forgetting.removed(conn, text)
        if found is None:
            raise
        return found
    row = conn.execute("SELECT id, public_id, name FROM contact WHERE id = ?", (contact_id,))
    return forgetting.Person(*row.fetchone())


def _copies(call: Invocation) -> list[str]:
    from funnelcli.db import copies

    folder = copies.folder(call.path)
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return [os.path.join(folder, name) for name in names if name.endswith(".db")]


def _rewrite(path: str, person: forgetting.Person, named: re.Pattern[str]) -> None:
    """Erase the person in a copy, which keeps its name and its age. Raises Failed where it is no
    sound database."""
    from funnelcli.db import restoring

    made = os.stat(path)
    with restoring.prepared(path, path, lambda _conn: []) as part:
        with closing(sqlite3.connect(part, isolation_level=None)) as copied:
            from funnelcli.db import functions

            functions.add(copied)
            there = forgetting.by_public_id(copied, person.public_id)
            # The copy may know the person by another name.
            for pattern in filter(None, (there and forgetting.mentions(copied, there), named)):
                forgetting.forget(copied, there or person._replace(id=0), pattern)
            copied.execute("VACUUM")
        os.utime(part, (made.st_atime, made.st_mtime))
        os.replace(part, path)


def _files(call: Invocation, conn: sqlite3.Connection, person: forgetting.Person) -> list[str]:
    """The drafts of what is the person's, and the notes of theirs that the inbox has put away."""
    from funnelcli.actions.inbox_files import DONE
    from funnelcli.cli import editing
    from funnelcli.db import personal

    own = personal.rows_of(conn, person.id)
    stem = os.path.splitext(os.path.basename(call.path))[0]
    drafts = editing.folder(call)
    found = [
        os.path.join(drafts, f"{stem}-{table}-{row_id}{ending}")
        for table, ids in own.items()
        for row_id in sorted(ids)
        for ending in (".md", ".base")
    ]
    hashes: dict[str, set[str]] = {}
    for row_id in own.get("inbox_note", ()):
        folder, digest = conn.execute(
            "SELECT folder, hash FROM inbox_note WHERE id = ?", (row_id,)
        ).fetchone()
        if folder:
            hashes.setdefault(os.path.join(folder, DONE), set()).add(digest)
    for folder, wanted in hashes.items():
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    if sha256(file.read()).hexdigest() in wanted:
                        found.append(path)
    return [path for path in found if os.path.isfile(path)]


def _certificate(
    person: forgetting.Person,
    erased: Counter[str],
    copies: list[str],
    files: list[str],
    emptied: bool,
) -> Changed:
    """What was erased, without the erased."""
    lines = [
        _("Contact {id} is forgotten: {n} rows erased or made anonymous.").format(
            id=person.id, n=erased.total()
        ),
        _("Copies rewritten: {copies}; files removed: {files}.").format(
            copies=len(copies), files=len(files)
        ),
        _("This cannot be undone."),
        forgetting.not_reached(),
    ]
    warnings = []
    if not emptied:
        warnings.append(
            _("Another program reads the database; its log is emptied when that one ends.")
        )
    data: dict[str, Any] = {
        "changed": lines,
        "contact": person.id,
        "erased": dict(erased),
        "copies": [os.path.basename(path) for path in copies],
        "files": len(files),
        "not_reached": lines[-1],
    }
    return Changed(lines, data, id=person.id, warnings=warnings)
