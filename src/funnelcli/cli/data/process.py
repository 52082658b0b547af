"""Processes: list, show, add or change from a file, export, check, remove."""

from __future__ import annotations

from funnelcli.actions import processes
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.entries import nothing_to_change
from funnelcli.cli.invocation import current
from funnelcli.cli.params import TomlFile
from funnelcli.cli.removing import REMOVED, removal
from funnelcli.cli.results import unless_same
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import naming, words
from funnelcli.nouns.printed import Printed
from funnelcli.nouns.process import Process
from funnelcli.nouns.types import one_of
from funnelcli.pages.process import ProcessData, process_page, withdrawal_rule
from funnelcli.processes import reading, storing
from funnelcli.queries import processes as stored
from funnelcli.render import Changed, Listing, Page, Text
from funnelcli.typed import Annotated
from funnelcli.values.nothing import is_nothing

Key = Annotated[
    str | None, Argument(metavar="PROCESS", help=N_("Its key; your usual one without it."))
]


def _stages(process: reading.Process) -> str:
    """How many stages it has."""
    n = len(process.stages)
    return ngettext("{n} stage", "{n} stages", n).format(n=n)


# What ``--json`` prints of what changed, beside the process's key.
_PUT = ("created", "added", "renamed", "removed", "deals")


@gives(Process)
@examples("funnel process list")
def list_() -> Listing:
    """List processes."""
    with current().read() as conn:
        return Listing(Process.columns(), stored.processes(conn))


@gives(Printed(data=ProcessData._fields, parts=True))
@examples("funnel process show", "funnel process show funnel --json")
def show(process: Key = None) -> Page:
    """Show a process."""
    with current().read() as conn:
        return process_page(conn, naming.process_id(conn, process))


@gives((), data=("key", *_PUT))
@examples("funnel process add mine.toml", "funnel process add mine.toml --dry-run")
def add(file: TomlFile) -> Changed:
    """Add or change a process."""
    call = current()
    process = reading.read_file(file)
    with call.open() as conn:
        with call.change(conn):
            result = processes.put(conn, process)
        text = (
            _("Process {key}: {stages}")
            if result.created or call.as_it_was
            else _("Process {key} changed: {stages}")
        )
        lines = [unless_same(call, text.format(key=process.key, stages=_stages(process)))]
        if not result.created:
            for text, keys in (
                (_("added: {keys}"), result.added),
                (_("renamed: {keys}"), result.renamed),
                (_("removed: {keys}"), result.removed),
            ):
                if keys:
                    lines.append(text.format(keys=", ".join(keys)))
        if result.deals:
            text = ngettext("{n} deal kept", "{n} deals kept", result.deals)
            lines.append(text.format(n=result.deals))
    record = {"key": process.key, **{name: getattr(result, name) for name in _PUT}}
    return Changed(lines, record, id=result.process_id)


Days = Annotated[
    str | None,
    Option(
        "--withdrawal-days",
        metavar="N",
        help=N_("For how many days a win can be withdrawn; none where it is final."),
    ),
]
Begins = Annotated[
    str | None,
    Option(
        "--withdrawal-begins",
        metavar=one_of("BEGIN", words.WITHDRAWAL_BEGIN),
        help=N_("With what they begin: contract or receipt."),
    ),
]
Months = Annotated[
    str | None,
    Option(
        "--withdrawal-uninstructed-months",
        metavar="N",
        help=N_("Months more where the customer was not instructed; none for no more."),
    ),
]
Holidays = Annotated[
    str | None,
    Option(
        "--withdrawal-holidays",
        metavar="CODE",
        help=N_("The country whose holidays carry an end over, like DE; none for no country."),
    ),
]


@gives(Process)
@examples(
    "funnel process edit funnel --withdrawal-begins receipt",
    "funnel process edit mine --withdrawal-days 14 --withdrawal-holidays AT",
)
def edit(
    process: Annotated[str, Argument(metavar="PROCESS", help=N_("Its key."))],
    withdrawal_days: Days = None,
    withdrawal_begins: Begins = None,
    withdrawal_uninstructed_months: Months = None,
    withdrawal_holidays: Holidays = None,
) -> Changed:
    """Change a process's right of withdrawal."""
    call = current()
    if withdrawal_begins is not None and not is_nothing(withdrawal_begins):
        withdrawal_begins = words.choose(
            words.WITHDRAWAL_BEGIN, withdrawal_begins, "--withdrawal-begins"
        )
    given = {
        "withdrawal_days": withdrawal_days,
        "withdrawal_begins": withdrawal_begins,
        "withdrawal_uninstructed_months": withdrawal_uninstructed_months,
        "withdrawal_holidays": withdrawal_holidays,
    }
    if not any(given.values()):
        raise nothing_to_change(call)
    with call.open() as conn:
        process_id = naming.process_id(conn, process)
        with call.change(conn):
            processes.edit_withdrawal(conn, process_id, given)
        found = stored.process(conn, process_id)
        rule = withdrawal_rule(found) or _("a win is final")
        line = f"{found.name}: {rule}"
        return Changed([unless_same(call, line)], found, Process.columns(), id=process_id)


@gives(Process)
@examples(
    'funnel process rename cycle "Machines"',
    'funnel process rename mine "Solar roofs" --de "Solardächer"',
)
def rename(
    process: Annotated[str, Argument(metavar="PROCESS", help=N_("Its key or name."))],
    name: Annotated[str, Argument(metavar="NAME", help=N_("What it is called now."))],
    de: Annotated[
        str | None,
        Option("--de", metavar="NAME", help=N_("The German name; else the same.")),
    ] = None,
) -> Changed:
    """Call a process by another name."""
    call = current()
    with call.open() as conn:
        process_id = naming.process_id(conn, process)
        before = stored.process(conn, process_id).name
        with call.change(conn):
            processes.rename(conn, process_id, name, name if de is None else de)
        found = stored.process(conn, process_id)
        line = _("{before} is {name} now").format(before=before, name=found.name)
        return Changed([unless_same(call, line)], found, Process.columns(), id=process_id)


@examples("funnel process export cycle > mine.toml")
def export(process: Key = None) -> Text:
    """Print a process as TOML."""
    from funnelcli.processes.writing import to_toml

    with current().read() as conn:
        process_id = naming.process_id(conn, process)
        return Text(to_toml(conn, process_id))


@examples("funnel process check mine.toml")
def check(file: TomlFile) -> Text:
    """Check a process file."""
    process = reading.read_file(file)
    return Text(
        _("{file} is sound: {key}, {stages}.").format(
            file=file, key=process.key, stages=_stages(process)
        )
        + "\n"
    )


@gives((), data=REMOVED)
@examples("funnel process remove mine")
def remove(
    process: Annotated[str, Argument(metavar="PROCESS", help=N_("Its key."))],
) -> Changed:
    """Remove a process."""
    call = current()
    with call.open() as conn:
        return removal(
            call,
            conn,
            lambda: storing.remove(conn, process),
            [_("Removed the process {key}").format(key=process)],
            question=_("Remove the process {key}?").format(key=process),
            own={"process": 1},
        )
