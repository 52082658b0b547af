"""A note as clauses of folded words, and phrases found in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import pairwise

from funnelcli.actions import notewords
from funnelcli.text import composed, fold
from funnelcli.values import dates

# How far a denial reaches: "no problem with the price".
REACH = 4


class Word:
    """A word as it is compared, and where it stands in its clause."""

    __slots__ = ("end", "folded", "start")

    def __init__(self, folded: str, start: int, end: int) -> None:
        self.folded = folded
        self.start = start
        self.end = end


class Clause:
    """A part of a note that says one thing, and its words."""

    __slots__ = ("text", "words")

    def __init__(self, text: str, words: list[Word]) -> None:
        self.text = text
        self.words = words


def plain(text: str) -> str:
    """``text`` in one spelling of umlauts and apostrophes, as long as it is read."""
    return composed(text).replace("’", "'")


@cache
def word_set(words: str) -> frozenset[str]:
    """The folded words of a line of :mod:`~funnelcli.actions.notewords`."""
    return frozenset(fold(word) for word in words.split())


@cache
def phrases_of(joined: str) -> frozenset[tuple[str, ...]]:
    """The phrases of such a line, which strokes part, as folded words."""
    return frozenset(tuple(fold(word) for word in phrase.split()) for phrase in joined.split("|"))


_ABBREVIATIONS = (
    r"\b(?:hr|fr|dr|ca|bzw|evtl|ggf|inkl|mr|mrs|ms|inc|tel|nr|str|z\.b|mo|di|mi|do|sa|so)"
)
_BREAK = re.compile(
    r"[;\n!?()]+|(?<!\d),|,(?!\d)|\s[-–—]+\s|(?<=[^\W\d])\.(?=\s|$)"
    r"|(?<=\d\.\d\.)\s+(?=[A-ZÄÖÜ])|(?<=\d\.\d\d\.)\s+(?=[A-ZÄÖÜ])"
)
WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


def clauses_of(text: str, today: date) -> Iterator[Clause]:
    """The clauses of a note, in order; no day that it names is taken apart."""
    start = 0
    # A comma or a dot within a date ends nothing: "Mittwoch, 2.12.".
    held = [(mention.start, mention.end) for mention in dates.mentions(text, today)]
    # Nor does the stroke between two: "24.12. - 6.1.".
    held += [
        (one[0], other[1])
        for one, other in pairwise(held)
        if not text[one[1] : other[0]].strip(" -–—/")
    ]
    for found in [*_BREAK.finditer(text), None]:
        if (
            found is not None
            and found[0] == "."
            and re.search(_ABBREVIATIONS + "$", text[: found.start()], re.IGNORECASE)
        ):
            continue
        if found is not None and any(_holds(text, found, *place) for place in held):
            continue
        if found is not None and found[0].isspace() and (start, found.start()) in held:
            continue  # "Bis 3.12. Muster schicken"
        part = text[start : found.start() if found else len(text)].strip(" \t.:*#>")
        if part:
            yield clause_of(part)
        start = found.end() if found else len(text)


def _holds(text: str, mark: re.Match[str], start: int, end: int) -> bool:
    """Whether a mark lies in a date; at its end only where the sentence goes on behind it."""
    goes_on = mark.end() == end and re.match(r"\s+[^\W\dA-ZÄÖÜ]", text[end:]) is not None
    return start < mark.start() and (mark.end() < end or goes_on) and "\n" not in mark[0]


def clause_of(text: str) -> Clause:
    """``text`` as one clause."""
    return Clause(text, [Word(fold(found[0]), *found.span()) for found in WORD.finditer(text)])


def find(
    words: list[Word], phrases: dict[str, list[tuple[tuple[str, ...], str]]]
) -> Iterator[tuple[int, int, str]]:
    """Phrases in order of place as (first word, word after, what it stands for); at each place
    the longest, and none within another."""
    place = 0
    while place < len(words):
        best = 0
        meaning = ""
        for phrase, what in phrases.get(words[place].folded, ()):
            length = len(phrase)
            if length > best and phrase == tuple(w.folded for w in words[place : place + length]):
                best, meaning = length, what
        if best:
            yield place, place + best, meaning
        place += best or 1


def denied_before(words: list[Word], place: int, used: set[int]) -> bool:
    """Whether a word shortly before ``place``, but those ``used``, denies what stands there."""
    denials = word_set(notewords.DENIALS)
    return any(
        words[i].folded in denials for i in range(max(0, place - REACH), place) if i not in used
    )
