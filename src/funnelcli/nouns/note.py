"""Notes: what is to be remembered of a deal or a contact, each with its date."""

from __future__ import annotations

from funnelcli.i18n import N_, NN_
from funnelcli.nouns.dated import Dated
from funnelcli.nouns.field import Ask, Option, contact_name, deal_title, field
from funnelcli.nouns.noun import Naming, Noun, Says
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import DATE, ID, INSTANT, LONG, PAST, record


class Note(Record):
    """A note; ``contact`` is whom it is about, or whose deal."""

    id: int = field("Id", ID, "x.id")
    public_id: str = field("Public id", table=False)
    happened_on: str = field("Date", DATE, Ask("x.happened_on", "date", sort="x.happened_at"))
    happened_at: int = field(
        "At",
        PAST,
        option=Option("--at", N_("When it happened: yesterday, 2026-09-01 14:30."), on="edit"),
        table=False,
    )
    deal_id: int | None = field("Deal id", record("DEAL", "deal"), table=False)
    deal: str | None = deal_title(drop=2)
    contact_id: int | None = field("Contact id", record("CONTACT", "contact"), table=False)
    contact: str | None = contact_name()
    text: str = field(
        "Note",
        LONG,
        Ask("x.search", folded=True),
        option=Option("--text", N_("What it says; - reads standard input."), on="edit"),
        flex=True,
    )
    recorded_at: int = field("Recorded", INSTANT, table=False)


NOTE = Noun(
    "note",
    Note,
    query="notes",
    alias="x",
    order="x.happened_at DESC, x.id DESC",
    dated=[Dated("happened_on", what="text", show="note show")],
    named=Naming(
        "r.search",
        "r.happened_on || ' · ' || coalesce("
        "(SELECT d.title FROM deal AS d WHERE d.id = r.deal_id),"
        " (SELECT c.name FROM contact AS c WHERE c.id = r.contact_id)) || ' · '"
        " || replace(substr(r.text, 1, 60), char(10), ' ')",
        keyed="text",
    ),
    says=Says(
        N_("There is no note {name}."),
        N_("No notes. `funnel note DEAL TEXT` writes one."),
        N_("Removed note {id}"),
        NN_("Remove {n} note?", "Remove {n} notes?"),
    ),
    search=["x.search", "coalesce(d.search, '')", "coalesce(c.search, '')"],
)
