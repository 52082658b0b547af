"""A target: what is to be won in a period."""

from __future__ import annotations

from datetime import date
from typing import Any

from funnelcli.nouns.record import Record
from funnelcli.render.model import Column
from funnelcli.values import dates


class Target(Record):
    """A target of won value: [starts_on, ends_on), minor units of ``currency``."""

    id: int
    public_id: str
    starts_on: str
    ends_on: str
    amount: int
    currency: str
    process: str | None


def _period(target: Any) -> str:
    start, end = date.fromisoformat(target.starts_on), date.fromisoformat(target.ends_on)
    return dates.label_of(start, end)


TARGETS = (
    Column("id", "Id", "id"),
    Column("public_id", "Public id", table=False),
    Column("starts_on", "Period", flex=True, shown=_period),
    Column("ends_on", "End", "date", table=False),
    Column("amount", "Target", "money"),
    Column("currency", "Currency", table=False),
    Column("process", "Process", drop=1),
)
