"""Effort and what it costs."""

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from funnelcli.ids import new_id


class Effort(SQLModel, table=True):
    """Effort entered directly; visits carry their own."""

    __tablename__ = "effort"
    __table_args__ = (
        Index("effort_contact", "contact_id", "happened_at"),
        Index("effort_deal", "deal_id", "happened_at"),
        CheckConstraint("minutes >= 0"),
        CheckConstraint("kilometres >= 0"),
        CheckConstraint("expenses >= 0"),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)"),
        CheckConstraint("deal_id IS NOT NULL OR contact_id IS NOT NULL"),
        CheckConstraint("(expenses IS NULL) = (currency IS NULL)"),
        CheckConstraint("minutes IS NOT NULL OR kilometres IS NOT NULL OR expenses IS NOT NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    deal_id: int | None = Field(default=None, foreign_key="deal.id", ondelete="SET NULL")
    contact_id: int | None = Field(default=None, foreign_key="contact.id", ondelete="CASCADE")
    stage_id: int | None = Field(default=None, foreign_key="stage.id")
    happened_at: int = Field(sa_type=BigInteger)
    happened_on: str
    minutes: int | None = None
    kilometres: int | None = None
    expenses: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None
    note: str | None = None
    recorded_at: int = Field(sa_type=BigInteger)
    kind: str | None = None


class Rate(SQLModel, table=True):
    """What an hour or a kilometre costs from a day on, in minor units."""

    __tablename__ = "rate"
    __table_args__ = (
        UniqueConstraint("kind", "valid_from"),
        CheckConstraint("kind IN ('hour', 'km')"),
        CheckConstraint("amount >= 0"),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    valid_from: str
    amount: int = Field(sa_type=BigInteger)
    currency: str
    recorded_at: int = Field(sa_type=BigInteger)


class Overhead(SQLModel, table=True):
    """The cost of a source over a period, [starts_on, ends_on)."""

    __tablename__ = "overhead"
    __table_args__ = (
        CheckConstraint("amount >= 0"),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)"),
        CheckConstraint("ends_on > starts_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    source: str | None = None
    starts_on: str
    ends_on: str
    amount: int = Field(sa_type=BigInteger)
    currency: str
    note: str | None = None
    recorded_at: int = Field(sa_type=BigInteger)
