"""What a note says: how the visit ended, what comes next and by when, which objections, and what
else its report has fields for.

A pure function of the text, the catalogues' words and the day, in English and German at once.
Only whole words and phrases count, and what could mean two things is left alone: whoever calls
shows what was recognised, and every part of it can be said with an option instead.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from funnelcli.actions.recognising.channel import Way
from funnelcli.actions.recognising.clauses import (
    Clause,
    Phrases,
    clause_of,
    clauses_of,
    mentions,
    plain,
)
from funnelcli.actions.recognising.left_days import (
    Undated,
    leaves_a_day,
    misdated,
    two_days,
    undated,
)
from funnelcli.actions.recognising.lists import itemised
from funnelcli.actions.recognising.names import mask, unmask
from funnelcli.actions.recognising.objections import (
    Catalogue,
    by_first_word,
    hold_the_deed,
    is_pretext,
    is_resolved,
    objections_of,
)
from funnelcli.actions.recognising.outcome import Told, outcome_of
from funnelcli.actions.recognising.planned import Planned
from funnelcli.actions.recognising.products import Products
from funnelcli.actions.recognising.raised import Raised
from funnelcli.actions.recognising.report import Findings
from funnelcli.actions.recognising.setting import Setting, settings_of
from funnelcli.actions.recognising.stepdays import names_a_day_to_come, spelt_out
from funnelcli.actions.recognising.steps import (
    hangs_on,
    is_but_a_verb,
    is_deadline,
    is_moved_to,
    is_promise,
    joined_with_day,
    moved_to,
    promised,
    steps_of,
    what_it_is_for,
    with_deadline,
)
from funnelcli.actions.refusals import refuses_contact
from funnelcli.patterns import re
from funnelcli.plain import NamedTuple
from funnelcli.text import fold


class Recognised(NamedTuple):
    """What a note says.

    ``report`` has fields of the report as text, by their names, ``minutes`` how long the visit
    took. ``unsure`` holds the outcomes where it says more than one, ``misdated`` what is wrong with
    days that were left alone, ``untaken`` the clauses that name a day to come and were not taken as
    steps; ``refused`` says that somebody does not want to be contacted any more, ``channel`` says
    by which channel it was, where that is certain; ``undated`` has the steps beside which a day
    stands that was not taken."""

    outcome: str | None
    steps: tuple[Planned, ...]
    objections: tuple[Raised, ...]
    unsure: tuple[str, ...]
    misdated: tuple[str, ...]
    report: dict[str, str]
    minutes: int | None
    untaken: tuple[str, ...]
    refused: bool
    channel: str | None
    undated: tuple[Undated, ...]


class _Reading:
    """What has been read of a note so far."""

    def __init__(self, phrases: Phrases, products: Products, today: date) -> None:
        self.phrases = phrases
        self.today = today
        self.told = Told()
        self.steps: list[Planned] = []
        self.raised: dict[str, Raised] = {}
        self.raised_in: dict[str, int] = {}
        self.untaken: list[str] = []
        self.findings = Findings(products)
        self.way = Way()
        self._before: Clause | None = None
        # The sentence whose next objection is but put forward.
        self.pretext = -1

    def take(self, clause: Clause, setting: Setting) -> None:
        """Read one clause."""
        self.told.read(clause, setting)
        ahead = names_a_day_to_come(clause.text, self.today)
        self.findings.read(clause, setting, ahead=ahead)
        objections = list(objections_of(clause, self.phrases)) if setting.is_said else []
        if setting.asked:
            # "Asks whether we are cheaper" is interest, "asks if there is material" is none.
            objections = [item for item in objections if item[0] == "info_stall"]
        if objections and refuses_contact(clause.text):
            # "Take me off your list" asks for nothing off the price.
            objections = [item for item in objections if item[0] != "price"]
        if is_resolved(clause):
            # "Hatte Sorge wegen der Garantie, konnte ich ausräumen"
            objections = []
            self.raised = {
                kind: item
                for kind, item in self.raised.items()
                if self.raised_in[kind] != clause.sentence
            }
        pretext = is_pretext(clause)
        if pretext and not objections:
            self._put_forward(clause)
        planned = self._plan(clause, setting, objections)
        over = setting.past or setting.dated_back
        if not over and self.way.receive(clause, planned=planned, ahead=ahead):
            pass
        elif setting == Setting() and not clause.quoted and not clause.asks:
            if planned:
                done = clause.text.partition(self.steps[-1].what.split()[0])[0]
                self.way.read(clause_of(_done(done)), ahead=False)
            else:
                left = clause_of(_done(clause.text)) if ahead else clause
                self.way.read(left, ahead=ahead)
        self._before = clause
        if planned and not _begins_with_else(clause, self.steps[-1].what):
            return
        if not planned and (ahead or leaves_a_day(clause, self.today, was=over)):
            self.untaken.append(unmask(clause.text))
        for kind, _start, _end in objections:
            if kind == "price" and self._is_of_a_rival(clause):
                continue
            if kind not in self.raised:
                genuine = not pretext and self.pretext != clause.sentence
                self.raised[kind] = Raised(kind, unmask(clause.text), genuine)
                self.raised_in[kind] = clause.sentence

        if objections:
            self.pretext = -1

    def _put_forward(self, clause: Clause) -> None:
        """Take it that a clause says of its sentence's objections that they are but put forward: of
        those before it, "no time, classic excuse", else of the next."""
        before = [kind for kind, where in self.raised_in.items() if where == clause.sentence]
        for kind in before:
            self.raised[kind] = self.raised[kind]._replace(genuine=False)
        self.pretext = -1 if before else clause.sentence

    def _is_of_a_rival(self, clause: Clause) -> bool:
        """Whether it is a competitor who was too dear: "turned down Heatco, they were too dear"."""
        rival = self.findings.rival_sentence == clause.sentence
        return (
            rival
            and any(
                not {"they", "die", "those"}.isdisjoint(pair) and not _WERE.isdisjoint(pair)
                for pair in pairwise(clause.said)
            )
            and not ({"cheaper", "billiger", "gunstiger", "drunter", "darunter"} & set(clause.said))
        )

    def _plan(
        self, clause: Clause, setting: Setting, objections: list[tuple[str, int, int]]
    ) -> bool:
        """Take what a clause says comes next; whether it says so."""
        if setting.conditional or setting.hearsay or setting.past or clause.quoted:
            return False
        before = self._before
        if before is not None and hangs_on(clause, before):
            return False
        if self.steps and self.steps[-1].due is None and is_deadline(clause, self.today):
            dated = with_deadline(self.steps[-1], clause, self.today)
            if dated is not None:
                self.steps[-1] = dated
                return True
        goes_on = before is not None and before.sentence == clause.sentence
        if before is not None and goes_on and not before.quoted:
            joined = joined_with_day(before, clause, self.today)
            if joined is not None:
                if self.steps and self.steps[-1].due is None and self.steps[-1].what in before.text:
                    self.steps.pop()
                self.steps.append(joined)
                return True
        planned = steps_of(clause, self.today)
        if not planned and before is not None and is_promise(before):
            planned = promised(clause, self.today)
        if not planned and is_moved_to(clause, before, self.today):
            moved = moved_to(clause, before if goes_on else None, self.today)
            planned = [] if moved is None else [moved]
        if len(planned) == 1 and before is not None and is_but_a_verb(planned[0]):
            # "will Angebot für 12 Module, schick ich bis Freitag"
            planned = [planned[0]._replace(what=f"{before.text}, {planned[0].what}")]
        if before is not None and goes_on and self.steps and not planned:
            told = what_it_is_for(self.steps[-1], before, clause, self.today)
            if told is not None:
                self.steps[-1] = told
                return True
        # "Next step: none"
        planned = [step for step in planned if fold(step.what) not in _NONE]
        if not planned or (planned[0].due is None and hold_the_deed(clause, objections)):
            return False
        self.steps += planned
        return True


def _done(text: str) -> str:
    """What is said of what has been done, before an "and" that leads to what is to come."""
    return re.split(r"\s+(?:and|und|then|dann)\s+|\s*[-=]>", text)[0] if text.strip() else ""


# What stands for no next step, where one would.
_NONE = frozenset(
    ("none", "no", "nothing", "nil", "n/a", "na", "keine", "keiner", "keins", "nichts", "kein")
)
_WERE = frozenset(("are", "were", "sind", "waren", "war", "zu", "too", "they're"))


def _begins_with_else(clause: Clause, what: str) -> bool:
    """Whether a clause says something else before the step that it ends with."""
    first = clause.text[: clause.words[min(2, len(clause.words) - 1)].end]
    return len(clause.words) > len(what.split()) + 5 and first not in what


def recognise(text: str, catalogue: Catalogue, today: date, products: Products = ()) -> Recognised:
    """What ``text`` says; days like "fri" are reckoned from ``today``."""
    mentions.cache_clear()
    masked = mask(itemised(spelt_out(plain(text))))
    clauses = list(clauses_of(masked, today))
    phrases = by_first_word(catalogue, {word for c in clauses for word in c.said})
    reading = _Reading(phrases, products, today)
    for clause, setting in settings_of(clauses, today):
        reading.take(clause, setting)
    steps = dict.fromkeys(step._replace(what=unmask(step.what)) for step in reading.steps)
    minutes, report = reading.findings.report()
    # What a message says of objections and moods was written, and tells of no talk.
    written = reading.way.received
    told_of = reading.raised or {"mood", "goal_reached"} & set(report)
    stayed = bool(minutes or (told_of and not written))
    certain, unsure = outcome_of(reading.told, stayed=stayed)
    channel = reading.way.channel(
        talked=certain in ("met", "phone_instead")
        or (certain == "declined" and not written)
        or stayed
        or bool(unsure),
        travelled="kilometres" in report or "travel_minutes" in report,
    )
    if channel == "email" and certain is None and not unsure:
        # Whoever was only written to has not been spoken to.
        certain = "not_met"
    problems = [*misdated(masked, today), *two_days(clauses, today)]
    return Recognised(
        certain,
        tuple(steps),
        tuple(reading.raised.values()),
        unsure,
        tuple(unmask(problem) for problem in problems),
        report={name: unmask(value) for name, value in report.items()},
        minutes=minutes,
        untaken=tuple(dict.fromkeys(reading.untaken)),
        refused=any(refuses_contact(clause.text) for clause in clauses),
        channel=channel,
        undated=tuple(
            alone
            for alone in undated(steps, today)
            if not any(alone.day in problem for problem in problems)
        ),
    )
