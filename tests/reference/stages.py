"""Where deals stand, how far they came, how long they stay."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import exp, log, sqrt
from typing import Any

from reference.common import Days, amount, close_of, existing, inside, outcome_of
from reference.ledger import Deal, Ledger, State, day_of, half_up

EVER = (-(1 << 40), 1 << 40)


def snapshot(ledger: Ledger, at: int) -> Counter[Any]:
    """(stage, currency, what) -> sums."""
    sums: Counter[Any] = Counter()
    for _deal, states in existing(ledger, at):
        last = states[-1]
        close = close_of(states)
        value, currency = amount(ledger, states, close.day if close else day_of(at))
        key = ledger.stages[last.stage].key
        sums[key, currency, last.status] += 1
        if last.status == "open":
            sums[key, currency, "value"] += value
            percent = last.probability
            if percent is None:
                percent = ledger.stages[last.stage].probability
            sums[key, currency, "weighted"] += half_up(Fraction(value * percent, 100))
        elif last.status == "won":
            sums[key, currency, "won_value"] += value
    return sums


def rated(ledger: Ledger, at: int, days: Days) -> list[list[State]]:
    """The deals of a cohort that are in a rate and were in the funnel."""
    steps = {number for number, _stage in inside(ledger)}
    found = []
    for _deal, states in existing(ledger, at):
        if not days[0] <= states[0].day < days[1] or outcome_of(states) == "duplicate":
            continue
        if any(state.stage in steps for state in states):
            found.append(states)
    return found


def conversion(ledger: Ledger, at: int, days: Days, rule: str) -> dict[str, int]:
    """Stage -> the deals that count in it by the rule."""
    steps = inside(ledger)
    counts = {stage.key: 0 for _number, stage in steps}
    for states in rated(ledger, at, days):
        been = [state.stage for state in states if state.moved]
        if rule == "any":
            for number, stage in steps:
                counts[stage.key] += number in been
        elif rule == "reached":
            furthest = max(
                ledger.stages[number].position
                for number in been
                if ledger.stages[number].kind != "outside"
            )
            for _number, stage in steps:
                counts[stage.key] += stage.position <= furthest
        else:
            rest = list(been)
            for number, stage in steps:
                if number not in rest:
                    break
                rest = rest[rest.index(number) + 1 :]
                counts[stage.key] += 1
    return counts


def furthest_status(ledger: Ledger, at: int, days: Days) -> Counter[tuple[str, bool]]:
    """(furthest stage, whether lost) -> deals of the cohort."""
    found: Counter[tuple[str, bool]] = Counter()
    for states in rated(ledger, at, days):
        been = [ledger.stages[state.stage] for state in states if state.moved]
        furthest = max((s for s in been if s.kind != "outside"), key=lambda s: s.position)
        found[furthest.key, states[-1].status == "lost"] += 1
    return found


def flow(ledger: Ledger, at: int, span: tuple[int, int]) -> Counter[tuple[str, str]]:
    """(stage, what became of it) -> deals, by the last entry into the stage."""
    found: Counter[tuple[str, str]] = Counter()
    for _deal, states in existing(ledger, at):
        stays = [s for s in states if s.moved and ledger.stages[s.stage].kind != "outside"]
        for number in {stay.stage for stay in stays}:
            last = max(i for i, stay in enumerate(stays) if stay.stage == number)
            if not span[0] <= stays[last].at < span[1]:
                continue
            stage = ledger.stages[number]
            if last + 1 < len(stays):
                onward = ledger.stages[stays[last + 1].stage].position > stage.position
                became = "advanced" if onward else "moved_back"
            else:
                became = "lost" if states[-1].status == "lost" else "still"
            found[stage.key, became] += 1
            found[stage.key, "entered"] += 1
    return found


def stays_of(
    ledger: Ledger, at: int, span: tuple[int, int] = EVER, per_deal: bool = False
) -> dict[str, list[tuple[int, bool]]]:
    """Stage -> (whole days, whether it ended) of each stay, or of each deal."""
    found: dict[str, list[tuple[int, bool]]] = {stage.key: [] for _n, stage in inside(ledger)}
    for _deal, states in existing(ledger, at):
        begins = [number for number, state in enumerate(states) if state.moved]
        seconds: dict[str, list[tuple[int, bool]]] = {}
        for first, following in zip(begins, [*begins[1:], len(states)], strict=True):
            stay = states[first]
            stage = ledger.stages[stay.stage]
            if stage.kind == "outside" or not span[0] <= stay.at < span[1]:
                continue
            # The time that the deal lay lost is not spent in the stage.
            lost = [state.at for state in states[first:following] if state.status == "lost"]
            if lost:
                length, ended = lost[0] - stay.at, True
            elif following < len(states):
                length, ended = states[following].at - stay.at, True
            else:
                length, ended = at - stay.at, False
            seconds.setdefault(stage.key, []).append((length, ended))
        for key, lengths in seconds.items():
            if per_deal:
                whole = sum(length for length, _ended in lengths)
                found[key].append((whole // 86400, all(ended for _length, ended in lengths)))
            else:
                found[key] += [(length // 86400, ended) for length, ended in lengths]
    return found


def time_until(stays: list[tuple[int, bool]], share_left: Fraction) -> int | None:
    """The first day on which no more than a share is still there, by the product limit."""
    left = Fraction(1)
    for day in sorted({days for days, _ended in stays}):
        watched = sum(days >= day for days, _ended in stays)
        ends = sum(days == day and ended for days, ended in stays)
        left *= Fraction(watched - ends, watched)
        if left <= share_left:
            return day
    return None


def median_between(stays: list[tuple[int, bool]]) -> tuple[int | None, int | None]:
    """The first days on which the ends of Greenwood's 95 % interval, on log(-log), are at or below
    one half."""
    left, variance = 1.0, 0.0
    low = high = None
    for day in sorted({days for days, ended in stays if ended}):
        watched = sum(days >= day for days, _ended in stays)
        ends = sum(days == day and ended for days, ended in stays)
        left *= (watched - ends) / watched
        ends_at = (left, left)
        if watched > ends:
            variance += ends / (watched * (watched - ends))
            error = 1.959963984540054 * sqrt(variance) / log(left)
            ends_at = (left ** exp(-error), left ** exp(error))
        low = day if low is None and ends_at[0] <= 0.5 else low
        high = day if high is None and ends_at[1] <= 0.5 else high
    return low, high


def ageing(part: Ledger, whole: Ledger, at: int) -> dict[str, dict[str, Any]]:
    """Stage -> the ages of its open deals, and how they stand beside all stays there. A stage that
    is no step of the funnel counts where an open deal stands in it."""
    usual = {key: time_until(stays, Fraction(1, 4)) for key, stays in stays_of(whole, at).items()}
    found = {}
    for number, stage in part.stages.items():
        here = [
            (deal, states)
            for deal, states in existing(part, at)
            if states[-1].status == "open" and states[-1].stage == number
        ]
        if stage.kind != "open" and not here:
            continue
        ages = [(at - [s for s in states if s.moved][-1].at) // 86400 for _deal, states in here]
        contact = [since_contact(part, deal, at) for deal, _states in here]
        steps = [next_step(part, deal, at) for deal, _states in here]
        limit = usual.get(stage.key)
        found[stage.key] = {
            "deals": len(here),
            "ages": sorted(ages),
            "usual": limit,
            "over": 0 if limit is None else sum(age > limit for age in ages),
            "contact": sorted(days for days in contact if days is not None),
            "no_contact": contact.count(None),
            "no_step": steps.count("none"),
            "overdue": steps.count("overdue"),
        }
    return found


def since_contact(ledger: Ledger, deal: Deal, at: int) -> int | None:
    """Whole days since somebody was spoken to about the deal, or about none: its contact or, of an
    organisation, one of its people."""
    asked = deal.contact.id if deal.contact else -1
    people = {contact.id for contact in ledger.contacts.values() if contact.home == asked}
    own = {asked, *people}
    spoken = [
        visit.at
        for visit in ledger.diary
        if (visit.deal == deal.id or (visit.deal is None and visit.contact in own))
        and visit.at <= at
        and visit.outcome in ("met", "phone_instead")
    ]
    return (at - max(spoken)) // 86400 if spoken else None


def next_step(ledger: Ledger, deal: Deal, at: int) -> str:
    """none, overdue or ahead: how the nearest open step stands."""
    steps = [
        step
        for step in ledger.steps
        if step.deal == deal.id and step.at <= at and (step.ended is None or step.ended > at)
    ]
    if not steps:
        return "none"
    due = min((step.due for step in steps if step.due is not None), default=None)
    return "overdue" if due is not None and due < day_of(at) else "ahead"
