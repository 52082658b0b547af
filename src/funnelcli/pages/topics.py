"""What ``funnel help TOPIC`` tells: pages of text, into which :mod:`funnelcli.pages.topic_tables`
puts the rest. The help of the program lists them, and reads none."""

from __future__ import annotations

import os
from functools import cache

from funnelcli.i18n import pick
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any
from funnelcli.values.choosing import named

KEYS = (
    "filters",
    "dates",
    "periods",
    "money",
    "intervals",
    "names",
    "output",
    "stages",
    "processes",
    "reasons",
    "sources",
    "objections",
    "settings",
    "exit-codes",
    "scripts",
    "taking-back",
    "notes",
)
"""The topics, in the order in which they are listed; what each tells stands in ``topics.toml``."""


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
    """Every topic with its page, in the order of :data:`KEYS`."""
    import tomllib

    path = os.path.join(os.path.dirname(__file__), "topics.toml")
    with open(path, "rb") as file:
        tables = tomllib.load(file)
    return tuple(_topic(key, tables[key]) for key in KEYS)


def _topic(key: str, table: dict[str, Any]) -> Topic:
    others = [word for words in table["also"].values() for word in words.split(", ")]
    return Topic(
        key, table["name"]["en"], table["name"]["de"], tuple(others), table["en"], table["de"]
    )


def topic(text: str) -> Topic | None:
    """The topic that ``text`` names, by its key, a name or another word for it, or by a part of a
    name that no other has; None for none. Raises Usage with those that it may be."""
    entries = [(each.key, each.name_en, each.name_de, *each.also) for each in topics()]
    found = named(entries, text)
    return next((each for each in topics() if each.key == found), None)
