"""The agenda as a calendar file."""

from __future__ import annotations

import sqlite3
from datetime import date

from funnelcli.formats.calendar import write
from funnelcli.queries import agenda
from funnelcli.queries.calendar import steps


def calendar_file(
    conn: sqlite3.Connection, days: tuple[date, date] | None = None, owner: int | None = None
) -> tuple[str, set[int]]:
    """The agenda of these days, half-open, or of all, and of one user or of all, as a calendar
    file, from which steps come back; and the contacts that it is about."""
    first, after = days or (None, date.max)
    dated = agenda.entries(conn, first, after, owner=owner)
    others = [entry for entry in dated if not entry.is_step]
    found = steps(conn, days, owner)
    contacts = {*(step.contact_id for step in found), *(entry.contact_id for entry in others)}
    text = write([*found, *(entry.in_calendar for entry in others)])
    return text, {contact for contact in contacts if contact is not None}
