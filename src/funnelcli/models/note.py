"""Notes on deals and contacts."""

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy import text as sql_text
from sqlmodel import Field, SQLModel

from funnelcli.ids import new_id


class Note(SQLModel, table=True):
    """A dated note on a deal, or on a contact."""

    __tablename__ = "note"
    __table_args__ = (
        Index("note_contact", "contact_id", "happened_at"),
        Index("note_deal", "deal_id", "happened_at"),
        Index("note_happened", "happened_at"),
        CheckConstraint("text <> ''"),
        CheckConstraint("(deal_id IS NULL) <> (contact_id IS NULL)"),
        CheckConstraint("(external_origin IS NULL) = (external_id IS NULL)"),
        Index(
            "note_external",
            "external_origin",
            "external_id",
            unique=True,
            sqlite_where=sql_text("external_id IS NOT NULL"),
            postgresql_where=sql_text("external_id IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    deal_id: int | None = Field(default=None, foreign_key="deal.id", ondelete="CASCADE")
    contact_id: int | None = Field(default=None, foreign_key="contact.id", ondelete="CASCADE")
    happened_at: int = Field(sa_type=BigInteger)
    happened_on: str
    text: str
    search: str
    recorded_at: int = Field(sa_type=BigInteger)
    external_origin: str | None = None
    external_id: str | None = None
