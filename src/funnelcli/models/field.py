"""Fields of one's own: declared, with their choices, and the values of records."""

import sqlmodel
from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import SQLModel


def _where(column: str, *names: str, unique: bool = False) -> Index:
    filled = text(f"{column} IS NOT NULL")
    return Index(*names, unique=unique, sqlite_where=filled, postgresql_where=filled)


def _one_of(*columns: str) -> CheckConstraint:
    """That one of these columns is filled, and no more."""
    filled = (f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in columns)
    return CheckConstraint(" + ".join(filled) + " = 1")


def _of(noun: str) -> Index:
    names = (f"field_value_{noun}", f"{noun}_id", "field_id", "place")
    return _where(f"{noun}_id", *names, unique=True)


class Field(SQLModel, table=True):
    """A field of one's own of a noun; of deals and contacts, ``stage_id`` is the stage that a deal
    does not leave without it. A hidden one keeps its values, and nothing shows it."""

    __tablename__ = "field"
    __table_args__ = (
        UniqueConstraint("noun", "key"),
        _where("stage_id", "field_stage", "stage_id"),
        CheckConstraint("noun IN ('contact', 'deal', 'visit', 'product')"),
        CheckConstraint("key <> ''"),
        CheckConstraint(
            "type IN ('text', 'number', 'money', 'date', 'yes_no', 'choice', 'choices', 'link',"
            " 'contact')"
        ),
        CheckConstraint("hidden IN (0, 1)"),
    )

    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    noun: str
    key: str
    type: str
    position: int
    name_en: str
    name_de: str
    stage_id: int | None = sqlmodel.Field(default=None, foreign_key="stage.id", ondelete="SET NULL")
    hidden: int = 0


class FieldChoice(SQLModel, table=True):
    """A choice of a field that has choices."""

    __tablename__ = "field_choice"
    __table_args__ = (UniqueConstraint("field_id", "key"), CheckConstraint("key <> ''"))

    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    field_id: int = sqlmodel.Field(foreign_key="field.id", ondelete="CASCADE")
    position: int
    key: str
    name_en: str
    name_de: str


class FieldValue(SQLModel, table=True):
    """What a record has in a field, in the column of the field's type: ``number`` in millionths,
    or 1 and 0 for yes and no; ``amount`` in minor units of ``currency``; ``day`` an ISO date;
    ``person_id`` a contact. Of several choices each is a row, by its ``place``."""

    __tablename__ = "field_value"
    __table_args__ = (
        *map(_of, ("contact", "deal", "visit", "product")),
        Index("field_value_field", "field_id"),
        _where("choice_id", "field_value_choice", "choice_id"),
        _where("person_id", "field_value_person", "person_id"),
        CheckConstraint("text <> ''"),
        CheckConstraint("day LIKE '____-__-__'"),
        _one_of("contact_id", "deal_id", "visit_id", "product_id"),
        _one_of("text", "number", "amount", "day", "choice_id", "person_id"),
        CheckConstraint("(amount IS NULL) = (currency IS NULL)"),
    )

    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    field_id: int = sqlmodel.Field(foreign_key="field.id", ondelete="CASCADE")
    place: int = 0
    contact_id: int | None = sqlmodel.Field(
        default=None, foreign_key="contact.id", ondelete="CASCADE"
    )
    deal_id: int | None = sqlmodel.Field(default=None, foreign_key="deal.id", ondelete="CASCADE")
    visit_id: int | None = sqlmodel.Field(default=None, foreign_key="visit.id", ondelete="CASCADE")
    product_id: int | None = sqlmodel.Field(
        default=None, foreign_key="product.id", ondelete="CASCADE"
    )
    text: str | None = None
    number: int | None = sqlmodel.Field(default=None, sa_type=BigInteger)
    amount: int | None = sqlmodel.Field(default=None, sa_type=BigInteger)
    currency: str | None = None
    day: str | None = None
    choice_id: int | None = sqlmodel.Field(
        default=None, foreign_key="field_choice.id", ondelete="CASCADE"
    )
    person_id: int | None = sqlmodel.Field(
        default=None, foreign_key="contact.id", ondelete="CASCADE"
    )
