"""Asking what a stage or a questionnaire asks: on a terminal, or as options say it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from funnelcli import config
from funnelcli.actions import answers
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import Invocation
from funnelcli.cli.system_words import told
from funnelcli.errors import INTERRUPTED, Usage
from funnelcli.i18n import N_, _
from funnelcli.plain import NamedTuple
from funnelcli.processes.questionnaires import MOST_SCORE
from funnelcli.render import Changed, message
from funnelcli.typed import Annotated
from funnelcli.values.whole import whole

Answer = Annotated[
    list[str] | None,
    Option(
        "--answer", metavar="KEY=TEXT", help=N_("An answer; may be repeated. KEY=- reads input.")
    ),
]
Every = Annotated[bool, Option("--all", help=N_("What is answered already, too."))]
Blank = Annotated[
    bool, Option("--blank", help=N_("Print the questions as Markdown, to take along."))
]
ReadBack = Annotated[
    str | None, Option("--read", metavar="FILE", help=N_("Read the answers off such a page."))
]
# What a person types to leave the rest for another time.
STOP = "."


class Entry(NamedTuple):
    """What was said to a question; None where nothing was."""

    answer: str | None = None
    score: int | None = None
    evidence: str | None = None


def check_one(answer: Sequence[str] | None, blank: bool, read: str | None) -> None:
    """Raises Usage where more than one of the ways to answer is asked for."""
    if blank + (read is not None) + (answer is not None) > 1:
        raise Usage(
            _("--answer, --blank and --read cannot be together."), _("Choose one of the three.")
        )


def pairs(given: Sequence[str] | None, option: str) -> list[tuple[str, str]]:
    """The keys and values of an option that is written KEY=VALUE. Raises Usage."""
    found = []
    for text in given or ():
        key, sign, value = text.partition("=")
        if not sign or not key.strip():
            raise Usage(
                _("{value} is not written KEY=VALUE.").format(value=text),
                _("Write it like {option} budget=TEXT.").format(option=option),
            )
        found.append((key.strip(), value.strip()))
    return found


def stated(
    call: Invocation, sheet: answers.Sheet, answer: Sequence[str] | None, read: str | None
) -> dict[str, Entry] | None:
    """What ``--answer``, or the page of ``--read``, says to the questions of a sheet, checked; None
    where neither is given. Raises NotFound, Usage, Failed."""
    if read is not None:
        from funnelcli.processes.reading import read_text

        said = list(answers.from_markdown(read_text(read), sheet, read).items())
    elif answer is not None:
        said = pairs(answer, "--answer")
    else:
        return None
    return entries(call, sheet, said=said)


def number(text: str, key: str) -> int:
    """A score as it is typed. Raises Usage."""
    score = whole(text)
    if score is None or score < 0:
        raise Usage(
            _("{value} is no score for {key}.").format(value=text, key=key),
            _("Write a whole number from 0 (not at all) to {most} (entirely).").format(
                most=MOST_SCORE
            ),
        )
    return score


def entries(
    call: Invocation,
    sheet: answers.Sheet,
    *,
    said: Sequence[tuple[str, str]] = (),
    scores: Sequence[tuple[str, str]] = (),
    evidence: Sequence[tuple[str, str]] = (),
) -> dict[str, Entry]:
    """What a script says to the questions of a sheet, checked. Raises NotFound, Usage."""
    found: dict[str, Entry] = {}
    for key, text in said:
        checked = _normal(call, sheet.question(key), call.long_text(text) or "")
        found[key] = found.get(key, Entry())._replace(answer=checked)
    for key, text in scores:
        sheet.question(key)
        found[key] = found.get(key, Entry())._replace(score=number(text, key))
    for key, text in evidence:
        sheet.question(key)
        found[key] = found.get(key, Entry())._replace(evidence=text)
    return found


def _normal(call: Invocation, question: answers.Question, text: str) -> str:
    return answers.normal(
        question, text, currency=config.get("currency"), locale=call.output.locale
    )


class Asked(NamedTuple):
    """What was said to questions, whether all were put, and whether they were broken off."""

    said: dict[str, Entry]
    whole: bool = True
    broken_off: bool = False


def ask(call: Invocation, sheet: answers.Sheet, questions: Sequence[answers.Question]) -> Asked:
    """Put the questions to the person at the terminal, one by one. Nothing said passes a question
    over, a full stop leaves the rest, and so does an interruption: what was said until then is kept
    (:func:`ended`)."""
    found: dict[str, Entry] = {}
    if not questions:
        return Asked(found)
    message(
        call.output,
        _("{name}: Enter passes a question over, {stop} leaves the rest for another time.").format(
            name=sheet.name, stop=STOP
        ),
    )
    try:
        for place, question in enumerate(questions, start=1):
            for entry in _ask_one(call, question, f"{place}/{len(questions)}"):
                if entry is None:
                    return Asked(found, whole=False)
                if entry != Entry():
                    found[question.key] = entry
    except KeyboardInterrupt:
        return Asked(found, whole=False, broken_off=True)
    return Asked(found)


def ended(result: Changed, *, broken_off: bool) -> Changed | tuple[Changed, int]:
    """What a command that asked hands back; of questions that were broken off it says what became
    of the answers, with the code of an interruption."""
    if not broken_off:
        return result
    result.lines.append(_("Interrupted; what was answered until then is stored."))
    return result, INTERRUPTED


def _ask_one(call: Invocation, question: answers.Question, place: str) -> Iterator[Entry | None]:
    """One question until it is answered as it asks to be: the answer, then the same with its score;
    None to leave the rest."""
    hint = answers.hint(question)
    text = (
        f"{place} {question.text}{f' ({hint})' if hint else ''}{' *' if question.required else ''}"
    )
    said: str | None = None
    while True:
        typed = call.ask(text)
        if typed == STOP:
            yield None
            return
        if not typed:
            break
        try:
            said = _normal(call, question, typed)
            break
        except Usage as error:
            message(call.output, told(error))
    yield Entry(said)
    while question.scored:
        typed = call.ask("  " + _("Score 0 to {most}?").format(most=MOST_SCORE))
        if typed == STOP:
            yield None
        if typed in (STOP, ""):
            return
        score = whole(typed)
        if score is not None and 0 <= score <= MOST_SCORE:
            yield Entry(said, score)
            return
        message(
            call.output,
            _("Write a whole number from 0 (not at all) to {most} (entirely).").format(
                most=MOST_SCORE
            ),
        )


def put(
    conn: sqlite3.Connection,
    deal_id: int,
    sheet: answers.Sheet,
    found: dict[str, Entry],
    at: int,
) -> int:
    """Record what was said; how many answers that changed."""
    return sum(
        answers.put(
            conn,
            deal_id,
            sheet,
            key,
            at,
            answer=entry.answer,
            score=entry.score,
            evidence=entry.evidence,
        )
        for key, entry in found.items()
    )
