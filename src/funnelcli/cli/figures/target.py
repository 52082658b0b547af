"""Targets of won value, which the pipeline is held against."""

from __future__ import annotations

from typing import Annotated

import typer

from funnelcli.actions import figures
from funnelcli.cli import removing
from funnelcli.cli.commands import examples
from funnelcli.cli.invocation import current
from funnelcli.cli.removing import Ids
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming
from funnelcli.nouns.target import TARGETS
from funnelcli.queries import targets
from funnelcli.render import Changed, Listing
from funnelcli.values import dates


@examples(
    "funnel target add 2026-Q4 250k",
    "funnel target add 2026 '1.000.000 €' --process cycle",
)
def add(
    period: Annotated[str, typer.Argument(metavar="PERIOD", help=N_("2026-Q4, 2026-11, 2026."))],
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help=N_("What is to be won in it."))],
    process: Annotated[
        str | None, typer.Option("--process", metavar="PROCESS", help=N_("Only of its deals."))
    ] = None,
) -> Changed:
    """Set a target."""
    call = current()
    span = dates.parse_period(period)
    minor, currency = call.money(amount)
    with call.open() as conn:
        process_id = None if process is None else naming.process_id(conn, process)
        with call.change(conn):
            target_id = figures.add_target(conn, span, minor, currency, process_id)
        record = targets.target(conn, target_id)
    from funnelcli.values.money import format_money

    text = _("Target {id} for {period}: {amount}").format(
        id=target_id,
        period=span.label,
        amount=format_money(minor, currency, call.output.locale),
    )
    return Changed([text], record, TARGETS, target_id)


@examples("funnel target list")
def list_() -> Listing:
    """List targets."""
    with current().read() as conn:
        rows = list(targets.targets(conn))
    return Listing(TARGETS, rows, empty=_("No targets yet: funnel target add 2026-Q4 250k"))


@examples("funnel target remove 2")
def remove(target: Ids) -> Changed:
    """Remove targets."""
    return removing.by_id(target, figures.remove_targets, _("Removed target {id}"))
