"""The place of one's own business, before any deal: what it tells, what is on file, what is
answered, what is missing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from funnelcli.actions import answers, business
from funnelcli.i18n import _, ngettext
from funnelcli.nouns.placeholders import placeholder
from funnelcli.nouns.printed import Printed
from funnelcli.pages.answers import OPEN_QUESTIONS, QUESTIONS, Row, rows_of
from funnelcli.pages.criteria import CRITERIA
from funnelcli.plain import NamedTuple
from funnelcli.render import Block, Facts, Listing, Page, Prose
from funnelcli.typed import Any

ANSWERED = tuple(column for column in QUESTIONS if column.key not in ("required",))


class Business(NamedTuple):
    """What ``--json`` prints of one's own business."""

    stage: str
    stage_name: str
    guidance: str
    criteria: Listing
    products: int
    priced: int
    profile: int
    questions: list[dict[str, Any]]
    missing: list[str]
    next: list[str]


PRINTED = Printed(data=Business._fields, parts=True)


def business_page(conn: sqlite3.Connection, stage_id: int) -> Page:
    """A stage before the first deal with what it tells, wants and asks, and what to type next."""
    sheet = answers.stage_sheet(conn, stage_id)
    rows = rows_of(sheet, answers.given_of_business(conn, sheet))
    wanted = [
        {
            "key": one.key,
            "text": one.text,
            "met": one.met,
            "manual": one.manual,
            "do": None if one.met else placeholder(business.COMMANDS[one.key]),
        }
        for one in business.fulfilled(conn, stage_id)
    ]
    own = business.own(conn)
    guidance = business.guidance(conn, stage_id)
    open_ones = [row for row in rows if row.answer is None]
    missing = [str(one["key"]) for one in wanted if not one["met"]]
    missing += [row.key for row in open_ones if row.required]
    commands = list(_next(own, wanted, open_ones))
    blocks: list[Block] = [
        Prose(
            guidance or _("This stage has no guidance."),
            title_of(sheet),
        ),
        Facts(_("On file"), _on_file(own)),
    ]
    if wanted:
        blocks.append(Listing(CRITERIA, wanted, title=_("Before the first deal")))
    if len(open_ones) < len(rows):
        said = [row for row in rows if row.answer is not None]
        blocks.append(Listing(ANSWERED, said, title=_("Answered")))
    if open_ones:
        blocks.append(Listing(OPEN_QUESTIONS, open_ones, title=_("Open questions")))
    blocks.append(Prose("\n".join(commands), _("What to do next")))
    data = Business(
        stage=sheet.key,
        stage_name=sheet.name,
        guidance=guidance,
        criteria=Listing(CRITERIA, wanted),
        products=own.products,
        priced=own.priced,
        profile=own.profile,
        questions=[row._asdict() for row in rows],
        missing=missing,
        next=commands,
    )
    return Page(blocks, data._asdict(), name="business")


def title_of(sheet: answers.Sheet) -> str:
    """What heads the stage where it is about one's own business."""
    return _("{stage} · your own business").format(stage=sheet.name)


def _on_file(own: business.Own) -> list[tuple[str, str]]:
    products = ngettext("{n} product", "{n} products", own.products).format(n=own.products)
    profile = ngettext("{n} question", "{n} questions", own.profile).format(n=own.profile)
    return [
        (_("Range"), products),
        (_("Prices"), _("{n} with a price").format(n=own.priced)),
        (_("Target profile"), profile),
    ]


def _next(own: business.Own, wanted: list[dict[str, Any]], open_ones: list[Row]) -> Iterator[str]:
    yield from (one["do"] for one in wanted if one["do"])
    if own.products > own.priced:
        yield placeholder("funnel product price PRODUCT AMOUNT")
    if not own.profile:
        yield placeholder('funnel profile set KEY "QUESTION" --weight 3')
    if open_ones:
        yield "funnel business ask"
    else:
        yield "funnel profile show"
        yield 'funnel deal add "..." --value ...'
