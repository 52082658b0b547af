"""What was done to deals, kept as the list of all states that each of them was in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")


def day_of(instant: int) -> date:
    """The day in Berlin on which an instant lies."""
    return datetime.fromtimestamp(instant, UTC).astimezone(ZONE).date()


def midnight(day: date) -> int:
    """The first instant of a day in Berlin."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp())


@dataclass(frozen=True)
class Stage:
    """A stage of the process, by its position."""

    key: str
    position: int
    kind: str
    phase: str
    probability: int


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


@dataclass
class Deal:
    """A deal with all its states in the order in which they came."""

    id: int
    states: list[State]
    source: str | None = None
    product: str | None = None
    kind: str = "new"
    customer: int | None = None
    referred: bool = False

    def until(self, at: int) -> list[State]:
        """Its states up to an instant."""
        return [state for state in self.states if state.at <= at]

    def then(self, **changes: object) -> None:
        """A further state, the last one changed."""
        quiet: dict[str, object] = {"moved": False, "reason": None}
        self.states.append(replace(self.states[-1], **{**quiet, **changes}))  # type: ignore[arg-type]


@dataclass
class Entry:
    """Effort: on which deal, at which stage, when."""

    deal: int
    stage: int
    at: int
    minutes: int
    kilometres: int
    expenses: int


@dataclass
class Objection:
    """An objection of a deal."""

    deal: int
    kind: str
    genuine: bool
    at: int
    resolved_at: int | None


@dataclass
class Ledger:
    """All that was done, and the rates that hold."""

    stages: dict[int, Stage]
    deals: list[Deal] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    exchange: list[tuple[str, date, Fraction]] = field(default_factory=list)
    hour: list[tuple[date, int]] = field(default_factory=list)
    kilometre: list[tuple[date, int]] = field(default_factory=list)

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
