"""What today's view shows of the work on deals: offers that run out, contracts that end.

Each part is loaded only where its table has rows at all.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from funnelcli.i18n import _
from funnelcli.render import Block, Listing

# Rows of each part; a day's view must fit a screen.
MOST = 12


def parts(conn: sqlite3.Connection) -> tuple[list[Block], dict[str, Any]]:
    """The blocks for people, and the whole lists for ``--json``."""
    blocks: list[Block] = []
    data: dict[str, Any] = {"offers": [], "contracts": []}
    has_offers, has_contracts = conn.execute(
        "SELECT EXISTS (SELECT 1 FROM offer), EXISTS (SELECT 1 FROM contract)"
    ).fetchone()
    if has_offers:
        from funnelcli.cli.offer_page import OFFERS, RUNNING_OUT
        from funnelcli.queries.offers import running_out

        offers = running_out(conn)
        data["offers"] = Listing(OFFERS, offers)
        if offers:
            title = _("Offers that run out, or have, without an answer")
            blocks.append(_block(RUNNING_OUT, offers, title, "offer list status:sent,expired"))
    if has_contracts:
        from funnelcli.cli.contract import CONTRACTS, ENDING
        from funnelcli.queries.contracts import soon

        contracts = soon(conn)
        data["contracts"] = Listing(CONTRACTS, contracts)
        if contracts:
            title = _("Contracts that end or can be cancelled soon")
            blocks.append(_block(ENDING, contracts, title, "contract list is:soon"))
    return blocks, data


def _block(columns: Any, rows: list[Any], title: str, command: str) -> Listing:
    notes = []
    if len(rows) > MOST:
        notes.append(_("{n} more: funnel {command}").format(n=len(rows) - MOST, command=command))
    return Listing(columns, rows[:MOST], title=title, notes=notes)
