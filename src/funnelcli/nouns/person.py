"""The people of a deal: who has a part in it, and which."""

from __future__ import annotations

from funnelcli.i18n import N_, _
from funnelcli.nouns import words
from funnelcli.nouns.field import Option, derived, field
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import (
    CONTACT_NAME,
    DEAL_ROLE,
    FLAG,
    ID,
    LIST,
    TEXT,
    record,
)


class Person(Record):
    """Somebody who has a part in a deal; ``role`` is what the deal says of it, else the contact's
    own role in its organisation, and ``main`` is true of the deal's contact."""

    id: int = field("Id", ID)
    name: str = field("Name", CONTACT_NAME, flex=True)
    role: str | None = field(
        "Role",
        DEAL_ROLE,
        option=Option(
            "--role",
            N_("decider, champion, user, billing, blocker, influencer, or your own words."),
        ),
    )
    main: bool = field("The deal's contact", FLAG, table=False)
    job_title: str | None = field("Job title", flex=True, drop=3)
    organisation: str | None = field("Organisation", CONTACT_NAME, flex=True, drop=2)
    phones: list[str] = field("Phone", LIST, drop=4)
    emails: list[str] = field("E-mail", LIST, flex=True, drop=5)
    note: str | None = field(
        "Note",
        TEXT,
        option=Option("--note", N_("What is to be known of their part; none for nothing.")),
        flex=True,
        drop=1,
    )
    public_id: str = field("Public id", table=False)
    deal_id: int = field("Deal id", record("DEAL", "deal"), table=False)
    deal: str = field("Deal", table=False)

    @derived("", TEXT, data=False, piped=("main",), drop=6)
    def standing(self) -> str:
        """That it is the deal's contact."""
        return _("the contact") if self.main else ""

    @property
    def role_name(self) -> str:
        """The role in the language spoken now; "" for none."""
        return words.read(words.DEAL_ROLE, self.role)


PERSON = Person.columns()
