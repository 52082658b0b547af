"""What the figures are held against."""

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from funnelcli.ids import new_id


class Target(SQLModel, table=True):
    """A target of won value over a period, [starts_on, ends_on), in minor units."""

    __tablename__ = "target"
    __table_args__ = (
        CheckConstraint("amount > 0"),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)"),
        CheckConstraint("ends_on > starts_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    starts_on: str
    ends_on: str
    amount: int = Field(sa_type=BigInteger)
    currency: str
    process_id: int | None = Field(default=None, foreign_key="process.id", ondelete="CASCADE")
    recorded_at: int = Field(sa_type=BigInteger)


class ExchangeRate(SQLModel, table=True):
    """Units of ``base`` for one of ``currency`` from a day on, times 10^8."""

    __tablename__ = "exchange_rate"
    __table_args__ = (
        UniqueConstraint("currency", "base", "valid_from"),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)"),
        CheckConstraint("length(base) = 3 AND base = upper(base)"),
        CheckConstraint("rate > 0"),
        CheckConstraint("currency <> base"),
    )

    id: int | None = Field(default=None, primary_key=True)
    currency: str
    base: str
    valid_from: str
    rate: int = Field(sa_type=BigInteger)
    recorded_at: int = Field(sa_type=BigInteger)
