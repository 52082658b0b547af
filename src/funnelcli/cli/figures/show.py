"""The funnel of a process, now or on a past day."""

from __future__ import annotations

import sqlite3
from typing import Annotated

import typer

from funnelcli import config
from funnelcli.cli.commands import examples, filter_words, filtered, gives
from funnelcli.cli.invocation import current
from funnelcli.cli.params import Words
from funnelcli.errors import FunnelError, Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.types import PAST_DATE
from funnelcli.pages.funnel import PRINTED, funnel_page
from funnelcli.queries.funnel import funnel
from funnelcli.render import Page
from funnelcli.values import dates


@gives(PRINTED)
@filtered(DEAL)
@examples(
    "funnel show",
    "funnel show funnel --as-of 2026-09-30",
    "funnel show cycle tag:vip source:referral -o funnel.svg",
)
def show(
    words: Words = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar=PAST_DATE, help=N_("As it stood at the end of that day.")),
    ] = None,
    process: Annotated[
        str | None,
        typer.Option("--process", metavar="PROCESS", help=N_("The process; or name it first.")),
    ] = None,
) -> Page:
    """Show the funnel."""
    call = current()
    given = filter_words(words)
    at = None
    if as_of is not None:
        from funnelcli.reports.scope import end_of_day

        at = end_of_day(as_of)
    with call.read() as conn:
        process_id, rest = _process(conn, given, process)
        found = funnel(conn, process_id, now=dates.now(), at=at, filters=rest)
    return funnel_page(
        found, call.output.locale, call.encoding, filtered=bool(rest), past=as_of is not None
    )


def _process(
    conn: sqlite3.Connection, given: list[str], named: str | None
) -> tuple[int, list[str]]:
    """The process that is ``named``, or that the first word names, and the filter words."""
    if named is not None:
        return naming.process_id(conn, named), given
    if given and ":" not in given[0] and not given[0].startswith("-"):
        try:
            return naming.process_id(conn, given[0]), given[1:]
        except FunnelError as error:
            raise Usage(
                error.message, error.hint + " " + _("Filters come after it, like tag:vip.")
            ) from error
    return naming.process_id(conn, config.get("process")), given
