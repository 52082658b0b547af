"""The right of withdrawal as a rule: from when its period runs, and on what day it ends.

A process states the rule. The shipped one for private customers is the law of Germany: §§ 355 and
356 of the BGB (Civil Code) for the period, §§ 187 and 188 for how days and months are counted,
§ 193 for an end that is no working day.
"""

from __future__ import annotations

from datetime import date, timedelta

from funnelcli.plain import NamedTuple
from funnelcli.values.days import add


class Rule(NamedTuple):
    """A right of withdrawal. ``begins`` is "contract", or "receipt" for goods (§ 356 II).

    ``uninstructed_months`` are added to the days where the customer was not instructed on the
    right (§ 356 III); None where that does not matter. ``holidays`` is the country whose weekends
    and public holidays carry an end over to the next working day; None where none do.
    """

    days: int
    begins: str
    uninstructed_months: int | None
    holidays: str | None


def last_day(rule: Rule, begin: date, instructed: date | None, state: str | None) -> date:
    """The last day of the period that the event of the day ``begin`` starts.

    The day of the event is not counted (§ 187 I). The period does not begin before the customer is
    ``instructed``, and ends at the latest as if that never happened (§ 356 III). ``state`` is the
    one whose public holidays count beside those of the rule's country, like DE-BY.
    """
    if rule.uninstructed_months is None:
        return _carried(rule, begin + timedelta(days=rule.days), state)
    # Months end on the day of the same number, or with a shorter month (§ 188 II, III).
    whole = add(begin, rule.uninstructed_months, "m") + timedelta(days=rule.days)
    latest = _carried(rule, whole, state)
    if instructed is None:
        return latest
    known = _carried(rule, max(begin, instructed) + timedelta(days=rule.days), state)
    return min(known, latest)


def _carried(rule: Rule, day: date, state: str | None) -> date:
    if rule.holidays is None:
        return day
    from funnelcli.values.workdays import carried_over

    return carried_over(day, rule.holidays, state)
