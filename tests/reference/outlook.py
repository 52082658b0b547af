"""What is to come, what slipped, how the open value moved."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from typing import Any

from reference.common import FOREVER, Days, amount, existing, inside, outcome_of, win_of
from reference.ledger import Ledger, State, day_of, half_up, midnight
from reference.stages import rated


def history(ledger: Ledger, at: int) -> dict[int, tuple[int, int]]:
    """Stage -> (won, decided) of the deals of its process that came so far."""
    found = {}
    for number, stage in inside(ledger):
        come = [
            states
            for states in rated(ledger, at, FOREVER)
            if any(
                ledger.stages[s.stage].position >= stage.position
                and ledger.stages[s.stage].kind != "outside"
                and ledger.stages[s.stage].process == stage.process
                for s in states
            )
        ]
        won = sum(states[-1].status == "won" for states in come)
        lost = sum(states[-1].status == "lost" for states in come)
        found[number] = (won, won + lost)
    return found


def wilson(k: int, n: int) -> tuple[float, float] | None:
    """The shares p from which k of n lies less than 1.96 standard deviations away: the roots of
    (k - np)² = z² · np(1 - p)."""
    if not n:
        return None
    z2 = 1.959963984540054**2
    a, b, c = n * n + n * z2, -(2 * n * k + n * z2), k * k
    root = sqrt(max(0.0, b * b - 4 * a * c))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def forecast(part: Ledger, whole: Ledger, at: int, days: Days = FOREVER) -> Counter[Any]:
    """(month, currency, what) -> sums; the history that it rests on is that of ``whole``. Over
    all time, wins count from this month on and deals without a date do."""
    sums: Counter[Any] = Counter()
    today = day_of(at)
    ever = days == FOREVER
    own = history(whole, at)
    groups: Counter[Any] = Counter()
    for _deal, states in existing(part, at):
        last = states[-1]
        if last.status == "won":
            win = win_of(states)
            assert win is not None
            if days[0] <= win.day < days[1] and (not ever or win.day >= today.replace(day=1)):
                value, currency = amount(part, states, win.day)
                sums[f"{win.day:%Y-%m}", currency, "won_value"] += value
                sums[f"{win.day:%Y-%m}", currency, "won"] += 1
        if last.status != "open":
            continue
        if last.expected is None:
            if not ever:
                continue
            month = "undated"
        else:
            if not days[0] <= last.expected < days[1]:
                continue
            month = "overdue" if last.expected < today else f"{last.expected:%Y-%m}"
        value, currency = amount(part, states, today)
        sums[month, currency, "deals"] += 1
        sums[month, currency, "value"] += value
        sums[month, currency, "weighted"] += half_up(Fraction(value * percent_of(part, last), 100))
        groups[month, currency, last.stage, last.probability is None] += value
    for (month, currency, stage, _own), value in groups.items():
        won, decided = own.get(stage, (0, 0))
        chance = (
            Fraction(won, decided) if decided else Fraction(part.stages[stage].probability, 100)
        )
        sums[month, currency, "own_weighted"] += half_up(value * chance)
    return sums


def percent_of(ledger: Ledger, state: State) -> int:
    """The deal's own probability, else its stage's."""
    if state.probability is None:
        return ledger.stages[state.stage].probability
    return state.probability


def coverage(
    part: Ledger, at: int, days: Days, process: str | None
) -> dict[str, dict[str, int | float | None]]:
    """Currency -> target, won, open value due, and how far that goes."""
    targets = targets_of(part, days, process)
    due: Counter[str] = Counter()
    deals: Counter[str] = Counter()
    won_value: Counter[str] = Counter()
    for _deal, states in existing(part, at):
        last, win = states[-1], win_of(states)
        if last.status == "open" and last.expected and days[0] <= last.expected < days[1]:
            value, currency = amount(part, states, day_of(at))
            due[currency] += value
            deals[currency] += 1
        if last.status == "won" and win is not None and days[0] <= win.day < days[1]:
            value, currency = amount(part, states, win.day)
            won_value[currency] += value
    ends = [outcome_of(states) for _deal, states in existing(part, at)]
    won = ends.count("won") + ends.count("withdrawn")
    decided = won + ends.count("lost")
    found: dict[str, dict[str, int | float | None]] = {}
    for currency in {*targets, *due, *won_value}:
        target = targets.get(currency)
        gap = None if target is None else max(0, target - won_value[currency])
        found[currency] = {
            "target": target,
            "won_value": won_value[currency],
            "gap": gap,
            "open_value": due[currency],
            "deals": deals[currency],
            "coverage": due[currency] / gap if gap else None,
            "needed": decided / won if won else None,
            "rate": won / decided if decided else None,
        }
    return found


def targets_of(ledger: Ledger, days: Days, process: str | None) -> dict[str, int]:
    """The target of exactly these days, else the sum of those within them; that of the process
    where there is one, that of all processes where none is asked about."""
    within = [
        target
        for target in ledger.targets
        if days[0] <= target.start
        and target.end <= days[1]
        and (process is None or target.process in (None, process))
    ]
    exact = [target for target in within if (target.start, target.end) == days]
    within = exact or within
    own = [target for target in within if target.process is not None]
    general = [target for target in within if target.process is None]
    chosen = (general or own) if process is None else (own or general)
    sums: Counter[str] = Counter()
    for target in chosen:
        value, currency = ledger.euros(target.amount, target.currency, target.start)
        sums[currency] += value
    return sums


def slippage(ledger: Ledger, at: int, days: Days, month: Days) -> Counter[Any]:
    """(currency, what) -> sums; "pushes" and "pushed_days" without a currency. Of the period only
    what was due, or was pushed, in ``month``."""
    start, end = midnight(days[0]), midnight(days[1])
    found: Counter[Any] = Counter()
    for _deal, states in existing(ledger, at):
        before = [state for state in states if state.at < start]
        if before and before[-1].status == "open" and before[-1].expected is not None:
            last = before[-1]
            if month[0] <= before[-1].expected < month[1]:
                value, currency = ledger.euros(last.value or 0, last.currency, before[-1].expected)
                became = [state for state in states if state.at < end][-1].status
                found[currency, "due"] += 1
                found[currency, became] += 1
                found[currency, "value"] += value
                if became == "open":
                    found[currency, "slipped_value"] += value
        for old, new in pairwise(states):
            if (
                midnight(month[0]) <= new.at < midnight(month[1])
                and old.status == new.status == "open"
                and old.expected is not None
                and new.expected is not None
                and new.expected > old.expected
            ):
                found["pushes"] += 1
                found["pushed_days"] += (new.expected - old.expected).days
    return found


def movement(ledger: Ledger, at: int, days: Days, due: Days | None) -> Counter[Any]:
    """(step, currency) -> signed value."""
    start, end = midnight(days[0]), midnight(days[1])
    rate_day = min(days[1], date.fromordinal(day_of(at).toordinal() + 1))
    rate_day = date.fromordinal(rate_day.toordinal() - 1)
    sums: Counter[Any] = Counter()

    def counted(state: State | None) -> tuple[bool, int, str]:
        if state is None:
            return False, 0, ""
        value, currency = ledger.euros(state.value or 0, state.currency, rate_day)
        within = due is None or (state.expected is not None and due[0] <= state.expected < due[1])
        return state.status == "open" and within, value, currency

    for _deal, states in existing(ledger, at):
        old: State | None = None
        for state in states:
            if start <= state.at < end:
                _move(sums, old, state, counted(old), counted(state))
            old = state
        for name, moment in (("start", start), ("end", end)):
            upto = [state for state in states if state.at < moment]
            member, value, currency = counted(upto[-1] if upto else None)
            if member:
                sums[name, currency] += value
    return sums


def _move(
    sums: Counter[Any],
    old: State | None,
    new: State,
    before: tuple[bool, int, str],
    after: tuple[bool, int, str],
) -> None:
    was, value0, currency0 = before
    is_, value1, currency1 = after
    if is_ and old is None:
        sums["created", currency1] += value1
    elif is_ and old is not None and old.status != "open":
        sums["reopened", currency1] += value1
    elif is_ and not was:
        sums["pulled_in", currency1] += value1
    elif is_ and currency0 != currency1:
        sums["lowered", currency0] -= value0
        sums["raised", currency1] += value1
    elif is_:
        sums["raised" if value1 > value0 else "lowered", currency1] += value1 - value0
    elif was and new.status == "open":
        sums["pushed_out", currency0] -= value0
    elif was:
        if currency0 == currency1:
            sums["raised" if value1 > value0 else "lowered", currency0] += value1 - value0
        else:
            sums["lowered", currency0] -= value0
            sums["raised", currency1] += value1
        sums[new.status, currency1] -= value1


def backtest(ledger: Ledger, at: int, month: Days) -> Counter[Any]:
    """(currency, what) -> sums, of one month that is over."""
    start, end = midnight(month[0]), midnight(month[1])
    found: Counter[Any] = Counter()
    for _deal, states in existing(ledger, at):
        win = win_of(states)
        if states[-1].status == "won" and win is not None and month[0] <= win.day < month[1]:
            value, currency = amount(ledger, states, win.day)
            found[currency, "won_in_month"] += value
        before = [state for state in states if state.at < start]
        if not before or before[-1].status != "open" or before[-1].expected is None:
            continue
        last = before[-1]
        if not month[0] <= before[-1].expected < month[1]:
            continue
        value, currency = ledger.euros(last.value or 0, last.currency, month[1])
        became = [state for state in states if state.at < end][-1].status
        found[currency, "deals"] += 1
        found[currency, "value"] += value
        found[currency, "weighted"] += half_up(Fraction(value * percent_of(ledger, last), 100))
        found[currency, became] += 1
        if became == "won":
            found[currency, "won_of_these"] += value
    return found
