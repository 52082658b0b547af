"""The tray: notes from outside that wait to be filed."""

from __future__ import annotations

from funnelcli.i18n import N_, NN_
from funnelcli.nouns.field import Ask, Option, field
from funnelcli.nouns.noun import Naming, Noun, Says
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import BIRTHDAY, COUNT, DATE, ID, INSTANT, NAME, TEXT, one_of

ORIGIN = one_of(
    "ORIGIN",
    {"folder": N_("folder"), "mail": N_("mail"), "phone": N_("smartphone")},
    offers="ORIGIN",
)
KIND = one_of(
    "KIND",
    {
        "report": N_("report"),
        "letter": N_("message"),
        "memo": N_("photo, recording"),
        "card": N_("contact card"),
        "event": N_("appointment"),
    },
    offers="TRAY_KIND",
)
REASON = one_of(
    "REASON",
    {
        "unknown": N_("unknown person"),
        "several": N_("several match"),
        "on_file": N_("on file already?"),
        "no_text": N_("no text"),
        "unclear": N_("unclear"),
    },
    offers="TRAY_REASON",
)
STATE = one_of("STATE", {"waiting": N_("waiting"), "later": N_("for later")}, offers="TRAY_STATE")
_STATE = "CASE WHEN t.later_until > :today THEN 'later' ELSE 'waiting' END"


class TrayNote(Record):
    """A note that waits: ``reason`` is why, ``detail`` a sentence about that, ``person`` to
    ``deal`` what it says of somebody who may be new; ``files`` came with it."""

    id: int = field("Id", ID, "t.id")
    public_id: str = field("Public id", table=False)
    name: str = field(
        "Note",
        NAME,
        Ask("search_key(t.name)", "name", sort="search_key(t.name)", folded=True),
        flex=True,
    )
    kind: str = field("Kind", KIND, "t.kind", drop=4)
    origin: str = field("From", ORIGIN, "t.origin", drop=5)
    reason: str = field("Why", REASON, "t.reason")
    detail: str | None = field("Detail", table=False)
    state: str = field("State", STATE, Ask(_STATE), drop=1)
    happened_on: str = field("Date", DATE, Ask("t.happened_on", "date"), drop=2)
    starts: str | None = field("Begins", table=False)
    minutes: int | None = field("Minutes", COUNT, table=False)
    text: str | None = field(
        "Text", TEXT, Ask("search_key(coalesce(t.text, ''))", sort="-", folded=True), flex=True,
        drop=3, shown=lambda row: " ".join(" ".join(filter(None, (row.subject, row.text))).split()),
    )  # fmt: skip
    subject: str | None = field("Subject", table=False)
    quoted: str | None = field("Quoted", table=False)
    sender: str | None = field("Sender", TEXT, Ask("t.sender", sort="t.sender"), table=False)
    sender_name: str | None = field("Sender's name", table=False)
    outcome: str | None = field("Outcome", table=False)
    next_step: str | None = field("Next", table=False)
    due: str | None = field("Due", table=False)
    person: str | None = field(
        "Person",
        NAME,
        Ask("search_key(coalesce(t.person, ''))", sort="-", folded=True),
        option=Option("--name", N_("Their name."), on="new"),
        flex=True,
        drop=2,
    )
    organisation: str | None = field(
        "Organisation",
        option=Option(
            "--organisation --org", N_("Their organisation; a new one is added."), on="new"
        ),
        table=False,
    )
    job_title: str | None = field(
        "Job title", option=Option("--job-title", N_("Their job title."), on="new"), table=False
    )
    phone: str | None = field(
        "Phone", option=Option("--phone", N_("Their phone number."), on="new"), drop=6
    )
    email: str | None = field(
        "E-mail", option=Option("--email", N_("Their e-mail address."), on="new"), table=False
    )
    street: str | None = field(
        "Street", option=Option("--street", N_("Street and number."), on="new"), table=False
    )
    postcode: str | None = field(
        "Postcode", option=Option("--postcode", N_("Postcode."), on="new"), table=False
    )
    town: str | None = field("Town", option=Option("--town", N_("Town."), on="new"), table=False)
    region: str | None = field("Region", table=False)
    country: str | None = field("Country", table=False)
    birthday: str | None = field("Birthday", BIRTHDAY, table=False)
    website: str | None = field("Website", table=False)
    deal: str | None = field("Deal", table=False)
    files: int = field("Files", COUNT, drop=7)
    later_until: str | None = field("Later", DATE, Ask("t.later_until", "later"), table=False)
    written_at: int = field("Written", INSTANT, Ask("t.written_at", "written"), table=False)
    recorded_at: int = field("Came", INSTANT, Ask("t.recorded_at", "came"), table=False)


TRAY = Noun(
    "tray_note",
    TrayNote,
    query="tray",
    alias="t",
    order="t.later_until > :today, t.written_at, t.id",
    named=Naming(
        "search_key(r.name)",
        "r.name || ' · ' || r.happened_on || coalesce(' · ' || replace(substr(r.text, 1, 60),"
        " char(10), ' '), '')",
    ),
    says=Says(
        N_("There is no note {name} in the tray."),
        N_("The tray is empty. `funnel inbox FOLDER` fills it."),
        N_("Dropped {name}"),
        NN_("Drop {n} note?", "Drop {n} notes?"),
    ),
    search=["search_key(t.name)", "search_key(coalesce(t.text, ''))",
            "search_key(coalesce(t.person, ''))", "search_key(coalesce(t.sender, ''))"],
    command="tray list",
)  # fmt: skip
