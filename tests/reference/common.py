"""What all figures have in common: how a deal ended, when, and what it is worth."""

from __future__ import annotations

from datetime import date

from reference.ledger import Deal, Ledger, Stage, State

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
    return ledger.existing(at)


def end_day(states: list[State], today: date) -> date:
    """The day whose exchange rate counts: of the win, else of the loss, else today."""
    state = win_of(states) or close_of(states)
    return state.day if state else today


def amount(ledger: Ledger, states: list[State], day: date) -> tuple[int, str]:
    """The present value of a deal in euros, where a rate holds."""
    return ledger.euros(states[-1].value or 0, states[-1].currency, day)


def currency_of(ledger: Ledger, states: list[State], day: date) -> str:
    return ledger.euros(0, states[-1].currency, day)[1]
