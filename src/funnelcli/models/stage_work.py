"""Questionnaires, answers, verdicts, milestones, farewells."""

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from funnelcli.ids import new_id


class Questionnaire(SQLModel, table=True):
    """A version of a questionnaire."""

    __tablename__ = "questionnaire"
    __table_args__ = (
        UniqueConstraint("key", "version"),
        CheckConstraint("key <> ''"),
        CheckConstraint("version >= 1"),
        CheckConstraint("kind IN ('qualification', 'needs', 'profile')"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str
    version: int
    kind: str
    name_en: str
    name_de: str
    recorded_at: int = Field(sa_type=BigInteger)


class QuestionnaireQuestion(SQLModel, table=True):
    """A question of a questionnaire; ``weight`` 1 to 10 is its part in the score."""

    __tablename__ = "questionnaire_question"
    __table_args__ = (
        UniqueConstraint("questionnaire_id", "key"),
        CheckConstraint("weight BETWEEN 1 AND 10"),
        CheckConstraint("required IN (0, 1)"),
    )

    id: int | None = Field(default=None, primary_key=True)
    questionnaire_id: int = Field(foreign_key="questionnaire.id", ondelete="CASCADE")
    position: int
    key: str
    text_en: str
    text_de: str
    weight: int = Field(default=1)
    required: int = Field(default=0)


class Answer(SQLModel, table=True):
    """What was answered; the latest row of a question holds."""

    __tablename__ = "answer"
    __table_args__ = (
        Index("answer_deal", "deal_id", "key"),
        Index(
            "answer_stage",
            "stage_id",
            sqlite_where=text("stage_id IS NOT NULL"),
            postgresql_where=text("stage_id IS NOT NULL"),
        ),
        CheckConstraint("score BETWEEN 0 AND 5"),
        CheckConstraint("answer IS NOT NULL OR score IS NOT NULL"),
        CheckConstraint("(questionnaire IS NULL) = (version IS NULL)"),
    )

    id: int | None = Field(default=None, primary_key=True)
    deal_id: int = Field(foreign_key="deal.id", ondelete="CASCADE")
    stage_id: int | None = Field(default=None, foreign_key="stage.id", ondelete="SET NULL")
    questionnaire: str | None = None
    version: int | None = None
    key: str
    question: str
    answer: str | None = None
    score: int | None = None
    evidence: str | None = None
    answered_at: int = Field(sa_type=BigInteger)
    recorded_at: int = Field(sa_type=BigInteger)


class BusinessAnswer(SQLModel, table=True):
    """An answer about one's own business, before any deal."""

    __tablename__ = "business_answer"
    __table_args__ = (Index("business_answer_stage", "stage_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    stage_id: int | None = Field(default=None, foreign_key="stage.id", ondelete="SET NULL")
    key: str
    question: str
    answer: str
    answered_at: int = Field(sa_type=BigInteger)
    recorded_at: int = Field(sa_type=BigInteger)


class Verdict(SQLModel, table=True):
    """Whether the customer is wanted; ``fit`` in percent of the target profile."""

    __tablename__ = "verdict"
    __table_args__ = (
        Index("verdict_deal", "deal_id", "decided_at"),
        CheckConstraint("verdict IN ('pursue', 'park', 'drop')"),
        CheckConstraint("fit BETWEEN 0 AND 100"),
    )

    id: int | None = Field(default=None, primary_key=True)
    deal_id: int = Field(foreign_key="deal.id", ondelete="CASCADE")
    verdict: str
    reason: str | None = None
    framework: str | None = None
    fit: int | None = None
    decided_at: int = Field(sa_type=BigInteger)
    recorded_at: int = Field(sa_type=BigInteger)


class CriterionTick(SQLModel, table=True):
    """An exit criterion that was ticked by hand."""

    __tablename__ = "criterion_tick"
    __table_args__ = (UniqueConstraint("deal_id", "stage_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    deal_id: int = Field(foreign_key="deal.id", ondelete="CASCADE")
    stage_id: int = Field(foreign_key="stage.id", ondelete="CASCADE")
    key: str
    note: str | None = None
    ticked_at: int = Field(sa_type=BigInteger)
    recorded_at: int = Field(sa_type=BigInteger)


class MilestoneTemplate(SQLModel, table=True):
    """A milestone that every win of a process gets, ``days`` after it."""

    __tablename__ = "milestone_template"
    __table_args__ = (UniqueConstraint("process_id", "key"), CheckConstraint("days >= 0"))

    id: int | None = Field(default=None, primary_key=True)
    process_id: int = Field(foreign_key="process.id", ondelete="CASCADE")
    position: int
    key: str
    name_en: str
    name_de: str
    days: int


class Milestone(SQLModel, table=True):
    """A milestone of a deal."""

    __tablename__ = "milestone"
    __table_args__ = (
        Index("milestone_deal", "deal_id", "position"),
        Index(
            "milestone_open",
            "due",
            sqlite_where=text("done_on IS NULL"),
            postgresql_where=text("done_on IS NULL"),
        ),
        CheckConstraint("name <> ''"),
        CheckConstraint("(done_on IS NULL) = (done_at IS NULL)"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    deal_id: int = Field(foreign_key="deal.id", ondelete="CASCADE")
    position: int
    key: str | None = None
    name: str
    search: str
    due: str | None = None
    done_on: str | None = None
    done_at: int | None = Field(default=None, sa_type=BigInteger)
    note: str | None = None
    recorded_at: int = Field(sa_type=BigInteger)


class Farewell(SQLModel, table=True):
    """How a visit ended: a card left, somebody named."""

    __tablename__ = "farewell"
    __table_args__ = (
        Index("farewell_deal", "deal_id"),
        CheckConstraint("card_left IN (0, 1)"),
        CheckConstraint("personal_contact <> ''"),
    )

    id: int | None = Field(default=None, primary_key=True)
    deal_id: int = Field(foreign_key="deal.id", ondelete="CASCADE")
    visit_id: int | None = Field(default=None, foreign_key="visit.id", ondelete="SET NULL")
    card_left: int = Field(default=0)
    personal_contact: str
    said_on: str
    said_at: int = Field(sa_type=BigInteger)
    recorded_at: int = Field(sa_type=BigInteger)
