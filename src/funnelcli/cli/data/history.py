"""What was done: the commands, and the history of one record."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.whose import Of, which
from funnelcli.db.command_lines import command_line, words_of
from funnelcli.i18n import N_, _
from funnelcli.nouns.heads import happened, title
from funnelcli.nouns.members import any_members
from funnelcli.plain import Plain
from funnelcli.queries import events
from funnelcli.render import Column, Listing
from funnelcli.typed import Annotated, Any
from funnelcli.values import dates, daytext


class Entry(Plain):
    """A command of the journal as people typed it; ``undoes`` is the id of the one that it took
    back or did again, of ``several`` the earliest, ``target`` that one as it was typed. ``who`` is
    user@machine."""

    id: int
    at: int
    command: str
    kind: str
    state: str
    undoes: int | None
    several: list[str]
    changes: int
    target: str
    who: str | None


def _state(entry: Entry) -> str:
    if entry.undoes is not None:
        text = _("undoes {id}") if entry.kind == "undo" else _("redoes {id}")
        return text.format(id=", ".join(entry.several) or entry.undoes)
    return _("undone") if entry.state == "undone" else ""


def _shown(entry: Entry) -> str:
    return f"{entry.command}: {entry.target}" if entry.target else entry.command


class Told(Entry):
    """What a command did to a field of a record, or to a record: the command, and what was before
    and after, as :class:`funnelcli.queries.changes.Change` has it. ``first`` is whether the row
    above is not of the same command."""

    change: str
    noun: str
    record_id: int
    record: str
    field: str | None
    title: str
    old: Any
    new: Any
    old_text: str
    new_text: str
    about: bool
    first: bool


# Commands on a terminal, unless --limit says otherwise.
LAST = 10
Last = Annotated[
    int | None,
    Option(
        "--limit",
        metavar="N",
        min=0,
        help=N_("At most so many commands; 0 for all. A terminal shows 10."),
    ),
]
HISTORY = (
    Column("id", "Id", "id"),
    Column(
        "at",
        "When",
        "instant",
        shown=lambda entry: daytext.moment(entry.at),
    ),
    Column("command", "Command", flex=True, shown=_shown),
    Column("kind", "Kind", table=False),
    Column(
        "state",
        "State",
        shown=_state,
        drop=2,
        style=lambda entry: "dim" if entry.state == "undone" else "",
    ),
    Column("undoes", "Undoes", "id", table=False),
    Column("several", "Undoes several", "tags", table=False),
    Column("changes", "Changes", "int", drop=1),
    Column("target", "What it undid or did again", table=False),
    Column("who", "Who", table=False),
)
CHANGES = (
    Column("id", "Id", "id", shown=lambda row: str(row.id) if row.first else ""),
    Column(
        "at",
        "When",
        "instant",
        shown=lambda row: daytext.moment(row.at) if row.first else "",
        alone=lambda row: daytext.moment(row.at),
    ),
    Column("who", "Who", drop=5, shown=lambda row: (row.who or "") if row.first else ""),
    Column("command", "Command", drop=6, shown=lambda row: row.command if row.first else ""),
    *(Column(column.key, column.title, column.kind, table=False) for column in HISTORY[3:-1]),
    Column("change", "Change", table=False),
    Column("noun", "Kind", table=False),
    Column("record_id", "Record's id", "id", table=False),
    Column("record", "Record", table=False),
    Column("field", "Field", table=False),
    Column(
        "what",
        "Change",
        data=False,
        flex=True,
        piped=("change", "noun", "record", "field"),
        shown=lambda row: _what(row),
    ),
    Column("old", "Old", shown=lambda row: row.old_text, style=lambda _row: "dim"),
    Column("new", "New", shown=lambda row: row.new_text),
)


def _what(row: Told) -> str:
    """What differs: a field, of another record with its name; or that a record came or went."""
    what = row.title if row.field is not None else happened(row.change)
    return what if row.about else f"{title(row.noun)} {row.record}: {what}"


@gives(HISTORY)
@examples(
    "funnel history",
    "funnel history --limit 5 --json",
    "funnel history deal 3",
    'funnel history "Anna Berg"',
)
def history(record: Of = None, limit: Last = None) -> Listing:
    """List the commands; of a record what each of them did to it, field by field."""
    from funnelcli.db.journal import reach

    call = current()
    most = call.rows(limit, screen=LAST)
    conn = call.hold()
    if record:
        return _of_record(call, conn, record, most)
    found, more = events.commands(conn, most)
    columns = HISTORY
    if any_members(conn):
        columns = (*HISTORY[:-1], HISTORY[-1]._replace(table=True, drop=3))
    return Listing(
        columns,
        map(_entry, found),
        empty=_("Nothing was done yet."),
        notes=_more(most) if more else reach(conn),
    )


def _entry(command: events.Command) -> Entry:
    target = ""
    if command.target_verb:
        target = command_line(command.target_verb, words_of(command.target_args))
    return Entry(
        command.id,
        command.at,
        command_line(command.verb, words_of(command.args)),
        command.kind,
        command.state,
        command.target,
        [str(number) for number in json.loads(command.targets or "[]")],
        command.changes,
        target,
        command.who,
    )


def _more(most: int | None) -> list[str]:
    return [_("The last {n}; --limit 0 shows all.").format(n=most)]


def _of_record(
    call: Invocation, conn: sqlite3.Connection, words: Sequence[str], most: int | None
) -> Listing:
    """The history of the record that words name, the latest command first."""
    from funnelcli.db.journal import reach
    from funnelcli.queries import changes

    table, record_id = which(call, conn, words)
    told = changes.of_record(conn, table, record_id, call.output.locale)
    some = told[:most]
    numbers = [held[0].command for held in some]
    entries = {command.id: _entry(command) for command in events.by_id(conn, numbers)}
    rows = [
        Told(
            **vars(entries[change.command]),
            change=change.change,
            noun=change.kind,
            record_id=change.id,
            record=change.record,
            field=change.field,
            title=change.title,
            old=change.old,
            new=change.new,
            old_text=change.old_text,
            new_text=change.new_text,
            about=change.about,
            first=place == 0,
        )
        for held in some
        for place, change in enumerate(held)
    ]
    notes = _more(most) if len(told) > len(some) else reach(conn)
    if table == "contact":
        notes = [*_forgotten(conn, record_id), *notes]
    return Listing(CHANGES, rows, empty=_("The journal holds nothing about it."), notes=notes)


def _forgotten(conn: sqlite3.Connection, contact_id: int) -> list[str]:
    """The sentence on a person who was forgotten."""
    at = events.forgotten_at(conn, contact_id)
    if at is None:
        return []
    text = _("Forgotten on {day}: what had been written about the person was erased for good.")
    return [text.format(day=daytext.day(dates.local_date(at)))]
