"""Forecast, slippage, coverage and movement, held to the reference."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from funnelcli.values import dates
from reference import outlook as expected
from reference.asked import Asked, opened, ratio, same, won
from reference.common import FOREVER
from reference.ledger import State, midnight


def expected_or_won(states: list[State]) -> date | None:
    """The day by which a deal stands in a forecast."""
    return states[-1].expected if states[-1].status == "open" else won(states)


def check_forecast(asked: Asked) -> None:
    whole = asked.whole("forecast")
    for period, days in asked.some((("all", FOREVER), (None, asked.days))):
        report = asked.report("forecast", period)
        for part in asked.parts(report, "forecast", expected_or_won, days):
            found: Counter[Any] = Counter()
            for row in part.rows:
                for what in ("deals", "value", "weighted", "own_weighted", "won", "won_value"):
                    found[row["month"], row["currency"], what] += row[what]
            same(found, expected.forecast(part.ledger, whole, asked.at, part.days))
    (probabilities,) = report.extra
    own = expected.history(whole, asked.at)
    stages = {(stage.process, stage.key): number for number, stage in whole.stages.items()}
    for row in probabilities.rows:
        k, n = own[stages[row["process"], row["stage"]]]
        assert (row["won"], row["decided"], row["own"]) == (k, n, ratio(k, n))
        interval = expected.wilson(k, n)
        if interval is None:
            assert (row["low"], row["high"]) == (None, None)
        else:
            assert (row["low"], row["high"]) == pytest.approx(interval, rel=1e-9, abs=1e-9)
    # A process that no deal goes through has no history.
    used = {asked.one_process} if asked.one_process else {deal.process for deal in asked.all.deals}
    opens = [s for s in whole.stages.values() if s.kind == "open" and s.process in used]
    assert len(probabilities.rows) == len(opens)


def check_backtest(asked: Asked) -> None:
    if asked.by is not None:
        return
    for month in (date(2026, 4, 1), date(2026, 10, 1)):
        days = (month, (month + timedelta(days=31)).replace(day=1))
        if midnight(days[1]) > asked.at:
            continue
        wanted = expected.backtest(asked.whole("forecast"), asked.at, days)
        found: Counter[Any] = Counter()
        for row in asked.report("forecast", f"{month:%Y-%m}", backtest=True).rows:
            currency = row["currency"]
            for what in ("deals", "value", "weighted", "won_of_these", "won", "lost"):
                found[currency, what] += row[what]
            found[currency, "open"] += row["slipped"]
            found[currency, "won_in_month"] += row["won_in_month"]
            assert row["accuracy"] == ratio(row["won_of_these"], row["weighted"])
        same(found, wanted)


def check_slippage(asked: Asked) -> None:
    for part in asked.parts(asked.report("slippage"), "slippage"):
        wanted = expected.slippage(part.ledger, asked.at, asked.days, part.days)
        found: Counter[Any] = Counter()
        for row in part.rows:
            for what in ("due", "won", "lost", "value", "slipped_value"):
                found[row["currency"], what] += row[what]
            found[row["currency"], "open"] += row["slipped"]
            found["pushes"] += row["pushes"]
            found["pushed_days"] += row["pushed_days"]
            assert row["rate"] == ratio(row["slipped"], row["due"])
        same(found, wanted)


def check_coverage(asked: Asked) -> None:
    if asked.by not in (None, "process"):
        return
    report = asked.report("coverage")
    for part in asked.parts(report, "coverage"):
        process = asked.process_of("coverage")
        if asked.by == "process":
            (process,) = {stage.process for stage in part.ledger.stages.values()}
        wanted = expected.coverage(part.ledger, asked.at, part.days, process)
        found = {row["currency"]: row for row in part.rows}
        assert set(found) == set(wanted)
        for currency, want in wanted.items():
            assert {what: found[currency][what] for what in want} == want


def check_movement(asked: Asked) -> None:
    quarter = (date(2026, 10, 1), date(2027, 1, 1))
    for due in asked.some((None, quarter)):
        window = None if due is None else dates.parse_period("2026-Q4")
        for part in asked.parts(asked.report("movement", due=window), "movement", opened):
            found = {(row["step"], row["currency"]): row["value"] for row in part.rows}
            same(found, expected.movement(part.ledger, asked.at, asked.days, due))
            for currency in {row["currency"] for row in part.rows}:
                of = {row["step"]: row["value"] for row in part.rows if row["currency"] == currency}
                end = of.pop("end")
                assert sum(of.values()) == end
