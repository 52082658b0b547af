"""Quantiles of histograms, intervals of shares, and the Kaplan-Meier estimate."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

from funnelcli.plain import NamedTuple

# The two-sided 95 % quantile of the normal distribution.
Z = 1.959963984540054


def quantile(counts: Mapping[int, int], percent: int) -> int | None:
    """The value at rank ⌊(n - 1) · percent / 100⌋ of a histogram {value: how many}.

    It is always a value that occurs; None for fewer than three, of which an upper quantile
    would lie below the median.
    """
    n = sum(counts.values())
    return _at(counts, (n - 1) * percent // 100) if n > 2 else None


def median(counts: Mapping[int, int]) -> float | None:
    """The middle value, or the mean of the two middle ones."""
    n = sum(counts.values())
    return (_at(counts, (n - 1) // 2) + _at(counts, n // 2)) / 2 if n else None


def ratio(k: float | None, n: float | None) -> float | None:
    """k / n, None where there is nothing to divide by."""
    return k / n if n and k is not None else None


def mean(counts: Mapping[int, int]) -> float | None:
    """The arithmetic mean of a histogram."""
    n = sum(counts.values())
    return sum(value * count for value, count in counts.items()) / n if n else None


def _at(counts: Mapping[int, int], rank: int) -> int:
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        if rank < seen:
            return value
    raise AssertionError(rank)


def wilson(k: int, n: int) -> tuple[float, float] | None:
    """The 95 % interval of a share k / n (E. B. Wilson, 1927); None for n = 0.

    Unlike the textbook p ± z·√(p(1-p)/n) it stays within 0 and 1 and is of use for few deals.
    """
    if not n:
        return None
    share, z2 = k / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


class Survival(NamedTuple):
    """One step of a Kaplan-Meier curve: the share that lasts longer than ``days``, the ends of
    its 95 % interval, and how many were still watched when the step was taken."""

    days: int
    share: float
    low: float
    high: float
    at_risk: int


def kaplan_meier(ended: Mapping[int, int], lasting: Mapping[int, int]) -> list[Survival]:
    """The product-limit estimate (E. L. Kaplan, P. Meier, 1958) of how long stays last.

    ``ended`` counts the stays that ended after so many days, ``lasting`` those that had lasted
    so many days when they were last seen; at equal days ends come first. The interval is
    Greenwood's, on the scale of log(-log), where it cannot leave 0 and 1.
    """
    from math import exp, log

    at_risk = sum(ended.values()) + sum(lasting.values())
    share, greenwood = 1.0, 0.0
    steps: list[Survival] = []
    for days in sorted({*ended, *lasting}):
        deaths = ended.get(days, 0)
        if deaths:
            share *= 1 - deaths / at_risk
            low = high = share
            if deaths < at_risk:
                greenwood += deaths / (at_risk * (at_risk - deaths))
                spread = Z * sqrt(greenwood) / abs(log(share))
                low, high = (exp(log(share) * exp(sign * spread)) for sign in (1, -1))
            steps.append(Survival(days, share, low, high, at_risk))
        at_risk -= deaths + lasting.get(days, 0)
    return steps


def time_until(steps: list[Survival], percent: int) -> int | None:
    """The days after which ``percent`` of the stays had ended; None when that is not reached."""
    for step in steps:
        if step.share <= 1 - percent / 100 + 1e-12:
            return step.days
    return None
