"""Today's view."""

from __future__ import annotations

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.invocation import current
from funnelcli.pages.today import PRINTED, today_page
from funnelcli.queries.funnel import keep_up
from funnelcli.render import Page


@gives(PRINTED)
@examples("funnel", "funnel today --mine", "funnel today --json")
def today() -> Page:
    """Show today."""
    call = current()
    with call.read(keep_up) as conn:
        mine = None
        if call.mine:
            from funnelcli.nouns.members import myself

            mine = myself(conn)
        return today_page(conn, call.output.locale, whole=not call.on_screen, mine=mine)
