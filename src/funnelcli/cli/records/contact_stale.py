"""The contacts of whom nothing has to be kept any more."""

from __future__ import annotations

from datetime import timedelta

from funnelcli.cli.commands import examples, filter_words, filtered, gives
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import current
from funnelcli.cli.params import Limit, Words
from funnelcli.cli.results import more_note
from funnelcli.i18n import N_, _
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.extending import extended
from funnelcli.nouns.types import DAYS
from funnelcli.render import Listing
from funnelcli.typed import Annotated
from funnelcli.values import dates
from funnelcli.values.spans import span_days


@gives(CONTACT)
@filtered(CONTACT)
@examples(
    "funnel contact stale",
    "funnel contact stale --older 2y -is:customer",
    "funnel contact stale --ids | xargs -n1 funnel contact forget --yes",
)
def stale(
    words: Words = None,
    older: Annotated[
        str,
        Option("--older", metavar=DAYS, help=N_("For how long nothing was: 3y, 18m.")),
    ] = "3y",
    limit: Limit = None,
) -> Listing:
    """List the contacts to be forgotten: nobody has spoken to them, no deal was open and no note
    taken for so long; nothing is planned, and the law keeps no contract or offer."""
    from funnelcli.queries import lists, retention

    call = current()
    since = dates.day_start(dates.today() - timedelta(days=span_days(older, "--older")))
    most = call.rows(limit)
    conn = call.hold()
    found = retention.stale(conn, since, filter_words(words), None if most is None else most + 1)
    rows, more = lists.only(found, most)
    return Listing(
        extended(conn, CONTACT).columns,
        rows,
        empty=_("Nobody has been silent for so long."),
        notes=more_note(most) if more else [],
    )
