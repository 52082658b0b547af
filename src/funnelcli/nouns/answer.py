"""Answers to the questions of stages and questionnaires."""

from __future__ import annotations

from funnelcli.i18n import pick
from funnelcli.nouns.field import field
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import COUNT, FLAG, ID, INSTANT, record


class Answer(Record):
    """An answer with its question as it was asked; ``stage`` or ``questionnaire`` is None."""

    id: int = field("Id", ID, table=False)
    deal_id: int = field("Deal id", record("DEAL", "deal"), table=False)
    stage: str | None = field("Asked by", drop=2, shown=lambda answer: answer.of)
    stage_en: str | None
    stage_de: str | None
    questionnaire: str | None = field("Questionnaire", table=False)
    version: int | None = field("Version", COUNT, table=False)
    key: str = field("Key", typed=True, drop=3)
    question: str = field("Question", flex=True, drop=1)
    answer: str | None = field("Answer", flex=True)
    score: int | None = field("Score", COUNT, drop=4)
    evidence: str | None = field("Evidence", flex=True, drop=5)
    answered_at: int = field("Answered", INSTANT, drop=6)
    holds: bool = field("Holds", FLAG, table=False)

    @property
    def of(self) -> str:
        """What asked it, as a person reads it: the stage, or the questionnaire."""
        if self.questionnaire is not None:
            return f"{self.questionnaire} {self.version}"
        return pick(self.stage_en or "", self.stage_de or "") or "–"
