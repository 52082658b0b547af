"""E-mails of a deal and of a contact, and those of one exchange."""

from __future__ import annotations

import sqlite3

from funnelcli.nouns.message import MESSAGE, Message
from funnelcli.nouns.rules import MAIL_ABOUT_DEAL
from funnelcli.queries.contacts import COUNTED
from funnelcli.queries.lists import some


def of_deal(conn: sqlite3.Connection, deal_id: int, limit: int | None = None) -> list[Message]:
    """The e-mails about a deal, and those about none with who has it, the latest first."""
    about = MAIL_ABOUT_DEAL.replace("w.", "g.").replace("d.", "b.")
    where = f"EXISTS (SELECT 1 FROM deal AS b WHERE b.id = :id AND {about})"
    return list(some(conn, MESSAGE, {"id": deal_id}, where=where, limit=limit))


def of_contact(
    conn: sqlite3.Connection, contact_id: int, limit: int | None = None
) -> list[Message]:
    """The e-mails with a contact, of an organisation those with its people too, the latest
    first."""
    where = f"g.contact_id IN {COUNTED}"
    return list(some(conn, MESSAGE, {"id": contact_id}, where=where, limit=limit))


def of_exchange(conn: sqlite3.Connection, message: Message) -> list[Message]:
    """The other e-mails of the exchange of one, the earliest first."""
    values = {"id": message.id, "thread": message.thread}
    where = "g.thread = :thread AND g.id <> :id"
    return list(some(conn, MESSAGE, values, where=where, order="g.happened_at, g.id"))
