"""Bringing in what belongs to deals and contacts: activities, next steps, the history of stages,
offers."""

from __future__ import annotations

from funnelcli.actions.importing.activity_rows import FIELDS as OF_ACTIVITIES
from funnelcli.actions.importing.fields import listed
from funnelcli.actions.importing.offer_rows import FIELDS as OF_OFFERS
from funnelcli.actions.importing.stage_rows import FIELDS as OF_STAGES
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.data.dry_run import DIFFERENCES
from funnelcli.cli.data.import_flow import Imported, Importer, Seen, run
from funnelcli.cli.data.import_options import (
    DATE_FORMAT,
    DECIMAL,
    KEY,
    MAP_STAGE,
    ORIGIN,
    PROCESS,
    READING,
    Options,
    maps,
)
from funnelcli.cli.invocation import current
from funnelcli.cli.params import TableFile
from funnelcli.cli.taking import Given, takes
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming
from funnelcli.render import Changed

_ACTIVITIES = (maps("MAP OF ACTIVITIES", OF_ACTIVITIES), KEY, ORIGIN, DATE_FORMAT, *READING)
_STAGE = MAP_STAGE._replace(
    help=N_("What a stage or status of the file is here: a stage, or open, won or lost.")
)


@takes(_ACTIVITIES)
@gives(DIFFERENCES, data=Imported._fields)
@examples(
    "funnel import activities activities.csv",
    "funnel import activities calls.xlsx --map type==call --dry-run",
    "funnel import activities engagements.csv --key 'Record ID' --origin hubspot",
)
def activities(file: TableFile, *, given: Given) -> tuple[Changed, int]:
    """Import calls, meetings, e-mails, tasks and notes of deals and contacts on file."""
    from funnelcli.actions.importing.activity_words import of_file

    usual = of_file(current().beside or file)
    return _activities("activities", file, given, usual, _("Activities: {counts}"))


@takes(_ACTIVITIES)
@gives(DIFFERENCES, data=Imported._fields)
@examples(
    "funnel import steps tasks.csv",
    "funnel import steps todo.xlsx --map subject=Aufgabe --map deal=Projekt",
)
def steps(file: TableFile, *, given: Given) -> tuple[Changed, int]:
    """Import next steps, open and done, of deals and contacts on file."""
    return _activities("steps", file, given, "task", _("Next steps: {counts}"))


def _activities(
    kind: str, file: str, given: Given, usual: str | None, counts: str
) -> tuple[Changed, int]:
    from funnelcli.actions.importing import activities as importing
    from funnelcli.actions.importing import activity_rows
    from funnelcli.actions.importing.presets import OWN

    made: list[importing.Importer] = []

    def make(seen: Seen) -> Importer:
        preset = seen.columns.preset
        own = preset is not None and preset.name == OWN
        reader = activity_rows.Reader(seen.planned, seen.formats.dates, seen.key, own=own)
        made.append(importing.Importer(seen.conn, reader, seen.origin, sure=seen.columns.sure))
        return made[0]

    own_of = "visit" if kind == "activities" else ""
    result, code = run(
        kind, file, Options(**given), activity_rows, make, counts, own_of=own_of, usual=usual
    )
    result.warnings += made[0].warnings()
    return result, code


@takes((maps("MAP OF STAGES", OF_STAGES), _STAGE, PROCESS, ORIGIN, DATE_FORMAT, *READING))
@gives(DIFFERENCES, data=Imported._fields)
@examples(
    "funnel import stages opportunity-history.csv",
    "funnel import stages flow.json --map-stage 'In talks=needs' --dry-run",
)
def stages(file: TableFile, *, given: Given) -> tuple[Changed, int]:
    """Import the history of deals on file: one row a change of stage."""
    from funnelcli.actions.importing import stage_rows as importing
    from funnelcli.actions.importing.ways import Processes
    from funnelcli.cli.data.import_summary import unmapped

    options = Options(**given)
    processes: list[Processes] = []

    def make(seen: Seen) -> Importer:
        process = seen.columns.option("process", options.process)
        process_id = naming.process_id(seen.conn, process)
        mapped = [*seen.columns.stages, *options.map_stage]
        processes.append(Processes(seen.conn, process_id, mapped))
        return importing.Importer(
            seen.conn, seen.planned, seen.formats.dates, processes[0], seen.origin
        )

    result, code = run(
        *("stages", file, options, importing, make, _("History of deals: {counts}")),
        saved=("process",),
    )
    result.warnings += unmapped(processes[0].usual)
    return result, code


@takes((maps("MAP OF OFFERS", OF_OFFERS), ORIGIN, DATE_FORMAT, DECIMAL, *READING))
@gives(DIFFERENCES, data=Imported._fields)
@examples(
    "funnel import offers quotes.csv",
    "funnel import offers quote-lines.xlsx --map number='Quote no.' --map price='Unit price' -n",
)
def offers(file: TableFile, *, given: Given) -> tuple[Changed, int]:
    """Import offers of deals on file: one row each, or one row a line of them."""
    from funnelcli.actions.importing import offer_rows as importing

    def make(seen: Seen) -> Importer:
        return importing.Importer(seen.conn, seen.planned, seen.formats, seen.origin)

    return run("offers", file, Options(**given), importing, make, _("Offers: {counts}"))


offers.__dict__["more"] = lambda: listed(OF_OFFERS)
activities.__dict__["more"] = steps.__dict__["more"] = lambda: listed(OF_ACTIVITIES)
stages.__dict__["more"] = lambda: listed(OF_STAGES)
