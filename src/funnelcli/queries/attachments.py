"""Files of a record."""

from __future__ import annotations

import sqlite3

from funnelcli.nouns.attachment import ATTACHMENT, Attachment
from funnelcli.queries.contacts import COUNTED
from funnelcli.queries.lists import some


def of_deal(conn: sqlite3.Connection, deal_id: int) -> list[Attachment]:
    """The files of a deal and of its visits, offers and contracts, the latest first."""
    return list(some(conn, ATTACHMENT, {"id": deal_id}, where="d.id = :id"))


def of_record(conn: sqlite3.Connection, noun: str, record_id: int) -> list[Attachment]:
    """The files that belong to a record of ``noun`` itself, the latest first."""
    return list(some(conn, ATTACHMENT, {"id": record_id}, where=f"a.{noun}_id = :id"))


def of_contact(conn: sqlite3.Connection, contact_id: int) -> list[Attachment]:
    """The files of a contact, of its visits and of its deals, the latest first; of an organisation
    those of its people too."""
    where = f"c.id IN {COUNTED}"
    return list(some(conn, ATTACHMENT, {"id": contact_id}, where=where))
