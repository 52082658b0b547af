"""Answers as they are listed."""

from __future__ import annotations

import sqlite3

from funnelcli import queries
from funnelcli.i18n import pick
from funnelcli.nouns.record import Record


class Answer(Record):
    """An answer with its question as it was asked; ``stage`` or ``questionnaire`` is None."""

    id: int
    deal_id: int
    stage: str | None
    stage_en: str | None
    stage_de: str | None
    questionnaire: str | None
    version: int | None
    key: str
    question: str
    answer: str | None
    score: int | None
    evidence: str | None
    answered_at: int
    holds: bool

    def complete(self) -> None:
        """Flags as flags."""
        self.holds = bool(self.holds)

    @property
    def of(self) -> str:
        """What asked it, as a person reads it: the stage, or the questionnaire."""
        if self.questionnaire is not None:
            return f"{self.questionnaire} {self.version}"
        return pick(self.stage_en or "", self.stage_de or "") or "–"


def of_deal(conn: sqlite3.Connection, deal_id: int, *, history: bool = False) -> list[Answer]:
    """The answers about a deal that hold, with ``history`` those before them too."""
    found = queries.run(conn, "answers", Answer, {"deal_id": deal_id})
    return [answer for answer in found if history or answer.holds]
