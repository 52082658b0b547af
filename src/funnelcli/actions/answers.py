"""What was asked about a deal, and what was answered: a stage's own questions, a questionnaire's.

An answer keeps the question as it was asked, so that it can be read when the question is long
gone. Nothing is overwritten: a later answer to the same question stands beside the earlier one,
and the latest holds.
"""

from __future__ import annotations

import json
import sqlite3

from funnelcli.actions import standing
from funnelcli.errors import NotFound, Refused, Usage
from funnelcli.i18n import _, pick
from funnelcli.patterns import regex
from funnelcli.plain import NamedTuple
from funnelcli.processes.questionnaires import MOST_SCORE
from funnelcli.values import dates, daytext
from funnelcli.values.choosing import named
from funnelcli.values.yesno import yes_or_no

_NUMBER = regex(r"[+-]?\d+(?:[.,]\d+)?", "a")


class Question(NamedTuple):
    """A question that can be put about a deal; ``scored`` where it takes a score from 0 to 5."""

    key: str
    text_en: str
    text_de: str
    kind: str
    choices: tuple[str, ...]
    required: bool
    weight: int
    scored: bool

    @property
    def text(self) -> str:
        """The question in the language spoken now."""
        return pick(self.text_en, self.text_de)


class Sheet(NamedTuple):
    """The questions of a stage (``stage_id``), or of a version of a questionnaire."""

    key: str
    name_en: str
    name_de: str
    stage_id: int | None
    version: int | None
    questions: tuple[Question, ...]

    @property
    def name(self) -> str:
        """The name of the stage or questionnaire in the language spoken now."""
        return pick(self.name_en, self.name_de)

    def question(self, key: str) -> Question:
        """The question of that key, or of a part of its key or wording that no other has. Raises
        NotFound with those that there are, Usage with those that it may be."""
        found = named(((each.key, each.text_en, each.text_de) for each in self.questions), key)
        for question in self.questions:
            if question.key == found:
                return question
        raise NotFound(
            _("{name} has no question {key}.").format(name=self.name, key=key),
            _("Its questions are: {keys}.").format(
                keys=", ".join(f"{each.key} ({each.text})" for each in self.questions)
            )
            if self.questions
            else _("It asks nothing."),
        )


class Given(NamedTuple):
    """An answer that holds, with the score (0 to 5) and the evidence for it."""

    answer: str | None
    score: int | None
    evidence: str | None
    answered_at: int


def stage_sheet(conn: sqlite3.Connection, stage_id: int) -> Sheet:
    """The questions of a stage. Raises NotFound."""
    row = conn.execute(
        "SELECT key, name_en, name_de FROM stage WHERE id = ?", (stage_id,)
    ).fetchone()
    if row is None:
        raise NotFound(
            _("There is no stage {name}.").format(name=stage_id),
            _("`funnel process show` lists the stages with their phases."),
        )
    key, name_en, name_de = row
    rows = conn.execute(
        "SELECT key, text_en, text_de, kind, choices, required FROM stage_question"
        " WHERE stage_id = ? ORDER BY position",
        (stage_id,),
    )
    questions = tuple(
        Question(row[0], row[1], row[2], row[3], tuple(json.loads(row[4])), bool(row[5]), 1, False)
        for row in rows
    )
    return Sheet(key, name_en, name_de, stage_id, None, questions)


def questionnaire_sheet(conn: sqlite3.Connection, key: str, version: int | None = None) -> Sheet:
    """The questions of a questionnaire, the latest version without ``version``.

    Raises NotFound.
    """
    from funnelcli.processes import questionnaires

    found = questionnaires.read(conn, key, version)
    version = version or questionnaires.latest(conn, key)
    scored = found.kind != "needs"
    questions = tuple(
        Question(one.key, one.text_en, one.text_de, "text", (), one.required, one.weight, scored)
        for one in found.questions
    )
    return Sheet(key, found.name_en, found.name_de, None, version, questions)


def given(conn: sqlite3.Connection, deal_id: int, sheet: Sheet) -> dict[str, Given]:
    """The answers that hold, by the key of the question; those of earlier versions too. What was
    said of one's own business, before any deal, holds where nothing else was said of the deal."""
    return {**given_of_business(conn, sheet), **_given(conn, deal_id, sheet)}


def given_of_business(conn: sqlite3.Connection, sheet: Sheet) -> dict[str, Given]:
    """The answers about one's own business that hold, by the key of the question."""
    rows = conn.execute(
        "SELECT key, answer, answered_at FROM business_answer WHERE stage_id = ?"
        " ORDER BY answered_at, id",
        (sheet.stage_id,),
    )
    return {key: Given(answer, None, None, at) for key, answer, at in rows}


def _given(conn: sqlite3.Connection, deal_id: int, sheet: Sheet) -> dict[str, Given]:
    rows = conn.execute(
        "SELECT key, answer, score, evidence, answered_at FROM answer WHERE deal_id = ?"
        " AND CASE WHEN ? IS NULL THEN questionnaire = ? ELSE stage_id = ? END"
        " ORDER BY answered_at, id",
        (deal_id, sheet.stage_id, sheet.key, sheet.stage_id),
    )
    return {key: Given(*rest) for key, *rest in rows}


def missing(conn: sqlite3.Connection, deal_id: int, sheet: Sheet) -> list[Question]:
    """The questions that nobody has answered yet, the required ones first in their order."""
    answered = given(conn, deal_id, sheet)
    left = [question for question in sheet.questions if question.key not in answered]
    return sorted(left, key=lambda question: not question.required)


def put(
    conn: sqlite3.Connection,
    deal_id: int,
    sheet: Sheet,
    key: str,
    at: int,
    *,
    answer: str | None = None,
    score: int | None = None,
    evidence: str | None = None,
) -> bool:
    """Record what was answered to a question at ``at``; whether that says anything new.

    What is not given stays as it was answered before. ``answer`` is as :func:`normal` gives it.
    Raises NotFound for an unknown question; Usage for a score outside 0 to 5, evidence without
    an answer, an instant to come; Refused for one before the deal was opened.
    """
    question = sheet.question(key)
    if score is not None and not question.scored:
        raise Usage(
            _("The question {key} takes no score.").format(key=key),
            _("Give it with --answer {key}=TEXT.").format(key=key),
        )
    if score is not None and not 0 <= score <= MOST_SCORE:
        raise Usage(
            _("{value} is no score.").format(value=score),
            _("Write a whole number from 0 (not at all) to {most} (entirely).").format(
                most=MOST_SCORE
            ),
        )
    standing.check_opened(conn, deal_id, at)
    before = _given(conn, deal_id, sheet).get(key)
    if before is not None:
        answer = before.answer if answer is None else answer
        score = before.score if score is None else score
        evidence = before.evidence if evidence is None else evidence
        if (answer, score, evidence) == before[:3]:
            return False
        if at < before.answered_at:
            raise Refused(
                _("{key} was answered on {day}, which is later.").format(
                    key=key, day=daytext.day(dates.local_date(before.answered_at))
                ),
                _("Give a later time with --at."),
            )
    if answer is None and score is None:
        raise Usage(
            _("The evidence for {key} needs an answer or a score.").format(key=key),
            _("Give it with --answer {key}=TEXT.").format(key=key),
        )
    conn.execute(
        "INSERT INTO answer (deal_id, stage_id, questionnaire, version, key, question, answer,"
        " score, evidence, answered_at, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            deal_id,
            sheet.stage_id,
            None if sheet.version is None else sheet.key,
            sheet.version,
            key,
            question.text,
            answer,
            score,
            evidence,
            at,
            dates.now(),
        ),
    )
    return True


def normal(question: Question, text: str, *, currency: str, locale: str) -> str:
    """An answer as it is kept: a number with a point, an amount as "1250.00 EUR", a day as ISO,
    "yes" or "no", one of the choices, or the text.

    Raises Usage where it is none of these.
    """
    word = text.strip()
    if not word:
        raise Usage(
            _("The answer to {key} is empty.").format(key=question.key), _("Write some words.")
        )
    if question.kind == "number":
        return _number(question, word)
    if question.kind == "money":
        from funnelcli.values.money import parse_money
        from funnelcli.values.moneyformat import plain

        money = parse_money(word, currency=currency, locale=locale)
        return f"{plain(money.minor, money.currency)} {money.currency}"
    if question.kind == "date":
        return dates.parse_date(word).isoformat()
    if question.kind == "yesno":
        return _yes_or_no(question, word)
    if question.kind == "choice":
        return _choice(question, word)
    return word


def _number(question: Question, word: str) -> str:
    if not _NUMBER.fullmatch(word):
        raise Usage(
            _("{value} is no number, which {key} asks for.").format(value=word, key=question.key),
            _("Write digits, with a point or a comma before decimals: 1250.5."),
        )
    return word.replace(",", ".").removeprefix("+")


def _yes_or_no(question: Question, word: str) -> str:
    said = yes_or_no(word)
    if said is not None:
        return "yes" if said else "no"
    raise Usage(
        _("{key} asks for yes or no, not for {value}.").format(key=question.key, value=word),
        _("Write yes or no."),
    )


def _choice(question: Question, word: str) -> str:
    found = named(((choice, choice, choice) for choice in question.choices), word)
    if found is not None:
        return found
    raise Usage(
        _("{key} cannot be {value}.").format(key=question.key, value=word),
        _("Write one of: {keys}.").format(keys=", ".join(question.choices)),
    )


# A questionnaire on paper -----------------------------------------------------------------------

_MARK = regex(r"^<!-- funnel: (stage|questionnaire) ([a-z0-9_]+) -->$", "m")
_ENTRY = regex(r"^## .*\n+<!-- key: ([a-z0-9_]+) -->[ \t]*$", "m")


def to_markdown(sheet: Sheet, title: str, answered: dict[str, Given]) -> str:
    """The questions as a page to take along and fill in; :func:`from_markdown` reads it."""
    kind = "questionnaire" if sheet.stage_id is None else "stage"
    lines = [
        f"# {title}",
        "",
        f"<!-- funnel: {kind} {sheet.key} -->",
        "",
        _("Write each answer below its question. * marks what has to be answered."),
        "",
    ]
    for question in sheet.questions:
        how = hint(question)
        lines += [
            f"## {question.text}{' *' if question.required else ''}{f' ({how})' if how else ''}",
            "",
            f"<!-- key: {question.key} -->",
            "",
        ]
        before = answered.get(question.key)
        if before is not None and before.answer is not None:
            lines.append(before.answer)
        lines += ["", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def hint(question: Question) -> str:
    """What kind of answer a question asks for, in words; nothing for free text."""
    return {
        "number": _("a number"),
        "money": _("an amount"),
        "date": _("a day"),
        "yesno": _("yes or no"),
        "choice": " / ".join(question.choices),
    }.get(question.kind, "")


def from_markdown(text: str, sheet: Sheet, name: str) -> dict[str, str]:
    """The answers on a filled-in page, by key; what was left empty is left out.

    Raises Usage for a page of other questions, or with a question that is none of the sheet's.
    """
    text = text.replace("\r\n", "\n").removeprefix("\ufeff")
    kind = "questionnaire" if sheet.stage_id is None else "stage"
    mark = _MARK.search(text)
    if mark is None or mark.groups() != (kind, sheet.key):
        raise Usage(
            _("{file} is no page of the questions of {name}.").format(file=name, name=sheet.name),
            _("`funnel deal ask DEAL --blank` prints one; leave its <!-- lines --> as they are."),
        )
    entries = list(_ENTRY.finditer(text))
    found = {}
    for entry, after in zip(entries, [*entries[1:], None], strict=True):
        question = sheet.question(entry[1])
        said = text[entry.end() : None if after is None else after.start()].strip()
        if said:
            found[question.key] = said
    return found
