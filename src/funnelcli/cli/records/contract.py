"""Contracts: what was signed, and until when it runs."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import contracts
from funnelcli.cli.changing import changing
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument
from funnelcli.cli.entries import Since, read, since
from funnelcli.cli.invocation import current
from funnelcli.cli.listing import lister
from funnelcli.cli.params import At, DealRef
from funnelcli.cli.removing import removing
from funnelcli.cli.results import changed, revocable_lines
from funnelcli.cli.taking import Given, takes
from funnelcli.i18n import N_
from funnelcli.nouns.contract import CONTRACT, Contract
from funnelcli.nouns.deal import DEAL, Deal
from funnelcli.pages.contract import PRINTED, contract_line, contract_page
from funnelcli.queries.lists import one
from funnelcli.render import Changed, Page
from funnelcli.typed import Annotated
from funnelcli.values import dates
from funnelcli.values.days import BACK

Ref = Annotated[str, Argument(metavar="CONTRACT", help=N_("Its id, number, or words of its deal."))]


def _since(deal: Deal, given: Given, signed: str) -> Since:
    """What the days of a contract that is ``signed`` (ISO) unless one says otherwise do not lie
    before."""
    return since(current().date(given.get("signed_on"), BACK) or signed, deal.opened_on)


@takes(CONTRACT.options("add"))
@gives(CONTRACT)
@examples(
    "funnel contract add 12 --number C-2026-17 --starts 2027-01-01 --ends 2028-12-31 --notice 3m",
    'funnel contract add mueller --signed-on yesterday --signed-by "Eva Roth"',
)
def add(deal: DealRef, at: At = None, *, given: Given) -> Changed:
    """Put a contract on file."""
    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal, only="not lost")
        deal_now = one(conn, DEAL, deal_id)
        day = None if at is None else dates.local_date(call.when(conn, at)).isoformat()
        usual = day or deal_now.won_on or dates.today().isoformat()
        fields = read(call, conn, CONTRACT, given, _since(deal_now, given, usual))
        with call.change(conn):
            contract_id = contracts.add(conn, deal_id, fields, day)
        line = contract_line(one(conn, CONTRACT, contract_id))
        return changed(conn, CONTRACT, contract_id, [line, *revocable_lines(conn, deal_id)])


list_ = lister(
    CONTRACT,
    "funnel contract list is:soon",
    "funnel contract list ends:2027 --sort cancel",
    "funnel contract list --csv -o contracts.csv",
)


@gives(PRINTED)
@examples("funnel contract show C-2026-17")
def show(contract: Ref) -> Page:
    """Show a contract."""
    call = current()
    with call.open() as conn:
        contract_id = call.find(conn, CONTRACT, contract, write=False)
        return contract_page(conn, contract_id, call.output.locale)


def _period(conn: sqlite3.Connection, contract: Contract, names: list[str]) -> list[str]:
    """Until when the deal can be withdrawn, where that may have changed."""
    follows = {"signed_on", "instruction_on"} & set(names)
    return revocable_lines(conn, contract.deal_id) if follows else []


edit = changing(
    CONTRACT,
    contracts.edit,
    "funnel contract edit C-2026-17 --ends 2029-12-31",
    "funnel contract edit 3 --document ~/contracts/c-2026-17.pdf",
    "funnel contract edit 3 --instruction-on 2026-11-24",
    ref=Ref,
    name=lambda contract: contract.name,
    after=_period,
    since=lambda conn, contract, given: _since(
        one(conn, DEAL, contract.deal_id), given, contract.signed_on
    ),
)


remove = removing(
    CONTRACT, contracts.remove, "funnel contract remove 3", help=N_("Their ids or numbers.")
)
