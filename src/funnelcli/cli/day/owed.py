"""Who waits for an answer to an e-mail, and how long."""

from __future__ import annotations

from datetime import timedelta

from funnelcli import config
from funnelcli.cli.commands import examples, filter_words, filtered, gives
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import current
from funnelcli.cli.listing import listing
from funnelcli.cli.params import Limit, Sort, Words
from funnelcli.i18n import N_, ngettext
from funnelcli.nouns.message import OWED_MAIL
from funnelcli.queries.lists import listed
from funnelcli.render import Listing
from funnelcli.typed import Annotated
from funnelcli.values import dates


@gives(OWED_MAIL)
@filtered(OWED_MAIL)
@examples(
    "funnel owed",
    "funnel owed turn:ours 'days:>2'",
    "funnel owed turn:theirs contact:brandt --json",
    "funnel owed --all",
)
def owed(
    words: Words = None,
    everything: Annotated[
        bool,
        Option("--all", help=N_("Also what is older than the setting owed_days allows.")),
    ] = False,
    sort: Sort = None,
    limit: Limit = None,
) -> Listing:
    """Who waits for your answer, and whose answer you wait for. The longest wait comes first of
    each; what was settled otherwise goes with `funnel mail done`."""
    filters = filter_words(words)
    if everything:
        return listing(OWED_MAIL, filters, sort, limit)
    call = current()
    days = config.get("owed_days")
    first = (dates.today() - timedelta(days=days)).isoformat()
    with call.read() as conn:
        older = sum(1 for _row in listed(conn, OWED_MAIL, [*filters, f"since:<{first}"]))
    made = listing(OWED_MAIL, [*filters, f"since:{first}.."], sort, limit)
    if not filters:
        made.empty = OWED_MAIL.empty()
    if older and call.on_screen:
        text = ngettext(
            "{n} more is older than {days} days: --all",
            "{n} more are older than {days} days: --all",
            older,
        )
        made.notes = [*made.notes, text.format(n=older, days=days)]
    return made
