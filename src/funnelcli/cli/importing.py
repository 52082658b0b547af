"""Bringing records in from files."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from funnelcli import config, refs
from funnelcli.cli import imported
from funnelcli.cli.commands import examples
from funnelcli.cli.invocation import Invocation, current
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.render import Changed, message

if TYPE_CHECKING:
    from funnelcli.actions.importing.fields import Plan

# Rejected rows that are shown; the rejects file has them all.
_SHOWN = 5


@examples(
    "funnel import deals deals.csv --key 'Deal - ID'",
    "funnel import deals pipeline.csv --map value='Close value' --map-stage 'In talks=needs'",
    "funnel import deals - --map 'title={Product} for {Account}' --dry-run",
)
def deals(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help=N_("A CSV or TSV file; - reads standard input."))
    ],
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="FIELD=COLUMN",
            help=N_(
                "Which column is which field; FIELD==TEXT for one text,"
                " FIELD='{Column} for {Column}' for several; the first filled one of several --map."
                " Fields: title, contact, organisation, email, phone, value, currency, stage,"
                " status, opened, closed, expected, source, product, competitor, notes, tags,"
                " probability, reason."
            ),
        ),
    ] = None,
    map_stage: Annotated[
        list[str] | None,
        typer.Option(
            "--map-stage",
            metavar="TEXT=STAGE",
            help=N_("What a stage or status of the file is here: a stage, or open, won or lost."),
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            "--key",
            metavar="COLUMN",
            help=N_("The column with each deal's id, so that a second import updates."),
        ),
    ] = None,
    origin: Annotated[
        str, typer.Option("--origin", metavar="NAME", help=N_("Whose ids those are."))
    ] = "import",
    process: Annotated[
        str | None, typer.Option("--process", metavar="PROCESS", help=N_("The deals' process."))
    ] = None,
    currency: Annotated[
        str | None,
        typer.Option("--currency", metavar="CODE", help=N_("Of amounts that name none.")),
    ] = None,
    date_format: Annotated[
        list[str] | None,
        typer.Option(
            "--date-format",
            metavar="[FIELD=]FORMAT",
            help=N_("How dates are written: %d.%m.%Y, %m/%d/%Y, excel."),
        ),
    ] = None,
    decimal: Annotated[
        str | None,
        typer.Option("--decimal", metavar="SIGN", help=N_("The decimal sign of the amounts.")),
    ] = None,
    opened_default: Annotated[
        str | None,
        typer.Option(
            "--opened-default",
            metavar="DATE",
            help=N_("When deals were opened whose row does not say it; else now."),
        ),
    ] = None,
    closed_default: Annotated[
        str | None,
        typer.Option(
            "--closed-default",
            metavar="DATE",
            help=N_("When deals were won or lost whose row does not say it."),
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option("--encoding", metavar="NAME", help=N_("The file's encoding, like cp1252.")),
    ] = None,
    delimiter: Annotated[
        str | None,
        typer.Option("--delimiter", metavar="SIGN", help=N_("What separates cells; or tab.")),
    ] = None,
    rejects: Annotated[
        str | None,
        typer.Option(
            "--rejects",
            metavar="FILE",
            help=N_("Where rows that are not taken go; else beside the file."),
        ),
    ] = None,
) -> tuple[Changed, int]:
    """Import deals with their contacts, their way and their close."""
    from funnelcli.actions import importing
    from funnelcli.actions.importing.fields import plan
    from funnelcli.actions.importing.rows import Checker, default_moment, survey
    from funnelcli.actions.importing.ways import Ways
    from funnelcli.formats.columns import find_column
    from funnelcli.formats.tabular import open_table
    from funnelcli.money import check_currency

    call = current()
    for text in (*(maps or ()), *(map_stage or ()), origin):
        _check_text(text)
    _check_free(rejects)
    usual = check_currency(currency) if currency else str(config.get("currency"))
    opened = default_moment(opened_default, "--opened-default") if opened_default else None
    closed = default_moment(closed_default, "--closed-default") if closed_default else None
    with call.open() as conn, open_table(file, encoding=encoding, delimiter=delimiter) as table:
        process_id = refs.process_id(conn, process or str(config.get("process")))
        ways = Ways(conn, process_id, map_stage or [])
        planned = plan(table.header, maps or [], key)
        key_at = find_column(table.header, key) if key is not None else None
        formats = survey(table, planned, date_format or [], decimal)
        _say_matched(call, planned, key)
        checker = Checker(
            planned,
            formats,
            ways,
            currency=usual,
            key=None if key_at is None else lambda cells: cells[key_at],
            opened_default=opened,
            closed_default=closed,
        )
        _back_up(call, conn)
        importing.prepare(conn)
        with (
            call.change(conn),
            _rejecting(call, file, table.header, rejects) as reject,
            _progress(call, formats.rows) as progress,
        ):
            summary = importing.import_deals(
                conn,
                table.rows(),
                checker,
                process_id=process_id,
                origin=origin,
                keyed=key is not None,
                reject=reject.add,
                opened_default=opened,
                progress=progress,
            )
        where = reject.path
        skipped = len(table.skipped)
    result = imported.result(call, summary, ways, where, skipped, opened is not None)
    return result, 6 if summary.rejected else 0


def _check_text(text: str) -> None:
    """Bytes of the command line that are no text cannot be kept."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Usage(
            _("“{text}” is no text.").format(text=text.encode(errors="replace").decode()),
            _("Write it in the encoding of your terminal."),
        ) from None


def _check_free(rejects: str | None) -> None:
    import os

    if rejects is not None and os.path.lexists(rejects):
        raise Usage(
            _("{path} exists already.").format(path=rejects),
            _("Name another file with --rejects; none is overwritten."),
        )


def _say_matched(call: Invocation, planned: Plan, key: str | None) -> None:
    if planned.matched and not call.output.quiet:
        pairs = ", ".join(f"{name}={column}" for name, column in planned.matched)
        message(
            call.output, _("Matched by name: {pairs} (--map overrides it).").format(pairs=pairs)
        )
    if key is None and not call.output.quiet:
        message(
            call.output,
            _("Without --key COLUMN a second import of this file adds every deal once more."),
        )


def _back_up(call: Invocation, conn: sqlite3.Connection) -> None:
    """Copy a database that has deals before many rows change."""
    if call.dry_run or conn.execute("SELECT 1 FROM deal LIMIT 1").fetchone() is None:
        return
    from funnelcli.db.backup import rotate

    rotate(conn, call.path, "before-import")


class _Rejected:
    """Passes rows that are not taken on to their file, and keeps the first reasons to show."""

    def __init__(self, write: Callable[..., None] | None) -> None:
        self.path: str | None = None
        self.count = 0
        self.shown: list[str] = []
        self._write = write

    def add(self, row: object, reason: str) -> None:
        """Take one row."""
        self.count += 1
        if self.count <= _SHOWN:
            line = getattr(row, "line", 0)
            self.shown.append(_("line {line}: {reason}").format(line=line, reason=reason))
        if self._write is not None:
            self._write(row, reason)


@contextmanager
def _rejecting(
    call: Invocation, file: str, header: list[str], wanted: str | None
) -> Iterator[_Rejected]:
    """The rejects file of an import; a dry run writes none.

    It is in its place before the import is committed: rows must not be lost on the way.
    """
    if call.dry_run:
        taken = _Rejected(None)
        yield taken
    else:
        from funnelcli.formats.rejects import Rejects

        with Rejects(file, header) as rejects:
            taken = _Rejected(rejects.add)
            yield taken
        taken.path = _placed(rejects.path, wanted)
    if taken.shown and not call.output.quiet:
        if taken.count > _SHOWN:
            taken.shown.append(_("and {n} more").format(n=taken.count - _SHOWN))
        message(call.output, "\n".join(taken.shown))


def _placed(path: str | None, wanted: str | None) -> str | None:
    if path is None or wanted is None:
        return path
    import shutil

    from funnelcli.errors import Failed

    try:
        return str(shutil.move(path, wanted))
    except OSError as error:
        raise Failed(
            _("{path} cannot be written: {error}.").format(path=wanted, error=error.strerror),
            _("The rejected rows are in {path}; nothing was imported.").format(path=path),
        ) from error


@contextmanager
def _progress(call: Invocation, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error where a person watches, and the file is long enough for one."""
    if not (call.output.stdout.isatty() and call.output.stderr.isatty()) or total < 2000:
        yield lambda _n: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(file=call.output.stderr, no_color=call.output.color is False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(_("Importing"), total=total)
        yield lambda n: bar.advance(task, n)
