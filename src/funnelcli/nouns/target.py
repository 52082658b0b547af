"""A target: what is to be won in a period."""

from __future__ import annotations

from datetime import date

from funnelcli.i18n import N_, NN_
from funnelcli.nouns.field import Ask, field
from funnelcli.nouns.noun import Noun, Says
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import AMOUNT, DATE, ID, PROCESS, TEXT
from funnelcli.values import daytext
from funnelcli.values.days import label_of


def _period(target: Target) -> str:
    start, end = date.fromisoformat(target.starts_on), date.fromisoformat(target.ends_on)
    return daytext.period(label_of(start, end))


class Target(Record):
    """A target of won value: [starts_on, ends_on), minor units of ``currency``."""

    id: int = field("Id", ID, "t.id")
    public_id: str = field("Public id", table=False)
    starts_on: str = field(
        "Period", TEXT, Ask("t.starts_on", "from", type=DATE), flex=True, shown=_period
    )
    ends_on: str = field("End", DATE, table=False)
    amount: int = field("Target", AMOUNT, Ask("t.amount", currency="t.currency"))
    currency: str = field("Currency", table=False)
    process: str | None = field("Process", PROCESS, "p.key", drop=1)


TARGET = Noun(
    "target",
    Target,
    query="targets",
    alias="t",
    order="t.starts_on DESC, t.ends_on, t.id",
    says=Says(
        N_("There is no target {name}."),
        N_("No targets yet: funnel target add 2026-Q4 250k"),
        N_("Removed target {id}"),
        NN_("Remove {n} target?", "Remove {n} targets?"),
    ),
)
