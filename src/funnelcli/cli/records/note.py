"""Notes: write one on a deal or a contact, list, show, change, remove."""

from __future__ import annotations

from funnelcli.actions import notes
from funnelcli.cli.changing import changing
from funnelcli.cli.coercion import check_words
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument
from funnelcli.cli.entries import deal_or_contact
from funnelcli.cli.invocation import current
from funnelcli.cli.listing import lister
from funnelcli.cli.params import At, DealOrContact, ForContact
from funnelcli.cli.removing import removing
from funnelcli.cli.results import changed
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.note import NOTE
from funnelcli.nouns.types import record
from funnelcli.pages.note import note_title
from funnelcli.queries.lists import one
from funnelcli.render import Changed, Facts, Listing, Page, Prose
from funnelcli.typed import Annotated

Ref = Annotated[str, Argument(metavar=record("NOTE", "note"), help=N_("Its id, or words of it."))]


@gives(NOTE)
@examples(
    'funnel note solar "wants it before winter; ask for the roof plan"',
    'funnel note metallbau "new managing director" --at 2026-11-02',
    'funnel note --contact petra "plays handball"',
    "funnel note 12 - < minutes.txt",
)
def add(
    of: DealOrContact = None,
    text: Annotated[
        str | None,
        Argument(metavar="TEXT", help=N_("What it says; - reads standard input.")),
    ] = None,
    contact: ForContact = None,
    at: At = None,
) -> Changed:
    """Write a note."""
    call = current()
    with call.open() as conn:
        deal_id: int | None = None
        contact_id: int | None = None
        if contact is not None:
            if text is not None:
                raise Usage(
                    _("A note is on a deal or on a contact."),
                    _("With --contact, write the text alone."),
                )
            check_words(f"funnel {call.verb}", of or "")
            contact_id, text = call.find(conn, CONTACT, contact), of
        else:
            deal_id, contact_id = deal_or_contact(call, conn, of)
        words = call.long_text(call.need(text, "TEXT", _("What is to be noted?")))
        instant = call.when(conn, at, deal_id)
        with call.change(conn):
            note_id = notes.add(
                conn, words or "", deal_id=deal_id, contact_id=contact_id, at=instant
            )
        return changed(conn, NOTE, note_id, [note_title(one(conn, NOTE, note_id))])


list_ = lister(
    NOTE,
    "funnel note list date:this-week",
    "funnel note list solar roof --sort date",
    "funnel note list contact:brandt --csv -o brandt.csv",
)


@gives(NOTE)
@examples("funnel note show 3", 'funnel note show "roof plan"')
def show(note: Ref) -> Page:
    """Show a note."""
    call = current()
    with call.open() as conn:
        found = one(conn, NOTE, call.find(conn, NOTE, note, write=False))
    pairs = [
        (_("Deal"), found.deal or ""),
        (_("Contact"), found.contact or ""),
        (_("Public id"), found.public_id),
    ]
    facts = Facts(note_title(found), [pair for pair in pairs if pair[1]])
    main = Listing(NOTE.columns, [found])
    return Page([facts, Prose(found.text)], found.data(), main, name="note")


edit = changing(
    NOTE,
    notes.edit,
    'funnel note edit 3 --text "wants it before Christmas"',
    "funnel note edit 3 --at yesterday",
    ref=Ref,
    name=note_title,
)


remove = removing(
    NOTE, notes.remove, "funnel note remove 3", help=N_("Ids, or words of the notes.")
)
