"""The funnel of a process, now or on a past day."""

from __future__ import annotations

import sqlite3

from funnelcli.cli.commands import examples, filter_words, filtered, gives
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.params import Words
from funnelcli.errors import FunnelError, Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.members import only_mine
from funnelcli.nouns.types import PAST_DATE
from funnelcli.pages.funnel import PRINTED, funnel_page
from funnelcli.queries import processes
from funnelcli.queries.funnel import funnel, keep_up
from funnelcli.render import Page
from funnelcli.typed import TYPE_CHECKING, Annotated
from funnelcli.values import dates

if TYPE_CHECKING:
    from funnelcli.reports.model import Report
    from funnelcli.reports.question import Question


@gives(PRINTED)
@gives("pages.sales_route:PRINTED", option="--route")
@filtered(DEAL)
@examples(
    "funnel show",
    "funnel show funnel --as-of 2026-09-30",
    "funnel show cycle tag:vip source:referral -o funnel.svg",
    "funnel show --route",
    "funnel show --route funnel --by source --as-of 2026-09-30",
)
def show(
    words: Words = None,
    as_of: Annotated[
        str | None,
        Option("--as-of", metavar=PAST_DATE, help=N_("As it stood at the end of that day.")),
    ] = None,
    process: Annotated[
        str | None,
        Option("--process", metavar="PROCESS", help=N_("The process; or name it first.")),
    ] = None,
    route: Annotated[
        bool,
        Option("--route", help=N_("The sales route, the processes beside each other.")),
    ] = False,
    by: Annotated[
        list[str] | None,
        Option("--by", metavar="SLICE", help=N_("The sales route of each source, product.")),
    ] = None,
) -> Page:
    """Show the funnel."""
    call = current()
    given = filter_words(words)
    if route or by:
        return _route(call, given, process, as_of, by or [])
    at, before = None, keep_up
    if as_of is not None:
        from funnelcli.reports.scope import end_of_day
        from funnelcli.reports.statement import sort_in_pieces

        at, before = end_of_day(as_of), sort_in_pieces
    with call.read(before) as conn:
        process_id, rest = _process(conn, given, process)
        if call.mine:
            rest = only_mine(conn, rest)
        found = funnel(conn, process_id, now=dates.now(), at=at, filters=rest)
    return funnel_page(
        found, call.output.locale, call.encoding, filtered=bool(rest), past=as_of is not None
    )


def _route(
    call: Invocation, given: list[str], named: str | None, as_of: str | None, by: list[str]
) -> Page:
    """The sales route of a process, or of all that have deals."""
    from funnelcli.cli.figures.questions import answered, narrowed, question_of
    from funnelcli.pages.sales_route import route_page
    from funnelcli.reports import run
    from funnelcli.reports.question import check

    slices = [slice_ for slice_ in by if slice_ != "process"]
    asked = question_of(
        given, period=None, compare=False, as_of=as_of, process=None, by=["process", *slices]
    )

    def made(conn: sqlite3.Connection, question: Question) -> Report:
        if named is not None or _names_process(given):
            process_id, rest = _process(conn, given, named)
            question.filters = narrowed(call, conn, rest)
            question.process = processes.named(conn, process_id).key
        check("route", question)
        return run.make(conn, "route", question)

    return route_page(answered(call, asked, made), call.output.locale, call.encoding)


def _names_process(given: list[str]) -> bool:
    """Whether the first word is the name of a process, and no filter."""
    return bool(given) and ":" not in given[0] and not given[0].startswith(("-", "@", "("))


def _process(
    conn: sqlite3.Connection, given: list[str], named: str | None
) -> tuple[int, list[str]]:
    """The process that is ``named``, or that the first word names, and the filter words."""
    if named is not None:
        return naming.process_id(conn, named), given
    if _names_process(given):
        try:
            return naming.process_id(conn, given[0]), given[1:]
        except FunnelError as error:
            raise Usage(
                error.message, error.hint + " " + _("Filters come after it, like tag:vip.")
            ) from error
    return naming.process_id(conn, None), given
