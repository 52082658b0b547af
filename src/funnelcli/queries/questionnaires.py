"""Questionnaires as they are listed."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import pick
from funnelcli.plain import NamedTuple


class Questionnaire(NamedTuple):
    """A questionnaire in its latest version; ``name`` in the language spoken now, ``answers`` to
    all its versions."""

    key: str
    version: int
    kind: str
    name: str
    questions: int
    answers: int


def latest(conn: sqlite3.Connection) -> list[Questionnaire]:
    """The latest version of each questionnaire, the target profile last."""
    rows = conn.execute(
        "SELECT q.key, q.version, q.kind, q.name_en, q.name_de,"
        " (SELECT count(*) FROM questionnaire_question AS x WHERE x.questionnaire_id = q.id),"
        " (SELECT count(*) FROM answer AS a WHERE a.questionnaire = q.key)"
        " FROM questionnaire AS q WHERE q.version = (SELECT max(version) FROM questionnaire"
        " WHERE key = q.key) ORDER BY q.kind = 'profile', q.kind DESC, q.id"
    )
    return [
        Questionnaire(key, version, kind, pick(name_en, name_de), questions, answers)
        for key, version, kind, name_en, name_de, questions, answers in rows
    ]
