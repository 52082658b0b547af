"""Answers about one's own business."""

from __future__ import annotations

from funnelcli.i18n import pick
from funnelcli.nouns.field import field
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import FLAG, ID, INSTANT


class BusinessAnswer(Record):
    """An answer about one's own business, with its question as it was asked."""

    id: int = field("Id", ID, table=False)
    stage: str | None = field("Asked by", drop=2, shown=lambda answer: answer.of)
    stage_en: str | None
    stage_de: str | None
    key: str = field("Key", typed=True, drop=3)
    question: str = field("Question", flex=True, drop=1)
    answer: str = field("Answer", flex=True)
    answered_at: int = field("Answered", INSTANT, drop=6)
    holds: bool = field("Holds", FLAG, table=False)

    @property
    def of(self) -> str:
        """The stage that asked it, as a person reads it."""
        return pick(self.stage_en or "", self.stage_de or "") or "–"
