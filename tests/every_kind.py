"""One row with a column of every kind, for the tests of what a format makes of each."""

from __future__ import annotations

from typing import Any

from funnelcli.render import Column

COLUMNS = (
    Column("id", "Id", "id"),
    Column("stage", "Stage", names=lambda key: {"won": "Won"}.get(key, key)),
    Column("value", "Value", "money"),
    Column("chance", "Probability", "percent"),
    Column("rate", "Win rate", "share"),
    Column("due", "Due", "date"),
    Column("at", "Recorded", "instant"),
    Column("minutes", "Time", "duration"),
    Column("days", "Days", "days"),
    Column("open", "Open", "flag"),
    Column("tags", "Tags", "tags"),
    Column("bar", "Share", "bar", data=False),
)
ROW: dict[str, Any] = {
    "id": 7,
    "stage": "won",
    "value": 1250050,
    "currency": "EUR",
    "chance": 60,
    "rate": 0.425,
    "due": "2026-11-25",
    "at": 1795521600,  # 2026-11-24T12:00:00Z
    "minutes": 1530,
    "days": 12.5,
    "open": True,
    "tags": ["fair", "vip"],
}
