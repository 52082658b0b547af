"""A day's visits in order, with addresses, and who is due near them."""

from __future__ import annotations

from typing import Annotated

import typer

from funnelcli import config
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.invocation import current
from funnelcli.i18n import N_
from funnelcli.nouns.printed import Printed
from funnelcli.pages.route import Route, route_page
from funnelcli.queries import route as stored
from funnelcli.render import Page
from funnelcli.values import dates
from funnelcli.values.days import AHEAD


@gives(Printed(data=Route._fields, parts=True))
@examples("funnel route", "funnel route tomorrow", "funnel route fri --near 20 --md")
def route(
    day: Annotated[
        str | None, typer.Argument(metavar="[DATE]", help=N_("The day; today without it."))
    ] = None,
    near: Annotated[
        int,
        typer.Option(
            "--near", metavar="N", min=0, help=N_("At most so many due contacts near the stops.")
        ),
    ] = 10,
) -> Page:
    """Show a day's visits in order."""
    call = current()
    when = dates.today() if day is None else dates.parse_date(day, AHEAD)
    with call.read() as conn:
        order = stored.stops(conn, when, str(config.get("sender_town") or ""))
        around = stored.near(conn, order, when, near) if near else []
    return route_page(when, order, around, call.output.locale)
