"""Whether two names may be one person's, or one firm's, and how they differ.

Names are compared as they are folded for a search. A given name can be short for another
(``given_names.txt``, families of names), an initial, or a slip of the pen; in another alphabet a
name is compared by how it sounds, for it is written in Latin letters in several ways.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache, lru_cache

from funnelcli.patterns import re, regex
from funnelcli.text import name_fold

NAME, ALPHABET, NICKNAME, INITIALS, SPELLING, DOUBLE = (
    "name",
    "alphabet",
    "nickname",
    "initials",
    "spelling",
    "double",
)
"""How alike two names are, the surest first: the same; the same in another alphabet; with another
form of the given name; with an initial for one; spelt otherwise; with a name more."""

_ORDER = (NAME, ALPHABET, NICKNAME, INITIALS, SPELLING, DOUBLE)
_VOWELS = frozenset("aeiouy")
# A slip in a shorter name makes another name.
_LONG_FIRST, _LONG_LAST, _LONG_FIRM = 6, 7, 9
# Two letters that changed places in a last name are a slip in a shorter one, too.
_LONG_TURNED = 4
_MOST_INITIAL = 3


def words(name: str) -> list[str]:
    """The folded words of a name, without its dots and commas."""
    return re.sub(r"[^\w\s]", " ", name_fold(name)).split()


Parts = tuple[Sequence[str], Sequence[str]]


def people(one: Parts, other: Parts) -> str:
    """How alike two people's names are, "" for not at all; each is given by the :func:`words` of
    the first and of the last name."""
    first, last = _given(one[0], other[0]), _family(one[1], other[1])
    if not first or not last:
        return ""
    if NAME not in (first, last) and not {first, last} <= {ALPHABET, NICKNAME}:
        return ""
    return max(first, last, key=_ORDER.index)


def firms(one: str, other: str) -> bool:
    """Whether a letter more or less, or two that changed places, tells two firms' names apart."""
    return min(len(one), len(other)) >= _LONG_FIRM and _slip(one, other)


def _given(one: Sequence[str], other: Sequence[str]) -> str:
    if not one or not other:
        return ""
    if "".join(one) == "".join(other):
        return NAME
    found = _one_given(one[0], other[0])
    if not found:
        # Hans-Peter is called Peter.
        short, long = sorted((one, other), key=len)
        return DOUBLE if len(short) == 1 < len(long) and short[0] in long else ""
    rest = [*zip(one[1:], other[1:], strict=False)]
    if any(_one_given(*pair) not in (NAME, INITIALS) for pair in rest):
        return ""
    more = [*one[len(other) :], *other[len(one) :]]
    classes = [found, *(_one_given(*pair) for pair in rest)]
    if more:
        classes.append(INITIALS if all(len(word) == 1 for word in more) else DOUBLE)
    return max(classes, key=_ORDER.index)


@lru_cache(1 << 14)
def _one_given(one: str, other: str) -> str:
    if one == other:
        return NAME
    if in_latin(one) != in_latin(other):
        if sounds(one) == sounds(other):
            return ALPHABET
        return NICKNAME if _one_given(_latin(one), _latin(other)) == NICKNAME else ""
    families = _families()
    mine, theirs = families.get(one, ()), families.get(other, ())
    if not set(mine).isdisjoint(theirs):
        return NICKNAME
    short, long = sorted((one, other), key=len)
    initial = len(short) <= _MOST_INITIAL and long.startswith(short) and short not in families
    if initial and not (len(short) == _MOST_INITIAL and _VOWELS & set(short)):
        return INITIALS
    if (mine and theirs) or len(short) < 2:
        return ""
    if sounds(one) == sounds(other):
        return SPELLING
    vowels = [[letter for letter in name if letter in _VOWELS] for name in (one, other)]
    # A vowel, or the end, tells a woman's name from a man's: Jan and Jana, Mario and Maria.
    if one[0] != other[0] or one[-1] != other[-1] or sorted(vowels[0]) != sorted(vowels[1]):
        return ""
    return SPELLING if len(short) >= _LONG_FIRST and _slip(one, other) else ""


def _family(one: Sequence[str], other: Sequence[str]) -> str:
    if not one or not other:
        return ""
    whole, others = "".join(one), "".join(other)
    if whole == others:
        return NAME
    if in_latin(whole) != in_latin(others):
        return ALPHABET if sounds(whole) == sounds(others) else ""
    if sounds(whole) == sounds(others):
        return SPELLING
    short, long = sorted((one, other), key=len)
    if len(short) < len(long) and set(short) < set(long):
        return DOUBLE
    least = _LONG_TURNED if sorted(whole) == sorted(others) else _LONG_LAST
    return SPELLING if min(len(whole), len(others)) >= least and _slip(whole, others) else ""


def _slip(one: str, other: str) -> bool:
    """Whether a letter is left out, or two changed places; another letter makes another name."""
    from rapidfuzz.distance import OSA

    if OSA.distance(one, other, score_cutoff=1) != 1:
        return False
    return len(one) != len(other) or sorted(one) == sorted(other)


@cache
def _families() -> dict[str, tuple[int, ...]]:
    """The places of the families that a given name is in."""
    found: dict[str, list[int]] = {}
    path = os.path.join(os.path.dirname(__file__), "given_names.txt")
    with open(path, encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("#")]
    # The last line has names without a family.
    for place, line in enumerate(lines[:-1]):
        for name in name_fold(line).split():
            found.setdefault(name, []).append(place)
    for place, name in enumerate(name_fold(lines[-1]).split(), start=len(lines)):
        found.setdefault(name, []).append(place)
    return {name: tuple(places) for name, places in found.items()}


# How letters sound that are written otherwise in another language, the longest first.
_SOUNDS = (
    ("schtsch", "s"),
    ("shch", "s"),
    ("tsch", "h"),
    ("sch", "s"),
    ("sh", "s"),
    ("zh", "s"),
    ("kh", "h"),
    ("ch", "h"),
    ("ph", "f"),
    ("th", "t"),
    ("dt", "t"),
    ("ck", "k"),
    ("ou", "u"),
    ("oy", "u"),
    ("x", "ks"),
    ("w", "v"),
    ("c", "k"),
    ("y", "i"),
    ("j", "i"),
)
_REPEATED = regex(r"(.)\1+")


@lru_cache(1 << 14)
def sounds(name: str) -> str:
    """How a folded name sounds, roughly, in Latin letters."""
    name = _latin(name)
    for written, sound in _SOUNDS:
        name = name.replace(written, sound)
    name = _REPEATED.sub(r"\1", name)
    return name[:-1] + "t" if name.endswith("d") else name


def _latin(name: str) -> str:
    if name.isascii():
        return name
    from anyascii import anyascii

    return anyascii(name).lower()


def in_latin(name: str) -> bool:
    """Whether a folded name is in Latin letters."""
    return name.isascii() or all(letter < "\u0370" for letter in name)
