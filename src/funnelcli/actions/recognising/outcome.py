"""How a visit ended, as a clause of its note says it."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from funnelcli.actions import notewords
from funnelcli.actions.recognising.clauses import (
    REACH,
    Clause,
    Phrases,
    clause_of,
    denied_before,
    find,
    phrases_of,
    word_set,
)
from funnelcli.actions.recognising.names import is_masked
from funnelcli.actions.recognising.outcome_words import (
    is_handed_to_a_gatekeeper,
    said_in_other_words,
    with_a_gatekeeper,
    with_the_household,
)
from funnelcli.actions.recognising.people import is_role
from funnelcli.patterns import regex
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from funnelcli.actions.recognising.setting import Setting


class Told:
    """What the clauses of a note tell of how the visit ended: the outcomes, each with whether it
    may be of somebody else or another day, or says but that the seller ``went`` there, and whether
    nobody was spoken to otherwise."""

    def __init__(self) -> None:
        self.outcomes: dict[str, bool] = {}
        self.attempted = False
        self.went = False
        self.sold = False
        self.closed = False
        self._goal = False

    def read(self, clause: Clause, setting: Setting) -> None:
        """Take what a clause tells."""
        goal = self._goal
        self._goal = not word_set(notewords.GOALS).isdisjoint(clause.said)
        self.sold = self.sold or not word_set(notewords.SOLD).isdisjoint(clause.said)
        if clause.quoted or setting.conditional or setting.hearsay or setting.past:
            return
        if setting.dated_back and not {"heute", "today"} & set(clause.said):
            return
        if goal and len(clause.words) <= 3:
            # "Ziel: Unterschrift. Nicht erreicht."
            return
        self.closed = self.closed or clause.said == ("closed",)
        for part in _without_but(clause):
            for outcome in outcomes_of(part):
                aside = _is_aside(part, outcome)
                if outcome == "met" and not aside and _was_but_there(part):
                    self.went = aside = True
                self.outcomes[outcome] = aside and self.outcomes.get(outcome, True)
            self.attempted = self.attempted or is_attempt(part)


def outcome_of(told: Told, *, stayed: bool) -> tuple[str | None, tuple[str, ...]]:
    """How the visit ended; where the words say more than one thing None, and what they say. Who
    was met though the boss was out, or somebody else was not in on another day, was met; where
    nobody was home, nobody was, unless the note tells of a talk: then the seller ``stayed``."""
    outcomes = dict(told.outcomes)
    if told.went and stayed:
        outcomes["met"] = False
    if told.sold and told.closed:
        outcomes.pop("not_met", None)
    if told.attempted and not outcomes:
        return "not_met", ()
    sure = [outcome for outcome, aside in outcomes.items() if not aside]
    if len(sure) == 1:
        return sure[0], ()
    if len(outcomes) == 1:
        return next(iter(outcomes)), ()
    return None, tuple(outcomes)


def _without_but(clause: Clause) -> list[Clause]:
    """What a clause says on each side of its "but"."""
    words = clause.words
    places = [n for n, word in enumerate(clause.said) if n and word in word_set(notewords.BUT)]
    if not places:
        return [clause]
    return [
        clause_of(clause.text[words[one].start : words[other - 1].end])
        for one, other in pairwise([0, *places, len(words)])
    ]


# Who is spoken to where the customer is out: "not home, spoke with her son".
_FAMILY = (
    "son daughter sohn tochter neighbour neighbor nachbar nachbarin kollege kollegin colleague"
)


def _is_aside(clause: Clause, outcome: str) -> bool:
    """Whether a clause is of somebody beside the customer, or of another day: "the boss was out",
    "am Montag nicht erreicht"."""
    said = clause.said
    if outcome == "met" and not word_set(_FAMILY).isdisjoint(said):
        return True
    others = outcome == "not_met" and not word_set(notewords.OTHERS_THERE).isdisjoint(said)
    return others or not word_set(notewords.OTHER_DAYS).isdisjoint(said)


def _was_but_there(clause: Clause) -> bool:
    """Whether a clause says no more than that the seller went there: "visited", "Huber besucht"."""
    left = [
        word.folded
        for word in clause.words
        if word.folded in _WENT
        or not (
            word.folded in word_set(notewords.FILLERS, notewords.TITLES)
            or clause.text[word.start].isupper()
        )
    ]
    return len(left) == 1 and left[0] in _WENT


_WENT = word_set("visited besucht da vorbeigeschaut")


@cache
def _outcome_phrases() -> Phrases:
    table: Phrases = {}
    for outcome, joined in notewords.OUTCOMES.items():
        for phrase in phrases_of(joined):
            table.setdefault(phrase[0], []).append((phrase, outcome))
    return table


def outcomes_of(clause: Clause) -> list[str]:
    """The outcomes that a clause names."""
    said = clause.said
    for outcome, joined in notewords.WHOLE.items():
        if said in phrases_of(joined):
            return [outcome]
    found = [
        "not_met" if outcome == "met" and _with_nobody(said, place, end) else outcome
        for place, end, outcome in find(said, _outcome_phrases())
        if not _is_denied(clause, place)
        and not _undone(said, place)
        and not (outcome == "not_met" and said[end - 1] == "da" and _is_of_things(clause))
        and not (outcome == "met" and _met_others(said, place, end))
    ]
    if not found:
        for outcome, start in said_in_other_words(clause):
            place = sum(word.end <= start for word in clause.words)
            # "Wouldn't let me in" denies by itself what it says.
            if outcome != "met" or not _is_denied(clause, place):
                found.append(outcome)
    if "met" in found and with_the_household(clause) and not _ONLY.isdisjoint(said):
        # "Nur die Oma war da"
        return ["not_met"]
    if "met" in found and with_a_gatekeeper(clause):
        # Who spoke to nobody but them did not meet the customer; otherwise it is not said.
        only = not _ONLY.isdisjoint(said)
        found = [outcome for outcome in found if outcome != "met"] + ["not_met"] * only
    return found


def _is_of_things(clause: Clause) -> bool:
    """Whether it is a thing that is not there: "Budget ist nicht da"."""
    return not word_set(notewords.THINGS).isdisjoint(clause.said)


def _is_denied(clause: Clause, place: int) -> bool:
    """Whether what stands at a place is denied; "no getting through" says so itself."""
    own = clause.said[place] in ("kein", "getting")
    return not own and denied_before(clause.said, place)


def _undone(said: tuple[str, ...], place: int) -> bool:
    """Whether what stands at ``place`` has not been done: "haven't met"."""
    return said[place - 1 : place] != () and said[place - 1] in word_set(notewords.NOT_DONE)


def _met_others(said: tuple[str, ...], place: int, end: int) -> bool:
    """Whether it is the customer who met or spoke to somebody, or a goal that was met."""
    they = not word_set(notewords.NO_SUBJECT).isdisjoint(said[max(0, place - 1) : place])
    goals = not word_set(notewords.GOALS).isdisjoint(said)
    english = said[place][:3] in ("met", "spo", "tal", "vis")
    return english and ((they and said[end : end + 1] not in (("me",), ("us",))) or goals)


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
        # "Auf den neuen Anrufbeantworter", but "nach dem anderen ab".
        word in machines
        and (word != "machine" or said[place - 1 : place] == ("answering",))
        and not before.isdisjoint(said[max(0, place - 1 - (word != "ab")) : place])
        for place, word in enumerate(said)
    )


def is_attempt(clause: Clause) -> bool:
    """Whether a clause says that somebody was not spoken to, where the note says nothing else: a
    date called off, nobody there, no answer."""
    said = clause.said
    until = next((n for n, word in enumerate(said) if n and word in _UNTIL), None)
    until = until if any(is_role(word) for word in said[:until]) else None
    said = said[:until]
    bare = tuple(
        word
        for word in said
        if word not in word_set(notewords.FILLERS, notewords.TITLES, notewords.OTHERS_THERE)
        and not _TIMES.fullmatch(word)
        and not is_masked(word)
        and not (is_role(word) and until is not None)
    )
    left = said[:1] == ("left",) and not _MESSAGES.isdisjoint(said[:4])
    if left or {"nachricht", "hinterlassen"} <= set(said) or "draufgesprochen" in said:
        return True
    phrases = phrases_of(notewords.ATTEMPTS)
    if said in phrases or bare in phrases:
        return True
    if not (
        word_set(notewords.DATES_MADE).isdisjoint(said)
        or word_set(notewords.CALLED_OFF).isdisjoint(said)
    ):
        return True
    if _to_machine(said) or is_handed_to_a_gatekeeper(clause):
        return True
    presence = word_set(notewords.PRESENCE)
    denials = word_set(notewords.DENIALS) | word_set(notewords.NOT_DONE)
    about_things = not word_set(notewords.THINGS).isdisjoint(said)
    for place, word in enumerate(said):
        after = said[place + 1 : place + 1 + REACH]
        if word in word_set(notewords.NOBODY) or said[place : place + 2] == ("no", "one"):
            around = [*said[max(0, place - REACH) : place], *after]
            if around[:1] == ["da"] and place > 1 and said[1] not in word_set(notewords.COPULAS):
                # "Da investiert keiner mehr"
                around = around[1:]
            if not presence.isdisjoint(around) and after[:1] not in _ELSE:
                return True
        if word in denials and not about_things:
            rest = after[1:] if after[:1] in _BETWEEN else after
            if not word_set(notewords.DENIED).isdisjoint(rest[:1]):
                return True
    return False


# "On leave until 7 Dec"
_UNTIL = frozenset(("bis", "until", "till", "til"))
_MESSAGES = frozenset(("message", "msg", "vm", "voicemail", "messages", "vms", "voicemails"))
# "Mailbox x2", "3x versucht"
_TIMES = regex(r"\d{0,2}x|x?\d{1,2}")
_ONLY = frozenset(("nur", "bloss", "only", "just"))
# "Nobody else was there" is of somebody who was; "nicht zu erreichen", "not to be found".
_ELSE = (("else",), ("sonst",), ("weiter",))
_BETWEEN = (("zu",), ("mehr",), ("be",))
