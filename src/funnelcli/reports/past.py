"""What reports ask of the past: how the deals stood at a moment, and what stands beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from funnelcli import dates, datewords
from funnelcli.dates import Period
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.reports import asking, making
from funnelcli.reports.making import Earlier, Question
from funnelcli.reports.names import REPORTS
from funnelcli.reports.scope import end_of_day


def look(conn: sqlite3.Connection, names: Sequence[str], question: Question) -> dict[str, Earlier]:
    """Make ready what ``question`` asks of the past; call it before the connection is made
    read-only.

    That is the deals as they stood at its moment, and, where it is to be compared, each report
    of ``names`` that shows a moment as it stood at an earlier one. Raises Usage for a day to
    compare with that does not lie before.
    """
    found: dict[str, Earlier] = {}
    days: dict[date, list[str]] = {}
    if question.compare:
        for name in names:
            if making.of_moment(name, question):
                day, _old = _earlier_day(question, _period(name, question))
                days.setdefault(day, []).append(name)
    for day, shown in days.items():
        at = end_of_day(day.isoformat())
        assert at is not None
        known = _temporary(conn)
        asking.look_back(conn, at)
        for name in shown:
            found[name] = _as_it_stood(conn, name, question, at)
        for table in _temporary(conn) - known:
            conn.execute(f'DROP TABLE temp."{table}"')
    if question.as_of is not None:
        in_order = question.options.get("rule") == "strict"
        asking.look_back(conn, question.as_of, in_order=in_order)
    return found


def _earlier_day(question: Question, period: Period | None) -> tuple[date, Period | None]:
    """The day to compare with, and the period that it is asked about: as far back as the period
    is long, a month without one; the day that was asked for, and the same period."""
    moment = dates.now() if question.as_of is None else question.as_of
    today = dates.local_date(moment)
    if question.since is not None:
        if question.since >= today:
            raise Usage(
                _("{day} does not lie before {today}.").format(
                    day=question.since.isoformat(), today=today.isoformat()
                ),
                _("--since takes a day before the one that is shown."),
            )
        return question.since, period
    if period is None:
        return datewords.add(today, -1, "m"), None
    old = period.previous()
    if period.start.day == period.end.day == 1:
        months = (period.start.year - old.start.year) * 12 + period.start.month - old.start.month
        return datewords.add(today, -months, "m"), old
    return today - (period.end - period.start), old


def _period(name: str, question: Question) -> Period | None:
    """The period that a report is asked about, its usual one where none was; None for all time."""
    text = question.period or REPORTS[name].period
    return None if text in ("", "all") else dates.parse_period(text)


def _as_it_stood(conn: sqlite3.Connection, name: str, question: Question, at: int) -> Earlier:
    period = _period(name, question)
    _day, old = _earlier_day(question, period)
    asked = replace(
        question, as_of=at, compare=False, period="all" if old is None else old.label, since=None
    )
    report = making.make(conn, name, asked)
    day = dates.local_date(at).isoformat()
    note = _("Before: the same as it stood at the end of {day}.").format(day=day)
    if not report.period:
        old = None
    if period is not None and old is not None and old != period:
        note = _(
            "Before: {old} as it stood at the end of {day}, as far into it as this is into"
            " {period}."
        ).format(old=old.label, day=day, period=period.label)
    return Earlier(report, day, old, note)


def _temporary(conn: sqlite3.Connection) -> set[str]:
    """The names of the temporary tables."""
    rows = conn.execute("SELECT name FROM temp.sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows}
