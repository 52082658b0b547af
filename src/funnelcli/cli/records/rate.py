"""What an hour and a kilometre cost, each from a day on."""

from __future__ import annotations

from funnelcli.actions import effort
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument
from funnelcli.cli.invocation import current
from funnelcli.cli.listing import lister
from funnelcli.cli.params import FromDay
from funnelcli.cli.removing import removing
from funnelcli.cli.results import changed, unless_same
from funnelcli.i18n import N_, _
from funnelcli.nouns import words
from funnelcli.nouns.effort import RATE, RATE_KIND
from funnelcli.render import Changed
from funnelcli.typed import Annotated
from funnelcli.values import dates, daytext
from funnelcli.values.money import money_text, not_negative


@gives(RATE)
@examples("funnel rate set hour 60", 'funnel rate set km "0,42 €" --from 2026-01-01')
def set_(
    kind: Annotated[str, Argument(metavar=RATE_KIND, help=N_("hour or km."))],
    amount: Annotated[str, Argument(metavar="AMOUNT", help=N_("What one costs."))],
    start: FromDay = None,
) -> Changed:
    """Set what an hour or a kilometre costs."""
    call = current()
    key = words.choose(RATE_KIND.choices or {}, kind, "KIND")
    minor, currency = not_negative(call.money(amount), amount)
    day = call.date(start) or dates.today().isoformat()
    with call.open() as conn:
        with call.change(conn):
            rate_id = effort.set_rate(conn, key, minor, currency, day)
        line = _("From {day} {kind} costs {amount}").format(
            day=daytext.day(day),
            kind=RATE_KIND.name(key),
            amount=money_text(minor, currency),
        )
        return changed(conn, RATE, rate_id, [unless_same(call, line)])


list_ = lister(RATE, "funnel rate list")

remove = removing(RATE, effort.remove_rates, "funnel rate remove 2", help=N_("Ids."))
