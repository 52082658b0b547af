"""Contracts: what was signed, and until when it runs."""

from __future__ import annotations

import sqlite3
from typing import Annotated

import typer

from funnelcli.actions import contracts
from funnelcli.cli.commands import examples, filter_words
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import listing
from funnelcli.cli.notes import edited
from funnelcli.cli.params import At, DealRef, Limit, Sort, Words
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import naming
from funnelcli.queries import contracts as stored
from funnelcli.render import Block, Changed, Column, Facts, Listing, Page, Prose
from funnelcli.values import dates
from funnelcli.values.money import format_money


def _cancel_style(contract: stored.Contract) -> str:
    if contract.cancel_by is None:
        return ""
    day = dates.today().isoformat()
    return "dim" if contract.cancel_by < day else "warn"


CONTRACTS: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("public_id", "Public id", table=False),
    Column("number", "Number"),
    Column("deal_id", "Deal id", "id", table=False),
    Column("deal", "Deal", flex=True, drop=3),
    Column("contact_id", "Contact id", "id", table=False),
    Column("contact", "Contact", flex=True, drop=4),
    Column("value", "Value", "money", drop=5),
    Column("currency", "Currency", table=False),
    Column("signed_on", "Signed", "date", drop=2),
    Column("signed_by", "Signed by", table=False),
    Column("starts_on", "Starts", "date", drop=6),
    Column("ends_on", "Ends", "date"),
    Column("notice", "Notice", drop=7),
    Column("cancel_by", "Cancel by", "date", drop=1, style=_cancel_style),
    Column("document", "Document", table=False),
    Column("instruction_on", "Instruction given", "date", table=False),
    Column("revocable_until", "Revocable until", "date", table=False),
    Column("notes", "Notes", table=False),
)
# What today's view shows of them.
ENDING: tuple[Column, ...] = (
    Column("deal", "Deal", flex=True),
    Column("contact", "Contact", flex=True, drop=3),
    Column("value", "Value", "money", drop=2),
    Column("cancel_by", "Cancel by", "date", style=_cancel_style),
    Column("ends_on", "Ends", "date", drop=1),
)
Ref = Annotated[
    str, typer.Argument(metavar="CONTRACT", help=N_("Its id, number, or words of its deal."))
]
SignedOn = Annotated[
    str | None, typer.Option("--signed-on", metavar="DATE", help=N_("When it was signed."))
]
SignedBy = Annotated[
    str | None, typer.Option("--signed-by", metavar="NAME", help=N_("Who signed it."))
]
Starts = Annotated[
    str | None, typer.Option("--starts", metavar="DATE", help=N_("Its first day; or none."))
]
Ends = Annotated[
    str | None, typer.Option("--ends", metavar="DATE", help=N_("Its last day; or none."))
]
Notice = Annotated[
    str | None,
    typer.Option("--notice", metavar="PERIOD", help=N_("How long before the end: 3m, 6w, 30d.")),
]
Document = Annotated[
    str | None,
    typer.Option("--document", metavar="PATH", help=N_("Where the signed paper is kept.")),
]
InstructionOn = Annotated[
    str | None,
    typer.Option(
        "--instruction-on",
        metavar="DATE",
        help=N_("When the consumer was instructed on the right of withdrawal."),
    ),
]
Notes = Annotated[
    str | None, typer.Option("--notes", metavar="TEXT", help=N_("Notes; - reads standard input."))
]


def find(call: Invocation, conn: sqlite3.Connection, text: str, *, write: bool = True) -> int:
    """The contract that ``text`` names: by its number first, then as every record is named."""
    row = conn.execute("SELECT id FROM contract WHERE number = ?", (text.strip(),)).fetchone()
    return int(row[0]) if row else call.find(conn, naming.CONTRACT, text, write=write)


def given(
    call: Invocation,
    *,
    number: str | None = None,
    signed_on: str | None = None,
    signed_by: str | None = None,
    starts: str | None = None,
    ends: str | None = None,
    notice: str | None = None,
    document: str | None = None,
    instruction_on: str | None = None,
    notes: str | None = None,
) -> dict[str, str | None]:
    """The columns of the options that were given; "none" empties one."""
    texts = {"number": number, "signed_by": signed_by, "document": document}
    days = {
        "signed_on": signed_on,
        "starts_on": starts,
        "ends_on": ends,
        "instruction_on": instruction_on,
    }
    fields: dict[str, str | None] = {
        name: None if text.strip() in ("", "none") else text.strip()
        for name, text in texts.items()
        if text is not None
    }
    fields |= {name: call.date(text) for name, text in days.items() if text is not None}
    if notice is not None:
        fields["notice"] = None if notice == "none" else contracts.check_notice(notice)
    if notes is not None:
        fields["notes"] = None if notes == "none" else call.long_text(notes)
    return fields


def line_of(found: stored.Contract) -> str:
    """The line that a new contract is reported with."""
    text = _("Contract {id}: {number}, for {deal}").format(
        id=found.id, number=found.number or _("without a number"), deal=found.deal
    )
    if found.ends_on is not None:
        text += ", " + _("until {day}").format(day=found.ends_on)
    if found.cancel_by is not None and found.cancel_by != found.ends_on:
        text += ", " + _("to be cancelled by {day}").format(day=found.cancel_by)
    return text


def _changed(conn: sqlite3.Connection, contract_id: int, lines: list[str]) -> Changed:
    return Changed(lines, stored.contract(conn, contract_id), CONTRACTS, id=contract_id)


@examples(
    "funnel contract add 12 --number C-2026-17 --starts 2027-01-01 --ends 2028-12-31 --notice 3m",
    'funnel contract add mueller --signed-on yesterday --signed-by "Eva Roth"',
)
def add(
    deal: DealRef,
    number: Annotated[
        str | None, typer.Option("--number", metavar="NUMBER", help=N_("Its number."))
    ] = None,
    signed_on: SignedOn = None,
    signed_by: SignedBy = None,
    starts: Starts = None,
    ends: Ends = None,
    notice: Notice = None,
    document: Document = None,
    instruction_on: InstructionOn = None,
    notes: Notes = None,
    at: At = None,
) -> Changed:
    """Put a contract on file."""
    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, naming.DEAL, deal, where="r.status <> 'lost'")
        fields = given(
            call,
            number=number,
            signed_on=signed_on,
            signed_by=signed_by,
            starts=starts,
            ends=ends,
            notice=notice,
            document=document,
            instruction_on=instruction_on,
            notes=notes,
        )
        day = dates.local_date(call.when(conn, at)).isoformat()
        with call.change(conn):
            contract_id = contracts.add(conn, deal_id, fields, day)
        return _changed(conn, contract_id, [line_of(stored.contract(conn, contract_id))])


@examples(
    "funnel contract list is:soon",
    "funnel contract list ends:2027 --sort cancel",
    "funnel contract list --csv -o contracts.csv",
)
def list_(words: Words = None, sort: Sort = None, limit: Limit = None) -> Listing:
    """List contracts."""
    return listing(
        CONTRACTS,
        stored.contracts,
        filter_words(words),
        sort,
        limit,
        empty=_("No contracts. `funnel win DEAL --contract NUMBER` records one."),
    )


@examples("funnel contract show C-2026-17")
def show(contract: Ref) -> Page:
    """Show a contract."""
    call = current()
    with call.open() as conn:
        found = stored.contract(conn, find(call, conn, contract, write=False))
    value = (
        "" if found.value is None else format_money(found.value, found.currency, call.output.locale)
    )
    pairs = [
        (_("Deal"), found.deal),
        (_("Contact"), found.contact or ""),
        (_("Value"), value),
        (_("Signed on"), found.signed_on),
        (_("Signed by"), found.signed_by or ""),
        (_("Starts"), found.starts_on or ""),
        (_("Ends"), found.ends_on or ""),
        (_("Notice"), found.notice or ""),
        (_("Cancel by"), found.cancel_by or ""),
        (_("Document"), found.document or ""),
        (_("Withdrawal instruction"), found.instruction_on or ""),
        (_("Revocable until"), found.revocable_until or ""),
        (_("Public id"), found.public_id),
    ]
    title = (found.number or found.deal) + " · " + _("contract {id}").format(id=found.id)
    blocks: list[Block] = [Facts(title, [pair for pair in pairs if pair[1]])]
    if found.notes:
        blocks.append(Prose(found.notes, _("Notes")))
    data = {column.key: getattr(found, column.key) for column in CONTRACTS}
    return Page(blocks, data, Listing(CONTRACTS, [found]))


@examples(
    "funnel contract edit C-2026-17 --ends 2029-12-31",
    "funnel contract edit 3 --document ~/contracts/c-2026-17.pdf",
)
def edit(
    contract: Ref,
    number: Annotated[
        str | None, typer.Option("--number", metavar="NUMBER", help=N_("Its number; or none."))
    ] = None,
    signed_on: SignedOn = None,
    signed_by: SignedBy = None,
    starts: Starts = None,
    ends: Ends = None,
    notice: Notice = None,
    document: Document = None,
    instruction_on: InstructionOn = None,
    notes: Notes = None,
) -> Changed:
    """Change a contract."""
    call = current()
    with call.open() as conn:
        contract_id = find(call, conn, contract)
        changes = given(
            call,
            number=number,
            signed_on=signed_on,
            signed_by=signed_by,
            starts=starts,
            ends=ends,
            notice=notice,
            document=document,
            instruction_on=instruction_on,
            notes=notes,
        )
        if not changes:
            raise Usage(
                _("Nothing to change."),
                _("`funnel contract edit --help` lists what can be changed."),
            )
        with call.change(conn):
            names = contracts.edit(conn, contract_id, changes)
        found = stored.contract(conn, contract_id)
        return _changed(conn, contract_id, [edited(found.number or found.deal, names)])


@examples("funnel contract remove 3")
def remove(
    contract: Annotated[
        list[str], typer.Argument(metavar="CONTRACT...", help=N_("Their ids or numbers."))
    ],
) -> Changed:
    """Remove contracts."""
    call = current()
    with call.open() as conn:
        ids = list(dict.fromkeys(find(call, conn, text) for text in contract))
        if len(ids) > 2:
            text = ngettext("Remove {n} contract?", "Remove {n} contracts?", len(ids))
            call.confirm(text.format(n=len(ids)))
        with call.change(conn):
            contracts.remove(conn, ids)
    return Changed([_("Removed contract {id}").format(id=i) for i in ids], ids=ids)
