"""Spans of time in words: how often, and how long before.

A span is a count of days, weeks, months, quarters or years, and is kept as "2w". Months and years
are the calendar's; only where a rule asks for days are they taken as so many.
"""

from __future__ import annotations

from funnelcli.errors import Usage
from funnelcli.i18n import _, ngettext

_MONTHS = {"m": 1, "q": 3, "y": 12}
_DAYS = {"d": 1, "w": 7, "m": 30, "q": 91, "y": 365}


def read_span(text: str) -> str | None:
    """A span as it is kept, a count and a unit (d, w, m, q, y), from words in English or German:
    ``2w``, ``every 2 weeks``, ``monthly``, ``alle 14 Tage``, ``jede Woche``. None where it is
    none.
    """
    from funnelcli.values.datereading import read_interval

    found = read_interval(text)
    return None if found is None else f"{found[0]}{found[1]}"


def taken_apart(span: str) -> tuple[int, str]:
    """The count and the unit of a span that is kept."""
    return int(span[:-1]), span[-1]


def span_of(days: int, months: int | None) -> str:
    """The span of so many days, or of so many calendar months."""
    if months is None:
        return f"{days}d"
    return f"{months // 12}y" if months % 12 == 0 else f"{months}m"


def in_months(span: str) -> int | None:
    """A span in calendar months; None where it is in days or weeks."""
    count, unit = taken_apart(span)
    return count * _MONTHS[unit] if unit in _MONTHS else None


def in_days(span: str) -> int:
    """A span in days, about: a month counts 30 days, a quarter 91, a year 365."""
    count, unit = taken_apart(span)
    return count * _DAYS[unit]


def span_days(text: str, option: str) -> int:
    """The days of a span as people write it, 1 to 36500, for an option. Raises Usage."""
    span = read_span(text)
    days = 0 if span is None else in_days(span)
    if not 1 <= days <= 36500:
        raise Usage(
            _("{option}: “{text}” is no interval.").format(option=option, text=text),
            _("Write it like 90d or 1y.")
            if span is None
            else _("It is one day to a hundred years."),
        )
    return days


def in_words(span: str) -> str:
    """A span as people say it: "2 weeks"."""
    count, unit = taken_apart(span)
    text = {
        "d": ngettext("{n} day", "{n} days", count),
        "w": ngettext("{n} week", "{n} weeks", count),
        "m": ngettext("{n} month", "{n} months", count),
        "q": ngettext("{n} quarter", "{n} quarters", count),
        "y": ngettext("{n} year", "{n} years", count),
    }[unit]
    return text.format(n=count)


def how_often(span: str) -> str:
    """A span as what comes again and again: "every 2 weeks", "every month"."""
    count, unit = taken_apart(span)
    text = {
        "d": ngettext("every day", "every {n} days", count),
        "w": ngettext("every week", "every {n} weeks", count),
        "m": ngettext("every month", "every {n} months", count),
        "q": ngettext("every quarter", "every {n} quarters", count),
        "y": ngettext("every year", "every {n} years", count),
    }[unit]
    return text.format(n=count)
