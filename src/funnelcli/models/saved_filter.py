"""Filters that have a name."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel

from funnelcli.ids import new_id


class SavedFilter(SQLModel, table=True):
    """A filter that ``@name`` stands for in lists of the ``nouns``, named with blanks between;
    ``script`` is the template of what is said when its contacts are called."""

    __tablename__ = "saved_filter"
    __table_args__ = (CheckConstraint("text <> ''"),)

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    name: str = Field(unique=True)
    text: str
    nouns: str
    recorded_at: int = Field(sa_type=BigInteger)
    script: str | None = None
