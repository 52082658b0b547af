"""Every figure by its definition, over a ledger: loops and comparisons, nothing clever."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from reference.ledger import Deal, Ledger, Stage, State, day_of, half_up, midnight

UNDECIDED = {"no_response", "no_decision", "cancelled"}
FOREVER = (date(1, 1, 2), date(9999, 12, 30))
Days = tuple[date, date]


def inside(ledger: Ledger) -> list[tuple[int, Stage]]:
    """The stages that are steps of the funnel."""
    steps = [(number, stage) for number, stage in ledger.stages.items() if stage.kind != "outside"]
    return sorted(steps, key=lambda step: step[1].position)


def close_of(states: list[State]) -> State | None:
    """The state that the present won or lost began with."""
    if states[-1].status == "open":
        return None
    first = states[-1]
    for state in reversed(states):
        if state.status != first.status:
            break
        first = state
    return first


def win_of(states: list[State]) -> State | None:
    """The state that the win began with, of a deal that is won or was won until it was lost."""
    close = close_of(states)
    if close is None:
        return None
    if close.status == "won":
        return close
    before = states[: states.index(close)]
    if before and before[-1].status == "won":
        return close_of(before)
    return None


def outcome_of(states: list[State]) -> str:
    """open, won, withdrawn, lost, undecided or duplicate."""
    close = close_of(states)
    if close is None:
        return "open"
    if close.status == "won":
        return "won"
    if win_of(states) is not None:
        return "withdrawn"
    if close.reason == "duplicate":
        return "duplicate"
    return "undecided" if close.reason in UNDECIDED else "lost"


def existing(ledger: Ledger, at: int) -> list[tuple[Deal, list[State]]]:
    """The deals that there were at an instant, with their states up to it."""
    found = [(deal, deal.until(at)) for deal in ledger.deals]
    return [(deal, states) for deal, states in found if states]


def end_day(states: list[State], today: date) -> date:
    """The day whose exchange rate counts: of the win, else of the loss, else today."""
    state = win_of(states) or close_of(states)
    return state.day if state else today


def amount(ledger: Ledger, states: list[State], day: date) -> tuple[int, str]:
    """The present value of a deal in euros, where a rate holds."""
    return ledger.euros(states[-1].value or 0, states[-1].currency, day)


def currency_of(ledger: Ledger, states: list[State], day: date) -> str:
    return ledger.euros(0, states[-1].currency, day)[1]


# Stages -----------------------------------------------------------------------------------------


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
    ledger: Ledger, at: int, span: tuple[int, int], per_deal: bool = False
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


# Closing ----------------------------------------------------------------------------------------


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
    """(dimension, key, currency) -> deals."""
    found: Counter[Any] = Counter()
    for deal, states in existing(ledger, at):
        close = close_of(states)
        if close is None or close.status != "lost" or not days[0] <= close.day < days[1]:
            continue
        _value, currency = amount(ledger, states, close.day)
        stays = [s for s in states if s.moved and ledger.stages[s.stage].kind != "outside"]
        stage = ledger.stages[(stays or states)[-1].stage].key
        found["reason", close.reason, currency] += 1
        found["stage", stage, currency] += 1
        if deal.product:
            found["product", deal.product, currency] += 1
    return found


def sources(ledger: Ledger, at: int, days: Days) -> Counter[Any]:
    """(source, currency, outcome or "value" or "deals") -> sums."""
    found: Counter[Any] = Counter()
    for deal, states in existing(ledger, at):
        if not days[0] <= states[0].day < days[1]:
            continue
        outcome = outcome_of(states)
        value, currency = amount(ledger, states, end_day(states, day_of(at)))
        found[deal.source, currency, "deals"] += 1
        found[deal.source, currency, outcome] += 1
        if outcome in ("won", "withdrawn"):
            found[deal.source, currency, "value"] += value
    return found


# Outlook ----------------------------------------------------------------------------------------


def history(ledger: Ledger, at: int) -> dict[int, tuple[int, int]]:
    """Stage -> (won, decided) of the deals that came so far."""
    found = {}
    for number, stage in inside(ledger):
        come = [
            states
            for states in rated(ledger, at, FOREVER)
            if any(
                ledger.stages[s.stage].position >= stage.position
                and ledger.stages[s.stage].kind != "outside"
                for s in states
            )
        ]
        won = sum(states[-1].status == "won" for states in come)
        lost = sum(states[-1].status == "lost" for states in come)
        found[number] = (won, won + lost)
    return found


def forecast(ledger: Ledger, at: int) -> Counter[Any]:
    """(month, currency, what) -> sums."""
    sums: Counter[Any] = Counter()
    today = day_of(at)
    own = history(ledger, at)
    groups: Counter[Any] = Counter()
    for _deal, states in existing(ledger, at):
        last = states[-1]
        if last.status == "won":
            win = win_of(states)
            assert win is not None
            if (win.day.year, win.day.month) >= (today.year, today.month):
                value, currency = amount(ledger, states, win.day)
                sums[f"{win.day:%Y-%m}", currency, "won_value"] += value
                sums[f"{win.day:%Y-%m}", currency, "won"] += 1
        if last.status != "open":
            continue
        if last.expected is None:
            month = "undated"
        else:
            month = "overdue" if last.expected < today else f"{last.expected:%Y-%m}"
        value, currency = amount(ledger, states, today)
        percent = last.probability
        if percent is None:
            percent = ledger.stages[last.stage].probability
        sums[month, currency, "deals"] += 1
        sums[month, currency, "value"] += value
        sums[month, currency, "weighted"] += half_up(Fraction(value * percent, 100))
        groups[month, currency, last.stage, last.probability is None] += value
    for (month, currency, stage, _own), value in groups.items():
        won, decided = own.get(stage, (0, 0))
        chance = (
            Fraction(won, decided) if decided else Fraction(ledger.stages[stage].probability, 100)
        )
        sums[month, currency, "own_weighted"] += half_up(value * chance)
    return sums


def slippage(ledger: Ledger, at: int, days: Days) -> Counter[Any]:
    """(currency, what) -> sums; "pushes" and "pushed_days" without a currency."""
    start, end = midnight(days[0]), midnight(days[1])
    found: Counter[Any] = Counter()
    for _deal, states in existing(ledger, at):
        before = [state for state in states if state.at < start]
        if before and before[-1].status == "open" and before[-1].expected is not None:
            last = before[-1]
            if days[0] <= before[-1].expected < days[1]:
                value, currency = ledger.euros(last.value or 0, last.currency, before[-1].expected)
                became = [state for state in states if state.at < end][-1].status
                found[currency, "due"] += 1
                found[currency, became] += 1
                found[currency, "value"] += value
                if became == "open":
                    found[currency, "slipped_value"] += value
        for old, new in pairwise(states):
            if (
                start <= new.at < end
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
            value0 = value1
        sums[new.status, currency0] -= value0


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
        percent = last.probability
        if percent is None:
            percent = ledger.stages[last.stage].probability
        became = [state for state in states if state.at < end][-1].status
        found[currency, "deals"] += 1
        found[currency, "value"] += value
        found[currency, "weighted"] += half_up(Fraction(value * percent, 100))
        found[currency, became] += 1
        if became == "won":
            found[currency, "won_of_these"] += value
    return found


# Effort, customers, objections ------------------------------------------------------------------


def cost_of(ledger: Ledger, entry: Any) -> int:
    """What an entry of effort cost in euro cents, each part rounded once."""
    day = day_of(entry.at)
    hours = [rate for since, rate in sorted(ledger.hour) if since <= day]
    kilometres = [rate for since, rate in sorted(ledger.kilometre) if since <= day]
    cost = entry.expenses
    if hours:
        cost += half_up(Fraction(entry.minutes * hours[-1], 60))
    if kilometres:
        cost += entry.kilometres * kilometres[-1]
    return int(cost)


def cost(ledger: Ledger, at: int, days: Days) -> Counter[str]:
    """Stage -> cents."""
    found: Counter[str] = Counter()
    for entry in ledger.entries:
        if entry.at <= at and days[0] <= day_of(entry.at) < days[1]:
            found[ledger.stages[entry.stage].key] += cost_of(ledger, entry)
    return found


def cost_per(ledger: Ledger, at: int, days: Days) -> dict[str, tuple[int, int]]:
    """lead, opportunity, customer -> (cents, deals that reached it)."""
    phases = ["preparation", "lead", "opportunity", "customer"]
    reached = conversion(ledger, at, days, "reached")
    cohort = {
        deal.id for deal, states in existing(ledger, at) if days[0] <= states[0].day < days[1]
    }
    found = {}
    for part in phases[1:]:
        upto = phases[: phases.index(part) + 1] + (["closing"] if part == "customer" else [])
        cents = sum(
            cost_of(ledger, entry)
            for entry in ledger.entries
            if entry.deal in cohort
            and entry.at <= at
            and ledger.stages[entry.stage].phase in upto
            and ledger.stages[entry.stage].kind != "post"
        )
        first = next(s.key for _n, s in inside(ledger) if s.phase == part and s.kind != "post")
        found[part] = (cents, reached[first])
    return found


def customers(ledger: Ledger, at: int, days: Days, active: int) -> Counter[str]:
    """The counts of retention and referrals."""
    wins: dict[int, list[date]] = {}
    referred: set[int] = set()
    for deal, states in existing(ledger, at):
        win = win_of(states)
        if states[-1].status != "won" or win is None or deal.customer is None:
            continue
        if win.day < days[1]:
            wins.setdefault(deal.customer, []).append(win.day)
            if deal.referred:
                referred.add(deal.customer)
    found: Counter[str] = Counter()
    end = min(days[1], date.fromordinal(day_of(at).toordinal() + 1))
    for customer, won in wins.items():
        old = [day for day in won if day < days[0]]
        at_start = bool(old) and (days[0] - max(old)).days <= active
        at_end = (end - max(won)).days <= active
        found["customers"] += 1
        found["new"] += min(won) >= days[0]
        found["referred"] += min(won) >= days[0] and customer in referred
        found["active_start"] += at_start
        found["kept"] += at_start and at_end
        found["active_end"] += at_end
        found["repeated"] += len(won) > 1
    return found


def objections(ledger: Ledger, at: int, days: Days) -> Counter[Any]:
    """(kind, what) -> counts."""
    found: Counter[Any] = Counter()
    ended = {deal.id: outcome_of(states) for deal, states in existing(ledger, at)}
    seen = set()
    for one in ledger.objections:
        if one.at > at or not days[0] <= day_of(one.at) < days[1]:
            continue
        found[one.kind, "objections"] += 1
        found[one.kind, "genuine"] += one.genuine
        found[one.kind, "resolved"] += one.resolved_at is not None and one.resolved_at <= at
        if (one.kind, one.deal) not in seen:
            seen.add((one.kind, one.deal))
            outcome = ended[one.deal]
            found[one.kind, "won"] += outcome in ("won", "withdrawn")
            found[one.kind, "lost"] += outcome == "lost"
    return found
