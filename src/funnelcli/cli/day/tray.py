"""The tray: what came from outside and waits; filed under a contact, put off, dropped."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import Annotated, Any

from funnelcli.actions import tray
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import current
from funnelcli.cli.listing import lister
from funnelcli.cli.next_step import step_lines
from funnelcli.cli.params import NoRecognise
from funnelcli.cli.removing import REMOVED, removal
from funnelcli.cli.results import all_changed, recognised_lines, refusal_warning
from funnelcli.cli.several import several
from funnelcli.cli.taking import Given, takes
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.note import NOTE
from funnelcli.nouns.step import STEP
from funnelcli.nouns.tray import TRAY, TrayNote
from funnelcli.nouns.types import COMING_DATE, record
from funnelcli.nouns.visit import VISIT
from funnelcli.pages.note import note_title
from funnelcli.pages.tray import FILED, filed_row, tray_page
from funnelcli.pages.visit import recorded_line
from funnelcli.queries.lists import one
from funnelcli.queries.visits import steps_made
from funnelcli.render import Changed, Page
from funnelcli.values import dates, daytext
from funnelcli.values.days import AHEAD
from funnelcli.values.nothing import is_nothing

_WORD = record("TRAY_NOTE", "tray")
Ref = Annotated[str, Argument(metavar=_WORD, help=N_("Its id, or words of its name."))]
Refs = Annotated[
    list[str],
    Argument(metavar=_WORD.called(f"{_WORD}..."), help=N_("Ids, or words of their names.")),
]

list_ = lister(
    TRAY,
    "funnel tray list",
    "funnel tray list state:waiting reason:unknown",
    "funnel tray list from:phone --json",
)


@gives(TRAY)
@examples("funnel tray show 3", "funnel tray show anna --json")
def show(note: Ref) -> Page:
    """Show a note in the tray, with all that it says."""
    with current().open() as conn:
        found = one(conn, TRAY, current().find(conn, TRAY, note, write=False))
        return tray_page(conn, found)


@gives(FILED)
@examples(
    "funnel tray file 3 mueller",
    "funnel tray file 3 mueller --deal 'solar roof'",
    "funnel tray file anna 12 --no-recognise",
)
def file(
    note: Ref,
    contact: Annotated[
        str | None, Argument(metavar="CONTACT", help=N_("Whom it is about."))
    ] = None,
    deal: Annotated[
        str | None,
        Option("--deal", "-D", metavar="DEAL", help=N_("The deal it is about.")),
    ] = None,
    no_recognise: NoRecognise = False,
) -> Changed:
    """File a note as what it is: a visit, a note of theirs, a next step, data of the contact."""
    call = current()
    with call.open() as conn:
        tray_id = call.find(conn, TRAY, note)
        contact_id = call.find(conn, CONTACT, call.need(contact, "CONTACT", _("Whom is it about?")))
        deal_id = None if deal is None else call.find(conn, DEAL, deal)
        with call.change(conn):
            filed = tray.file_under(
                conn, tray_id, contact_id, deal_id=deal_id, recognise=not no_recognise
            )
        return told(conn, filed)


@takes(TRAY.options("new"))
@gives(FILED)
@examples(
    "funnel tray new 3",
    "funnel tray new 3 --name 'Anna Berg' --phone '0171 2345678' --deal 'Solar roof'",
    "funnel tray new 3 --organisation 'Berg Bau' --deal -",
)
def new(
    note: Ref,
    deal: Annotated[
        str | None,
        Option("--deal", "-D", metavar="TITLE", help=N_("Open a deal, too; - calls it like them.")),
    ] = None,
    no_recognise: NoRecognise = False,
    *,
    given: Given,
) -> Changed:
    """Add who the note says as a contact, and file it there. Options win over what it says."""
    call = current()
    with call.open() as conn:
        tray_id = call.find(conn, TRAY, note)
        named = tray.prospect_of(conn, tray_id)
        names = {"person": "name", "phone": "phones", "email": "emails"}
        texts: dict[str, Any] = {}
        for name, text in given.items():
            value = "" if is_nothing(text) else text
            several_of = (value,) if value else ()
            texts[names.get(name, name)] = several_of if name in ("phone", "email") else value
        named = named._replace(**texts)
        if not named.called:
            named = named._replace(name=call.need(None, "--name", _("What is their name?")))
        if deal is not None:
            named = named._replace(deal="" if deal == "-" else deal)
        with call.change(conn):
            filed = tray.file_new(conn, tray_id, named, recognise=not no_recognise)
        return told(conn, filed)


def told(conn: sqlite3.Connection, filed: tray.Received) -> Changed:
    """What was made of a note, in lines, and for programs."""
    assert filed.contact_id is not None
    contact = one(conn, CONTACT, filed.contact_id)
    lines = []
    if filed.new_contact:
        lines.append(_("Contact {id}: {name}").format(id=contact.id, name=contact.name))
    if filed.visit_id is not None:
        lines.append(recorded_line(one(conn, VISIT, filed.visit_id)))
        lines += step_lines(steps_made(conn, filed.visit_id))
        lines += recognised_lines(conn, [*filed.recognised], filed.visit_id)
    elif filed.note_id is not None:
        lines.append(note_title(one(conn, NOTE, filed.note_id)))
    elif filed.step_id is not None:
        lines += step_lines([one(conn, STEP, filed.step_id)])
    elif not filed.new_contact:
        lines.append(_("{name} has what the card says").format(name=contact.name))
    warnings = [*filed.remarks, *refusal_warning(conn, contact.id, refused=filed.refused)]
    row = filed_row(conn, filed)
    made = filed.visit_id or filed.note_id or filed.step_id or contact.id
    return Changed(lines, row, FILED, id=made, warnings=warnings)


@gives(TRAY)
@examples("funnel tray later 3", "funnel tray later 3 5 --until fri")
def later(
    notes: Refs,
    until: Annotated[
        str | None,
        Option("--until", metavar=COMING_DATE, help=N_("Until when; without it until tomorrow.")),
    ] = None,
) -> Changed:
    """Put notes off: until that day they are at the end of the list."""
    call = current()
    day = call.date(until, AHEAD) or (dates.today() + timedelta(days=1)).isoformat()
    if day <= dates.today().isoformat():
        raise Usage(
            _("{day} is not to come.").format(day=daytext.day(day)),
            _("Give a later --until."),
        )
    with call.open() as conn:
        ids = call.find_all(conn, TRAY, notes)
        with call.change(conn):
            tray.later(conn, ids, day)
        lines = [_put_off(one(conn, TRAY, tray_id)) for tray_id in ids]
        return all_changed(conn, TRAY, ids, lines)


later = several(TRAY)(later)


def _put_off(note: TrayNote) -> str:
    return _("{name}: waits until {day}").format(
        name=note.name, day=daytext.day(note.later_until or "")
    )


@gives((), data=REMOVED)
@examples("funnel tray drop 3", "funnel tray drop origin:mail reason:unknown --yes")
def drop(notes: Refs) -> Changed:
    """Drop notes with their files. What was dropped is not taken again; undo brings it back."""
    call = current()
    with call.open() as conn:
        ids = call.find_all(conn, TRAY, notes)
        said = [TRAY.removed(one(conn, TRAY, tray_id)) for tray_id in ids]
        return removal(
            call,
            conn,
            lambda: tray.drop(conn, ids),
            said,
            question=TRAY.remove_question(len(ids)),
            own={TRAY.table: len(ids)},
            ids=ids,
        )


drop = several(TRAY, asks=True)(drop)
