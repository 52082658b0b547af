"""What to do in a deal's stage: its guidance, what is missing, what is not asked yet."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any

import typer

from funnelcli.actions import answers, criteria, standing
from funnelcli.cli.columns import STEPS
from funnelcli.cli.commands import examples
from funnelcli.cli.day import interview
from funnelcli.cli.invocation import current
from funnelcli.cli.params import At, DealRef
from funnelcli.i18n import N_, _, pick
from funnelcli.nouns import naming
from funnelcli.queries import lists, records
from funnelcli.render import Block, Changed, Column, Listing, Page, Prose

CRITERIA: tuple[Column, ...] = (
    Column(
        "met",
        "Standing",
        "flag",
        shown=lambda one: _("fulfilled") if one["met"] else _("open"),
        style=lambda one: "good" if one["met"] else "warn",
    ),
    Column("key", "Key", drop=2),
    Column("text", "What should be on record", flex=True),
    Column("manual", "By hand", "flag", table=False),
    Column("do", "Do", drop=1, style=lambda one: "dim"),
)


def criteria_rows(conn: sqlite3.Connection, deal_id: int, stage_id: int) -> list[dict[str, Any]]:
    """The exit criteria of a stage as they are listed, with what to type for the open ones."""
    return [
        {
            "key": one.key,
            "text": one.text,
            "met": one.met,
            "manual": one.manual,
            "do": None if one.met else command(deal_id, one.key),
        }
        for one in criteria.evaluate(conn, deal_id, stage_id)
    ]


def command(deal_id: int, key: str) -> str:
    """What to type so that a criterion is met."""
    known = criteria.COMMANDS.get(key, "funnel deal tick {id} " + key)
    return known.format(id=deal_id)


@examples("funnel guide 12", "funnel guide mueller --json")
def guide(deal: DealRef) -> Page:
    """What to do with a deal now."""
    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, naming.DEAL, deal, write=False)
        state = standing.state(conn, deal_id)
        guidance = pick(
            *conn.execute(
                "SELECT guidance_en, guidance_de FROM stage WHERE id = ?", (state.stage_id,)
            ).fetchone()
        )
        wanted = criteria_rows(conn, deal_id, state.stage_id)
        sheet = answers.stage_sheet(conn, state.stage_id)
        rows = interview.rows(conn, deal_id, sheet)
        steps = lists.open_steps(conn, deal_id)
        commands = _next(conn, state, wanted, steps)
    unanswered = [row for row in rows if row.answer is None and row.score is None]
    blocks: list[Block] = [
        Prose(guidance or _("This stage has no guidance."), f"{state.stage} · {state.title}")
    ]
    if wanted:
        blocks.append(
            Listing(CRITERIA, wanted, title=_("Before it leaves {stage}").format(stage=state.stage))
        )
    if unanswered:
        blocks.append(Listing(interview.OPEN_QUESTIONS, unanswered, title=_("Open questions")))
    if steps:
        short = [column for column in STEPS if column.key in ("id", "due", "what")]
        blocks.append(Listing(short, steps, title=_("Next steps")))
    blocks.append(Prose("\n".join(commands), _("What to do next")))
    data = {
        "deal_id": deal_id,
        "title": state.title,
        "process": state.process,
        "stage_name": state.stage,
        "status": state.status,
        "guidance": guidance,
        "criteria": Listing(CRITERIA, wanted),
        "questions": interview.data(deal_id, sheet, rows)["questions"],
        "steps": Listing(STEPS, steps),
        "next": commands,
    }
    return Page(blocks, data, None)


def _next(
    conn: sqlite3.Connection,
    deal: standing.DealState,
    wanted: list[dict[str, Any]],
    steps: list[records.Step],
) -> list[str]:
    """What to type next, the most urgent first."""
    commands = list(dict.fromkeys(one["do"] for one in wanted if not one["met"]))
    if deal.status == "lost":
        commands = []
    if not commands:
        row = conn.execute(
            "SELECT kind FROM stage WHERE process_id = ? AND position > ? AND (kind = 'outside'"
            " OR ? <> 'lost') ORDER BY position LIMIT 1",
            (deal.process_id, deal.position, deal.status),
        ).fetchone()
        ahead = None if row is None else row[0]
        if ahead == "won" and deal.status == "open":
            commands.append(f"funnel win {deal.id}")
        elif ahead == "outside":
            commands.append(f'funnel farewell {deal.id} --personal-contact "..."')
        elif ahead is not None:
            commands.append(f"funnel advance {deal.id}")
        elif deal.status == "won":
            commands.append(f"funnel deal renew {deal.id}")
        else:
            commands.append(f"funnel reopen {deal.id}")
    if not steps and deal.status == "open":
        commands.append(f'funnel next {deal.id} "..." --due fri')
    return commands


@examples(
    "funnel deal tick 12 site_visited",
    'funnel deal tick 12 board_agreed --note "by phone" --at yesterday',
    "funnel deal tick 12 site_visited --clear",
)
def tick(
    deal: DealRef,
    key: Annotated[str, typer.Argument(metavar="CRITERION", help=N_("The criterion's key."))],
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help=N_("A note."))] = None,
    clear: Annotated[bool, typer.Option("--clear", help=N_("Take the tick back."))] = False,
    at: At = None,
) -> Changed:
    """Tick an exit criterion of your own."""
    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, naming.DEAL, deal)
        with call.change(conn):
            if clear:
                found = criteria.untick(conn, deal_id, key)
            else:
                found = criteria.tick(conn, deal_id, key, call.when(conn, at), note=note)
        title = standing.state(conn, deal_id).title
        text = _("{title}: no longer ticked: {what}") if clear else _("{title}: ticked: {what}")
        record = {"deal_id": deal_id, **found._asdict()}
        return Changed([text.format(title=title, what=found.text)], record, id=deal_id)
