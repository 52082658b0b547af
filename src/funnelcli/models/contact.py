"""Contacts and how to reach them."""

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from funnelcli.ids import new_id


class Contact(SQLModel, table=True):
    """A person or an organisation; ``search`` is the name as ``funnelcli.text.search_key``.

    ``first_name`` and ``last_name`` are None where they are as the name says
    (``funnelcli.values.names``); ``salutation`` is mr, ms, none (no salutation wanted) or any text;
    ``birthday`` is an ISO date, or ``--05-17`` without the year.
    """

    __tablename__ = "contact"
    __table_args__ = (
        Index(
            "contact_external",
            "external_origin",
            "external_id",
            unique=True,
            sqlite_where=text("external_id IS NOT NULL"),
            postgresql_where=text("external_id IS NOT NULL"),
        ),
        Index(
            "contact_organisation",
            "organisation_id",
            sqlite_where=text("organisation_id IS NOT NULL"),
            postgresql_where=text("organisation_id IS NOT NULL"),
        ),
        Index(
            "contact_referred_by",
            "referred_by_id",
            sqlite_where=text("referred_by_id IS NOT NULL"),
            postgresql_where=text("referred_by_id IS NOT NULL"),
        ),
        Index(
            "contact_blocked",
            "id",
            sqlite_where=text("do_not_contact = 1"),
            postgresql_where=text("do_not_contact = 1"),
        ),
        Index(
            "contact_owner",
            "owner_id",
            sqlite_where=text("owner_id IS NOT NULL"),
            postgresql_where=text("owner_id IS NOT NULL"),
        ),
        Index("contact_search", "search"),
        CheckConstraint("kind IN ('person', 'organisation')"),
        CheckConstraint("name <> ''"),
        CheckConstraint("role IN ('decider', 'user', 'billing', 'influencer')"),
        CheckConstraint("do_not_contact IN (0, 1)"),
        CheckConstraint("(external_origin IS NULL) = (external_id IS NULL)"),
        CheckConstraint("organisation_id <> id AND referred_by_id <> id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    kind: str = Field(default="person")
    name: str
    search: str
    organisation_id: int | None = Field(default=None, foreign_key="contact.id", ondelete="SET NULL")
    role: str | None = None
    job_title: str | None = None
    street: str | None = None
    postcode: str | None = None
    town: str | None = None
    region: str | None = None
    country: str | None = None
    source: str | None = None
    referred_by_id: int | None = Field(default=None, foreign_key="contact.id", ondelete="SET NULL")
    notes: str | None = None
    do_not_contact: int = Field(default=0)
    external_origin: str | None = None
    external_id: str | None = None
    created_at: int = Field(sa_type=BigInteger)
    recorded_at: int = Field(sa_type=BigInteger)
    industry: str | None = None
    salutation: str | None = None
    academic_title: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    birthday: str | None = None
    language: str | None = None
    website: str | None = None
    owner_id: int | None = Field(default=None, foreign_key="member.id", ondelete="SET NULL")


class ContactEmail(SQLModel, table=True):
    """An e-mail address, in lower case."""

    __tablename__ = "contact_email"
    __table_args__ = (
        Index("contact_email_email", "email"),
        UniqueConstraint("contact_id", "email"),
    )

    id: int | None = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", ondelete="CASCADE")
    position: int
    email: str


class ContactPhone(SQLModel, table=True):
    """A phone number, in E.164 where it is a possible one."""

    __tablename__ = "contact_phone"
    __table_args__ = (
        Index("contact_phone_phone", "phone"),
        UniqueConstraint("contact_id", "phone"),
    )

    id: int | None = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", ondelete="CASCADE")
    position: int
    phone: str


class ContactTag(SQLModel, table=True):
    """A tag of a contact, spelt as all are that have its key, ``search``."""

    __tablename__ = "contact_tag"
    __table_args__ = (
        Index("contact_tag_search", "search", "tag"),
        UniqueConstraint("contact_id", "search"),
    )

    id: int | None = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", ondelete="CASCADE")
    tag: str
    search: str


class ContactConsent(SQLModel, table=True):
    """Consent for a channel; days in the user's zone."""

    __tablename__ = "contact_consent"
    __table_args__ = (
        Index("contact_consent_contact", "contact_id"),
        CheckConstraint("channel IN ('post', 'phone', 'email')"),
        CheckConstraint("withdrawn_on IS NULL OR withdrawn_on >= given_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", ondelete="CASCADE")
    channel: str
    given_on: str
    how: str
    withdrawn_on: str | None = None
    recorded_at: int = Field(sa_type=BigInteger)
