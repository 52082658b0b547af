"""The fields of a visit's report that a note gives beside outcome, steps and objections."""

from __future__ import annotations

from funnelcli.actions.recognising.amounts import Leg, distances_of, driven, lengths_of
from funnelcli.actions.recognising.clauses import Clause
from funnelcli.actions.recognising.competitors import competitor_of, is_provider_in_brackets
from funnelcli.actions.recognising.impressions import (
    goal_of,
    has_turned,
    is_goal,
    mood_of,
)
from funnelcli.actions.recognising.money import (
    bare_sum,
    budget_of,
    expenses_of,
    leads_to_budget,
    may_be_a_cost,
    names_costs,
)
from funnelcli.actions.recognising.people import (
    Person,
    decider_of,
    ends_with_decider,
    is_role,
    name_alone,
    named_role,
    people_of,
)
from funnelcli.actions.recognising.products import Products, products_of
from funnelcli.actions.recognising.setting import Setting
from funnelcli.text import fold
from funnelcli.typed import TypeVar

T = TypeVar("T")


class Findings:
    """What was found of each field, clause by clause."""

    def __init__(self, products: Products) -> None:
        self.products = products
        self.product_words = frozenset(fold(name.split()[0]) for _sku, name in products)
        self.visit: list[int] = []
        self.way: list[int] = []
        self.km: list[Leg] = []
        self.costs: list[tuple[int, str]] = []
        self._cost_sentences: set[int] = set()
        self._unread_sentences: set[int] = set()
        self.budgets: list[str] = []
        self.deciders: list[str] = []
        self.competitors: list[str] = []
        self.moods: list[int] = []
        self.goals: list[str] = []
        self.shown: dict[str, None] = {}
        self._person: Person | None = None
        self._called: dict[str, set[str]] = {}
        """The names that a role was named with, "CFO Tom Hall"."""
        self._sentence = -1
        self._moods_before = 0
        self.rival_sentence = -1
        """The sentence in which a competitor was named last."""
        self._before: Clause | None = None

    def read(self, clause: Clause, setting: Setting, *, ahead: bool) -> None:
        """Take what a clause says; ``ahead``: it names a day to come."""
        if clause.sentence != self._sentence:
            self._person, self._sentence = None, clause.sentence
            self._moods_before = len(self.moods)
        self._measure(clause, setting, ahead=ahead)
        rival = self._meet(clause, setting)
        before = self._before
        expected = before is not None and is_goal(before)
        self.goals += [goal] if (goal := goal_of(clause, expected=expected)) else []
        if setting.is_said and not setting.conditional:
            if has_turned(clause):
                # "He was annoyed, smoothed it over"
                del self.moods[self._moods_before :]
            else:
                self.moods += [mood] if (mood := mood_of(clause, rival)) is not None else []
        if not setting.hearsay:
            self.shown |= dict.fromkeys(products_of(clause, self.products))
        people = people_of(clause)
        for person in people:
            role, name = named_role(person)
            if name:
                self._called.setdefault(role, set()).add(name)
        # "Tom Baxter (MD, decides alone)": what he is, and nobody else.
        role_alone = len(clause.words) <= 2 and self._person is not None and is_role(clause.said[0])
        if people and not role_alone:
            self._person = people[-1]
        self._before = clause

    def _measure(self, clause: Clause, setting: Setting, *, ahead: bool) -> None:
        before = self._before
        if (
            not any(letter.isdigit() for letter in clause.text)
            and "hour" not in clause.folded
            and "stund" not in clause.folded
            and "minut" not in clause.folded
        ):
            return
        lengths = lengths_of(clause, ahead=ahead)
        self.visit += lengths.visit
        self.way += lengths.way
        self.km += distances_of(clause)
        if not ahead:
            costs = expenses_of(clause)
            if before is not None and before.sentence == clause.sentence and names_costs(before):
                costs += bare_sum(clause)
            self.costs += costs
            if costs:
                self._cost_sentences.add(clause.sentence)
            elif may_be_a_cost(clause):
                self._unread_sentences.add(clause.sentence)
        expected = before is not None and leads_to_budget(before)
        if setting.is_said and (budget := budget_of(clause, expected=expected)) is not None:
            self.budgets.append(budget)

    def _meet(self, clause: Clause, setting: Setting) -> str | None:
        """Take who decides, and the competitor, which it returns."""
        if not setting.is_said:
            return None
        if setting.conditional:
            decider = None
        elif self._before is not None and ends_with_decider(self._before):
            decider = name_alone(clause)
        else:
            decider = decider_of(clause, self._person)
        if decider is not None:
            called = self._called.get(fold(decider), ())
            self.deciders.append(next(iter(called)) if len(called) == 1 else decider)
        if is_provider_in_brackets(clause, self._before):
            name: str | None = clause.text
        else:
            name = competitor_of(clause, self.product_words)
        if name is not None:
            self.competitors.append(name)
            self.rival_sentence = clause.sentence
        return name

    def report(self) -> tuple[int | None, dict[str, str]]:
        """The minutes of the visit, and the other fields as text; of what was said twice in two
        ways none."""
        way = _only(self.way)
        # A sum that may belong to them and was not read: a part of the expenses is none.
        whole = self._cost_sentences.isdisjoint(self._unread_sentences)
        fields = {
            "travel_minutes": None if way is None else f"{way}",
            "kilometres": _only(driven(self.km)),
            "expenses": _sum(self.costs) if whole else None,
            "budget": _one(self.budgets),
            "decider": _one(self.deciders),
            "competitor": _one(self.competitors),
            "products_shown": ", ".join(self.shown) or None,
            "goal_reached": _only(self.goals),
        }
        mood = _mood(self.moods)
        fields["mood"] = None if mood is None else f"{mood}"
        return _only(self.visit), {
            name: value for name, value in fields.items() if value is not None
        }


def _only(values: list[T]) -> T | None:
    """What was said once, or more often and never otherwise."""
    return values[0] if len(set(values)) == 1 else None


def _one(values: list[str]) -> str | None:
    """The same of words, however they are written."""
    return values[0] if len({fold(value) for value in values}) == 1 else None


def _mood(scores: list[int]) -> int | None:
    """The mood of a note: where it says several, all good or all bad, the one that says most."""
    if not scores or (min(scores) < 4 and len(set(scores)) > 1 and max(scores) > 2):
        return None
    return max(scores) if min(scores) > 3 else min(scores)


def _sum(costs: list[tuple[int, str]]) -> str | None:
    """Costs of one currency added up."""
    currencies = {currency for _amount, currency in costs if currency}
    if not costs or len(currencies) > 1:
        return None
    total = sum(amount for amount, _currency in costs)
    currency = currencies.pop() if currencies else ""
    return f"{total // 100}.{total % 100:02} {currency}".strip()
