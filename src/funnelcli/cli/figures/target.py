"""Targets of won value, which the pipeline is held against."""

from __future__ import annotations

from funnelcli.actions import figures
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import current
from funnelcli.cli.listing import lister
from funnelcli.cli.removing import removing
from funnelcli.cli.results import changed
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming
from funnelcli.nouns.target import TARGET
from funnelcli.nouns.types import PROCESS
from funnelcli.render import Changed
from funnelcli.typed import Annotated
from funnelcli.values import dates, daytext
from funnelcli.values.days import NEAREST


@gives(TARGET)
@examples(
    "funnel target add 2026-Q4 250k",
    "funnel target add 2026 '1.000.000 €' --process cycle",
)
def add(
    period: Annotated[str, Argument(metavar="PERIOD", help=N_("2026-Q4, 2026-11, 2026."))],
    amount: Annotated[str, Argument(metavar="AMOUNT", help=N_("What is to be won in it."))],
    process: Annotated[
        str | None, Option("--process", metavar=PROCESS, help=N_("Only of its deals."))
    ] = None,
) -> Changed:
    """Set a target."""
    from funnelcli.values.money import money_text

    call = current()
    span = dates.parse_period(period, NEAREST)
    minor, currency = call.money(amount)
    with call.open() as conn:
        process_id = None if process is None else naming.process_id(conn, process)
        with call.change(conn):
            target_id = figures.add_target(conn, span, minor, currency, process_id)
        text = _("Target {id} for {period}: {amount}").format(
            id=target_id,
            period=daytext.period(span.label),
            amount=money_text(minor, currency),
        )
        return changed(conn, TARGET, target_id, [text])


list_ = lister(TARGET, "funnel target list")

remove = removing(TARGET, figures.remove_targets, "funnel target remove 2", help=N_("Their ids."))
