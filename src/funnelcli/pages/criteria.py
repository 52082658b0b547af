"""The exit criteria of a stage as they are listed."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import criteria, withdrawal
from funnelcli.i18n import _
from funnelcli.nouns.placeholders import placeholder
from funnelcli.queries import deals
from funnelcli.render import Column
from funnelcli.typed import Any

CRITERIA: tuple[Column, ...] = (
    Column(
        "met",
        "Standing",
        "flag",
        shown=lambda one: _("fulfilled") if one["met"] else _("open"),
        style=lambda one: "good" if one["met"] else "warn",
    ),
    Column("key", "Key", typed=True, drop=2),
    Column("text", "What should be on record", flex=True),
    Column("manual", "By hand", "flag", table=False),
    Column("do", "Do", drop=1, solid=True, style=lambda one: "dim"),
)


def criteria_rows(conn: sqlite3.Connection, deal_id: int, stage_id: int) -> list[dict[str, Any]]:
    """The exit criteria of a stage as they are listed, with what to type for the open ones."""
    return [
        {
            "key": one.key,
            "text": one.text,
            "met": one.met,
            "manual": one.manual,
            "do": None if one.met else command(conn, deal_id, one.key),
        }
        for one in criteria.evaluate(conn, deal_id, stage_id)
    ]


def command(conn: sqlite3.Connection, deal_id: int, key: str) -> str:
    """What to type so that a criterion of the deal is met."""
    if key == "withdrawal_instruction" and (now := withdrawal.standing_of(conn, deal_id)):
        return placeholder(withdrawal.instruction_command(deal_id, now.contract_id))
    known = criteria.command(key)
    contact = deals.contact_of(conn, deal_id) or "CONTACT"
    return placeholder(known).format(id=deal_id, contact=placeholder(str(contact)))
