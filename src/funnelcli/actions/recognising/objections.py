"""The objections that a clause raises, by the words of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from funnelcli.actions import notewords
from funnelcli.actions.recognising.clauses import (
    REACH,
    WORD,
    Clause,
    Word,
    denied_before,
    find,
    plain,
    word_set,
)
from funnelcli.text import fold

Catalogue = Sequence[tuple[str, Sequence[str]]]
"""The objections' keys, each with its words in both languages."""


def by_first_word(
    catalogue: Catalogue, said: set[str]
) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """The catalogue's phrases whose first word is among those ``said``, by that word."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind, phrases in catalogue:
        for phrase in phrases:
            words = WORD.findall(plain(phrase))
            first = fold(words[0]) if words else ""
            if first in said:
                rest = (fold(word) for word in words[1:])
                table.setdefault(first, []).append(((first, *rest), kind))
    return table


def objections_of(
    clause: Clause, phrases: dict[str, list[tuple[tuple[str, ...], str]]]
) -> Iterator[tuple[str, int, int]]:
    """The kinds, with their first word and the word after."""
    words = clause.words
    used: set[int] = set()
    for place, end, kind in find(words, phrases):
        denied = denied_before(words, place, used)
        used.update(range(place, end))
        after = [word.folded for word in words[end : end + REACH]]
        # "Preis passt", but not "Preis passt nicht".
        agreed = not word_set(notewords.SETTLED).isdisjoint(after)
        agreed = agreed and word_set(notewords.DENIALS).isdisjoint(after)
        settled = end - place == 1 and (agreed or (after and after[0][:1].isdigit()))
        if not denied and not settled and not _denied_behind(words, place, end):
            yield kind, place, end


def _denied_behind(words: list[Word], place: int, end: int) -> bool:
    """Whether what stands from ``place`` to ``end`` is denied by what follows it."""
    after = [word.folded for word in words[end:]]
    denials = word_set(notewords.DENIALS) | word_set(notewords.DENIED_LAST)
    for at, word in enumerate(after[: REACH + 1]):
        if word not in denials:
            continue
        # "ist kein Problem", "doesn't matter", and "stört nicht".
        around = (*after[max(0, at - 2) : at], *after[at + 1 : at + 3])
        if not word_set(notewords.OBSTACLES).isdisjoint(around):
            return True
        if word in word_set(notewords.DENIED_LAST) and at == len(after) - 1:
            verb = not word_set(notewords.COPULAS).isdisjoint(after[:2])
            meant = end - place > 1 or not word_set(notewords.PRONOUNS).isdisjoint(after[:at])
            return verb and meant
    return False


def hold_the_deed(clause: Clause, objections: list[tuple[str, int, int]]) -> bool:
    """Whether an objection's words are what makes the clause a next step: "has to talk it over",
    "send material"."""
    last = len(clause.words) - 1
    if clause.words[0].folded in word_set(notewords.CLEAR_STARTS):
        last = 0
    return any(start <= last < end for _kind, start, end in objections)
