"""Bringing in what belongs to deals and contacts: activities, next steps, the history of stages,
offers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from itertools import islice
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Protocol, get_args

import typer

from funnelcli import config
from funnelcli.actions.importing.activity_rows import FIELDS as OF_ACTIVITIES
from funnelcli.actions.importing.fields import column_at, known_columns, listed, mapping
from funnelcli.actions.importing.offer_rows import FIELDS as OF_OFFERS
from funnelcli.actions.importing.stage_rows import FIELDS as OF_STAGES
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.data.import_files import (
    DateFormat,
    Decimal,
    Delimiter,
    Encoding,
    Origin,
    Preset,
    Rejects,
    Sheet,
    advice,
    back_up,
    check_free,
    check_text,
    command_for_rest,
    counted,
    progress_bar,
    rejecting,
    say_encoding,
    say_matched,
    say_part,
    say_untaken,
)
from funnelcli.cli.data.import_maps import Maps
from funnelcli.cli.invocation import current
from funnelcli.cli.params import TableFile
from funnelcli.cli.taking import Given, takes
from funnelcli.errors import PARTLY_DONE
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming
from funnelcli.render import Changed

if TYPE_CHECKING:
    from funnelcli.actions.importing.fields import Plan
    from funnelcli.actions.importing.products import Formats
    from funnelcli.formats.table import Row, Table

# Rows that show whose ids a file has.
_ROWS = 500
Key = Annotated[
    str | None,
    typer.Option(
        "--key",
        metavar="COLUMN",
        help=N_("The column with each row's id, so that a second import updates."),
    ),
]


class Imported(NamedTuple):
    """What ``--json`` prints of an import: ``rejects`` is the file of the rows not taken, ``rest``
    the command that imports it, ``untaken`` the filled cells of columns that were not taken. Of the
    history of deals ``updated`` and ``unchanged`` count deals."""

    added: int
    updated: int
    unchanged: int
    rejected: int
    rejects: str | None
    rest: str | None
    untaken: dict[str, int]
    dry_run: bool


class _Importer(Protocol):
    """What takes the rows; at the end it says which of them it could not keep, by their lines."""

    added: int
    updated: int
    unchanged: int

    def take(self, batch: Sequence[Row]) -> list[tuple[Row, str]]: ...
    def finish(self) -> dict[int, str]: ...
    def lines(self) -> list[str]: ...


class _Option(NamedTuple):
    """An option of imports as :func:`takes` has it."""

    name: str
    flags: tuple[str, ...]
    metavar: str
    help: str
    many: bool = False
    flag: bool = False


def _option(name: str, annotation: Any) -> _Option:
    """The option that other imports have as a parameter with this annotation."""
    info = get_args(annotation)[1]
    return _Option(name, (info.default, *info.param_decls), info.metavar, info.help)


_KEY = _option("key", Key)
_DECIMAL = _option("decimal", Decimal)
# What all of these imports take besides.
_ORIGIN = (_option("origin", Origin), _option("date_format", DateFormat))
_READING = (
    _option("encoding", Encoding),
    _option("delimiter", Delimiter),
    _option("sheet", Sheet),
    _option("preset", Preset),
    _option("rejects", Rejects),
)


class _Options(NamedTuple):
    """What was given of the options."""

    maps: list[str]
    key: str | None = None
    origin: str | None = None
    date_format: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    preset: str | None = None
    rejects: str | None = None


class _Seen(NamedTuple):
    """A file, and what was decided of it; ``key`` reads a row's id, ``origin`` says whose ids
    those are, ``sure`` whether somebody said that they are ids."""

    conn: sqlite3.Connection
    table: Table
    planned: Plan
    formats: Formats
    key: Callable[[Sequence[str]], str] | None
    origin: str
    sure: bool


def _run(
    kind: str,
    file: str,
    options: _Options,
    module: ModuleType,
    make: Callable[[_Seen], _Importer],
    counts: str,
    **planning: Any,
) -> tuple[Changed, int]:
    """Import a file of a kind by its module: ALIASES, plan, DATE_FIELDS, and an importer that
    ``make`` makes; ``counts`` is the line of what became of the rows."""
    from funnelcli.actions.importing.batches import take_all
    from funnelcli.actions.importing.cells import Cells
    from funnelcli.actions.importing.products import survey
    from funnelcli.formats.columns import find_column
    from funnelcli.formats.tabular import open_table

    call = current()
    for text in (*options.maps, options.origin or ""):
        check_text(text)
    check_free(options.rejects)
    with (
        call.open() as conn,
        open_table(
            file,
            encoding=options.encoding,
            delimiter=options.delimiter,
            sheet=options.sheet,
            known=known_columns(module.ALIASES),
        ) as table,
    ):
        columns = Maps(
            kind, Cells(table), options.maps, preset=options.preset, map_file=None, key=options.key
        )
        key = columns.own or columns.key
        planned = module.plan(table.header, columns.maps, key, **planning)
        fields = (module.DATE_FIELDS, getattr(module, "AMOUNTS", ()))
        formats = survey(table, planned, options.date_format, options.decimal, fields)
        say_part(call, table)
        say_encoding(call, table)
        columns.say(call)
        say_matched(call, planned)
        say_untaken(call, formats.untaken)
        key_at = find_column(table.header, key) if key is not None else None
        origin = options.origin or _origin(conn, columns, table, planned)
        reads = None if key_at is None else column_at(key_at)
        back_up(call, conn)
        with (
            call.change(conn),
            rejecting(call, file, table, options.rejects) as reject,
            progress_bar(call, formats.rows) as progress,
        ):
            seen = _Seen(conn, table, planned, formats, reads, origin, columns.sure)
            importer = make(seen)
            take_all(table.legible(), importer.take, reject.add, progress)
            if late := importer.finish():
                for row in table.legible():
                    if row.line in late:
                        reject.add(row, late[row.line])
        sign = next(iter(formats.signs.values()), None)
        rest = command_for_rest(call, file, reject.path, table, formats.dates, sign)
    record = Imported(
        added=importer.added,
        updated=importer.updated,
        unchanged=importer.unchanged,
        rejected=reject.count,
        rejects=reject.path,
        rest=rest,
        untaken=dict(formats.untaken),
        dry_run=call.dry_run,
    )
    said = counted(importer.added, importer.updated, importer.unchanged, reject.count, reject.path)
    lines = [counts.format(counts=said), *importer.lines()]
    result = Changed(lines, record._asdict(), id=importer.added, warnings=advice(rest))
    return result, PARTLY_DONE if reject.count else 0


def _origin(conn: sqlite3.Connection, columns: Maps, table: Table, planned: Plan) -> str:
    """Whose ids the rows have: those of the program whose file it is, else of the one from which
    the most of the deals or contacts come that they name."""
    from funnelcli.actions.importing.links import likeliest_origin
    from funnelcli.actions.importing.origins import UNKNOWN

    if columns.source is not None:
        return columns.source.name
    rows = [row.cells for row in islice(table.rows(), _ROWS) if not row.problem]
    linking = ("deal_key", "contact_key", "organisation_key", "related_key")
    named: dict[str, list[str]] = {
        name: [planned.reads[name](cells) for cells in rows]
        for name in linking
        if name in planned.reads
    }
    return likeliest_origin(conn, named) or UNKNOWN


_MAP_HELP = N_("Which column is which field; FIELD==TEXT for one text.")
Maps_ = Annotated[
    list[str] | None,
    typer.Option("--map", metavar=mapping("MAP OF ACTIVITIES", OF_ACTIVITIES), help=_MAP_HELP),
]


@takes((_KEY, *_ORIGIN, *_READING))
@gives((), data=Imported._fields)
@examples(
    "funnel import activities activities.csv",
    "funnel import activities calls.xlsx --map type==call --dry-run",
    "funnel import activities engagements.csv --key 'Record ID' --origin hubspot",
)
def activities(
    file: TableFile,
    maps: Maps_ = None,
    *,
    given: Given,
) -> tuple[Changed, int]:
    """Import calls, meetings, e-mails, tasks and notes of deals and contacts on file."""
    options = _Options(maps or [], **given)
    from funnelcli.actions.importing.activity_words import of_file

    usual = of_file(current().beside or file)
    return _activities("activities", file, options, usual, _("Activities: {counts}"))


@takes((_KEY, *_ORIGIN, *_READING))
@gives((), data=Imported._fields)
@examples(
    "funnel import steps tasks.csv",
    "funnel import steps todo.xlsx --map subject=Aufgabe --map deal=Projekt",
)
def steps(
    file: TableFile,
    maps: Maps_ = None,
    *,
    given: Given,
) -> tuple[Changed, int]:
    """Import next steps, open and done, of deals and contacts on file."""
    options = _Options(maps or [], **given)
    return _activities("steps", file, options, "task", _("Next steps: {counts}"))


def _activities(
    kind: str, file: str, options: _Options, usual: str | None, counts: str
) -> tuple[Changed, int]:
    from funnelcli.actions.importing import activities as importing
    from funnelcli.actions.importing import activity_rows

    def make(seen: _Seen) -> _Importer:
        reader = activity_rows.Reader(seen.planned, seen.formats.dates, seen.key)
        return importing.Importer(seen.conn, reader, seen.origin, sure=seen.sure)

    return _run(kind, file, options, activity_rows, make, counts, usual=usual)


@takes((*_ORIGIN, *_READING))
@gives((), data=Imported._fields)
@examples(
    "funnel import stages opportunity-history.csv",
    "funnel import stages flow.json --map-stage 'In talks=needs' --dry-run",
)
def stages(
    file: TableFile,
    maps: Annotated[
        list[str] | None,
        typer.Option("--map", metavar=mapping("MAP OF STAGES", OF_STAGES), help=_MAP_HELP),
    ] = None,
    map_stage: Annotated[
        list[str] | None,
        typer.Option(
            "--map-stage",
            metavar="TEXT=STAGE",
            help=N_("What a stage or status of the file is here: a stage, or open, won or lost."),
        ),
    ] = None,
    *,
    given: Given,
) -> tuple[Changed, int]:
    """Import the history of deals on file: one row a change of stage."""
    from funnelcli.actions.importing import stage_rows as importing
    from funnelcli.actions.importing.ways import Processes

    processes: list[Processes] = []

    def make(seen: _Seen) -> _Importer:
        process_id = naming.process_id(seen.conn, str(config.get("process")))
        processes.append(Processes(seen.conn, process_id, map_stage or []))
        return importing.Importer(
            seen.conn, seen.planned, seen.formats.dates, processes[0], seen.origin
        )

    options = _Options(maps or [], **given)
    counts = _("History of deals: {counts}")
    result, code = _run("stages", file, options, importing, make, counts)
    from funnelcli.cli.data.import_summary import unmapped

    result.warnings += unmapped(processes[0].usual)
    return result, code


@takes((*_ORIGIN, _DECIMAL, *_READING))
@gives((), data=Imported._fields)
@examples(
    "funnel import offers quotes.csv",
    "funnel import offers quote-lines.xlsx --map number='Quote no.' --map price='Unit price' -n",
)
def offers(
    file: TableFile,
    maps: Annotated[
        list[str] | None,
        typer.Option("--map", metavar=mapping("MAP OF OFFERS", OF_OFFERS), help=_MAP_HELP),
    ] = None,
    *,
    given: Given,
) -> tuple[Changed, int]:
    """Import offers of deals on file: one row each, or one row a line of them."""
    from funnelcli.actions.importing import offer_rows as importing

    def make(seen: _Seen) -> _Importer:
        return importing.Importer(seen.conn, seen.planned, seen.formats, seen.origin)

    options = _Options(maps or [], **given)
    return _run("offers", file, options, importing, make, _("Offers: {counts}"))


offers.__dict__["more"] = lambda: listed(OF_OFFERS)
activities.__dict__["more"] = steps.__dict__["more"] = lambda: listed(OF_ACTIVITIES)
stages.__dict__["more"] = lambda: listed(OF_STAGES)
