"""The stage before the first deal: what one sells, at what price, to whom, and what was answered to
its questions about one's own business."""

from __future__ import annotations

import sqlite3

from funnelcli import config
from funnelcli.actions import answers, criteria, standing
from funnelcli.errors import NotFound, Refused
from funnelcli.i18n import _, pick
from funnelcli.nouns.rules import BEFORE_DEALS
from funnelcli.plain import NamedTuple
from funnelcli.processes import questionnaires
from funnelcli.values import dates, daytext
from funnelcli.values.choosing import plain

_STAGES = (
    "SELECT s.id, s.key, s.name_en, s.name_de FROM stage AS s JOIN process AS p"
    f" ON p.id = s.process_id WHERE {BEFORE_DEALS}"
    " ORDER BY p.key <> ?, p.id, s.position"
)


COMMANDS = {
    "product_on_file": criteria.COMMANDS["product_on_file"],
    "questions_answered": "funnel business ask",
}
"""The exit criteria that ask for nothing of a deal, and what to type so that one is met."""


class Own(NamedTuple):
    """What of one's own is on file: products, those of them with a price today, and the questions
    of the target profile."""

    products: int
    priced: int
    profile: int


def stage_named(conn: sqlite3.Connection, text: str) -> int | None:
    """The stage before the first deal that ``text`` is the whole name of, by key or in either
    language; of the usual process first."""
    wanted = plain(text)
    for stage_id, *names in conn.execute(_STAGES, (config.get("process"),)):
        if wanted in map(plain, names):
            return int(stage_id)
    return None


def first_stage(conn: sqlite3.Connection) -> int:
    """The stage before the first deal, of the usual process or else of the first that has one.

    Raises NotFound where no process has any.
    """
    found = conn.execute(_STAGES, (config.get("process"),)).fetchone()
    if found is None:
        raise NotFound(
            _("No process has a stage before the first deal."),
            _("It is one of the phase preparation and the kind outside: funnel process export."),
        )
    return int(found[0])


def own(conn: sqlite3.Connection) -> Own:
    """What is on file of one's own range, prices and target profile."""
    products, priced = conn.execute(
        "SELECT count(*), coalesce(sum(EXISTS (SELECT 1 FROM product_price AS r"
        " WHERE r.product_id = p.id AND r.valid_from <= ?)), 0) FROM product AS p",
        (dates.today().isoformat(),),
    ).fetchone()
    profile = questionnaires.read(conn, questionnaires.PROFILE).questions
    return Own(products, priced, len(profile))


def fulfilled(conn: sqlite3.Connection, stage_id: int) -> list[criteria.Criterion]:
    """The exit criteria of a stage that ask for nothing of a deal."""
    return [one for one in criteria.evaluate(conn, None, stage_id) if one.key in COMMANDS]


def put(conn: sqlite3.Connection, sheet: answers.Sheet, key: str, at: int, answer: str) -> bool:
    """Record what was answered to a question at ``at``, as :func:`answers.normal` gives it; whether
    that says anything new.

    Raises NotFound for an unknown question, Usage for an instant to come, Refused for one before
    the answer that holds.
    """
    question = sheet.question(key)
    standing.check_instant(at)
    before = answers.given_of_business(conn, sheet).get(question.key)
    if before is not None:
        if before.answer == answer:
            return False
        if at < before.answered_at:
            raise Refused(
                _("{key} was answered on {day}, which is later.").format(
                    key=question.key, day=daytext.day(dates.local_date(before.answered_at))
                ),
                _("Give a later time with --at."),
            )
    conn.execute(
        "INSERT INTO business_answer (stage_id, key, question, answer, answered_at, recorded_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (sheet.stage_id, question.key, question.text, answer, at, dates.now()),
    )
    return True


def guidance(conn: sqlite3.Connection, stage_id: int) -> str:
    """What a stage tells, in the language spoken now."""
    texts = conn.execute(
        "SELECT guidance_en, guidance_de FROM stage WHERE id = ?", (stage_id,)
    ).fetchone()
    return pick(*texts)
