"""Reading a process from the TOML file that states it, with every fault that is in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from funnelcli import toml
from funnelcli.errors import Failed, Usage, reason
from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.typed import Any
from funnelcli.values.withdrawal import Rule

PHASES = ("preparation", "lead", "opportunity", "customer", "closing")
KINDS = ("open", "won", "post", "outside")
BEGINNINGS = tuple(words.WITHDRAWAL_BEGIN)
# What the keys of the right of withdrawal begin with.
_RIGHT = "withdrawal_"
QUESTION_KINDS = ("text", "number", "money", "date", "yesno", "choice")


@dataclass(frozen=True, slots=True)
class Question:
    """A question to ask in a stage; ``choices`` only for kind "choice"."""

    key: str
    text_en: str
    text_de: str
    kind: str
    choices: list[str]
    required: bool


@dataclass(frozen=True, slots=True)
class Exit:
    """What should be on record before a deal leaves the stage."""

    key: str
    text_en: str
    text_de: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """What is to be done after a win; ``days`` after it, it is due."""

    key: str
    name_en: str
    name_de: str
    days: int


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage as a file states it. ``probability`` is a percentage; ``was`` its former key."""

    key: str
    was: str
    name_en: str
    name_de: str
    phase: str
    kind: str
    probability: int
    rot_days: int | None
    guidance_en: str
    guidance_de: str
    exits: list[Exit]
    questions: list[Question]


@dataclass(frozen=True, slots=True)
class Process:
    """A process as a file states it; ``withdrawal`` where a win can be withdrawn."""

    key: str
    name_en: str
    name_de: str
    description_en: str
    description_de: str
    withdrawal: Rule | None
    stages: list[Stage]
    milestones: list[Milestone] = field(default_factory=list)


@dataclass(slots=True)
class Reader:
    """Takes a TOML document apart and collects every fault, not only the first."""

    faults: list[str] = field(default_factory=list)

    def tables(self, table: dict[str, Any], key: str, where: str) -> list[dict[str, Any]]:
        """The tables of a list, none where it is left out."""
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.faults.append(_("{where}: {key} must be tables").format(where=where, key=key))
            return []
        return value

    def names(self, table: dict[str, Any], key: str, where: str, need: bool) -> tuple[str, str]:
        """The English and German text under ``key``; a plain string serves both."""
        value = table.get(key, "")
        if isinstance(value, str):
            value = {"en": value, "de": value}
        elif not isinstance(value, dict):
            value = {}
        en, de = (str(value.get(tongue, "")).strip() for tongue in ("en", "de"))
        if need and not (en or de):
            self.faults.append(_("{where}: {key} is missing").format(where=where, key=key))
        return en or de, de or en

    def key(self, table: dict[str, Any], where: str) -> str:
        """The stable key: lower-case letters, digits, underscores."""
        value = table.get("key")
        plain = isinstance(value, str) and value.replace("_", "").isalnum() and value.isascii()
        if not plain or value != str(value).lower():
            self.faults.append(
                _("{where}: key must be lower-case letters, digits and _").format(where=where)
            )
            return ""
        return str(value)

    def choice(
        self, table: dict[str, Any], key: str, of: tuple[str, ...], where: str, default: str = ""
    ) -> str:
        """One of the words in ``of``."""
        value = table.get(key, default)
        if value not in of:
            self.faults.append(
                _("{where}: {key} must be one of {choices}").format(
                    where=where, key=key, choices=", ".join(of)
                )
            )
        return str(value)

    def number(
        self, table: dict[str, Any], key: str, low: int, high: int, where: str
    ) -> int | None:
        """A whole number within bounds, None where it is left out."""
        value = table.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.faults.append(
                _("{where}: {key} must be a whole number from {low} to {high}").format(
                    where=where, key=key, low=low, high=high
                )
            )
            return None
        return value

    def withdrawal(self, document: dict[str, Any]) -> Rule | None:
        """The right of withdrawal; None where a win is final."""
        where = _("process")
        days = self.number(document, f"{_RIGHT}days", 0, 3650, where)
        begins = self.choice(document, f"{_RIGHT}begins", BEGINNINGS, where, BEGINNINGS[0])
        months = self.number(document, f"{_RIGHT}uninstructed_months", 0, 1200, where)
        holidays = document.get(f"{_RIGHT}holidays")
        if holidays is not None:
            from funnelcli.values.workdays import known_country

            try:
                holidays = known_country(str(holidays))
            except Usage as error:
                self.faults.append(f"{where}: {error.message}")
        stated = [key for key in document if key.startswith(_RIGHT)]
        known = [f"{_RIGHT}{name}" for name in Rule._fields]
        for key in stated:
            if key not in known:
                self.faults.append(
                    _("{where}: {key} must be one of {choices}").format(
                        where=where, key=key, choices=", ".join(known)
                    )
                )
        if f"{_RIGHT}days" not in stated:
            if stated:
                self.faults.append(
                    _("{where}: {key} is missing").format(where=where, key=f"{_RIGHT}days")
                )
            return None
        return Rule(days or 0, begins, months, holidays)

    def stage(self, table: dict[str, Any], number: int) -> Stage:
        """One [[stage]]."""
        key = self.key(table, _("stage {number}").format(number=number))
        where = key or _("stage {number}").format(number=number)
        name_en, name_de = self.names(table, "name", where, need=True)
        guidance_en, guidance_de = self.names(table, "guidance", where, need=False)
        kind = self.choice(table, "kind", KINDS, where)
        probability = self.number(table, "probability", 0, 100, where)
        if probability is None:
            probability = {"won": 100, "post": 100}.get(kind, 0)
        exits = []
        for entry in self.tables(table, "exit", where):
            en, de = self.names({"text": entry}, "text", f"{where}.exit", need=True)
            exits.append(Exit(self.key(entry, f"{where}.exit"), en, de))
        questions = []
        for entry in self.tables(table, "question", where):
            question_key = self.key(entry, f"{where}.question")
            place = f"{where}.{question_key}"
            en, de = self.names(entry, "text", place, need=True)
            asked = self.choice(entry, "kind", QUESTION_KINDS, place, default="text")
            stated = entry.get("choices", [])
            choices = [str(choice) for choice in stated] if isinstance(stated, list) else []
            if (asked == "choice") != bool(choices):
                self.faults.append(
                    _("{where}: choices go with the kind choice, and only with it").format(
                        where=place
                    )
                )
            required = bool(entry.get("required", False))
            questions.append(Question(question_key, en, de, asked, choices, required))
        return Stage(
            key=key,
            was=str(table.get("was", "")),
            name_en=name_en,
            name_de=name_de,
            phase=self.choice(table, "phase", PHASES, where),
            kind=kind,
            probability=probability,
            rot_days=self.number(table, "rot_days", 1, 3650, where),
            guidance_en=guidance_en,
            guidance_de=guidance_de,
            exits=exits,
            questions=questions,
        )

    def milestone(self, table: dict[str, Any], number: int) -> Milestone:
        """One [[milestone]]."""
        place = _("milestone {number}").format(number=number)
        key = self.key(table, place)
        name_en, name_de = self.names(table, "name", key or place, need=True)
        days = self.number(table, "days", 0, 3650, key or place)
        if "days" not in table:
            self.faults.append(
                _("{where}: {key} is missing").format(where=key or place, key="days")
            )
        return Milestone(key, name_en, name_de, days or 0)


def parse(text: str, name: str) -> Process:
    """The process that a TOML text states.

    Raises Usage naming every fault: what a stage lacks, keys used twice, no open or no single
    won stage, an open stage after the won one.
    """
    try:
        document = toml.loads(text)
    except ValueError as error:
        raise Usage(
            _("{file} is not valid TOML: {error}.").format(file=name, error=error),
            _("`funnel process export cycle` prints a file to start from."),
        ) from error
    reader = Reader()
    key = reader.key(document, _("process"))
    name_en, name_de = reader.names(document, "name", _("process"), need=True)
    description_en, description_de = reader.names(document, "description", "", need=False)
    tables = reader.tables(document, "stage", _("process"))
    stages = [reader.stage(table, number) for number, table in enumerate(tables, start=1)]
    reader.faults += _shape_faults(stages)
    tables = reader.tables(document, "milestone", _("process"))
    milestones = [reader.milestone(table, number) for number, table in enumerate(tables, start=1)]
    keys = [milestone.key for milestone in milestones]
    for twice in sorted({one for one in keys if one and keys.count(one) > 1}):
        reader.faults.append(_("{key} is the key of two milestones").format(key=twice))
    process = Process(
        key=key,
        name_en=name_en,
        name_de=name_de,
        description_en=description_en,
        description_de=description_de,
        withdrawal=reader.withdrawal(document),
        stages=stages,
        milestones=milestones,
    )
    if reader.faults:
        raise Usage(
            _("{file} is no sound process:").format(file=name)
            + "".join(f"\n  - {fault}" for fault in reader.faults),
            _("`funnel process export cycle` prints a sound one to start from."),
        )
    return process


def parse_withdrawal(document: dict[str, Any]) -> Rule | None:
    """The right of withdrawal that the keys of a process state, None for none.

    Raises Usage naming every fault.
    """
    reader = Reader()
    rule = reader.withdrawal(document)
    if reader.faults:
        raise Usage("\n".join(reader.faults), _("docs/processes.md explains the keys."))
    return rule


def _shape_faults(stages: list[Stage]) -> list[str]:
    faults = []
    keys = [stage.key for stage in stages]
    for key in sorted({key for key in keys if key and keys.count(key) > 1}):
        faults.append(_("{key} is the key of two stages").format(key=key))
    for stage in stages:
        if stage.was and (stage.was in keys or [s.was for s in stages].count(stage.was) > 1):
            faults.append(_("{key}: was names a stage that is taken").format(key=stage.key))
    kinds = [stage.kind for stage in stages]
    if kinds.count("won") != 1:
        faults.append(_("there must be exactly one stage of the kind won"))
    if "open" not in kinds:
        faults.append(_("there must be at least one stage of the kind open"))
    if kinds.count("won") == 1:
        won = kinds.index("won")
        if "open" in kinds[won:]:
            faults.append(_("open stages come before the won stage"))
        if "post" in kinds[:won]:
            faults.append(_("post stages come after the won stage"))
    for stage in stages:
        asked = [question.key for question in stage.questions]
        if len(set(asked)) != len(asked):
            faults.append(_("{key} asks two questions under one key").format(key=stage.key))
    return faults


def read_text(path: str) -> str:
    """The text of the file at ``path`` ("-" is standard input). Raises Failed."""
    import sys

    try:
        if path == "-":
            return sys.stdin.read(toml.MOST_CHARACTERS + 1)
        with open(path, encoding="utf-8") as file:
            return file.read(toml.MOST_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(
            _("{path} cannot be read: {error}.").format(path=path, error=reason(error)),
            _("Check the path, and that the file is UTF-8 text."),
        ) from error


def read_file(path: str) -> Process:
    """The process in the file at ``path`` ("-" is standard input)."""
    return parse(read_text(path), path)
