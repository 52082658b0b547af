"""What was done and what it cost: effort, overhead, sources, objections, visits."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from typing import Any

from reference.common import Days, amount, end_day, existing, inside, outcome_of, win_of
from reference.ledger import Entry, Ledger, Visit, day_of, half_up
from reference.stages import conversion


def parts_of(ledger: Ledger, entry: Entry) -> list[tuple[str, int, str]]:
    """What an entry of effort cost: time_cost, km_cost, expenses, each rounded in its currency,
    then in euros where a rate holds."""
    day = day_of(entry.at)
    hours = [held for held in sorted(ledger.hour) if held[0] <= day]
    kilometres = [held for held in sorted(ledger.kilometre) if held[0] <= day]
    parts = [("expenses", entry.expenses, entry.currency)]
    if hours:
        _since, rate, currency = hours[-1]
        parts.append(("time_cost", half_up(Fraction(entry.minutes * rate, 60)), currency))
    if kilometres:
        _since, rate, currency = kilometres[-1]
        parts.append(("km_cost", entry.kilometres * rate, currency))
    return [(what, *ledger.euros(value, currency, day)) for what, value, currency in parts]


def happened(ledger: Ledger, at: int, days: Days) -> list[Entry]:
    """The effort of some days up to an instant."""
    return [
        entry
        for entry in ledger.entries
        if entry.at <= at and days[0] <= day_of(entry.at) < days[1]
    ]


def cost(ledger: Ledger, at: int, days: Days) -> Counter[Any]:
    """(stage or None, currency, what) -> sums; minutes and kilometres without a currency."""
    found: Counter[Any] = Counter()
    for entry in happened(ledger, at, days):
        stage = None if entry.stage is None else ledger.stages[entry.stage].key
        found[stage, "minutes"] += entry.minutes
        found[stage, "kilometres"] += entry.kilometres
        for what, value, currency in parts_of(ledger, entry):
            found[stage, currency, what] += value
            found[stage, currency, "cost"] += value
    return found


def unpriced(ledger: Ledger, at: int, days: Days) -> tuple[int, int]:
    """Minutes and kilometres of days on which no rate held."""
    entries = happened(ledger, at, days)
    first_hour = min(since for since, _rate, _currency in ledger.hour)
    first_km = min(since for since, _rate, _currency in ledger.kilometre)
    return (
        sum(entry.minutes for entry in entries if day_of(entry.at) < first_hour),
        sum(entry.kilometres for entry in entries if day_of(entry.at) < first_km),
    )


def cost_per(ledger: Ledger, at: int, days: Days) -> Counter[Any]:
    """(part, currency) -> minor units; (part, "deals") -> the deals that reached it."""
    phases = ["preparation", "lead", "opportunity", "customer"]
    reached = conversion(ledger, at, days, "reached")
    cohort = {
        deal.id for deal, states in existing(ledger, at) if days[0] <= states[0].day < days[1]
    }
    found: Counter[Any] = Counter()
    for part in phases[1:]:
        upto = phases[: phases.index(part) + 1] + (["closing"] if part == "customer" else [])
        for entry in ledger.entries:
            if entry.deal not in cohort or entry.at > at or entry.stage is None:
                continue
            stage = ledger.stages[entry.stage]
            if stage.phase in upto and stage.kind != "post":
                for _what, value, currency in parts_of(ledger, entry):
                    found[part, currency] += value
        first = next(s.key for _n, s in inside(ledger) if s.phase == part and s.kind != "post")
        found[part, "deals"] = reached[first]
    return found


def overhead(ledger: Ledger, at: int, days: Days) -> Counter[tuple[str | None, str]]:
    """(source, currency) -> each overhead by the share of its days that are among the days."""
    found: Counter[tuple[str | None, str]] = Counter()
    for one in ledger.overheads:
        whole = (one.end - one.start).days
        within = (min(one.end, days[1]) - max(one.start, days[0])).days
        if within > 0 and one.start <= day_of(at):
            value, currency = ledger.euros(one.amount, one.currency, one.start)
            found[one.source, currency] += half_up(Fraction(value * within, whole))
    return found


def cac(ledger: Ledger, at: int, days: Days, with_overhead: bool) -> Counter[Any]:
    """(currency, "effort" or "overhead") -> sums, of new business."""
    new = {deal.id for deal, _states in existing(ledger, at) if deal.kind == "new"}
    found: Counter[Any] = Counter()
    for entry in happened(ledger, at, days):
        if entry.deal in new and entry.stage and ledger.stages[entry.stage].kind != "post":
            for _what, value, currency in parts_of(ledger, entry):
                found[currency, "effort"] += value
    if with_overhead:
        for (_source, currency), value in overhead(ledger, at, days).items():
            found[currency, "overhead"] += value
    return found


def sources(ledger: Ledger, at: int, days: Days, with_overhead: bool) -> Counter[Any]:
    """(source, currency, outcome, "value", "deals" or "cost") -> sums."""
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
        for entry in ledger.entries:
            if entry.deal == deal.id and entry.at <= at:
                for _what, value, currency in parts_of(ledger, entry):
                    found[deal.source, currency, "cost"] += value
    if with_overhead:
        for (source, currency), value in overhead(ledger, at, days).items():
            found[source, currency, "cost"] += value
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
            found[one.kind, "deals"] += 1
            found[one.kind, "won"] += outcome in ("won", "withdrawn")
            found[one.kind, "lost"] += outcome == "lost"
    return found


def activity(ledger: Ledger, at: int, days: Days) -> Counter[Any]:
    """((ISO year, week), what) -> sums."""
    found: Counter[Any] = Counter()
    for visit in ledger.visits:
        day = day_of(visit.at)
        if visit.at > at or not days[0] <= day < days[1]:
            continue
        week = week_of(day)
        found[week, what_was(visit)] += 1
        found[week, "entries"] += 1
        found[week, "minutes"] += visit.minutes
        found[week, "late"] += visit.written > visit.at + 60 * visit.minutes + 86400
    for _deal, states in existing(ledger, at):
        win = win_of(states)
        if states[-1].status == "won" and win is not None and days[0] <= win.day < days[1]:
            found[week_of(win.day), "won"] += 1
    return found


def is_call(visit: Visit) -> bool:
    return visit.channel == "phone" or visit.outcome == "phone_instead"


def was_reached(visit: Visit) -> bool:
    return visit.outcome in ("met", "phone_instead")


def calls(ledger: Ledger, at: int, days: Days) -> Counter[Any]:
    """(list, what) -> sums."""
    found: Counter[Any] = Counter()
    people = set()
    of_deal = {deal.id: deal.contact for deal in ledger.deals}
    for visit in ledger.visits:
        if not is_call(visit) or visit.at > at or not days[0] <= day_of(visit.at) < days[1]:
            continue
        found[visit.list, "calls"] += 1
        found[visit.list, "reached"] += was_reached(visit)
        found[visit.list, "timed"] += visit.taken is not None
        found[visit.list, "minutes"] += visit.taken or 0
        buyer = of_deal.get(visit.deal)
        person = visit.contact or (buyer and buyer.id)
        if person is not None:
            people.add((visit.list, person))
    for called_from, _person in people:
        found[called_from, "people"] += 1
    return found


def calls_won(ledger: Ledger, at: int, days: Days) -> Counter[Any]:
    """(list, "won") -> the won deals that are put down to a call of these days: the last one before
    the win at which somebody was reached about the deal, from a list where there is one."""
    found: Counter[Any] = Counter()
    for deal, states in existing(ledger, at):
        win = win_of(states)
        if states[-1].status != "won" or win is None:
            continue
        asked = deal.contact.id if deal.contact else -1
        own = {asked, *(one.id for one in ledger.contacts.values() if one.home == asked)}
        talks = [
            (visit.list is not None, visit.at, number, visit)
            for number, visit in enumerate(ledger.diary)
            if (visit.deal == deal.id or (visit.deal is None and visit.contact in own))
            and is_call(visit)
            and was_reached(visit)
            and visit.at <= at
            and day_of(visit.at) <= win.day
        ]
        if talks:
            last = max(talks)[-1]
            found[last.list, "won"] += days[0] <= day_of(last.at) < days[1]
    return found


def week_of(day: date) -> str:
    """The ISO week of a day: that of its Thursday."""
    thursday = date.fromordinal(day.toordinal() + 4 - day.isoweekday())
    number = (thursday - date(thursday.year, 1, 1)).days // 7 + 1
    return f"{thursday.year:04}-W{number:02}"


def what_was(visit: Visit) -> str:
    """visits, calls, mails or attempts."""
    if visit.outcome in ("not_met", "declined"):
        return "attempts"
    if visit.channel == "phone" or visit.outcome == "phone_instead":
        return "calls"
    return "mails" if visit.channel == "email" else "visits"
