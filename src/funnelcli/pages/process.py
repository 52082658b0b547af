"""A process's page: its stages, and what each tells, asks and wants before it is left."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.nouns.process import Process, Stage
from funnelcli.plain import NamedTuple
from funnelcli.queries import processes as stored
from funnelcli.render import Block, Facts, Listing, Page, Prose
from funnelcli.typed import Any
from funnelcli.values import spans


class ProcessData(NamedTuple):
    """What ``--json`` prints of a process."""

    key: str
    name: str
    withdrawal_days: int | None
    withdrawal_begins: str
    withdrawal_uninstructed_months: int | None
    withdrawal_holidays: str | None
    stages: list[dict[str, Any]]


def process_page(conn: sqlite3.Connection, process_id: int) -> Page:
    """A process that exists, with its stages in their order."""
    process = stored.process(conn, process_id)
    exits = stored.exits(conn, process_id)
    questions = stored.questions(conn, process_id)
    listing = Listing(Stage.columns(), stored.stages(conn, process_id))
    facts = [
        (_("Key"), process.key),
        (_("For"), process.description),
        (_("Right of withdrawal"), withdrawal_rule(process)),
    ]
    blocks: list[Block] = [
        Facts(process.name, [pair for pair in facts if pair[1]]),
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
    whole = ProcessData(
        process.key,
        process.name,
        process.withdrawal_days,
        process.withdrawal_begins,
        process.withdrawal_uninstructed_months,
        process.withdrawal_holidays,
        data,
    )
    return Page(blocks, whole._asdict(), name="process")


def withdrawal_rule(process: Process) -> str:
    """A process's right of withdrawal in words; "" where a win is final."""
    if process.withdrawal_days is None:
        return ""
    begins = words.read(words.WITHDRAWAL_BEGIN, process.withdrawal_begins)
    days = spans.in_words(f"{process.withdrawal_days}d")
    parts = [_("{span} from {event}").format(span=days, event=begins)]
    if process.withdrawal_uninstructed_months is not None:
        months = spans.in_words(f"{process.withdrawal_uninstructed_months}m")
        parts.append(_("{span} more without an instruction").format(span=months))
    if process.withdrawal_holidays is not None:
        text = _("an end on no working day is carried over (holidays of {country})")
        parts.append(text.format(country=process.withdrawal_holidays))
    return "; ".join(parts)
