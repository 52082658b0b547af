"""The tray emptied: its notes filed under a contact or a new one, put off, dropped."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence

from funnelcli.actions import attachments, contacts, filing, newcomers, tray_kinds
from funnelcli.actions.directory import Directory
from funnelcli.actions.incoming import Incoming, Received
from funnelcli.actions.tray_kinds import Filing, became, holder, parts
from funnelcli.db import rows
from funnelcli.db.transaction import part
from funnelcli.errors import Usage
from funnelcli.formats.notes import Note
from funnelcli.formats.prospects import Prospect
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.nouns.tray import TRAY
from funnelcli.queries import twins
from funnelcli.values import dates

_COLUMNS = (
    *("id", "origin", "kind", "name", "sender", "sender_name", "subject", "text", "quoted"),
    *("written_at", "happened_on", "starts", "minutes", "outcome", "next_step", "due", "person"),
    *("organisation", "job_title", "phone", "email", "street", "postcode", "town", "region"),
    *("country", "birthday", "website", "deal"),
)


def _read(conn: sqlite3.Connection, tray_id: int) -> Incoming:
    """A note of the tray as it came, without its files. Raises NotFound."""
    row = rows.read(conn, "tray_note", _COLUMNS, tray_id)
    if row is None:
        raise naming.missing(TRAY, str(tray_id))
    key = conn.execute("SELECT key FROM inbox_note WHERE tray_id = ?", (tray_id,)).fetchone()
    text, subject, sender, sender_name, quoted = (
        row[name] or "" for name in ("text", "subject", "sender", "sender_name", "quoted")
    )
    return Incoming(
        row["origin"],
        Note(text, subject, sender, sender_name, sent_at=row["written_at"], quoted=quoted),
        row["written_at"],
        key=key[0] or "" if key else "",
        name=row["name"],
        prospect=Prospect(
            name=row["person"] or "",
            organisation=row["organisation"] or "",
            phones=_apart(row["phone"]),
            emails=_apart(row["email"]),
            deal=row["deal"],
            **{name: row[name] or "" for name in newcomers.columns(Prospect())},
        ),
        outcome=row["outcome"],
        next_step=row["next_step"],
        due=row["due"],
        kind=row["kind"],
        happened_on=row["happened_on"],
        starts=row["starts"],
        minutes=row["minutes"],
    )


def _apart(text: str | None) -> tuple[str, ...]:
    return tuple(filter(None, (text or "").split(", ")))


def prospect_of(conn: sqlite3.Connection, tray_id: int) -> Prospect:
    """What a note of the tray says of somebody who may be new. Raises NotFound."""
    return _read(conn, tray_id).prospect or Prospect()


def candidates(
    conn: sqlite3.Connection, tray_id: int, directory: Directory
) -> list[tuple[int, str]]:
    """The id and the name of those on file whom a note of the tray may be about, by name, number or
    address, the likeliest first. Raises NotFound."""
    incoming = _read(conn, tray_id)
    note, named, found = incoming.note, incoming.prospect or Prospect(), parts(incoming)
    head = found.given.get("contact") or found.head
    headings = [note.subject, head.partition(":")[0], head, named.name, named.organisation]
    headings = [heading for heading in headings if heading]
    file = os.path.splitext(incoming.name)[0]
    addresses = [note.sender, *named.emails]
    ids = directory.fitting(headings, f"{head}\n{found.text}", addresses, note.quoted, file)[0]
    ids = ids or directory.likely(headings, file)
    numbers = contacts.numbers_of(named.phones, named.country)
    alike = twins.alike(conn, named.called or head, named.emails, numbers)
    likely = [one for one, _name in alike if one in ids] or [one for one, _name in alike]
    return [(one, directory.names[one]) for one in dict.fromkeys((*likely, *sorted(ids)))]


def file_under(
    conn: sqlite3.Connection,
    tray_id: int,
    contact_id: int,
    *,
    deal_id: int | None = None,
    recognise: bool = True,
    how: str = "said",
) -> Received:
    """File a note of the tray under a contact, about ``deal_id`` or else its one open deal, with
    its files. Where its header does not fit, its words are kept as they are. Who wrote an e-mail is
    known by its address from then on. Raises NotFound, FunnelError."""
    incoming = _read(conn, tray_id)
    found, remarks = parts(incoming), []
    wrote = incoming.kind == "letter"
    said = filing.whole(found)
    if wrote:
        said = filing.written_by(incoming.note, said)[2]
    it = Filing(incoming, found, filing.Whom(contact_id, how, "", said, wrote), deal_id, recognise)
    try:
        if found.problem:
            raise Usage(found.problem, "")
        with part(conn):
            filed = tray_kinds.file(conn, incoming.kind, it)
    except Usage as error:
        if incoming.kind not in ("report", "memo"):
            raise
        plain = filing.Parts({}, "", incoming.note.text, "")
        whom = it.whom._replace(said=incoming.note.text or incoming.note.subject)
        filed = tray_kinds.file(conn, incoming.kind, it._replace(found=plain, whom=whom))
        remarks.append(_("its words are kept as they are: {why}").format(why=error.message))
    if wrote:
        remarks += _know(conn, incoming, found, contact_id)
    conn.execute(
        "UPDATE inbox_note SET tray_id = NULL, visit_id = :visit_id, note_id = :note_id,"
        " step_id = :step_id, contact_id = :contact_id WHERE tray_id = :tray",
        {**became(filed), "tray": tray_id},
    )
    attachments.move(conn, "tray_id", tray_id, *holder(filed))
    rows.delete(conn, "tray_note", tray_id)
    return filed._replace(remarks=[*filed.remarks, *remarks])


def _know(
    conn: sqlite3.Connection, incoming: Incoming, found: filing.Parts, contact_id: int
) -> list[str]:
    """Give a contact the address that nobody has and that it wrote from."""
    email = filing.written_by(incoming.note, filing.whole(found))[0]
    if not email or twins.sharing(conn, 0, [email], ()):
        return []
    contacts.add_details(conn, contact_id, emails=[email])
    return [_("{email} is their address from now on").format(email=email)]


def file_new(
    conn: sqlite3.Connection, tray_id: int, named: Prospect, *, recognise: bool = True
) -> Received:
    """Add a new contact, with a deal where ``named`` has one, and file a note of the tray under it.
    Raises NotFound, FunnelError."""
    incoming = _read(conn, tray_id)
    contact_id = newcomers.add_contact(conn, named)
    deal_id = None
    if named.deal is not None:
        at = tray_kinds.happened_at(parts(incoming), incoming)
        deal_id = newcomers.open_deal(conn, named.deal, contact_id, at)
    filed = file_under(conn, tray_id, contact_id, deal_id=deal_id, recognise=recognise, how="new")
    return filed._replace(new_contact=True, deal_id=deal_id)


def later(conn: sqlite3.Connection, tray_ids: Sequence[int], until: str) -> None:
    """Have notes of the tray wait until a day (ISO text). Raises NotFound."""
    for tray_id in tray_ids:
        _read(conn, tray_id)
        rows.update(conn, "tray_note", tray_id, {"later_until": until})


def drop(conn: sqlite3.Connection, tray_ids: Sequence[int]) -> None:
    """Remove notes from the tray, with their files; what was dropped is not taken again. Raises
    NotFound."""
    for tray_id in tray_ids:
        conn.execute(
            "UPDATE inbox_note SET dropped_on = ?, tray_id = NULL WHERE tray_id = ?",
            (dates.today().isoformat(), tray_id),
        )
        if not rows.delete(conn, "tray_note", tray_id):
            raise naming.missing(TRAY, str(tray_id))
