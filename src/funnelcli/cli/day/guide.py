"""What to do in a deal's stage, and ticking what no record can show."""

from __future__ import annotations

from funnelcli.actions import business, criteria, standing
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import current
from funnelcli.cli.params import At, DealRef, Note
from funnelcli.i18n import N_, _
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.types import DEAL_OR_STAGE
from funnelcli.pages.business import business_page
from funnelcli.pages.guide import PRINTED, guide_page
from funnelcli.render import Changed, Page
from funnelcli.typed import Annotated

DealOrStage = Annotated[
    str,
    Argument(
        metavar=DEAL_OR_STAGE,
        help=N_("Its id, words of its name, or a stage before any deal: positioning."),
    ),
]


@gives(PRINTED)
@examples("funnel guide 12", "funnel guide mueller --json", "funnel guide positioning")
def guide(deal: DealOrStage) -> Page:
    """What to do with a deal now."""
    call = current()
    with call.open() as conn:
        stage_id = business.stage_named(conn, deal)
        if stage_id is not None:
            return business_page(conn, stage_id)
        return guide_page(conn, call.find(conn, DEAL, deal, write=False))


@gives((), data=("deal_id", *criteria.Criterion._fields))
@examples(
    "funnel deal tick 12 site_visited",
    'funnel deal tick 12 board_agreed --note "by phone" --at yesterday',
    "funnel deal tick 12 site_visited --clear",
)
def tick(
    deal: DealRef,
    key: Annotated[str, Argument(metavar="CRITERION", help=N_("The criterion's key."))],
    note: Note = None,
    clear: Annotated[bool, Option("--clear", help=N_("Take the tick back."))] = False,
    at: At = None,
) -> Changed:
    """Tick an exit criterion of your own."""
    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal)
        with call.change(conn):
            if clear:
                found = criteria.untick(conn, deal_id, key)
            else:
                found = criteria.tick(conn, deal_id, key, call.when(conn, at), note=note)
        title = standing.state(conn, deal_id).title
        text = _("{title}: no longer ticked: {what}") if clear else _("{title}: ticked: {what}")
        record = {"deal_id": deal_id, **found._asdict()}
        return Changed([text.format(title=title, what=found.text)], record, id=deal_id)
