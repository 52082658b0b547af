"""An e-mail's page, and the e-mails of a record on its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.nouns.message import MESSAGE, Message
from funnelcli.queries.lists import one
from funnelcli.queries.messages import of_exchange
from funnelcli.render import Block, Facts, Listing, Page, Prose
from funnelcli.values import daytext

# So many of a record's are shown on its page.
_SHOWN = 10


def message_title(found: Message) -> str:
    """What an e-mail is called."""
    return _("E-mail {id}: {contact}, {day}").format(
        id=found.id, contact=found.contact, day=daytext.day(found.happened_on)
    )


def message_page(conn: sqlite3.Connection, message_id: int) -> Page:
    """An e-mail with the others of its exchange."""
    found = one(conn, MESSAGE, message_id)
    pairs = [
        (_("Subject"), found.subject),
        (_("Direction"), words.read(words.DIRECTION, found.direction)),
        (_("Contact"), found.contact),
        (_("Address"), found.address),
        (_("Deal"), found.deal or ""),
        (_("Written"), daytext.moment(found.happened_at)),
        (_("Attachments"), str(found.attachments or "")),
        (_("Settled"), daytext.moment(found.settled_at) if found.settled_at else ""),
        (_("Public id"), found.public_id),
    ]
    blocks: list[Block] = [Facts(message_title(found), [pair for pair in pairs if pair[1]])]
    if found.text:
        blocks.append(Prose(found.text))
    others = of_exchange(conn, found)
    if others:
        blocks.append(messages_listing(others, _("In the same exchange")))
    return Page(blocks, found.data(), Listing(MESSAGE.columns, [found]), name="mail")


def latest(found: Sequence[Message], asked: str, *, several: bool = True) -> Listing:
    """The latest e-mails of a record as its page shows them, and how many more ``asked``, a filter
    word, finds."""
    listing = messages_listing(found[:_SHOWN], _("E-mails"), several=several)
    more = len(found) - _SHOWN
    if more > 0:
        command = f"funnel mail list {asked}"
        listing.notes = [_("… and {n} more: {command}").format(n=more, command=command)]
    return listing


def messages_listing(found: Sequence[Message], title: str, *, several: bool = True) -> Listing:
    """E-mails as a page shows them; ``several``: of several contacts."""
    kept = ("id", "happened_on", "direction", "contact", "subject")
    columns = [
        column
        for column in MESSAGE.columns
        if column.key in kept and (several or column.key != "contact")
    ]
    return Listing(columns, found, title=title)
