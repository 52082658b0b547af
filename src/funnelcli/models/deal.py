"""Deals and their two logs."""

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from funnelcli.ids import new_id


class Deal(SQLModel, table=True):
    """A deal. The columns from ``stage_id`` on are a cache of its logs."""

    __tablename__ = "deal"
    __table_args__ = (
        Index("deal_contact_id", "contact_id"),
        Index(
            "deal_external",
            "external_origin",
            "external_id",
            unique=True,
            sqlite_where=text("external_id IS NOT NULL"),
            postgresql_where=text("external_id IS NOT NULL"),
        ),
        Index(
            "deal_owner",
            "owner_id",
            sqlite_where=text("owner_id IS NOT NULL"),
            postgresql_where=text("owner_id IS NOT NULL"),
        ),
        Index(
            "deal_pipeline", "process_id", "status", "stage_id", "currency", "value", "probability"
        ),
        Index(
            "deal_previous",
            "previous_deal_id",
            sqlite_where=text("previous_deal_id IS NOT NULL"),
            postgresql_where=text("previous_deal_id IS NOT NULL"),
        ),
        Index(
            "deal_revocable",
            "revocable_until",
            sqlite_where=text("withdrawal_from IS NOT NULL"),
            postgresql_where=text("withdrawal_from IS NOT NULL"),
        ),
        Index(
            "deal_open",
            "stage_id",
            "stage_since",
            "contact_id",
            "snoozed_until",
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index("deal_search", "search"),
        Index(
            "deal_snoozed",
            "snoozed_until",
            sqlite_where=text("snoozed_until IS NOT NULL"),
            postgresql_where=text("snoozed_until IS NOT NULL"),
        ),
        Index("deal_status", "status", "expected_close"),
        CheckConstraint("title <> ''"),
        CheckConstraint("kind IN ('new', 'repeat', 'upsell', 'renewal')"),
        CheckConstraint("status IN ('open', 'won', 'lost')"),
        CheckConstraint("value >= 0"),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)"),
        CheckConstraint("probability BETWEEN 0 AND 100"),
        CheckConstraint("(external_origin IS NULL) = (external_id IS NULL)"),
        CheckConstraint("(status = 'open') = (closed_at IS NULL)"),
        CheckConstraint("(closed_at IS NULL) = (closed_on IS NULL)"),
        CheckConstraint("(won_at IS NULL) = (won_on IS NULL)"),
        CheckConstraint("status <> 'won' OR (won_at IS NOT NULL AND value IS NOT NULL)"),
        CheckConstraint("(status = 'lost') = (lost_reason IS NOT NULL)"),
        CheckConstraint("revocable_until IS NULL OR won_at IS NOT NULL"),
        CheckConstraint("previous_deal_id <> id"),
        CheckConstraint("withdrawal_from IN ('contract', 'receipt', 'set')"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    title: str
    search: str
    contact_id: int | None = Field(default=None, foreign_key="contact.id", ondelete="SET NULL")
    process_id: int = Field(foreign_key="process.id")
    source: str | None = None
    kind: str = Field(default="new")
    previous_deal_id: int | None = Field(default=None, foreign_key="deal.id", ondelete="SET NULL")
    product: str | None = None
    notes: str | None = None
    snoozed_until: str | None = None
    external_origin: str | None = None
    external_id: str | None = None
    opened_at: int = Field(sa_type=BigInteger)
    opened_on: str
    recorded_at: int = Field(sa_type=BigInteger)
    stage_id: int = Field(foreign_key="stage.id")
    stage_since: int = Field(sa_type=BigInteger)
    furthest_stage_id: int = Field(foreign_key="stage.id")
    status: str
    value: int | None = Field(default=None, sa_type=BigInteger)
    currency: str
    probability: int | None = None
    expected_close: str | None = None
    won_at: int | None = Field(default=None, sa_type=BigInteger)
    won_on: str | None = None
    revocable_until: str | None = None
    closed_at: int | None = Field(default=None, sa_type=BigInteger)
    closed_on: str | None = None
    lost_reason: str | None = None
    lost_note: str | None = None
    competitor: str | None = None
    in_order_stage_id: int | None = Field(default=None, foreign_key="stage.id")
    withdrawal_from: str | None = None
    received_on: str | None = None
    withdrawal_sent_on: str | None = None
    owner_id: int | None = Field(default=None, foreign_key="member.id", ondelete="SET NULL")


class DealContact(SQLModel, table=True):
    """Somebody who has a part in a deal: its main contact too, where anything is said of theirs.
    ``role`` is a key of ``nouns.words.DEAL_ROLE``, or the user's own words."""

    __tablename__ = "deal_contact"
    __table_args__ = (
        Index("deal_contact_contact", "contact_id"),
        UniqueConstraint("deal_id", "contact_id"),
        CheckConstraint("role <> ''"),
    )

    id: int | None = Field(default=None, primary_key=True)
    deal_id: int = Field(foreign_key="deal.id", ondelete="CASCADE")
    contact_id: int = Field(foreign_key="contact.id", ondelete="CASCADE")
    role: str | None = None
    note: str | None = None


class DealTag(SQLModel, table=True):
    """A tag of a deal, spelt as all are that have its key, ``search``."""

    __tablename__ = "deal_tag"
    __table_args__ = (
        Index("deal_tag_search", "search", "tag"),
        UniqueConstraint("deal_id", "search"),
    )

    id: int | None = Field(default=None, primary_key=True)
    deal_id: int = Field(foreign_key="deal.id", ondelete="CASCADE")
    tag: str
    search: str


class Stay(SQLModel, table=True):
    """A stay in a stage, [entered_at, left_at) in UTC seconds."""

    __tablename__ = "stay"
    __table_args__ = (
        Index(
            "stay_deal",
            "deal_id",
            "entered_at",
            "stage_id",
            "left_at",
            "next_stage_id",
            "again",
        ),
        Index(
            "stay_one_open",
            "deal_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
        Index(
            "stay_again",
            "deal_id",
            "stage_id",
            sqlite_where=text("again = 1"),
            postgresql_where=text("again = 1"),
        ),
        Index(
            "stay_reopened",
            "stage_id",
            "deal_id",
            sqlite_where=text("how = 'reopened'"),
            postgresql_where=text("how = 'reopened'"),
        ),
        Index("stay_flow", "stage_id", "next_stage_id", "again", "entered_at"),
        Index("stay_length", "stage_id", text("((left_at - entered_at) / 86400)"), "entered_at"),
        CheckConstraint("again IN (0, 1)"),
        CheckConstraint("how IN ('created', 'advanced', 'skipped', 'moved_back', 'reopened')"),
        CheckConstraint("provenance IN ('live', 'imported', 'estimated')"),
        CheckConstraint("left_at >= entered_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    deal_id: int = Field(foreign_key="deal.id", ondelete="CASCADE")
    stage_id: int = Field(foreign_key="stage.id")
    entered_at: int = Field(sa_type=BigInteger)
    left_at: int | None = Field(default=None, sa_type=BigInteger)
    how: str
    reason: str | None = None
    provenance: str = Field(default="live")
    recorded_at: int = Field(sa_type=BigInteger)
    next_stage_id: int | None = Field(default=None, foreign_key="stage.id")
    again: int = Field(default=0)


class Terms(SQLModel, table=True):
    """What held of a deal, [valid_from, valid_to) in UTC seconds; ``value`` in minor units."""

    __tablename__ = "terms"
    __table_args__ = (
        Index("terms_deal", "deal_id", "valid_from"),
        Index(
            "terms_one_current",
            "deal_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
        Index(
            "terms_estimated",
            "deal_id",
            sqlite_where=text("provenance = 'estimated'"),
            postgresql_where=text("provenance = 'estimated'"),
        ),
        CheckConstraint("status IN ('open', 'won', 'lost')"),
        CheckConstraint("value >= 0"),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)"),
        CheckConstraint("probability BETWEEN 0 AND 100"),
        CheckConstraint("provenance IN ('live', 'imported', 'estimated')"),
        CheckConstraint("valid_to >= valid_from"),
    )

    id: int | None = Field(default=None, primary_key=True)
    deal_id: int = Field(foreign_key="deal.id", ondelete="CASCADE")
    valid_from: int = Field(sa_type=BigInteger)
    valid_on: str
    valid_to: int | None = Field(default=None, sa_type=BigInteger)
    status: str
    value: int | None = Field(default=None, sa_type=BigInteger)
    currency: str
    probability: int | None = None
    expected_close: str | None = None
    reason: str | None = None
    note: str | None = None
    provenance: str = Field(default="live")
    recorded_at: int = Field(sa_type=BigInteger)


class Correction(SQLModel, table=True):
    """What was put right of a deal's log or a visit, as text: how it was, and what it became."""

    __tablename__ = "correction"
    __table_args__ = (
        Index(
            "correction_deal",
            "deal_id",
            "recorded_at",
            sqlite_where=text("deal_id IS NOT NULL"),
            postgresql_where=text("deal_id IS NOT NULL"),
        ),
        Index(
            "correction_visit",
            "visit_id",
            "recorded_at",
            sqlite_where=text("visit_id IS NOT NULL"),
            postgresql_where=text("visit_id IS NOT NULL"),
        ),
        CheckConstraint("(deal_id IS NULL) <> (visit_id IS NULL)"),
    )

    id: int | None = Field(default=None, primary_key=True)
    deal_id: int | None = Field(default=None, foreign_key="deal.id", ondelete="CASCADE")
    visit_id: int | None = Field(default=None, foreign_key="visit.id", ondelete="CASCADE")
    happened_at: int = Field(sa_type=BigInteger)
    what: str
    field: str
    was: str | None = None
    became: str | None = None
    recorded_at: int = Field(sa_type=BigInteger)
