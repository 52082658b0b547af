"""Bringing records in from files."""

from __future__ import annotations

import sqlite3
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from funnelcli import config
from funnelcli.actions.importing.fields import (
    ALIASES,
    FIELDS,
    column_at,
    known_columns,
    listed,
    mapping,
    plan,
)
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.data import import_summary
from funnelcli.cli.data.import_files import (
    Currency,
    Decimal,
    Delimiter,
    Encoding,
    KeepRest,
    MapFile,
    Origin,
    Prefer,
    Preset,
    Rejects,
    SaveMap,
    Sheet,
    back_up,
    check_free,
    check_text,
    command_for_rest,
    progress_bar,
    rejecting,
    say_encoding,
    say_entered,
    say_matched,
    say_part,
    say_untaken,
)
from funnelcli.cli.data.import_files import (
    keep_rest as keep,
)
from funnelcli.cli.data.import_hints import said
from funnelcli.cli.data.import_maps import Maps
from funnelcli.cli.data.import_maps import save_map as save
from funnelcli.cli.data.import_stages import ask_stages
from funnelcli.cli.invocation import current
from funnelcli.cli.params import TableFile
from funnelcli.errors import PARTLY_DONE
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming
from funnelcli.nouns.types import PAST_DATE
from funnelcli.render import Changed, message

if TYPE_CHECKING:
    from funnelcli.actions.importing.fields import Plan
    from funnelcli.cli.invocation import Invocation
    from funnelcli.formats.table import Table

# Rows that show whose ids a file has.
_ROWS = 500


@gives((), data=import_summary.Imported._fields)
@examples(
    "funnel import deals deals.csv --key 'Deal - ID'",
    "funnel import deals pipeline.csv --map value='Close value' --map-stage 'In talks=needs'",
    "funnel import deals - --map 'title={Product} for {Account}' --dry-run",
)
def deals(
    file: TableFile,
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar=mapping("MAP OF DEALS", FIELDS),
            help=N_(
                "Which column is which field; FIELD==TEXT for one text,"
                " FIELD='{Column} for {Column}' for several; the first filled one of several --map."
            ),
        ),
    ] = None,
    map_stage: Annotated[
        list[str] | None,
        typer.Option(
            "--map-stage",
            metavar="TEXT=STAGE",
            help=N_(
                "What a stage or status of the file is here: a stage, open, won, lost, or skip."
            ),
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
    origin: Origin = None,
    prefer: Prefer = "file",
    process: Annotated[
        str | None, typer.Option("--process", metavar="PROCESS", help=N_("The deals' process."))
    ] = None,
    currency: Currency = None,
    date_format: Annotated[
        list[str] | None,
        typer.Option(
            "--date-format",
            metavar="[FIELD=]FORMAT",
            help=N_("How dates are written: %d.%m.%Y, %m/%d/%Y, excel."),
        ),
    ] = None,
    decimal: Decimal = None,
    opened_default: Annotated[
        str | None,
        typer.Option(
            "--opened-default",
            metavar=PAST_DATE,
            help=N_("When deals were opened whose row does not say it; else now."),
        ),
    ] = None,
    closed_default: Annotated[
        str | None,
        typer.Option(
            "--closed-default",
            metavar=PAST_DATE,
            help=N_("When deals were won or lost whose row does not say it."),
        ),
    ] = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    sheet: Sheet = None,
    preset: Preset = None,
    map_file: MapFile = None,
    save_map: SaveMap = None,
    rejects: Rejects = None,
    keep_rest: KeepRest = None,
) -> tuple[Changed, int]:
    """Import deals with their contacts, their way and their close."""
    from funnelcli.actions.importing import deals, entered, preference
    from funnelcli.actions.importing.evidence import Sample, check_deals
    from funnelcli.actions.importing.moments import default_moment
    from funnelcli.actions.importing.rows import Checker
    from funnelcli.actions.importing.survey import survey
    from funnelcli.actions.importing.ways import Processes
    from funnelcli.db.loading import loading
    from funnelcli.formats.columns import find_column
    from funnelcli.formats.tabular import open_table
    from funnelcli.values.money import check_currency

    call = current()
    for text in (*(maps or ()), *(map_stage or ()), origin or ""):
        check_text(text)
    check_free(rejects)
    check_free(save_map)
    preference.check(prefer)
    usual = check_currency(currency) if currency else str(config.get("currency"))
    opened = default_moment(opened_default, "--opened-default") if opened_default else None
    closed = default_moment(closed_default, "--closed-default") if closed_default else None
    with (
        call.open() as conn,
        open_table(
            file, encoding=encoding, delimiter=delimiter, sheet=sheet, known=known_columns(ALIASES)
        ) as table,
    ):
        process_id = naming.process_id(conn, process or str(config.get("process")))
        given = process is not None
        processes = Processes(conn, process_id, map_stage or [], given=given)
        seen = Sample(table, processes)
        columns = Maps("deals", seen, maps or [], preset=preset, map_file=map_file, key=key)
        own = columns.own
        key = own or columns.key
        planned = plan(table.header, columns.maps, key, seen.fits, own=own is not None)
        preference.take_changed(prefer, planned, table.header, table.name)
        entered.take(planned, seen.ways)
        check_deals(table.name, planned, key if columns.sure else None, seen)
        keep_rest = columns.option("keep_rest", keep_rest)
        keeper = keep(call, planned, keep_rest)
        key_at = find_column(table.header, key) if key is not None else None
        formats = survey(
            table,
            planned,
            columns.option("date_format", date_format) or [],
            columns.option("decimal", decimal),
            own=own is not None,
        )
        whose = origin or _origin(conn, columns, table, planned, key_at)
        say_part(call, table)
        say_encoding(call, table)
        columns.say(call)
        say_matched(call, planned)
        say_untaken(call, formats.untaken)
        say_entered(call, planned)
        _say_how(call, planned, own, key)
        stages = [*columns.stages, *(map_stage or [])]
        processes = Processes(conn, process_id, stages, given=given)
        if answers := ask_stages(call, processes.usual, formats.words):
            stages += answers
            processes = Processes(conn, process_id, stages, given=given)
        save(
            call,
            save_map,
            "deals",
            planned,
            key=key,
            origin=whose,
            stages=stages,
            options={"date_format": date_format, "decimal": decimal, "keep_rest": keep_rest},
        )
        checker = Checker(
            planned,
            formats,
            processes,
            currency=usual,
            key=None if key_at is None else column_at(key_at, own is not None),
            own=own is not None,
            opened_default=opened,
            closed_default=closed,
            keeper=keeper,
        )
        back_up(call, conn)
        with (
            call.change(conn) as command_id,
            rejecting(call, file, table, rejects) as reject,
            progress_bar(call, formats.rows) as progress,
            loading(conn, command_id, deals.TABLES, formats.rows, keep=deals.LOOKED_UP),
        ):
            summary = deals.import_deals(
                conn,
                table.legible(),
                checker,
                origin=whose if key is not None else None,
                links=columns.source.name if columns.source is not None else whose,
                sure=columns.sure,
                prefer=prefer,
                own=own is not None,
                reject=reject.add,
                opened_default=opened,
                progress=progress,
            )
        where = reject.path
        rest = command_for_rest(call, file, where, table, formats.dates, formats.sign)
        skipped = len(table.skipped)
    result = import_summary.result(
        call, summary, processes.usual, where, rest, skipped, opened is not None, formats.untaken
    )
    return result, PARTLY_DONE if summary.rejected else 0


def _say_how(call: Invocation, planned: Plan, own: str | None, key: str | None) -> None:
    """Say how deals are found again, and where they stand if no column says it."""
    if call.output.quiet:
        return
    if own is not None:
        message(
            call.output,
            _("An export of funnel's own: deals are found by {column}.").format(column=own),
        )
    if not {"stage", "status"} & planned.reads.keys():
        text = _(
            "No column says the stage or the status: new deals are open, those on file"
            " stay as they are (--map stage=COLUMN names one)."
        )
        message(call.output, said(call, text))
    if key is None:
        text = _(
            "A second import of this file adds every deal once more, unless both"
            " name the column of the ids: --key COLUMN"
        )
        message(call.output, said(call, text))


def _origin(
    conn: sqlite3.Connection, columns: Maps, table: Table, planned: Plan, key_at: int | None
) -> str:
    """Whose ids the keys are, as the first rows show it."""
    from funnelcli.actions.importing.origins import UNKNOWN, origin_of

    program = columns.source.name if columns.source is not None else UNKNOWN
    if key_at is None:
        return program
    title = planned.reads.get("title")
    rows = (
        (row.cells[key_at].strip(), "" if title is None else title(row.cells).strip())
        for row in islice(table.rows(), _ROWS)
        if not row.problem
    )
    return origin_of(conn, None if program == UNKNOWN else program, rows)


deals.__dict__["more"] = lambda: listed(FIELDS)
