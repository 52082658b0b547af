"""Effort: what selling takes in time, kilometres and expenses, and what it costs."""

from __future__ import annotations

from funnelcli.i18n import N_, NN_, _, pick
from funnelcli.nouns.field import Ask, Option, contact_name, deal_title, derived, field
from funnelcli.nouns.noun import Noun, Says
from funnelcli.nouns.record import Record
from funnelcli.nouns.rules import STAGE_PLACE, UNRATED
from funnelcli.nouns.types import (
    AMOUNT,
    DATE,
    DURATION,
    EFFORT_KIND,
    FLAG,
    ID,
    INSTANT,
    KILOMETRES,
    SOURCE,
    STAGE,
    TEXT,
    one_of,
    record,
)
from funnelcli.plain import NamedTuple
from funnelcli.render.human import number_text
from funnelcli.typed import Any
from funnelcli.values import dates
from funnelcli.values.money import money_text
from funnelcli.values.moneyformat import Minor
from funnelcli.values.rounding import half_up

ORIGIN = one_of("ORIGIN", {"visit": N_("visit"), "effort": N_("effort")}, offers="EFFORT_ORIGIN")
RATE_KIND = one_of("KIND", {"hour": N_("an hour"), "km": N_("a kilometre")}, offers="RATE_KIND")


class Amount(NamedTuple):
    """Minor units of a currency."""

    currency: str
    cost: int


class Effort(Record):
    """An entry: ``origin`` is visit or effort, ``origin_id`` its id there; ``id`` is that of
    effort entered directly."""

    id: int | None = field("Id", ID, whose=lambda row: "" if row.id is None else row.origin)
    origin: str = field(
        "Origin",
        ORIGIN,
        Ask("e.origin"),
        shown=lambda row: f"{ORIGIN.name(row.origin)} {row.origin_id}",
        drop=2,
    )
    origin_id: int = field("Origin id", ID, table=False)
    happened_on: str = field("Date", DATE, Ask("e.happened_on", "date", sort="e.happened_at"))
    happened_at: int = field("At", INSTANT, table=False)
    contact_id: int | None = field("Contact id", record("CONTACT", "contact"), table=False)
    contact: str | None = contact_name()
    deal_id: int | None = field("Deal id", record("DEAL", "deal"), table=False)
    deal: str | None = deal_title()
    stage: str | None = field(
        "Stage", STAGE, Ask("s.key", place=STAGE_PLACE), drop=4, shown=lambda row: row.stage_name
    )
    stage_en: str | None
    stage_de: str | None
    kind: str | None = field(
        "Kind",
        EFFORT_KIND,
        Ask("(SELECT x.kind FROM effort AS x WHERE e.origin = 'effort' AND x.id = e.origin_id)"),
        option=Option("--kind", N_("A key of the catalogue, like travel."), on="add"),
        drop=3,
    )
    minutes: int = field(
        "Time",
        DURATION,
        "e.minutes",
        option=Option("--duration -t", N_("How long it took: 45m, 1h30."), on="add"),
    )
    kilometres: int = field(
        "Km",
        KILOMETRES,
        Ask("e.kilometres", "km"),
        option=Option("--km", N_("Kilometres driven; a part of one is rounded."), on="add"),
    )
    expenses: int = field(
        "Expenses",
        AMOUNT,
        option=Option("--expenses", N_("What was paid."), on="add"),
        currency="expenses_currency",
        drop=5,
    )
    expenses_currency: str | None
    hour: int | None
    hour_currency: str | None
    km: int | None
    km_currency: str | None

    @property
    def costs(self) -> list[Amount]:
        """What it cost in each currency, the most first, as the view ``effort_cost`` has it:
        minutes / 60 x the hourly rate of its day + kilometres x the rate of its day + expenses,
        rounded half up once, for each currency on its own."""
        sixtieths: dict[str, int] = {}
        for amount, currency in (
            (self.minutes * (self.hour or 0), self.hour_currency),
            (60 * self.kilometres * (self.km or 0), self.km_currency),
            (60 * self.expenses, self.expenses_currency),
        ):
            if amount and currency:
                sixtieths[currency] = sixtieths.get(currency, 0) + amount
        found = [Amount(currency, half_up(sum_, 60)) for currency, sum_ in sixtieths.items()]
        return sorted(found, key=lambda one: -one.cost)

    @derived("Cost", AMOUNT, currency="cost_currency", shown=lambda row: amounts_text(row.costs))
    def cost(self) -> int | None:
        """What it cost in the currency that most of it is in, in minor units."""
        return self.costs[0].cost if self.costs else None

    @property
    def cost_currency(self) -> str | None:
        """The currency of ``cost``."""
        return self.costs[0].currency if self.costs else None

    @derived("Other costs", TEXT, kind="tags", table=False)
    def other_costs(self) -> list[str]:
        """What it cost besides in other currencies: "USD 12.50"."""
        from funnelcli.values.money import plain

        return [f"{one.currency} {plain(one.cost, one.currency)}" for one in self.costs[1:]]

    @derived("Unrated", FLAG, table=False)
    def unrated(self) -> bool:
        """Whether there was no rate for its time or its kilometres on its day."""
        return bool((self.minutes and self.hour is None) or (self.kilometres and self.km is None))

    note: str | None = field(
        "Note", TEXT, option=Option("--note", N_("What it was for."), on="add"), flex=True, drop=1
    )

    @property
    def stage_name(self) -> str:
        """The stage's name in the language spoken now."""
        return pick(self.stage_en or "", self.stage_de or "")


class Cost(Record):
    """What a deal has cost in a currency, in its minor units."""

    deal_id: int
    currency: str
    cost: int


class Total(NamedTuple):
    """A deal's effort: minutes, kilometres, its cost by currency, and whether a rate is missing."""

    minutes: int
    kilometres: int
    costs: list[Amount]
    unrated: bool


class Rate(Record):
    """What an hour or a kilometre costs from a day on."""

    id: int = field("Id", ID, "r.id")
    kind: str = field("Kind", RATE_KIND, "r.kind")
    amount: int = field("Rate", AMOUNT)
    currency: str
    valid_from: str = field("Valid from", DATE, Ask("r.valid_from", "from"))


class Overhead(Record):
    """What a source cost over a period, whatever deals it brought; ``ends_on`` is the day after
    its last."""

    id: int = field("Id", ID, "h.id")
    public_id: str = field("Public id", table=False)
    source: str | None = field("Source", SOURCE, "h.source", shown=lambda row: row.source_name)
    source_en: str | None
    source_de: str | None
    starts_on: str = field("From", DATE, Ask("h.starts_on", "from"))
    ends_on: str = field("Day after", DATE, table=False)

    @derived("Through", DATE, data=False, piped=("ends_on",))
    def last_on(self) -> str:
        """Its last day."""
        from datetime import date, timedelta

        return (date.fromisoformat(self.ends_on) - timedelta(days=1)).isoformat()

    amount: int = field("Cost", AMOUNT, Ask("h.amount", "cost", currency="h.currency"))
    currency: str
    note: str | None = field("Note", flex=True, drop=1)
    recorded_at: int = field("Recorded", INSTANT, table=False)

    @property
    def source_name(self) -> str:
        """The source's name in the language spoken now."""
        return pick(self.source_en or "", self.source_de or "") or self.source or ""


EFFORT = Noun(
    "effort",
    Effort,
    query="effort",
    alias="e",
    order="e.happened_at DESC, e.origin, e.origin_id DESC",
    tie="e.origin, e.origin_id DESC",
    key="e.origin = 'effort' AND e.origin_id",
    apart="e.origin, e.origin_id",
    says=Says(
        N_("There is no effort {name}."),
        N_("No effort. Visits with a duration make it; `funnel effort add` adds it."),
        N_("Removed effort {id}"),
        NN_("Remove {n} effort?", "Remove {n} efforts?"),
    ),
    flags={"unrated": UNRATED},
    search=["coalesce(d.search, '')", "coalesce(c.search, '')"],
)
RATE = Noun(
    "rate",
    Rate,
    query="rates",
    alias="r",
    order="r.kind, r.valid_from",
    says=Says(
        N_("There is no rate {name}."),
        N_("No rates. `funnel rate set hour 60` sets one."),
        N_("Removed rate {id}"),
        NN_("Remove {n} rate?", "Remove {n} rates?"),
    ),
)
OVERHEAD = Noun(
    "overhead",
    Overhead,
    query="overheads",
    alias="h",
    order="h.starts_on DESC, h.id",
    says=Says(
        N_("There is no overhead {name}."),
        N_("No overhead. `funnel overhead add` adds it."),
        N_("Removed overhead {id}"),
        NN_("Remove {n} overhead?", "Remove {n} overheads?"),
    ),
    search=["search_key(coalesce(h.note, ''))", "search_key(coalesce(k.name_en, ''))"],
)


def amounts_text(amounts: list[Amount]) -> str:
    """Amounts of several currencies on a line."""
    return " + ".join(money_text(one.cost, one.currency) for one in amounts)


def total_text(total: Total) -> str:
    """A deal's effort on a line; nothing when there is none."""
    parts = [amounts_text(total.costs)] if total.costs else []
    if total.minutes:
        parts.append(dates.format_duration(total.minutes))
    if total.kilometres:
        parts.append(_("{n} km").format(n=number_text(total.kilometres)))
    if total.unrated:
        parts.append(_("not all of it has a rate: funnel rate set"))
    return ", ".join(parts)


def total_data(total: Total) -> dict[str, Any]:
    """A deal's effort as ``--json`` prints it."""
    return {
        "minutes": total.minutes,
        "kilometres": total.kilometres,
        "unrated": total.unrated,
        "costs": [
            {"cost": Minor(one.cost, one.currency), "currency": one.currency} for one in total.costs
        ],
    }
