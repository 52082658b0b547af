"""What selling has taken and cost: entries, and sums of deals.

An entry costs minutes / 60 x the hourly rate of its day + kilometres x the rate of its day +
expenses, rounded half up once, for each currency on its own. It belongs to the stage that the
deal was in when it happened. The formula stands in the view ``effort_cost``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from funnelcli import config, queries
from funnelcli.filters import Field, Fields, parse, sort
from funnelcli.i18n import N_, pick
from funnelcli.nouns.record import Record
from funnelcli.values.rounding import half_up

ORIGIN = {"visit": N_("visit"), "effort": N_("effort")}
UNRATED = "((e.minutes > 0 AND p.hour IS NULL) OR (e.kilometres > 0 AND p.km IS NULL))"
SORT = {
    "date": "e.happened_at",
    "minutes": "e.minutes",
    "km": "e.kilometres",
    "deal": "d.search",
    "contact": "c.search",
}


class Amount(NamedTuple):
    """Minor units of a currency."""

    currency: str
    cost: int


class Effort(Record):
    """An entry: ``origin`` is visit or effort, ``origin_id`` its id there; ``id`` is that of
    effort entered directly."""

    id: int | None
    origin: str
    origin_id: int
    happened_on: str
    happened_at: int
    deal_id: int | None
    deal: str | None
    contact_id: int | None
    contact: str | None
    stage: str | None
    stage_en: str | None
    stage_de: str | None
    minutes: int
    kilometres: int
    expenses: int
    expenses_currency: str | None
    hour: int | None
    hour_currency: str | None
    km: int | None
    km_currency: str | None
    note: str | None

    @property
    def costs(self) -> list[Amount]:
        """What it cost in each currency, the most first, as the view ``effort_cost`` has it."""
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

    @property
    def unrated(self) -> bool:
        """Whether there was no rate for its time or its kilometres on its day."""
        return bool((self.minutes and self.hour is None) or (self.kilometres and self.km is None))

    @property
    def cost(self) -> int | None:
        """What it cost in the currency that most of it is in, in minor units."""
        return self.costs[0].cost if self.costs else None

    @property
    def cost_currency(self) -> str | None:
        """The currency of ``cost``."""
        return self.costs[0].currency if self.costs else None

    @property
    def other_costs(self) -> list[str]:
        """What it cost besides in other currencies: "USD 12.50"."""
        from funnelcli.values.money import plain

        return [f"{one.currency} {plain(one.cost, one.currency)}" for one in self.costs[1:]]

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


def fields(_conn: sqlite3.Connection) -> Fields:
    """What entries can be filtered by; aliases of tables as in ``effort.sql``."""
    stages = "SELECT key, name_en, name_de FROM stage ORDER BY process_id, position"
    return Fields(
        fields=[
            Field("date", "date", "e.happened_on"),
            Field("stage", "enum", "s.key", choices=lambda: list(_conn.execute(stages))),
            Field("deal", "text", "d.search", folded=True),
            Field("contact", "text", "c.search", folded=True),
            Field("minutes", "int", "e.minutes"),
            Field("km", "int", "e.kilometres"),
            Field(
                "origin",
                "enum",
                "e.origin",
                choices=lambda: [(key, word, word) for key, word in ORIGIN.items()],
            ),
        ],
        flags={"unrated": UNRATED},
        search=["coalesce(d.search, '')", "coalesce(c.search, '')"],
    )


def entries(
    conn: sqlite3.Connection,
    filters: Sequence[str] = (),
    *,
    order: str | None = None,
    limit: int | None = None,
) -> Iterator[Effort]:
    """Entries that pass the filter words, the latest first unless ``order`` says otherwise."""
    chosen = parse(
        filters, fields(conn), currency=config.get("currency"), locale=config.get("locale")
    )
    where, values = chosen.sql()
    by = sort(order, SORT) if order else "e.happened_at DESC"
    return queries.run(
        conn,
        "effort",
        Effort,
        values,
        where=where,
        order=f"{by}, e.origin, e.origin_id DESC",
        limit=limit,
    )


def costs(
    conn: sqlite3.Connection, *, where: str = "1", limit: int | None = None
) -> Iterator[Cost]:
    """What each deal has cost so far. ``where`` is SQL over ``k``, the view ``effort_cost``."""
    return queries.run(
        conn, "deal_cost", Cost, where=where, order="k.deal_id, k.currency", limit=limit
    )


def total(conn: sqlite3.Connection, deal_id: int) -> Total:
    """What one deal has taken and cost so far."""
    one = {"id": deal_id}
    minutes, kilometres, unrated = conn.execute(
        "SELECT coalesce(sum(e.minutes), 0), coalesce(sum(e.kilometres), 0),"
        f" coalesce(max({UNRATED}), 0) FROM effort_entry AS e JOIN rate_period AS p"
        " ON e.happened_on >= p.starts_on AND e.happened_on < p.ends_on WHERE e.deal_id = :id",
        one,
    ).fetchone()
    rows = queries.run(
        conn, "deal_cost", Cost, one, where="k.deal_id = :id", order="sum(k.cost) DESC, k.currency"
    )
    amounts = [Amount(row.currency, row.cost) for row in rows]
    return Total(minutes, kilometres, amounts, bool(unrated))
