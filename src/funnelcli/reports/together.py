"""All reports on one page: of one period, seen from one moment, with one meaning of "before"."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta

from funnelcli.i18n import _, ngettext
from funnelcli.plain import Plain
from funnelcli.reports import comparison, run
from funnelcli.reports import scope as scopes
from funnelcli.reports.declarations import REPORTS, Declared
from funnelcli.reports.model import Report
from funnelcli.reports.question import Question, period_of
from funnelcli.reports.wording import day_text
from funnelcli.values import dates, days, daytext
from funnelcli.values.dates import Period


class Page(Plain):
    """The period of a page, None where each report has its usual one; the moment (UTC seconds) of
    what stands, None for now; and what is before: a period, and the moment at its end, or without
    a period the whole page as it stood at that moment."""

    period: Period | None
    at: int | None
    old: Period | None = None
    before_at: int | None = None

    @property
    def sentence(self) -> str:
        """What the page is of, and what "before" means on it."""
        moment = dates.now() if self.at is None else self.at
        day = day_text(moment)
        if self.period is None:
            said = _("Each report has its usual period, seen from {day}.").format(day=day)
        else:
            said = _("Period: {period}. What stands, as it stood on {day}.").format(
                period=daytext.period(self.period.label), day=day
            )
            left = (self.period.end - dates.local_date(moment)).days - 1
            if left > 0:
                togo = ngettext("It has {n} day to go.", "It has {n} days to go.", left)
                said += " " + togo.format(n=left)
        if self.before_at is None:
            return said
        earlier = day_text(self.before_at)
        if self.old is None:
            return f"{said} " + _(
                "Before: the same, as this page would have shown it on {day}."
            ).format(day=earlier)
        return f"{said} " + _("Before: {period}; what stands, as it stood on {day}.").format(
            period=daytext.period(self.old.label), day=earlier
        )


def page_of(question: Question) -> Page:
    """The period, the moment and the "before" of the page that ``question`` asks for."""
    given = question.period
    period = None
    if given is not None and not dates.is_everything(given):
        period = dates.parse_period(given)
    page = Page(period, scopes.ended(question.as_of, period))
    if not question.compare:
        return page
    moment = dates.now() if page.at is None else page.at
    today = dates.local_date(moment)
    if period is None:
        page.before_at = _end_of(days.add(today, -1, "m"))
        return page
    page.old = period.previous()
    last = page.old.end - timedelta(days=1)
    # Seen from within the period before, that one is not over either.
    page.before_at = _end_of(last if last < today else today - (period.end - period.start))
    return page


def _end_of(day: date) -> int:
    return dates.day_start(day + timedelta(days=1)) - 1


def reports(conn: sqlite3.Connection, question: Question, page: Page) -> Iterator[Report]:
    """All reports of the page, those about stages once for each process that has deals."""
    used = scopes.used(conn)
    for name, declared in REPORTS.items():
        staged = declared.staged and question.process is None
        for process in used if staged else [question.process]:
            asked = _asked(declared, question, page)._replace(process=process)
            report = run.make(conn, name, asked)
            if page.before_at is not None:
                earlier = _earlier(declared, asked, page)._replace(process=process)
                before = run.make(conn, name, earlier)
                old = period_of(declared, earlier)
                comparison.set_beside(report, before, period_of(declared, asked), old)
            yield report


def _asked(declared: Declared, question: Question, page: Page) -> Question:
    """What the page asks of a report."""
    asked = question._replace(compare=False)
    if page.period is None:
        # A report that cannot do without a period keeps its own beside those of all time.
        asked.period = None if declared.bounded else question.period
    elif declared.moment:
        asked.as_of = page.at
        asked.period = page.period.label if declared.aimed else None
    return asked


def _earlier(declared: Declared, asked: Question, page: Page) -> Question:
    """What the page asks of the report that stands beside."""
    earlier = asked._replace()
    if page.old is None or declared.moment:
        earlier.as_of = page.before_at
    if page.old is not None and asked.period is not None:
        earlier.period = page.old.label
    return earlier
