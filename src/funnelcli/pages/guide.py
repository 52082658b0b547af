"""What to do in a deal's stage: its guidance, what is missing, what is not asked yet."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import answers, standing
from funnelcli.i18n import _
from funnelcli.nouns.printed import Printed
from funnelcli.nouns.step import STEP
from funnelcli.pages.answers import OPEN_QUESTIONS, answer_rows, sheet_data
from funnelcli.pages.criteria import CRITERIA, criteria_rows
from funnelcli.pages.next_moves import Place, next_moves
from funnelcli.pages.withdrawal import receipt_command, withdrawal_text
from funnelcli.plain import NamedTuple
from funnelcli.queries import processes
from funnelcli.queries.steps import open_steps
from funnelcli.render import Block, Listing, Page, Prose
from funnelcli.typed import Any


class Guide(NamedTuple):
    """What ``--json`` prints of a deal's stage."""

    deal_id: int
    title: str
    process: str
    stage_name: str
    status: str
    guidance: str
    revocable_until: str | None
    criteria: Listing
    questions: list[dict[str, Any]]
    steps: Listing
    next: list[str]


PRINTED = Printed(data=Guide._fields, parts=True)


def guide_page(conn: sqlite3.Connection, deal_id: int) -> Page:
    """A deal's stage with what it tells, wants and asks, and what to type next."""
    state = standing.state(conn, deal_id)
    guidance = processes.script(conn, deal_id).guidance
    wanted = criteria_rows(conn, deal_id, state.stage_id)
    sheet = answers.stage_sheet(conn, state.stage_id)
    rows = answer_rows(conn, deal_id, sheet)
    steps = open_steps(conn, deal_id)
    place = Place(processes.kind_ahead(conn, deal_id), wanted, steps)
    commands = receipt_command(conn, deal_id) if state.status == "won" else []
    commands += next_moves(conn, state, place)
    unanswered = [row for row in rows if row.answer is None and row.score is None]
    blocks: list[Block] = [
        Prose(guidance or _("This stage has no guidance."), f"{state.stage} · {state.title}")
    ]
    if wanted:
        blocks.append(
            Listing(CRITERIA, wanted, title=_("Before it leaves {stage}").format(stage=state.stage))
        )
    if state.status == "won" and (until := withdrawal_text(conn, deal_id)):
        blocks.append(Prose(until, _("Revocable until")))
    if unanswered:
        blocks.append(Listing(OPEN_QUESTIONS, unanswered, title=_("Open questions")))
    if steps:
        short = [column for column in STEP.columns if column.key in ("id", "due", "what")]
        blocks.append(Listing(short, steps, title=_("Next steps")))
    blocks.append(Prose("\n".join(commands), _("What to do next")))
    data = Guide(
        deal_id=deal_id,
        title=state.title,
        process=state.process,
        stage_name=state.stage,
        status=state.status,
        guidance=guidance,
        revocable_until=state.revocable_until if state.status == "won" else None,
        criteria=Listing(CRITERIA, wanted),
        questions=sheet_data(deal_id, sheet, rows).questions,
        steps=Listing(STEP.columns, steps),
        next=commands,
    )
    return Page(blocks, data._asdict(), name="guide")
