"""Exchange rates, which bring the amounts of several currencies together in a report."""

from __future__ import annotations

from typing import Annotated

import typer

from funnelcli import config
from funnelcli.actions import figures
from funnelcli.cli import removing
from funnelcli.cli.commands import examples
from funnelcli.cli.invocation import current
from funnelcli.cli.removing import Ids
from funnelcli.i18n import N_, _
from funnelcli.nouns.exchange_rate import RATES
from funnelcli.queries import exchange_rates
from funnelcli.render import Changed, Listing
from funnelcli.values import dates
from funnelcli.values.exchange import parse_rate, rate_text


@examples("funnel exchange set USD 0.92", "funnel exchange set CHF 1,04 --from 2026-01-01")
def set_(
    currency: Annotated[str, typer.Argument(metavar="CURRENCY", help=N_("Like USD."))],
    rate: Annotated[
        str, typer.Argument(metavar="RATE", help=N_("What one unit is worth in your currency."))
    ],
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help=N_("From which day on; today without it.")),
    ] = None,
) -> Changed:
    """Store an exchange rate."""
    from funnelcli.values.money import check_currency

    call = current()
    code = check_currency(currency)
    base = config.get("currency")
    day = call.date(since) or dates.today().isoformat()
    value = parse_rate(rate)
    with call.open() as conn:
        with call.change(conn):
            rate_id = figures.set_rate(conn, code, base, value, day)
        record = exchange_rates.exchange_rate(conn, rate_id)
    text = _("1 {currency} = {rate} {base} from {day} on").format(
        currency=code, rate=rate_text(value), base=base, day=day
    )
    return Changed([text], record, RATES, rate_id)


@examples("funnel exchange list")
def list_() -> Listing:
    """List exchange rates."""
    with current().read() as conn:
        rows = list(exchange_rates.exchange_rates(conn))
    return Listing(RATES, rows, empty=_("No exchange rates yet: funnel exchange set USD 0.92"))


@examples("funnel exchange remove 3")
def remove(rate: Ids) -> Changed:
    """Remove exchange rates."""
    return removing.by_id(rate, figures.remove_rates, _("Removed exchange rate {id}"))
