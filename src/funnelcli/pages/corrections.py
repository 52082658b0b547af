"""What was put right of a deal or a visit."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from funnelcli.actions.correction_record import NAMES
from funnelcli.i18n import N_, _
from funnelcli.plain import NamedTuple
from funnelcli.queries import stage_log
from funnelcli.render import Column
from funnelcli.values import daytext
from funnelcli.values.money import money_text, parse_money


class Correction(NamedTuple):
    """What was put right: a field of something that happened, as it was and as it became."""

    recorded_at: int
    happened_at: int
    what: str
    field: str
    was: str | None
    became: str | None


_FIELDS = {
    "at": N_("When"),
    "reason": N_("Reason"),
    "note": N_("Note"),
    "stage": N_("Stage"),
    "value": N_("Value"),
    "probability": N_("Probability"),
    "expected_close": N_("Expected close"),
    "competitor": N_("Competitor"),
    "revocable_until": N_("Revocable until"),
    "happened_at": N_("When"),
    "contact_id": N_("Contact"),
    "deal_id": N_("Deal"),
}
CORRECTIONS = (
    Column(
        "recorded_at", "Corrected", "instant", shown=lambda one: daytext.moment(one.recorded_at)
    ),
    Column("happened_at", "When", "instant", shown=lambda one: daytext.moment(one.happened_at)),
    Column("what", "What", names=lambda key: _(NAMES.get(key, key))),
    Column("field", "Field", names=lambda key: _(_FIELDS.get(key, key))),
    Column("was", "Was", flex=True),
    Column("became", "Became", flex=True),
)


def corrections_of(
    conn: sqlite3.Connection, *, deal_id: int | None = None, visit_id: int | None = None
) -> list[Correction]:
    """What was put right of a deal's log or of a visit, the earliest first."""
    rows = stage_log.corrections(conn, deal_id=deal_id, visit_id=visit_id)
    stages = stage_log.stage_names(conn, deal_id)
    return [
        Correction(*row[:4], *(_said(row[3], text, stages) for text in row[4:])) for row in rows
    ]


def _said(field: str, text: str | None, stages: Mapping[str, str]) -> str | None:
    """A value that was kept as text, as a person reads it."""
    if text is not None and field == "stage":
        return stages.get(text, text)
    if text is not None and field in ("revocable_until", "expected_close"):
        return daytext.day(text)
    if text is not None and field == "value":
        code, _blank, amount = text.partition(" ")
        money = parse_money(amount, currency=code, locale="en")
        return money_text(money.minor, money.currency)
    if text is None or field not in ("at", "happened_at"):
        return text
    return daytext.moment(int(text), seconds=True).removesuffix(":00")
