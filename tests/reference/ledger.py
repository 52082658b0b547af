"""What was done to deals, kept as the list of all states that each of them was in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")


@cache
def day_of(instant: int) -> date:
    """The day in Berlin on which an instant lies."""
    return datetime.fromtimestamp(instant, UTC).astimezone(ZONE).date()


@cache
def midnight(day: date) -> int:
    """The first instant of a day in Berlin."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp())


@dataclass(frozen=True)
class Stage:
    """A stage of a process, by its position."""

    key: str
    position: int
    kind: str
    phase: str
    probability: int
    process: str


@dataclass(frozen=True)
class State:
    """A deal from ``at`` on. ``moved`` says that a stay began with it."""

    at: int
    stage: int
    moved: bool
    status: str
    value: int | None
    currency: str
    probability: int | None
    expected: date | None
    reason: str | None = None

    @property
    def day(self) -> date:
        """The day on which it began."""
        return day_of(self.at)


@dataclass(frozen=True)
class Contact:
    """A person, or an organisation; ``home`` is the organisation that it belongs to or is.
    ``sent_by`` is the contact that named it."""

    id: int
    name: str
    home: int | None
    sent_by: int | None

    @property
    def customer(self) -> int:
        """Who buys: the organisation, or a person without one."""
        return self.id if self.home is None else self.home


@dataclass
class Deal:
    """A deal with all its states in the order in which they came."""

    id: int
    process: str
    states: list[State]
    contact: Contact | None
    source: str | None = None
    product: str | None = None
    kind: str = "new"
    tags: tuple[str, ...] = ()
    competitor: str | None = None
    owner: str | None = None
    people: dict[int, str | None] = field(default_factory=dict)
    """Who has a part in it, by id, and which role."""

    @property
    def customer(self) -> int | None:
        """Who buys, where a contact is known."""
        return self.contact.customer if self.contact else None

    def until(self, at: int) -> list[State]:
        """Its states up to an instant."""
        return [state for state in self.states if state.at <= at]

    def then(self, **changes: object) -> None:
        """A further state, the last one changed."""
        quiet: dict[str, object] = {"moved": False, "reason": None}
        self.states.append(replace(self.states[-1], **{**quiet, **changes}))  # type: ignore[arg-type]


@dataclass
class Entry:
    """Effort: on which deal, when; minor units of ``currency``."""

    whose: Deal | None
    at: int
    minutes: int
    kilometres: int
    expenses: int
    currency: str

    @property
    def deal(self) -> int | None:
        """The id of its deal."""
        return self.whose and self.whose.id

    @property
    def stage(self) -> int | None:
        """The stage that the deal was in when it happened, whenever its moves were recorded; its
        first one before it was opened."""
        if self.whose is None:
            return None
        return (self.whose.until(self.at) or self.whose.states[:1])[-1].stage


@dataclass
class Visit:
    """A visit, a call, an e-mail or an attempt; ``written`` is when its report was, ``taken`` how
    many minutes it took with the way there, None where nobody has said how long the
    talk was, ``list`` what it was called
    from."""

    deal: int | None
    contact: int | None
    at: int
    minutes: int
    channel: str
    outcome: str
    written: int
    taken: int | None = None
    list: str | None = None


@dataclass
class Step:
    """A next step of a deal; ``ended`` None while it is open."""

    deal: int
    due: date | None
    at: int
    ended: int | None = None


@dataclass
class Objection:
    """An objection of a deal."""

    deal: int
    kind: str
    genuine: bool
    at: int
    resolved_at: int | None


@dataclass
class Score:
    """How satisfied somebody was."""

    deal: int | None
    kind: str
    score: int
    day: date


@dataclass
class Overhead:
    """What a source cost over [start, end)."""

    source: str | None
    start: date
    end: date
    amount: int
    currency: str


@dataclass
class Target:
    """What is to be won over [start, end), in one process or in all."""

    process: str | None
    start: date
    end: date
    amount: int
    currency: str


Priced = tuple[date, int, str]


@dataclass
class Ledger:
    """All that was done, and the rates that hold."""

    stages: dict[int, Stage]
    deals: list[Deal] = field(default_factory=list)
    contacts: dict[int, Contact] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    diary: list[Visit] = field(default_factory=list)
    """All visits, whatever deals are asked about."""
    steps: list[Step] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    overheads: list[Overhead] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    exchange: list[tuple[str, date, Fraction]] = field(default_factory=list)
    hour: list[Priced] = field(default_factory=list)
    kilometre: list[Priced] = field(default_factory=list)
    known: dict[int, list[tuple[Deal, list[State]]]] = field(default_factory=dict, init=False)

    def only(self, keep: Callable[[Deal], bool], *, strays: bool) -> Ledger:
        """The same without the deals that are not kept; ``strays`` is what has no deal."""
        deals = [deal for deal in self.deals if keep(deal)]
        kept: set[int | None] = {deal.id for deal in deals}
        if strays:
            kept.add(None)
        return replace(
            self,
            deals=deals,
            entries=[one for one in self.entries if one.deal in kept],
            visits=[one for one in self.visits if one.deal in kept],
            objections=[one for one in self.objections if one.deal in kept],
            scores=[one for one in self.scores if one.deal in kept],
        )

    def of_process(self, key: str, *, strays: bool) -> Ledger:
        """One process: its deals, its stages."""
        part = self.only(lambda deal: deal.process == key, strays=strays)
        stages = {number: stage for number, stage in self.stages.items() if stage.process == key}
        return replace(part, stages=stages)

    def existing(self, at: int) -> list[tuple[Deal, list[State]]]:
        """The deals that there were at an instant, with their states up to it. Once it was asked,
        nothing may be added."""
        if at not in self.known:
            found = [(deal, deal.until(at)) for deal in self.deals]
            self.known[at] = [(deal, states) for deal, states in found if states]
        return self.known[at]

    def rate(self, currency: str, day: date) -> Fraction | None:
        """What one unit of a currency was worth in euros on a day."""
        if currency == "EUR":
            return Fraction(1)
        held = [(since, rate) for code, since, rate in self.exchange if code == currency]
        before = [(since, rate) for since, rate in held if since <= day]
        return max(before)[1] if before else None

    def euros(self, value: int, currency: str, day: date) -> tuple[int, str]:
        """An amount in euros where a rate was stored for the day, else as it is."""
        rate = self.rate(currency, day)
        if rate is None:
            return value, currency
        return half_up(value * rate), "EUR"


def half_up(value: Fraction) -> int:
    """A fraction rounded half up."""
    return int((value + Fraction(1, 2)).__floor__())
