"""A deal's qualification as it stands: the scores, the fit, the verdict."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import answers, qualification, standing
from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.nouns.printed import Printed
from funnelcli.pages.answers import QUESTIONS, SheetData, answer_rows, sheet_data
from funnelcli.plain import NamedTuple
from funnelcli.queries.deals import snoozed_until
from funnelcli.render import Block, Facts, Listing, Page, human
from funnelcli.typed import Any
from funnelcli.values import dates, daytext, reader

SCORED = tuple(
    column if column.key != "score" else column._replace(table=True, drop=0)
    for column in QUESTIONS
    if column.key not in ("required",)
)


class Standing(NamedTuple):
    """What ``--json`` prints of a qualification beside the sheet of its framework."""

    score: int | None
    fit: int | None
    fit_scored: int
    profile: dict[str, Any]
    verdict: dict[str, Any] | None
    status: str
    snoozed_until: str | None


PRINTED = Printed(data=SheetData._fields, more=Standing._fields, parts=True)


def percent(value: int | None) -> str:
    """A score in percent, a dash for none yet."""
    return "–" if value is None else human.percent(value, reader.locale())


def qualification_data(
    conn: sqlite3.Connection, deal_id: int, sheets: qualification.Sheets
) -> dict[str, Any]:
    """The qualification as ``--json`` prints it."""
    rows = answer_rows(conn, deal_id, sheets.framework)
    sheet = sheet_data(deal_id, sheets.framework, rows)
    given = answers.given(conn, deal_id, sheets.framework)
    fit = qualification.fit(conn, deal_id, sheets)
    profile = sheet_data(deal_id, sheets.profile, answer_rows(conn, deal_id, sheets.profile))
    verdict = qualification.standing(conn, deal_id)
    found = Standing(
        score=qualification.score(sheets.framework, given).percent,
        fit=fit.percent,
        fit_scored=fit.scored,
        profile=profile._asdict(),
        verdict=None if verdict is None else verdict._asdict(),
        status=standing.state(conn, deal_id).status,
        snoozed_until=snoozed_until(conn, deal_id),
    )
    return sheet._asdict() | found._asdict()


def qualification_page(
    conn: sqlite3.Connection, deal_id: int, sheets: qualification.Sheets
) -> Page:
    """The qualification as it stands."""
    title = standing.state(conn, deal_id).title
    data = qualification_data(conn, deal_id, sheets)
    verdict = qualification.standing(conn, deal_id)
    pairs = [
        (sheets.framework.name, percent(data["score"])),
        (
            _("Fit"),
            _("{fit}, {n} of {all} scored").format(
                fit=percent(data["fit"]),
                n=data["fit_scored"],
                all=len(sheets.profile.questions),
            ),
        ),
        (_("Verdict"), _verdict(verdict) if verdict else _("none yet")),
    ]
    rows = answer_rows(conn, deal_id, sheets.framework)
    blocks: list[Block] = [
        Facts(title, pairs),
        Listing(SCORED, rows, title=sheets.framework.name),
        Listing(SCORED, answer_rows(conn, deal_id, sheets.profile), title=sheets.profile.name),
    ]
    return Page(blocks, data, name="qualification")


def _verdict(verdict: qualification.Verdict) -> str:
    """A verdict on a line."""
    day = daytext.day(dates.local_date(verdict.decided_at))
    text = f"{words.read(words.VERDICT, verdict.verdict)} ({day})"
    return f"{text}: {verdict.reason}" if verdict.reason else text
