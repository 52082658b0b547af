"""New contacts that a note from outside names: found again where they are on file, else added."""

from __future__ import annotations

import sqlite3

from funnelcli import config
from funnelcli.actions import contacts
from funnelcli.actions.incoming import Waits
from funnelcli.db import rows
from funnelcli.formats.prospects import Prospect
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.queries import twins
from funnelcli.text import name_fold, search_key
from funnelcli.typed import Any

# What only a person has.
_OF_PEOPLE = ("job_title", "birthday")


def on_file(conn: sqlite3.Connection, named: Prospect) -> int | None:
    """The contact that somebody is with certainty: the one of that name who is reached by one of
    the numbers or addresses. Raises Waits where it may be one, or has no name."""
    if not named.called:
        raise Waits("unclear", _("the new contact has no name"))
    numbers = contacts.numbers_of(named.phones, named.country)
    reached = twins.sharing(conn, 0, named.emails, numbers)
    certain = [one for one, name in reached if name_fold(name) == name_fold(named.called)]
    if len(certain) == 1:
        return certain[0]
    alike = twins.alike(conn, named.called, named.emails, numbers)
    if alike:
        people = ", ".join(f"{name} ({one})" for one, name in alike)
        raise Waits("on_file", _("they may be on file already: {people}").format(people=people))
    return None


def add_contact(conn: sqlite3.Connection, named: Prospect) -> int:
    """Add somebody new, with their organisation where that is not on file; the contact's id."""
    fields: dict[str, Any] = {name: text for name, text in columns(named).items() if text}
    if not named.name:
        fields["kind"] = "organisation"
        for name in _OF_PEOPLE:
            fields.pop(name, None)
    elif named.organisation:
        fields["organisation_id"] = _organisation(conn, named.organisation)
    return contacts.add(conn, named.called, fields=fields, emails=named.emails, phones=named.phones)


def columns(named: Prospect) -> dict[str, str]:
    """What is said of somebody, by the columns of a contact and of a note in the tray."""
    names = (*_OF_PEOPLE, "street", "postcode", "town", "region", "country", "website")
    return {name: getattr(named, name) for name in names}


def _organisation(conn: sqlite3.Connection, name: str) -> int:
    """The organisation of that name; a new one where there is none, or several."""
    found = conn.execute(
        "SELECT id FROM contact WHERE kind = 'organisation' AND search = ? LIMIT 2",
        (search_key(name),),
    ).fetchall()
    if len(found) == 1:
        return int(found[0][0])
    return contacts.add(conn, name, fields={"kind": "organisation"})


def fill(conn: sqlite3.Connection, contact_id: int, named: Prospect) -> None:
    """Give a contact what it lacks of what is said of somebody."""
    said = columns(named)
    held = rows.read(conn, "contact", ("kind", "organisation_id", *said), contact_id)
    assert held is not None
    gaps: rows.Row = {name: text for name, text in said.items() if text and not held[name]}
    if held["kind"] == "organisation":
        gaps = {name: value for name, value in gaps.items() if name not in _OF_PEOPLE}
    elif named.name and named.organisation and held["organisation_id"] is None:
        gaps["organisation_id"] = _organisation(conn, named.organisation)
    rows.update(conn, "contact", contact_id, gaps)
    contacts.add_details(
        conn, contact_id, emails=named.emails, phones=named.phones, country=named.country
    )


def open_deal(conn: sqlite3.Connection, title: str, contact_id: int, at: int) -> int:
    """Open a deal for a new contact at an instant (UTC seconds), in the usual process; one without
    a title is called as the contact is. Raises NotFound."""
    from funnelcli.actions import deals

    naming.check(conn, contact=contact_id)
    (name,) = conn.execute("SELECT name FROM contact WHERE id = ?", (contact_id,)).fetchone()
    return deals.add(
        conn,
        title.strip() or name,
        process_id=naming.process_id(conn, None),
        currency=config.get("currency"),
        contact_id=contact_id,
        at=at,
    )
