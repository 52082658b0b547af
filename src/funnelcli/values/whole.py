"""Whole numbers as people and files write them."""

from __future__ import annotations

# So many digits fit into the 64 bits of a database's integers, and leave room for one more.
MOST_DIGITS = 18


def whole(text: str) -> int | None:
    """The whole number that ``text`` is, in the digits 0 to 9 with or without a sign; None where it
    is none, or longer than a database keeps one. ``²``, ``①`` and ``٣`` are signs, not digits."""
    word = text.strip()
    digits = word[1:] if word[:1] in ("+", "-") else word
    fits = digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS
    return int(word) if fits else None


def id_of(text: str) -> int | None:
    """The number of a record as one writes it, "3" or "#3"; None for what is none."""
    digits = text.strip().lstrip("#")
    return whole(digits) if digits[:1] not in ("+", "-") else None


def is_number(text: str) -> bool:
    """Whether ``text`` is nothing but digits, with or without "#": a number of a record, however
    long, and no name."""
    digits = text.strip().lstrip("#")
    return digits.isascii() and digits.isdecimal()
