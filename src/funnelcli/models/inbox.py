"""What the inbox has taken."""

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel


class InboxNote(SQLModel, table=True):
    """A note that the inbox has taken, as a visit or, for what somebody wrote, as a note of theirs.

    It is known by its file, its sender (an e-mail's; empty), the plain date that it tells of, and
    its words: ``hash`` is that of the file's bytes, ``words`` that of what it says, both SHA-256 in
    hexadecimal. ``folder`` is where the file lay, None of what an older version took, whose
    ``words`` are not known either.
    """

    __tablename__ = "inbox_note"
    __table_args__ = (Index("inbox_note_file", "file", "day"),)

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
