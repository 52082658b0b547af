"""Exchange rates, which bring the amounts of several currencies together in a report."""

from __future__ import annotations

from funnelcli import config
from funnelcli.actions import figures
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument
from funnelcli.cli.invocation import current
from funnelcli.cli.listing import lister
from funnelcli.cli.params import FromDay
from funnelcli.cli.removing import removing
from funnelcli.cli.results import changed, unless_same
from funnelcli.i18n import N_, _
from funnelcli.nouns.exchange_rate import EXCHANGE_RATE
from funnelcli.render import Changed
from funnelcli.typed import Annotated
from funnelcli.values import dates, daytext, reader
from funnelcli.values.exchange import RATE_DIGITS, parse_rate, rate_text
from funnelcli.values.numbers import shown


@gives(EXCHANGE_RATE)
@examples("funnel exchange set USD 0.92", "funnel exchange set CHF 1,04 --from 2026-01-01")
def set_(
    currency: Annotated[str, Argument(metavar="CURRENCY", help=N_("Like USD."))],
    rate: Annotated[
        str, Argument(metavar="RATE", help=N_("What one unit is worth in your currency."))
    ],
    since: FromDay = None,
) -> Changed:
    """Store an exchange rate."""
    from funnelcli.values.money import check_currency

    call = current()
    code = check_currency(currency)
    base = config.get("currency")
    day = call.date(since) or dates.today().isoformat()
    value = parse_rate(rate, call.output.locale)
    with call.open() as conn:
        with call.change(conn):
            rate_id = figures.set_rate(conn, code, base, value, day)
        reads = reader.reader()
        text = _("1 {currency} = {rate} {base} from {day} on").format(
            currency=code,
            rate=shown(value, RATE_DIGITS, reads.locale) if reads else rate_text(value),
            base=base,
            day=daytext.day(day),
        )
        return changed(conn, EXCHANGE_RATE, rate_id, [unless_same(call, text)])


list_ = lister(EXCHANGE_RATE, "funnel exchange list")

remove = removing(
    EXCHANGE_RATE, figures.remove_rates, "funnel exchange remove 3", help=N_("Their ids.")
)
