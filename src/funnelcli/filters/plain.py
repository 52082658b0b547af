"""Which words are one filter and nothing else: what most lists are given."""

from __future__ import annotations

from collections.abc import Iterable

MOST_LEVELS = 40
"""Parentheses within each other; SQLite reads only so many."""
OR = frozenset(("or", "oder"))
AND = frozenset(("and", "und"))
_OF_OTHERS = frozenset(("||", "|", "&&", "!", "not", "nicht"))
_SHAPES = frozenset("()\"'")


def is_plain(word: str) -> bool:
    """Whether a word has no parenthesis, quotation mark or blank, is no operator and names no saved
    filter."""
    return (
        not word.startswith(("@", "-@"))
        and word.casefold() not in OR | AND | _OF_OTHERS
        and not any(char in _SHAPES or char.isspace() for char in word)
    )


def all_plain(words: Iterable[str]) -> bool:
    """Whether each of the words is one filter."""
    return all(map(is_plain, words))
