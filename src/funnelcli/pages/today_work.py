"""What today's view shows of the work on deals: milestones that are late, customers who are due,
offers that run out, contracts that end, periods of withdrawal.

Each part is loaded only where its table has rows at all.
"""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import _
from funnelcli.queries.agenda import command_of, on_file
from funnelcli.render import Block, Column, Listing
from funnelcli.typed import Any

# Rows of each part; a day's view must fit a screen.
MOST = 12
# The names of the parts in ``--json``.
NAMES = ("milestones", "care", "offers", "contracts", "revocable")
# The lists that show on request what is one's own alone.
_OF_ONE = ("agenda", "deal list", "step list")


def parts(conn: sqlite3.Connection, owner: int | None = None) -> tuple[list[Block], dict[str, Any]]:
    """The blocks for people, and the whole lists for ``--json``; of one user or of all."""
    blocks: list[Block] = []
    data: dict[str, Any] = {name: [] for name in NAMES}
    has = on_file(conn)
    if has.milestones:
        from funnelcli.nouns.milestone import MILESTONE
        from funnelcli.queries.milestones import late

        milestones = late(conn, owner)
        data["milestones"] = Listing(MILESTONE.columns, milestones)
        if milestones:
            shown = [
                column
                for column in MILESTONE.columns
                if column.key in ("due", "name", "deal", "standing")
            ]
            shown.append(do("milestone"))
            blocks.append(_block(shown, milestones, _("Late milestones"), "milestone list is:late"))
    if has.care:
        from funnelcli.nouns.care import PLAN
        from funnelcli.queries.care import due

        plans = due(conn, owner)
        data["care"] = Listing(PLAN.columns, plans)
        if plans:
            hidden = ("id", "every_days", "complaints")
            shown = [column for column in PLAN.columns if column.key not in hidden] + [do("care")]
            blocks.append(_block(shown, plans, _("Customers to be in touch with"), "care list"))
    if has.offers:
        from funnelcli.nouns.offer import OFFER
        from funnelcli.pages.offer import RUNNING_OUT
        from funnelcli.queries.offers import running_out

        offers = running_out(conn, owner)
        data["offers"] = Listing(OFFER.columns, offers)
        if offers:
            title = _("Offers that run out, or have, without an answer")
            shown = [*RUNNING_OUT, do("offer")]
            blocks.append(_block(shown, offers, title, "offer list status:sent,expired"))
    if has.contracts:
        from funnelcli.nouns.contract import CONTRACT
        from funnelcli.pages.contract import ENDING
        from funnelcli.queries.contracts import soon

        contracts = soon(conn, owner)
        data["contracts"] = Listing(CONTRACT.columns, contracts)
        if contracts:
            title = _("Contracts that end or can be cancelled soon")
            shown = [*ENDING, do("contract_end")]
            blocks.append(_block(shown, contracts, title, "contract list is:soon"))
    if has.revocable:
        from funnelcli.nouns.deal import DEAL
        from funnelcli.nouns.extending import columns_of
        from funnelcli.pages.withdrawal import revocable_columns
        from funnelcli.queries.deals import revocable_soon

        deals = revocable_soon(conn, owner)
        data["revocable"] = Listing(columns_of(DEAL, deals), deals)
        if deals:
            title = _("Wins that can still be withdrawn")
            shown = revocable_columns(deals)
            blocks.append(_block(shown, deals, title, "deal list is:revocable", owner))
    return blocks, data


def more_note(rows: int, command: str, owner: int | None = None) -> list[str]:
    """The footnote of a part, of one user or of all, that has more rows than are shown."""
    if rows <= MOST:
        return []
    if owner is not None and command.startswith(_OF_ONE):
        command += " --mine"
    return [_("{n} more: funnel {command}").format(n=rows - MOST, command=command)]


def do(kind: str) -> Column:
    """The column with the command that deals with a row: one of SOURCES in queries.agenda."""
    return Column(
        "do",
        "Do",
        data=False,
        drop=1,
        solid=True,
        style=lambda row: "dim",
        shown=lambda row: command_of(kind, row.id, row.contact_id, row.__dict__.get("deal_id")),
    )


def _block(
    columns: Any, rows: list[Any], title: str, command: str, owner: int | None = None
) -> Listing:
    notes = more_note(len(rows), command, owner)
    return Listing(columns, rows[:MOST], title=title, notes=notes)
