"""The whole database as text files, and back."""

from __future__ import annotations

import os
import tempfile

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import current
from funnelcli.cli.progress import progress
from funnelcli.errors import NotFound, Refused
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import words
from funnelcli.nouns.types import one_of
from funnelcli.plain import NamedTuple
from funnelcli.render import Changed
from funnelcli.render.model import LINES
from funnelcli.typed import Annotated

FORMS = {"jsonl": N_("JSON Lines"), "csv": "CSV"}
FORM = one_of("HOW", FORMS, offers="DUMP_FORM")


class Whole(NamedTuple):
    """What ``--json`` prints of an export or import of everything: its path, and the rows of all
    tables."""

    path: str
    rows: int


@gives((), data=Whole._fields)
@examples(
    "funnel export all funnel.zip",
    "funnel export all ~/funnel-2026",
    "funnel export all tables.zip --format csv",
)
def export(
    target: Annotated[
        str,
        Argument(
            metavar="FILE",
            help=N_("A folder, or an archive if it ends in .zip; nothing is overwritten."),
        ),
    ],
    form: Annotated[
        str,
        Option(
            "--format", metavar=FORM, help=N_("jsonl, or csv with a schema in datapackage.json.")
        ),
    ] = "jsonl",
) -> Changed:
    """Write the whole database, the journal too, as JSON Lines or CSV: a file a table, and a
    manifest of versions, columns, counts and checksums. `funnel import all` brings it back."""
    from funnelcli import __version__
    from funnelcli.cli.disclosing import noted
    from funnelcli.db import dumping

    call = current()
    way = words.choose(FORMS, form, "--format")
    with noted(call, target), call.read() as conn, progress(call, "export") as advance:
        rows = dumping.dump(conn, target, __version__, way, advance.begin)
    text = ngettext("Exported {n} row: {path}", "Exported {n} rows: {path}", rows)
    path = os.path.abspath(target)
    return Changed([text.format(n=rows, path=path)], Whole(path, rows)._asdict())


@gives((), data=Whole._fields)
@gives((), data=LINES, option="--dry-run")
@examples("funnel import all funnel.zip", "funnel import all funnel.zip --dry-run")
def bring(
    source: Annotated[str, Argument(metavar="FILE", help=N_("What `funnel export all` wrote."))],
) -> Changed:
    """Bring a whole database back that `funnel export all` wrote, into an empty one: each row with
    its id, and the journal, by which what was done there can still be undone."""
    from funnelcli.actions import forgetting_files, health
    from funnelcli.db import dumping, moving, restoring, waiting
    from funnelcli.db.server import is_address

    call = current()
    waiting.tell(call.say_waiting)
    if not os.path.exists(source):
        raise NotFound(
            _("There is no file {name}.").format(name=source),
            _("`funnel export all` makes such an export."),
        )
    with call.open() as conn:
        if not dumping.is_new(conn):
            raise Refused(
                _("{path} is not empty; a whole database comes into an empty one.").format(
                    path=call.path
                ),
                _("Name a database that is new, with --db."),
            )
    # What goes to a server is made whole here before.
    near = None if is_address(call.path) else os.path.dirname(os.path.abspath(call.path))
    with tempfile.TemporaryDirectory(dir=near) as folder:
        loaded = os.path.join(folder, "loaded.db")
        with progress(call, "import", more=True) as advance:
            rows = dumping.load(source, loaded, call.path, advance.begin)
        with (
            progress(call, "import", unit="pages") as advance,
            restoring.prepared(loaded, call.path, health.unsound) as ready,
        ):
            again = forgetting_files.obey(ready, call.path)
            if call.dry_run:
                return Changed([_("{path} is sound.").format(path=source), *again])
            if is_address(call.path):
                moving.move(ready, call.path, resume=False, begin=advance.begin)
            else:
                restoring.replace(ready, call.path, spare=loaded, begin=advance.begin)
            call.stored = True
    text = ngettext("Imported {n} row: {path}", "Imported {n} rows: {path}", rows)
    path = os.path.abspath(source)
    return Changed([text.format(n=rows, path=source), *again], Whole(path, rows)._asdict())
