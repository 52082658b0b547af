"""What the stages of the sample pipeline have on record: a qualification, answers, milestones,
care."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from funnelcli.actions import answers, care, milestones, qualification
from funnelcli.i18n import _
from funnelcli.processes import questionnaires
from funnelcli.values import dates

_QUALIFIED = "Solar roof for hall 2"
_ASKED = "Workshop extension"
_DELIVERED = "Bakery oven on own power"


def fill(conn: sqlite3.Connection, deals: dict[str, int], ago: Callable[[int, int], int]) -> None:
    """Add it to the sample's ``deals`` (title to id); ``ago`` gives the instant so many days ago
    at an hour."""
    _qualify(conn, deals[_QUALIFIED], ago)
    _ask(conn, deals[_ASKED], ago)
    rows = conn.execute(
        "SELECT id, position FROM milestone WHERE deal_id = ?", (deals[_DELIVERED],)
    ).fetchall()
    for milestone_id, position in rows:
        milestones.done(conn, milestone_id, ago(38 - 3 * position, 11))
    (customer,) = conn.execute(
        "SELECT contact_id FROM deal WHERE id = ?", (deals[_DELIVERED],)
    ).fetchone()
    care.plan(conn, customer, "30d", dates.local_date(ago(20, 9)).isoformat())
    care.score(
        conn,
        customer,
        "nps",
        9,
        dates.local_date(ago(15, 9)).isoformat(),
        comment=_("Runs by itself."),
        deal_id=deals[_DELIVERED],
    )


def _qualify(conn: sqlite3.Connection, deal_id: int, ago: Callable[[int, int], int]) -> None:
    at = _opened(conn, deal_id, ago(1000, 9))
    framework = answers.questionnaire_sheet(conn, "bant")
    for key, text, score in (
        ("budget", _("Released for this year."), 5),
        ("authority", _("Mrs Brandt signs, the board agrees."), 4),
        ("need", _("Peak load is too expensive."), 5),
        ("timeline", _("Before the next winter."), 3),
    ):
        answers.put(conn, deal_id, framework, key, at, answer=text, score=score)
    profile = answers.questionnaire_sheet(conn, questionnaires.PROFILE)
    for key, score in (("industry", 5), ("size", 4), ("region", 5), ("need", 5), ("payment", 3)):
        answers.put(conn, deal_id, profile, key, at, score=score)
    fit = qualification.score(profile, answers.given(conn, deal_id, profile)).percent
    qualification.decide(conn, deal_id, "pursue", at, framework="bant", fit=fit)


def _ask(conn: sqlite3.Connection, deal_id: int, ago: Callable[[int, int], int]) -> None:
    """Answer the first question of the deal's stage; the others stay open."""
    (stage_id,) = conn.execute("SELECT stage_id FROM deal WHERE id = ?", (deal_id,)).fetchone()
    sheet = answers.stage_sheet(conn, stage_id)
    at = _opened(conn, deal_id, ago(1, 11))
    answers.put(
        conn, deal_id, sheet, sheet.questions[0].key, at, answer=_("As in the old workshop.")
    )


def _opened(conn: sqlite3.Connection, deal_id: int, at: int) -> int:
    """``at``, or when the deal was opened where that was later."""
    (opened_at,) = conn.execute("SELECT opened_at FROM deal WHERE id = ?", (deal_id,)).fetchone()
    return max(at, int(opened_at))
