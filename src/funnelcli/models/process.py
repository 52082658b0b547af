"""Processes, their stages, and the catalogues."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel


class Process(SQLModel, table=True):
    """An ordered list of stages."""

    __tablename__ = "process"
    __table_args__ = (
        CheckConstraint("builtin IN (0, 1)"),
        CheckConstraint("withdrawal_days >= 0"),
        CheckConstraint("withdrawal_begins IN ('contract', 'receipt')"),
        CheckConstraint("withdrawal_uninstructed_months >= 0"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name_en: str
    name_de: str
    description_en: str = Field(default="")
    description_de: str = Field(default="")
    builtin: int = Field(default=0)
    withdrawal_days: int | None = None
    withdrawal_begins: str = Field(default="contract")
    withdrawal_uninstructed_months: int | None = None
    withdrawal_holidays: str | None = None


class Stage(SQLModel, table=True):
    """A stage; ``probability`` in percent, ``rot_days`` None where a deal never rots."""

    __tablename__ = "stage"
    __table_args__ = (
        UniqueConstraint("process_id", "key"),
        CheckConstraint("position >= 1"),
        CheckConstraint("phase IN ('preparation', 'lead', 'opportunity', 'customer', 'closing')"),
        CheckConstraint("kind IN ('open', 'won', 'post', 'outside')"),
        CheckConstraint("probability BETWEEN 0 AND 100"),
        CheckConstraint("rot_days >= 1"),
    )

    id: int | None = Field(default=None, primary_key=True)
    process_id: int = Field(foreign_key="process.id", ondelete="CASCADE")
    key: str
    position: int
    name_en: str
    name_de: str
    phase: str
    kind: str
    probability: int
    rot_days: int | None = None
    guidance_en: str = Field(default="")
    guidance_de: str = Field(default="")


class StageExit(SQLModel, table=True):
    """What should be on record before a deal leaves a stage."""

    __tablename__ = "stage_exit"
    __table_args__ = (UniqueConstraint("stage_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    stage_id: int = Field(foreign_key="stage.id", ondelete="CASCADE")
    position: int
    key: str
    text_en: str
    text_de: str


class StageQuestion(SQLModel, table=True):
    """A question of a stage; ``choices`` is a JSON array."""

    __tablename__ = "stage_question"
    __table_args__ = (
        UniqueConstraint("stage_id", "key"),
        CheckConstraint("kind IN ('text', 'number', 'money', 'date', 'yesno', 'choice')"),
        CheckConstraint("required IN (0, 1)"),
    )

    id: int | None = Field(default=None, primary_key=True)
    stage_id: int = Field(foreign_key="stage.id", ondelete="CASCADE")
    position: int
    key: str
    text_en: str
    text_de: str
    kind: str
    choices: str = Field(default="[]")
    required: int = Field(default=0)


class Catalogue(SQLModel, table=True):
    """An entry of a catalogue: an objection, a reason for losing, a source, a unit, a type of visit
    or a kind of effort.

    ``words_*`` are JSON arrays, ``answers`` is one of objects with "en" and "de".
    """

    __tablename__ = "catalogue"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        CheckConstraint(
            "kind IN ( 'objection', 'lost_reason', 'source', 'unit', 'visit_type', 'effort_kind' )"
        ),
        CheckConstraint("note_required IN (0, 1)"),
        CheckConstraint("rate IN ('all', 'broad', 'none')"),
        CheckConstraint("hidden IN (0, 1)"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    position: int
    key: str
    name_en: str
    name_de: str
    one_en: str | None = None
    one_de: str | None = None
    words_en: str = Field(default="[]")
    words_de: str = Field(default="[]")
    answers: str = Field(default="[]")
    note_required: int = Field(default=0)
    rate: str = Field(default="all")
    counts_as: str | None = None
    hidden: int = Field(default=0)
