"""The database file: copy it, bring a copy back, check it."""

from __future__ import annotations

import os
import shlex
from contextlib import ExitStack

from funnelcli import config, encryption
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.findings import FINDINGS
from funnelcli.cli.invocation import current
from funnelcli.cli.progress import progress
from funnelcli.db.server import is_address
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.plain import NamedTuple
from funnelcli.render import Changed, Column, Listing
from funnelcli.render.model import LINES
from funnelcli.typed import TYPE_CHECKING, Annotated
from funnelcli.values import dates, daytext
from funnelcli.values.numbers import shown

if TYPE_CHECKING:
    from funnelcli.db.compacting import Sizes

_MEGABYTE = 1_000_000

COPIES = (
    Column("name", "Copy", flex=True),
    Column("bytes", "Bytes", "int", drop=1),
    Column("path", "Path", table=False),
)


class Copied(NamedTuple):
    """What ``--json`` prints of a copy that was made."""

    path: str
    bytes: int


class Restored(NamedTuple):
    """What ``--json`` prints of a copy that was brought back: its path, and where what it
    replaced is kept."""

    restored: str
    kept: str | None


@gives((), data=Copied._fields)
@gives(COPIES, option="--list")
@examples("funnel backup", "funnel backup /media/stick/funnel.db", "funnel backup --list")
def backup(
    file: Annotated[
        str | None,
        Argument(metavar="FILE", help=N_("Where to; beside the database without it.")),
    ] = None,
    list_: Annotated[bool, Option("--list", help=N_("List the copies there are."))] = False,
) -> Changed | Listing:
    """Copy the database."""
    from funnelcli.cli.disclosing import noted
    from funnelcli.db import copies

    call = current()
    call.file(
        _("`pg_dump` copies it there; `funnel db move {address} FILE` makes a file of it.").format(
            address=call.path
        )
    )
    # As other lists are asked for; a copy of that name is ./list.
    if list_ or file == "list":
        return _copies(call.path)
    with call.open() as conn:
        if file is None:
            target = copies.rotate(conn, call.path, copies.BY_HAND)
        else:
            target = os.path.abspath(file)
            if not file.strip() or target == copies.folder(call.path):
                raise Usage(
                    _("{path} is no name for a copy.").format(path=file or "“”"),
                    _("Name a file that does not exist yet."),
                )
            if os.path.exists(target):
                raise Usage(
                    _("{path} is there already.").format(path=file),
                    _("Name a file that does not exist yet."),
                )
            with noted(call, target):
                copies.copy(conn, [target])
    size = os.path.getsize(target)
    line = _("Copied and verified: {path} ({bytes} bytes)").format(path=target, bytes=size)
    return Changed([line], Copied(target, size)._asdict())


def _copies(database: str) -> Listing:
    from funnelcli.db import copies

    rows = [
        {"name": os.path.basename(path), "bytes": os.path.getsize(path), "path": path}
        for path in reversed(copies.listed(database))
    ]
    return Listing(
        COPIES,
        rows,
        empty=_("No copies yet. `funnel backup` makes one."),
        notes=[_("In {path}").format(path=copies.folder(database))],
    )


@gives((), data=Restored._fields)
@gives((), data=LINES, option="--dry-run")
@examples("funnel restore 20261124T080000Z-before-import.db", "funnel restore /media/stick/x.db -y")
def restore(
    file: Annotated[
        str, Argument(metavar="FILE", help=N_("A copy, by its path or its listed name."))
    ],
) -> Changed:
    """Bring a copy back."""
    from funnelcli.actions import forgetting_files, health
    from funnelcli.db import copies, restoring, waiting

    call = current()
    call.file(
        _("`funnel db move {file} ADDRESS` brings a copy into an empty database there.").format(
            file=shlex.quote(file)
        )
    )
    waiting.tell(call.say_waiting)
    source = file
    if not os.path.exists(source):
        beside = os.path.join(copies.folder(call.path), file)
        source = beside if os.path.exists(beside) else file
    with ExitStack() as stack:
        with progress(call, "restore", unit="pages", more=True):
            ready = stack.enter_context(restoring.prepared(source, call.path, health.unsound))
        again = forgetting_files.obey(ready, call.path)
        if call.dry_run:
            return Changed([_("{path} is sound.").format(path=source), *again])
        if os.path.exists(call.path):
            call.confirm(_("Replace {path} by this copy?").format(path=call.path))
        with progress(call, "restore", unit="pages") as advance:
            spare = os.path.abspath(source)
            kept = restoring.replace(ready, call.path, spare=spare, begin=advance.begin)
        call.stored = True
    lines = [_("Restored {path}").format(path=source), *again]
    if kept is not None:
        lines.append(_("What it replaced is kept: {path}").format(path=kept))
    return Changed(lines, Restored(os.path.abspath(source), kept)._asdict())


@gives(FINDINGS)
@examples("funnel doctor", "funnel doctor --repair")
def doctor(
    repair: Annotated[
        bool, Option("--repair", help=N_("Write anew what is derived from the logs."))
    ] = False,
) -> tuple[Listing, int]:
    """Check the database, and say how large it is and of what."""
    from funnelcli.actions import health
    from funnelcli.db import compacting, textindex
    from funnelcli.nouns.texts import SOURCES
    from funnelcli.queries.fields import called_otherwise, declared_fields

    call = current()
    with call.open() as conn:
        notes = []
        if textindex.exists(conn):
            # What it has not caught up with yet is no fault of it.
            with textindex.current(conn, SOURCES):
                pass
        if repair:
            with call.change(conn):
                changed = health.repair(conn)
            text = ngettext("{n} row mended.", "{n} rows mended.", changed)
            notes.append(text.format(n=changed))
        found = health.check(conn)
        notes += called_otherwise(declared_fields(conn))
        sizes = compacting.sizes(conn)
    sound = _("The database is sound, as of {when}.").format(when=daytext.moment(dates.now()))
    if any(finding.repairable for finding in found):
        notes.append(_("`funnel doctor --repair` mends what can be mended."))
    notes.append(_room(call.path, sizes))
    return Listing(FINDINGS, found, empty=sound, notes=notes), 1 if found else 0


def _room(path: str, sizes: Sizes) -> str:
    """How large the file is, what of it is journal or free, and whether it is encrypted."""
    locale = str(config.get("locale"))
    file, journal, free = (shown(round(part / _MEGABYTE * 10), 1, locale) for part in sizes)
    text = N_("The file has {file} MB: the journal {journal} MB, free {free} MB.")
    if is_address(path):
        text = N_("The database has {file} MB there, of it the journal {journal} MB.")
    elif encryption.is_encrypted(path):
        text = N_("The encrypted file has {file} MB: the journal {journal} MB, free {free} MB.")
    return _(text).format(file=file, journal=journal, free=free)
