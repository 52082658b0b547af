"""The figures: one command a report, and a page with all that matters on a Monday morning."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from funnelcli.cli.commands import examples, filter_words
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.params import Words
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.render import Listing, Page
from funnelcli.values import dates

if TYPE_CHECKING:
    from funnelcli.reports.making import Question

PeriodOption = Annotated[
    str | None,
    typer.Option(
        "--period",
        "-p",
        metavar="PERIOD",
        help=N_("The period: 2026-Q3, last-month, -90d, 2026-01..2026-03, all."),
    ),
]
Compare = Annotated[
    bool, typer.Option("--compare", help=N_("The period (or moment) before beside it."))
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help=N_("As it stood at the end of that day.")),
]
By = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="WHAT",
        help=N_("Slice by product, source, contact, organisation, tag, process or month."),
    ),
]
ProcessOption = Annotated[
    str | None, typer.Option("--process", metavar="PROCESS", help=N_("The deals' process."))
]
Explain = Annotated[
    bool, typer.Option("--explain", help=N_("The formula in words, with the numbers put in."))
]
Deals = Annotated[
    str | None,
    typer.Option(
        "--deals",
        metavar="ROW[:COLUMN]",
        help=N_("The deals behind a cell: offer:lost, 2026-12, all."),
    ),
]


def answer(
    name: str,
    words: list[str] | None,
    period: str | None,
    compare: bool,
    as_of: str | None,
    by: str | None,
    process: str | None,
    explain: bool,
    deals: str | None,
    *,
    since: date | None = None,
    **options: Any,
) -> Page | Listing:
    """A report as a page, or the deals behind one of its cells."""
    from funnelcli.pages.report import deals_listing, report_page
    from funnelcli.reports import earlier, making
    from funnelcli.reports.scope import end_of_day

    call = current()
    at = None if as_of is None else end_of_day(as_of)
    question = making.Question(filter_words(words), period, process, by, at, compare, options)
    question.since = since
    with _opened(call, question) as conn:
        question.before = earlier.of(conn, name, question)
        if deals is not None:
            ids, cell = making.deals_behind(conn, name, question, deals)
            return deals_listing(conn, ids, cell)
        made = making.make(conn, name, question)
    return report_page(call, made, explain=explain)


@contextmanager
def _opened(call: Invocation, question: Question) -> Iterator[sqlite3.Connection]:
    """The database for a question: one state of it, for the connections of the parts too."""
    from funnelcli.db.transaction import read_only
    from funnelcli.reports import parts
    from funnelcli.reports.asking import sort_in_pieces

    with call.open() as conn:
        sort_in_pieces(conn)
        with read_only(conn), parts.opened(conn) as question.parts:
            yield conn


def _plain(name: str, *lines: str) -> Callable[..., Any]:
    """The command of a report that has no options of its own."""

    def command(
        words: Words = None,
        period: PeriodOption = None,
        compare: Compare = False,
        as_of: AsOf = None,
        by: By = None,
        process: ProcessOption = None,
        explain: Explain = False,
        deals: Deals = None,
    ) -> Any:
        return answer(name, words, period, compare, as_of, by, process, explain, deals)

    return examples(*lines)(command)


snapshot = _plain(
    "snapshot",
    "funnel report snapshot",
    "funnel report snapshot --as-of 2026-09-30 --by source",
    "funnel report snapshot --deals offer:open",
)
flow = _plain(
    "flow", "funnel report flow --period last-quarter", "funnel report flow --deals needs:lost"
)
velocity = _plain(
    "velocity", "funnel report velocity --explain", "funnel report velocity --by product"
)
cycle = _plain("cycle", "funnel report cycle", "funnel report cycle --period 2026 --by source")
slippage = _plain(
    "slippage",
    "funnel report slippage",
    "funnel report slippage -p last-quarter --deals all:slipped",
)
coverage = _plain(
    "coverage", "funnel report coverage", "funnel report coverage --period 2026-Q4 --explain"
)
ageing = _plain("ageing", "funnel report ageing", "funnel report ageing --deals offer:over")
cost = _plain("cost", "funnel report cost --period this-year", "funnel report cost --explain")
cac = _plain("cac", "funnel report cac --period 2026 --explain", "funnel report cac --by source")
sources = _plain(
    "sources",
    "funnel report sources --period this-year",
    "funnel report sources --deals fair:won",
)
retention = _plain("retention", "funnel report retention --period 2026")
referrals = _plain("referrals", "funnel report referrals --period this-year")
satisfaction = _plain("satisfaction", "funnel report satisfaction --period last-quarter")
losses = _plain(
    "losses",
    "funnel report losses --period this-quarter --compare",
    "funnel report losses -o l.csv",
)
objections = _plain("objections", "funnel report objections --by product")
activity = _plain("activity", "funnel report activity --period this-quarter")


@examples(
    "funnel report conversion --period 2026",
    "funnel report conversion --rule strict --by source",
    "funnel report conversion funnel tag:vip --compare -p last-quarter",
)
def conversion(
    words: Words = None,
    period: PeriodOption = None,
    compare: Compare = False,
    as_of: AsOf = None,
    by: By = None,
    process: ProcessOption = None,
    explain: Explain = False,
    deals: Deals = None,
    rule: Annotated[
        str,
        typer.Option(
            "--rule",
            metavar="RULE",
            help=N_("reached (that stage or further), any (stayed in it), strict (in all up to)."),
        ),
    ] = "reached",
) -> Any:
    """Show how many deals came how far."""
    rules = ("reached", "any", "strict")
    if rule not in rules:
        raise Usage(
            _("There is no rule {name}.").format(name=rule),
            _("Write one of: {keys}.").format(keys=", ".join(rules)),
        )
    return answer(
        "conversion", words, period, compare, as_of, by, process, explain, deals, rule=rule
    )


@examples(
    "funnel report win-rate --period this-year --compare",
    "funnel report win-rate --by month",
    "funnel report win-rate source:fair --cohort -p 2026-Q1",
)
def win_rate(
    words: Words = None,
    period: PeriodOption = None,
    compare: Compare = False,
    as_of: AsOf = None,
    by: By = None,
    process: ProcessOption = None,
    explain: Explain = False,
    deals: Deals = None,
    cohort: Annotated[
        bool, typer.Option("--cohort", help=N_("By the day of creation instead of closing."))
    ] = False,
) -> Any:
    """Show the win rate."""
    return answer(
        "win-rate", words, period, compare, as_of, by, process, explain, deals, cohort=cohort
    )


@examples(
    "funnel report time-in-stage",
    "funnel report time-in-stage --per-deal --period 2026",
    "funnel report time-in-stage --deals negotiation:lasting",
)
def time_in_stage(
    words: Words = None,
    period: PeriodOption = None,
    compare: Compare = False,
    as_of: AsOf = None,
    by: By = None,
    process: ProcessOption = None,
    explain: Explain = False,
    deals: Deals = None,
    per_deal: Annotated[
        bool, typer.Option("--per-deal", help=N_("Add up a deal's stays in the same stage."))
    ] = False,
) -> Any:
    """Show how long deals stay in each stage."""
    return answer(
        "time-in-stage",
        words,
        period,
        compare,
        as_of,
        by,
        process,
        explain,
        deals,
        per_deal=per_deal,
    )


@examples(
    "funnel report forecast",
    "funnel report forecast --period this-quarter --by product",
    "funnel report forecast --since 2026-10-31",
    "funnel report forecast --backtest",
)
def forecast(
    words: Words = None,
    period: PeriodOption = None,
    compare: Compare = False,
    as_of: AsOf = None,
    by: By = None,
    process: ProcessOption = None,
    explain: Explain = False,
    deals: Deals = None,
    backtest: Annotated[
        bool, typer.Option("--backtest", help=N_("How past forecasts came true."))
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="DATE", help=N_("Beside it the same months as they stood that day.")
        ),
    ] = None,
) -> Any:
    """Show the forecast."""
    if since is not None and backtest:
        raise Usage(
            _("A past forecast was made at the start of its month."),
            _("Leave out --since, or --backtest."),
        )
    return answer(
        "forecast",
        words,
        period,
        compare or since is not None,
        as_of,
        by,
        process,
        explain,
        deals,
        since=None if since is None else dates.parse_date(since),
        backtest=backtest,
    )


@examples(
    "funnel report movement",
    "funnel report movement --period last-quarter --explain",
    "funnel report movement -p 2026-10 --due 2026-Q4 --deals pushed_out",
)
def movement(
    words: Words = None,
    period: PeriodOption = None,
    compare: Compare = False,
    as_of: AsOf = None,
    by: By = None,
    process: ProcessOption = None,
    explain: Explain = False,
    deals: Deals = None,
    due: Annotated[
        str | None,
        typer.Option("--due", metavar="PERIOD", help=N_("Only the value that is due in this.")),
    ] = None,
) -> Any:
    """Show how the open value changed."""
    if by == "month" or period == "all":
        raise Usage(
            _("A movement needs a period, and months of their own do not balance."),
            _("Say which: --period 2026-Q3, last-month, -90d."),
        )
    window = None if due is None else dates.parse_period(due)
    return answer(
        "movement", words, period, compare, as_of, by, process, explain, deals, due=window
    )


@examples("funnel report all", "funnel report all --period last-week --compare -o monday.html")
def all_(
    words: Words = None,
    period: PeriodOption = None,
    compare: Compare = False,
    as_of: AsOf = None,
    process: ProcessOption = None,
    explain: Explain = False,
) -> Page:
    """Show all figures on one page."""
    from funnelcli.pages.report import all_page
    from funnelcli.reports import earlier, making, scope
    from funnelcli.reports.names import REPORTS

    call = current()
    at = None if as_of is None else scope.end_of_day(as_of)
    made = []
    question = making.Question(filter_words(words), period, process, None, at)
    with _opened(call, question) as conn:
        for name, entry in REPORTS.items():
            question.compare = compare
            # A report that cannot do without a period keeps its own beside those of all time.
            question.period = None if entry.bounded and period == "all" else period
            question.before = earlier.of(conn, name, question)
            # Without a period there is none before it; a moment always has an earlier one.
            question.compare = compare and bool(question.period or entry.period or question.before)
            made.append(making.make(conn, name, question))
        others = [] if process else scope.others(conn)
    return all_page(call, made, others, explain=explain)
