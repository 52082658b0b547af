"""Files that belong to records, and what is in them."""

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from funnelcli.ids import new_id

OF = ("contact", "deal", "visit", "offer", "contract", "tray")


class Attachment(SQLModel, table=True):
    """A file of one record; ``digest`` is the SHA-256 of its ``size`` bytes, in hexadecimal, and
    ``media_type`` follows from the ending of its name."""

    __tablename__ = "attachment"
    __table_args__ = (
        *(UniqueConstraint(f"{noun}_id", "digest") for noun in OF),
        Index("attachment_digest", "digest"),
        CheckConstraint("name <> ''"),
        CheckConstraint("digest <> ''"),
        CheckConstraint("size > 0"),
        CheckConstraint(
            " + ".join(f"CASE WHEN {noun}_id IS NULL THEN 0 ELSE 1 END" for noun in OF) + " = 1"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    name: str
    note: str | None = None
    digest: str
    size: int = Field(sa_type=BigInteger)
    media_type: str
    contact_id: int | None = Field(default=None, foreign_key="contact.id", ondelete="CASCADE")
    deal_id: int | None = Field(default=None, foreign_key="deal.id", ondelete="CASCADE")
    visit_id: int | None = Field(default=None, foreign_key="visit.id", ondelete="CASCADE")
    offer_id: int | None = Field(default=None, foreign_key="offer.id", ondelete="CASCADE")
    contract_id: int | None = Field(default=None, foreign_key="contract.id", ondelete="CASCADE")
    tray_id: int | None = Field(default=None, foreign_key="tray_note.id", ondelete="CASCADE")
    recorded_at: int = Field(sa_type=BigInteger)


class Content(SQLModel, table=True):
    """A piece of what is in a file: all of a digest, in the order of their places, make it up."""

    __tablename__ = "content"

    digest: str = Field(primary_key=True)
    place: int = Field(primary_key=True)
    data: bytes
