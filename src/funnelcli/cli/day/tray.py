"""The tray: what came from outside and waits; filed under a contact, put off, dropped."""

from __future__ import annotations

from funnelcli.actions import tray_placing as tray
from funnelcli.cli.commands import examples, filter_words, filtered, gives
from funnelcli.cli.day.tray_told import later_day, put_off, told
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import current
from funnelcli.cli.listing import lister, listing
from funnelcli.cli.params import Limit, NoRecognise, Sort, Words
from funnelcli.cli.removing import FEW
from funnelcli.cli.results import all_changed
from funnelcli.cli.several import several
from funnelcli.cli.taking import Given, takes
from funnelcli.i18n import N_, _
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.tray import TRAY
from funnelcli.nouns.types import COMING_DATE, record
from funnelcli.pages.tray import FILED, tray_page
from funnelcli.queries.lists import one
from funnelcli.render import Changed, Listing, Page
from funnelcli.render.model import LINES
from funnelcli.typed import Annotated, Any
from funnelcli.values.nothing import is_nothing

_WORD = record("TRAY_NOTE", "tray")
Ref = Annotated[str, Argument(metavar=_WORD, help=N_("Its id, or words of its name."))]
Refs = Annotated[
    list[str],
    Argument(metavar=_WORD.called(f"{_WORD}..."), help=N_("Ids, or words of their names.")),
]


@gives(TRAY)
@filtered(TRAY)
@examples("funnel tray", "funnel tray origin:phone", "funnel tray --json")
def sort(words: Words = None, sort: Sort = None, limit: Limit = None) -> Changed | Listing:
    """Go through what waits, one key for each note: file it, new contact, later, drop. Where nobody
    can be asked, list it."""
    call = current()
    found = listing(TRAY, filter_words(words), sort, limit)
    # Whoever chooses columns wants the list.
    if not call.on_screen or not call.interactive or call.columns is not None:
        return found
    ids = [note.id for note in found.rows if words or note.state == "waiting"]
    if not ids:
        return found
    from funnelcli.cli.day.tray_session import session

    call.end()
    with call.open() as conn:
        return session(call, conn, ids)


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


@several(TRAY)
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
    day = later_day(call, until)
    with call.open() as conn:
        ids = call.find_all(conn, TRAY, notes)
        with call.change(conn):
            tray.later(conn, ids, day)
        lines = [put_off(one(conn, TRAY, tray_id)) for tray_id in ids]
        return all_changed(conn, TRAY, ids, lines)


@several(TRAY, asks=True)
@gives((), data=LINES)
@examples("funnel tray drop 3", "funnel tray drop origin:mail reason:unknown --yes")
def drop(notes: Refs) -> Changed:
    """Drop notes with their files. What was dropped is not taken again; undo brings it back."""
    call = current()
    with call.open() as conn:
        ids = call.find_all(conn, TRAY, notes)
        said = [TRAY.removed(one(conn, TRAY, tray_id)) for tray_id in ids]
        if call.filtered or len(ids) > FEW:
            call.confirm(TRAY.remove_question(len(ids)))
        with call.change(conn):
            tray.drop(conn, ids)
        return Changed(said, {"changed": said, "ids": [*ids]}, ids=ids)
