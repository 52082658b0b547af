"""Contacts: add, list, show, edit, consent, remove."""

from __future__ import annotations

import sqlite3
from typing import Annotated

import typer

from funnelcli.actions import contacts
from funnelcli.cli.columns import CONTACTS
from funnelcli.cli.commands import examples, filter_words
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import listing
from funnelcli.cli.notes import edited
from funnelcli.cli.params import At, ContactRef, Limit, Sort, Tags, Untags, Words
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import naming, words
from funnelcli.queries import lists
from funnelcli.render import Changed, Listing, Page
from funnelcli.values import dates

Organisation = Annotated[
    str | None,
    typer.Option("--organisation", "--org", metavar="CONTACT", help=N_("Where a person belongs.")),
]
Role = Annotated[
    str | None,
    typer.Option("--role", metavar="ROLE", help=N_("decider, user, billing or influencer.")),
]
Emails = Annotated[
    list[str] | None,
    typer.Option("--email", "-e", metavar="ADDRESS", help=N_("May be repeated.")),
]
Phones = Annotated[
    list[str] | None, typer.Option("--phone", metavar="NUMBER", help=N_("May be repeated."))
]
JobTitle = Annotated[
    str | None, typer.Option("--job-title", metavar="TEXT", help=N_("Their position."))
]
Street = Annotated[
    str | None, typer.Option("--street", metavar="TEXT", help=N_("Street and number."))
]
Postcode = Annotated[str | None, typer.Option("--postcode", metavar="CODE", help=N_("Postcode."))]
Town = Annotated[str | None, typer.Option("--town", metavar="TEXT", help=N_("Town."))]
Region = Annotated[str | None, typer.Option("--region", metavar="TEXT", help=N_("Region."))]
Country = Annotated[str | None, typer.Option("--country", metavar="TEXT", help=N_("Country."))]
Source = Annotated[str | None, typer.Option("--source", metavar="SOURCE", help=N_("How you met."))]
ReferredBy = Annotated[
    str | None, typer.Option("--referred-by", metavar="CONTACT", help=N_("Who named them."))
]
Notes = Annotated[
    str | None, typer.Option("--notes", metavar="TEXT", help=N_("Notes; - reads standard input."))
]


def _fields(
    call: Invocation,
    conn: sqlite3.Connection,
    *,
    organisation: str | None,
    role: str | None,
    source: str | None,
    referred_by: str | None,
    notes: str | None,
    plain: dict[str, str | None],
) -> dict[str, str | int | None]:
    """The columns that were given; "none" empties one."""
    given: dict[str, str | int | None] = {
        name: None if text == "none" else text for name, text in plain.items() if text is not None
    }
    for name, text in (("organisation_id", organisation), ("referred_by_id", referred_by)):
        if text is not None:
            given[name] = None if text == "none" else call.find(conn, naming.CONTACT, text)
    if role is not None:
        given["role"] = None if role == "none" else words.choose(words.ROLE, role, "--role")
    if source is not None:
        given["source"] = None if source == "none" else naming.catalogue_key(conn, "source", source)
    if notes is not None:
        given["notes"] = None if notes == "none" else call.long_text(notes)
    return given


def _changed(
    conn: sqlite3.Connection, contact_id: int, line: str, warnings: list[str] | None = None
) -> Changed:
    return Changed(
        [line], lists.contact(conn, contact_id), CONTACTS, id=contact_id, warnings=warnings or []
    )


@examples(
    'funnel contact add "Hans Müller" --email hans@example.com --phone "0171 2345678"',
    'funnel contact add "Roof & Sun" --is-organisation --town Köln',
    'funnel contact add "Eva Roth" --org "roof sun" --role decider --referred-by mueller',
)
def add(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help=N_("Their name."))] = None,
    is_organisation: Annotated[
        bool, typer.Option("--is-organisation", "-O", help=N_("It is an organisation."))
    ] = False,
    organisation: Organisation = None,
    role: Role = None,
    job_title: JobTitle = None,
    email: Emails = None,
    phone: Phones = None,
    street: Street = None,
    postcode: Postcode = None,
    town: Town = None,
    region: Region = None,
    country: Country = None,
    source: Source = None,
    referred_by: ReferredBy = None,
    notes: Notes = None,
    tag: Tags = None,
    at: At = None,
) -> Changed:
    """Add a contact."""
    call = current()
    with call.open() as conn:
        name = call.need(name, "NAME", _("What is their name?"))
        fields = _fields(
            call,
            conn,
            organisation=organisation,
            role=role,
            source=source,
            referred_by=referred_by,
            notes=notes,
            plain={
                "job_title": job_title,
                "street": street,
                "postcode": postcode,
                "town": town,
                "region": region,
                "country": country,
            },
        )
        if is_organisation:
            fields["kind"] = "organisation"
        twins = _twins(conn, name, email or [])
        instant = call.when(conn, at)
        with call.change(conn):
            contact_id = contacts.add(
                conn,
                name,
                fields=fields,
                emails=email or (),
                phones=phone or (),
                tags=tag or (),
                at=instant,
            )
        line = _("Contact {id}: {name}").format(id=contact_id, name=name.strip())
        return _changed(conn, contact_id, line, twins)


def _twins(conn: sqlite3.Connection, name: str, emails: list[str]) -> list[str]:
    """A warning where somebody of that name or address is on file already."""
    from funnelcli.text import fold

    marks = ", ".join("?" for _email in emails) or "NULL"
    rows = conn.execute(
        "SELECT c.id, c.name FROM contact AS c WHERE (c.search >= ? AND c.search < ?) OR c.id IN"
        f" (SELECT e.contact_id FROM contact_email AS e WHERE e.email IN ({marks})) LIMIT 3",
        (fold(name), fold(name) + " ", *(email.strip().lower() for email in emails)),
    ).fetchall()
    return [
        _("Contact {id}, {name}, is on file already; `funnel undo` if it is the same.").format(
            id=contact_id, name=known
        )
        for contact_id, known in rows
    ]


@examples(
    "funnel contact list mueller",
    "funnel contact list is:customer town:köln --sort -contacted",
    "funnel contact list tag:newsletter --csv -o newsletter.csv",
)
def list_(words: Words = None, sort: Sort = None, limit: Limit = None) -> Listing:
    """List contacts."""
    return listing(
        CONTACTS,
        lists.contacts,
        filter_words(words),
        sort,
        limit,
        empty=_("No contacts. `funnel contact add` adds one."),
    )


@examples("funnel contact show mueller", "funnel contact show 7 --json")
def show(contact: ContactRef) -> Page:
    """Show a contact."""
    from funnelcli.pages import deal as deal_page

    call = current()
    with call.open() as conn:
        return deal_page.contact_page(
            call, conn, call.find(conn, naming.CONTACT, contact, write=False)
        )


@examples(
    "funnel contact edit mueller --town Bonn --email hans@example.org",
    "funnel contact edit 7 --no-email old@example.com --tag vip --untag cold",
    "funnel contact edit 7 --do-not-contact",
)
def edit(
    contact: ContactRef,
    name: Annotated[
        str | None, typer.Option("--name", metavar="TEXT", help=N_("Their name."))
    ] = None,
    organisation: Organisation = None,
    role: Role = None,
    job_title: JobTitle = None,
    email: Emails = None,
    no_email: Annotated[
        list[str] | None,
        typer.Option("--no-email", metavar="ADDRESS", help=N_("Take an address off.")),
    ] = None,
    phone: Phones = None,
    no_phone: Annotated[
        list[str] | None,
        typer.Option("--no-phone", metavar="NUMBER", help=N_("Take a number off.")),
    ] = None,
    street: Street = None,
    postcode: Postcode = None,
    town: Town = None,
    region: Region = None,
    country: Country = None,
    source: Source = None,
    referred_by: ReferredBy = None,
    notes: Notes = None,
    do_not_contact: Annotated[
        bool | None,
        typer.Option(
            "--do-not-contact/--may-contact", help=N_("Whether they want to hear nothing at all.")
        ),
    ] = None,
    tag: Tags = None,
    untag: Untags = None,
) -> Changed:
    """Change a contact."""
    call = current()
    with call.open() as conn:
        contact_id = call.find(conn, naming.CONTACT, contact)
        changes = _fields(
            call,
            conn,
            organisation=organisation,
            role=role,
            source=source,
            referred_by=referred_by,
            notes=notes,
            plain={
                "name": None if name is None else name.strip(),
                "job_title": job_title,
                "street": street,
                "postcode": postcode,
                "town": town,
                "region": region,
                "country": country,
            },
        )
        if do_not_contact is not None:
            changes["do_not_contact"] = int(do_not_contact)
        details = [*(email or ()), *(phone or ()), *(tag or ())]
        gone = [*(no_email or ()), *(no_phone or ()), *(untag or ())]
        if not changes and not details and not gone:
            raise Usage(
                _("Nothing to change."),
                _("`funnel contact edit --help` lists what can be changed."),
            )
        with call.change(conn):
            names = contacts.edit(conn, contact_id, changes)
            added = contacts.add_details(
                conn, contact_id, emails=email or (), phones=phone or (), tags=tag or ()
            )
            removed = contacts.remove_details(
                conn, contact_id, emails=no_email or (), phones=no_phone or (), tags=untag or ()
            )
        names += ["details"] if added or removed else []
        known = lists.contact(conn, contact_id).name
        return _changed(conn, contact_id, edited(known, names))


@examples(
    'funnel contact consent mueller phone --how "said so at the fair"',
    "funnel contact consent mueller email --withdraw --on yesterday",
)
def consent(
    contact: ContactRef,
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help=N_("post, phone or email."))],
    how: Annotated[
        str | None, typer.Option("--how", metavar="TEXT", help=N_("How it was given."))
    ] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help=N_("It is withdrawn, not given."))
    ] = False,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help=N_("The day; today without it."))
    ] = None,
) -> Changed:
    """Record a consent."""
    call = current()
    with call.open() as conn:
        contact_id = call.find(conn, naming.CONTACT, contact)
        key = words.choose(words.CONSENT_CHANNEL, channel, "CHANNEL")
        day = call.date(on) or dates.today().isoformat()
        if not withdraw:
            how = call.need(how, "--how", _("How was it given?"))
        with call.change(conn):
            if withdraw:
                contacts.withdraw_consent(conn, contact_id, key, day)
            else:
                contacts.consent(conn, contact_id, key, given_on=day, how=how or "")
        name = lists.contact(conn, contact_id).name
        said = (
            _("{name}: consent for {channel} withdrawn on {day}")
            if withdraw
            else _("{name}: consent for {channel} given on {day}")
        )
        line = said.format(name=name, channel=words.read(words.CONSENT_CHANNEL, key), day=day)
        return _changed(conn, contact_id, line)


@examples("funnel contact remove 7", "funnel contact remove 7 8 9 --yes")
def remove(
    contact: Annotated[
        list[str], typer.Argument(metavar="CONTACT...", help=N_("Ids, or words of their names."))
    ],
) -> Changed:
    """Remove contacts."""
    call = current()
    with call.open() as conn:
        ids = list(dict.fromkeys(call.find(conn, naming.CONTACT, text) for text in contact))
        names = [lists.contact(conn, contact_id).name for contact_id in ids]
        (more,) = conn.execute(
            "SELECT (SELECT count(*) FROM visit WHERE contact_id IN (SELECT value FROM"
            " json_each(:ids))) + (SELECT count(*) FROM step WHERE contact_id IN"
            " (SELECT value FROM json_each(:ids)))",
            {"ids": str(ids)},
        ).fetchone()
        if len(ids) + more > 2:
            text = ngettext(
                "Remove {n} contact, with {more} visits and steps?",
                "Remove {n} contacts, with {more} visits and steps?",
                len(ids),
            )
            call.confirm(text.format(n=len(ids), more=more))
        with call.change(conn):
            contacts.remove(conn, ids)
    pairs = zip(ids, names, strict=True)
    return Changed(
        [_("Removed contact {id}: {name}").format(id=i, name=name) for i, name in pairs], ids=ids
    )
