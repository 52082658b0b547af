"""What came from outside: what was taken of it, and what waits in the tray."""

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field, SQLModel

from funnelcli.ids import new_id


class InboxNote(SQLModel, table=True):
    """A note that was taken from outside, as a visit, a note, a contact or a next step, or that
    waits in the tray; ``dropped_on`` is the plain date on which it was dropped from there.

    It is known by its ``key`` where it has one, an id that whoever made it gave it; else by its
    file, its sender (an e-mail's; empty), the plain date that it tells of, and its words: ``hash``
    is that of the file's bytes, of which it is the ``part`` of that place, ``words`` that of what
    it says, both SHA-256 in hexadecimal. ``folder`` is where the file lay, None of what came by
    another way, or of what an older version took, whose ``words`` are not known either.
    """

    __tablename__ = "inbox_note"
    __table_args__ = (
        Index("inbox_note_file", "file", "day"),
        Index("inbox_note_key", "key", unique=True),
        Index("inbox_note_tray", "tray_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    folder: str | None = None
    file: str
    sender: str = Field(default="", sa_column_kwargs={"server_default": ""})
    day: str = Field(default="", sa_column_kwargs={"server_default": ""})
    hash: str
    words: str | None = None
    visit_id: int | None = Field(default=None, foreign_key="visit.id", ondelete="SET NULL")
    note_id: int | None = Field(default=None, foreign_key="note.id", ondelete="SET NULL")
    recorded_at: int = Field(sa_type=BigInteger)
    key: str | None = None
    part: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    contact_id: int | None = Field(default=None, foreign_key="contact.id", ondelete="SET NULL")
    step_id: int | None = Field(default=None, foreign_key="step.id", ondelete="SET NULL")
    tray_id: int | None = Field(default=None, foreign_key="tray_note.id", ondelete="SET NULL")
    dropped_on: str | None = None


class TrayNote(SQLModel, table=True):
    """A note from outside that waits to be filed: ``name`` is that of its file, or its subject,
    ``reason`` the key of why it waits, ``detail`` a sentence about that.

    ``written_at`` is in UTC seconds, ``happened_on`` the plain date that it tells of, ``starts``
    HH:MM; ``outcome``, ``next_step`` and ``due`` are what was said beside its words, ``person`` to
    ``deal`` what it says of a new contact and a deal with it. It waits for later until the plain
    date ``later_until``.
    """

    __tablename__ = "tray_note"
    __table_args__ = (
        CheckConstraint("origin IN ('folder', 'mail', 'phone')"),
        CheckConstraint("kind IN ('report', 'letter', 'memo', 'card', 'event')"),
        CheckConstraint("reason IN ('unknown', 'several', 'on_file', 'no_text', 'unclear')"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    origin: str
    kind: str
    name: str
    reason: str
    detail: str | None = None
    sender: str | None = None
    sender_name: str | None = None
    subject: str | None = None
    text: str | None = None
    quoted: str | None = None
    written_at: int = Field(sa_type=BigInteger)
    happened_on: str
    starts: str | None = None
    minutes: int | None = None
    outcome: str | None = None
    next_step: str | None = None
    due: str | None = None
    person: str | None = None
    organisation: str | None = None
    job_title: str | None = None
    phone: str | None = None
    email: str | None = None
    street: str | None = None
    postcode: str | None = None
    town: str | None = None
    region: str | None = None
    country: str | None = None
    deal: str | None = None
    later_until: str | None = None
    recorded_at: int = Field(sa_type=BigInteger)
    birthday: str | None = None
    website: str | None = None
