"""Questionnaires: frameworks of qualification, needs, and the profile of the customers wanted.

They are data: TOML files, read into the database. A questionnaire that is changed becomes a new
version, so that an answer can always be read with the question that was asked.
"""

from __future__ import annotations

import sqlite3

from funnelcli import toml
from funnelcli.errors import NotFound, Refused, Usage
from funnelcli.i18n import _, pick
from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING, Any
from funnelcli.values import dates

if TYPE_CHECKING:
    from funnelcli.processes.reading import Reader

KINDS = ("qualification", "needs", "profile")
PROFILE = "profile"
DEFAULT = "short"
MOST_SCORE = 5


class Question(NamedTuple):
    """A question of a questionnaire; ``weight`` 1 to 10 is its part in the score."""

    key: str
    text_en: str
    text_de: str
    weight: int = 1
    required: bool = False

    @property
    def text(self) -> str:
        """The question in the language spoken now."""
        return pick(self.text_en, self.text_de)


class Questionnaire(NamedTuple):
    """A questionnaire as a file states it."""

    key: str
    kind: str
    name_en: str
    name_de: str
    questions: tuple[Question, ...]

    @property
    def name(self) -> str:
        """Its name in the language spoken now."""
        return pick(self.name_en, self.name_de)


class Put(NamedTuple):
    """What became of a questionnaire: ``changed`` is False when it was on file as it is."""

    key: str
    version: int
    changed: bool


def parse(text: str, name: str) -> list[Questionnaire]:
    """The questionnaires that a TOML text states.

    Raises Usage naming every fault: what is missing, keys used twice, a weight that is none.
    """
    from funnelcli.processes.reading import Reader

    try:
        document = toml.loads(text)
    except ValueError as error:
        raise Usage(
            _("{file} is not valid TOML: {error}.").format(file=name, error=error),
            _("`funnel questionnaire export short` prints a file to start from."),
        ) from error
    reader = Reader()
    tables = reader.tables(document, "questionnaire", _("the file"))
    if not tables:
        reader.faults.append(_("there is no [[questionnaire]]"))
    found = [_questionnaire(reader, table, number) for number, table in enumerate(tables, 1)]
    _twice(reader, _("the file"), [one.key for one in found])
    if reader.faults:
        raise Usage(
            _("{file} is no sound questionnaire:").format(file=name)
            + "".join(f"\n  - {fault}" for fault in reader.faults),
            _("`funnel questionnaire export short` prints a sound one to start from."),
        )
    return found


def _questionnaire(reader: Reader, table: dict[str, Any], number: int) -> Questionnaire:
    place = _("questionnaire {number}").format(number=number)
    key = reader.key(table, place)
    where = key or place
    name_en, name_de = reader.names(table, "name", where, need=True)
    kind = reader.choice(table, "kind", KINDS, where)
    if (kind == PROFILE) != (key == PROFILE):
        reader.faults.append(
            _("{where}: the key profile goes with the kind profile, and only with it").format(
                where=where
            )
        )
    questions = []
    for entry in reader.tables(table, "question", where):
        question_key = reader.key(entry, f"{where}.question")
        spot = f"{where}.{question_key}"
        en, de = reader.names({"text": entry}, "text", spot, need=True)
        weight = reader.number(entry, "weight", 1, 10, spot)
        questions.append(
            Question(question_key, en, de, weight or 1, bool(entry.get("required", False)))
        )
    if not questions:
        reader.faults.append(_("{where}: there is no question").format(where=where))
    _twice(reader, where, [question.key for question in questions])
    return Questionnaire(key, kind, name_en, name_de, tuple(questions))


def _twice(reader: Reader, where: str, keys: list[str]) -> None:
    for key in sorted({key for key in keys if key and keys.count(key) > 1}):
        reader.faults.append(_("{where}: {key} is a key used twice").format(where=where, key=key))


def read_file(path: str) -> list[Questionnaire]:
    """The questionnaires in the file at ``path`` ("-" is standard input)."""
    from funnelcli.processes.reading import read_text

    return parse(read_text(path), path)


def put(conn: sqlite3.Connection, questionnaire: Questionnaire) -> Put:
    """Put a questionnaire on file, as a new version where its key is known and it differs.

    Raises Refused when the key is that of a questionnaire of another kind.
    """
    version = latest(conn, questionnaire.key)
    if version is not None:
        stored = read(conn, questionnaire.key)
        if stored == questionnaire:
            return Put(questionnaire.key, version, changed=False)
        if stored.kind != questionnaire.kind:
            raise Refused(
                _("{key} is a questionnaire of the kind {kind}.").format(
                    key=stored.key, kind=stored.kind
                ),
                _("Keep the kind, or give the new one a key of its own."),
            )
    version = (version or 0) + 1
    cursor = conn.execute(
        "INSERT INTO questionnaire (key, version, kind, name_en, name_de, recorded_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            questionnaire.key,
            version,
            questionnaire.kind,
            questionnaire.name_en,
            questionnaire.name_de,
            dates.now(),
        ),
    )
    conn.executemany(
        "INSERT INTO questionnaire_question (questionnaire_id, position, key, text_en, text_de,"
        " weight, required) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                cursor.lastrowid,
                position,
                question.key,
                question.text_en,
                question.text_de,
                question.weight,
                int(question.required),
            )
            for position, question in enumerate(questionnaire.questions, start=1)
        ],
    )
    return Put(questionnaire.key, version, changed=True)


def latest(conn: sqlite3.Connection, key: str) -> int | None:
    """The number of the latest version, None for an unknown key."""
    (version,) = conn.execute(
        "SELECT max(version) FROM questionnaire WHERE key = ?", (key,)
    ).fetchone()
    return None if version is None else int(version)


def find(conn: sqlite3.Connection, text: str) -> str:
    """The key of the questionnaire that ``text`` names by key, by name in either language, or by a
    part of one that no other has.

    Raises NotFound with those that there are, Usage with those that it may be.
    """
    from funnelcli.values.choosing import listed, named

    # The names of the latest version.
    rows = {
        row[0]: row
        for row in conn.execute("SELECT key, name_en, name_de FROM questionnaire ORDER BY id")
    }
    found = named(rows.values(), text)
    if found is not None:
        return found
    raise NotFound(
        _("There is no questionnaire {name}.").format(name=text),
        _("Write one of: {keys}.").format(keys=listed(rows.values())),
    )


def read(conn: sqlite3.Connection, key: str, version: int | None = None) -> Questionnaire:
    """A questionnaire in its latest version, or in ``version``. Raises NotFound."""
    row = conn.execute(
        "SELECT id, kind, name_en, name_de FROM questionnaire WHERE key = ?"
        " AND version = coalesce(?, (SELECT max(version) FROM questionnaire WHERE key = ?))",
        (key, version, key),
    ).fetchone()
    if row is None:
        known = latest(conn, key) is not None
        raise NotFound(
            _("The questionnaire {key} has no version {version}.").format(key=key, version=version)
            if known
            else _("There is no questionnaire {name}.").format(name=key),
            _("`funnel questionnaire list` shows what there is."),
        )
    questions = conn.execute(
        "SELECT key, text_en, text_de, weight, required FROM questionnaire_question"
        " WHERE questionnaire_id = ? ORDER BY position",
        (row[0],),
    )
    made = tuple(
        Question(asked, en, de, weight, bool(required))
        for asked, en, de, weight, required in questions
    )
    return Questionnaire(key, row[1], row[2], row[3], made)


def versions(conn: sqlite3.Connection, key: str) -> int:
    """How many versions a questionnaire has."""
    (count,) = conn.execute("SELECT count(*) FROM questionnaire WHERE key = ?", (key,)).fetchone()
    return int(count)


def remove(conn: sqlite3.Connection, key: str) -> None:
    """Remove a questionnaire in all its versions; what was answered stays.

    Raises NotFound, Refused for the target profile, which deals are measured by.
    """
    if latest(conn, key) is None:
        raise NotFound(
            _("There is no questionnaire {name}.").format(name=key),
            _("`funnel questionnaire list` shows what there is."),
        )
    if key in (PROFILE, DEFAULT):
        raise Refused(
            _("The questionnaire {key} cannot go: deals are measured by it.").format(key=key),
            _("`funnel questionnaire add FILE` changes it."),
        )
    conn.execute("DELETE FROM questionnaire WHERE key = ?", (key,))


def to_toml(questionnaire: Questionnaire) -> str:
    """The file that :func:`parse` reads as this questionnaire again."""
    from funnelcli.processes.writing import names
    from funnelcli.toml import quoted

    lines = [
        "[[questionnaire]]",
        f"key = {quoted(questionnaire.key)}",
        f"kind = {quoted(questionnaire.kind)}",
        f"name = {names(questionnaire.name_en, questionnaire.name_de)}",
    ]
    for question in questionnaire.questions:
        lines += [
            "",
            "[[questionnaire.question]]",
            f"key = {quoted(question.key)}",
            f"en = {quoted(question.text_en)}",
            f"de = {quoted(question.text_de)}",
        ]
        if question.weight != 1:
            lines.append(f"weight = {question.weight}")
        if question.required:
            lines.append("required = true")
    return "\n".join(lines) + "\n"


def set_profile(
    conn: sqlite3.Connection,
    key: str,
    *,
    text_en: str | None = None,
    text_de: str | None = None,
    weight: int | None = None,
) -> Put:
    """Add a question to the target profile, or change the one of that key.

    A text in one language serves for both where the other is not on file. Raises Usage for a new
    question without a text, a malformed key, or a weight outside 1 to 10.
    """
    if not (key.isascii() and key.replace("_", "").isalnum() and key == key.lower()):
        raise Usage(
            _("{key} is no key of a question.").format(key=key),
            _("Write lower-case letters, digits and _."),
        )
    if weight is not None and not 1 <= weight <= 10:
        raise Usage(
            _("{value} is no weight.").format(value=weight),
            _("Write a whole number from 1 to 10."),
        )
    profile = read(conn, PROFILE)
    questions = {question.key: question for question in profile.questions}
    before = questions.get(key)
    if before is None:
        if not (text_en or text_de):
            raise Usage(
                _("The profile has no question {key} yet, and a new one needs its text.").format(
                    key=key
                ),
                _('Write it like: funnel profile set {key} "Are they …?" --weight 3').format(
                    key=key
                ),
            )
        before = Question(key, text_en or text_de or "", text_de or text_en or "")
    questions[key] = before._replace(
        text_en=text_en or before.text_en,
        text_de=text_de or before.text_de,
        weight=weight or before.weight,
    )
    return put(conn, profile._replace(questions=tuple(questions.values())))


def unset_profile(conn: sqlite3.Connection, key: str) -> Put:
    """Take a question out of the target profile. Raises NotFound, Refused for the last one."""
    profile = read(conn, PROFILE)
    left = tuple(question for question in profile.questions if question.key != key)
    if len(left) == len(profile.questions):
        raise NotFound(
            _("The profile has no question {key}.").format(key=key),
            _("`funnel profile show` lists them."),
        )
    if not left:
        raise Refused(
            _("The profile's last question cannot go."),
            _("Add another one before, then remove it."),
        )
    return put(conn, profile._replace(questions=left))
