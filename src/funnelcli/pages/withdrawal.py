"""A deal's withdrawal period on pages, and what today's view shows of those that end soon."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import withdrawal
from funnelcli.i18n import _
from funnelcli.nouns.deal import Deal
from funnelcli.nouns.placeholders import placeholder
from funnelcli.render import Column
from funnelcli.values import daytext

_RECEIVED = "funnel deal edit {id} --received-on DATE"


def withdrawal_text(conn: sqlite3.Connection, deal_id: int) -> str:
    """Until when a won deal can be withdrawn, and what that follows from; "" where it cannot."""
    now = withdrawal.standing_of(conn, deal_id)
    if now is None:
        return ""
    if now.until is None:
        return withdrawal.told(now)
    return f"{daytext.day(now.until)} ({withdrawal.told(now)})"


def receipt_command(conn: sqlite3.Connection, deal_id: int) -> list[str]:
    """What to type once the goods are received that a deal's period waits for."""
    now = withdrawal.standing_of(conn, deal_id)
    waits = now is not None and now.until is None
    return [placeholder(_RECEIVED).format(id=deal_id)] if waits else []


def _waits(deal: Deal) -> str:
    return "" if deal.revocable_until else _("goods not received")


def _command(deal: Deal) -> str:
    known = "funnel deal show {id}" if deal.revocable_until else _RECEIVED
    return placeholder(known).format(id=deal.id)


_REVOCABLE: tuple[Column, ...] = (
    Column("title", "Deal", flex=True),
    Column("contact", "Contact", flex=True),
    Column("value", "Value", "money", drop=2),
    Column("revocable_until", "Revocable until", "date"),
    Column("received_on", "Note", data=False, shown=_waits),
    Column("do", "Do", data=False, drop=1, solid=True, style=lambda deal: "dim", shown=_command),
)


def revocable_columns(deals: list[Deal]) -> list[Column]:
    """What today's view shows of wins whose period ends soon, or waits for the receipt of the
    goods."""
    wait = any(deal.revocable_until is None for deal in deals)
    return [column for column in _REVOCABLE if wait or column.key != "received_on"]
