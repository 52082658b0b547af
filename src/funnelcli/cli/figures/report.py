"""The figures: one command a report, and a page with all that matters on a Monday morning.

What a report is called and which options it takes stands in
:mod:`funnelcli.reports.declarations`; what an option is, once, in :data:`OPTIONS`.
"""

from __future__ import annotations

from collections.abc import Callable

from funnelcli.cli.commands import examples, filtered
from funnelcli.cli.declaring import Option, taking
from funnelcli.cli.figures.questions import answered, question_of
from funnelcli.cli.invocation import current
from funnelcli.cli.params import Words
from funnelcli.i18n import N_
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.types import PAST_DATE
from funnelcli.render import Listing, Page
from funnelcli.reports.declarations import REPORTS
from funnelcli.typed import TYPE_CHECKING, Annotated, Any
from funnelcli.values import dates
from funnelcli.values.days import AHEAD, BACK

if TYPE_CHECKING:
    import sqlite3

    from funnelcli.reports.model import Report
    from funnelcli.reports.question import Question


def _value(*names: str, metavar: str, help: str) -> Any:  # noqa: A002 - it is the word for it
    return Annotated[str | None, Option(*names, metavar=metavar, help=help)]


def _flag(name: str, text: str) -> Any:
    return Annotated[bool, Option(name, help=text)]


# Every option of the reports: its declaration, and what it is where it is not given.
OPTIONS: dict[str, tuple[Any, Any]] = {
    "period": (
        _value(
            "--period",
            "-p",
            metavar="PERIOD",
            help=N_("The period: 2026-Q3, last-month, -90d, 2026-01..2026-03, all."),
        ),
        None,
    ),
    "compare": (_flag("--compare", N_("The period (or moment) before beside it.")), False),
    "as_of": (
        _value("--as-of", metavar=PAST_DATE, help=N_("As it stood at the end of that day.")),
        None,
    ),
    "by": (
        Annotated[
            list[str] | None,
            Option(
                "--by",
                metavar="SLICE",
                help=N_(
                    "Slice by product, source, contact, organisation, people, decider, tag, owner,"
                    " process or month; twice for each pair of two."
                ),
            ),
        ],
        None,
    ),
    "process": (_value("--process", metavar="PROCESS", help=N_("The deals' process.")), None),
    "explain": (
        _flag("--explain", N_("The formula in words, with the numbers put in.")),
        False,
    ),
    "deals": (
        _value(
            "--deals",
            metavar="ROW[:COLUMN]",
            help=N_("The deals behind a cell: offer:lost, 2026-12, all."),
        ),
        None,
    ),
    "rule": (
        Annotated[
            str,
            Option(
                "--rule",
                metavar="RULE",
                help=N_(
                    "reached (that stage or further), any (stayed in it), strict (in all up to)."
                ),
            ),
        ],
        "reached",
    ),
    "cohort": (_flag("--cohort", N_("By the day of creation instead of closing.")), False),
    "per_deal": (_flag("--per-deal", N_("Add up a deal's stays in the same stage.")), False),
    "backtest": (_flag("--backtest", N_("How past forecasts came true.")), False),
    "since": (
        _value(
            "--since",
            metavar=PAST_DATE,
            help=N_("Beside it the same months as they stood that day."),
        ),
        None,
    ),
    "due": (
        _value("--due", metavar="PERIOD", help=N_("Only the value that is due in this.")),
        None,
    ),
}
COMMON = ("period", "compare", "as_of", "by", "process", "explain", "deals")


def __getattr__(name: str) -> Callable[..., Any]:
    """The command of the report ``name``, made from its declaration."""
    if name not in REPORTS:
        raise AttributeError(name)

    def command(words: list[str] | None, **given: Any) -> Page | Listing:
        return _answer(name, words, **given)

    report = REPORTS[name]
    return examples(*report.examples)(_taking(command, (*COMMON, *report.options)))


def _taking(command: Callable[..., Any], options: tuple[str, ...]) -> Callable[..., Any]:
    """``command`` as one that takes filter words and these options."""
    given = [("words", Words, None), *((name, *OPTIONS[name]) for name in options)]
    return filtered(DEAL)(taking(command, given))


def _answer(
    name: str,
    words: list[str] | None,
    *,
    explain: bool,
    deals: str | None,
    since: str | None = None,
    due: str | None = None,
    **given: Any,
) -> Page | Listing:
    """A report as a page, or the deals behind one of its cells."""
    from funnelcli.pages.report import deals_listing, report_page
    from funnelcli.reports import cells, earlier_moment, run
    from funnelcli.reports.question import check, of_moment, settle

    call = current()
    question = question_of(words, **given)
    if "due" in REPORTS[name].options:
        question.options["due"] = None if due is None else dates.parse_period(due, AHEAD)
    if since is not None:
        question.since, question.compare = dates.parse_date(since, BACK), True
    check(name, question)
    settle(name, question)

    def made(conn: sqlite3.Connection, question: Question) -> Report:
        question.before = earlier_moment.of(conn, name, question)
        return run.make(conn, name, question)

    def behind(conn: sqlite3.Connection, question: Question) -> tuple[list[int], str]:
        question.before = earlier_moment.of(conn, name, question)
        return cells.deals_behind(conn, name, question, str(deals))

    # What is set beside a moment is how things stood earlier.
    past = question.compare and of_moment(name, question)
    if deals is None:
        return report_page(answered(call, question, made, past=past), explain=explain)
    ids, cell = answered(call, question, behind, past=past)
    return deals_listing(call.hold(), ids, cell)


def _all(words: list[str] | None, *, explain: bool, **given: Any) -> Page:
    """All figures on one page."""
    from funnelcli.pages.report import all_page
    from funnelcli.reports import together

    call = current()
    question = question_of(words, **given)
    page = together.page_of(question)
    made = answered(
        call,
        question,
        lambda conn, question: [*together.reports(conn, question, page)],
        past=question.compare,
    )
    return all_page(made, page.sentence, compare=question.compare, explain=explain)


all = examples(  # noqa: A001 - the command's name
    "funnel report all", "funnel report all --period last-month --compare -o month.html"
)(_taking(_all, tuple(name for name in COMMON if name not in ("by", "deals"))))
