"""Win rate, cycle, velocity and losses, held to the reference."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from reference import closing as expected
from reference.asked import Asked, ratio, same
from reference.check_stages import middle
from reference.ledger import half_up

OUTCOMES = ("won", "withdrawn", "lost", "undecided", "duplicate")


def check_win_rate(asked: Asked) -> None:
    for cohort in asked.some((False, True)):
        report = asked.report("win-rate", cohort=cohort)
        for part in asked.parts(report, "win-rate"):
            wanted = expected.win_rate(part.ledger, asked.at, part.days, cohort)
            values = expected.won_values(part.ledger, asked.at, part.days, cohort)
            found: Counter[Any] = Counter()
            for row in part.rows:
                currency = row["currency"]
                _rates(row, wanted, currency)
                for name in OUTCOMES:
                    found[currency, name] = wanted[currency, name]
                own = values.get(currency, [])
                n = len(own)
                assert row["average"] == (half_up(Fraction(sum(own), n)) if n else None)
                between = (own[(n - 1) // 2] + own[n // 2]) if n else 0
                assert row["median"] == (half_up(Fraction(between, 2)) if n else None)
            same(found, {key: value for key, value in wanted.items() if len(key) == 2})
        if report.total is not None:
            counts = {
                what: sum(row[what] for row in report.rows)
                for what in ("won", "withdrawn", "lost", "undecided", "duplicates")
            }
            if "tag" not in (asked.by or ""):
                assert {what: report.total[what] for what in counts} == counts
            decided = counts["won"] + counts["lost"]
            assert report.total["rate"] == ratio(counts["won"], decided)


def _rates(row: dict[str, Any], wanted: Counter[Any], currency: str) -> None:
    of = {name: wanted[currency, name] for name in OUTCOMES}
    worth = {name: wanted[currency, name, "value"] for name in OUTCOMES}
    won = of["won"] + of["withdrawn"]
    decided = won + of["lost"]
    assert (row["won"], row["lost"]) == (won, of["lost"])
    assert (row["withdrawn"], row["undecided"]) == (of["withdrawn"], of["undecided"])
    assert row["duplicates"] == of["duplicate"]
    assert row["rate"] == ratio(won, decided)
    assert row["rate_broad"] == ratio(won, decided + of["undecided"])
    assert row["rate_net"] == ratio(of["won"], decided)
    value = worth["won"] + worth["withdrawn"]
    assert (row["won_value"], row["lost_value"]) == (value, worth["lost"])
    assert row["rate_by_value"] == ratio(value, value + worth["lost"])


def check_cycle(asked: Asked) -> None:
    for part in asked.parts(asked.report("cycle"), "cycle"):
        wanted = expected.cycle(part.ledger, asked.at, part.days)
        wanted["closed"] = sorted(wanted["won"] + wanted["lost"])
        same(
            {row["outcome"]: row["deals"] for row in part.rows},
            {outcome: len(lengths) for outcome, lengths in wanted.items()},
        )
        for row in part.rows:
            lengths = wanted[row["outcome"]]
            n = len(lengths)
            for column, percent in (("p25", 25), ("p75", 75), ("p90", 90)):
                assert row[column] == (lengths[(n - 1) * percent // 100] if n > 2 else None)
            assert row["median"] == middle(lengths)
            assert row["mean"] == (sum(lengths) / n if n else None)
            ends = (lengths[0], lengths[-1]) if n else (None, None)
            assert (row["shortest"], row["longest"]) == ends


def check_velocity(asked: Asked) -> None:
    for part in asked.parts(asked.report("velocity"), "velocity"):
        wanted = expected.velocity(part.ledger, asked.at, part.days)
        if asked.by == "month":
            # What is open now is open in no month of the past.
            for one in wanted.values():
                one |= {"open": 0, "per_day": one["per_day"] and 0, "per_month": None}
            wanted = {key: one for key, one in wanted.items() if one["average"] is not None}
        found = {row["currency"]: row for row in part.rows}
        for currency, want in wanted.items():
            row = found.pop(currency)
            for what in ("open", "average", "rate", "days", "per_day", "per_month"):
                if want[what] is not None or asked.by != "month":
                    assert row[what] == want[what], (what, row, want)
        for row in found.values():
            assert (row["open"], row["average"], row["per_day"]) == (0, None, None)


def check_losses(asked: Asked) -> None:
    for part in asked.parts(asked.report("losses"), "losses"):
        wanted = expected.losses(part.ledger, asked.at, part.days)
        found: Counter[Any] = Counter()
        base = sum(n for key, n in wanted.items() if (key[0], key[3]) == ("reason", "deals"))
        for row in part.rows:
            for what in ("deals", "value"):
                found[row["dimension"], row["key"], row["currency"], what] += row[what]
            assert row["base"] == base
            assert row["share"] == ratio(row["deals"], base)
        same(found, wanted)
