"""E-mails with contacts, and the answers to them that somebody waits for."""

from __future__ import annotations

from funnelcli.i18n import N_, NN_
from funnelcli.nouns import words
from funnelcli.nouns.field import Ask, contact_name, deal_title, field
from funnelcli.nouns.noun import Naming, Noun, Says
from funnelcli.nouns.record import Record
from funnelcli.nouns.rules import OWED, OWED_SINCE
from funnelcli.nouns.types import (
    COUNT,
    DATE,
    ID,
    INSTANT,
    LONG,
    TEXT,
    one_of,
    record,
)


class Message(Record):
    """An e-mail that a contact wrote or got; one to several contacts is one for each. ``thread`` is
    the id of the message that began the exchange; ``settled_at`` is when somebody said that it
    needs no answer."""

    id: int = field("Id", ID, "g.id")
    public_id: str = field("Public id", table=False)
    happened_on: str = field("Date", DATE, Ask("g.happened_on", "date", sort="g.happened_at"))
    happened_at: int = field("At", INSTANT, table=False)
    direction: str = field("Direction", one_of("DIRECTION", words.DIRECTION), "g.direction")
    contact_id: int = field("Contact id", record("CONTACT", "contact"), table=False)
    contact: str = contact_name()
    deal_id: int | None = field("Deal id", record("DEAL", "deal"), table=False)
    deal: str | None = deal_title(drop=2)
    address: str = field("Address", TEXT, "g.address", table=False)
    subject: str = field(
        "Subject", TEXT, Ask("search_key(g.subject)", sort="-", folded=True), flex=True
    )
    text: str = field("Text", LONG, Ask("g.search", sort="-", folded=True), table=False)
    attachments: int = field("Attachments", COUNT, "g.attachments", table=False)
    message_id: str = field("Message id", TEXT, table=False)
    thread: str = field("Thread", TEXT, "g.thread", table=False)
    settled_at: int | None = field("Settled", INSTANT, table=False)
    recorded_at: int = field("Recorded", INSTANT, table=False)


_SEARCH = ("g.search", "coalesce(d.search, '')", "c.search")
MESSAGE = Noun(
    "message",
    Message,
    query="messages",
    alias="g",
    order="g.happened_at DESC, g.id DESC",
    named=Naming(
        "r.search",
        "r.happened_on || ' · ' || (SELECT c.name FROM contact AS c WHERE c.id = r.contact_id)"
        " || ' · ' || substr(r.subject, 1, 60)",
        "coalesce((SELECT c.search FROM contact AS c WHERE c.id = r.contact_id), '')",
        keyed="subject || char(10) || text",
    ),
    says=Says(
        N_("There is no e-mail {name}."),
        N_("No e-mails. `funnel mail` reads a mailbox."),
        N_("Removed e-mail {id}"),
        NN_("Remove {n} e-mail?", "Remove {n} e-mails?"),
    ),
    flags={"owed": OWED},
    search=_SEARCH,
    command="mail list",
)


class Owed(Record):
    """An exchange of e-mails that waits for an answer: ``id`` is its last message, ``turn`` says
    whose answer, ``since_at`` is the first message that has none, ``days`` are the working days
    since then."""

    id: int = field("Id", ID, "g.id")
    turn: str = field(
        "Turn",
        one_of("TURN", words.TURN),
        "CASE g.direction WHEN 'in' THEN 'ours' ELSE 'theirs' END",
        style=lambda row: "warn" if row.turn == "ours" else "",
    )
    contact_id: int = field("Contact id", record("CONTACT", "contact"), table=False)
    contact: str = contact_name()
    deal_id: int | None = field("Deal id", record("DEAL", "deal"), table=False)
    deal: str | None = deal_title(drop=2)
    subject: str = field(
        "Subject", TEXT, Ask("search_key(g.subject)", sort="-", folded=True), flex=True, drop=1
    )
    address: str = field("Address", TEXT, "g.address", table=False)
    since_at: int = field("Since", INSTANT, Ask(OWED_SINCE, "since"))
    days: int = field("Working days", COUNT, f"working_days({OWED_SINCE})")


OWED_MAIL = Noun(
    "owed",
    Owed,
    query="owed",
    alias="g",
    order=f"g.direction <> 'in', {OWED_SINCE}, g.id",
    says=Says(
        N_("There is no e-mail {name}."),
        N_("Nobody waits for an answer."),
    ),
    search=_SEARCH,
    command="owed",
)
