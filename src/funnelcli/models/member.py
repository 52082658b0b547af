"""The people who share the database."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel

from funnelcli.ids import new_id


class Member(SQLModel, table=True):
    """A user: ``key`` is the name that one logs in with, ``role`` one of
    ``nouns.words.MEMBER_ROLE``."""

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint("key <> ''"),
        CheckConstraint("name <> ''"),
        CheckConstraint("role IN ('owner', 'seller', 'reader')"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    key: str = Field(unique=True)
    name: str
    email: str | None = None
    role: str = Field(default="seller")
    recorded_at: int = Field(sa_type=BigInteger)
