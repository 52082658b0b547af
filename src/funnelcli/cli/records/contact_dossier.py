"""What is held about a contact, and what was given out."""

from __future__ import annotations

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import current
from funnelcli.cli.params import ContactRef, Limit
from funnelcli.cli.results import more_note
from funnelcli.i18n import N_, _
from funnelcli.nouns.contact import CONTACT
from funnelcli.render import Listing, Page
from funnelcli.typed import Annotated


@gives("pages.dossier:PRINTED")
@examples(
    "funnel contact dossier mueller -o mueller.html",
    "funnel contact dossier 7 --json -o mueller.json",
)
def dossier(contact: ContactRef) -> Page:
    """Print all that is held about a person (GDPR, Art. 15): each row, where it came from, whom it
    was given to, the texts about others that name them, copies and drafts."""
    from funnelcli.pages.dossier import dossier_page

    call = current()
    with call.read() as conn:
        contact_id = call.find(conn, CONTACT, contact)
        call.about.add(contact_id)
        return dossier_page(conn, call.path, contact_id)


@gives("pages.dossier:LOG")
@examples("funnel export log", "funnel export log --contact mueller", "funnel export log --json")
def disclosures(
    contact: Annotated[
        str | None,
        Option("--contact", "-c", metavar="CONTACT", help=N_("Only what held this one.")),
    ] = None,
    limit: Limit = None,
) -> Listing:
    """List the files that were written with the data of contacts: by -o, by `export all`, by
    `backup` to a place of its own, and letters."""
    from itertools import islice

    from funnelcli.actions.forgetting_person import recorded
    from funnelcli.db import disclosed
    from funnelcli.pages.dossier import DISCLOSURES

    call = current()
    most = call.rows(limit)
    with call.read() as conn:
        if contact is None:
            found = disclosed.listed(conn)
        else:
            contact_id = call.find(conn, CONTACT, contact)
            found = disclosed.listed(conn, [contact_id], recorded(conn, contact_id))
        rows = list(islice(found, None if most is None else most + 1))
    notes = more_note(most) if most is not None and len(rows) > most else []
    return Listing(DISCLOSURES, rows[:most], empty=_("Nothing was exported."), notes=notes)
