"""A note of the tray to read, and what was made of one."""

from __future__ import annotations

import sqlite3

from funnelcli.actions.incoming import Received
from funnelcli.i18n import _
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.step import STEP, Step
from funnelcli.nouns.tray import KIND, ORIGIN, REASON, TRAY, TrayNote
from funnelcli.nouns.visit import VISIT, Visit
from funnelcli.pages.attachment import files_listing
from funnelcli.pages.contact import address_of
from funnelcli.queries.attachments import of_record
from funnelcli.queries.lists import one
from funnelcli.render import Block, Column, Facts, Listing, Page, Prose
from funnelcli.typed import Any
from funnelcli.values import daytext

FILED: tuple[Column, ...] = (
    Column("contact_id", "Contact id", "id"),
    Column("contact", "Contact"),
    Column("new_contact", "New contact", "flag"),
    Column("deal_id", "Deal id", "id"),
    Column("deal", "Deal"),
    Column("visit_id", "Visit", "id"),
    Column("note_id", "Note", "id"),
    Column("step_id", "Next step", "id"),
    Column("recognised", "Recognised", "tags"),
)


def tray_page(conn: sqlite3.Connection, found: TrayNote, place: str = "") -> Page:
    """All that a note of the tray says, and why it waits; ``place`` is where it stands among
    others."""
    who = [found.person, found.organisation, found.job_title]
    next_ = [found.next_step, found.due and daytext.day(found.due[:10])]
    pairs = [
        (_("Kind"), KIND.name(found.kind)),
        (_("From"), ORIGIN.name(found.origin)),
        (_("Why"), ": ".join(filter(None, (REASON.name(found.reason), found.detail)))),
        (_("Date"), daytext.due(found.happened_on, found.starts)),
        (_("Sender"), " ".join(filter(None, (found.sender_name, found.sender)))),
        (_("Subject"), found.subject or ""),
        (_("Person"), ", ".join(filter(None, who))),
        (_("Phone"), found.phone or ""),
        (_("E-mail"), found.email or ""),
        (_("Address"), address_of(found)),
        (_("Birthday"), _birthday(found.birthday or "")),
        (_("Website"), found.website or ""),
        (_("Next"), ", ".join(filter(None, next_))),
        (_("Later"), daytext.day(found.later_until) if found.later_until else ""),
    ]
    title = found.name + " · " + _("note {id} in the tray").format(id=found.id)
    title = f"{place}  {title}" if place else title
    blocks: list[Block] = [Facts(title, [pair for pair in pairs if pair[1]])]
    blocks += [Prose(text) for text in (found.text, found.quoted) if text]
    files = of_record(conn, "tray", found.id)
    if files:
        blocks.append(files_listing(files))
    return Page(blocks, found.data(), Listing(TRAY.columns, [found]), name="tray")


def filed_row(conn: sqlite3.Connection, filed: Received) -> dict[str, Any]:
    """What a note has become, for programs: ids and names, and what was recognised in it."""
    assert filed.contact_id is not None
    row: dict[str, Any] = {column.key: getattr(filed, column.key, None) for column in FILED}
    row["contact"] = one(conn, CONTACT, filed.contact_id).name
    of: Visit | Step | None = None
    if filed.visit_id is not None:
        of = one(conn, VISIT, filed.visit_id)
    elif filed.step_id is not None:
        of = one(conn, STEP, filed.step_id)
    if of is not None:
        row |= {"deal_id": of.deal_id, "deal": of.deal}
    elif filed.deal_id is not None:
        row["deal"] = one(conn, DEAL, filed.deal_id).title
    return row


def _birthday(text: str) -> str:
    return daytext.day(text) if text[:1].isdigit() else text
