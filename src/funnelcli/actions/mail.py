"""E-mails put on record: with whom they were, in which exchange and about which deal; once each."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import NamedTuple

from funnelcli import config
from funnelcli.actions import inbox, tray, visits
from funnelcli.db import forgotten, rows
from funnelcli.formats import mail
from funnelcli.formats.mailboxes import Item, State
from funnelcli.formats.notes import of_mail
from funnelcli.formats.replies import taken_apart
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.message import MESSAGE
from funnelcli.text import search_key
from funnelcli.values import dates

# Of what somebody wrote no more is kept.
_LONGEST = 50_000
_LONGEST_SUBJECT = 500
# A mail so long before a deal was opened was not about it.
_BEFORE_DEAL = 90 * 86400
# A subject alone ties an answer to what was written no longer ago than this.
_SAME_SUBJECT = 60 * 86400
# Where one message is written on so shortly, the program that writes it is not ready.
_SETTLED = 60

# What becomes of a message.
TAKEN = "taken"
BEFORE = "taken_before"
TRAY = "tray"
NOBODY = "nobody"
OLD = "old"
LATER = "later"


class Sorted(NamedTuple):
    """What becomes of a message by its headers: with which contacts it is, by their addresses, and
    which way it went."""

    item: Item
    head: mail.Head
    becomes: str
    direction: str = ""
    people: tuple[tuple[int, str], ...] = ()
    why: str = ""


class Desk:
    """Where messages are sorted and put on record; what it knows of contacts is read once."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        own: Iterable[str] = (),
        *,
        since: int | None = None,
    ) -> None:
        self.conn = conn
        self.directory = inbox.Directory(conn)
        self.own = {*own_addresses(), *(address.lower() for address in own)}
        self._domains = {inbox.domain_of(one) for one in self.own} - inbox.OPEN_DOMAINS
        self.since = since
        self._forgotten = frozenset(forgotten.entries(conn))
        self._people: dict[tuple[str, str], tuple[int, ...]] = {}

    def sort(self, item: Item) -> Sorted:
        """What becomes of a message, by what its headers say."""
        head = mail.head(item.data)
        at = happened(head, item)
        if self.since is not None and at < self.since:
            return Sorted(item, head, OLD)
        if self._known(head.message_id):
            return Sorted(item, head, BEFORE)
        sender = head.sender
        mine = item.sent or self._is_mine(head)
        with_whom = head.to if mine else (sender,)
        people = self._with(with_whom)
        # Some put the marks of a list on what a person has written: an answer to us is no list's.
        if head.left_out and not (head.left_out == mail.LIST and self._answers(head)):
            return Sorted(item, head, head.left_out)
        if people:
            return Sorted(item, head, TAKEN, "out" if mine else "in", people)
        others = [one for one in head.to if one.address not in self.own]
        # A note to oneself is one for the tray; what colleagues write to us is not.
        ours = mine and (others or sender.address not in self.own)
        if ours or not sender.address or self._is_forgotten(sender.address):
            return Sorted(item, head, NOBODY)
        return Sorted(item, head, TRAY, "out" if mine else "in")

    def _is_mine(self, head: mail.Head) -> bool:
        """Whether the user wrote a message, or a colleague: somebody with the same domain, where
        that is not one that everybody can have an address of."""
        sender = head.sender
        if sender.address in self.own:
            return True
        if not sender.address or self._of(sender):
            return False
        if self.own:
            return inbox.domain_of(sender.address) in self._domains
        return self.directory.is_own(sender.address, tuple(one.address for one in head.to))

    def _with(self, addresses: Sequence[mail.Address]) -> tuple[tuple[int, str], ...]:
        found: dict[int, str] = {}
        for one in addresses:
            if one.address not in self.own:
                for contact_id in self._of(one):
                    found.setdefault(contact_id, one.address)
        return tuple(found.items())

    def _of(self, one: mail.Address) -> tuple[int, ...]:
        """The contacts who write from an address: of an organisation and its people who share one,
        the organisation."""
        if one not in self._people:
            ids = sorted(self.directory.senders(one.address, one.name))
            if len(ids) > 1:
                marks = ",".join("?" * len(ids))
                belongs = dict(
                    self.conn.execute(
                        f"SELECT id, organisation_id FROM contact WHERE id IN ({marks})", ids
                    ).fetchall()
                )
                whole = [
                    one_id
                    for one_id in ids
                    if all(belongs[other] == one_id for other in ids if other != one_id)
                ]
                ids = whole or ids
            self._people[one] = tuple(ids)
        return self._people[one]

    def _known(self, message_id: str) -> bool:
        found = self.conn.execute(
            "SELECT 1 FROM message WHERE message_id = ? LIMIT 1", (message_id,)
        ).fetchone()
        return found is not None

    def _answers(self, head: mail.Head) -> bool:
        return any(self._known(one) for one in head.refers)

    def _is_forgotten(self, address: str) -> bool:
        return not self._forgotten.isdisjoint(forgotten.marks(emails=[address]))

    def keep(self, sorted_: Sorted, body: mail.Body) -> list[int]:
        """Put a message on record, for each contact that it is with; the ids of its new rows."""
        head, at = sorted_.head, happened(sorted_.head, sorted_.item)
        ids = []
        thread = ""
        for contact_id, address in sorted_.people:
            thread = thread or _thread(self.conn, head, contact_id, at)
            made = add(
                self.conn,
                head,
                body,
                contact_id=contact_id,
                address=address,
                direction=sorted_.direction,
                at=at,
                thread=thread,
            )
            if made is not None:
                ids.append(made)
        return ids

    def receive(
        self, sorted_: Sorted, body: mail.Body, files: Iterable[tuple[str, bytes]]
    ) -> tray.Received:
        """Hand a note to oneself, or what somebody wrote who is not on file, to the tray."""
        head = sorted_.head
        incoming = tray.Incoming(
            "mail",
            of_mail(head, body, files),
            happened(head, sorted_.item),
            key=head.message_id,
            name=head.subject,
        )
        return tray.receive(self.conn, incoming, directory=self.directory)


def own_addresses() -> set[str]:
    """The addresses from which the user writes, by the settings."""
    said = [str(config.get(name) or "") for name in ("sender_email", "mail_addresses", "mail_from")]
    found = (address.strip().lower() for text in said for address in text.split(","))
    return {address for address in found if address}


def happened(head: mail.Head, item: Item) -> int:
    """When a message was written (UTC seconds): as it says, but not later than it came, else when
    it came."""
    came = min(item.received or dates.now(), dates.now())
    if head.sent_at is None or head.sent_at <= 0:
        return came
    # A clock that is a day ahead, or a message that waited, is nothing to put right.
    return head.sent_at if head.sent_at <= dates.now() else came


def is_unfinished(item: Item, body: mail.Body) -> bool:
    """Whether a message in a file of its own is cut short, and was changed just now."""
    return item.fresh and not body.whole and abs(dates.now() - (item.received or 0)) < _SETTLED


def add(
    conn: sqlite3.Connection,
    head: mail.Head,
    body: mail.Body,
    *,
    contact_id: int,
    address: str,
    direction: str,
    at: int,
    thread: str = "",
) -> int | None:
    """Put a message with a contact on record, written at ``at`` (UTC seconds): what its sender
    wrote, without what it quotes. The id of its row; None where it is there already."""
    there = conn.execute(
        "SELECT 1 FROM message WHERE contact_id = ? AND message_id = ?",
        (contact_id, head.message_id),
    ).fetchone()
    if there is not None:
        return None
    thread = thread or _thread(conn, head, contact_id, at)
    subject = head.subject[:_LONGEST_SUBJECT]
    text = taken_apart(body.text).own.strip()[:_LONGEST]
    # What came before the message that it answers stands in one exchange with it from now on.
    conn.execute(
        "UPDATE message SET thread = ? WHERE thread = ? AND thread <> ?",
        (thread, head.message_id, thread),
    )
    return rows.insert(
        conn,
        "message",
        {
            "public_id": new_id(),
            "contact_id": contact_id,
            "deal_id": _deal(conn, contact_id, thread, at),
            "direction": direction,
            "address": address,
            "subject": subject,
            "text": text,
            "search": search_key(f"{subject}\n{text}"),
            "attachments": body.attachments,
            "message_id": head.message_id,
            "thread": thread,
            "happened_at": at,
            "happened_on": dates.local_date(at).isoformat(),
            "recorded_at": dates.now(),
        },
    )


def _thread(conn: sqlite3.Connection, head: mail.Head, contact_id: int, at: int) -> str:
    """The exchange that a message belongs to: of the messages that it answers, else of the last
    with its subject where it says that it answers one."""
    for one in reversed(head.refers):
        found = conn.execute(
            "SELECT thread FROM message WHERE message_id = ? LIMIT 1", (one,)
        ).fetchone()
        if found is not None:
            return str(found[0])
    for one in head.refers:
        # Another message that answers the same one, which is not on record.
        found = conn.execute("SELECT 1 FROM message WHERE thread = ? LIMIT 1", (one,)).fetchone()
        if found is not None:
            return one
    if head.refers:
        return head.refers[0]
    if head.answers:
        about = search_key(mail.about(head.subject))
        last = conn.execute(
            "SELECT thread, subject FROM message WHERE contact_id = ?"
            " AND happened_at BETWEEN ? AND ? ORDER BY happened_at DESC, id DESC LIMIT 50",
            (contact_id, at - _SAME_SUBJECT, at),
        )
        for thread, subject in last:
            if about and search_key(mail.about(subject)) == about:
                return str(thread)
    return head.message_id


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


def state_of(conn: sqlite3.Connection, source: str) -> State:
    """How far a mailbox was read; nothing for one that never was. What was read by a command that
    is undone was not read."""
    state: State = json.loads(standing[-1][1]) if (standing := _standing(conn, source)) else {}
    return state


def _standing(conn: sqlite3.Connection, source: str) -> list[tuple[int, str]]:
    """The lines of a mailbox, up to the first whose command is undone."""
    lines = conn.execute(
        "SELECT b.id, b.state, k.state FROM mailbox AS b LEFT JOIN command AS k"
        " ON k.id = b.command_id WHERE b.source = ? ORDER BY b.id",
        (source,),
    ).fetchall()
    return [
        (line, state)
        for line, state, _done in takewhile(lambda line: line[2] in (None, "done"), lines)
    ]


def remember(conn: sqlite3.Connection, source: str, state: State, command_id: int | None) -> None:
    """Put down how far a mailbox was read, together with what was taken of it, by the command of
    that id; without one nothing was."""
    standing = _standing(conn, source)
    last = standing[-1][0] if standing else 0
    conn.execute("DELETE FROM mailbox WHERE source = ? AND id > ?", (source, last))
    text = json.dumps(state, sort_keys=True)
    if last and command_id is None:
        conn.execute(
            "UPDATE mailbox SET state = ?, read_at = ? WHERE id = ?", (text, dates.now(), last)
        )
        return
    conn.execute(
        "INSERT INTO mailbox (source, state, command_id, read_at) VALUES (?, ?, ?, ?)",
        (source, text, command_id, dates.now()),
    )
