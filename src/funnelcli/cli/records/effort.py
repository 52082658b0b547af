"""Effort: what selling takes, entered directly or made by visits and calls."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import effort, visits
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.entries import deal_or_contact, read
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import lister
from funnelcli.cli.params import At, DealOrContact, ForContact
from funnelcli.cli.removing import removing
from funnelcli.cli.results import changed
from funnelcli.cli.taking import Given, takes
from funnelcli.i18n import N_, _
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.effort import EFFORT, Total, total_text
from funnelcli.queries.lists import one
from funnelcli.render import Changed
from funnelcli.values.money import not_negative


@takes(EFFORT.options("add"))
@gives(EFFORT)
@examples(
    'funnel effort add "solar roof" --duration 2h --kind offer --note "wrote the offer"',
    "funnel effort add 12 --km 48 --expenses 12,50 --at yesterday",
    "funnel effort add --contact mueller -t 30m",
)
def add(
    of: DealOrContact = None,
    contact: ForContact = None,
    at: At = None,
    *,
    given: Given,
) -> Changed:
    """Record effort."""
    call = current()
    with call.open() as conn:
        deal_id, contact_id = _for(call, conn, of, contact)
        fields = read(call, conn, EFFORT, given)
        expenses = given.get("expenses")
        paid = None if expenses is None else not_negative(call.money(expenses), expenses)
        instant = call.when(conn, at)
        with call.change(conn):
            effort_id = effort.add(
                conn,
                deal_id=deal_id,
                contact_id=contact_id,
                at=instant,
                minutes=fields.get("minutes"),
                kilometres=fields.get("kilometres"),
                expenses=paid,
                note=fields.get("note"),
                kind=fields.get("kind"),
            )
        row = one(conn, EFFORT, effort_id)
        line = _("Effort {id}: {owner}").format(id=effort_id, owner=row.deal or row.contact)
        said = total_text(Total(row.minutes, row.kilometres, row.costs, row.unrated))
        return changed(conn, EFFORT, effort_id, [f"{line}, {said}"])


def _for(
    call: Invocation, conn: sqlite3.Connection, of: str | None, contact: str | None
) -> tuple[int | None, int | None]:
    """The deal and the contact that effort is for: a deal if one is called so; a contact's one
    open deal is the deal."""
    if contact is not None:
        contact_id = call.find(conn, CONTACT, contact)
        return (None if of is None else call.find(conn, DEAL, of)), contact_id
    deal_id, named_id = deal_or_contact(call, conn, of)
    return deal_id if named_id is None else visits.open_deal_of(conn, named_id), named_id


list_ = lister(
    EFFORT,
    "funnel effort list date:this-month",
    'funnel effort list deal:"solar roof" --csv -o effort.csv',
    "funnel effort list is:unrated kind:travel",
)

remove = removing(EFFORT, effort.remove, "funnel effort remove 5", help=N_("Ids."))
