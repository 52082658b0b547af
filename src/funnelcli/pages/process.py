"""A process's page: its stages, and what each tells, asks and wants before it is left."""

from __future__ import annotations

import sqlite3
from typing import Any, NamedTuple

from funnelcli.i18n import _
from funnelcli.nouns.process import Stage
from funnelcli.queries import processes as stored
from funnelcli.render import Block, Facts, Listing, Page, Prose


class ProcessData(NamedTuple):
    """What ``--json`` prints of a process."""

    key: str
    name: str
    stages: list[dict[str, Any]]


def process_page(conn: sqlite3.Connection, process_id: int) -> Page:
    """A process that exists, with its stages in their order."""
    process = stored.process(conn, process_id)
    exits = stored.exits(conn, process_id)
    questions = stored.questions(conn, process_id)
    listing = Listing(Stage.columns(), stored.stages(conn, process_id))
    blocks: list[Block] = [
        Facts(process.name, [(_("Key"), process.key), (_("For"), process.description)]),
        listing,
    ]
    data = []
    for stage in listing.rows:
        leaving = [one.text for one in exits if one.stage_id == stage.id]
        asked = [one for one in questions if one.stage_id == stage.id]
        lines = [stage.guidance]
        lines += [f"? {one.text}" + (" *" if one.required else "") for one in asked]
        if leaving:
            lines.append(_("Before it leaves: {what}").format(what="; ".join(leaving)))
        blocks.append(Prose("\n".join(filter(None, lines)), f"{stage.position} {stage.name}"))
        data.append(
            {
                **stage.data(),
                "guidance": stage.guidance,
                "exit": leaving,
                "questions": [
                    {name: getattr(one, name) for name in ("key", "text", "kind", "required")}
                    for one in asked
                ],
            }
        )
    return Page(blocks, ProcessData(process.key, process.name, data)._asdict(), listing)
