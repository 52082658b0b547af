"""The people of a deal: who has a part in it, and which."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import people as acting
from funnelcli.cli import entries
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.params import DealRef
from funnelcli.cli.results import edited, unless_same
from funnelcli.cli.taking import Given, takes
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns import words
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.person import PERSON, Person
from funnelcli.nouns.placeholders import placeholder
from funnelcli.nouns.types import PERSON as PERSON_REF
from funnelcli.nouns.types import one_of
from funnelcli.queries import people as asking
from funnelcli.render import Changed, Listing
from funnelcli.typed import Annotated, Any

_OPTIONS = tuple(option for one in Person.declared.values() for option in one.options("edit"))
WHAT = one_of("WHAT", words.PEOPLE_VERB)


@takes(_OPTIONS)
@gives(PERSON)
@examples(
    "funnel deal people 12",
    'funnel deal people 12 add "Anna Berg" --role decider',
    'funnel deal people 12 add bert --role "works council" --note "asks about noise"',
    "funnel deal people 12 edit bert --role blocker",
    "funnel deal people 12 remove bert",
)
def people(
    deal: DealRef,
    what: Annotated[
        str | None,
        Argument(metavar=WHAT.called("[WHAT]"), help=N_("add, edit, remove; the list without it.")),
    ] = None,
    contact: Annotated[
        str | None,
        Argument(metavar=PERSON_REF.called("[CONTACT]"), help=N_("Whom, by id or name.")),
    ] = None,
    *,
    given: Given,
) -> Changed | Listing:
    """List the people of a deal, add one, change or end their part."""
    call = current()
    verbs = words.PEOPLE_VERB
    if what is not None and not words.called(verbs, what) and words.called(verbs, deal):
        deal, what = what, deal
    verb = "list" if what is None else words.choose(verbs, what, placeholder(WHAT))
    if verb == "list" and (contact or given):
        raise Usage(
            _("A list takes no options of one person."),
            _('Write it like: funnel deal people {deal} add "Anna Berg" --role decider').format(
                deal=deal
            ),
        )
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal, write=verb != "list")
        held = asking.of_deal(conn, deal_id)
        if verb == "list":
            empty = _('Nobody yet: funnel deal people {id} add "Anna Berg" --role decider')
            return Listing(PERSON, held, empty=empty.format(id=deal_id))
        contact = call.need(contact, "CONTACT", _("Who?"))
        among = CONTACT if verb == "add" else asking.among(held)
        only = "" if verb == "add" else asking.OF_THE_DEAL
        contact_id = call.find(conn, among, contact, only=only)
        fields = _read(call, conn, given)
        if verb == "edit" and not fields:
            raise entries.nothing_to_change(call)
        with call.change(conn):
            lines = _DOES[verb](conn, deal_id, contact_id, fields)
        if verb == "add":
            lines[0] = unless_same(call, lines[0])
        return _told(conn, deal_id, contact_id, lines)


def _read(call: Invocation, conn: sqlite3.Connection, given: Given) -> dict[str, Any]:
    return {
        name: entries.one(call, conn, Person.declared[name], value) for name, value in given.items()
    }


def _told(conn: sqlite3.Connection, deal_id: int, contact_id: int, lines: list[str]) -> Changed:
    """The lines, and the person as the deal has them now; who has gone leaves those who stay."""
    held = asking.of_deal(conn, deal_id)
    now = [person for person in held if person.id == contact_id]
    return Changed(lines, now[0] if now else held, PERSON, id=contact_id)


def _add(
    conn: sqlite3.Connection, deal_id: int, contact_id: int, fields: dict[str, Any]
) -> list[str]:
    done = acting.add(conn, deal_id, contact_id, fields)
    role = words.read(words.DEAL_ROLE, done.role)
    line = _("{deal}: {name}").format(deal=done.deal, name=done.name)
    if role:
        line = _("{deal}: {name}, {role}").format(deal=done.deal, name=done.name, role=role)
    if done.before not in (None, done.role):
        before = words.read(words.DEAL_ROLE, done.before)
        line += " " + _("(was {role})").format(role=before)
    if not done.leads:
        return [line]
    return [line, _("{name} is the deal's contact now").format(name=done.name)]


def _edit(
    conn: sqlite3.Connection, deal_id: int, contact_id: int, fields: dict[str, Any]
) -> list[str]:
    names = acting.edit(conn, deal_id, contact_id, fields)
    person = next(one for one in asking.of_deal(conn, deal_id) if one.id == contact_id)
    called = _("{deal}: {name}").format(deal=person.deal, name=person.name)
    return [edited(Person, called, names)]


def _remove(
    conn: sqlite3.Connection, deal_id: int, contact_id: int, _fields: dict[str, Any]
) -> list[str]:
    gone = acting.remove(conn, deal_id, contact_id)
    line = _("{deal}: {name} has no part in it any more").format(deal=gone.deal, name=gone.name)
    if not gone.led:
        return [line]
    hint = _("The deal has no contact now: funnel deal edit {id} --contact CONTACT")
    return [line, hint.format(id=deal_id)]


_DOES = {"add": _add, "edit": _edit, "remove": _remove}
