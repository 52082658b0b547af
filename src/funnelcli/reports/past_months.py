"""The months whose forecasts are held to account."""

from __future__ import annotations

from datetime import date
from typing import Any

from funnelcli.reports.scope import Scope
from funnelcli.values import dates
from funnelcli.values.dates import Period

_MONTHS_BACK = 12


def past_months(scope: Scope) -> list[Period]:
    """The whole months of the period that are over, else the last twelve."""
    this = date.fromisoformat(scope.today[:7] + "-01")
    if scope.period is None:
        index = this.year * 12 + this.month - 1
        wanted = [divmod(index - back, 12) for back in range(_MONTHS_BACK, 0, -1)]
        return [dates.parse_period(f"{year:04}-{month + 1:02}") for year, month in wanted]
    found = []
    day = scope.period.start.replace(day=1)
    while day < min(scope.period.end, this):
        month = dates.parse_period(f"{day:%Y-%m}")
        if month.start >= scope.period.start and month.end <= min(scope.period.end, this):
            found.append(month)
        day = month.end
    return found


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
