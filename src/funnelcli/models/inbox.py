"""What the inbox has taken."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class InboxNote(SQLModel, table=True):
    """A note that the inbox has taken, by the hash of its content."""

    __tablename__ = "inbox_note"

    id: int | None = Field(default=None, primary_key=True)
    hash: str = Field(unique=True)
    file: str
    visit_id: int | None = Field(default=None, foreign_key="visit.id", ondelete="SET NULL")
    recorded_at: int = Field(sa_type=BigInteger)
