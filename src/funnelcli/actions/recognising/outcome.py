"""How a visit ended, as a clause of its note says it."""

from __future__ import annotations

from functools import cache

from funnelcli.actions import notewords
from funnelcli.actions.recognising.clauses import (
    REACH,
    Clause,
    denied_before,
    find,
    phrases_of,
    word_set,
)


@cache
def _outcome_phrases() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for outcome, joined in notewords.OUTCOMES.items():
        for phrase in phrases_of(joined):
            table.setdefault(phrase[0], []).append((phrase, outcome))
    return table


def outcomes_of(clause: Clause) -> list[str]:
    """The outcomes that a clause names."""
    said = tuple(word.folded for word in clause.words)
    for outcome, joined in notewords.WHOLE.items():
        if said in phrases_of(joined):
            return [outcome]
    return [
        "not_met" if outcome == "met" and _with_nobody(said, place, end) else outcome
        for place, end, outcome in find(clause.words, _outcome_phrases())
        if not denied_before(clause.words, place, set()) and not _undone(said, place)
    ]


def _undone(said: tuple[str, ...], place: int) -> bool:
    """Whether what stands at ``place`` has not been done: "haven't met"."""
    return said[place - 1 : place] != () and said[place - 1] in word_set(notewords.NOT_DONE)


def _with_nobody(said: tuple[str, ...], place: int, end: int) -> bool:
    """Whether the words from ``place`` to ``end`` say that nobody was spoken to, or a machine."""
    if _to_machine(said):
        return True
    if said[end : end + 2] == ("no", "one"):
        return True
    for at in (*range(max(0, place - REACH), place), end, end + 1):
        if said[at : at + 1] and said[at] in word_set(notewords.NOBODY):
            return said[at + 1 : at + 2] not in _ELSE
    near = (*said[max(0, place - 1) : place], *said[end : end + 1])
    return not word_set(notewords.NO_ONE).isdisjoint(near)


def _to_machine(said: tuple[str, ...]) -> bool:
    machines, before = word_set(notewords.MACHINES), word_set(notewords.TO_MACHINES)
    return any(
        word in machines and not before.isdisjoint(said[max(0, place - 2) : place])
        for place, word in enumerate(said)
    )


def is_attempt(clause: Clause) -> bool:
    """Whether a clause says that somebody was not spoken to, where the note says nothing else: a
    date called off, nobody there, no answer."""
    said = tuple(word.folded for word in clause.words)
    bare = tuple(word for word in said if word not in word_set(notewords.FILLERS))
    phrases = phrases_of(notewords.ATTEMPTS)
    if said in phrases or bare in phrases:
        return True
    if not (
        word_set(notewords.DATES_MADE).isdisjoint(said)
        or word_set(notewords.CALLED_OFF).isdisjoint(said)
    ):
        return True
    if _to_machine(said):
        return True
    presence = word_set(notewords.PRESENCE)
    denials = word_set(notewords.DENIALS) | word_set(notewords.NOT_DONE)
    about_things = not word_set(notewords.THINGS).isdisjoint(said)
    for place, word in enumerate(said):
        after = said[place + 1 : place + 1 + REACH]
        if word in word_set(notewords.NOBODY) or said[place : place + 2] == ("no", "one"):
            around = (*said[max(0, place - REACH) : place], *after)
            if not presence.isdisjoint(around) and after[:1] not in _ELSE:
                return True
        if word in denials and not about_things:
            rest = after[1:] if after[:1] in _BETWEEN else after
            if not word_set(notewords.DENIED).isdisjoint(rest[:1]):
                return True
    return False


# "Nobody else was there" is of somebody who was; "nicht zu erreichen", "not to be found".
_ELSE = (("else",), ("sonst",), ("weiter",))
_BETWEEN = (("zu",), ("mehr",), ("be",))
