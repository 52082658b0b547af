"""E-mails on record: in which exchange they are, and about which deal."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.actions import visits
from funnelcli.db import rows
from funnelcli.formats import mail
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.message import MESSAGE
from funnelcli.plain import NamedTuple
from funnelcli.text import search_key
from funnelcli.values import dates

# Of what somebody wrote no more is kept.
_LONGEST = 50_000
_LONGEST_SUBJECT = 500
# A mail so long before a deal was opened was not about it.
_BEFORE_DEAL = 90 * 86400
# A subject alone ties an answer to what was written no longer ago than this.
_SAME_SUBJECT = 60 * 86400


class Written(NamedTuple):
    """A message as it is kept: its id, those of the messages that it answers, the first of the
    exchange first, its subject, what its sender wrote, without what it quotes, and how many files
    came with it."""

    message_id: str
    refers: tuple[str, ...]
    subject: str
    text: str
    attachments: int


def add(
    conn: sqlite3.Connection,
    written: Written,
    *,
    contact_id: int,
    address: str,
    direction: str,
    at: int,
    thread: str = "",
    deal_id: int | None = None,
) -> int | None:
    """Put a message with a contact on record, written at ``at`` (UTC seconds), about ``deal_id`` or
    else the deal that it must be about. The id of its row; None where it is there already."""
    there = conn.execute(
        "SELECT 1 FROM message WHERE contact_id = ? AND message_id = ?",
        (contact_id, written.message_id),
    ).fetchone()
    if there is not None:
        return None
    thread = thread or thread_of(conn, written, contact_id, at)
    subject = written.subject[:_LONGEST_SUBJECT]
    text = written.text.strip()[:_LONGEST]
    # What came before the message that it answers stands in one exchange with it from now on.
    for begun in (written.message_id, *_answers_by_subject(conn, written, contact_id, at)):
        conn.execute(
            "UPDATE message SET thread = ? WHERE thread = ? AND thread <> ?",
            (thread, begun, thread),
        )
    return rows.insert(
        conn,
        "message",
        {
            "public_id": new_id(),
            "contact_id": contact_id,
            "deal_id": deal_id or _deal(conn, contact_id, thread, at),
            "direction": direction,
            "address": address,
            "subject": subject,
            "text": text,
            "search": search_key(f"{subject}\n{text}"),
            "attachments": written.attachments,
            "message_id": written.message_id,
            "thread": thread,
            "happened_at": at,
            "happened_on": dates.local_date(at).isoformat(),
            "recorded_at": dates.now(),
        },
    )


def thread_of(conn: sqlite3.Connection, written: Written, contact_id: int, at: int) -> str:
    """The exchange that a message belongs to: of the messages that it answers, else of the last
    with its subject where it says that it answers one."""
    for one in reversed(written.refers):
        found = conn.execute(
            "SELECT thread FROM message WHERE message_id = ? LIMIT 1", (one,)
        ).fetchone()
        if found is not None:
            return str(found[0])
    for one in written.refers:
        # Another message that answers the same one, which is not on record.
        found = conn.execute("SELECT 1 FROM message WHERE thread = ? LIMIT 1", (one,)).fetchone()
        if found is not None:
            return one
    if written.refers:
        return written.refers[0]
    about = search_key(mail.about(written.subject))
    if about and mail.is_answer(written.subject):
        last = conn.execute(
            "SELECT thread, subject FROM message WHERE contact_id = ?"
            " AND happened_at BETWEEN ? AND ? ORDER BY happened_at DESC, id DESC LIMIT 50",
            (contact_id, at - _SAME_SUBJECT, at),
        )
        for thread, subject in last:
            if search_key(mail.about(subject)) == about:
                return str(thread)
    return written.message_id


def _answers_by_subject(
    conn: sqlite3.Connection, written: Written, contact_id: int, at: int
) -> list[str]:
    """The exchanges that began with an answer that nothing but its subject ties to this message,
    which was read before it."""
    about = search_key(mail.about(written.subject))
    if not about:
        return []
    # What names a message that it answers stands in the exchange of that one, not in its own.
    later = conn.execute(
        "SELECT thread, subject FROM message WHERE contact_id = ? AND thread = message_id"
        " AND happened_at BETWEEN ? AND ? ORDER BY happened_at, id LIMIT 50",
        (contact_id, at, at + _SAME_SUBJECT),
    )
    return [
        thread
        for thread, subject in later
        if mail.is_answer(subject) and search_key(mail.about(subject)) == about
    ]


def _deal(conn: sqlite3.Connection, contact_id: int, thread: str, at: int) -> int | None:
    """The deal that a message is about: that of its exchange, else the one that was open then or is
    now, of the contact, of those in which it has a part, or of its organisation."""
    found = conn.execute(
        "SELECT g.deal_id FROM message AS g JOIN deal AS d ON d.id = g.deal_id"
        " WHERE g.thread = ? AND (g.contact_id = ? OR d.contact_id = ?"
        " OR d.contact_id = (SELECT organisation_id FROM contact WHERE id = ?)"
        " OR d.id IN (SELECT deal_id FROM deal_contact WHERE contact_id = ?))"
        " ORDER BY g.happened_at DESC LIMIT 1",
        (thread, *[contact_id] * 4),
    ).fetchone()
    if found is not None:
        return int(found[0])
    deal_id = visits.deal_then(conn, contact_id, at)
    if deal_id is None:
        others = conn.execute(
            "SELECT id FROM deal WHERE status = 'open' AND (id IN"
            " (SELECT deal_id FROM deal_contact WHERE contact_id = :id) OR contact_id ="
            " (SELECT organisation_id FROM contact WHERE id = :id AND kind = 'person'))"
            " AND NOT EXISTS (SELECT 1 FROM deal AS o WHERE o.contact_id = :id"
            " AND o.status = 'open') LIMIT 2",
            {"id": contact_id},
        ).fetchall()
        deal_id = int(others[0][0]) if len(others) == 1 else None
    if deal_id is not None:
        (opened,) = conn.execute("SELECT opened_at FROM deal WHERE id = ?", (deal_id,)).fetchone()
        if at < opened - _BEFORE_DEAL:
            return None
    return deal_id


def edit(conn: sqlite3.Connection, message_id: int, deal_id: int | None) -> bool:
    """Let a message, with its exchange, be about a deal or about none; whether that is new. Raises
    NotFound."""
    before = rows.read(conn, "message", ("thread", "deal_id"), message_id)
    if before is None:
        raise naming.missing(MESSAGE, str(message_id))
    conn.execute(
        "UPDATE message SET deal_id = ? WHERE thread = ? AND deal_id IS NOT ?",
        (deal_id, before["thread"], deal_id),
    )
    return bool(before["deal_id"] != deal_id)


def settle(conn: sqlite3.Connection, message_ids: Sequence[int]) -> None:
    """Say that the exchanges of messages wait for no answer, until somebody writes in them again.
    Raises NotFound."""
    for message_id in message_ids:
        before = rows.read(conn, "message", ("thread",), message_id)
        if before is None:
            raise naming.missing(MESSAGE, str(message_id))
        conn.execute(
            "UPDATE message SET settled_at = ? WHERE thread = ? AND settled_at IS NULL",
            (dates.now(), before["thread"]),
        )


def remove(conn: sqlite3.Connection, message_ids: Sequence[int]) -> None:
    """Remove messages from the record; they stay in their mailbox. Raises NotFound."""
    for message_id in message_ids:
        if not rows.delete(conn, "message", message_id):
            raise naming.missing(MESSAGE, str(message_id))
