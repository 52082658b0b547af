"""Deals that change hands: from one user to another, with what is still to be done."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import notes
from funnelcli.actions.members import check_disposal
from funnelcli.db import rows
from funnelcli.errors import Refused
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.members import Member, me, name_of
from funnelcli.plain import NamedTuple
from funnelcli.values import dates


class Given(NamedTuple):
    """A deal that was handed over: the names of who had it, "" for nobody, and of its contact where
    that went along, and how many open steps did. ``same``: it was the receiver's already."""

    title: str
    before: str
    contact: str
    steps: int
    same: bool = False


def give(
    conn: sqlite3.Connection,
    deal_id: int,
    to: Member,
    *,
    with_contact: bool = False,
    note: str = "",
) -> Given:
    """Hand a deal over to a user with its open steps, and ``with_contact`` its contact. A note on
    the deal says who gave it to whom, and what ``note`` adds.

    Raises NotFound where there is no such deal; Refused where it or the contact is somebody
    else's, and for a user who may only read.
    """
    held = rows.read(conn, "deal", ("title", "contact_id", "owner_id"), deal_id)
    if held is None:
        raise naming.missing(DEAL, str(deal_id))
    if to.role == "reader":
        raise Refused(
            _("{name} may read and change nothing.").format(name=to.key),
            _("Make them a seller first: funnel user edit {name} --role seller").format(
                name=to.key
            ),
        )
    check_disposal(conn, "deal", [deal_id])
    before = _name(conn, held["owner_id"])
    steps = _move(conn, "step", "deal_id = ? AND status = 'open'", deal_id, to)
    contact = ""
    if with_contact and held["contact_id"] is not None:
        check_disposal(conn, "contact", [held["contact_id"]])
        if _move(conn, "contact", "id = ?", held["contact_id"], to):
            row = rows.read(conn, "contact", ("name",), held["contact_id"])
            contact = row["name"] if row is not None else ""
    same = held["owner_id"] == to.id
    if not same:
        rows.update(conn, "deal", deal_id, {"owner_id": to.id})
    if not same or steps or contact:
        _put_on_record(conn, deal_id, to, before, note)
    return Given(held["title"], before, contact, steps, same)


def _move(conn: sqlite3.Connection, table: str, where: str, record_id: int, to: Member) -> int:
    """Give the records of which ``where`` is true to a user; how many were not theirs before."""
    cursor = conn.execute(
        f"UPDATE {table} SET owner_id = ? WHERE {where} AND (owner_id IS NULL OR owner_id <> ?)",
        (to.id, record_id, to.id),
    )
    return cursor.rowcount


def _name(conn: sqlite3.Connection, member_id: int | None) -> str:
    row = None if member_id is None else rows.read(conn, "member", ("name",), member_id)
    return "" if row is None else str(row["name"])


def _put_on_record(
    conn: sqlite3.Connection, deal_id: int, to: Member, before: str, note: str
) -> None:
    giver = me(conn)
    by = "" if giver is None else name_of(conn, giver.key)
    receiver = name_of(conn, to.key)
    if before and by and by != before:
        text = _("handed over from {before} to {to}, by {by}")
    elif before:
        text = _("handed over from {before} to {to}")
    elif by:
        text = _("handed over to {to} by {by}")
    else:
        text = _("handed over to {to}")
    text = text.format(before=before, to=receiver, by=by)
    note = note.strip()
    notes.add(conn, f"{text}\n{note}" if note else text, deal_id=deal_id, at=dates.now())
