"""A deal's qualification as it stands: the scores, the fit, the verdict."""

from __future__ import annotations

import sqlite3
from typing import Any

from funnelcli.actions import answers, qualification, standing
from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.pages.answers import QUESTIONS, answer_rows, sheet_data
from funnelcli.queries.deals import snoozed_until
from funnelcli.render import Block, Facts, Listing, Page, human
from funnelcli.values import dates

SCORED = tuple(
    column if column.key != "score" else column._replace(table=True, drop=0)
    for column in QUESTIONS
    if column.key not in ("required",)
)


def percent(value: int | None, locale: str) -> str:
    """A score in percent, a dash for none yet."""
    return "–" if value is None else human.percent(value, locale)


def qualification_data(
    conn: sqlite3.Connection, deal_id: int, sheets: qualification.Sheets
) -> dict[str, Any]:
    """The qualification as ``--json`` prints it."""
    rows = answer_rows(conn, deal_id, sheets.framework)
    data = sheet_data(deal_id, sheets.framework, rows)
    given = answers.given(conn, deal_id, sheets.framework)
    data["score"] = qualification.score(sheets.framework, given).percent
    fit = qualification.fit(conn, deal_id, sheets)
    data["fit"] = fit.percent
    data["fit_scored"] = fit.scored
    data["profile"] = sheet_data(
        deal_id, sheets.profile, answer_rows(conn, deal_id, sheets.profile)
    )
    verdict = qualification.standing(conn, deal_id)
    data["verdict"] = None if verdict is None else verdict._asdict()
    data["status"] = standing.state(conn, deal_id).status
    data["snoozed_until"] = snoozed_until(conn, deal_id)
    return data


def qualification_page(
    conn: sqlite3.Connection, deal_id: int, sheets: qualification.Sheets, locale: str
) -> Page:
    """The qualification as it stands."""
    title = standing.state(conn, deal_id).title
    data = qualification_data(conn, deal_id, sheets)
    verdict = qualification.standing(conn, deal_id)
    pairs = [
        (sheets.framework.name, percent(data["score"], locale)),
        (
            _("Fit"),
            _("{fit}, {n} of {all} scored").format(
                fit=percent(data["fit"], locale),
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
    return Page(blocks, data, Listing(SCORED, rows))


def _verdict(verdict: qualification.Verdict) -> str:
    """A verdict on a line."""
    day = dates.local_date(verdict.decided_at).isoformat()
    text = f"{words.read(words.VERDICT, verdict.verdict)} ({day})"
    return f"{text}: {verdict.reason}" if verdict.reason else text
