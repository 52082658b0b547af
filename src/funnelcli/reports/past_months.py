"""The months whose forecasts are held to account."""

from __future__ import annotations

from datetime import date

from funnelcli.reports.scope import Scope
from funnelcli.typed import Any
from funnelcli.values import dates
from funnelcli.values.dates import Period
from funnelcli.values.days import unit_around

_MONTHS_BACK = 12


def past_months(scope: Scope) -> list[Period]:
    """The whole months of the period that are over, else the last twelve."""
    this = date.fromisoformat(scope.today[:7] + "-01")
    if scope.period is None:
        return [_month(this, -back) for back in range(_MONTHS_BACK, 0, -1)]
    found = []
    last = min(scope.period.end, this)
    day = scope.period.start.replace(day=1)
    while day < last:
        month = _month(day)
        if month.start >= scope.period.start and month.end <= last:
            found.append(month)
        day = month.end
    return found


def _month(day: date, away: int = 0) -> Period:
    """The whole month of a day, or the one so many months away."""
    return dates.period_of(*unit_around(day, "m", away))


def month_values(scope: Scope) -> dict[str, Any]:
    """The parameters of the query ``backtest``: its months and the days they span."""
    import json

    months = past_months(scope)
    return {
        "months": json.dumps(
            [[month.label, *month.instants, month.end.isoformat()] for month in months]
        ),
        "first_on": months[0].start.isoformat() if months else "",
        "last_on": months[-1].end.isoformat() if months else "",
    }
