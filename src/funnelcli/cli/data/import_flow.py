"""The way that every import of a table goes: opened, looked at, said, copied before, taken row by
row."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from types import ModuleType

from funnelcli.actions.importing.fields import known_columns
from funnelcli.actions.importing.keys import key_reader
from funnelcli.cli.data.dry_run import tried
from funnelcli.cli.data.import_files import (
    FIELDS_OF_ONES_OWN,
    advice,
    back_up,
    check_free,
    check_rest,
    check_text,
    command_for_rest,
    counted,
    rejecting,
    say_encoding,
    say_matched,
    say_part,
    say_untaken,
)
from funnelcli.cli.data.import_files import (
    keep_rest as keep,
)
from funnelcli.cli.data.import_maps import Maps, save_map
from funnelcli.cli.data.import_options import Options
from funnelcli.cli.invocation import current
from funnelcli.cli.progress import progress, reading
from funnelcli.errors import PARTLY_DONE
from funnelcli.plain import NamedTuple
from funnelcli.render import Changed
from funnelcli.typed import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from funnelcli.actions.importing.fields import Plan
    from funnelcli.actions.importing.products import Formats
    from funnelcli.cli.invocation import Invocation
    from funnelcli.formats.table import Row, Table

# Rows that show whose ids a file has.
ROWS = 500


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
    differences: None
    dry_run: bool


class Importer(Protocol):
    """What takes the rows; at the end it says which of them it could not keep, by their lines."""

    added: int
    updated: int
    unchanged: int

    def take(self, batch: Sequence[Row]) -> list[tuple[Row, str]]: ...
    def finish(self) -> dict[int, str]: ...
    def lines(self) -> list[str]: ...


class Seen(NamedTuple):
    """A file, and what was decided of it; ``key`` reads a row's id, ``origin`` says whose ids
    those are."""

    conn: sqlite3.Connection
    columns: Maps
    planned: Plan
    formats: Formats
    key: Callable[[Sequence[str]], str] | None
    origin: str


@contextmanager
def opened(
    file: str,
    options: Options,
    names: Mapping[str, Sequence[str]],
    *,
    cards: bool = False,
) -> Iterator[tuple[Invocation, sqlite3.Connection, Table]]:
    """The call, the database and the table of a file, whose fields have columns of these ``names``.
    Raises Usage where an option says what cannot be."""
    from funnelcli.actions.importing import preference
    from funnelcli.formats.tabular import open_table

    call = current()
    for text in (*options.maps, *options.map_stage, options.origin or ""):
        check_text(text)
    check_free(options.rejects)
    if not call.is_part:
        check_free(options.save_map)
    preference.check(options.prefer)
    with (
        call.open() as conn,
        open_table(
            file,
            encoding=options.encoding,
            delimiter=options.delimiter,
            sheet=options.sheet,
            known=known_columns(names),
            cards=cards,
        ) as table,
    ):
        yield call, conn, table


def run(
    kind: str,
    file: str,
    options: Options,
    module: ModuleType,
    make: Callable[[Seen], Importer],
    counts: str,
    *,
    table_name: str = "deal",
    own_of: str = "",
    saved: Sequence[str] = (),
    **planning: Any,
) -> tuple[Changed, int]:
    """Import a file of a kind by its module: ALIASES, plan, DATE_FIELDS, AMOUNTS, and an importer
    that ``make`` makes; ``counts`` is the line of what became of the rows, ``table_name`` the table
    whose rows are worth a copy, ``own_of`` the noun whose fields of one's own the file may have.
    The options that are ``saved`` go into a map besides those of every
    kind."""
    from funnelcli.actions.importing import own_fields
    from funnelcli.actions.importing.batches import take_all
    from funnelcli.actions.importing.cells import Cells
    from funnelcli.actions.importing.fields import NoColumn
    from funnelcli.actions.importing.products import survey
    from funnelcli.actions.importing.proposing import proposing

    with opened(file, options, module.ALIASES) as (call, conn, table), ExitStack() as changing:
        seen = Cells(table)
        own_maps: list[Any] = []
        if own_of:
            maps_, own_maps = own_fields.apart_maps(conn, own_of, options.maps)
            options = options._replace(maps=maps_)
        columns = Maps(kind, seen, table.name, options)
        keep_rest = columns.option("keep_rest", options.keep_rest)
        check_rest(keep_rest, (FIELDS_OF_ONES_OWN,))
        key = columns.own or columns.key
        if columns.own is not None:
            planning["own"] = True
        try:
            planned = module.plan(table.header, columns.maps, key, **planning)
        except NoColumn as error:
            raise proposing(error, seen) from error
        trial = None
        if own_of:
            own_maps = [*own_fields.apart_maps(conn, own_of, columns.own_maps)[1], *own_maps]
            own_export = columns.own is not None
            own_fields.take(conn, own_of, planned, table, own_maps, own_export=own_export)
        if keep_rest is not None:
            back_up(call, conn, table_name)
            trial = changing.enter_context(tried(call, conn))
            keep(call, conn, planned, keep_rest, table, own_of)
        date_format = columns.option("date_format", options.date_format)
        decimal = columns.option("decimal", options.decimal)
        fields = (module.DATE_FIELDS, getattr(module, "AMOUNTS", ()))
        with reading(call, table):
            formats = survey(table, planned, date_format, decimal, fields)
        say_part(call, table)
        say_encoding(call, table)
        columns.say(call)
        say_matched(call, planned)
        say_untaken(call, formats.untaken)
        origin = options.origin or _origin(conn, columns, table, planned)
        reads = None if key is None else key_reader(table.header, key)
        save_map(
            call,
            options.save_map,
            kind,
            table.name,
            planned,
            key=key,
            origin=origin,
            stages=[*columns.stages, *options.map_stage],
            options={
                name: columns.option(name, getattr(options, name))
                for name in ("date_format", "decimal", "keep_rest", *saved)
            },
        )
        ids = columns.of_rest(key, origin)
        if trial is None:
            back_up(call, conn, table_name)
            trial = changing.enter_context(tried(call, conn))
        with (
            rejecting(call, conn, file, table, options.rejects, ids) as reject,
            progress(call, "import", formats.rows) as advance,
        ):
            importer = make(Seen(conn, columns, planned, formats, reads, origin))
            take_all(table.legible(), importer.take, reject.add, advance)
            if late := importer.finish():
                for row in table.legible():
                    if row.line in late:
                        reject.add(row, late[row.line])
        sign = next(iter(formats.signs.values()), None)
        rest = command_for_rest(
            *(call, file, reject.path, table, formats.dates, sign),
            ids=ids,
        )
    record = Imported(
        added=importer.added,
        updated=importer.updated,
        unchanged=importer.unchanged,
        rejected=reject.count,
        rejects=reject.path,
        rest=rest,
        untaken=dict(formats.untaken),
        differences=None,
        dry_run=call.dry_run,
    )
    said = counted(importer.added, importer.updated, importer.unchanged, reject.count, reject.path)
    lines = [counts.format(counts=said), *importer.lines()]
    # With -q the number of records added stands where an id would.
    result = Changed(lines, record._asdict(), id=importer.added, warnings=advice(rest))
    return trial.tell(result), PARTLY_DONE if reject.count else 0


def _origin(conn: sqlite3.Connection, columns: Maps, table: Table, planned: Plan) -> str:
    """Whose ids the rows have: those of the program whose file it is, unless none of them is on
    file; else of the one from which the most of the deals or contacts come that they name."""
    from funnelcli.actions.importing.links import likeliest_origin
    from funnelcli.actions.importing.origins import UNKNOWN

    program = columns.source.name if columns.source is not None else None
    rows = [row.cells for row in islice(table.rows(), ROWS) if not row.problem]
    linking = ("deal_key", "contact_key", "organisation_key", "related_key")
    named: dict[str, list[str]] = {
        name: [planned.reads[name](cells) for cells in rows]
        for name in linking
        if name in planned.reads
    }
    return likeliest_origin(conn, named, program) or program or UNKNOWN
