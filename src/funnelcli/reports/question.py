"""What a user asks of a report, before anything is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import date

from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, every
from funnelcli.nouns import words
from funnelcli.plain import NamedTuple, Plain, made
from funnelcli.reports.declarations import REPORTS, SLICES, Declared
from funnelcli.reports.model import Report
from funnelcli.typed import TYPE_CHECKING, Any
from funnelcli.values import dates
from funnelcli.values.choosing import listed, named
from funnelcli.values.dates import Period

if TYPE_CHECKING:
    from funnelcli.queries.kept import Keeping

RULES = {"reached": N_("reached"), "any": N_("any"), "strict": N_("strict")}
"""By what a deal counts in a stage of a conversion."""


class Earlier(NamedTuple):
    """A report as it stood at the end of an earlier ``day`` (ISO), about ``period``; ``note`` says
    so in a sentence."""

    report: Report
    day: str
    period: Period | None
    note: str


class Question(Plain):
    """What a user asks of a report; texts as they were typed, checked here."""

    filters: Sequence[str] = ()
    period: str | None = None
    process: str | None = None
    by: tuple[str, ...] = ()
    as_of: int | None = None
    compare: bool = False
    options: dict[str, Any] = made(factory=dict)
    since: date | None = None
    """The day with which a report of a moment is compared; without one it follows the period."""
    before: Earlier | None = None
    """What a report of a moment is compared with, as :mod:`funnelcli.reports.earlier_moment`
    makes it."""
    parts: Sequence[sqlite3.Connection] = ()
    answers: dict[Any, list[Any]] = made(factory=dict)
    """What the database has answered already: several reports ask the same."""
    keeping: Keeping | None = None
    """What is kept of a large database, as :mod:`funnelcli.queries.kept` has it."""


def slice_key(text: str, more: Callable[[], Sequence[Sequence[str]]] = tuple) -> str:
    """What reports are sliced by that ``text`` names, by its key, its title in either language, or
    a part of one that no other has; ``more`` gives keys with their names that count where none of
    the program's own does. Raises Usage with those that there are, or that it may be."""
    entries: list[Sequence[str]] = [(key, *every(title)) for key, title in SLICES.items()]
    found = named(entries, text)
    if found is None:
        others = [*more()]
        found = named(others, text)
        entries += others
    if found is None:
        raise Usage(
            _("Reports cannot be sliced by {name}.").format(name=text),
            _("Write one of: {keys}.").format(keys=listed(entries)),
        )
    return found


def check(name: str, question: Question) -> None:
    """Raise Usage for what the report ``name`` cannot be asked."""
    if len(question.by) > 2 or len({*question.by}) < len(question.by):
        raise Usage(
            _("A report is sliced by two at most, and by each once."),
            _("Write it like: --by source --by product."),
        )
    if REPORTS[name].bounded and ("month" in question.by or question.period == "all"):
        raise Usage(
            _("A movement needs a period, and months of their own do not balance."),
            _("Say which: --period 2026-Q3, last-month, -90d."),
        )
    if "rule" in question.options:
        question.options["rule"] = words.choose(RULES, question.options["rule"], "--rule")
    if question.since is not None and question.options.get("backtest"):
        raise Usage(
            _("A past forecast was made at the start of its month."),
            _("Leave out --since, or --backtest."),
        )


def of_moment(name: str, question: Question) -> bool:
    """Whether the report shows how things stand at a moment: it is compared with an earlier one,
    not with an earlier period."""
    return REPORTS[name].moment and not question.options.get("backtest")


def settle(name: str, question: Question) -> None:
    """Let a report of how things stand, in which no period chooses, follow the period all the
    same: it shows the end of one that is over. Raises Usage for what is no period."""
    from funnelcli.reports.scope import ended

    declared = REPORTS[name]
    if declared.moment and not declared.due and question.period:
        question.as_of = ended(question.as_of, period_of(declared, question))


def period_of(declared: Declared, question: Question) -> Period | None:
    """The period that a report is asked about, its usual one where none was, as seen from the
    moment asked about; None for all time.

    Raises Usage for what is no period.
    """
    if question.period:
        if dates.is_everything(question.period):
            return None
        return dates.parse_period(question.period)
    if not declared.period:
        return None
    day = dates.today() if question.as_of is None else dates.local_date(question.as_of)
    return dates.parse_period(declared.period, on=day)
