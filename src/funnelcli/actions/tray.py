"""What comes from outside, from a folder, by mail, from a phone: filed where it can be placed with
certainty, else kept in the tray until somebody places it.

:func:`receive` takes one note, within the caller's transaction (``call.change(conn)``, or
:func:`funnelcli.db.transaction.command` with an entry of its own for each note): what it does is
then one entry of the journal, which one undo takes back. It never raises for what a note says: what
does not fit waits in the tray with the reason. What was received before changes nothing.
"""

from __future__ import annotations

import sqlite3
from hashlib import sha256

from funnelcli.actions import filing, inbox, newcomers, tray_kinds
from funnelcli.actions.directory import Directory
from funnelcli.actions.incoming import Incoming, Received, Waits
from funnelcli.actions.tray_kinds import Filing, became, enclose, holder, parts
from funnelcli.db import rows
from funnelcli.db.transaction import part
from funnelcli.errors import Ambiguous, FunnelError, NotFound
from funnelcli.formats import prospects
from funnelcli.formats.prospects import Prospect
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.values import dates

__all__ = ["Incoming", "Received", "receive"]


def receive(
    conn: sqlite3.Connection,
    incoming: Incoming,
    *,
    recognise: bool = True,
    directory: Directory | None = None,
) -> Received:
    """File a note from outside, or keep it in the tray; a second time nothing. ``directory`` saves
    reading all names again for each of many."""
    found = parts(incoming)
    same = sameness(incoming)
    before = inbox.taken_as(conn, same)
    if before is not None and before.tray_id is not None and incoming.kind == "event":
        _put_right(conn, before.tray_id, incoming)
    if before is not None and not any(before) and incoming.origin == "folder":
        # Whoever puts the file there once more wants the record back that was removed.
        conn.execute("DELETE FROM inbox_note WHERE key = ?", (same.key,))
        before = None
    if before is not None:
        return _before(before)
    kind = tray_kinds.kind_of(incoming)
    try:
        with part(conn):
            return _place(conn, incoming, found, same, recognise, directory)
    except Waits as error:
        reason, why = error.reason, error.why
        kind = "letter" if error.wrote else kind
    except NotFound as error:
        reason, why = "unknown", error.message
    except Ambiguous as error:
        named = ", ".join(f"{one.label} ({one.id})" for one in error.candidates[:5])
        reason, why = "several", f"{error.message} {named}".strip()
    except FunnelError as error:
        reason, why = "unclear", error.message
    return _keep(conn, incoming, found, same, kind, reason, why)


def sameness(incoming: Incoming) -> inbox.Sameness:
    """What a note from outside is known by."""
    note = incoming.note
    at = tray_kinds.happened_at(parts(incoming), incoming)
    return inbox.sameness(
        incoming.name or note.subject,
        note,
        dates.local_date(at).isoformat(),
        incoming.digest or sha256(note.text.encode(errors="replace")).hexdigest(),
        incoming.part,
        incoming.key,
        _beside(incoming),
    )


def _beside(incoming: Incoming) -> str:
    """What tells a note from others with the same words: its files where it has no words, what a
    card says, when an appointment is."""
    note = incoming.note
    if incoming.kind == "card":
        return repr(incoming.prospect)
    if incoming.kind == "event":
        return f"{incoming.happened_on} {incoming.starts}"
    if note.text or note.subject or note.quoted:
        return ""
    return "".join(sha256(one.data).hexdigest() for one in note.files)


def _put_right(conn: sqlite3.Connection, tray_id: int, incoming: Incoming) -> None:
    """Give an appointment in the tray what its calendar says of it by now."""
    now: rows.Row = {
        "happened_on": incoming.happened_on or "",
        "starts": incoming.starts,
        "minutes": incoming.minutes,
        "subject": incoming.note.subject or None,
        "text": incoming.note.text or None,
    }
    rows.update(conn, "tray_note", tray_id, now)


def _before(before: inbox.Before) -> Received:
    ids = {name: row_id for name, row_id in before._asdict().items() if name != "dropped_on"}
    return Received("before", why=before.said, **ids)


def _place(
    conn: sqlite3.Connection,
    incoming: Incoming,
    found: filing.Parts,
    same: inbox.Sameness,
    recognise: bool,
    directory: Directory | None,
) -> Received:
    """File a note whose contact is certain. Raises Waits where none is, FunnelError."""
    if found.problem:
        raise Waits("unclear", found.problem)
    contact_id, new = incoming.contact_id, False
    whole = filing.whole(found)
    whom = filing.Whom(contact_id, "said", "", whole)
    if contact_id is not None:
        if rows.read(conn, "contact", ("id",), contact_id) is None:
            raise Waits("unknown", _("the contact that it is about is not on file any more"))
    elif incoming.kind == "card" and incoming.origin == "folder":
        # A file does not say whether its person is to be a contact; on a phone somebody has.
        assert incoming.prospect is not None
        contact_id = newcomers.on_file(conn, incoming.prospect)
        if contact_id is None:
            raise Waits("unknown", _("nobody of that name, number or address is on file"))
        whom = whom._replace(contact_id=contact_id)
    elif (named := _named(conn, incoming, found, directory)) is not None:
        contact_id = newcomers.on_file(conn, named)
        if contact_id is None:
            contact_id, new = newcomers.add_contact(conn, named), True
        whom = whom._replace(contact_id=contact_id, how="new" if new else "said")
    else:
        directory = directory or Directory(conn)
        whom = filing.whom(conn, directory, incoming.note, found, incoming.name)
        if whom.contact_id is None:
            raise Waits(_reason(whom, tray_kinds.kind_of(incoming)), whom.why, wrote=whom.wrote)
    kind = "letter" if whom.wrote else tray_kinds.kind_of(incoming)
    deal_id = incoming.deal_id
    if new and incoming.prospect is not None and incoming.prospect.deal is not None:
        assert contact_id is not None
        at = tray_kinds.happened_at(found, incoming)
        deal_id = newcomers.open_deal(conn, incoming.prospect.deal, contact_id, at)
    filed = tray_kinds.file(conn, kind, Filing(incoming, found, whom, deal_id, recognise))
    said = _copies(conn, same, filed)
    inbox.take(conn, same, incoming.folder, **became(filed))
    said += enclose(conn, incoming.note.files, *holder(filed))
    return filed._replace(new_contact=new, remarks=[*filed.remarks, *said])


def _named(
    conn: sqlite3.Connection,
    incoming: Incoming,
    found: filing.Parts,
    directory: Directory | None,
) -> Prospect | None:
    """Whom a note says to be new: its sender has said so, or its first line, which is the user's
    own; None where it says of nobody."""
    if incoming.prospect is not None or not prospects.says_new(found.head):
        return incoming.prospect
    note = incoming.note
    if note.sender and not (directory or Directory(conn)).is_own(note.sender, note.recipients):
        return None
    return prospects.read(_top(found))


def _reason(whom: filing.Whom, kind: str) -> str:
    if whom.several:
        return "several"
    return "no_text" if kind == "memo" or (whom.wrote and not whom.said) else "unknown"


def _copies(conn: sqlite3.Connection, same: inbox.Sameness, filed: Received) -> list[str]:
    """What is said where a note says the same as another file."""
    if filed.contact_id is None or (filed.visit_id is None and filed.note_id is None):
        return []
    copy = inbox.copy_of(conn, same, filed.contact_id)
    if copy is None:
        return []
    text = _("it says the same as {file}, {record}: remove one if it is a copy")
    return [text.format(file=copy[0], record=copy[1])]


def _top(found: filing.Parts) -> str:
    return f"{found.head}\n{found.text}"


def _keep(
    conn: sqlite3.Connection,
    incoming: Incoming,
    found: filing.Parts,
    same: inbox.Sameness,
    kind: str,
    reason: str,
    why: str,
) -> Received:
    """Keep a note in the tray."""
    note, whole = incoming.note, filing.whole(found)
    said = _said_of(incoming, kind, found)
    tray_id = rows.insert(
        conn,
        "tray_note",
        {
            "public_id": new_id(),
            "origin": incoming.origin,
            "kind": kind,
            "name": incoming.name or note.subject or said.called or whole[:60] or "—",
            "reason": reason,
            "detail": why or None,
            "sender": note.sender or None,
            "sender_name": note.sender_name or None,
            "subject": note.subject or None,
            "text": note.text or None,
            "quoted": note.quoted or None,
            "written_at": incoming.written_at,
            "happened_on": incoming.happened_on or same.day,
            "starts": incoming.starts,
            "minutes": incoming.minutes,
            "outcome": incoming.outcome,
            "next_step": incoming.next_step,
            "due": incoming.due,
            "person": said.name or None,
            "organisation": said.organisation or None,
            "phone": prospects.joined(said.phones),
            "email": prospects.joined(said.emails),
            **{name: text or None for name, text in newcomers.columns(said).items()},
            "deal": said.deal,
            "recorded_at": dates.now(),
        },
    )
    inbox.take(conn, same, incoming.folder, tray_id=tray_id)
    left = enclose(conn, note.files, "tray_id", tray_id)
    return Received("waiting", tray_id=tray_id, reason=reason, why=why, remarks=left)


def _said_of(incoming: Incoming, kind: str, found: filing.Parts) -> Prospect:
    """What a note says of somebody who may be new: as its sender has said, else who wrote it, else
    its first lines, or the name of its file."""
    if incoming.prospect is not None:
        return incoming.prospect
    if kind == "letter":
        email, name, _text = filing.written_by(incoming.note, filing.whole(found))
        return Prospect(name=name, emails=(email,) if email else ())
    if found.given.get("contact"):
        return Prospect(name=found.given["contact"])
    return prospects.read(incoming.note.subject or _top(found))
