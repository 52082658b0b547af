"""Merging contacts that are the same."""

from __future__ import annotations

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument
from funnelcli.cli.merging import Take, merging
from funnelcli.i18n import N_, NN_
from funnelcli.nouns.contact import CONTACT, TAKEN
from funnelcli.render import Changed
from funnelcli.typed import Annotated


@gives(CONTACT)
@examples(
    "funnel contact merge 3 4",
    "funnel contact merge 3 4 9 --take town=4 --take job_title=9 --yes",
    "funnel contact merge mueller 4 --dry-run",
)
def merge(
    contact: Annotated[
        str, Argument(metavar="CONTACT", help=N_("The one that stays: id or name."))
    ],
    others: Annotated[
        list[str], Argument(metavar="CONTACT...", help=N_("Those that it takes over."))
    ],
    take: Take = None,
) -> Changed:
    """Merge contacts."""
    from funnelcli.actions import contact_merge

    return merging(
        CONTACT,
        [contact, *others],
        take,
        TAKEN,
        contact_merge.merge,
        NN_("Merge {n} contact into {name}?", "Merge {n} contacts into {name}?"),
    )
