"""The journal: undo, redo, history."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.invocation import current
from funnelcli.cli.progress import progress
from funnelcli.cli.results import moved_lines
from funnelcli.db.journal import typed
from funnelcli.i18n import N_, _, ngettext
from funnelcli.queries import events
from funnelcli.render import Changed, Column, Listing
from funnelcli.values import daytext

if TYPE_CHECKING:
    from funnelcli.db.journal import Undone


class Entry(NamedTuple):
    """A command of the journal as people typed it; ``undoes`` is the id of the one that it took
    back or did again, ``target`` that one as it was typed."""

    id: int
    at: int
    command: str
    kind: str
    state: str
    undoes: int | None
    changes: int
    target: str


def _state(entry: Entry) -> str:
    if entry.undoes is not None:
        text = _("undoes {id}") if entry.kind == "undo" else _("redoes {id}")
        return text.format(id=entry.undoes)
    return _("undone") if entry.state == "undone" else ""


def _shown(entry: Entry) -> str:
    return f"{entry.command}: {entry.target}" if entry.target else entry.command


# Commands on a terminal, unless --limit says otherwise.
LAST = 10
Last = Annotated[
    int | None,
    typer.Option(
        "--limit",
        metavar="N",
        min=0,
        help=N_("At most so many commands; 0 for all. A terminal shows 10."),
    ),
]
_TOLD = ("verb", "args", "rows")
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
    Column("changes", "Rows", "int", drop=1),
    Column("target", "What it undid or did again", table=False),
)


@gives((), data=("undone", *_TOLD))
@examples("funnel undo")
def undo() -> Changed:
    """Take back the last command."""
    from funnelcli.actions.inbox_files import Moved, bring_back
    from funnelcli.db import journal

    call = current()
    moved = Moved()
    with call.open() as conn, progress(call, "undo") as advance:
        # Files go back before their notes are off the record: interrupted, none is lost.
        undone = journal.undo(
            conn, lambda target: moved.add(bring_back(conn, target)), advance.begin
        )
        periods = moved_lines(conn, undone.by)
    passed = (
        [journal.stays(), _("What was done before it is taken back instead:")]
        if undone.beyond
        else []
    )
    line = _("Undone: {command} ({rows})").format(
        command=typed(undone.verb, undone.args), rows=_rows(undone.rows)
    )
    return Changed(
        [*passed, line, *moved.lines(), *periods, _("`funnel redo` does it again")],
        {"undone": undone.id, **_told(undone)},
        id=undone.id,
        warnings=moved.remarks,
    )


@gives((), data=("redone", *_TOLD))
@examples("funnel redo")
def redo() -> Changed:
    """Do again what was undone."""
    from funnelcli.actions.inbox_files import put_away_again
    from funnelcli.db import journal

    call = current()
    with call.open() as conn, progress(call, "redo") as advance:
        redone = journal.redo(conn, advance.begin)
        moved = put_away_again(conn, redone.id)
        periods = moved_lines(conn, redone.by)
    call.entered = True
    line = _("Done again: {command} ({rows})").format(
        command=typed(redone.verb, redone.args), rows=_rows(redone.rows)
    )
    return Changed(
        [line, *moved.lines(), *periods],
        {"redone": redone.id, **_told(redone)},
        id=redone.id,
        warnings=moved.remarks,
    )


def _told(command: Undone) -> dict[str, Any]:
    """What ``--json`` prints of a command beside its id."""
    return {name: getattr(command, name) for name in _TOLD}


def _rows(n: int) -> str:
    return ngettext("{n} row", "{n} rows", n).format(n=n)


def _more(most: int | None) -> list[str]:
    return [_("The last {n}; --limit 0 shows all.").format(n=most)]


@gives(HISTORY)
@examples("funnel history", "funnel history --limit 50", "funnel history --limit 5 --json")
def history(limit: Last = None) -> Listing:
    """List commands."""
    from funnelcli.db.journal import reach

    call = current()
    most = call.rows(limit, screen=LAST)
    conn = call.hold()
    found, more = events.commands(conn, most)
    rows = (
        Entry(
            command.id,
            command.at,
            typed(command.verb, json.loads(command.args)),
            command.kind,
            command.state,
            command.target,
            command.changes,
            typed(command.target_verb, json.loads(command.target_args or "[]"))
            if command.target_verb
            else "",
        )
        for command in found
    )
    return Listing(
        HISTORY, rows, empty=_("Nothing was done yet."), notes=_more(most) if more else reach(conn)
    )
