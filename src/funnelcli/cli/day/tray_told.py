"""What is said of notes that leave the tray or are put off."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from funnelcli.actions.incoming import Received
from funnelcli.cli.invocation import Invocation
from funnelcli.cli.next_step import step_lines
from funnelcli.cli.results import opened_line, recognised_lines, refusal_warning
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.note import NOTE
from funnelcli.nouns.step import STEP
from funnelcli.nouns.tray import TrayNote
from funnelcli.nouns.visit import VISIT
from funnelcli.pages.note import note_title
from funnelcli.pages.recorded import recorded_line
from funnelcli.pages.tray import FILED, filed_row
from funnelcli.queries.lists import one
from funnelcli.queries.visits import steps_made
from funnelcli.render import Changed
from funnelcli.values import dates, daytext
from funnelcli.values.days import AHEAD


def told(conn: sqlite3.Connection, filed: Received) -> Changed:
    """What was made of a note, in lines, and for programs."""
    assert filed.contact_id is not None
    contact = one(conn, CONTACT, filed.contact_id)
    lines = []
    if filed.new_contact:
        lines.append(_("Contact {id}: {name}").format(id=contact.id, name=contact.name))
        if filed.deal_id is not None:
            lines.append(opened_line(conn, filed.deal_id))
    if filed.visit_id is not None:
        lines.append(recorded_line(one(conn, VISIT, filed.visit_id)))
        lines += step_lines(steps_made(conn, filed.visit_id))
        lines += recognised_lines(conn, [*filed.recognised], filed.visit_id)
    elif filed.note_id is not None:
        lines.append(note_title(one(conn, NOTE, filed.note_id)))
    elif filed.step_id is not None:
        lines += step_lines([one(conn, STEP, filed.step_id)])
    elif not filed.new_contact:
        lines.append(_("{name} has what the card says").format(name=contact.name))
    warnings = [*filed.remarks, *refusal_warning(conn, contact.id, refused=filed.refused)]
    row = filed_row(conn, filed)
    made = filed.visit_id or filed.note_id or filed.step_id or contact.id
    return Changed(lines, row, FILED, id=made, warnings=warnings)


def later_day(call: Invocation, text: str | None) -> str:
    """The day until which a note is put off, as ISO text; without one it is tomorrow. Raises Usage
    for one that is not to come."""
    day = call.date(text, AHEAD) or (dates.today() + timedelta(days=1)).isoformat()
    if day <= dates.today().isoformat():
        raise Usage(_("{day} is not to come.").format(day=daytext.day(day)), _("Name a later day."))
    return day


def put_off(note: TrayNote) -> str:
    """The line of a note that was put off."""
    return _("{name}: waits until {day}").format(
        name=note.name, day=daytext.day(note.later_until or "")
    )
