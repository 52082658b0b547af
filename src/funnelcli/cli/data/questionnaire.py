"""Questionnaires: list, show, add from a file, export. And the target profile, which is one."""

from __future__ import annotations

import sqlite3

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import current
from funnelcli.cli.params import TomlFile
from funnelcli.cli.removing import REMOVED, removal
from funnelcli.cli.results import unless_same
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import words
from funnelcli.nouns.printed import Printed
from funnelcli.plain import NamedTuple
from funnelcli.processes import questionnaires
from funnelcli.queries.questionnaires import latest
from funnelcli.render import Changed, Column, Facts, Listing, Page, Text
from funnelcli.typed import Annotated

Ref = Annotated[str, Argument(metavar="QUESTIONNAIRE", help=N_("Its key or name."))]
QuestionKey = Annotated[str, Argument(metavar="KEY", help=N_("The question's key."))]
Version = Annotated[
    int | None,
    Option("--version", metavar="N", min=1, help=N_("A past version; else the latest.")),
]
QUESTIONNAIRES: tuple[Column, ...] = (
    Column("key", "Key", typed=True),
    Column("version", "Version", "int"),
    Column("kind", "Kind", drop=2, names=lambda key: words.read(words.QUESTIONNAIRE_KIND, key)),
    Column("name", "Name", flex=True),
    Column("questions", "Questions", "int", drop=1),
    Column("answers", "Answers", "int", drop=3),
)
QUESTIONS: tuple[Column, ...] = (
    Column("key", "Key", typed=True),
    Column("text", "Question", flex=True),
    Column("text_en", "English", table=False),
    Column("text_de", "German", table=False),
    Column("weight", "Weight", "int"),
    Column("required", "Required", "flag", drop=1),
)


class QuestionnaireData(NamedTuple):
    """What ``--json`` prints of a questionnaire."""

    key: str
    version: int | None
    kind: str
    name_en: str
    name_de: str
    questions: Listing


@gives(QUESTIONNAIRES)
@examples("funnel questionnaire list", "funnel questionnaire list --json")
def list_() -> Listing:
    """List questionnaires."""
    call = current()
    with call.read() as conn:
        found = latest(conn)
    return Listing(QUESTIONNAIRES, found, empty=_("No questionnaires."))


@gives(Printed(data=QuestionnaireData._fields, parts=True))
@examples("funnel questionnaire show bant", "funnel questionnaire show profile --version 1")
def show(questionnaire: Ref, version: Version = None) -> Page:
    """Show a questionnaire."""
    call = current()
    with call.read() as conn:
        return _page(conn, questionnaires.find(conn, questionnaire), version)


def _page(conn: sqlite3.Connection, key: str, version: int | None = None) -> Page:
    found = questionnaires.read(conn, key, version)
    number = version or questionnaires.latest(conn, key)
    rows = [{**question._asdict(), "text": question.text} for question in found.questions]
    facts = Facts(
        found.name,
        [
            (_("Key"), key),
            (_("Version"), str(number)),
            (_("Kind"), words.read(words.QUESTIONNAIRE_KIND, found.kind)),
        ],
    )
    listing = Listing(QUESTIONS, rows)
    data = QuestionnaireData(
        key=key,
        version=number,
        kind=found.kind,
        name_en=found.name_en,
        name_de=found.name_de,
        questions=Listing(QUESTIONS, rows),
    )
    return Page([facts, listing], data._asdict(), name="questionnaire")


@gives((), data=questionnaires.Put._fields)
@examples("funnel questionnaire add our-criteria.toml", "funnel questionnaire add - < plan.toml")
def add(
    file: TomlFile,
) -> Changed:
    """Add questionnaires from a file; one that is known becomes a new version."""
    call = current()
    found = questionnaires.read_file(file)
    with call.open() as conn, call.change(conn):
        put = [questionnaires.put(conn, one) for one in found]
    lines = []
    for one, questionnaire in zip(put, found, strict=True):
        if one.changed:
            text = ngettext(
                "{key}: version {version}, {n} question",
                "{key}: version {version}, {n} questions",
                len(questionnaire.questions),
            )
        else:
            text = _("{key}: version {version}, unchanged")
        lines.append(text.format(key=one.key, version=one.version, n=len(questionnaire.questions)))
    return Changed(lines, [one._asdict() for one in put])


@examples("funnel questionnaire export bant > ours.toml")
def export(questionnaire: Ref, version: Version = None) -> Text:
    """Print a questionnaire as a file to change."""
    call = current()
    with call.read() as conn:
        key = questionnaires.find(conn, questionnaire)
        return Text(questionnaires.to_toml(questionnaires.read(conn, key, version)))


@gives((), data=(*REMOVED, "key"))
@examples("funnel questionnaire remove ours")
def remove(questionnaire: Ref) -> Changed:
    """Remove a questionnaire in all its versions."""
    call = current()
    with call.open() as conn:
        key = questionnaires.find(conn, questionnaire)
        versions = questionnaires.versions(conn, key)
        text = ngettext(
            "Remove {n} version of the questionnaire {key}?",
            "Remove {n} versions of the questionnaire {key}?",
            versions,
        )
        return removal(
            call,
            conn,
            lambda: questionnaires.remove(conn, key),
            [_("Removed the questionnaire {key}").format(key=key)],
            question=text.format(n=versions, key=key),
            own={"questionnaire": versions},
            more={"key": key},
        )


# The target profile -----------------------------------------------------------------------------

PROFILE_SET = (*questionnaires.Put._fields, "questions")
"""What ``--json`` prints of a changed profile."""


@gives(Printed(data=QuestionnaireData._fields, parts=True))
@examples("funnel profile show", "funnel profile show --json")
def profile_show() -> Page:
    """Show the target profile."""
    call = current()
    with call.read() as conn:
        return _page(conn, questionnaires.PROFILE)


@gives((), data=PROFILE_SET)
@examples(
    'funnel profile set industry "Are they craftspeople?" --de "Sind sie Handwerker?" --weight 4',
    "funnel profile set payment --weight 1",
)
def profile_set(
    key: QuestionKey,
    text: Annotated[
        str | None, Argument(metavar="[QUESTION]", help=N_("The question in English."))
    ] = None,
    german: Annotated[
        str | None, Option("--de", metavar="TEXT", help=N_("The question in German."))
    ] = None,
    weight: Annotated[
        int | None, Option("--weight", metavar="N", help=N_("Its part in the fit, 1 to 10."))
    ] = None,
) -> Changed:
    """Add a question to the target profile, or change one."""
    call = current()
    if text is None and german is None and weight is None:
        raise Usage(_("Nothing to change."), _("Give the question, --de or --weight."))
    with call.open() as conn:
        with call.change(conn):
            put = questionnaires.set_profile(conn, key, text_en=text, text_de=german, weight=weight)
        return _profile_changed(conn, put, key)


@gives((), data=PROFILE_SET)
@examples("funnel profile remove payment")
def profile_remove(
    key: QuestionKey,
) -> Changed:
    """Take a question out of the target profile."""
    call = current()
    with call.open() as conn:
        with call.change(conn):
            put = questionnaires.unset_profile(conn, key)
        return _profile_changed(conn, put, key)


def _profile_changed(conn: sqlite3.Connection, put: questionnaires.Put, key: str) -> Changed:
    questions = questionnaires.read(conn, questionnaires.PROFILE).questions
    found = {question.key: question for question in questions}
    line = ngettext(
        "Target profile, version {version}: {n} question",
        "Target profile, version {version}: {n} questions",
        len(questions),
    ).format(version=put.version, n=len(questions))
    if key in found:
        line += ", " + _("{key} weighs {weight}").format(key=key, weight=found[key].weight)
    record = {**put._asdict(), "questions": [question._asdict() for question in questions]}
    return Changed([unless_same(current(), line)], record)
