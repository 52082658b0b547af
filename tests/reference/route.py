"""The sales route, made of the plain figures beside it."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from reference.common import FOREVER, amount, existing, inside, win_of
from reference.ledger import Ledger, Stage, State, day_of
from reference.stages import conversion, time_until
from reference.work import parts_of

PARTS = ("lead", "opportunity", "customer")


def reached(ledger: Ledger, at: int) -> dict[str, int]:
    """Part -> the deals that came so far, or the customers who bought again."""
    counts = conversion(ledger, at, FOREVER, "reached")
    found = {}
    for part in PARTS:
        first = next(s.key for _n, s in inside(ledger) if s.phase == part and s.kind != "post")
        found[part] = counts[first]
    found["retained"] = sum(len(wins) > 1 for wins in wins_by_customer(ledger, at).values())
    return found


def wins_by_customer(ledger: Ledger, at: int) -> dict[int, list[tuple[Any, list[State]]]]:
    """Customer -> their wins that were not withdrawn, in the order of time."""
    found: dict[int, list[tuple[Any, list[State]]]] = {}
    for deal, states in existing(ledger, at):
        win = win_of(states)
        if states[-1].status == "won" and win is not None and deal.customer is not None:
            found.setdefault(deal.customer, []).append((win.day, states))
    for wins in found.values():
        wins.sort(key=lambda win: win[0])
    return found


def standing(ledger: Ledger, at: int) -> Counter[Any]:
    """(part, currency, "deals" or "value") -> sums."""
    sums: Counter[Any] = Counter()

    def add(part: str, states: list[State], day: Any) -> None:
        value, currency = amount(ledger, states, day)
        sums[part, currency, "deals"] += 1
        sums[part, currency, "value"] += value

    for _deal, states in existing(ledger, at):
        win = win_of(states)
        if states[-1].status == "won" and win is not None:
            add("customer", states, win.day)
        elif states[-1].status == "open":
            add(of_phase(ledger.stages[states[-1].stage]), states, day_of(at))
    for wins in wins_by_customer(ledger, at).values():
        for day, states in wins if len(wins) > 1 else []:
            add("retained", states, day)
    return sums


def of_phase(stage: Stage) -> str:
    """The part of the route that a stage is on the way to the sale."""
    return {"preparation": "lead", "closing": "customer"}.get(stage.phase, stage.phase)


def cost(ledger: Ledger, at: int) -> Counter[Any]:
    """(part, currency) -> what the effort at its stages cost."""
    known = {deal.id for deal, _states in existing(ledger, at)}
    found: Counter[Any] = Counter()
    for entry in ledger.entries:
        if entry.deal in known and entry.at <= at and entry.stage is not None:
            stage = ledger.stages[entry.stage]
            part = "retained" if stage.kind == "post" else of_phase(stage)
            for _what, value, currency in parts_of(ledger, entry):
                found[part, currency] += value
    return found


def days(ledger: Ledger, at: int) -> dict[str, int | None]:
    """Part -> the median days in it."""
    stays: dict[str, list[tuple[int, bool]]] = {part: [] for part in PARTS}
    for _deal, states in existing(ledger, at):
        begins = [number for number, state in enumerate(states) if state.moved]
        lengths: dict[str, list[tuple[int, bool]]] = {}
        for first, following in zip(begins, [*begins[1:], len(states)], strict=True):
            stage = ledger.stages[states[first].stage]
            if stage.kind == "outside" or stage.phase not in ("lead", "opportunity"):
                continue
            lost = [state.at for state in states[first:following] if state.status == "lost"]
            end = lost[0] if lost else states[following].at if following < len(states) else None
            length = (at if end is None else end) - states[first].at
            lengths.setdefault(stage.phase, []).append((length, end is not None))
        for part, found in lengths.items():
            whole = sum(length for length, _ended in found)
            stays[part].append((whole // 86400, all(ended for _length, ended in found)))
    for wins in wins_by_customer(ledger, at).values():
        until = wins[1][0] if len(wins) > 1 else day_of(at)
        stays["customer"].append(((until - wins[0][0]).days, len(wins) > 1))
    return {part: time_until(found, Fraction(1, 2)) for part, found in stays.items()}
