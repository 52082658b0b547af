"""Which words are one filter and nothing else: what most lists are given."""

from __future__ import annotations

from collections.abc import Iterable

from funnelcli.i18n import N_

MOST_LEVELS = 40
"""Parentheses within each other; SQLite reads only so many."""
OR = frozenset(("or", "oder"))
AND = frozenset(("and", "und"))
NOT = frozenset(("not", "nicht", "!"))
OF_OTHERS = {"||": N_("or"), "|": N_("or"), "&&": N_("and")}
"""How other languages write operators, each with what is written here."""
_OPERATORS = OR | AND | NOT | OF_OTHERS.keys()
_SHAPES = frozenset("()\"'")


def is_plain(word: str) -> bool:
    """Whether a word has no parenthesis, quotation mark or blank, is no operator and names no saved
    filter."""
    return (
        not word.startswith(("@", "-@"))
        and word.casefold() not in _OPERATORS
        and not any(char in _SHAPES or char.isspace() for char in word)
    )


def all_plain(words: Iterable[str]) -> bool:
    """Whether each of the words is one filter."""
    return all(map(is_plain, words))
