"""The tray on a terminal: one note after the other, a key for what becomes of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.actions import taking_back
from funnelcli.actions import tray_placing as tray
from funnelcli.actions.directory import Directory
from funnelcli.cli.day.tray_told import later_day, put_off, told
from funnelcli.cli.invocation import Invocation
from funnelcli.cli.keys import pressed
from funnelcli.cli.system_words import told as error_told
from funnelcli.db.journal import Wanted
from funnelcli.errors import FunnelError
from funnelcli.i18n import _, ngettext
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.tray import TRAY
from funnelcli.pages.tray import tray_page
from funnelcli.plain import NamedTuple
from funnelcli.queries.lists import one
from funnelcli.render import Changed, emit, message

# So many candidates have a key.
_CANDIDATES = 5


class _Done(NamedTuple):
    """A note that was decided on: its place, and the entry of the journal that says so."""

    place: int
    entry: int


class _TakeBack(Exception):
    """The person wants the last decision back."""


def session(call: Invocation, conn: sqlite3.Connection, ids: Sequence[int]) -> Changed:
    """Show one note after the other and do what the person says; each is one act to take back."""
    done: list[_Done] = []
    place = 0
    try:
        while place < len(ids):
            try:
                entry = _one(call, conn, ids[place], f"{place + 1}/{len(ids)}", undo=bool(done))
            except _TakeBack:
                last = done.pop()
                _take_back(call, conn, last.entry)
                place = last.place
                continue
            if entry is not None:
                done.append(_Done(place, entry))
            place += 1
    except (KeyboardInterrupt, EOFError):
        call.output.stderr.write("\n")
    text = ngettext("{n} note decided.", "{n} notes decided.", len(done)).format(n=len(done))
    return Changed([text], {"changed": [text], "ids": []})


def _take_back(call: Invocation, conn: sqlite3.Connection, entry: int) -> None:
    wanted = Wanted([(entry, entry)], args=["undo", str(entry)])
    taking_back.undo(conn, wanted, lambda _target: None, lambda _target: None)
    message(call.output, _("The last decision is taken back."))


def _one(
    call: Invocation, conn: sqlite3.Connection, tray_id: int, title: str, *, undo: bool
) -> int | None:
    """One note, until something becomes of it; the entry of the journal, None where it is left.
    Raises KeyboardInterrupt for the end of the session, _TakeBack."""
    page = tray_page(conn, one(conn, TRAY, tray_id), title)
    # What is asked next stands below it, so no pager may hold it up.
    emit(page, call.output._replace(pager=False))
    people = tray.candidates(conn, tray_id, Directory(conn))[:_CANDIDATES]
    while True:
        key = _key(call, people, undo=undo)
        if key == "s":
            return None
        if key == "u":
            raise _TakeBack
        try:
            changed = _decide(call, conn, tray_id, key, people)
        except FunnelError as error:
            message(call.output, error_told(error))
            continue
        if changed is not None:
            message(call.output, "\n".join([*changed.lines, *changed.warnings]))
            return call.entry


def _decide(
    call: Invocation,
    conn: sqlite3.Connection,
    tray_id: int,
    key: str,
    people: Sequence[tuple[int, str]],
) -> Changed | None:
    """Do what a key means; None where the person thought better of it."""
    if key.isdigit():
        return _file(call, conn, tray_id, people[int(key) - 1][0])
    if key == "f":
        name = call.ask(_("Under whom?"))
        return _file(call, conn, tray_id, call.find(conn, CONTACT, name)) if name else None
    if key in ("n", "d"):
        return _new(call, conn, tray_id, deal=key == "d")
    note = one(conn, TRAY, tray_id)
    if key == "l":
        day = later_day(call, call.ask(_("Until when? (empty: tomorrow)")) or None)
        with call.change(conn):
            tray.later(conn, [tray_id], day)
        return Changed([put_off(one(conn, TRAY, tray_id))])
    with call.change(conn):
        tray.drop(conn, [tray_id])
    return Changed([TRAY.removed(note)])


def _file(call: Invocation, conn: sqlite3.Connection, tray_id: int, contact_id: int) -> Changed:
    with call.change(conn):
        filed = tray.file_under(conn, tray_id, contact_id)
    return told(conn, filed)


def _new(call: Invocation, conn: sqlite3.Connection, tray_id: int, *, deal: bool) -> Changed | None:
    named = tray.prospect_of(conn, tray_id)
    name = call.ask(_("What is their name?"), named.called)
    if not name:
        return None
    if name != named.called:
        named = named._replace(name=name)
    title = call.ask(_("What is the deal called?"), name) if deal else None
    with call.change(conn):
        filed = tray.file_new(conn, tray_id, named._replace(deal=title))
    return told(conn, filed)


def _key(call: Invocation, people: Sequence[tuple[int, str]], *, undo: bool) -> str:
    """A key that means something."""
    meanings = [
        (str(number), f"{name} ({contact_id})")
        for number, (contact_id, name) in enumerate(people, 1)
    ]
    meanings += [
        ("f", _("file under …")),
        ("n", _("new contact")),
        ("d", _("new contact and deal")),
        ("l", _("later")),
        ("x", _("drop")),
        ("s", _("skip")),
        ("q", _("quit")),
        *([("u", _("take the last decision back"))] if undo else []),
    ]
    return pressed(call.output, meanings)
