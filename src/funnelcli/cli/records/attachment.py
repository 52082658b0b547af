"""Files that belong to records: add, list, open, write out, remove."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import attachments, outside
from funnelcli.cli.changing import changing
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.disclosing import note as disclose
from funnelcli.cli.entries import read
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import lister
from funnelcli.cli.params import ForContact
from funnelcli.cli.removing import removing
from funnelcli.cli.results import all_changed
from funnelcli.cli.taking import Given, takes
from funnelcli.db.disclosed import Members
from funnelcli.errors import Failed, Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns import declared
from funnelcli.nouns.attachment import ATTACHMENT, Attachment
from funnelcli.nouns.types import record
from funnelcli.pages.attachment import attachment_page
from funnelcli.queries.lists import one
from funnelcli.render import Changed, Page
from funnelcli.render.human import size_text
from funnelcli.typed import Annotated

Ref = Annotated[
    str,
    Argument(metavar=record("ATTACHMENT", "attachment"), help=N_("Its id, or words of its name.")),
]


@takes(ATTACHMENT.options("add"))
@gives(ATTACHMENT)
@examples(
    'funnel file add 12 offer.pdf --note "signed"',
    "funnel file add mueller-roof plan.pdf photo-1.jpg photo-2.jpg",
    "funnel file add --contact mueller card.jpg",
)
def add(
    of: Annotated[
        str,
        Argument(
            metavar="DEAL",
            help=N_("Its id, or words of its name; none with an option for another."),
        ),
    ],
    paths: Annotated[list[str] | None, Argument(metavar="[FILE]...", help=N_("The files."))] = None,
    contact: ForContact = None,
    visit: Annotated[
        str | None, Option("--visit", metavar="VISIT", help=N_("For a visit."))
    ] = None,
    offer: Annotated[
        str | None, Option("--offer", metavar="OFFER", help=N_("For an offer."))
    ] = None,
    contract: Annotated[
        str | None, Option("--contract", metavar="CONTRACT", help=N_("For a contract."))
    ] = None,
    *,
    given: Given,
) -> Changed:
    """Add files to a record. What is in them is kept in the database, with its copies."""
    call = current()
    others = {"contact": contact, "visit": visit, "offer": offer, "contract": contract}
    named = {noun: text for noun, text in others.items() if text is not None}
    if len(named) > 1:
        raise Usage(
            _("A file belongs to one record."), _("Give one of --contact, --visit, --offer, …")
        )
    sources = [of, *(paths or ())] if named else [*(paths or ())]
    if not sources:
        raise Usage(
            _("Which file?"), _("Name the deal, then the files: funnel file add 12 offer.pdf")
        )
    if len(sources) > 1 and given.get("name") is not None:
        raise Usage(_("One name is for one file."), _("Leave --name out, or add one file."))
    with call.open() as conn:
        ((noun, text),) = (named or {"deal": of}).items()
        record_id = call.find(conn, declared(noun), text)
        fields = read(call, conn, ATTACHMENT, given)
        found = {source.digest: source for source in map(attachments.look, sources)}
        with call.change(conn):
            ids = [
                attachments.add(conn, source, f"{noun}_id", record_id, **fields)
                for source in found.values()
            ]
        lines = [_added(one(conn, ATTACHMENT, attachment_id)) for attachment_id in ids]
        return all_changed(conn, ATTACHMENT, ids, lines)


def _added(found: Attachment) -> str:
    return _("File {id}: {name}, {size}, for {record}").format(
        id=found.id,
        name=found.name,
        size=size_text(found.size),
        record=found.contact if found.noun == "contact" else found.deal or found.contact,
    )


list_ = lister(
    ATTACHMENT,
    "funnel file list",
    "funnel file list deal:roof name:offer",
    "funnel file list of:contract --sort -size",
)


@gives(ATTACHMENT)
@examples("funnel file show 3", "funnel file show offer.pdf --json")
def show(file: Ref) -> Page:
    """Show what is known of a file."""
    with current().open() as conn:
        return attachment_page(_found(current(), conn, file))


def _found(call: Invocation, conn: sqlite3.Connection, text: str) -> Attachment:
    return one(conn, ATTACHMENT, call.find(conn, ATTACHMENT, text, write=False))


@examples("funnel file open 3", "funnel file open offer.pdf")
def open_(file: Ref) -> Changed:
    """Open a copy of a file with the program that the system has for it. What is changed in the
    copy stays there; it goes after a day."""
    call = current()
    with call.open() as conn:
        found = _found(call, conn, file)
        path = attachments.lay_out(conn, found)
    if not outside.opens(path):
        raise Failed(
            _("{name} cannot be opened: the system has no program for it.").format(name=found.name),
            _("`funnel file export {id}` writes it to the disk.").format(id=found.id),
        )
    return Changed([_("Opened {name}: {path}").format(name=found.name, path=path)])


@examples(
    "funnel file export 3",
    "funnel file export offer.pdf -o ~/Desktop",
    "funnel file export 3 -o copy.pdf",
)
def export(
    file: Ref,
    to: Annotated[
        str | None,
        Option(
            "--output", "-o", metavar="FILE", help=N_("A file or a folder; nothing is overwritten.")
        ),
    ] = None,
) -> Changed:
    """Write a file to the disk as it was added, into the folder you are in without -o."""
    call = current()
    with call.open() as conn:
        found = _found(call, conn, file)
        path = attachments.export(conn, found, to)
    if found.contact_id is not None:
        disclose(call, path, Members([found.contact_id]))
    return Changed([_("Written: {path}").format(path=path)])


edit = changing(
    ATTACHMENT,
    attachments.edit,
    'funnel file edit 3 --name "offer signed.pdf"',
    'funnel file edit offer.pdf --note "with the plan of May"',
    ref=Ref,
    name=lambda found: found.name,
)

remove = removing(
    ATTACHMENT,
    attachments.remove,
    "funnel file remove 3",
    help=N_("Their ids, or words of their names."),
)
