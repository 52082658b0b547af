"""The tables as SQLModel classes, one to one with the migrations, and the Python interface.

For scripts and notebooks::

    from funnelcli import open_session
    from funnelcli.models import Deal
    from sqlmodel import select

    with open_session() as session:
        for deal in session.exec(select(Deal).where(Deal.status == "open")):
            print(deal.title, deal.value, deal.currency)

Reading is what it is for. What it writes is journalled and can be undone like any change, but
passes no rule of the trade: deals are moved with ``funnelcli.actions`` or the command line.
No command imports this package, because it costs more than a command may take.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, SQLModel, create_engine

from funnelcli.models.attachment import Attachment, Content
from funnelcli.models.care import CarePlan, Complaint, Referral, Satisfaction
from funnelcli.models.contact import Contact, ContactConsent, ContactEmail, ContactPhone, ContactTag
from funnelcli.models.cost import Effort, Overhead, Rate
from funnelcli.models.deal import Correction, Deal, DealContact, DealTag, Stay, Terms
from funnelcli.models.field import Field, FieldChoice, FieldValue
from funnelcli.models.figures import ExchangeRate, Target
from funnelcli.models.former import ContactFormer, DealFormer
from funnelcli.models.inbox import InboxNote, TrayNote
from funnelcli.models.journal import Command, JournalEntry, JournalNow, Reminder, Tally
from funnelcli.models.member import Member
from funnelcli.models.message import Mailbox, Message
from funnelcli.models.note import Note
from funnelcli.models.offer import Contract, Objection, Offer, OfferLine, Product, ProductPrice
from funnelcli.models.process import Catalogue, Process, Stage, StageExit, StageQuestion
from funnelcli.models.saved_filter import SavedFilter
from funnelcli.models.stage_work import (
    Answer,
    BusinessAnswer,
    CriterionTick,
    Farewell,
    Milestone,
    MilestoneTemplate,
    Questionnaire,
    QuestionnaireQuestion,
    Verdict,
)
from funnelcli.models.visit import Step, Visit

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = [
    "Answer",
    "Attachment",
    "BusinessAnswer",
    "CarePlan",
    "Catalogue",
    "Command",
    "Complaint",
    "Contact",
    "ContactConsent",
    "ContactEmail",
    "ContactFormer",
    "ContactPhone",
    "ContactTag",
    "Content",
    "Contract",
    "Correction",
    "CriterionTick",
    "Deal",
    "DealContact",
    "DealFormer",
    "DealTag",
    "Effort",
    "ExchangeRate",
    "Farewell",
    "Field",
    "FieldChoice",
    "FieldValue",
    "InboxNote",
    "JournalEntry",
    "JournalNow",
    "Mailbox",
    "Member",
    "Message",
    "Milestone",
    "MilestoneTemplate",
    "Note",
    "Objection",
    "Offer",
    "OfferLine",
    "Overhead",
    "Process",
    "Product",
    "ProductPrice",
    "Questionnaire",
    "QuestionnaireQuestion",
    "Rate",
    "Referral",
    "Reminder",
    "Satisfaction",
    "SavedFilter",
    "Stage",
    "StageExit",
    "StageQuestion",
    "Stay",
    "Step",
    "Tally",
    "Target",
    "Terms",
    "TrayNote",
    "Verdict",
    "Visit",
    "open_session",
    "postgresql_schema",
]


def open_session(path: str | None = None) -> Session:
    """A session on the database at ``path``, a file or an address; the one of the settings without
    it.

    It is created or migrated as a command would. Closing the session closes it.
    Raises Failed when it cannot be opened.
    """
    from sqlalchemy import event
    from sqlalchemy.pool import NullPool

    from funnelcli import config
    from funnelcli.db.connection import connect
    from funnelcli.db.server import is_address, raw

    where = path or str(config.get("db"))
    if is_address(where):
        # SQLAlchemy speaks the server's own dialect over the same connection.
        served = create_engine(
            "postgresql+psycopg://", creator=lambda: raw(connect(where)), poolclass=NullPool
        )
        return Session(served)

    def creator() -> sqlite3.Connection:
        return connect(where, make_folder=path is None)

    engine = create_engine("sqlite://", creator=creator, poolclass=NullPool)

    # The driver's own transactions are off, so SQLAlchemy has to say BEGIN; that is the recipe of
    # its documentation, and lets DDL roll back too.
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return Session(engine)


def postgresql_schema() -> str:
    """The statements that make the same tables in PostgreSQL."""
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.schema import CreateIndex, CreateTable

    # The class asks for no driver, and the compiled text needs none.
    dialect: Any = postgresql.dialect()  # type: ignore[no-untyped-call]
    statements = []
    for table in SQLModel.metadata.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        statements += [
            str(CreateIndex(index).compile(dialect=dialect)).strip()
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        ]
    return ";\n\n".join(statements) + ";\n"
