"""A contact's page: facts, what they are as a customer, deals, steps, visits, notes, people."""

from __future__ import annotations

import sqlite3

from funnelcli import queries
from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.nouns.attachment import ATTACHMENT
from funnelcli.nouns.contact import CONTACT, Contact
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.extending import columns_of
from funnelcli.nouns.members import name_of
from funnelcli.nouns.message import MESSAGE
from funnelcli.nouns.note import NOTE
from funnelcli.nouns.printed import Printed
from funnelcli.nouns.step import STEP
from funnelcli.nouns.visit import VISIT
from funnelcli.pages.attachment import files_listing
from funnelcli.pages.customer import Life, lifecycle
from funnelcli.pages.message import latest
from funnelcli.pages.own import own_pairs
from funnelcli.queries import attachments
from funnelcli.queries import contacts as of_contact
from funnelcli.queries import messages as mail
from funnelcli.queries.lists import one
from funnelcli.render import Block, Facts, Listing, Page, Prose
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values import dates, daytext, reader

if TYPE_CHECKING:
    from funnelcli.nouns.tray import TrayNote

PRINTED = Printed(
    data=CONTACT,
    more=(
        "consents",
        "deals",
        "steps",
        "visits",
        "dated_notes",
        "people",
        "files",
        "messages",
        *Life._fields,
    ),
    parts=True,
)


def contact_page(conn: sqlite3.Connection, contact_id: int, locale: str) -> Page:
    """A contact with its deals, steps, visits, notes and consents."""
    contact = one(conn, CONTACT, contact_id)
    deals = of_contact.deals(conn, contact_id)
    visits = of_contact.visits(conn, contact_id)
    steps = of_contact.open_steps(conn, contact_id)
    people = of_contact.people(conn, contact_id)
    notes = of_contact.notes(conn, contact_id)
    consents = of_contact.consents(conn, contact_id)
    # An organisation's page says whose each thing is.
    several = contact.kind == "organisation"
    life, life_data = lifecycle(conn, contact_id, deals, locale, several=several)
    blocks: list[Block] = [facts(conn, contact, consents)]
    if contact.notes:
        blocks.append(Prose(contact.notes, _("Notes")))
    blocks += life
    sections = (
        (_("Deals"), columns_of(DEAL, deals), deals),
        (_("Next steps"), STEP.columns, steps),
        (_("Visits"), columns_of(VISIT, visits), visits),
        (_("Dated notes"), NOTE.columns, notes),
        (_("People"), columns_of(CONTACT, people), people),
    )
    for title, columns, rows in sections:
        if rows:
            shown = [column for column in columns if several or column.key != "contact"]
            blocks.append(Listing(shown, rows, title=title))
    messages = mail.of_contact(conn, contact_id)
    if messages:
        blocks.append(latest(messages, f"contact:{contact_id}", several=several))
    files = attachments.of_contact(conn, contact_id)
    if files:
        blocks.append(files_listing(files))
    data = contact.data() | {
        "consents": [consent._asdict() for consent in consents],
        "deals": Listing(columns_of(DEAL, deals), deals),
        "steps": Listing(STEP.columns, steps),
        "visits": Listing(columns_of(VISIT, visits), visits),
        "dated_notes": Listing(NOTE.columns, notes),
        "people": Listing(columns_of(CONTACT, people), people),
        "files": Listing(ATTACHMENT.columns, files),
        "messages": Listing(MESSAGE.columns, messages),
    }
    data |= life_data._asdict()
    return Page(blocks, data, name="contact")


# What :func:`facts` says in its own way, or the page elsewhere.
_SAID = (
    *("name", "organisation_id", "role", "job_title", "phones", "emails", "street", "postcode"),
    *("town", "region", "country", "source", "referred_by_id", "do_not_contact", "tags", "notes"),
    "owner_id",
)


def _plain(contact: Contact) -> list[tuple[str, str]]:
    """The facts that are no more than a field, as they are declared."""
    return [
        (_(field.title), field.type.name(getattr(contact, name)))
        for name, field in CONTACT.fields.items()
        if field.option is not None and name not in _SAID
    ]


def address_of(contact: Contact | TrayNote) -> str:
    """Where somebody is, in one line; "" where nothing says it."""
    place = " ".join(filter(None, (contact.postcode, contact.town)))
    return ", ".join(filter(None, (contact.street, place, contact.region, contact.country)))


def facts(conn: sqlite3.Connection, contact: Contact, consents: list[of_contact.Consent]) -> Facts:
    """The contact's facts, the empty ones left out."""
    organisation = contact.organisation or ""
    if contact.role:
        organisation += f" ({words.read(words.ROLE, contact.role)})"
    standing = [
        (
            _("{channel} since {day}")
            if consent.withdrawn_on is None
            else _("{channel} withdrawn on {day}")
        ).format(
            channel=words.read(words.CONSENT_CHANNEL, consent.channel),
            day=daytext.day(consent.withdrawn_on or consent.given_on),
        )
        for consent in consents
    ]
    last = contact.last_contact_at
    sources = queries.catalogue_names(conn, "source")
    pairs = [
        (_("Is"), words.read(words.LIFECYCLE, contact.lifecycle)),
        (_("Kind"), words.read(words.CONTACT_KIND, contact.kind)),
        (_("Organisation"), organisation.strip()),
        (_("Job title"), contact.job_title or ""),
        (_("Owner"), name_of(conn, contact.owner)),
        *_plain(contact),
        (_("Phone"), ", ".join(contact.phones)),
        (_("E-mail"), ", ".join(contact.emails)),
        (_("Address"), address_of(contact)),
        (_("Source"), sources.get(contact.source or "", contact.source or "")),
        (_("Referred by"), contact.referred_by or ""),
        (_("Consent"), ", ".join(standing)),
        (_("Do not contact"), _("yes") if contact.do_not_contact else ""),
        (_("Last contact"), daytext.beside(dates.local_date(last)) if last else ""),
        (_("Tags"), ", ".join(contact.tags)),
        *own_pairs(contact, reader.locale()),
        (_("Public id"), contact.public_id),
    ]
    title = contact.name + " · " + _("contact {id}").format(id=contact.id)
    return Facts(title, [pair for pair in pairs if pair[1]])
