"""Bringing records in from files."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack
from itertools import islice

from funnelcli import config
from funnelcli.actions.importing.fields import ALIASES, FIELDS, listed, plan
from funnelcli.actions.importing.keys import key_reader
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.data import import_summary
from funnelcli.cli.data.dry_run import DIFFERENCES, tried
from funnelcli.cli.data.import_files import (
    FIELDS_OF_ONES_OWN,
    back_up,
    command_for_rest,
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
from funnelcli.cli.data.import_flow import ROWS, opened
from funnelcli.cli.data.import_hints import said
from funnelcli.cli.data.import_maps import Maps, save_map
from funnelcli.cli.data.import_options import (
    CLOSED_DEFAULT,
    CURRENCY,
    DATE_FORMATS,
    DECIMAL,
    KEEP_REST,
    KEY,
    MAP_STAGE,
    NEW_PROCESS,
    OPENED_DEFAULT,
    ORIGIN,
    PREFER,
    PROCESS,
    READING,
    Options,
    maps,
)
from funnelcli.cli.data.import_stages import (
    ask_stages,
    check_one_process,
    one_format,
    say_new_process,
)
from funnelcli.cli.params import TableFile
from funnelcli.cli.progress import progress, reading
from funnelcli.cli.taking import Given, takes
from funnelcli.errors import PARTLY_DONE
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming
from funnelcli.render import Changed, message
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from funnelcli.actions.importing.fields import Plan, Read
    from funnelcli.cli.invocation import Invocation
    from funnelcli.formats.table import Table

_MAPS = maps(
    "MAP OF DEALS",
    FIELDS,
    N_(
        "Which column is which field; FIELD==TEXT for one text,"
        " FIELD='{Column} for {Column}' for several; the first filled one of several --map."
    ),
)
_KEY = KEY._replace(
    help=N_("The column with each deal's id, so that a second import updates; ONE+OTHER for two.")
)


@takes(
    (
        *(_MAPS, MAP_STAGE, _KEY, ORIGIN, PREFER, PROCESS, NEW_PROCESS, CURRENCY),
        *(DATE_FORMATS, DECIMAL),
        *(OPENED_DEFAULT, CLOSED_DEFAULT, *READING, KEEP_REST),
    )
)
@gives(DIFFERENCES, data=import_summary.Imported._fields)
@examples(
    "funnel import deals deals.csv --key 'Deal - ID'",
    "funnel import deals pipeline.csv --map value='Close value' --map-stage 'In talks=needs'",
    "funnel import deals - --map 'title={Product} for {Account}' --dry-run",
)
def deals(file: TableFile, *, given: Given) -> tuple[Changed, int]:
    """Import deals with their contacts, their way and their close."""
    from funnelcli.actions.importing import (
        deals,
        entered,
        new_process,
        own_fields,
        owners,
        preference,
    )
    from funnelcli.actions.importing.cells import Cells
    from funnelcli.actions.importing.evidence import Sample, check_deals
    from funnelcli.actions.importing.moments import default_moment
    from funnelcli.actions.importing.rows import Checker
    from funnelcli.actions.importing.survey import survey
    from funnelcli.actions.importing.ways import Processes
    from funnelcli.actions.processes import put
    from funnelcli.db.loading import loading
    from funnelcli.values.money import check_currency

    options = Options(**given)
    opened_default = closed_default = None
    if options.opened_default:
        opened_default = default_moment(options.opened_default, "--opened-default")
    if options.closed_default:
        closed_default = default_moment(options.closed_default, "--closed-default")
    check_one_process(options)
    with opened(file, options, ALIASES) as (call, conn, table), ExitStack() as changing:
        maps_, own_maps = own_fields.apart_maps(conn, "deal", options.maps)
        options = options._replace(maps=maps_)
        columns = Maps("deals", Cells(table), table.name, options)
        own_maps = [*own_fields.apart_maps(conn, "deal", columns.own_maps)[1], *own_maps]
        process, currency, keep_rest, date_formats, decimal = (
            columns.option(name, getattr(options, name))
            for name in ("process", "currency", "keep_rest", "date_format", "decimal")
        )
        usual = check_currency(currency) if currency else str(config.get("currency"))
        process_id = naming.process_id(conn, process)
        stages = [*columns.stages, *options.map_stage]
        trial = made = None
        if options.new_process is not None:
            seen = Sample(table, Processes(conn, process_id, []))
            found = new_process.Stages(stages)
            planned = plan(table.header, columns.maps, columns.key, seen.fits)
            found.take_deals(table, planned, one_format(date_formats))
            made = found.process(conn, options.new_process)
            say_new_process(call, made)
            back_up(call, conn)
            trial = changing.enter_context(tried(call, conn))
            process_id = put(conn, made.process).process_id
            process, stages = made.process.key, made.maps
        processes = Processes(conn, process_id, stages, given=process is not None)
        seen = Sample(table, processes)
        own = columns.own
        key = own or columns.key
        planned = plan(table.header, columns.maps, key, seen.fits, own=own is not None)
        preference.take_changed(options.prefer, planned, table.header, table.name)
        owners.take(conn, planned, table.header, options.maps)
        entered.take(planned, seen.ways)
        check_deals(table.name, planned, key if columns.sure else None, seen)
        own_fields.take(conn, "deal", planned, table, own_maps, own_export=own is not None)
        if keep_rest == FIELDS_OF_ONES_OWN and trial is None:
            back_up(call, conn)
            trial = changing.enter_context(tried(call, conn))
        keeper = keep(call, conn, planned, keep_rest, table, "deal")
        key_of = key_reader(table.header, key, own is not None) if key is not None else None
        with reading(call, table):
            formats = survey(
                table,
                planned,
                date_formats or [],
                decimal,
                own=own is not None,
            )
        whose = options.origin or _origin(conn, columns, table, planned, key_of)
        say_part(call, table)
        say_encoding(call, table)
        columns.say(call)
        say_matched(call, planned)
        say_untaken(call, formats.untaken)
        say_entered(call, planned)
        _say_how(call, planned, own, key)
        # Nobody waits for an answer once the process has been made.
        if trial is None and (answers := ask_stages(call, processes.usual, formats.words)):
            stages += answers
            processes = Processes(conn, process_id, stages, given=process is not None)
        save_map(
            call,
            options.save_map,
            "deals",
            table.name,
            planned,
            key=key,
            origin=whose,
            stages=stages,
            options={
                "process": process,
                "currency": currency,
                "date_format": date_formats,
                "decimal": decimal,
                "keep_rest": keep_rest,
            },
        )
        checker = Checker(
            planned,
            formats,
            processes,
            currency=usual,
            key=key_of,
            own=own is not None,
            opened_default=opened_default,
            closed_default=closed_default,
            keeper=keeper,
        )
        ids = columns.of_rest(key, whose)
        if trial is None:
            back_up(call, conn)
            trial = changing.enter_context(tried(call, conn))
        with (
            rejecting(call, conn, file, table, options.rejects, ids) as reject,
            progress(call, "import", formats.rows) as advance,
            loading(
                conn,
                trial.command_id,
                own_fields.tables(planned, deals.TABLES),
                formats.rows,
                keep=deals.KEPT,
            ),
        ):
            summary = deals.import_deals(
                conn,
                table.legible(),
                checker,
                origin=whose if key is not None else None,
                links=columns.source.name if columns.source is not None else whose,
                sure=columns.sure,
                prefer=options.prefer,
                own=own is not None,
                reject=reject.add,
                opened_default=opened_default,
                progress=advance,
            )
        where = reject.path
        rest = command_for_rest(
            *(call, file, where, table, formats.dates, formats.sign, made),
            ids=ids,
        )
        skipped = len(table.skipped)
    result = import_summary.result(
        call,
        summary,
        processes.usual,
        where,
        rest,
        skipped,
        opened_default is not None,
        formats.untaken,
        made.process.key if made is not None else None,
    )
    result.warnings += owners.told(planned)
    return trial.tell(result), PARTLY_DONE if summary.rejected else 0


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
            " stay as they are. To name one: --map stage=COLUMN"
        )
        message(call.output, said(call, text))
    if key is None:
        text = _(
            "A second import of this file adds every deal once more, unless both"
            " name the column of the ids: --key COLUMN"
        )
        message(call.output, said(call, text))


def _origin(
    conn: sqlite3.Connection, columns: Maps, table: Table, planned: Plan, key_of: Read | None
) -> str:
    """Whose ids the keys are, as the first rows show it."""
    from funnelcli.actions.importing.origins import UNKNOWN, origin_of

    program = columns.source.name if columns.source is not None else UNKNOWN
    if key_of is None:
        return program
    title = planned.reads.get("title")
    rows = (
        (key_of(row.cells).strip(), "" if title is None else title(row.cells).strip())
        for row in islice(table.rows(), ROWS)
        if not row.problem
    )
    return origin_of(conn, None if program == UNKNOWN else program, rows)


deals.__dict__["more"] = lambda: listed(FIELDS)
