"""A day's visits in order, with addresses, and who is due near them."""

from __future__ import annotations

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import current
from funnelcli.db.places import opened
from funnelcli.i18n import N_
from funnelcli.nouns.printed import Printed
from funnelcli.pages.route import Route, map_page, route_page
from funnelcli.queries import route as stored
from funnelcli.render import Page
from funnelcli.typed import Annotated
from funnelcli.values import dates
from funnelcli.values.days import AHEAD


@gives(Printed(data=Route._fields, parts=True))
@examples(
    "funnel route", "funnel route tomorrow", "funnel route fri --near 20 --md", "funnel route --map"
)
def route(
    day: Annotated[
        str | None, Argument(metavar="[DATE]", help=N_("The day; today without it."))
    ] = None,
    near: Annotated[
        int,
        Option(
            "--near", metavar="N", min=0, help=N_("At most so many due contacts near the stops.")
        ),
    ] = 10,
    on_map: Annotated[
        bool, Option("--map", help=N_("Only the link that opens the map with all stops."))
    ] = False,
) -> Page:
    """Show a day's visits in order."""
    call = current()
    when = dates.today() if day is None else dates.parse_date(day, AHEAD)
    with call.read() as conn, opened() as places:
        driven = stored.drive(conn, when, places)
        around = stored.near(conn, driven, when, near, places) if near and not on_map else []
    if on_map:
        return map_page(driven)
    return route_page(when, driven, around, stored.Roads(), call.output.locale)
