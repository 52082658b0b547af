"""A whole database from one place to another, and whether two hold the same."""

from __future__ import annotations

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.findings import FINDINGS
from funnelcli.cli.invocation import current
from funnelcli.cli.progress import progress
from funnelcli.errors import FunnelError, Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.render import Column, Listing, message
from funnelcli.typed import TYPE_CHECKING, Annotated

if TYPE_CHECKING:
    from funnelcli.db.advancing import Advance

PLACE = N_("A file, or an address like postgresql://anna@db.example.com/sales.")
MOVED = (
    Column("table", "Table", flex=True),
    Column("rows", "Rows", "int"),
    Column("sha256", "Checksum", table=False),
)
COMPARED = (
    Column("table", "Table", flex=True),
    Column("rows", "Rows here", "int"),
    Column("other", "Rows there", "int"),
    Column("equal", "The same", "flag"),
)


@gives(MOVED)
@examples(
    "funnel db move funnel.db postgresql://anna@db.example.com/sales --dry-run",
    "funnel db move funnel.db postgresql://anna@db.example.com/sales",
    "funnel db move postgresql://anna@db.example.com/sales copy.db",
)
def move(
    source: Annotated[str, Argument(metavar="FROM", help=PLACE)],
    target: Annotated[str, Argument(metavar="TO", help=N_("Where to: a database that is new."))],
    resume: Annotated[bool, Option("--resume", help=N_("Go on with what was cut off."))] = False,
) -> Listing:
    """Bring a whole database from one place to another, between files and servers: each row with
    its id, the journal and what is in files. Where it comes from stays as it is."""
    import sqlite3

    from funnelcli.db import moving, server, waiting

    call = current()
    waiting.tell(call.say_waiting)
    for place in (source, target):
        if not place.strip() or place == ":memory:":
            raise Usage(_("“{value}” names no database.").format(value=place), _(PLACE))
    if call.dry_run:
        counts = moving.look(source, target)
        rows = [{"table": name, "rows": n, "sha256": None} for name, n in counts.items() if n]
        total = sum(counts.values())
        text = ngettext("{n} row would go.", "{n} rows would go.", total)
        return Listing(MOVED, rows, notes=[text.format(n=total), _("Nothing was changed.")])
    with progress(call, "move") as advance:

        def begin(total: int) -> Advance:
            there = target if server.is_address(target) else f"{target}{moving.ENDING}"
            call.left = _(
                "What went over so far lies in {place}; the same command with --resume goes on."
            ).format(place=there)
            return advance.begin(total)

        try:
            moved = moving.move(source, target, resume=resume, begin=begin)
        except FunnelError as error:
            # What is damaged goes no further the next time.
            if call.left and isinstance(error.__cause__, sqlite3.OperationalError):
                error.hint = call.left
            raise
    call.left = ""
    for text in moved.without_login:
        message(call.output, _("Warning: {text}").format(text=text))
    rows = [
        {"table": name, "rows": table.rows, "sha256": table.sha256}
        for name, table in moved.tables.items()
        if table.rows
    ]
    total = sum(table.rows for table in moved.tables.values())
    text = ngettext(
        "{n} row is in {place} now, with the same checksum.",
        "{n} rows are in {place} now, each table with the same checksum.",
        total,
    )
    notes = [text.format(n=total, place=target)]
    if moved.before:
        before = ngettext(
            "{n} of them was there from before.",
            "{n} of them were there from before.",
            moved.before,
        )
        notes.append(before.format(n=moved.before))
    notes.append(_("{place} stays as it was.").format(place=source))
    notes.append(_("`funnel config set db {place}` has you work there.").format(place=target))
    return Listing(MOVED, rows, notes=notes)


@gives(FINDINGS)
@gives(COMPARED, option="--against")
@examples("funnel db check", "funnel db check --against postgresql://anna@db.example.com/sales")
def check(
    against: Annotated[
        str | None,
        Option(
            "--against", metavar="DATABASE", help=N_("Compare it with another, table by table.")
        ),
    ] = None,
) -> tuple[Listing, int]:
    """Check the database: logs, caches, journal and schema, on a server the functions, triggers,
    constraints and the replica of reports too. Nothing is changed; `funnel doctor --repair`
    mends."""
    from funnelcli.actions import checking
    from funnelcli.actions.health import Finding
    from funnelcli.cli.replica import examine

    call = current()
    if against is not None:
        return _compared(against)
    with call.read() as conn, progress(call, "check") as advance:
        found = checking.check(conn, advance.begin)
    replica = examine(call)
    if replica is not None and replica.fault is not None:
        found.append(Finding("report_db", replica.fault, False))
    sound = _("The database is sound.")
    mended = any(one.repairable for one in found)
    notes = [_("`funnel doctor --repair` mends what can be mended.")] if mended else []
    if replica is not None and replica.note:
        notes.append(replica.note)
    return Listing(FINDINGS, found, empty=sound, notes=notes), 1 if found else 0


def _compared(against: str) -> tuple[Listing, int]:
    from contextlib import closing

    from funnelcli.db import comparing
    from funnelcli.db.connection import connect
    from funnelcli.db.refusing import said_of
    from funnelcli.db.server import may_be_there
    from funnelcli.db.transaction import read_only

    call = current()
    if not may_be_there(against):
        raise Usage(
            _("There is no file {path}.").format(path=against),
            _("Name a database, by its file or its address."),
        )
    with call.read() as conn, progress(call, "check", more=True) as advance:
        here = comparing.tables_of(conn, advance.begin)
    with (
        closing(connect(against)) as other,
        said_of(against),
        read_only(other),
        progress(call, "check") as advance,
    ):
        there = comparing.tables_of(other, advance.begin)
    rows = [
        {
            "table": name,
            "rows": here[name].rows if name in here else None,
            "other": there[name].rows if name in there else None,
            "equal": here.get(name) == there.get(name),
        }
        for name in sorted({*here, *there})
    ]
    apart = [row for row in rows if not row["equal"]]
    note = (
        ngettext("{n} table differs.", "{n} tables differ.", len(apart)).format(n=len(apart))
        if apart
        else _("Both hold the same.")
    )
    return Listing(COMPARED, rows, notes=[note]), 1 if apart else 0
