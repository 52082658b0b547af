"""Processes: list, show, add or change from a file, export, check, remove."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import typer

from funnelcli import config, queries
from funnelcli.actions import processes
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.invocation import current
from funnelcli.cli.results import unless_same
from funnelcli.i18n import N_, _, ngettext, pick
from funnelcli.nouns import naming, words
from funnelcli.nouns.process import Process, Stage
from funnelcli.processes import reading, storing
from funnelcli.queries import processes as stored
from funnelcli.render import Block, Changed, Column, Facts, Listing, Page, Prose, Text
from funnelcli.render.model import LINES

Key = Annotated[
    str | None, typer.Argument(metavar="PROCESS", help=N_("Its key; your usual one without it."))
]
File = Annotated[str, typer.Argument(metavar="FILE", help=N_("A TOML file; - is standard input."))]

PROCESSES = (
    Column("id", "Id", "id", table=False),
    Column("key", "Process"),
    Column("name", "Name", flex=True),
    Column("stages", "Stages", "int", drop=2),
    Column("open_deals", "Open", "int", drop=1),
    Column("deals", "Deals", "int", drop=1),
    Column("builtin", "Shipped", "flag", drop=3),
    Column("withdrawal_days", "Withdrawal days", "int", table=False),
    Column("description", "Description", table=False),
)
STAGES = (
    Column("position", "No", "int"),
    Column("key", "Key", drop=3),
    Column("name", "Stage", flex=True),
    Column("phase", "Phase", drop=2, names=lambda key: words.read(words.PHASE, key)),
    Column("kind", "Kind", drop=4, names=lambda key: words.read(words.STAGE_KIND, key)),
    Column("probability", "Probability", "percent", drop=1),
    Column("rot_days", "Rots after", "days", drop=1),
)


class ProcessData(NamedTuple):
    """What ``--json`` prints of a process."""

    key: str
    name: str
    stages: list[dict[str, Any]]


# What ``--json`` prints of what changed, beside the process's key.
_PUT = ("created", "added", "renamed", "removed", "deals")


@gives(PROCESSES)
@examples("funnel process list")
def list_() -> Listing:
    """List processes."""
    with current().read() as conn:
        rows = list(queries.run(conn, "processes", Process, order="p.id"))
    return Listing(PROCESSES, rows)


@gives(STAGES, data=ProcessData._fields)
@examples("funnel process show", "funnel process show funnel --json")
def show(process: Key = None) -> Page:
    """Show a process."""
    with current().read() as conn:
        process_id = naming.process_id(conn, process or config.get("process"))
        found = queries.one(
            conn,
            "processes",
            Process,
            {"id": process_id},
            where="p.id = :id",
            order="p.id",
        )
        assert found is not None
        stages = list(queries.run(conn, "stages", Stage, {"process_id": process_id}))
        exits = stored.exits(conn, process_id)
        questions = stored.questions(conn, process_id)
    listing = Listing(STAGES, stages)
    blocks: list[Block] = [
        Facts(found.name, [(_("Key"), found.key), (_("For"), found.description)]),
        listing,
    ]
    data = []
    for stage in stages:
        leaving = [one.text for one in exits if one.stage_id == stage.id]
        asked = [one for one in questions if one.stage_id == stage.id]
        lines = [pick(stage.guidance_en, stage.guidance_de)]
        lines += [f"? {one.text}" + (" *" if one.required else "") for one in asked]
        if leaving:
            lines.append(_("Before it leaves: {what}").format(what="; ".join(leaving)))
        blocks.append(Prose("\n".join(filter(None, lines)), f"{stage.position} {stage.name}"))
        data.append(
            {
                **{column.key: getattr(stage, column.key) for column in STAGES},
                "guidance": lines[0],
                "exit": leaving,
                "questions": [
                    {name: getattr(one, name) for name in ("key", "text", "kind", "required")}
                    for one in asked
                ],
            }
        )
    return Page(blocks, ProcessData(found.key, found.name, data)._asdict(), listing)


@gives((), data=("key", *_PUT))
@examples("funnel process add mine.toml", "funnel process add mine.toml --dry-run")
def add(file: File) -> Changed:
    """Add or change a process."""
    call = current()
    process = reading.read_file(file)
    with call.open() as conn:
        with call.change(conn):
            result = processes.put(conn, process)
        text = (
            _("Process {key}: {n} stages")
            if result.created or call.as_it_was
            else _("Process {key} changed: {n} stages")
        )
        lines = [unless_same(call, text.format(key=process.key, n=len(process.stages)))]
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


@examples("funnel process export cycle > mine.toml")
def export(process: Key = None) -> Text:
    """Print a process as TOML."""
    from funnelcli.processes.writing import to_toml

    with current().read() as conn:
        process_id = naming.process_id(conn, process or config.get("process"))
        return Text(to_toml(conn, process_id))


@examples("funnel process check mine.toml")
def check(file: File) -> Text:
    """Check a process file."""
    process = reading.read_file(file)
    return Text(
        _("{file} is sound: {key}, {n} stages.").format(
            file=file, key=process.key, n=len(process.stages)
        )
        + "\n"
    )


@gives((), data=LINES)
@examples("funnel process remove mine")
def remove(
    process: Annotated[str, typer.Argument(metavar="PROCESS", help=N_("Its key."))],
) -> Changed:
    """Remove a process."""
    call = current()
    with call.open() as conn, call.change(conn):
        storing.remove(conn, process)
    return Changed([_("Removed the process {key}").format(key=process)])
