"""Delivery of the notes that a phone has kept: each is one command of the journal, taken once
however often it comes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

from funnelcli.actions import delivered, tray
from funnelcli.actions.directory import Directory
from funnelcli.actions.remarks import facts
from funnelcli.errors import FunnelError
from funnelcli.i18n import _
from funnelcli.phone.guard import Denied
from funnelcli.phone.shown import refusal
from funnelcli.typed import Any

MOST = 100
"""So many notes are taken at once."""
Change = Callable[[sqlite3.Connection, str], AbstractContextManager[int]]
"""One entry of the journal, for what the phone of that name has sent."""


def notes_of(asked: dict[str, Any]) -> list[Any]:
    """The notes that are sent. Raises Denied for what is no list of so many."""
    notes = asked.get("notes")
    if not isinstance(notes, list):
        raise Denied("malformed")
    if len(notes) > MOST:
        raise Denied("large")
    return notes


def deliver(
    conn: sqlite3.Connection, notes: list[Any], phone: str, change: Change
) -> list[dict[str, Any]]:
    """What became of each note, in their order. Raises OperationalError where the database is
    others' for long: what was taken until then is known when it comes again."""
    directory = None
    results = []
    for note in notes:
        result = {"id": delivered.id_of(note), "state": "refused", "what": "", "why": ""}
        try:
            with change(conn, phone):
                incoming = delivered.incoming(conn, note)
                if incoming.contact_id is None and incoming.prospect is None and directory is None:
                    directory = Directory(conn)
                received = tray.receive(conn, incoming, directory=directory)
            result |= _told(conn, received)
            if received.new_contact:
                directory = None
        except delivered.Unfit as error:
            result["why"] = str(error)
        except FunnelError as error:
            if isinstance(error.__cause__, sqlite3.Error):
                raise
            # A hook of the user's own that does not let it pass; what else it says is for commands.
            result["why"] = error.message
        results.append(result)
    return results


def _told(conn: sqlite3.Connection, received: tray.Received) -> dict[str, str]:
    """What became of a note, in words."""
    if received.state == "filed":
        said = " ".join([*facts(received.remarks), *([refusal()] if received.refused else [])])
        return {"state": "filed", "what": _record(conn, received), "why": said}
    if received.state == "waiting":
        return {"state": "waiting", "what": "", "why": received.why}
    return {"state": "before", "what": received.why, "why": ""}


def _record(conn: sqlite3.Connection, received: tray.Received) -> str:
    if received.visit_id is not None:
        made = _("visit {id}").format(id=received.visit_id)
    elif received.step_id is not None:
        made = _("step {id}").format(id=received.step_id)
    elif received.note_id is not None:
        made = _("note {id}").format(id=received.note_id)
    else:
        made = _("contact {id}").format(id=received.contact_id)
    name = conn.execute("SELECT name FROM contact WHERE id = ?", (received.contact_id,)).fetchone()
    return " · ".join((made, name[0])) if name else made
