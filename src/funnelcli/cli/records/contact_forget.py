"""Erasing a person for good, in the database, its copies and the texts beside it."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import forgetting_person
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.params import ContactRef
from funnelcli.errors import PARTLY_DONE, NotFound
from funnelcli.i18n import _, ngettext
from funnelcli.nouns.contact import CONTACT
from funnelcli.render import Changed

FORGOTTEN = ("changed", "contact", "erased", "copies", "files", "left", "not_reached")


@gives((), data=FORGOTTEN)
@examples("funnel contact forget 7 --dry-run", "funnel contact forget mueller --yes")
def forget(contact: ContactRef) -> tuple[Changed, int]:
    """Erase a person for good (GDPR, Art. 17); the figures stay."""
    from funnelcli.actions.forgetting_files import Forgetting

    call = current()
    with call.open() as conn:
        person = _person(call, conn, contact)
        forgetting_ = Forgetting(conn, call.path, person)
        done = forgetting_.trial()
        if not call.dry_run:
            call.confirm(
                ngettext(
                    "Forget {name} for good, here and in {n} copy? Nothing brings it back.",
                    "Forget {name} for good, here and in {n} copies? Nothing brings it back.",
                    len(done.copies),
                ).format(name=person.name, n=len(done.copies))
            )

            def begun() -> None:
                call.stored = True

            done = forgetting_.run(begun)
    # A certificate of what was erased, without the erased.
    lines = [
        ngettext(
            "Contact {id} is forgotten: {n} row erased or made anonymous.",
            "Contact {id} is forgotten: {n} rows erased or made anonymous.",
            done.erased.total(),
        ).format(id=person.id, n=done.erased.total()),
        _("Copies rewritten: {copies}; texts removed or rewritten: {files}.").format(
            copies=len(done.copies), files=done.files
        ),
        _(
            "Not reached from here: files that were imported or exported, letters, copies kept"
            " elsewhere, other machines; nicknames and other spellings in texts of others."
        ),
    ]
    if not call.dry_run:
        lines.insert(2, _("This cannot be undone."))
    left = [
        _("Not erased from {path}: {error}").format(path=one.path, error=one.why)
        for one in done.left
    ]
    if left:
        left.append(_("Remove these files, or say the same command again once they can be read."))
    data = {
        "changed": lines,
        "contact": person.id,
        "erased": dict(done.erased),
        "copies": done.copies,
        "files": done.files,
        "left": [one._asdict() for one in done.left],
        "not_reached": lines[-1],
    }
    changed = Changed(lines, data, id=person.id, warnings=left)
    return changed, PARTLY_DONE if left else 0


def _person(call: Invocation, conn: sqlite3.Connection, text: str) -> forgetting_person.Person:
    try:
        known = forgetting_person.public_ids(conn, call.find(conn, CONTACT, text))
    except NotFound:
        known = forgetting_person.removed(conn, text)
        if not known:
            raise
    person = forgetting_person.find(conn, known)
    assert person is not None
    return person
