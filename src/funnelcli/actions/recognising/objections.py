"""The objections that a clause raises: by the words of the catalogue, and by the ways that people
have to say those which the catalogue ships with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from funnelcli.actions import notewords
from funnelcli.actions.recognising import objection_words
from funnelcli.actions.recognising.clauses import (
    REACH,
    WORD,
    Clause,
    Phrases,
    denied_before,
    find,
    plain,
    whole_words,
    word_set,
)
from funnelcli.text import fold

Catalogue = Sequence[tuple[str, Sequence[str]]]
"""The objections' keys, each with its words in both languages."""

# So far from a word is looked for what makes it a worry.
_NEAR = 6


def by_first_word(catalogue: Catalogue, said: set[str]) -> Phrases:
    """The catalogue's phrases whose first word is among those ``said``, by that word, with those of
    :mod:`~funnelcli.actions.recognising.objection_words` for the kinds that it has."""
    table: Phrases = {}
    # Most phrases begin with a letter that no word begins with.
    by_initial = _by_initial(tuple((kind, tuple(phrases)) for kind, phrases in catalogue))
    initials = {"", *(word[:1] for word in said)}
    near = sorted(one for initial in initials for one in by_initial.get(initial, ()))
    for _place, phrase, kind in near:
        words = _folded(phrase)
        if words and words[0] in said:
            table.setdefault(words[0], []).append((words, kind))
    for kind, _phrases in catalogue:
        if kind in objection_words.OBJECTION_PATTERNS:
            table.setdefault("", []).append(((), kind))
    return table


@lru_cache(4)
def _by_initial(
    catalogue: tuple[tuple[str, tuple[str, ...]], ...],
) -> dict[str, list[tuple[int, str, str]]]:
    """All phrases by their first letter, "" where that is none of ASCII and may be folded to
    another, each with its place among all and its kind."""
    table: dict[str, list[tuple[int, str, str]]] = {}
    phrases = ((phrase, kind) for kind, own in catalogue for phrase in (*own, *_known(kind)))
    for place, (phrase, kind) in enumerate(phrases):
        initial = phrase[:1].lower() if phrase[:1].isascii() else ""
        table.setdefault(initial, []).append((place, phrase, kind))
    return table


@cache
def _known(kind: str) -> list[str]:
    """The phrases that are known of a kind of the shipped catalogue."""
    return objection_words.OBJECTIONS.get(kind, "").split("|")


@lru_cache(1 << 12)
def _folded(phrase: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in WORD.findall(plain(phrase)))


def objections_of(clause: Clause, phrases: Phrases) -> Iterator[tuple[str, int, int]]:
    """The kinds, with their first word and the word after; none whose words are but a part of what
    says another: "lacks the money" is no missing feature."""
    found = list(_found(clause, phrases))
    for kind, place, end in found:
        if not any(
            other != kind and first <= place and end <= after and (first, after) != (place, end)
            for other, first, after in found
        ):
            yield kind, place, end


def _found(clause: Clause, phrases: Phrases) -> Iterator[tuple[str, int, int]]:
    used: set[int] = set()
    whole = clause.said
    for place, end, kind in find(whole, phrases):
        denied = denied_before(whole, place, used)
        used.update(range(place, end))
        after = whole[end : end + REACH]
        # "Preis passt", but not "Preis passt nicht".
        agreed = not word_set(notewords.SETTLED).isdisjoint(after)
        agreed = agreed and word_set(notewords.DENIALS).isdisjoint(after)
        if not word_set(objection_words.ACCEPTED).isdisjoint(whole[max(0, place - REACH) :]):
            continue
        settled = end - place == 1 and (agreed or (after and after[0][:1].isdigit()))
        weak = end - place == 1 and whole[place] in word_set(objection_words.WEAK)
        if weak and _is_settled_before(whole, place):
            continue
        if weak and whole[place + 1 : place + 2] and whole[place + 1] in _HOLDERS:
            continue
        if clause.asks or (weak and not _is_a_worry(whole, place, kind)):
            continue
        if not denied and not settled and not _denied_behind(whole, place, end):
            yield kind, place, end
    for _none, kind in phrases.get("", ()):
        # A pattern takes longer to make than a note to read, and most clauses need none.
        if word_set(objection_words.OBJECTION_HINTS[kind]).isdisjoint(whole):
            continue
        for match in whole_words(objection_words.OBJECTION_PATTERNS[kind]).finditer(clause.folded):
            place = len(WORD.findall(clause.folded[: match.start()]))
            end = place + len(WORD.findall(match[0]))
            if denied_before(whole, place, used) or _denied_behind(whole, place, end):
                continue
            yield kind, place, end


_HOLDERS = frozenset(("holder", "owner", "cycle", "round", "planning", "meeting"))


def _is_settled_before(said: tuple[str, ...], place: int) -> bool:
    """Whether somebody is content with what stands at a place: "fine with the price"."""
    before = said[max(0, place - REACH) : place]
    content = word_set("fine ok okay happy comfortable content einverstanden zufrieden")
    return any(
        one in content and other in ("with", "mit") for one, other in pairwise(before)
    ) and word_set(notewords.DENIALS).isdisjoint(said[max(0, place - REACH - 2) : place])


def _is_a_worry(said: tuple[str, ...], place: int, kind: str) -> bool:
    """Whether a word that may be said of anything, like "price", is said as an objection: alone,
    or beside a word that makes it one."""
    near = {*said[max(0, place - _NEAR) : place], *said[place + 1 : place + 1 + _NEAR]}
    rest = near - word_set(objection_words.AROUND)
    if kind == "budget" and not word_set(objection_words.MINE).isdisjoint(said[:place]):
        return False
    if kind == "budget" and not word_set(objection_words.OPEN).isdisjoint(said):
        return False
    short = kind == "budget" and (
        len(said) <= 4 or not word_set(objection_words.HAVING_NONE).isdisjoint(said)
    )
    if kind not in ("price", "other") and not short:
        # "No competition" is good news.
        rest -= word_set(notewords.DENIALS)
        said = tuple(word for word in said if word not in word_set(notewords.DENIALS))
    if not word_set(objection_words.WORRIES).isdisjoint(rest):
        return True
    wanted = said[place : place + 1] and said[place] in word_set(objection_words.REDUCTIONS)
    if wanted and not word_set(objection_words.ASKING).isdisjoint(said):
        return True
    if kind == "competitor" and not word_set(objection_words.HAVING).isdisjoint(said[:place]):
        return True
    others = {*said[:place], *said[place + 1 :]} - word_set(objection_words.AROUND)
    return others <= word_set(objection_words.WEAK)


def is_pretext(clause: Clause) -> bool:
    """Whether a clause says that the objection in its sentence is but put forward."""
    said = clause.said
    return any(
        word in word_set(objection_words.PRETEXTS) and not denied_before(said, place)
        for place, word in enumerate(said)
    )


def is_resolved(clause: Clause) -> bool:
    """Whether a clause says that the objections of its sentence were answered."""
    said = clause.said
    return any(
        word in word_set(objection_words.RESOLVED) and not denied_before(said, place)
        for place, word in enumerate(said)
    )


def _denied_behind(said: tuple[str, ...], place: int, end: int) -> bool:
    """Whether what stands from ``place`` to ``end`` is denied by what follows it."""
    after = said[end:]
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
