"""What merged records were known by."""

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel


def _external(table: str) -> Index:
    return Index(
        f"{table}_external",
        "external_origin",
        "external_id",
        unique=True,
        sqlite_where=text("external_id IS NOT NULL"),
        postgresql_where=text("external_id IS NOT NULL"),
    )


class ContactFormer(SQLModel, table=True):
    """The ids that a contact had which is now a part of another."""

    __tablename__ = "contact_former"
    __table_args__ = (
        Index("contact_former_contact", "contact_id"),
        _external("contact_former"),
        CheckConstraint("(external_origin IS NULL) = (external_id IS NULL)"),
    )

    id: int | None = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", ondelete="CASCADE")
    public_id: str = Field(unique=True)
    external_origin: str | None = None
    external_id: str | None = None
    recorded_at: int = Field(sa_type=BigInteger)


class DealFormer(SQLModel, table=True):
    """The ids that a deal had which is now a part of another."""

    __tablename__ = "deal_former"
    __table_args__ = (
        Index("deal_former_deal", "deal_id"),
        _external("deal_former"),
        CheckConstraint("(external_origin IS NULL) = (external_id IS NULL)"),
    )

    id: int | None = Field(default=None, primary_key=True)
    deal_id: int = Field(foreign_key="deal.id", ondelete="CASCADE")
    public_id: str = Field(unique=True)
    external_origin: str | None = None
    external_id: str | None = None
    recorded_at: int = Field(sa_type=BigInteger)
