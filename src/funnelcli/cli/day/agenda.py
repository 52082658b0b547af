"""The agenda: days, a month, a calendar file."""

from __future__ import annotations

from datetime import timedelta

from funnelcli.actions.calendar_file import calendar_file
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import current
from funnelcli.cli.params import Limit
from funnelcli.cli.results import more_note
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.pages.agenda import AGENDA, days_page, month_page
from funnelcli.queries import agenda as stored
from funnelcli.render import Page, Text
from funnelcli.typed import Annotated
from funnelcli.values import dates
from funnelcli.values.days import AHEAD


@gives(AGENDA)
@examples(
    "funnel agenda",
    "funnel agenda next-week",
    "funnel agenda --month",
    "funnel agenda --week --mine",
    "funnel agenda -o funnel.ics",
)
def agenda(
    period: Annotated[
        str | None,
        Argument(metavar="[PERIOD]", help=N_("Which days: fri, next-week, 2026-12.")),
    ] = None,
    week: Annotated[bool, Option("--week", help=N_("This week, Monday to Sunday."))] = False,
    month: Annotated[bool, Option("--month", help=N_("The month as a grid."))] = False,
    days: Annotated[
        int | None,
        Option("--days", metavar="N", min=1, max=3660, help=N_("So many days; else 7.")),
    ] = None,
    limit: Limit = None,
) -> Page | Text:
    """Show the days to come."""
    call = current()
    given = [name for name, on in (("--week", week), ("--month", month), ("--days", days)) if on]
    if period is not None and week:
        given.append("PERIOD")
    if len(given) > 1:
        raise Usage(
            _("{one} and {other} cannot both be.").format(one=given[0], other=given[-1]),
            _("Say once which days."),
        )
    today = dates.today()
    chosen = None if period is None else dates.parse_period(period, AHEAD)
    first = chosen.start if chosen else today
    after = chosen.end if chosen and days is None else first + timedelta(days=days or 7)
    if week:
        first = today - timedelta(days=today.weekday())
        after = first + timedelta(days=7)
    if month:
        first = first.replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
    # A screen shows the first of what is late, and the first of what is to come.
    most = call.rows(limit)
    some = None if most is None else most + 1
    with call.read() as conn:
        owner = None
        if call.mine:
            from funnelcli.nouns.members import myself

            owner = myself(conn).id
        if call.output.named == "ics":
            whole = chosen is None and not given
            text, call.about = calendar_file(conn, None if whole else (first, after), owner)
            return Text(text)
        # What is late stands first, and not a second time on its day; a month has its past days.
        holds_today = first <= today < after
        start = first if month or not holds_today else today
        found = stored.entries(conn, start, after, None if month else some, owner)
        late = stored.entries(conn, None, start, some, owner) if holds_today else []
        unreachable = stored.unreachable(
            conn,
            after.isoformat(),
            stored.BEGINNING if holds_today else start.isoformat(),
            owner=owner,
        )
    locale = call.output.locale
    cut = more_note(most) if max(len(late), 0 if month else len(found)) == some else []
    late = late[:most]
    if month:
        return month_page(found, late, first, locale, unreachable, cut)
    return days_page(found[:most], late, first, after, locale, unreachable, cut)
