"""Calendar files brought back: what their user ticked off, moved or called off."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from itertools import count as numbers

from funnelcli import files
from funnelcli.actions import calendar
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.data.dry_run import DIFFERENCES, tried
from funnelcli.cli.data.import_files import back_up
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import current
from funnelcli.errors import Failed, FunnelError, reason
from funnelcli.i18n import N_, _, ngettext, pick
from funnelcli.render import Changed
from funnelcli.typed import Annotated
from funnelcli.values import daytext

# No calendar of a person is larger; what is would only fill the memory.
LARGEST = 64 * 1024 * 1024
# Entries that are skipped for one reason, before they are only counted.
_NAMED = 3


# What entries are counted by.
COUNTS = (*calendar.CHANGES, calendar.RECORDED, "unchanged", "skipped")


@gives(DIFFERENCES, data=(*COUNTS, "rejects", "dry_run", "entries", "differences"))
@examples(
    "funnel import ics calendar.ics",
    "funnel import ics calendar.ics --dry-run",
    "funnel import ics - --new",
)
def ics(
    file: Annotated[
        str, Argument(metavar="FILE", help=N_("A calendar file; - reads standard input."))
    ],
    new: Annotated[
        bool,
        Option(
            "--new",
            help=N_(
                "Take the calendar's own entries that name a contact, too: as steps, and what is"
                " over as visits and calls."
            ),
        ),
    ] = False,
) -> Changed:
    """Take a calendar's answers."""
    from funnelcli.formats.calendar import only, read

    call = current()
    data = _bytes(file)
    try:
        answers = read(data)
    except FunnelError as error:
        error.message = f"{file}: {error.message}"
        raise
    with call.open() as conn:
        back_up(call, conn, "step")
        with tried(call, conn) as trial:
            taken = calendar.take(conn, answers, new=new)
            unlinked = [place for place, one in enumerate(taken) if one.unlinked]
            rejects = None
            if unlinked and not call.dry_run:
                rejects = _rejects(call.beside or file, only(data, unlinked))
    counts = dict.fromkeys(COUNTS, 0)
    for one in taken:
        counts[one.how] += 1
    record = {
        **counts,
        "rejects": rejects,
        "dry_run": call.dry_run,
        "entries": [one._asdict() for one in taken if one.how != "unchanged"],
    }
    ids = [one.step_id for one in taken if one.how in calendar.CHANGES and one.step_id is not None]
    warnings = []
    if rejects is not None:
        text = ngettext(
            "{n} entry that names no contact here is kept in {path}",
            "{n} entries that name no contact here are kept in {path}",
            len(unlinked),
        )
        warnings.append(text.format(n=len(unlinked), path=rejects))
    lines = _lines(taken, counts, dry=call.dry_run)
    return trial.tell(Changed(lines, record, ids=ids, warnings=warnings))


def _rejects(source: str, data: bytes) -> str:
    """Keep the entries that could not be taken in a file beside the calendar; its path. One that
    is there is not overwritten."""
    stem = "calendar" if source == "-" else os.path.splitext(source)[0]
    names = (f"{stem}.rejects{f'-{n}' if n > 1 else ''}.ics" for n in numbers(1))
    path = next(name for name in names if not os.path.lexists(name) or _holds(name, data))
    try:
        with files.replacing(path) as made, open(made, "wb") as out:
            out.write(data)
    except OSError as error:
        raise Failed(
            _("{path} cannot be written: {error}.").format(path=path, error=reason(error)),
            _("Check that the folder exists and that the disk has room."),
        ) from error
    return path


def _holds(path: str, data: bytes) -> bool:
    """Whether a file has these bytes already."""
    with suppress(OSError), open(path, "rb") as file:
        return file.read(len(data) + 1) == data
    return False


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
            calendar.RECORDED: _("Visit {id}: {what}, {day}"),
        }.get(one.how)
        if said is not None:
            lines.append(
                said.format(what=one.summary, when=when, id=one.step_id or one.visit_id, day=when)
            )
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
    parts = [text.format(n=total)]
    if visits := counts[calendar.RECORDED]:
        parts.append(ngettext("{n} visit added", "{n} visits added", visits).format(n=visits))
    return [*lines, ", ".join([*parts, rest])]


def _skipped(taken: list[calendar.Taken]) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for one in taken:
        if one.how == "skipped":
            reasons.setdefault(one.why, []).append(one.summary)
    lines = []
    for why, names in reasons.items():
        shown = ", ".join(pick(f"“{name[:40]}”", f"„{name[:40]}“") for name in names[:_NAMED])
        more = len(names) - _NAMED
        if more > 0:
            shown = _("{names} and {n} more").format(names=shown, n=more)
        lines.append(_("Left out, {why}: {names}").format(why=why, names=shown))
    return lines
