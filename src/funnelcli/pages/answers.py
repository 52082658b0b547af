"""Questions of a stage or a questionnaire with their answers, as they are listed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from funnelcli.actions import answers
from funnelcli.i18n import N_, _
from funnelcli.nouns import words
from funnelcli.nouns.printed import Printed
from funnelcli.plain import NamedTuple
from funnelcli.render import Column
from funnelcli.typed import Any

ANSWERS: tuple[Column, ...] = (
    Column("id", "Id", "id", table=False),
    Column("deal_id", "Deal id", "id", table=False),
    Column("stage", "Asked by", drop=2, shown=lambda answer: answer.of),
    Column("questionnaire", "Questionnaire", table=False),
    Column("version", "Version", "int", table=False),
    Column("key", "Key", typed=True, drop=3),
    Column("question", "Question", flex=True, drop=1),
    Column("answer", "Answer", flex=True),
    Column("score", "Score", "int", drop=4),
    Column("evidence", "Evidence", flex=True, drop=5),
    Column("answered_at", "Answered", "instant", drop=6),
    Column("holds", "Holds", "flag", table=False),
)


class Row(NamedTuple):
    """A question with the answer that holds, as it is listed."""

    key: str
    text: str
    kind: str
    choices: tuple[str, ...]
    required: bool
    weight: int
    answer: str | None
    score: int | None
    evidence: str | None
    answered_at: int | None


def _answer_style(row: Row) -> str:
    return "warn" if row.required and row.answer is None and row.score is None else ""


QUESTIONS: tuple[Column, ...] = (
    Column("key", "Key", typed=True, style=_answer_style),
    Column("text", "Question", flex=True),
    Column("kind", "Kind", table=False),
    Column("choices", "Choices", "tags", table=False),
    Column("required", "Required", "flag", drop=2),
    Column("weight", "Weight", "int", table=False),
    Column("answer", "Answer", flex=True, drop=1, shown=lambda row: read(row.kind, row.answer)),
    Column("score", "Score", "int", table=False),
    Column("evidence", "Evidence", table=False),
    Column("answered_at", "Answered", "instant", table=False),
)
OPEN_QUESTIONS = tuple(column for column in QUESTIONS if column.key in ("key", "text", "required"))
_YESNO = {"yes": N_("yes"), "no": N_("no")}


def read(kind: str, answer: str | None) -> str:
    """An answer as a person reads it."""
    return words.read(_YESNO, answer) if kind == "yesno" else answer or ""


def still_open(rows: Iterable[Row]) -> list[str]:
    """A line for each question without an answer, with the key that --answer takes."""
    return [_("Still open: {question} ({key})").format(question=r.text, key=r.key) for r in rows]


def answer_rows(conn: sqlite3.Connection, deal_id: int, sheet: answers.Sheet) -> list[Row]:
    """Every question of a sheet with the answer that holds."""
    return rows_of(sheet, answers.given(conn, deal_id, sheet))


def rows_of(sheet: answers.Sheet, given: dict[str, answers.Given]) -> list[Row]:
    """Every question of a sheet with what was ``given`` as its answer."""
    nothing = answers.Given(None, None, None, 0)
    return [
        Row(
            question.key,
            question.text,
            question.kind,
            question.choices,
            question.required,
            question.weight,
            *given.get(question.key, nothing)[:3],
            given[question.key].answered_at if question.key in given else None,
        )
        for question in sheet.questions
    ]


class SheetData(NamedTuple):
    """A sheet with its answers as ``--json`` prints it."""

    deal_id: int
    stage: str | None
    questionnaire: str | None
    version: int | None
    name: str
    questions: list[dict[str, Any]]
    missing: list[str]


PRINTED = Printed(QUESTIONS, SheetData._fields)


def sheet_data(deal_id: int, sheet: answers.Sheet, found: list[Row]) -> SheetData:
    """A sheet with its answers for ``--json``."""
    return SheetData(
        deal_id=deal_id,
        stage=sheet.key if sheet.stage_id is not None else None,
        questionnaire=None if sheet.stage_id is not None else sheet.key,
        version=sheet.version,
        name=sheet.name,
        questions=[row._asdict() for row in found],
        missing=[row.key for row in found if _answer_style(row)],
    )
