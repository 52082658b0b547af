"""What ``funnel help TOPIC`` tells: a page of text, with what follows from the declarations and the
database put in."""

from __future__ import annotations

import os
import sqlite3
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from funnelcli import config
from funnelcli.i18n import _, pick
from funnelcli.nouns import NOUNS, declared
from funnelcli.nouns.also import flag_names
from funnelcli.queries import catalogue_names
from funnelcli.queries import processes as stored
from funnelcli.render.output_formats import FORMATS
from funnelcli.values.choosing import named

Row = tuple[str, str]


class Topic(NamedTuple):
    """A page of help: its key, its names in both languages, other words for it, its texts."""

    key: str
    name_en: str
    name_de: str
    also: tuple[str, ...]
    text_en: str
    text_de: str

    @property
    def name(self) -> str:
        """Its name in the language spoken now."""
        return pick(self.name_en, self.name_de)

    @property
    def text(self) -> str:
        """Its text in the language spoken now."""
        return pick(self.text_en, self.text_de).strip("\n")


@cache
def topics() -> tuple[Topic, ...]:
    """Every topic, in the order in which they are listed."""
    path = os.path.join(os.path.dirname(__file__), "topics.toml")
    with open(path, "rb") as file:
        tables = tomllib.load(file)["topic"]
    return tuple(
        Topic(
            table["key"],
            table["name"]["en"],
            table["name"]["de"],
            tuple(word for words in table["also"].values() for word in words.split(", ")),
            table["en"],
            table["de"],
        )
        for table in tables
    )


def topic(text: str) -> Topic | None:
    """The topic that ``text`` names, by its key, a name or another word for it, or by a part of a
    name that no other has; None for none. Raises Usage with those that it may be."""
    entries = [(each.key, each.name_en, each.name_de, *each.also) for each in topics()]
    found = named(entries, text)
    return next((each for each in topics() if each.key == found), None)


def rows(name: str, conn: sqlite3.Connection | None) -> Iterator[tuple[str, list[Row]]]:
    """What the program writes for ``{name}``: titles, each with its rows. What stands in the
    database needs one."""
    if name in _STORED:
        if conn is not None:
            yield from _STORED[name](conn)
    elif name == "filters":
        yield from _filters()
    elif name == "formats":
        formats = [(f"--{form.name}", _(form.help)) for form in FORMATS.values() if form.help]
        yield "", formats
    elif name == "settings":
        yield "", [(each.name, _(each.help)) for each in config.SETTINGS]
    else:
        yield from _catalogue(name, conn)


def _filters() -> Iterator[tuple[str, list[Row]]]:
    for noun in map(declared, NOUNS):
        called = {name: pick(en, de) for name, en, de, *_more in noun.called()}
        fields = [name for name, ask, _type in noun.asked() if ask.filter]
        conditions = [f"is:{pick(flag, de)}" for flag, _en, de in flag_names(noun.flags)]
        if not fields:
            continue
        words = [pick(name, called.get(name, name)).casefold().replace(" ", "-") for name in fields]
        text = ", ".join([*dict.fromkeys(words), *(each.replace(" ", "-") for each in conditions)])
        yield "", [(f"funnel {noun.command}", text)]


def _catalogue(kind: str, conn: sqlite3.Connection | None) -> Iterator[tuple[str, list[Row]]]:
    if conn is not None:
        yield "", [*catalogue_names(conn, kind).items()]


def _stages(conn: sqlite3.Connection) -> Iterator[tuple[str, list[Row]]]:
    for process in stored.processes(conn):
        stages = stored.stages(conn, process.id)
        yield process.name, [(f"{stage.position} {stage.key}", stage.name) for stage in stages]


def _processes(conn: sqlite3.Connection) -> Iterator[tuple[str, list[Row]]]:
    yield "", [(process.key, process.name) for process in stored.processes(conn)]


_STORED: dict[str, Callable[[sqlite3.Connection], Iterator[tuple[str, list[Row]]]]] = {
    "stages": _stages,
    "processes": _processes,
}
