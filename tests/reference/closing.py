"""How deals ended: win rate, cycle, velocity, losses."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from reference.common import Days, amount, close_of, end_day, existing, outcome_of
from reference.ledger import Ledger, day_of, half_up

QUALIFIED = ("opportunity", "customer", "closing")


def win_rate(ledger: Ledger, at: int, days: Days, cohort: bool = False) -> Counter[Any]:
    """(currency, outcome) -> deals; (currency, outcome, "value") -> value."""
    sums: Counter[Any] = Counter()
    for _deal, states in existing(ledger, at):
        outcome = outcome_of(states)
        if outcome == "open":
            continue
        day = end_day(states, day_of(at))
        if not days[0] <= (states[0].day if cohort else day) < days[1]:
            continue
        value, currency = amount(ledger, states, day)
        sums[currency, outcome] += 1
        sums[currency, outcome, "value"] += value
    return sums


def won_values(ledger: Ledger, at: int, days: Days, cohort: bool = False) -> dict[str, list[int]]:
    """Currency -> the values of the deals that were won, withdrawn ones too, in order."""
    found: dict[str, list[int]] = {}
    for _deal, states in existing(ledger, at):
        if outcome_of(states) in ("won", "withdrawn"):
            day = end_day(states, day_of(at))
            if days[0] <= (states[0].day if cohort else day) < days[1]:
                value, currency = amount(ledger, states, day)
                found.setdefault(currency, []).append(value)
    return {currency: sorted(values) for currency, values in found.items()}


def velocity(ledger: Ledger, at: int, days: Days) -> dict[str, dict[str, Any]]:
    """Currency -> the four parts of the speed, and their product a day and in 30 days."""
    open_deals: Counter[str] = Counter()
    for _deal, states in existing(ledger, at):
        last = states[-1]
        if last.status == "open" and ledger.stages[last.stage].phase in QUALIFIED:
            open_deals[amount(ledger, states, day_of(at))[1]] += 1
    closed = win_rate(ledger, at, days)
    won = sum(closed[key] for key in closed if key[1:] in (("won",), ("withdrawn",)))
    lost = sum(closed[key] for key in closed if key[1:] == ("lost",))
    values = won_values(ledger, at, days)
    lengths = cycle(ledger, at, days)["won"]
    found = {}
    for currency in {*open_deals, *(key[0] for key in closed)}:
        own = values.get(currency, [])
        speed = None
        if own and sum(lengths):
            speed = (
                open_deals[currency]
                * Fraction(sum(own), len(own))
                * Fraction(won, won + lost)
                / Fraction(sum(lengths), len(lengths))
            )
        found[currency] = {
            "open": open_deals[currency],
            "average": half_up(Fraction(sum(own), len(own))) if own else None,
            "rate": won / (won + lost) if won + lost else None,
            "days": sum(lengths) / len(lengths) if lengths else None,
            "per_day": None if speed is None else half_up(speed),
            "per_month": None if speed is None else half_up(30 * speed),
        }
    return found


def cycle(ledger: Ledger, at: int, days: Days) -> dict[str, list[int]]:
    """won, lost -> the days that each deal took, in order."""
    found: dict[str, list[int]] = {"won": [], "lost": []}
    for _deal, states in existing(ledger, at):
        outcome = outcome_of(states)
        if outcome in ("open", "duplicate"):
            continue
        end = end_day(states, day_of(at))
        if days[0] <= end < days[1]:
            which = "won" if outcome in ("won", "withdrawn") else "lost"
            found[which].append((end - states[0].day).days)
    return {which: sorted(lengths) for which, lengths in found.items()}


def losses(ledger: Ledger, at: int, days: Days) -> Counter[Any]:
    """(dimension, key, currency, "deals" or "value") -> sums."""
    found: Counter[Any] = Counter()
    for deal, states in existing(ledger, at):
        close = close_of(states)
        if close is None or close.status != "lost" or not days[0] <= close.day < days[1]:
            continue
        value, currency = amount(ledger, states, close.day)
        stays = [s for s in states if s.moved and ledger.stages[s.stage].kind != "outside"]
        for dimension, key in (
            ("reason", close.reason),
            ("stage", ledger.stages[(stays or states)[-1].stage].key),
            ("competitor", deal.competitor),
            ("product", deal.product),
        ):
            if key is not None:
                found[dimension, key, currency, "deals"] += 1
                found[dimension, key, currency, "value"] += value
    return found
