"""Visits and next steps."""

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from funnelcli.ids import new_id


class Visit(SQLModel, table=True):
    """A visit or call with its report; ``expenses`` in minor units of ``expenses_currency``,
    ``call_list`` the name of the saved filter that a call was made from."""

    __tablename__ = "visit"
    __table_args__ = (
        Index("visit_contact", "contact_id", "happened_at"),
        Index("visit_deal", "deal_id", "happened_at"),
        Index("visit_happened", "happened_on"),
        CheckConstraint("minutes >= 0"),
        CheckConstraint("channel IN ('on_site', 'phone', 'video', 'email', 'fair')"),
        CheckConstraint("outcome IN ('met', 'phone_instead', 'not_met', 'declined')"),
        CheckConstraint("goal_reached IN ('yes', 'partly', 'no')"),
        CheckConstraint("mood BETWEEN 1 AND 5"),
        CheckConstraint("travel_minutes >= 0"),
        CheckConstraint("kilometres >= 0"),
        CheckConstraint("expenses >= 0"),
        CheckConstraint("length(expenses_currency) = 3"),
        CheckConstraint("late IN (0, 1)"),
        CheckConstraint(
            "call_outcome IN ( 'reached', 'no_answer', 'callback', "
            "'not_interested', 'wrong_number', 'do_not_call' )"
        ),
        CheckConstraint("contact_id IS NOT NULL OR deal_id IS NOT NULL"),
        CheckConstraint("(external_origin IS NULL) = (external_id IS NULL)"),
        Index(
            "visit_external",
            "external_origin",
            "external_id",
            unique=True,
            sqlite_where=text("external_id IS NOT NULL"),
            postgresql_where=text("external_id IS NOT NULL"),
        ),
        CheckConstraint("(expenses IS NULL) = (expenses_currency IS NULL)"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", ondelete="CASCADE")
    deal_id: int | None = Field(default=None, foreign_key="deal.id", ondelete="SET NULL")
    stage_id: int | None = Field(default=None, foreign_key="stage.id")
    happened_on: str
    happened_at: int = Field(sa_type=BigInteger)
    starts: str | None = None
    minutes: int | None = None
    met: str | None = None
    channel: str = Field(default="on_site")
    outcome: str = Field(default="met")
    occasion: str | None = None
    goal: str | None = None
    goal_reached: str | None = None
    said: str | None = None
    agreed: str | None = None
    needs: str | None = None
    products_shown: str | None = None
    objections: str | None = None
    competitor: str | None = None
    budget: str | None = None
    decider: str | None = None
    potential: str | None = None
    mood: int | None = None
    result: str | None = None
    referrals: str | None = None
    documents: str | None = None
    complaints: str | None = None
    travel_minutes: int | None = None
    kilometres: int | None = None
    expenses: int | None = Field(default=None, sa_type=BigInteger)
    expenses_currency: str | None = None
    late: int = Field(default=0)
    recorded_at: int = Field(sa_type=BigInteger)
    call_outcome: str | None = None
    external_origin: str | None = None
    external_id: str | None = None
    type: str = Field(default="follow_up")
    call_list: str | None = None


class Step(SQLModel, table=True):
    """A next step; ``due`` is a plain date, ``starts`` a time like 14:30, ``every`` like 2w."""

    __tablename__ = "step"
    __table_args__ = (
        Index("step_contact", "contact_id", "status"),
        Index("step_deal", "deal_id", "status", "due"),
        Index("step_due", "status", "due"),
        Index(
            "step_owner",
            "owner_id",
            sqlite_where=text("owner_id IS NOT NULL"),
            postgresql_where=text("owner_id IS NOT NULL"),
        ),
        Index(
            "step_uid",
            "uid",
            unique=True,
            sqlite_where=text("uid IS NOT NULL"),
            postgresql_where=text("uid IS NOT NULL"),
        ),
        CheckConstraint("what <> ''"),
        CheckConstraint("status IN ('open', 'done', 'dropped')"),
        CheckConstraint("kind IN ('task', 'call', 'visit')"),
        CheckConstraint("minutes > 0"),
        CheckConstraint("deal_id IS NOT NULL OR contact_id IS NOT NULL"),
        CheckConstraint("(status = 'open') = (ended_at IS NULL)"),
        CheckConstraint("(external_origin IS NULL) = (external_id IS NULL)"),
        Index(
            "step_external",
            "external_origin",
            "external_id",
            unique=True,
            sqlite_where=text("external_id IS NOT NULL"),
            postgresql_where=text("external_id IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    what: str
    search: str
    due: str | None = None
    deal_id: int | None = Field(default=None, foreign_key="deal.id", ondelete="CASCADE")
    contact_id: int | None = Field(default=None, foreign_key="contact.id", ondelete="CASCADE")
    visit_id: int | None = Field(default=None, foreign_key="visit.id", ondelete="SET NULL")
    status: str = Field(default="open")
    outcome: str | None = None
    created_at: int = Field(sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    recorded_at: int = Field(sa_type=BigInteger)
    kind: str = Field(default="task")
    starts: str | None = None
    minutes: int | None = None
    every: str | None = None
    every_from: str | None = None
    uid: str | None = None
    external_origin: str | None = None
    external_id: str | None = None
    owner_id: int | None = Field(default=None, foreign_key="member.id", ondelete="SET NULL")
