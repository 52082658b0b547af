"""Undo and redo."""

from __future__ import annotations

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import current
from funnelcli.cli.progress import progress
from funnelcli.cli.results import moved_lines
from funnelcli.db.command_lines import command_line
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.render import Changed
from funnelcli.typed import TYPE_CHECKING, Annotated, Any

if TYPE_CHECKING:
    from funnelcli.db.journal import Undone


Numbers = Annotated[
    list[str] | None,
    Argument(
        metavar="[N]...",
        help=N_("Which, by their ids in `funnel history`: 5, or 3..5; else the last."),
    ),
]
LastOnes = Annotated[
    int | None,
    Option("--last", metavar="N", min=1, help=N_("The last so many, all or none.")),
]
_TOLD = ("verb", "args", "rows")


@gives((), data=("undone", *_TOLD, "commands"))
@examples("funnel undo", "funnel undo 5", "funnel undo 7 5 3..4", "funnel undo --last 3")
def undo(commands: Numbers = None, last: LastOnes = None) -> Changed:
    """Take back the last command, or others by their ids: all of them, or none. One that others
    came after is taken back where nothing that was done later depends on it."""
    from funnelcli.actions import taking_back
    from funnelcli.actions.inbox_files import Moved, bring_back, put_away_again
    from funnelcli.db import journal

    call = current()
    if commands and last is not None:
        raise Usage(_("--last and ids cannot both be."), _("Name the ids, or how many."))
    ranges = taking_back.numbers(commands or ())
    wanted = journal.Wanted(ranges, last or 1, call.args if commands or last else ())
    moved = Moved()
    with call.open() as conn, progress(call, "undo") as advance:
        call.allow(conn)
        # Files go back before their notes are off the record: interrupted, none is lost.
        undone = taking_back.undo(
            conn,
            wanted,
            lambda target: moved.add(bring_back(conn, target)),
            lambda target: put_away_again(conn, target),
            advance.begin,
        )
        periods = moved_lines(conn, undone[0].by)
    passed = (
        [journal.stays(), _("What was done before it is taken back instead:")]
        if undone[0].beyond
        else []
    )
    lines = _lines(_("Undone: {command} ({rows})"), undone)
    return Changed(
        [*passed, *lines, *moved.lines(), *periods, _("`funnel redo` does it again")],
        {"undone": undone[0].id, **_told(undone[0]), "commands": _each("undone", undone)},
        id=undone[0].id,
        ids=[one.id for one in undone] if len(undone) > 1 else (),
        warnings=moved.remarks,
    )


@gives((), data=("redone", *_TOLD, "commands"))
@examples("funnel redo")
def redo() -> Changed:
    """Do again what was undone last; of several that were taken back at once all."""
    from funnelcli.actions import taking_back
    from funnelcli.actions.inbox_files import Moved, put_away_again

    call = current()
    moved = Moved()
    with call.open() as conn, progress(call, "redo") as advance:
        call.allow(conn)
        redone = taking_back.redo(conn, advance.begin)
        for one in redone:
            moved.add(put_away_again(conn, one.id))
        periods = moved_lines(conn, redone[0].by)
    call.entered = True
    return Changed(
        [*_lines(_("Done again: {command} ({rows})"), redone), *moved.lines(), *periods],
        {"redone": redone[0].id, **_told(redone[0]), "commands": _each("redone", redone)},
        id=redone[0].id,
        ids=[one.id for one in redone] if len(redone) > 1 else (),
        warnings=moved.remarks,
    )


def _lines(text: str, commands: list[Undone]) -> list[str]:
    """A line for each command."""
    return [
        text.format(command=command_line(one.verb, one.args), rows=_rows(one.rows))
        for one in commands
    ]


def _each(name: str, commands: list[Undone]) -> list[dict[str, Any]]:
    return [{name: one.id, **_told(one)} for one in commands]


def _told(command: Undone) -> dict[str, Any]:
    """What ``--json`` prints of a command beside its id."""
    return {name: getattr(command, name) for name in _TOLD}


def _rows(n: int) -> str:
    return ngettext("{n} row", "{n} rows", n).format(n=n)
