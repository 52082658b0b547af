"""A contract's page."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import _
from funnelcli.nouns.attachment import ATTACHMENT
from funnelcli.nouns.contract import CONTRACT, Contract, cancel_style
from funnelcli.nouns.printed import Printed
from funnelcli.pages.attachment import files_listing
from funnelcli.pages.withdrawal import withdrawal_text
from funnelcli.queries import attachments
from funnelcli.queries.lists import one
from funnelcli.render import Block, Column, Facts, Listing, Page, Prose
from funnelcli.values import daytext
from funnelcli.values.money import format_money

PRINTED = Printed(CONTRACT, CONTRACT, ("files",))
# What today's view shows of those that end soon.
ENDING: tuple[Column, ...] = (
    Column("deal", "Deal", flex=True),
    Column("contact", "Contact", flex=True),
    Column("value", "Value", "money", drop=2),
    Column("cancel_by", "Cancel by", "date", style=cancel_style),
    Column("ends_on", "Ends", "date", drop=1),
)


def _day(found: str | None) -> str:
    return daytext.day(found) if found else ""


def contract_page(conn: sqlite3.Connection, contract_id: int, locale: str) -> Page:
    """What was signed, until when it runs, and its files."""
    found = one(conn, CONTRACT, contract_id)
    value = "" if found.value is None else format_money(found.value, found.currency, locale)
    pairs = [
        (_("Deal"), found.deal),
        (_("Contact"), found.contact or ""),
        (_("Value"), value),
        (_("Signed on"), daytext.day(found.signed_on)),
        (_("Signed by"), found.signed_by or ""),
        (_("Starts"), _day(found.starts_on)),
        (_("Ends"), daytext.beside(found.ends_on) if found.ends_on else ""),
        (_("Notice"), found.notice or ""),
        (_("Cancel by"), daytext.beside(found.cancel_by) if found.cancel_by else ""),
        (_("Document"), found.document or ""),
        (_("Withdrawal instruction"), _day(found.instruction_on)),
        (_("Revocable until"), withdrawal_text(conn, found.deal_id)),
        (_("Goods received"), _day(found.received_on)),
        (_("Public id"), found.public_id),
    ]
    title = found.name + " · " + _("contract {id}").format(id=found.id)
    blocks: list[Block] = [Facts(title, [pair for pair in pairs if pair[1]])]
    if found.notes:
        blocks.append(Prose(found.notes, _("Notes")))
    files = attachments.of_record(conn, "contract", contract_id)
    if files:
        blocks.append(files_listing(files))
    data = found.data()
    data["files"] = Listing(ATTACHMENT.columns, files)
    return Page(blocks, data, Listing(CONTRACT.columns, [found]), name="contract")


def contract_line(found: Contract) -> str:
    """The line that a new contract is reported with."""
    text = _("Contract {id}: {number}, for {deal}").format(
        id=found.id, number=found.number or _("without a number"), deal=found.deal
    )
    if found.ends_on is not None:
        text += ", " + _("until {day}").format(day=daytext.day(found.ends_on))
    if found.cancel_by is not None and found.cancel_by != found.ends_on:
        text += ", " + _("to be cancelled by {day}").format(day=daytext.beside(found.cancel_by))
    return text
