"""E-mails put on record: with whom they were, in which exchange and about which deal; once each."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import takewhile

from funnelcli.actions import messages, tray
from funnelcli.actions.directory import OPEN_DOMAINS, Directory, domain_of, own_addresses
from funnelcli.db import forgotten
from funnelcli.formats import mail
from funnelcli.formats.mailboxes import Item, State
from funnelcli.formats.notes import of_mail
from funnelcli.formats.replies import taken_apart
from funnelcli.plain import NamedTuple
from funnelcli.values import dates

# Where one message is written on so shortly, the program that writes it is not ready.
_SETTLED = 60

# Of so many messages it shows whose mailbox they lie in.
_ENOUGH = 5

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
        self.directory = Directory(conn)
        self.own: set[str] = set()
        self.learn([*own_addresses(), *(address.lower() for address in own)])
        self.since = since
        self._forgotten = frozenset(forgotten.entries(conn))
        self._people: dict[tuple[str, str], tuple[int, ...]] = {}

    def learn(self, addresses: Iterable[str]) -> None:
        """Take addresses for the user's own."""
        self.own.update(addresses)
        self._domains = {domain_of(one) for one in self.own} - OPEN_DOMAINS

    def owner(self, found: Iterable[tuple[Item, mail.Head]]) -> str:
        """The address whose mailbox messages lie in, by their headers: that which wrote what lies
        among what was sent, to which the server delivered the others, or else the one, of those
        that nobody on file has, with which most of them are. Empty where they do not show it."""
        certain, named = Counter[str](), Counter[str]()
        number = 0
        for item, head in found:
            if item.sent:
                certain[head.sender.address] += 1
            certain.update({*head.delivered})
            if not head.left_out:
                number += 1
                named.update({head.sender.address, *(one.address for one in head.to)})
        for counts, least in ((certain, 1), (named, max(_ENOUGH, number * 2 // 3))):
            likely = [
                (count, address)
                for address, count in counts.most_common()
                if address and count >= least and not self._of(mail.Address(address, ""))
            ]
            # Of two that are equally likely neither is certain.
            if likely and (len(likely) == 1 or likely[0][0] > likely[1][0]):
                return likely[0][1]
        return ""

    def sort(self, item: Item, head: mail.Head) -> Sorted:
        """What becomes of a message, by what its headers say."""
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
            return domain_of(sender.address) in self._domains
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
        own = taken_apart(body.text).own
        written = messages.Written(
            head.message_id, head.refers, head.subject, own, body.attachments
        )
        ids = []
        threads = (
            messages.thread_of(self.conn, written, one, at) for one, _address in sorted_.people
        )
        thread = next((one for one in threads if one != head.message_id), head.message_id)
        for contact_id, address in sorted_.people:
            made = messages.add(
                self.conn,
                written,
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
