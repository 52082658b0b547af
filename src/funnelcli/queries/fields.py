"""The fields of one's own that are declared."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from funnelcli import queries
from funnelcli.i18n import _, language, pick
from funnelcli.nouns import declared, words
from funnelcli.nouns.field import field
from funnelcli.nouns.own import flag_of, word_of
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import COUNT, FLAG, ID, LIST, TEXT, one_of


class Declaration(Record):
    """A field of one's own; ``used`` is how many records have a value in it."""

    id: int = field("Id", ID, table=False)
    noun: str = field("Of", one_of("NOUN", words.FIELD_NOUN))
    key: str = field("Key", TEXT)
    name_en: str = field("Name", TEXT, flex=True, shown=lambda row: row.name)
    name_de: str = field("German name", TEXT, table=False)
    type: str = field("Type", one_of("TYPE", words.FIELD_TYPE))
    choices: list[str] = field(
        "Values", LIST, flex=True, drop=2, shown=lambda row: ", ".join(row.choice_names)
    )
    choice_names: list[str] = field("Names of the values", LIST, table=False)
    process: str | None = field("Process", table=False)
    stage: str | None = field("Required in", shown=lambda row: row.stage_name, drop=3)
    stage_en: str | None
    stage_de: str | None
    hidden: bool = field("Hidden", FLAG, drop=4)
    used: int = field("Records", COUNT, drop=1)

    @property
    def name(self) -> str:
        """What it is called in the language spoken now."""
        return pick(self.name_en, self.name_de)

    @property
    def stage_name(self) -> str:
        """The name of the stage that asks for it."""
        return pick(self.stage_en or "", self.stage_de or "")


def declared_fields(
    conn: sqlite3.Connection, *, noun: str | None = None, field_id: int | None = None
) -> list[Declaration]:
    """The fields of one's own, hidden ones too; of one noun, or one of them alone."""
    where = "(:noun IS NULL OR f.noun = :noun) AND (:field IS NULL OR f.id = :field)"
    values = {"noun": noun, "field": field_id, "german": int(language() == "de")}
    return list(queries.run(conn, "fields", Declaration, values, where=where))


def called_otherwise(found: Iterable[Declaration]) -> list[str]:
    """A line for each of these fields that has the name of one that the program has got since."""
    said = _("{name} of {noun} is a field of the program too: yours is {word}: and {option}.")
    words_of = ((one, word_of(declared(one.noun), one.key)) for one in found)
    return [
        said.format(
            name=one.key,
            noun=words.read(words.FIELD_NOUN, one.noun),
            word=word,
            option=flag_of(word),
        )
        for one, word in words_of
        if word != one.key
    ]
