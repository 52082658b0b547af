"""Calendar files brought back: what their user ticked off, moved or called off."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from funnelcli.actions import calendar
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.data.dry_run import DIFFERENCES, tried
from funnelcli.cli.data.import_files import back_up
from funnelcli.cli.invocation import current
from funnelcli.errors import Failed, FunnelError
from funnelcli.i18n import N_, _, ngettext
from funnelcli.render import Changed
from funnelcli.values import daytext

# No calendar of a person is larger; what is would only fill the memory.
LARGEST = 64 * 1024 * 1024
# Entries that are skipped for one reason, before they are only counted.
_NAMED = 3


# What entries are counted by.
COUNTS = (*calendar.CHANGES, "unchanged", "skipped")


@gives(DIFFERENCES, data=(*COUNTS, "dry_run", "entries", "differences"))
@examples(
    "funnel import ics calendar.ics",
    "funnel import ics calendar.ics --dry-run",
    "funnel import ics - --new",
)
def ics(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help=N_("A calendar file; - reads standard input."))
    ],
    new: Annotated[
        bool,
        typer.Option(
            "--new", help=N_("Make steps of the calendar's own entries that name a contact, too.")
        ),
    ] = False,
) -> Changed:
    """Take a calendar's answers."""
    from funnelcli.formats.calendar import read

    call = current()
    try:
        answers = read(_bytes(file))
    except FunnelError as error:
        error.message = f"{file}: {error.message}"
        raise
    with call.open() as conn:
        back_up(call, conn, "step")
        with tried(call, conn) as trial:
            taken = calendar.take(conn, answers, new=new)
    counts = dict.fromkeys(COUNTS, 0)
    for one in taken:
        counts[one.how] += 1
    record = {
        **counts,
        "dry_run": call.dry_run,
        "entries": [one._asdict() for one in taken if one.how != "unchanged"],
    }
    ids = [one.step_id for one in taken if one.how in calendar.CHANGES and one.step_id is not None]
    return trial.tell(Changed(_lines(taken, counts, dry=call.dry_run), record, ids=ids))


def _bytes(file: str) -> bytes:
    try:
        if file == "-":
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with open(file, "rb") as stream:
                data = stream.read(LARGEST + 1)
    except OSError as error:
        raise Failed(
            _("{path} cannot be read: {error}.").format(path=file, error=error.strerror or error),
            _("Check the name, and that you may read it."),
        ) from error
    if len(data) > LARGEST:
        raise Failed(
            _("{path} is larger than 64 MiB.").format(path=file),
            _("Export a part of the calendar."),
        )
    return data


def _lines(taken: list[calendar.Taken], counts: dict[str, int], *, dry: bool) -> list[str]:
    """A line for each change, one for each reason to skip, and the sum."""
    lines = []
    for one in taken:
        when = daytext.due(one.due, one.starts)
        said = {
            "done": _("Done: {what}"),
            "dropped": _("Dropped: {what}"),
            "moved": _("Moved: {what}, to {when}") if when else _("Without a day: {what}"),
            "added": _("Step {id}: {what}, due {day}"),
        }.get(one.how)
        if said is not None:
            lines.append(said.format(what=one.summary, when=when, id=one.step_id, day=when))
        if one.next_due is not None:
            lines.append(
                _("Next: {what}, due {day}").format(
                    what=one.summary, day=daytext.due(one.next_due, one.next_starts)
                )
            )
    lines += _skipped(taken)
    total = sum(counts[how] for how in calendar.CHANGES)
    text = (
        ngettext("{n} step would change", "{n} steps would change", total)
        if dry
        else ngettext("{n} step changed", "{n} steps changed", total)
    )
    rest = _("{unchanged} as they are, {skipped} left out").format(**counts)
    return [*lines, f"{text.format(n=total)}, {rest}"]


def _skipped(taken: list[calendar.Taken]) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for one in taken:
        if one.how == "skipped":
            reasons.setdefault(one.why, []).append(one.summary)
    lines = []
    for why, names in reasons.items():
        shown = ", ".join(f"“{name[:40]}”" for name in names[:_NAMED])
        more = len(names) - _NAMED
        if more > 0:
            shown = _("{names} and {n} more").format(names=shown, n=more)
        lines.append(_("Left out, {why}: {names}").format(why=why, names=shown))
    return lines
