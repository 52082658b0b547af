"""How the day stands, in one line."""

from __future__ import annotations

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import current
from funnelcli.i18n import N_, _
from funnelcli.prompt import status
from funnelcli.render import Column, Listing, Page, Prose
from funnelcli.typed import Annotated
from funnelcli.values import dates

STATUS = (
    Column("date", "Date", "date"),
    Column("due", "Due", "int"),
    Column("late", "Late", "int"),
    Column("rotten", "Rotten", "int"),
)


@gives(STATUS)
@examples("funnel status", "funnel status --short", "funnel status --json")
def status_(
    short: Annotated[
        bool,
        Option("--short", help=N_("Only the line, for a prompt; nothing is nothing.")),
    ] = False,
) -> Page | None:
    """Say how the day stands."""
    call = current()
    with call.read() as conn:
        found = status.count(conn, dates.today().isoformat(), dates.now())
    listing = Listing(STATUS, [found])
    if short and call.output.format is None:
        return Page([Prose(found.line)], None, None) if found.line else None
    data = {column.key: getattr(found, column.key) for column in STATUS}
    return Page([Prose(found.line or _("Nothing is due."))], data, listing)
