"""What is asked of one contact: consents, deals, visits, next steps, notes, people. What is of an
organisation's people is its own too."""

from __future__ import annotations

import sqlite3

from funnelcli.nouns.contact import CONTACT, Contact
from funnelcli.nouns.deal import DEAL, Deal
from funnelcli.nouns.note import NOTE, Note
from funnelcli.nouns.rules import SPOKEN, counted_for
from funnelcli.nouns.step import STEP, Step
from funnelcli.nouns.visit import VISIT, Visit
from funnelcli.plain import NamedTuple
from funnelcli.queries.lists import some

COUNTED = f"(SELECT m.id FROM {counted_for(':id')})"


class Consent(NamedTuple):
    """A consent to be contacted; ``given_on`` and ``withdrawn_on`` are plain dates as ISO text."""

    channel: str
    given_on: str
    how: str | None
    withdrawn_on: str | None


def consents(conn: sqlite3.Connection, contact_id: int) -> list[Consent]:
    """The consents of a contact, the earliest first, withdrawn ones too."""
    rows = conn.execute(
        "SELECT channel, given_on, how, withdrawn_on FROM contact_consent WHERE contact_id = ?"
        " ORDER BY given_on, id",
        (contact_id,),
    )
    return [Consent(*row) for row in rows]


def deals(conn: sqlite3.Connection, contact_id: int) -> list[Deal]:
    """The deals that a contact has a part in, open ones first, the newest first of each."""
    return list(
        some(
            conn,
            DEAL,
            {"id": contact_id},
            where=f"d.contact_id IN {COUNTED} OR d.id IN"
            f" (SELECT x.deal_id FROM deal_contact AS x WHERE x.contact_id IN {COUNTED})",
            order="d.status <> 'open', d.id DESC",
        )
    )


def visits(
    conn: sqlite3.Connection, contact_id: int, *, spoken: bool = False, limit: int | None = None
) -> list[Visit]:
    """The visits to a contact, the latest first; those at which somebody was ``spoken`` to."""
    where = f"v.contact_id IN {COUNTED}" + (f" AND {SPOKEN}" if spoken else "")
    return list(some(conn, VISIT, {"id": contact_id}, where=where, limit=limit))


def open_steps(conn: sqlite3.Connection, contact_id: int) -> list[Step]:
    """What is still to be done for a contact and for their deals, by due date."""
    whose = f"n.contact_id IN {COUNTED} OR d.contact_id IN {COUNTED}"
    where = f"({whose}) AND n.status = 'open'"
    return list(some(conn, STEP, {"id": contact_id}, where=where))


def notes(conn: sqlite3.Connection, contact_id: int, limit: int | None = None) -> list[Note]:
    """The notes on a contact and on their deals, the latest first."""
    where = f"x.contact_id IN {COUNTED} OR d.contact_id IN {COUNTED}"
    return list(some(conn, NOTE, {"id": contact_id}, where=where, limit=limit))


def people(conn: sqlite3.Connection, contact_id: int) -> list[Contact]:
    """The people of an organisation, by name."""
    return list(
        some(conn, CONTACT, {"id": contact_id}, where="c.organisation_id = :id", order="c.search")
    )


def public_id(conn: sqlite3.Connection, contact_id: int) -> str:
    """The public id of a contact."""
    row = conn.execute("SELECT public_id FROM contact WHERE id = ?", (contact_id,)).fetchone()
    return str(row[0])


def last_changes(conn: sqlite3.Connection) -> dict[int, int]:
    """When contacts were last changed themselves, in UTC seconds by id, as far as the journal
    knows each by itself."""
    rows = conn.execute(
        "SELECT j.row_id, max(k.at) FROM journal AS j JOIN command AS k ON k.id = j.command_id"
        " WHERE j.table_name = 'contact' GROUP BY j.row_id"
    )
    return dict(rows.fetchall())
