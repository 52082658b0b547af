"""One's own business before the first deal: its questions asked, answered, printed, read back."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import answers, business
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.day import interview
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import current
from funnelcli.cli.params import At
from funnelcli.errors import NotFound
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns.business_answer import BusinessAnswer
from funnelcli.nouns.types import FIRST_STAGE
from funnelcli.pages.answers import rows_of, still_open
from funnelcli.pages.business import PRINTED, business_page, title_of
from funnelcli.queries.business import answered
from funnelcli.render import Changed, Listing, Page, Text
from funnelcli.typed import Annotated

Stage = Annotated[
    str | None,
    Option("--stage", metavar=FIRST_STAGE, help=N_("Another stage before the first deal.")),
]


def _stage(conn: sqlite3.Connection, named: str | None) -> int:
    if named is None:
        return business.first_stage(conn)
    found = business.stage_named(conn, named)
    if found is None:
        raise NotFound(
            _("There is no stage {name} before the first deal.").format(name=named),
            _("`funnel process show` lists the stages with their phases."),
        )
    return found


@gives(PRINTED)
@examples("funnel business show", "funnel business --json")
def show(stage: Stage = None) -> Page:
    """Show what is on file."""
    call = current()
    with call.read() as conn:
        return business_page(conn, _stage(conn, stage))


@gives(PRINTED)
@examples(
    "funnel business ask",
    'funnel business ask --answer range="roofs and solar, 400 EUR a square metre"',
    "funnel business ask --blank --all -o business.md",
    "funnel business ask --read business.md",
)
def ask(
    answer: interview.Answer = None,
    stage: Stage = None,
    every: interview.Every = False,
    blank: interview.Blank = False,
    read: interview.ReadBack = None,
    at: At = None,
) -> Changed | tuple[Changed, int] | Page | Text:
    """Ask what is open."""
    call = current()
    interview.check_one(answer, blank, read)
    with call.open() as conn:
        stage_id = _stage(conn, stage)
        sheet = answers.stage_sheet(conn, stage_id)
        held = answers.given_of_business(conn, sheet)
        if blank:
            return Text(answers.to_markdown(sheet, title_of(sheet), held if every else {}))
        found = interview.stated(call, sheet, answer, read)
        broken_off = False
        if found is None:
            if not call.interactive or call.output.format is not None:
                return business_page(conn, stage_id)
            open_ones = [one for one in sheet.questions if every or one.key not in held]
            found, _whole, broken_off = interview.ask(call, sheet, open_ones)
            if broken_off and not found:
                raise KeyboardInterrupt
        instant = call.when(conn, at)
        with call.change(conn):
            changed = sum(
                business.put(conn, sheet, key, instant, entry.answer)
                for key, entry in found.items()
                if entry.answer is not None
            )
        rows = rows_of(sheet, answers.given_of_business(conn, sheet))
        text = ngettext("{name}: {n} answer", "{name}: {n} answers", changed)
        line = text.format(name=sheet.name, n=changed)
        open_still = [row for row in rows if row.required and row.answer is None]
        page = business_page(conn, stage_id)
        result = Changed([line, *still_open(open_still)], page.data)
        return interview.ended(result, broken_off=broken_off)


@gives(BusinessAnswer)
@examples("funnel business answers", "funnel business answers --history -o business.csv")
def answers_(
    history: Annotated[
        bool, Option("--history", help=N_("What was answered before, too."))
    ] = False,
) -> Listing:
    """What was answered."""
    call = current()
    with call.read() as conn:
        found = answered(conn, history=history)
    return Listing(
        BusinessAnswer.columns(),
        found,
        empty=_("No answers. `funnel business ask` asks the questions."),
    )
