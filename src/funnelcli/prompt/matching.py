"""What the searches for candidates have in common: who asks, what they give, how a key fits."""

from __future__ import annotations

from collections.abc import Iterable

from funnelcli import i18n
from funnelcli.prompt.bare import Settings
from funnelcli.prompt.line import Line
from funnelcli.text import name_fold

Offers = list[tuple[str, str]]
"""Candidates with their descriptions."""


class Asking(Settings):
    """Who asks for candidates: the ``line`` on which the word stands, under the settings."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.line = line


def keys(rows: Iterable[tuple[str, str, list[str]]], word: str) -> Offers:
    """Keys that begin with ``word``, with what they mean; where only a name does, that name.

    A row is (key, description, the names that are understood as well).
    """
    wanted = name_fold(word)
    found: Offers = []
    for key, text, names in rows:
        if key.startswith(word.lower()):
            found.append((key, text))
        elif wanted:
            found += [(name, key) for name in names if name_fold(name).startswith(wanted)][:1]
    return found


def by_name(rows: Iterable[tuple[str, str, str]], word: str) -> Offers:
    """Keys, each with its English and its German name, as :func:`keys` has them."""
    return keys(
        ((key, i18n.pick(en, de), [i18n.pick(en, de), en, de]) for key, en, de in rows), word
    )
