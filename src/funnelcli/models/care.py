"""Care plans, satisfaction, complaints and referrals."""

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from funnelcli.ids import new_id


class Satisfaction(SQLModel, table=True):
    """A satisfaction score: NPS 0 to 10 or CSAT 1 to 5."""

    __tablename__ = "satisfaction"
    __table_args__ = (
        Index("satisfaction_contact", "contact_id", "scored_on"),
        CheckConstraint("kind IN ('nps', 'csat')"),
        CheckConstraint(
            "(kind = 'nps' AND score BETWEEN 0 AND 10) OR (kind = 'csat' AND score BETWEEN 1 AND 5)"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    contact_id: int = Field(foreign_key="contact.id", ondelete="CASCADE")
    deal_id: int | None = Field(default=None, foreign_key="deal.id", ondelete="SET NULL")
    kind: str
    score: int
    comment: str | None = None
    scored_on: str
    recorded_at: int = Field(sa_type=BigInteger)


class Referral(SQLModel, table=True):
    """Who named whom."""

    __tablename__ = "referral"
    __table_args__ = (
        Index("referral_referred", "referred_id"),
        UniqueConstraint("referrer_id", "referred_id"),
        CheckConstraint("referrer_id <> referred_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    referrer_id: int = Field(foreign_key="contact.id", ondelete="CASCADE")
    referred_id: int = Field(foreign_key="contact.id", ondelete="CASCADE")
    deal_id: int | None = Field(default=None, foreign_key="deal.id", ondelete="SET NULL")
    referred_on: str
    note: str | None = None
    recorded_at: int = Field(sa_type=BigInteger)


class CarePlan(SQLModel, table=True):
    """How often a contact is to be spoken to."""

    __tablename__ = "care_plan"
    __table_args__ = (CheckConstraint("every_days >= 1"), CheckConstraint("every_months >= 1"))

    id: int | None = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", ondelete="CASCADE", unique=True)
    every_days: int
    starts_on: str
    recorded_at: int = Field(sa_type=BigInteger)
    every_months: int | None = None


class Complaint(SQLModel, table=True):
    """A complaint, and how it was put right."""

    __tablename__ = "complaint"
    __table_args__ = (
        Index("complaint_contact", "contact_id"),
        CheckConstraint("text <> ''"),
        CheckConstraint("resolved_on >= raised_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    contact_id: int = Field(foreign_key="contact.id", ondelete="CASCADE")
    deal_id: int | None = Field(default=None, foreign_key="deal.id", ondelete="SET NULL")
    text: str
    raised_on: str
    resolution: str | None = None
    resolved_on: str | None = None
    recorded_at: int = Field(sa_type=BigInteger)
