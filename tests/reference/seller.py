"""A seller who works at random with the program's own actions, and writes down what was done."""

from __future__ import annotations

import random
import sqlite3
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from conftest import Clock
from funnelcli.actions import (
    care,
    closing,
    contacts,
    deals,
    effort,
    objections,
    people,
    steps,
    users,
    visits,
    withdrawal,
)
from funnelcli.actions import figures as rates
from funnelcli.values.dates import parse_period
from reference.ledger import (
    Contact,
    Deal,
    Entry,
    Ledger,
    Objection,
    Overhead,
    Score,
    Stage,
    State,
    Step,
    Target,
    Visit,
    day_of,
    midnight,
)

NOW = midnight(date(2026, 11, 24)) + 9 * 3600
SOURCES = ("fair", "referral", "web", None)
PRODUCTS = ("Roof", "Wall box", None)
CHANNELS = ("on_site", "phone", "video", "email", "fair")
OUTCOMES = ("met", "phone_instead", "not_met", "declined")
TAGS = ((), (), ("vip",), ("north",), ("north", "vip"))
KINDS = ("new", "new", "new", "repeat", "upsell", "renewal")
OWNERS = ("anna", "ben")
REASONS = ("price", "competitor", "no_response", "no_decision", "duplicate", "timing")
CURRENCIES = ("EUR", "EUR", "USD", "JPY", "CHF")
PROCESSES = ("cycle", "funnel")
# Some periods begin or end on the nights when the clock changes.
PERIODS = (
    (date(2026, 3, 29), date(2026, 10, 25)),
    (date(2025, 10, 26), date(2026, 3, 30)),
    (date(2026, 7, 1), date(2026, 10, 1)),
    (date(2026, 11, 1), date(2026, 12, 1)),
    (date(2025, 1, 1), date(2027, 1, 1)),
)
BOUNDS = sorted({day for period in PERIODS for day in period})
# Midnights on which something begins or ends: a period, or a year in which a win counts.
EDGES = [
    midnight(day + timedelta(days=days))
    for day in (*BOUNDS, day_of(NOW) + timedelta(days=1))
    for days in (0, -365)
]


class Seller:
    """Somebody who works on deals, in a database and on a clock of their own."""

    def __init__(self, conn: sqlite3.Connection, seed: int, clock: Clock) -> None:
        self.conn = conn
        self.clock = clock
        self.dice = random.Random(seed)  # noqa: S311
        self.process = self.dice.choice(PROCESSES)
        self.process_ids = dict(conn.execute("SELECT key, id FROM process"))
        rows = conn.execute(
            "SELECT s.id, s.key, s.position, s.kind, s.phase, s.probability, p.key"
            " FROM stage AS s JOIN process AS p ON p.id = s.process_id"
        )
        self.ledger = Ledger({row[0]: Stage(*row[1:]) for row in rows})
        self.members = {None: None, **{key: users.add(conn, key) for key in OWNERS}}
        self._rates()
        self._targets()
        self._contacts()
        for _number in range(self.dice.randint(1, 7)):
            self._deal()
        self._without_a_deal()

    # What holds ----------------------------------------------------------------------------------

    def _rates(self) -> None:
        dice, ledger = self.dice, self.ledger
        for currency in ("USD", "JPY"):
            if dice.random() < 0.5:
                for day in (date(2025, 1, 1), date(2026, 5, 1))[: dice.randint(1, 2)]:
                    scaled = dice.randrange(10**5, 2 * 10**8)
                    rates.set_rate(self.conn, currency, "EUR", scaled, day.isoformat())
                    # A yen has no smaller unit, a euro has a hundred.
                    factor = Fraction(scaled, 10**8) * (100 if currency == "JPY" else 1)
                    ledger.exchange.append((currency, day, factor))
        for kind, held, amounts in (
            ("hour", ledger.hour, (5999, 7001)),
            ("km", ledger.kilometre, (30, 42)),
        ):
            for day, amount in zip((date(2025, 6, 1), date(2026, 3, 29)), amounts, strict=True):
                currency = dice.choice(("EUR", "EUR", "USD", "CHF"))
                effort.set_rate(self.conn, kind, amount, currency, day.isoformat())
                held.append((day, amount, currency))

    def _targets(self) -> None:
        dice = self.dice
        for label in ("2026-11", "2026-Q3", "2026-08", "2026", "2025-11..2026-02"):
            for process in (None, "cycle", "funnel"):
                if dice.random() < 0.4:
                    amount, currency = dice.randrange(1, 10**7), dice.choice(("EUR", "USD"))
                    period = parse_period(label)
                    own = None if process is None else self.process_ids[process]
                    rates.add_target(self.conn, period, amount, currency, own)
                    self.ledger.targets.append(
                        Target(process, period.start, period.end, amount, currency)
                    )
        for _number in range(dice.randint(0, 3)):
            start = date(2025, 6, 1) + timedelta(days=dice.randrange(600))
            end = start + timedelta(days=dice.randint(1, 200))
            amount, currency = dice.randrange(10**6), dice.choice(CURRENCIES)
            source = dice.choice(SOURCES)
            effort.add_overhead(
                self.conn,
                source=source,
                starts_on=start.isoformat(),
                ends_on=end.isoformat(),
                amount=amount,
                currency=currency,
                note=None,
            )
            self.ledger.overheads.append(Overhead(source, start, end, amount, currency))

    def _contacts(self) -> None:
        works = self._contact("Works", kind="organisation")
        club = self._contact("Club", kind="organisation")
        ada = self._contact("Ada", home=works)
        self._contact("Bea", home=works, sent_by=self.dice.choice((ada, None)))
        cem = self._contact("Cem")
        self._contact("Dora", sent_by=self.dice.choice((ada, cem)))
        self._contact("Egon", home=club, sent_by=self.dice.choice((cem, None)))

    def _contact(
        self,
        name: str,
        *,
        kind: str = "person",
        home: Contact | None = None,
        sent_by: Contact | None = None,
    ) -> Contact:
        fields = {"kind": kind, "organisation_id": home and home.id}
        number = contacts.add(self.conn, name, fields=fields)
        if sent_by is not None:
            care.refer(self.conn, sent_by.id, "2025-02-01", existing_id=number)
        whose = number if kind == "organisation" else (home.id if home else None)
        made = Contact(number, name, whose, sent_by and sent_by.id)
        self.ledger.contacts[number] = made
        return made

    # Deals ---------------------------------------------------------------------------------------

    def _of_kind(self, process: str, *kinds: str) -> list[int]:
        stages = self.ledger.stages.items()
        found = [
            (stage.position, number)
            for number, stage in stages
            if stage.kind in kinds and stage.process == process
        ]
        return [number for _position, number in sorted(found)]

    def _money(self) -> int | None:
        return None if self.dice.random() < 0.1 else self.dice.randrange(0, 10**7)

    def _due(self, at: int) -> date | None:
        if self.dice.random() < 0.2:
            return None
        near = day_of(at) + timedelta(days=self.dice.randint(-20, 120))
        return self.dice.choice((near, near, near, day_of(NOW), *BOUNDS))

    def _later(self, at: int) -> int:
        """When the next thing happens; often on the first or the last instant of a day that
        matters."""
        dice = self.dice
        edges = [edge for edge in EDGES if at < edge - 1]
        if edges and dice.random() < 0.25:
            return dice.choice(edges) - dice.randrange(2)
        return at + dice.choice((0, 1800, 86400, 86400, dice.randrange(40 * 86400)))

    def _deal(self) -> None:
        dice = self.dice
        # Back-dated, some of it into the nights of the clock changes.
        start = dice.choice(
            (
                midnight(date(2026, 3, 29)) + dice.randrange(86400),
                midnight(date(2025, 10, 26)) + dice.randrange(90000),
                midnight(date(2025, 3, 1)) + dice.randrange(600 * 86400),
                NOW - dice.randrange(10) * 86400,
            )
        )
        process = self.process if dice.random() < 0.8 else dice.choice(PROCESSES)
        stage = dice.choice(self._of_kind(process, "open", "outside")[:3])
        value, currency = self._money(), dice.choice(CURRENCIES)
        due, probability = self._due(start), dice.choice((None, None, 35))
        contact = dice.choice((None, *self.ledger.contacts.values()))
        source, product, kind = dice.choice(SOURCES), dice.choice(PRODUCTS), dice.choice(KINDS)
        tags, owner = dice.choice(TAGS), dice.choice((None, *OWNERS))
        deal_id = deals.add(
            self.conn,
            "Deal",
            process_id=self.process_ids[process],
            currency=currency,
            stage_id=stage,
            contact_id=contact and contact.id,
            value=value,
            probability=probability,
            expected_close=due.isoformat() if due else None,
            tags=tags,
            at=start,
            attributes={
                "source": source,
                "product": product,
                "kind": kind,
                "owner_id": self.members[owner],
            },
        )
        first = State(start, stage, True, "open", value, currency, probability, due)
        deal = Deal(deal_id, process, [first], contact, source, product, kind, tags)
        deal.owner = owner
        self.ledger.deals.append(deal)
        self._people(deal)
        at = start
        for _number in range(dice.randint(0, 12)):
            at = self._later(at)
            if at > NOW:
                break
            self._move(deal, at)
            self._aside(deal, at)

    def _people(self, deal: Deal) -> None:
        """Who has a part in the deal, its contact among them."""
        # Drawn apart, so that the rest of a history stays the one that it was.
        dice = random.Random(deal.id)  # noqa: S311
        if deal.contact is not None:
            deal.people[deal.contact.id] = None
        for _number in range(dice.choice((0, 0, 1, 3)) if deal.people else 0):
            who = dice.choice([*self.ledger.contacts])
            role = dice.choice(("decider", "user", "Works council"))
            people.add(self.conn, deal.id, who, {"role": role})
            deal.people[who] = role

    def _move(self, deal: Deal, at: int) -> None:
        """One thing that can be done to the deal as it stands."""
        dice, conn, now = self.dice, self.conn, deal.states[-1]
        position = self._place(now.stage)
        on_the_way = self._of_kind(deal.process, "open", "outside")
        won_place = self._place(self._of_kind(deal.process, "won")[0])
        ahead = [n for n in on_the_way if position < self._place(n) < won_place]
        behind = [n for n in on_the_way if self._place(n) < position]
        chance = dice.random()
        if now.status == "open":
            if chance < 0.35 and ahead:
                to = dice.choice(ahead[:2] if chance < 0.25 else ahead)
                deals.advance(conn, deal.id, at, to)
                deal.then(at=at, stage=to, moved=True)
            elif chance < 0.5 and behind:
                to = dice.choice(behind)
                deals.back(conn, deal.id, at, "not yet", to)
                deal.then(at=at, stage=to, moved=True)
            elif chance < 0.72:
                self._edit(deal, at)
            elif chance < 0.85:
                self._win(deal, at)
            elif self.ledger.stages[now.stage].kind == "open":
                self._lose(deal, at)
        elif chance < 0.3:
            to = dice.choice(self._of_kind(deal.process, "open"))
            closing.reopen(conn, deal.id, at, "again", to)
            deal.then(at=at, stage=to, moved=True, status="open")
        elif now.status == "won" and chance < 0.45:
            limit = conn.execute("SELECT revocable_until FROM deal WHERE id = ?", (deal.id,))
            (until,) = limit.fetchone()
            if until is not None and day_of(at).isoformat() <= until:
                closing.withdraw(conn, deal.id, at)
                deal.then(at=at, status="lost", reason="withdrawn")
                self._drop_steps(deal, at)
        elif chance < 0.75:
            kinds = ("post", "outside") if now.status == "won" else ("outside",)
            onward = [n for n in self._of_kind(deal.process, *kinds) if self._place(n) > position]
            if onward:
                deals.advance(conn, deal.id, at, onward[0])
                deal.then(at=at, stage=onward[0], moved=True)
        elif now.value is not None:
            value = dice.randrange(10**7)
            deals.edit(conn, deal.id, at, {"value": value})
            deal.then(at=at, value=value)

    def _place(self, stage: int) -> int:
        return self.ledger.stages[stage].position

    def _edit(self, deal: Deal, at: int) -> None:
        dice = self.dice
        due, probability = self._due(at), dice.choice((None, 10, 90))
        changes: dict[str, Any] = dice.choice(
            (
                {"value": self._money()},
                {"expected_close": due.isoformat() if due else None},
                {"expected_close": due.isoformat() if due else None},
                {"probability": probability},
                {"currency": dice.choice(CURRENCIES), "value": self._money()},
            )
        )
        deals.edit(self.conn, deal.id, at, changes)
        known = {"expected_close": ("expected", due)}
        deal.then(at=at, **dict(known.get(key, (key, value)) for key, value in changes.items()))

    def _win(self, deal: Deal, at: int) -> None:
        dice, now = self.dice, deal.states[-1]
        value = dice.randrange(10**7) if now.value is None or dice.random() < 0.3 else now.value
        # Often into another currency, of which a rate need not be stored.
        currency = dice.choice((now.currency, now.currency, "EUR", *CURRENCIES))
        revocable = dice.random() < 0.4
        until = (day_of(at) + timedelta(days=14)).isoformat() if revocable else None
        closing.win(self.conn, deal.id, at, value=value, currency=currency)
        withdrawal.edit(self.conn, deal.id, {"revocable_until": until})
        won = self._of_kind(deal.process, "won")[0]
        deal.then(at=at, stage=won, moved=True, status="won", value=value, currency=currency)

    def _lose(self, deal: Deal, at: int) -> None:
        reason = self.dice.choice(REASONS)
        competitor = "Rival" if reason == "competitor" else None
        closing.lose(self.conn, deal.id, at, reason, competitor=competitor)
        deal.then(at=at, status="lost", reason=reason)
        deal.competitor = competitor or deal.competitor
        self._drop_steps(deal, at)

    def _drop_steps(self, deal: Deal, at: int) -> None:
        """What a loss does to the deal's next steps."""
        for step in self.ledger.steps:
            if step.deal == deal.id and step.ended is None:
                step.ended = at

    # Beside the deal -----------------------------------------------------------------------------

    def _aside(self, deal: Deal, at: int) -> None:
        """Effort, objections, visits, next steps and scores; some of them happened after moves
        that are recorded only later, some effort and visits before the deal was opened."""
        dice = self.dice
        then = min(NOW, at + dice.choice((0, 0, 86400, dice.randrange(90 * 86400))))
        early = deal.states[0].at - dice.randrange(1, 20 * 86400)
        if dice.random() < 0.2:
            self._effort(deal, dice.choice((then, then, early)))
        if dice.random() < 0.2:
            kind, genuine = dice.choice(("price", "time")), dice.random() < 0.5
            done = dice.random() < 0.5
            objections.add(self.conn, deal.id, kind, then, genuine=genuine, resolved=done)
            self.ledger.objections.append(
                Objection(deal.id, kind, genuine, then, then if done else None)
            )
        if dice.random() < 0.25:
            self._visit(deal, deal.contact, dice.choice((then, then, early)))
        if dice.random() < 0.35 and deal.states[-1].status != "lost":
            self._next(deal, at)
        if dice.random() < 0.15 and deal.contact is not None:
            self._score(deal, deal.contact, day_of(at))

    def _without_a_deal(self) -> None:
        """The same for contacts alone."""
        dice = self.dice
        for contact in dice.sample(list(self.ledger.contacts.values()), 2):
            at = NOW - dice.choice((0, 3600, dice.randrange(500 * 86400)))
            what = dice.choice(("effort", "visit", "score"))
            if what == "effort":
                self._effort(None, at, contact)
            elif what == "visit":
                self._visit(None, contact, at)
            else:
                self._score(None, contact, day_of(at))

    def _effort(self, deal: Deal | None, at: int, contact: Contact | None = None) -> None:
        dice = self.dice
        minutes, kilometres, expenses = (dice.randrange(200) for _part in range(3))
        currency = dice.choice(CURRENCIES)
        effort.add(
            self.conn,
            deal_id=deal and deal.id,
            contact_id=contact and contact.id,
            at=at,
            minutes=minutes,
            kilometres=kilometres,
            expenses=(expenses, currency),
        )
        self._enter(deal, at, minutes, kilometres, expenses, currency)

    def _enter(self, deal: Deal | None, at: int, *parts: Any) -> None:
        self.ledger.entries.append(Entry(deal, at, *parts))

    def _visit(self, deal: Deal | None, contact: Contact | None, at: int) -> None:
        dice = self.dice
        minutes, travel = dice.choice((None, 0, 45, 90)), dice.choice((None, None, 25))
        kilometres = dice.choice((None, 12))
        expenses = dice.choice((None, (dice.randrange(5000), dice.choice(CURRENCIES))))
        channel, outcome = dice.choice(CHANNELS), dice.choice(OUTCOMES)
        called = dice.choice((None, "fair", "web")) if channel == "phone" else None
        # Exactly a day after the end is not late yet.
        after = dice.choice((600, 86400, 86401, 5 * 86400)) + 60 * (minutes or 0)
        self.clock.instant = min(NOW, at + after)
        visits.add(
            self.conn,
            contact_id=contact and contact.id,
            deal_id=deal and deal.id,
            at=at,
            minutes=minutes,
            fields={
                "channel": channel,
                "outcome": outcome,
                "travel_minutes": travel,
                "kilometres": kilometres,
                "expenses": expenses and expenses[0],
                "expenses_currency": expenses and expenses[1],
                "call_list": called,
            },
        )
        written, self.clock.instant = self.clock.instant, NOW
        whose = (deal and deal.id, contact and contact.id)
        taken = minutes + (travel or 0) if minutes else None
        visit = Visit(*whose, at, minutes or 0, channel, outcome, written, taken, called)
        self.ledger.visits.append(visit)
        self.ledger.diary.append(visit)
        if (minutes, travel, kilometres, expenses) != (None, None, None, None):
            money = expenses or (0, "EUR")
            self._enter(deal, at, (minutes or 0) + (travel or 0), kilometres or 0, *money)

    def _next(self, deal: Deal, at: int) -> None:
        dice = self.dice
        near = day_of(at) + timedelta(days=dice.randint(-60, 60))
        due = dice.choice((None, near, near, day_of(NOW)))
        step_id = steps.add(self.conn, "go on", due=due and due.isoformat(), deal_id=deal.id, at=at)
        step = Step(deal.id, due, at)
        if dice.random() < 0.4:
            step.ended = min(NOW, at + dice.randrange(90 * 86400))
            steps.end(self.conn, step_id, dice.choice(("done", "dropped")), step.ended)
        self.ledger.steps.append(step)

    def _score(self, deal: Deal | None, contact: Contact, day: date) -> None:
        kind = self.dice.choice(("nps", "csat"))
        value = self.dice.randint(*care.SCALES[kind])
        care.score(self.conn, contact.id, kind, value, day.isoformat(), deal_id=deal and deal.id)
        self.ledger.scores.append(Score(deal and deal.id, kind, value, day))
