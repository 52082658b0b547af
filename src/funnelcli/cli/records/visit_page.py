"""A visit's report to read and to print."""

from __future__ import annotations

import sqlite3
from typing import Annotated

import typer

from funnelcli.cli.commands import examples
from funnelcli.cli.invocation import current
from funnelcli.cli.records.visit_fields import shown
from funnelcli.i18n import N_, _
from funnelcli.nouns.step import STEP, Step
from funnelcli.nouns.visit import TEXTS, VISIT, Visit
from funnelcli.queries.lists import one, some
from funnelcli.render import Block, Facts, Listing, Page, Prose

# What a person does not read in a report.
_HIDDEN = ("contact_id", "deal_id", "happened_at", "expenses_currency", "recorded_at", "public_id")
_FACTS = tuple(c for c in VISIT.columns[1:] if c.key not in _HIDDEN and c.key not in TEXTS)
_STEPS = tuple(column for column in STEP.columns if column.key in ("id", "due", "what", "status"))


def _title(visit: Visit) -> str:
    return _("{contact}, {day}").format(contact=visit.contact or visit.deal, day=visit.happened_on)


def _steps(conn: sqlite3.Connection, visit_id: int) -> list[Step]:
    return list(
        some(
            conn,
            STEP,
            {"id": visit_id},
            where="n.visit_id = :id",
            order="n.due IS NULL, n.due, n.id",
        )
    )


def report(visit: Visit, steps: list[Step], title: str) -> list[Block]:
    """The report: facts, a part for each text, and the next steps made at the visit."""
    titles = {column.key: column.title for column in VISIT.columns}
    pairs = [(_(column.title), shown(visit, column.key)) for column in _FACTS]
    short = [name for name in TEXTS if _is_short(getattr(visit, name))]
    pairs += [(_(titles[name]), getattr(visit, name)) for name in short]
    blocks: list[Block] = [Facts(title, [pair for pair in pairs if pair[1]])]
    for name in TEXTS:
        text = getattr(visit, name)
        if text and name not in short:
            blocks.append(Prose(text, _(titles[name])))
    if steps:
        blocks.append(Listing(_STEPS, steps, title=_("Next steps")))
    return blocks


def _is_short(text: str | None) -> bool:
    """Whether a text is a line among the facts rather than a part of its own."""
    return bool(text) and len(text or "") <= 60 and "\n" not in (text or "")


@examples("funnel visit show 5", "funnel visit show 5 --md", "funnel visit show mueller --json")
def show(
    visit: Annotated[
        str, typer.Argument(metavar="VISIT", help=N_("Its id, or words of the contact's name."))
    ],
) -> Page:
    """Show a report."""
    call = current()
    with call.read() as conn:
        found = one(conn, VISIT, call.find(conn, VISIT, visit, write=False))
        steps = _steps(conn, found.id)
    data = found.data()
    data["steps"] = Listing(STEP.columns, steps)
    return Page(report(found, steps, _title(found)), data, Listing(VISIT.columns, [found]))


@examples(
    "funnel visit print 5 > report.md",
    "funnel visit print 5 -o report.html",
    "funnel visit print 5 7 9 --html -o week.html",
)
def print_(
    visit: Annotated[
        list[str], typer.Argument(metavar="VISIT...", help=N_("Ids, or words of names."))
    ],
) -> Page:
    """Print reports as a document."""
    call = current()
    blocks: list[Block] = []
    with call.read() as conn:
        ids = [call.find(conn, VISIT, text, write=False) for text in visit]
        found = [one(conn, VISIT, visit_id) for visit_id in dict.fromkeys(ids)]
        for single in found:
            title = _("Visit report: {visit}").format(visit=_title(single))
            blocks += report(single, _steps(conn, single.id), title)
    if call.output.format is None and call.output.path in (None, "-"):
        call.output.format = "md"
    return Page(blocks, Listing(VISIT.columns, found), Listing(VISIT.columns, found))
