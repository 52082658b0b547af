"""Products, offers, objections and contracts."""

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from funnelcli.ids import new_id


class Product(SQLModel, table=True):
    """Something that is sold."""

    __tablename__ = "product"
    __table_args__ = (
        Index("product_search", "search"),
        CheckConstraint("sku <> ''"),
        CheckConstraint("name <> ''"),
        CheckConstraint("valid_until >= valid_from"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    sku: str = Field(unique=True)
    name: str
    search: str
    unit: str = Field(default="piece")
    valid_from: str | None = None
    valid_until: str | None = None
    notes: str | None = None
    recorded_at: int = Field(sa_type=BigInteger)


class ProductPrice(SQLModel, table=True):
    """A net price from a day on; ``vat`` in hundredths of a percent."""

    __tablename__ = "product_price"
    __table_args__ = (
        UniqueConstraint("product_id", "valid_from"),
        CheckConstraint("price >= 0"),
        CheckConstraint("cost >= 0"),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)"),
        CheckConstraint("vat BETWEEN 0 AND 10000"),
    )

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="product.id", ondelete="CASCADE")
    valid_from: str
    price: int = Field(sa_type=BigInteger)
    cost: int | None = Field(default=None, sa_type=BigInteger)
    currency: str
    vat: int
    recorded_at: int = Field(sa_type=BigInteger)


class Offer(SQLModel, table=True):
    """A version of an offer; ``discount`` in hundredths of a percent."""

    __tablename__ = "offer"
    __table_args__ = (
        Index("offer_deal", "deal_id", "status"),
        Index("offer_open", "status", "valid_until"),
        UniqueConstraint("number", "version"),
        CheckConstraint("number <> ''"),
        CheckConstraint("version >= 1"),
        CheckConstraint("status IN ('draft', 'sent', 'accepted', 'declined', 'revised')"),
        CheckConstraint("binding IN (0, 1)"),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)"),
        CheckConstraint("discount BETWEEN 0 AND 10000"),
        CheckConstraint("sent_at >= created_at AND decided_at >= created_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    number: str
    version: int
    deal_id: int = Field(foreign_key="deal.id", ondelete="CASCADE")
    status: str = Field(default="draft")
    binding: int = Field(default=0)
    currency: str
    valid_until: str | None = None
    discount: int = Field(default=0)
    intro: str | None = None
    closing: str | None = None
    note: str | None = None
    created_at: int = Field(sa_type=BigInteger)
    sent_at: int | None = Field(default=None, sa_type=BigInteger)
    decided_at: int | None = Field(default=None, sa_type=BigInteger)
    net: int = Field(default=0, sa_type=BigInteger)
    vat: int = Field(default=0, sa_type=BigInteger)
    gross: int = Field(default=0, sa_type=BigInteger)
    list_net: int = Field(default=0, sa_type=BigInteger)
    cost: int = Field(default=0, sa_type=BigInteger)
    costed_net: int = Field(default=0, sa_type=BigInteger)
    recorded_at: int = Field(sa_type=BigInteger)


class OfferLine(SQLModel, table=True):
    """A line of an offer; ``quantity`` in thousandths, prices in minor units."""

    __tablename__ = "offer_line"
    __table_args__ = (
        Index("offer_line_offer", "offer_id", "position"),
        Index(
            "offer_line_product",
            "product_id",
            sqlite_where=text("product_id IS NOT NULL"),
            postgresql_where=text("product_id IS NOT NULL"),
        ),
        CheckConstraint("text <> ''"),
        CheckConstraint("quantity > 0"),
        CheckConstraint("price >= 0"),
        CheckConstraint("discount BETWEEN 0 AND 10000"),
        CheckConstraint("vat BETWEEN 0 AND 10000"),
        CheckConstraint("list_price >= 0"),
        CheckConstraint("cost >= 0"),
        CheckConstraint("net >= 0"),
    )

    id: int | None = Field(default=None, primary_key=True)
    offer_id: int = Field(foreign_key="offer.id", ondelete="CASCADE")
    position: int
    product_id: int | None = Field(default=None, foreign_key="product.id", ondelete="SET NULL")
    text: str
    quantity: int
    unit: str
    price: int = Field(sa_type=BigInteger)
    discount: int = Field(default=0)
    vat: int
    list_price: int | None = Field(default=None, sa_type=BigInteger)
    cost: int | None = Field(default=None, sa_type=BigInteger)
    net: int = Field(sa_type=BigInteger)


class Objection(SQLModel, table=True):
    """An objection, genuine or a pretext, and its answer."""

    __tablename__ = "objection"
    __table_args__ = (
        Index("objection_deal", "deal_id", "raised_at"),
        Index("objection_kind", "kind"),
        CheckConstraint("genuine IN (0, 1)"),
        CheckConstraint("resolved_at >= raised_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    deal_id: int = Field(foreign_key="deal.id", ondelete="CASCADE")
    stage_id: int = Field(foreign_key="stage.id")
    kind: str
    genuine: int = Field(default=1)
    wording: str | None = None
    answer: str | None = None
    raised_at: int = Field(sa_type=BigInteger)
    raised_on: str
    resolved_at: int | None = Field(default=None, sa_type=BigInteger)
    recorded_at: int = Field(sa_type=BigInteger)


class Contract(SQLModel, table=True):
    """What was signed, until when it runs, and by when it can be cancelled."""

    __tablename__ = "contract"
    __table_args__ = (
        Index("contract_deal", "deal_id"),
        Index(
            "contract_ends",
            "ends_on",
            sqlite_where=text("ends_on IS NOT NULL"),
            postgresql_where=text("ends_on IS NOT NULL"),
        ),
        Index(
            "contract_number",
            "number",
            unique=True,
            sqlite_where=text("number IS NOT NULL"),
            postgresql_where=text("number IS NOT NULL"),
        ),
        CheckConstraint("number <> ''"),
        CheckConstraint("ends_on >= starts_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_id, unique=True)
    deal_id: int = Field(foreign_key="deal.id", ondelete="CASCADE")
    number: str | None = None
    signed_on: str
    signed_by: str | None = None
    starts_on: str | None = None
    ends_on: str | None = None
    notice: str | None = None
    cancel_by: str | None = None
    document: str | None = None
    instruction_on: str | None = None
    notes: str | None = None
    recorded_at: int = Field(sa_type=BigInteger)
