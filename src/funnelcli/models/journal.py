"""The journal of commands."""

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class Command(SQLModel, table=True):
    """A command that changed something; ``args`` is a JSON array, ``who`` user@machine, ``targets``
    a JSON array of ids where it took back several, ``member`` the public id of the user who gave
    it, None where that was none."""

    __tablename__ = "command"
    __table_args__ = (
        Index(
            "command_target",
            "target",
            sqlite_where=text("target IS NOT NULL"),
            postgresql_where=text("target IS NOT NULL"),
        ),
        CheckConstraint("kind IN ('do', 'undo', 'redo')"),
        CheckConstraint("state IN ('done', 'undone')"),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: int = Field(sa_type=BigInteger)
    verb: str
    args: str
    kind: str = Field(default="do")
    target: int | None = Field(default=None, foreign_key="command.id")
    state: str = Field(default="done")
    who: str | None = None
    targets: str | None = None
    member: str | None = None


class JournalEntry(SQLModel, table=True):
    """A change to a row: the row before it as JSON, None for an insert; of many rows inserted in a
    run, from ``row_id`` to ``last_id``, both included."""

    __tablename__ = "journal"
    __table_args__ = (
        Index("journal_command", "command_id"),
        Index(
            "journal_step",
            "row_id",
            sqlite_where=text("table_name = 'step'"),
            postgresql_where=text("table_name = 'step'"),
        ),
        Index(
            "journal_range",
            "command_id",
            sqlite_where=text("last_id IS NOT NULL"),
            postgresql_where=text("last_id IS NOT NULL"),
        ),
        CheckConstraint("op IN ('insert', 'update', 'delete')"),
        CheckConstraint("last_id IS NULL OR (op = 'insert' AND last_id >= row_id)"),
    )

    id: int | None = Field(default=None, primary_key=True)
    command_id: int | None = Field(default=None, foreign_key="command.id", ondelete="CASCADE")
    table_name: str
    row_id: int
    op: str
    before: str | None = None
    last_id: int | None = None


class Reminder(SQLModel, table=True):
    """Which command has said of a deal, by its public id, that nothing is planned for it."""

    __tablename__ = "reminder"
    __table_args__ = (
        Index("reminder_deal", "deal"),
        Index("reminder_command", "command_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    deal: str
    command_id: int = Field(foreign_key="command.id", ondelete="CASCADE")


class Tally(SQLModel, table=True):
    """What a statement over all deals gave, as JSON, when ``position`` was the last entry of the
    journal and there were so many ``deals``; ``made_of`` is a number for its text."""

    __tablename__ = "tally"

    id: int | None = Field(default=None, primary_key=True)
    made_of: int = Field(sa_type=BigInteger)
    position: int
    deals: int
    rows: str


class JournalNow(SQLModel, table=True):
    """The one row that names the command under way."""

    __tablename__ = "journal_now"
    __table_args__ = (CheckConstraint("id = 1"),)

    id: int | None = Field(default=None, primary_key=True)
    command_id: int | None = Field(default=None, foreign_key="command.id")


class StepPast(SQLModel, table=True):
    """What counts of a step's entries that the journal has let go, under the step's id."""

    __tablename__ = "step_past"

    id: int | None = Field(default=None, primary_key=True)
    changes: int
    modified_at: int = Field(sa_type=BigInteger)
    settled_at: int | None = Field(default=None, sa_type=BigInteger)


class OfferPast(SQLModel, table=True):
    """The number of an offer that was removed by a command that the journal has let go."""

    __tablename__ = "offer_past"

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)


class Brought(SQLModel, table=True):
    """An import of a file whose rows say when they were changed; ``fields`` are those it has."""

    __tablename__ = "brought"

    id: int | None = Field(default=None, primary_key=True)
    command_id: int
    table_name: str
    fields: str


class BroughtRow(SQLModel, table=True):
    """When the row of a record was changed where it comes from, as a file said."""

    __tablename__ = "brought_row"

    row_id: int = Field(primary_key=True)
    brought_id: int = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)


class Forgotten(SQLModel, table=True):
    """A contact that was forgotten, by the fingerprint of a public id that it had."""

    __tablename__ = "forgotten"

    id: int | None = Field(default=None, primary_key=True)
    mark: str = Field(unique=True)
    contact_id: int
    forgotten_at: int = Field(sa_type=BigInteger)


class Disclosure(SQLModel, table=True):
    """A file that was written with the data of contacts; ``members`` is the set of their ids."""

    __tablename__ = "disclosure"
    __table_args__ = (UniqueConstraint("at", "command", "path"),)

    id: int | None = Field(default=None, primary_key=True)
    at: int = Field(sa_type=BigInteger)
    command: str
    path: str
    members: str | None = None
    contacts: int | None = None


class Sealed(SQLModel, table=True):
    """A contract or an offer of a forgotten contact that the law keeps ``until`` a day."""

    __tablename__ = "sealed"
    __table_args__ = (
        UniqueConstraint("kind", "record_id"),
        CheckConstraint("kind IN ('contract', 'offer')"),
    )

    id: int | None = Field(default=None, primary_key=True)
    contact_id: int
    kind: str
    record_id: int
    until: str
    content: str
    sealed_at: int = Field(sa_type=BigInteger)
