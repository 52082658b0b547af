"""Snapshot, conversion, flow, time in stage and ageing, held to the reference."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from reference import stages as expected
from reference.asked import Asked, opened, same
from reference.common import FOREVER


def check_snapshot(asked: Asked) -> None:
    for part in asked.parts(asked.report("snapshot"), "snapshot", opened):
        found: Counter[Any] = Counter()
        for row in part.rows:
            for what in ("open", "won", "lost", "value", "weighted", "won_value"):
                found[row["stage"], row["currency"], what] += row[what]
        same(found, expected.snapshot(part.ledger, asked.at))


def check_conversion(asked: Asked) -> None:
    for rule in ("reached", "any", "strict"):
        for period, days in asked.some(((None, asked.days), ("all", FOREVER))):
            report = asked.report("conversion", period, rule=rule)
            for part in asked.parts(report, "conversion", days=days):
                found = {row["stage"]: row["deals"] for row in part.rows}
                same(found, expected.conversion(part.ledger, asked.at, part.days, rule))
                for row, following in zip(part.rows, part.rows[1:], strict=False):
                    assert row["next_deals"] == following["deals"]
            if rule == "reached":
                _ends(asked, report, days)


def _ends(asked: Asked, report: Any, days: Any) -> None:
    """Who was lost at a stage, and who is still there."""
    for part in asked.parts(report, "conversion", days=days):
        ended = expected.furthest_status(part.ledger, asked.at, part.days)
        found: Counter[Any] = Counter()
        for row in part.rows:
            found[row["stage"], True] = row["lost"]
            found[row["stage"], False] = row["still"]
            assert row["deals"] == (row["next_deals"] or 0) + row["lost"] + row["still"]
        same(found, ended)


def check_flow(asked: Asked) -> None:
    for part in asked.parts(asked.report("flow"), "flow", opened):
        found: Counter[Any] = Counter()
        for row in part.rows:
            parts = ("advanced", "lost", "moved_back", "still")
            assert row["entered"] == sum(row[part] for part in parts)
            for what in ("entered", *parts):
                found[row["stage"], what] += row[what]
        same(found, expected.flow(part.ledger, asked.at, asked.span))


def check_time_in_stage(asked: Asked) -> None:
    for per_deal, period, watched in asked.some(
        (
            (False, None, asked.span),
            (False, "all", expected.EVER),
            (True, "all", expected.EVER),
            (True, None, asked.span),
        )
    ):
        report = asked.report("time-in-stage", period, per_deal=per_deal)
        for part in asked.parts(report, "time-in-stage", opened):
            wanted = expected.stays_of(part.ledger, asked.at, watched, per_deal)
            same(
                {row["stage"]: row["stays"] for row in part.rows},
                {stage: len(stays) for stage, stays in wanted.items()},
            )
            for row in part.rows:
                stays = wanted[row["stage"]]
                ended = sum(ended for _days, ended in stays)
                assert (row["ended"], row["lasting"]) == (ended, len(stays) - ended)
                for column, left in (("p25", 3), ("median", 2), ("p75", 1)):
                    assert row[column] == expected.time_until(stays, Fraction(left, 4)), row
                low, high = expected.median_between(stays)
                assert (row["median_low"], row["median_high"]) == (low, high), (row, stays)


def check_ageing(asked: Asked) -> None:
    report = asked.report("ageing")
    for part in asked.parts(report, "ageing", opened):
        whole = asked.whole("ageing")
        if asked.by == "process":
            (process,) = {stage.process for stage in part.ledger.stages.values()}
            whole = whole.of_process(process, strays=False)
        wanted = expected.ageing(part.ledger, whole, asked.at)
        same(
            {row["stage"]: row["deals"] for row in part.rows},
            {stage: one["deals"] for stage, one in wanted.items()},
        )
        for row in part.rows:
            want = wanted[row["stage"]]
            for what in ("usual", "over", "no_contact", "no_step", "overdue"):
                assert row[what] == want[what], (what, row, want)
            ages, contact = want["ages"], want["contact"]
            n = len(ages)
            assert row["contact_median"] == middle(contact)
            assert row["median"] == middle(ages)
            assert row["mean"] == (sum(ages) / n if n else None)
            assert (row["youngest"], row["oldest"]) == ((ages[0], ages[-1]) if n else (None, None))
            for column, percent in (("p25", 25), ("p75", 75), ("p90", 90)):
                assert row[column] == (ages[(n - 1) * percent // 100] if n > 2 else None)


def middle(values: list[int]) -> float | None:
    """The median of sorted values."""
    n = len(values)
    return (values[(n - 1) // 2] + values[n // 2]) / 2 if n else None
