"""Merging contacts that are the same."""

from __future__ import annotations

from typing import Annotated

import typer

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.invocation import current
from funnelcli.cli.merging import Take, merging, read_takes
from funnelcli.i18n import N_, ngettext
from funnelcli.nouns.contact import CONTACT, TAKEN
from funnelcli.queries.lists import one
from funnelcli.render import Changed


@gives(CONTACT)
@examples(
    "funnel contact merge 3 4",
    "funnel contact merge 3 4 9 --take town=4 --take job_title=9 --yes",
    "funnel contact merge mueller 4 --dry-run",
)
def merge(
    contact: Annotated[
        str, typer.Argument(metavar="CONTACT", help=N_("The one that stays: id or name."))
    ],
    others: Annotated[
        list[str], typer.Argument(metavar="CONTACT...", help=N_("Those that it takes over."))
    ],
    take: Take = None,
) -> Changed:
    """Merge contacts."""
    from funnelcli.actions import contact_merge

    call = current()
    with call.open() as conn:
        keep = call.find(conn, CONTACT, contact)
        gone = [*call.find_all(conn, CONTACT, others)]
        takes = read_takes(
            conn,
            CONTACT,
            take,
            TAKEN,
            lambda text: call.find(conn, CONTACT, text),
            [keep, *gone],
        )
        return merging(
            call,
            conn,
            CONTACT,
            [keep, *gone],
            lambda: contact_merge.merge(conn, keep, gone, takes),
            ngettext(
                "Merge {n} contact into {name}?", "Merge {n} contacts into {name}?", len(gone)
            ).format(n=len(gone), name=one(conn, CONTACT, keep).name),
        )
