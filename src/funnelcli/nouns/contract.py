"""Contracts: what was signed, and until when it runs."""

from __future__ import annotations

from funnelcli.i18n import N_, NN_
from funnelcli.nouns import words
from funnelcli.nouns.dated import Dated
from funnelcli.nouns.field import Ask, Option, contact_name, deal_title, field, notes
from funnelcli.nouns.noun import Naming, Noun, Says, noted
from funnelcli.nouns.record import Record
from funnelcli.nouns.rules import CONTRACT_SOON
from funnelcli.nouns.types import (
    AMOUNT,
    DATE,
    DUE,
    ID,
    NAME,
    NOTICE,
    PAST_DATE,
    PATH,
    TEXT,
    one_of,
    record,
)
from funnelcli.values import dates

# A win can bring its contract along.
_SIGNED = "add edit win"


def cancel_style(contract: Contract) -> str:
    """How the last day for notice is drawn: what is still to come calls for attention."""
    if contract.cancel_by is None:
        return ""
    return "dim" if contract.cancel_by < dates.today().isoformat() else "warn"


class Contract(Record):
    """A contract. ``cancel_by`` is the last day for notice, ``value`` the deal's."""

    id: int = field("Id", ID, "k.id")
    public_id: str = field("Public id", table=False)
    number: str | None = field(
        "Number",
        TEXT.called("NUMBER"),
        "k.number",
        option=Option("--number", N_("Its number; or none.")),
    )
    deal_id: int = field("Deal id", record("DEAL", "deal"), table=False)
    deal: str = deal_title(drop=1)
    contact_id: int | None = field("Contact id", record("CONTACT", "contact"), table=False)
    contact: str | None = contact_name()
    value: int | None = field(
        "Value",
        AMOUNT,
        Ask("d.value", currency="d.currency", day="coalesce(d.won_on, d.closed_on)"),
        drop=5,
    )
    currency: str = field("Currency", table=False)
    signed_on: str = field(
        "Signed",
        DATE,
        Ask("k.signed_on", "signed"),
        option=Option(
            "--signed-on", N_("When it was signed."), on=_SIGNED, type=PAST_DATE, early=True
        ),
        drop=2,
    )
    signed_by: str | None = field(
        "Signed by",
        NAME,
        option=Option("--signed-by", N_("Who signed it."), on=_SIGNED),
        table=False,
    )
    starts_on: str | None = field(
        "Starts",
        DUE,
        Ask("k.starts_on", "starts"),
        option=Option("--starts", N_("The contract's first day; or none."), on=_SIGNED),
        drop=6,
    )
    ends_on: str | None = field(
        "Ends",
        DUE,
        Ask("k.ends_on", "ends"),
        option=Option(
            "--ends", N_("The contract's last day; or none."), on=_SIGNED, after="starts_on"
        ),
    )
    notice: str | None = field(
        "Notice",
        NOTICE,
        option=Option("--notice", N_("Its notice before the end: 3m, 6w, 30d."), on=_SIGNED),
        drop=7,
    )
    cancel_by: str | None = field(
        "Cancel by", DATE, Ask("k.cancel_by", "cancel"), style=cancel_style
    )
    document: str | None = field(
        "Document",
        PATH,
        option=Option("--document", N_("Where the signed paper is kept."), on=_SIGNED),
        table=False,
    )
    instruction_on: str | None = field(
        "Instruction given",
        DATE,
        option=Option(
            "--instruction-on",
            N_("When the consumer was instructed on the right of withdrawal."),
            type=PAST_DATE,
            early=True,
        ),
        table=False,
    )
    revocable_until: str | None = field("Revocable until", DATE, table=False)
    withdrawal_from: str | None = field(
        "Withdrawal period from", one_of("BEGIN", words.WITHDRAWAL_FROM), table=False
    )
    received_on: str | None = field("Goods received", DATE, table=False)
    notes: str | None = notes()

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.ends_on is not None and self.ends_on < dates.today().isoformat()

    @property
    def name(self) -> str:
        """What it is called: its number, else its deal."""
        return self.number or self.deal


CONTRACT = Noun(
    "contract",
    Contract,
    query="contracts",
    alias="k",
    order="k.id DESC",
    dated=[
        Dated(
            "starts_on",
            N_("the contract {what} begins"),
            "number",
            key="begin",
            show="contract show",
        ),
        Dated(
            "cancel_by",
            N_("last day to cancel the contract {what}"),
            "number",
            key="cancel_by",
            show="contract show",
        ),
        Dated(
            "ends_on",
            N_("the contract {what} ends"),
            "number",
            key="contract_end",
            show="contract show",
        ),
    ],
    named=Naming(
        "(SELECT d.search FROM deal AS d WHERE d.id = r.deal_id)",
        "coalesce(r.number || ' · ', '') || (SELECT d.title FROM deal AS d WHERE d.id = r.deal_id)"
        " || ' · ' || r.signed_on",
        number="number",
    ),
    says=Says(
        N_("No contract is called {name}."),
        N_("No contracts. `funnel win DEAL --contract NUMBER` records one."),
        N_("Removed contract {id}"),
        NN_("Remove {n} contract?", "Remove {n} contracts?"),
        absent=N_("There is no contract {name}."),
    ),
    flags={
        "soon": CONTRACT_SOON,
        "running": "(k.starts_on IS NULL OR k.starts_on <= :today)"
        " AND (k.ends_on IS NULL OR k.ends_on >= :today)",
        "ended": "k.ends_on < :today",
    },
    search=[
        "replace(lower(coalesce(k.number, '')), '-', ' ')",
        "d.search",
        "coalesce(c.search, '')",
    ],
    beside=[noted("k.notes")],
)
