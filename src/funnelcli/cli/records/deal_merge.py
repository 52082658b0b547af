"""Merging deals that are the same sale."""

from __future__ import annotations

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument
from funnelcli.cli.merging import Take, merging
from funnelcli.i18n import N_, NN_
from funnelcli.nouns.deal import DEAL, TAKEN
from funnelcli.render import Changed
from funnelcli.typed import Annotated


@gives(DEAL)
@examples(
    "funnel deal merge 12 15",
    "funnel deal merge 12 15 18 --take value=15 --take stage=12 --yes",
    "funnel deal merge 12 15 --dry-run",
)
def merge(
    deal: Annotated[str, Argument(metavar="DEAL", help=N_("The one that stays: id or name."))],
    others: Annotated[list[str], Argument(metavar="DEAL...", help=N_("Those that it takes over."))],
    take: Take = None,
) -> Changed:
    """Merge deals."""
    from funnelcli.actions import deal_merge

    return merging(
        DEAL,
        [deal, *others],
        take,
        TAKEN,
        deal_merge.merge,
        NN_("Merge {n} deal into {name}?", "Merge {n} deals into {name}?"),
    )
