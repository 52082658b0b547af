"""Whether we want this customer: the score of a framework, the fit, the verdict."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from funnelcli.actions import answers, closing
from funnelcli.actions.standing import check_opened, closed, state
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.processes import questionnaires
from funnelcli.processes.questionnaires import MOST_SCORE
from funnelcli.values import dates, daytext
from funnelcli.values.rounding import half_up


class Score(NamedTuple):
    """How a questionnaire comes out: ``percent`` None until a question has a score."""

    percent: int | None
    scored: int
    questions: int


class Verdict(NamedTuple):
    """What was decided; ``fit`` as it stood then, in percent. ``decided_at`` in UTC seconds."""

    verdict: str
    reason: str | None
    framework: str | None
    fit: int | None
    decided_at: int


class Decided(NamedTuple):
    """A verdict that was recorded, and what it did: ``lost`` for drop, ``until`` for park."""

    verdict: str
    lost: closing.Lost | None
    until: str | None


class Sheets(NamedTuple):
    """What a deal is qualified by: the criteria of a framework, and the target profile."""

    framework: answers.Sheet
    profile: answers.Sheet


def score(sheet: answers.Sheet, given: Mapping[str, answers.Given]) -> Score:
    """The weighted mean of the scores in percent of the highest, rounded half up:
    100 * sum(weight * score) / (5 * sum(weight)), over the questions that have a score."""
    total = weights = scored = 0
    for question in sheet.questions:
        answer = given.get(question.key)
        if answer is not None and answer.score is not None:
            total += question.weight * answer.score
            weights += question.weight
            scored += 1
    if not weights:
        return Score(None, 0, len(sheet.questions))
    highest = MOST_SCORE * weights
    return Score(half_up(100 * total, highest), scored, len(sheet.questions))


def standing(conn: sqlite3.Connection, deal_id: int) -> Verdict | None:
    """The verdict that holds, None while there is none."""
    row = conn.execute(
        "SELECT verdict, reason, framework, fit, decided_at FROM verdict WHERE deal_id = ?"
        " ORDER BY decided_at DESC, id DESC LIMIT 1",
        (deal_id,),
    ).fetchone()
    return None if row is None else Verdict(*row)


def decide(
    conn: sqlite3.Connection,
    deal_id: int,
    verdict: str,
    at: int,
    *,
    reason: str | None = None,
    framework: str | None = None,
    fit: int | None = None,
    until: str | None = None,
    lost_reason: str = "poor_fit",
) -> Decided:
    """Give the verdict on an open deal at ``at``.

    "drop" loses the deal for ``lost_reason`` of the catalogue with ``reason`` as its note,
    "park" lets it rest until the plain date ``until``, "pursue" wakes it up. Raises Usage for a
    drop or a park without a reason and a park without a day to come; Refused for a closed deal.
    """
    deal = state(conn, deal_id)
    if deal.status != "open":
        raise closed(deal)
    check_opened(conn, deal_id, at)
    before = standing(conn, deal_id)
    if before is not None and at < before.decided_at:
        raise Refused(
            _("There is a verdict of {day}, which is later.").format(
                day=daytext.day(dates.local_date(before.decided_at))
            ),
            _("Give a later time with --at."),
        )
    words = (reason or "").strip() or None
    if verdict != "pursue" and words is None:
        raise Usage(_("To park or drop a deal needs a reason."), _("Give it with --reason."))
    if verdict == "park" and (until is None or until <= dates.today().isoformat()):
        raise Usage(
            _("A parked deal comes back on a day to come."), _("Give the day with --until.")
        )
    conn.execute(
        "INSERT INTO verdict (deal_id, verdict, reason, framework, fit, decided_at, recorded_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (deal_id, verdict, words, framework, fit, at, dates.now()),
    )
    if verdict == "drop":
        return Decided(verdict, closing.lose(conn, deal_id, at, lost_reason, note=words), None)
    conn.execute(
        "UPDATE deal SET snoozed_until = ? WHERE id = ?",
        (until if verdict == "park" else None, deal_id),
    )
    return Decided(verdict, None, until if verdict == "park" else None)


def sheets(conn: sqlite3.Connection, deal_id: int, framework: str | None) -> Sheets:
    """The framework that is named, else the one this deal was qualified by last, and the target
    profile. Raises NotFound, and Usage for a questionnaire that is no framework."""
    if framework is None:
        row = conn.execute(
            "SELECT a.questionnaire FROM answer AS a JOIN questionnaire AS q"
            " ON q.key = a.questionnaire AND q.kind = 'qualification'"
            " WHERE a.deal_id = ? ORDER BY a.id DESC LIMIT 1",
            (deal_id,),
        ).fetchone()
        key = questionnaires.DEFAULT if row is None else str(row[0])
    else:
        key = questionnaires.find(conn, framework)
        kind = questionnaires.read(conn, key).kind
        if kind != "qualification":
            raise Usage(
                _("{key} is a questionnaire of the kind {kind}.").format(key=key, kind=kind),
                _("`funnel questionnaire list` shows the frameworks of qualification."),
            )
    return Sheets(
        answers.questionnaire_sheet(conn, key),
        answers.questionnaire_sheet(conn, questionnaires.PROFILE),
    )


def fit(conn: sqlite3.Connection, deal_id: int, sheets: Sheets) -> Score:
    """How well a deal meets the target profile."""
    return score(sheets.profile, answers.given(conn, deal_id, sheets.profile))
