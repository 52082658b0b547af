"""Overhead: what a source or channel cost over a period, whatever deals it brought."""

from __future__ import annotations

from funnelcli.actions import effort
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import current
from funnelcli.cli.listing import lister
from funnelcli.cli.removing import removing
from funnelcli.cli.results import changed
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming
from funnelcli.nouns.effort import OVERHEAD
from funnelcli.nouns.types import SOURCE
from funnelcli.queries.lists import one
from funnelcli.render import Changed
from funnelcli.typed import Annotated
from funnelcli.values import dates, daytext
from funnelcli.values.money import money_text, not_negative


@gives(OVERHEAD)
@examples(
    'funnel overhead add 2500 --source fair --period 2026-03 --note "spring fair"',
    "funnel overhead add 1.200,00 --source ad --period 2026-Q3",
)
def add(
    amount: Annotated[str, Argument(metavar="AMOUNT", help=N_("What it cost."))],
    period: Annotated[
        str | None,
        Option("--period", metavar="PERIOD", help=N_("2026-03, 2026-Q3, 2026-05-04..2026-05-07 …")),
    ] = None,
    source: Annotated[
        str | None,
        Option("--source", metavar=SOURCE, help=N_("The source it was for: fair, ad …")),
    ] = None,
    note: Annotated[str | None, Option("--note", metavar="TEXT", help=N_("What it was."))] = None,
) -> Changed:
    """Record what a source cost over a period."""
    call = current()
    minor, currency = not_negative(call.money(amount), amount)
    span = dates.parse_period(call.need(period, "--period", _("Over which period?")))
    with call.open() as conn:
        key = None if source is None else naming.catalogue_key(conn, "source", source)
        with call.change(conn):
            overhead_id = effort.add_overhead(
                conn,
                source=key,
                starts_on=span.start.isoformat(),
                ends_on=span.end.isoformat(),
                amount=minor,
                currency=currency,
                note=call.long_text(note),
            )
        row = one(conn, OVERHEAD, overhead_id)
        line = _("Overhead {id}: {amount}, {period}").format(
            id=overhead_id,
            amount=money_text(minor, currency),
            period=daytext.period(span.label),
        )
        if row.source_name:
            line += f", {row.source_name}"
        return changed(conn, OVERHEAD, overhead_id, [line])


list_ = lister(OVERHEAD, "funnel overhead list", "funnel overhead list --json")

remove = removing(OVERHEAD, effort.remove_overhead, "funnel overhead remove 3", help=N_("Ids."))
