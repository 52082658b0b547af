"""Questions of a stage: asked, answered, printed to take along, read back in."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import answers, standing
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.day import interview
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import current
from funnelcli.cli.params import At, DealRef
from funnelcli.cli.results import unchanged
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import naming
from funnelcli.nouns.deal import DEAL
from funnelcli.pages.answers import (
    ANSWERS,
    OPEN_QUESTIONS,
    PRINTED,
    QUESTIONS,
    answer_rows,
    sheet_data,
    still_open,
)
from funnelcli.processes import questionnaires
from funnelcli.queries.answers import of_deal
from funnelcli.render import Changed, Listing, Page, Text
from funnelcli.typed import Annotated


def _sheet(
    conn: sqlite3.Connection, deal_id: int, stage: str | None, questionnaire: str | None
) -> answers.Sheet:
    if questionnaire is not None:
        if stage is not None:
            raise Usage(
                _("--stage and --questionnaire cannot both be."), _("Choose one of the two.")
            )
        return answers.questionnaire_sheet(conn, questionnaires.find(conn, questionnaire))
    deal = standing.state(conn, deal_id)
    stage_id = deal.stage_id if stage is None else naming.stage_id(conn, deal.process_id, stage)
    return answers.stage_sheet(conn, stage_id)


@gives(PRINTED)
@examples(
    "funnel deal ask 12",
    'funnel deal ask 12 --answer main_problem="the presses stand still" --answer decider=Roth',
    "funnel deal ask 12 --blank -o questions.md",
    "funnel deal ask 12 --read questions.md --at yesterday",
)
def ask(
    deal: DealRef,
    answer: interview.Answer = None,
    stage: Annotated[
        str | None,
        Option("--stage", metavar="STAGE", help=N_("Another stage than the deal is in.")),
    ] = None,
    questionnaire: Annotated[
        str | None,
        Option("--questionnaire", metavar="QUESTIONNAIRE", help=N_("A questionnaire of your own.")),
    ] = None,
    every: interview.Every = False,
    blank: interview.Blank = False,
    read: interview.ReadBack = None,
    at: At = None,
) -> Changed | tuple[Changed, int] | Page | Text:
    """Ask what is open."""
    call = current()
    interview.check_one(answer, blank, read)
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal, write=not blank)
        title = standing.state(conn, deal_id).title
        sheet = _sheet(conn, deal_id, stage, questionnaire)
        if blank:
            held = answers.given(conn, deal_id, sheet) if every else {}
            return Text(answers.to_markdown(sheet, f"{sheet.name} · {title}", held))
        found = interview.stated(call, sheet, answer, read)
        broken_off = False
        if found is None:
            if not call.interactive or call.output.format is not None:
                return _questions(conn, deal_id, sheet, title, every=every)
            questions = list(sheet.questions)
            if not every:
                questions = answers.missing(conn, deal_id, sheet)
            found, _whole, broken_off = interview.ask(call, sheet, questions)
            if broken_off and not found:
                raise KeyboardInterrupt
        instant = call.when(conn, at)
        with call.change(conn):
            changed = interview.put(conn, deal_id, sheet, found, instant)
        result = _result(conn, deal_id, sheet, title, changed)
        return interview.ended(result, broken_off=broken_off)


def _questions(
    conn: sqlite3.Connection, deal_id: int, sheet: answers.Sheet, title: str, *, every: bool
) -> Page:
    """The open questions, where nobody can be asked."""
    rows = answer_rows(conn, deal_id, sheet)
    shown = [row for row in rows if every or (row.answer is None and row.score is None)]
    columns = QUESTIONS if every else OPEN_QUESTIONS
    empty = _("No question is open.") if sheet.questions else _("This stage asks nothing.")
    block = Listing(columns, shown, title=f"{sheet.name} · {title}", empty=empty)
    data = sheet_data(deal_id, sheet, shown)._asdict()
    return Page([block], data, Listing(QUESTIONS, shown))


def _result(
    conn: sqlite3.Connection, deal_id: int, sheet: answers.Sheet, title: str, changed: int
) -> Changed:
    rows = answer_rows(conn, deal_id, sheet)
    record = sheet_data(deal_id, sheet, rows)
    text = ngettext(
        "{title}: {n} answer to {name}", "{title}: {n} answers to {name}", changed
    ).format(title=title, n=changed, name=sheet.name)
    if not changed:
        text = unchanged(title)
    open_still = [row for row in rows if row.key in record.missing]
    return Changed([text, *still_open(open_still)], record._asdict(), id=deal_id)


@gives(ANSWERS)
@examples("funnel deal answers 12", "funnel deal answers mueller --history --json")
def answers_(
    deal: DealRef,
    history: Annotated[
        bool, Option("--history", help=N_("What was answered before, too."))
    ] = False,
) -> Listing:
    """What was answered."""
    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal, write=False)
        found = of_deal(conn, deal_id, history=history)
    return Listing(
        ANSWERS, found, empty=_("No answers. `funnel deal ask DEAL` asks the stage's questions.")
    )
