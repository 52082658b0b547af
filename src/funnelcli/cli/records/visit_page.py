"""A visit's report to read and to print."""

from __future__ import annotations

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument
from funnelcli.cli.invocation import current
from funnelcli.cli.params import VisitRef
from funnelcli.i18n import N_
from funnelcli.nouns.visit import VISIT
from funnelcli.pages.visit import PRINTED, printed, visit_page
from funnelcli.render import Page
from funnelcli.typed import Annotated


@gives(PRINTED)
@examples("funnel visit show 5", "funnel visit show 5 --md", "funnel visit show mueller --json")
def show(
    visit: VisitRef,
) -> Page:
    """Show a report."""
    call = current()
    with call.read() as conn:
        visit_id = call.find(conn, VISIT, visit, write=False)
        return visit_page(conn, visit_id, call.output.locale)


@gives(VISIT)
@examples(
    "funnel visit print 5 > report.md",
    "funnel visit print 5 -o report.html",
    "funnel visit print 5 7 9 --html -o week.html",
)
def print_(
    visit: Annotated[list[str], Argument(metavar="VISIT...", help=N_("Ids, or words of names."))],
) -> Page:
    """Print reports as a document."""
    call = current()
    if call.output.format is None and call.output.path in (None, "-"):
        call.output.format = "md"
    with call.read() as conn:
        ids = [call.find(conn, VISIT, text, write=False) for text in visit]
        return printed(conn, list(dict.fromkeys(ids)), call.output.locale)
