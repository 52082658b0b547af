"""Files that belong to records."""

from __future__ import annotations

from funnelcli.i18n import N_, NN_
from funnelcli.nouns.field import Ask, Option, contact_name, deal_title, field
from funnelcli.nouns.noun import Naming, Noun, Says
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import (
    COUNT,
    ID,
    INSTANT,
    NAME,
    TEXT,
    one_of,
    record,
)
from funnelcli.render.human import size_text

OF = one_of(
    "KIND",
    {
        "contact": N_("contact"),
        "deal": N_("deal"),
        "visit": N_("visit"),
        "offer": N_("offer"),
        "contract": N_("contract"),
        "tray": N_("note in the tray"),
    },
    offers="FILE_OF",
)


class Attachment(Record):
    """A file: ``noun`` is the kind of record that it belongs to, ``deal`` and ``contact`` are those
    of that record; ``size`` in bytes, ``digest`` the SHA-256 of its content."""

    id: int = field("Id", ID, "a.id")
    public_id: str = field("Public id", table=False)
    name: str = field(
        "File",
        NAME,
        Ask("search_key(a.name)", "name", sort="search_key(a.name)", folded=True),
        option=Option("--name", N_("What it is called; else as the file is.")),
        flex=True,
    )
    media_type: str = field("Media type", TEXT, Ask("a.media_type", "type"), table=False)
    size: int = field("Size", COUNT, "a.size", shown=lambda row: size_text(row.size))
    note: str | None = field(
        "Note", TEXT, option=Option("--note", N_("What it is, or what for.")), flex=True, drop=3
    )
    noun: str = field(
        "Of",
        OF,
        Ask(
            "CASE WHEN a.contact_id IS NOT NULL THEN 'contact' WHEN a.deal_id IS NOT NULL"
            " THEN 'deal' WHEN a.visit_id IS NOT NULL THEN 'visit' WHEN a.offer_id IS NOT NULL"
            " THEN 'offer' WHEN a.tray_id IS NOT NULL THEN 'tray' ELSE 'contract' END",
            "of",
        ),
        drop=4,
    )
    deal_id: int | None = field("Deal id", record("DEAL", "deal"), table=False)
    deal: str | None = deal_title(drop=1)
    contact_id: int | None = field("Contact id", record("CONTACT", "contact"), table=False)
    contact: str | None = contact_name(drop=2)
    visit_id: int | None = field("Visit id", record("VISIT", "visit"), table=False)
    offer_id: int | None = field("Offer id", record("OFFER", "offer"), table=False)
    contract_id: int | None = field("Contract id", record("CONTRACT", "contract"), table=False)
    tray_id: int | None = field("Note in the tray", record("NOTE", "tray"), table=False)
    digest: str = field("Digest", TEXT, table=False)
    recorded_at: int = field("Added", INSTANT, Ask("a.recorded_at", "added"), drop=5)


ATTACHMENT = Noun(
    "attachment",
    Attachment,
    query="attachments",
    alias="a",
    order="a.recorded_at DESC, a.id DESC",
    named=Naming(
        "search_key(r.name)",
        "r.name || coalesce(' · ' || (SELECT d.title FROM deal AS d WHERE d.id = r.deal_id),"
        " ' · ' || (SELECT c.name FROM contact AS c WHERE c.id = r.contact_id), '')",
    ),
    says=Says(
        N_("No file is called {name}."),
        N_("No files. `funnel file add 12 offer.pdf` adds one."),
        N_("Removed the file {name}"),
        NN_("Remove {n} file?", "Remove {n} files?"),
    ),
    search=[
        "search_key(a.name)",
        "search_key(coalesce(a.note, ''))",
        "coalesce(d.search, '')",
        "coalesce(c.search, '')",
    ],
    command="file list",
)
