"""Files of a deal and of a contact."""

from __future__ import annotations

import sqlite3

from funnelcli.nouns.attachment import ATTACHMENT, Attachment
from funnelcli.queries.contacts import COUNTED
from funnelcli.queries.lists import some


def of_deal(conn: sqlite3.Connection, deal_id: int) -> list[Attachment]:
    """The files of a deal and of its visits, offers and contracts, the latest first."""
    return list(some(conn, ATTACHMENT, {"id": deal_id}, where="d.id = :id"))


def of_contact(conn: sqlite3.Connection, contact_id: int) -> list[Attachment]:
    """The files of a contact, of its visits and of its deals, the latest first; of an organisation
    those of its people too."""
    where = f"c.id IN {COUNTED}"
    return list(some(conn, ATTACHMENT, {"id": contact_id}, where=where))
