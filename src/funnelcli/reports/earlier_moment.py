"""What stands beside a report of a moment: the same report, as it stood earlier."""

from __future__ import annotations

import sqlite3
from datetime import date

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.reports.declarations import REPORTS
from funnelcli.reports.question import Earlier, Question, of_moment, period_of
from funnelcli.reports.run import make
from funnelcli.reports.scope import end_of_day
from funnelcli.values import dates, days, daytext
from funnelcli.values.dates import Period


def of(conn: sqlite3.Connection, name: str, question: Question) -> Earlier | None:
    """What a report of a moment is compared with: itself, as it stood at an earlier one; None for
    a report of a period, or where nothing is compared.

    Raises Usage for a day to compare with that does not lie before.
    """
    if not question.compare or not of_moment(name, question):
        return None
    period = period_of(REPORTS[name], question)
    day, old = _earlier_day(question, period)
    at = end_of_day(day.isoformat())
    assert at is not None
    asked = question._replace(
        as_of=at, compare=False, period="all" if old is None else old.label, since=None
    )
    report = make(conn, name, asked)
    shown = daytext.day(day)
    note = _("Before: the same as it stood at the end of {day}.").format(day=shown)
    if not report.period:
        old = None
    if period is not None and old is not None and old != period:
        note = _(
            "Before: {old} as it stood at the end of {day}, as far into it as this is into"
            " {period}."
        ).format(old=daytext.period(old.label), day=shown, period=daytext.period(period.label))
    return Earlier(report, shown, old, note)


def _earlier_day(question: Question, period: Period | None) -> tuple[date, Period | None]:
    """The day to compare with, and the period that it is asked about: as far back as the period
    is long, a month without one; the day that was asked for, and the same period."""
    moment = dates.now() if question.as_of is None else question.as_of
    today = dates.local_date(moment)
    if question.since is not None:
        if question.since >= today:
            raise Usage(
                _("{day} does not lie before {today}.").format(
                    day=daytext.day(question.since), today=daytext.day(today)
                ),
                _("--since takes a day before the one that is shown."),
            )
        return question.since, period
    if period is None:
        return days.add(today, -1, "m"), None
    old = period.previous()
    if period.start.day == period.end.day == 1:
        months = (period.start.year - old.start.year) * 12 + period.start.month - old.start.month
        return days.add(today, -months, "m"), old
    return today - (period.end - period.start), old
