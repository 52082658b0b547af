"""Contacts: add, list, show, edit, consent, remove."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial

from funnelcli.cli import own_values
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.entries import added, flag, nothing_to_change, read, taken_off
from funnelcli.cli.invocation import current
from funnelcli.cli.listing import lister
from funnelcli.cli.params import At, ContactRef
from funnelcli.cli.phones import unread_phones
from funnelcli.cli.removing import removing
from funnelcli.cli.results import (
    changed,
    dropped_calls,
    edited,
    on_file,
    recognised_lines,
    unless_same,
)
from funnelcli.cli.several import several
from funnelcli.cli.taking import Given, takes
from funnelcli.i18n import N_, _
from funnelcli.nouns import words
from funnelcli.nouns.contact import CONTACT, Contact
from funnelcli.nouns.extending import extended
from funnelcli.nouns.types import PAST_DATE, one_of
from funnelcli.queries import counts, twins
from funnelcli.queries.lists import one
from funnelcli.render import Changed, Page
from funnelcli.typed import Annotated, Any
from funnelcli.values import dates, daytext, names
from funnelcli.values.days import BACK

CHANNEL = one_of("CHANNEL", words.CONSENT_CHANNEL)


@takes(CONTACT.options("add"), own=(CONTACT, "add"))
@gives(CONTACT)
@examples(
    'funnel contact add "Hans Müller" --email hans@example.com --phone "0171 2345678"',
    'funnel contact add "Roof & Sun" --is-organisation --town Köln',
    'funnel contact add "Eva Roth" --org "roof sun" --role decider --referred-by mueller',
)
def add(
    name: Annotated[str | None, Argument(metavar="NAME", help=N_("Their name."))] = None,
    is_organisation: Annotated[
        bool, Option("--is-organisation", "-O", help=N_("It is an organisation."))
    ] = False,
    at: At = None,
    *,
    given: Given,
) -> Changed:
    """Add a contact."""
    from funnelcli.actions import contacts

    call = current()
    with call.open() as conn:
        fields = read(call, conn, CONTACT, given)
        if is_organisation:
            fields["kind"] = "organisation"
        parts = [fields[part] for part in ("first_name", "last_name") if fields.get(part)]
        name = call.need(name or " ".join(parts) or None, "NAME", _("What is their name?"))
        called = name if is_organisation else names.read(name).name
        country = contacts.country_of(conn, fields.get("country"), fields.get("organisation_id"))
        phones = contacts.phones_of(added(given, "phones"), country)
        numbers = [phone.number for phone in phones]
        alike = twins.alike(conn, called, added(given, "emails"), numbers)
        instant = call.when(conn, at)
        own = own_values.read(call, conn, CONTACT, given)
        with call.change(conn):
            contact_id = contacts.add(conn, name, fields=fields, at=instant, **_details(given))
            own_values.put(conn, CONTACT, contact_id, own)
        kept = one(conn, CONTACT, contact_id).name
        lines = [_("Contact {id}: {name}").format(id=contact_id, name=kept)]
        lines += [] if is_organisation else _recognised(conn, name, fields)
        warnings = [*on_file(alike, contact_id), *unread_phones(phones)]
        return changed(conn, CONTACT, contact_id, lines, warnings)


def _recognised(conn: sqlite3.Connection, name: str, fields: dict[str, Any]) -> list[str]:
    """The line that shows what was recognised in a name, as options that can be given instead."""
    import shlex

    from funnelcli.actions import contacts

    found = contacts.recognised(name, fields)
    return recognised_lines(
        conn,
        [f"{flag(CONTACT.fields[field])} {shlex.quote(text)}" for field, text in found.items()],
    )


def _details(given: Given, take: Any = added) -> dict[str, Any]:
    """What a contact has several of, by the names that the actions have for them."""
    return {name: take(given, name) for name in ("emails", "phones", "tags")}


def _cards(conn: sqlite3.Connection, rows: Iterable[Contact]) -> Iterable[str]:
    from funnelcli.formats.vcard import write
    from funnelcli.queries.contacts import last_changes, public_id

    return write(rows, last_changes(conn).get, partial(public_id, conn))


list_ = lister(
    CONTACT,
    "funnel contact list mueller",
    "funnel contact list is:customer town:köln --sort -contacted",
    "funnel contact list tag:newsletter --csv -o newsletter.csv",
    "funnel contact list is:customer -o customers.vcf",
    texts={"vcf": _cards},
)


@gives("pages.contact:PRINTED")
@examples("funnel contact show mueller", "funnel contact show 7 --json")
def show(contact: ContactRef) -> Page:
    """Show a contact."""
    from funnelcli.pages.contact import contact_page

    call = current()
    with call.open() as conn:
        contact_id = call.find(conn, CONTACT, contact, write=False)
        return contact_page(conn, contact_id, call.output.locale)


@takes(CONTACT.options("edit"), own=(CONTACT, "edit"))
@several(CONTACT)
@gives(CONTACT)
@examples(
    "funnel contact edit town:köln -is:customer --tag fair --dry-run",
    "funnel contact edit mueller --town Bonn --email hans@example.org",
    "funnel contact edit 7 --no-email old@example.com --tag vip --untag cold",
    "funnel contact edit 7 --do-not-contact",
)
def edit(contact: ContactRef, *, given: Given) -> Changed:
    """Change a contact."""
    from funnelcli.actions import contacts

    call = current()
    with call.open() as conn:
        contact_id = call.find(conn, CONTACT, contact)
        changes = read(call, conn, CONTACT, given)
        own = own_values.read(call, conn, CONTACT, given)
        if not given:
            raise nothing_to_change(call)
        calls = counts.open_calls(conn, contact_id)
        with call.change(conn):
            fields = contacts.edit(conn, contact_id, changes)
            fields += contacts.change_details(
                conn, contact_id, _details(given), _details(given, taken_off)
            )
            fields += own_values.put(conn, CONTACT, contact_id, own)
        record = one(conn, CONTACT, contact_id)
        lines = [edited(extended(conn, CONTACT), record.name, fields)]
        lines += dropped_calls(calls - counts.open_calls(conn, contact_id))
        if "name" in changes and record.kind == "person":
            lines += _recognised(conn, changes["name"], changes)
        country = contacts.country_of(conn, record.country, record.organisation_id)
        phones = contacts.phones_of(added(given, "phones"), country)
        numbers = [phone.number for phone in phones]
        alike = twins.sharing(conn, contact_id, added(given, "emails"), numbers)
        others = on_file(alike, contact_id)
        warnings = [*_left_behind(record, changes), *others, *unread_phones(phones)]
        return changed(conn, CONTACT, contact_id, lines, warnings)


def _left_behind(record: Contact, changes: dict[str, Any]) -> list[str]:
    """A warning where a part that was set before is no part of the new name."""
    if "name" not in changes:
        return []
    set_before = {"first_name": record.set_first_name, "last_name": record.set_last_name}
    return [
        _("{field} stays {value}, as it was set; {option} none lets it follow the name.").format(
            field=_(CONTACT.fields[name].title), value=text, option=flag(CONTACT.fields[name])
        )
        for name, text in set_before.items()
        if text and name not in changes and text not in record.name
    ]


@gives(CONTACT)
@examples(
    'funnel contact consent mueller phone --how "said so at the fair"',
    "funnel contact consent mueller email --withdraw --on yesterday",
)
def consent(
    contact: ContactRef,
    channel: Annotated[str, Argument(metavar=CHANNEL, help=N_("post, phone or email."))],
    how: Annotated[
        str | None, Option("--how", metavar="TEXT", help=N_("How it was given."))
    ] = None,
    withdraw: Annotated[bool, Option("--withdraw", help=N_("It is withdrawn, not given."))] = False,
    on: Annotated[
        str | None, Option("--on", metavar=PAST_DATE, help=N_("The day; today without it."))
    ] = None,
) -> Changed:
    """Record a consent."""
    from funnelcli.actions import contacts

    call = current()
    with call.open() as conn:
        contact_id = call.find(conn, CONTACT, contact)
        key = words.choose(words.CONSENT_CHANNEL, channel, "CHANNEL")
        day = call.date(on, BACK) or dates.today().isoformat()
        if not withdraw:
            how = call.need(how, "--how", _("How was it given?"))
        with call.change(conn):
            if withdraw:
                contacts.withdraw_consent(conn, contact_id, key, day)
            else:
                contacts.consent(conn, contact_id, key, given_on=day, how=how or "")
        said = (
            _("{name}: consent for {channel} withdrawn on {day}")
            if withdraw
            else _("{name}: consent for {channel} given on {day}")
        )
        line = said.format(
            name=one(conn, CONTACT, contact_id).name,
            channel=CHANNEL.name(key),
            day=daytext.day(day),
        )
        return changed(conn, CONTACT, contact_id, [unless_same(call, line)])


def _remove(conn: sqlite3.Connection, ids: Sequence[int]) -> None:
    from funnelcli.actions import contacts

    contacts.remove(conn, ids)


remove = removing(
    CONTACT,
    _remove,
    "funnel contact remove 7",
    "funnel contact remove 7 8 9 --yes",
    help=N_("Ids, or words of their names."),
)
