"""Merging deals that are the same sale."""

from __future__ import annotations

from typing import Annotated

import typer

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.invocation import current
from funnelcli.cli.merging import Take, merging, read_takes
from funnelcli.i18n import N_, ngettext
from funnelcli.nouns.deal import DEAL, TAKEN
from funnelcli.queries.lists import one
from funnelcli.render import Changed


@gives(DEAL)
@examples(
    "funnel deal merge 12 15",
    "funnel deal merge 12 15 18 --take value=15 --take stage=12 --yes",
    "funnel deal merge 12 15 --dry-run",
)
def merge(
    deal: Annotated[
        str, typer.Argument(metavar="DEAL", help=N_("The one that stays: id or name."))
    ],
    others: Annotated[
        list[str], typer.Argument(metavar="DEAL...", help=N_("Those that it takes over."))
    ],
    take: Take = None,
) -> Changed:
    """Merge deals."""
    from funnelcli.actions import deal_merge

    call = current()
    with call.open() as conn:
        keep = call.find(conn, DEAL, deal)
        gone = [*call.find_all(conn, DEAL, others)]
        takes = read_takes(
            conn,
            DEAL,
            take,
            TAKEN,
            lambda text: call.find(conn, DEAL, text),
            [keep, *gone],
        )
        return merging(
            call,
            conn,
            DEAL,
            [keep, *gone],
            lambda: deal_merge.merge(conn, keep, gone, takes),
            ngettext(
                "Merge {n} deal into {name}?", "Merge {n} deals into {name}?", len(gone)
            ).format(n=len(gone), name=one(conn, DEAL, keep).title),
        )
