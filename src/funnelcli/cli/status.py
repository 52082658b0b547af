"""What is due, in a few figures, and in one line for a prompt or a status bar."""

from __future__ import annotations

from typing import Annotated

import typer

from funnelcli.cli.commands import examples
from funnelcli.cli.invocation import current
from funnelcli.i18n import N_, _
from funnelcli.queries import status as stored
from funnelcli.render import Column, Facts, Listing, Page, Text

STATUS: tuple[Column, ...] = (
    Column("due", "Due today", "int"),
    Column("late", "Overdue", "int"),
    Column("visits", "Visits today", "int"),
    Column("callbacks", "Callbacks", "int"),
    Column("rotten", "Rotting", "int"),
    Column("stepless", "Without a next step", "int"),
    Column("open_deals", "Open deals", "int"),
)


@examples("funnel status", "funnel status --short", "funnel status --json=due,late")
def status(
    short: Annotated[
        bool, typer.Option("--short", help=N_("One line, and nothing where nothing is due."))
    ] = False,
) -> Page | Text:
    """Show what is due."""
    call = current()
    with call.read() as conn:
        if short:
            from funnelcli.prompt import line_of

            line = line_of(conn)
            return Text(f"{line}\n" if line else "")
        figures = {
            **stored.steps(conn),
            "rotten": stored.rotten(conn),
            "stepless": stored.stepless(conn),
            "open_deals": stored.open_deals(conn),
        }
    pairs = [(_(column.title), str(figures[column.key])) for column in STATUS]
    return Page([Facts("", pairs)], figures, Listing(STATUS, [figures]))
