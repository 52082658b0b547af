"""Today's view."""

from __future__ import annotations

from funnelcli.cli.commands import examples
from funnelcli.cli.invocation import current
from funnelcli.pages.today import today_page
from funnelcli.render import Page


@examples("funnel", "funnel today --json")
def today() -> Page:
    """Show today."""
    call = current()
    with call.read() as conn:
        return today_page(conn, call.output.locale)
