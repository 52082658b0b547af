"""What a visit note says: how the visit ended, what comes next and by when, which objections.

A pure function of the text, the catalogue's words and the day, in English and German at once.
Only whole words and phrases count, and what could mean two things is left alone: whoever calls
shows what was recognised, and every part of it can be said with an option instead.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from funnelcli.actions.recognising.clauses import clauses_of, plain
from funnelcli.actions.recognising.objections import (
    Catalogue,
    by_first_word,
    hold_the_deed,
    objections_of,
)
from funnelcli.actions.recognising.outcome import is_attempt, outcomes_of
from funnelcli.actions.recognising.steps import Planned, misdated, names_a_day_to_come, steps_of
from funnelcli.actions.refusals import refuses_contact


class Raised(NamedTuple):
    """An objection: its key in the catalogue, and the part of the note that says it."""

    kind: str
    wording: str


class Recognised:
    """What a note says. ``unsure`` holds the outcomes where it says more than one, ``misdated``
    what is wrong with days that were left alone, ``untaken`` the clauses that name a day to come
    and were not taken as steps; ``refused`` says that somebody does not want to
    be contacted any more."""

    __slots__ = ("misdated", "objections", "outcome", "refused", "steps", "unsure", "untaken")

    def __init__(
        self,
        outcome: str | None,
        steps: tuple[Planned, ...],
        objections: tuple[Raised, ...],
        unsure: tuple[str, ...],
        misdated: tuple[str, ...] = (),
        *,
        untaken: tuple[str, ...] = (),
        refused: bool = False,
    ) -> None:
        self.outcome = outcome
        self.steps = steps
        self.objections = objections
        self.unsure = unsure
        self.misdated = misdated
        self.untaken = untaken
        self.refused = refused


def recognise(text: str, catalogue: Catalogue, today: date) -> Recognised:
    """What ``text`` says; days like "fri" are reckoned from ``today``."""
    clauses = list(clauses_of(plain(text), today))
    outcomes: list[str] = []
    attempted = False
    steps: list[Planned] = []
    raised: dict[str, str] = {}
    untaken: list[str] = []
    phrases = by_first_word(catalogue, {word.folded for c in clauses for word in c.words})
    for clause in clauses:
        outcomes += [outcome for outcome in outcomes_of(clause) if outcome not in outcomes]
        attempted = attempted or is_attempt(clause)
        planned = steps_of(clause, today)
        objections = list(objections_of(clause, phrases))
        if planned and not (planned[0].due is None and hold_the_deed(clause, objections)):
            steps += planned
            continue
        if names_a_day_to_come(clause.text, today):
            untaken.append(clause.text)
        for kind, _start, _end in objections:
            raised.setdefault(kind, clause.text)
    if attempted and not outcomes:
        outcomes = ["not_met"]
    certain = outcomes[0] if len(outcomes) == 1 else None
    return Recognised(
        certain,
        tuple(dict.fromkeys(steps)),
        tuple(Raised(*item) for item in raised.items()),
        tuple(outcomes) if len(outcomes) > 1 else (),
        tuple(misdated(plain(text), today)),
        untaken=tuple(dict.fromkeys(untaken)),
        refused=any(refuses_contact(clause.text) for clause in clauses),
    )
