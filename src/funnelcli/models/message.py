"""E-mails with contacts, and how far mailboxes were read."""

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from funnelcli.ids import new_id


class Message(SQLModel, table=True):
    """An e-mail with a contact; one to several is a row for each of them.

    ``message_id`` is the message's own, or a fingerprint of its headers, ``thread`` that of the
    message which began the exchange. ``text`` is what its sender wrote, without quotations.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("contact_id", "message_id"),
        Index("message_contact", "contact_id", "happened_at"),
        Index("message_deal", "deal_id", "happened_at"),
        Index("message_happened", "happened_at"),
        Index("message_key", "message_id"),
        Index("message_thread", "thread", "happened_at"),
        CheckConstraint("direction IN ('in', 'out')"),
        CheckConstraint("message_id <> ''"),
        CheckConstraint("thread <> ''"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    contact_id: int = Field(foreign_key="contact.id", ondelete="CASCADE")
    deal_id: int | None = Field(default=None, foreign_key="deal.id", ondelete="SET NULL")
    direction: str
    address: str
    subject: str = Field(default="", sa_column_kwargs={"server_default": ""})
    text: str = Field(default="", sa_column_kwargs={"server_default": ""})
    search: str
    attachments: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    message_id: str
    thread: str
    happened_at: int = Field(sa_type=BigInteger)
    happened_on: str
    settled_at: int | None = Field(default=None, sa_type=BigInteger)
    recorded_at: int = Field(sa_type=BigInteger)


class Mailbox(SQLModel, table=True):
    """How far a mailbox was read: ``state`` is a JSON object, ``command_id`` the command by which
    something was taken up to there."""

    __tablename__ = "mailbox"
    __table_args__ = (Index("mailbox_source", "source"), CheckConstraint("source <> ''"))

    id: int | None = Field(default=None, primary_key=True)
    source: str
    state: str
    command_id: int | None = None
    read_at: int = Field(sa_type=BigInteger)
