"""What comes from outside, from a folder, by mail, from a phone: filed where it can be placed with
certainty, else kept in the tray until somebody places it.

:func:`receive` takes one note, within the caller's transaction (``call.change(conn)``, or
:func:`funnelcli.db.transaction.command` with an entry of its own for each note): what it does is
then one entry of the journal, which one undo takes back. It never raises for what a note says: what
does not fit waits in the tray with the reason. What was received before changes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from funnelcli import config
from funnelcli.actions import attachments, contacts, filing, inbox, notes, steps, visits
from funnelcli.actions.report_fields import labels
from funnelcli.db import rows
from funnelcli.db.transaction import part
from funnelcli.errors import Ambiguous, FunnelError, NotFound, Usage
from funnelcli.formats import prospects
from funnelcli.formats.notes import Enclosed, Note
from funnelcli.formats.prospects import Prospect
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.tray import TRAY
from funnelcli.queries import twins
from funnelcli.text import name_fold, search_key
from funnelcli.values import dates

ORIGINS = ("folder", "mail", "phone")


class Incoming(NamedTuple):
    """One note from outside.

    ``origin`` is one of ORIGINS, ``written_at`` when it was written (UTC seconds). ``key`` makes it
    the same note whatever way it comes: the id made on the device, a Message-ID; without one it is
    known by ``name`` (its file's, else its subject), day and words. ``contact_id`` and
    ``deal_id`` are whom and what its sender has said that it is about, ``prospect`` somebody new
    whom the sender has named: nothing is guessed then. ``outcome`` is a key of a visit's outcomes,
    ``next_step`` and ``due`` (ISO text, with "14:00" behind it or not) what comes next, as they
    were said beside the words. ``folder`` and ``digest`` (SHA-256 in hexadecimal) are those of its
    file, of which it is the ``part`` of that place.
    """

    origin: str
    note: Note
    written_at: int
    key: str = ""
    name: str = ""
    contact_id: int | None = None
    deal_id: int | None = None
    prospect: Prospect | None = None
    outcome: str | None = None
    next_step: str | None = None
    due: str | None = None
    folder: str | None = None
    digest: str = ""
    part: int = 0
    kind: str = ""
    happened_on: str | None = None
    starts: str | None = None
    minutes: int | None = None


class Received(NamedTuple):
    """What became of a note: ``state`` is filed, waiting (in the tray) or before (it was taken
    before), with the ids of what it has become; ``why`` it waits, or what it was taken as, in
    words; ``how`` its contact was found; what was read in its words, as options, and what else is
    to be said."""

    state: str
    visit_id: int | None = None
    note_id: int | None = None
    contact_id: int | None = None
    deal_id: int | None = None
    step_id: int | None = None
    tray_id: int | None = None
    reason: str = ""
    why: str = ""
    how: str = ""
    new_contact: bool = False
    recognised: Sequence[str] = ()
    remarks: Sequence[str] = ()
    refused: bool = False


class _Waits(Exception):
    """A note cannot be placed: the key of the reason, a sentence about it, and whether somebody
    else wrote it."""

    def __init__(self, reason: str, why: str, *, wrote: bool = False) -> None:
        self.reason, self.why, self.wrote = reason, why, wrote


def receive(
    conn: sqlite3.Connection,
    incoming: Incoming,
    *,
    recognise: bool = True,
    directory: inbox.Directory | None = None,
) -> Received:
    """File a note from outside, or keep it in the tray; a second time nothing. ``directory`` saves
    reading all names again for each of many."""
    note = incoming.note
    found = _parts(incoming)
    same = inbox.sameness(
        incoming.name or note.subject,
        note,
        _day(found, incoming),
        incoming.digest or sha256(note.text.encode(errors="replace")).hexdigest(),
        incoming.part,
        incoming.key,
    )
    before = inbox.taken_as(conn, same)
    if before is not None and not any(before) and incoming.origin == "folder":
        # Whoever puts the file there once more wants the record back that was removed.
        conn.execute("DELETE FROM inbox_note WHERE key = ?", (same.key,))
        before = None
    if before is not None:
        return _before(before)
    kind = kind_of(incoming)
    try:
        with part(conn):
            return _place(conn, incoming, found, same, recognise, directory)
    except _Waits as error:
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


def _before(before: inbox.Before) -> Received:
    ids = {name: row_id for name, row_id in before._asdict().items() if name != "dropped_on"}
    return Received("before", why=before.said, **ids)


def _parts(incoming: Incoming) -> filing.Parts:
    """A note taken apart, with what was said beside its words."""
    found = filing.parts(incoming.note, labels())
    said = {"outcome": incoming.outcome, "next": incoming.next_step, "due": incoming.due}
    beside = {name: text for name, text in said.items() if text}
    return found._replace(given={**found.given, **beside}) if beside else found


def _day(found: filing.Parts, incoming: Incoming) -> str:
    """The plain date that a note tells of; where it cannot be read, that of its writing."""
    try:
        at, _starts = filing.moment(found, incoming.name, incoming.written_at)
    except Usage:
        at = incoming.written_at
    return dates.local_date(at).isoformat()


def kind_of(incoming: Incoming) -> str:
    """What a note is, unless that was said: a report of one's own, or what is nothing but files."""
    if incoming.kind:
        return incoming.kind
    note = incoming.note
    words = note.text.strip() or note.subject.strip() or note.quoted.strip() or incoming.outcome
    return "memo" if note.files and not words else "report"


def _place(
    conn: sqlite3.Connection,
    incoming: Incoming,
    found: filing.Parts,
    same: inbox.Sameness,
    recognise: bool,
    directory: inbox.Directory | None,
) -> Received:
    """File a note whose contact is certain. Raises _Waits where none is, FunnelError."""
    if found.problem:
        raise _Waits("unclear", found.problem)
    contact_id, new = incoming.contact_id, False
    whole = filing.whole(found)
    whom = filing.Whom(contact_id, "said", "", whole)
    if contact_id is not None:
        if rows.read(conn, "contact", ("id",), contact_id) is None:
            raise _Waits("unknown", _("the contact that it is about is not on file any more"))
    elif incoming.prospect is not None or prospects.says_new(found.head):
        named = incoming.prospect or prospects.read(_top(found))
        contact_id, new = _prospect(conn, named)
        whom = whom._replace(contact_id=contact_id, how="new" if new else "said")
    else:
        directory = directory or inbox.Directory(conn)
        whom = filing.whom(conn, directory, incoming.note, found, incoming.name)
        if whom.contact_id is None:
            raise _Waits(_reason(whom, kind_of(incoming)), whom.why, wrote=whom.wrote)
    kind = "letter" if whom.wrote else kind_of(incoming)
    deal_id = incoming.deal_id
    if incoming.prospect is not None and incoming.prospect.deal is not None and new:
        deal_id = _open_deal(conn, incoming.prospect.deal, whom, found, incoming)
    filed = _file(conn, kind, _Filing(incoming, found, whom, deal_id, recognise))
    said = _copies(conn, same, filed)
    _take(conn, same, incoming.folder, filed)
    said += _enclose(conn, incoming.note.files, *_holder(filed))
    return filed._replace(new_contact=new, remarks=[*filed.remarks, *said])


class _Filing(NamedTuple):
    """A note that is to be filed: taken apart, about whom, about which deal, whether its words are
    to be read."""

    incoming: Incoming
    found: filing.Parts
    whom: filing.Whom
    deal_id: int | None
    recognise: bool


def _reason(whom: filing.Whom, kind: str) -> str:
    if whom.several:
        return "several"
    return "no_text" if kind == "memo" or (whom.wrote and not whom.said) else "unknown"


def _file(conn: sqlite3.Connection, kind: str, it: _Filing) -> Received:
    """Make of a note what it is: a visit, a note of the contact, a next step, data of a contact."""
    return {
        "report": _file_report,
        "letter": _file_letter,
        "memo": _file_memo,
        "card": _file_card,
        "event": _file_event,
    }[kind](conn, it)


def _file_report(conn: sqlite3.Connection, it: _Filing) -> Received:
    if not it.whom.said and {*it.found.given} - {"contact", "deal", "due"} == {"next"}:
        return _file_step(conn, it)
    plan = filing.plan(
        conn,
        it.incoming.note,
        it.found,
        it.whom,
        it.incoming.name,
        it.incoming.written_at,
        recognise=it.recognise,
        deal_id=it.deal_id,
    )
    recorded = filing.record(conn, plan)
    return Received(
        "filed",
        visit_id=recorded.visit_id,
        contact_id=plan.contact_id,
        deal_id=plan.deal_id,
        how=it.whom.how,
        recognised=plan.follows.recognised(recorded),
        remarks=[*plan.follows.warnings, *recorded.unrecorded],
        refused=plan.follows.refused,
    )


def _file_step(conn: sqlite3.Connection, it: _Filing) -> Received:
    """Of who says nothing but what comes next nobody was visited."""
    assert it.whom.contact_id is not None
    what, deal_id = it.found.given["next"], it.deal_id
    day = dates.local_date(it.incoming.written_at)
    due, starts = None, None
    if it.found.given.get("due"):
        due, starts = dates.parse_due(it.found.given["due"], day)
    if it.found.given.get("deal"):
        deal_id = naming.resolve(conn, DEAL, it.found.given["deal"], write=True)
    elif deal_id is None:
        deal_id = visits.open_deal_of(conn, it.whom.contact_id)
    step_id = steps.add(
        conn,
        what,
        due=due,
        starts=starts,
        deal_id=deal_id,
        contact_id=it.whom.contact_id if deal_id is None else None,
        kind=steps.kind_of(what) or "task",
    )
    return _noted(it, None)._replace(step_id=step_id, deal_id=deal_id)


def _file_letter(conn: sqlite3.Connection, it: _Filing) -> Received:
    letter = filing.letter(conn, it.whom, it.incoming.written_at, recognise=it.recognise)
    note_id = notes.add(conn, letter.text, contact_id=letter.contact_id, at=letter.at)
    return _noted(it, note_id, refused=letter.refused)._replace(
        remarks=[_("they wrote it: kept as a note of theirs, and not as a visit")]
    )


def _file_memo(conn: sqlite3.Connection, it: _Filing) -> Received:
    assert it.whom.contact_id is not None
    at, _starts = filing.moment(it.found, it.incoming.name, it.incoming.written_at)
    names = [it.incoming.name, *(one.name for one in it.incoming.note.files)]
    text = ", ".join(dict.fromkeys(filter(None, names)))
    return _noted(it, notes.add(conn, text, contact_id=it.whom.contact_id, at=at))


def _noted(it: _Filing, note_id: int | None, *, refused: bool = False) -> Received:
    return Received(
        "filed",
        note_id=note_id,
        contact_id=it.whom.contact_id,
        how=it.whom.how,
        refused=refused,
    )


def _file_card(conn: sqlite3.Connection, it: _Filing) -> Received:
    """Fill in what a contact lacks of what its card says; a note that stands on it is kept."""
    assert it.whom.contact_id is not None
    if it.incoming.prospect is not None:
        _fill(conn, it.whom.contact_id, it.incoming.prospect)
    text = it.incoming.note.text.strip()
    note_id = None
    if text:
        at = it.incoming.written_at
        note_id = notes.add(conn, text, contact_id=it.whom.contact_id, at=at)
    return _noted(it, note_id)


def _file_event(conn: sqlite3.Connection, it: _Filing) -> Received:
    from funnelcli.actions import calendar
    from funnelcli.formats.calendar import Answer

    assert it.whom.contact_id is not None
    incoming = it.incoming
    taken = calendar.put(
        conn,
        Answer(
            incoming.key or new_id(),
            incoming.note.subject or incoming.name,
            due=incoming.happened_on,
            starts=incoming.starts,
            minutes=incoming.minutes,
            text=incoming.note.text,
            is_event=True,
        ),
        it.whom.contact_id,
    )
    return _noted(it, None)._replace(step_id=taken.step_id, visit_id=taken.visit_id)


def _copies(conn: sqlite3.Connection, same: inbox.Sameness, filed: Received) -> list[str]:
    """What is said where a note says the same as another file."""
    if filed.contact_id is None or (filed.visit_id is None and filed.note_id is None):
        return []
    copy = inbox.copy_of(conn, same, filed.contact_id)
    if copy is None:
        return []
    text = _("it says the same as {file}, {record}: remove one if it is a copy")
    return [text.format(file=copy[0], record=copy[1])]


def _became(filed: Received) -> dict[str, int | None]:
    """What a note has become, as the inbox keeps it: the contact where there is nothing else."""
    made = {"visit_id": filed.visit_id, "note_id": filed.note_id, "step_id": filed.step_id}
    alone = all(row_id is None for row_id in made.values())
    return {**made, "contact_id": filed.contact_id if alone else None}


def _take(
    conn: sqlite3.Connection, same: inbox.Sameness, folder: str | None, filed: Received
) -> None:
    inbox.take(conn, same, folder, **_became(filed))


def _holder(filed: Received) -> tuple[str, int]:
    """The record that the files of a note belong to, as :func:`attachments.add` names it."""
    if filed.visit_id is not None:
        return "visit_id", filed.visit_id
    assert filed.contact_id is not None
    return "contact_id", filed.contact_id


def _enclose(
    conn: sqlite3.Connection, files: Sequence[Enclosed], column: str, record_id: int
) -> list[str]:
    """Add the files of a note to a record; why some are not."""
    left = []
    for one in files:
        try:
            attachments.add_data(conn, one.name, one.data, column, record_id)
        except FunnelError as error:
            left.append(f"{one.name}: {error.message}")
    return left


# New contacts -------------------------------------------------------------------------------------


def _top(found: filing.Parts) -> str:
    return f"{found.head}\n{found.text}"


def _prospect(conn: sqlite3.Connection, named: Prospect) -> tuple[int, bool]:
    """The contact that somebody new becomes, and whether it is new. Raises _Waits where they may be
    on file already, or have no name."""
    if not named.called:
        raise _Waits("unclear", _("the new contact has no name"))
    numbers = [phone.number for phone in contacts.phones_of(named.phones)]
    reached = twins.sharing(conn, 0, named.emails, numbers)
    certain = [one for one, name in reached if name_fold(name) == name_fold(named.called)]
    if len(certain) == 1:
        return certain[0], False
    alike = twins.alike(conn, named.called, named.emails, numbers)
    if alike:
        people = ", ".join(f"{name} ({one})" for one, name in alike)
        raise _Waits("on_file", _("they may be on file already: {people}").format(people=people))
    return add_contact(conn, named), True


def add_contact(conn: sqlite3.Connection, named: Prospect) -> int:
    """Add somebody new, with their organisation where that is not on file; the contact's id."""
    fields: dict[str, Any] = {name: text for name, text in _columns(named).items() if text}
    if not named.name:
        fields["kind"] = "organisation"
        fields.pop("job_title", None)
    elif named.organisation:
        fields["organisation_id"] = _organisation(conn, named.organisation)
    return contacts.add(conn, named.called, fields=fields, emails=named.emails, phones=named.phones)


def _columns(named: Prospect) -> dict[str, str]:
    names = ("job_title", "street", "postcode", "town", "region", "country")
    return {name: getattr(named, name) for name in names}


def _organisation(conn: sqlite3.Connection, name: str) -> int:
    """The organisation of that name; a new one where there is none, or several."""
    found = conn.execute(
        "SELECT id FROM contact WHERE kind = 'organisation' AND search = ? LIMIT 2",
        (search_key(name),),
    ).fetchall()
    if len(found) == 1:
        return int(found[0][0])
    return contacts.add(conn, name, fields={"kind": "organisation"})


def _fill(conn: sqlite3.Connection, contact_id: int, named: Prospect) -> None:
    """Give a contact what it lacks of what is said of somebody."""
    columns = _columns(named)
    held = rows.read(conn, "contact", columns, contact_id)
    assert held is not None
    gaps = {name: text for name, text in columns.items() if text and not held[name]}
    rows.update(conn, "contact", contact_id, gaps)
    contacts.add_details(conn, contact_id, emails=named.emails, phones=named.phones)


def _open_deal(
    conn: sqlite3.Connection, title: str, whom: filing.Whom, found: filing.Parts, incoming: Incoming
) -> int:
    """Open a deal for a new contact, at the instant of the visit with it; one without a title is
    called as the contact is."""
    from funnelcli.actions import deals

    assert whom.contact_id is not None
    at, _starts = filing.moment(found, incoming.name, incoming.written_at)
    (name,) = conn.execute("SELECT name FROM contact WHERE id = ?", (whom.contact_id,)).fetchone()
    return deals.add(
        conn,
        title.strip() or name,
        process_id=naming.process_id(conn, config.get("process")),
        currency=config.get("currency"),
        contact_id=whom.contact_id,
        at=at,
    )


# The tray -----------------------------------------------------------------------------------------


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
            **{name: text or None for name, text in _columns(said).items()},
            "deal": said.deal,
            "recorded_at": dates.now(),
        },
    )
    inbox.take(conn, same, incoming.folder, tray_id=tray_id)
    left = _enclose(conn, note.files, "tray_id", tray_id)
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


_COLUMNS = (
    *("id", "origin", "kind", "name", "sender", "sender_name", "subject", "text", "quoted"),
    *("written_at", "happened_on", "starts", "minutes", "outcome", "next_step", "due", "person"),
    *("organisation", "job_title", "phone", "email", "street", "postcode", "town", "region"),
    *("country", "deal"),
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
            **{name: row[name] or "" for name in _columns(Prospect())},
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
    found, remarks = _parts(incoming), []
    wrote = incoming.kind == "letter"
    said = filing.whole(found)
    if wrote:
        said = filing.written_by(incoming.note, said)[2]
    it = _Filing(incoming, found, filing.Whom(contact_id, how, "", said, wrote), deal_id, recognise)
    try:
        if found.problem:
            raise Usage(found.problem, "")
        with part(conn):
            filed = _file(conn, incoming.kind, it)
    except Usage as error:
        if incoming.kind not in ("report", "memo"):
            raise
        plain = filing.Parts({}, "", incoming.note.text, "")
        whom = it.whom._replace(said=incoming.note.text or incoming.note.subject)
        filed = _file(conn, incoming.kind, it._replace(found=plain, whom=whom))
        remarks.append(_("its words are kept as they are: {why}").format(why=error.message))
    if wrote:
        remarks += _know(conn, incoming, found, contact_id)
    conn.execute(
        "UPDATE inbox_note SET tray_id = NULL, visit_id = :visit_id, note_id = :note_id,"
        " step_id = :step_id, contact_id = :contact_id WHERE tray_id = :tray",
        {**_became(filed), "tray": tray_id},
    )
    attachments.move(conn, "tray_id", tray_id, *_holder(filed))
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
    contact_id = add_contact(conn, named)
    deal_id = None
    if named.deal is not None:
        found = _parts(incoming)
        whom = filing.Whom(contact_id, "", "", "")
        deal_id = _open_deal(conn, named.deal, whom, found, incoming)
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
            "UPDATE inbox_note SET dropped_on = ? WHERE tray_id = ?",
            (dates.today().isoformat(), tray_id),
        )
        if not rows.delete(conn, "tray_note", tray_id):
            raise naming.missing(TRAY, str(tray_id))
