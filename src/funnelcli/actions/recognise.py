"""What a visit note says: how the visit ended, what comes next and by when, which objections.

A pure function of the text, the catalogue's words and the day, in English and German at once.
Only whole words and phrases count, and what could mean two things is left alone: whoever calls
shows what was recognised, and every part of it can be said with an option instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from funnelcli.actions import notewords
from funnelcli.actions.refusals import refuses_contact
from funnelcli.text import composed, fold
from funnelcli.values import dates

if TYPE_CHECKING:
    from funnelcli.values.datereading import Mention

# How far a denial reaches: "no problem with the price".
REACH = 4

Catalogue = Sequence[tuple[str, Sequence[str]]]
"""The objections' keys, each with its words in both languages."""


class Raised(NamedTuple):
    """An objection: its key in the catalogue, and the part of the note that says it."""

    kind: str
    wording: str


class Planned(NamedTuple):
    """A next step; ``due`` is a plain date as ISO text, None where none is named; ``starts`` the
    time of day as HH:MM, where one is."""

    what: str
    due: str | None
    starts: str | None = None


class Recognised:
    """What a note says. ``unsure`` holds the outcomes where it says more than one, ``misdated``
    what is wrong with days that were left alone, ``untaken`` the clauses that name a day to come
    and were not taken as steps; ``refused`` says that somebody does not want to
    be contacted any more."""

    __slots__ = ("misdated", "objections", "outcome", "refused", "steps", "unsure", "untaken")

    def __init__(
        self,
        outcome: str | None,
        steps: tuple[Planned, ...],
        objections: tuple[Raised, ...],
        unsure: tuple[str, ...],
        misdated: tuple[str, ...] = (),
        *,
        untaken: tuple[str, ...] = (),
        refused: bool = False,
    ) -> None:
        self.outcome = outcome
        self.steps = steps
        self.objections = objections
        self.unsure = unsure
        self.misdated = misdated
        self.untaken = untaken
        self.refused = refused


class _Word:
    __slots__ = ("end", "folded", "start")

    def __init__(self, folded: str, start: int, end: int) -> None:
        self.folded = folded
        self.start = start
        self.end = end


class _Clause:
    __slots__ = ("text", "words")

    def __init__(self, text: str, words: list[_Word]) -> None:
        self.text = text
        self.words = words


def recognise(text: str, catalogue: Catalogue, today: date) -> Recognised:
    """What ``text`` says; days like "fri" are reckoned from ``today``."""
    clauses = list(_clauses(_composed(text), today))
    outcomes: list[str] = []
    attempted = False
    steps: list[Planned] = []
    raised: dict[str, str] = {}
    untaken: list[str] = []
    phrases = _by_first_word(catalogue, {word.folded for c in clauses for word in c.words})
    for clause in clauses:
        outcomes += [outcome for outcome in _outcomes(clause) if outcome not in outcomes]
        attempted = attempted or _is_attempt(clause)
        planned = _steps(clause, today)
        objections = list(_objections(clause, phrases))
        if planned and not (planned[0].due is None and _hold_the_deed(clause, objections)):
            steps += planned
            continue
        if _names_a_day_to_come(clause.text, today):
            untaken.append(clause.text)
        for kind, _start, _end in objections:
            raised.setdefault(kind, clause.text)
    if attempted and not outcomes:
        outcomes = ["not_met"]
    certain = outcomes[0] if len(outcomes) == 1 else None
    return Recognised(
        certain,
        tuple(dict.fromkeys(steps)),
        tuple(Raised(*item) for item in raised.items()),
        tuple(outcomes) if len(outcomes) > 1 else (),
        tuple(_misdated(_composed(text), today)),
        untaken=tuple(dict.fromkeys(untaken)),
        refused=any(refuses_contact(clause.text) for clause in clauses),
    )


_AGREED = re.compile(r"\s*[-*+] \[ ?\]\s+(.*\S)")


def agreed_steps(text: str, today: date) -> list[Planned]:
    """What is agreed as next steps: the lines like ``- [ ] send a sample, by Friday``."""
    found = []
    for line in text.splitlines():
        item = _AGREED.match(line)
        if item:
            found.append(_cut_date(_composed(item[1]), today, sure=True))
    return [step for step in found if step.what]


def agreed_misdated(text: str, today: date) -> list[str]:
    """What is wrong with days in the lines of :func:`agreed_steps`, in words."""
    lines = [item[1] for line in text.splitlines() if (item := _AGREED.match(line))]
    return [problem for line in lines for problem in _misdated(_composed(line), today)]


def _composed(text: str) -> str:
    return composed(text).replace("’", "'")


@cache
def _set(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words.split())


@cache
def _phrases(joined: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(fold(word) for word in phrase.split()) for phrase in joined.split("|"))


# Clauses and words --------------------------------------------------------------------------------

_ABBREVIATIONS = (
    r"\b(?:hr|fr|dr|ca|bzw|evtl|ggf|inkl|mr|mrs|ms|inc|tel|nr|str|z\.b|mo|di|mi|do|sa|so)"
)
_BREAK = re.compile(
    r"[;\n!?()]+|(?<!\d),|,(?!\d)|\s[-–—]+\s|(?<=[^\W\d])\.(?=\s|$)"
    r"|(?<=\d\.\d\.)\s+(?=[A-ZÄÖÜ])|(?<=\d\.\d\d\.)\s+(?=[A-ZÄÖÜ])"
)
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


def _clauses(text: str, today: date) -> Iterator[_Clause]:
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
            yield _clause(part)
        start = found.end() if found else len(text)


def _holds(text: str, mark: re.Match[str], start: int, end: int) -> bool:
    """Whether a mark lies in a date; at its end only where the sentence goes on behind it."""
    goes_on = mark.end() == end and re.match(r"\s+[^\W\dA-ZÄÖÜ]", text[end:]) is not None
    return start < mark.start() and (mark.end() < end or goes_on) and "\n" not in mark[0]


def _clause(text: str) -> _Clause:
    return _Clause(text, [_Word(fold(found[0]), *found.span()) for found in _WORD.finditer(text)])


def _find(
    words: list[_Word], phrases: dict[str, list[tuple[tuple[str, ...], str]]]
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


# Outcome ------------------------------------------------------------------------------------------


@cache
def _outcome_phrases() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for outcome, joined in notewords.OUTCOMES.items():
        for phrase in _phrases(joined):
            table.setdefault(phrase[0], []).append((phrase, outcome))
    return table


def _outcomes(clause: _Clause) -> list[str]:
    said = tuple(word.folded for word in clause.words)
    for outcome, joined in notewords.WHOLE.items():
        if said in _phrases(joined):
            return [outcome]
    return [
        "not_met" if outcome == "met" and _with_nobody(said, place, end) else outcome
        for place, end, outcome in _find(clause.words, _outcome_phrases())
        if not _denied(clause.words, place, set()) and not _undone(said, place)
    ]


def _undone(said: tuple[str, ...], place: int) -> bool:
    """Whether what stands at ``place`` has not been done: "haven't met"."""
    return said[place - 1 : place] != () and said[place - 1] in _set(notewords.NOT_DONE)


def _with_nobody(said: tuple[str, ...], place: int, end: int) -> bool:
    """Whether the words from ``place`` to ``end`` say that nobody was spoken to, or a machine."""
    if _to_machine(said):
        return True
    if said[end : end + 2] == ("no", "one"):
        return True
    for at in (*range(max(0, place - REACH), place), end, end + 1):
        if said[at : at + 1] and said[at] in _set(notewords.NOBODY):
            return said[at + 1 : at + 2] not in _ELSE
    near = (*said[max(0, place - 1) : place], *said[end : end + 1])
    return not _set(notewords.NO_ONE).isdisjoint(near)


def _to_machine(said: tuple[str, ...]) -> bool:
    machines, before = _set(notewords.MACHINES), _set(notewords.TO_MACHINES)
    return any(
        word in machines and not before.isdisjoint(said[max(0, place - 2) : place])
        for place, word in enumerate(said)
    )


def _is_attempt(clause: _Clause) -> bool:
    """Whether a clause says that somebody was not spoken to, where the note says nothing else: a
    date called off, nobody there, no answer."""
    said = tuple(word.folded for word in clause.words)
    bare = tuple(word for word in said if word not in _set(notewords.FILLERS))
    phrases = _phrases(notewords.ATTEMPTS)
    if said in phrases or bare in phrases:
        return True
    if not (
        _set(notewords.DATES_MADE).isdisjoint(said) or _set(notewords.CALLED_OFF).isdisjoint(said)
    ):
        return True
    if _to_machine(said):
        return True
    presence = _set(notewords.PRESENCE)
    denials = _set(notewords.DENIALS) | _set(notewords.NOT_DONE)
    about_things = not _set(notewords.THINGS).isdisjoint(said)
    for place, word in enumerate(said):
        after = said[place + 1 : place + 1 + REACH]
        if word in _set(notewords.NOBODY) or said[place : place + 2] == ("no", "one"):
            around = (*said[max(0, place - REACH) : place], *after)
            if not presence.isdisjoint(around) and after[:1] not in _ELSE:
                return True
        if word in denials and not about_things:
            rest = after[1:] if after[:1] in _BETWEEN else after
            if not _set(notewords.DENIED).isdisjoint(rest[:1]):
                return True
    return False


# "Nobody else was there" is of somebody who was; "nicht zu erreichen", "not to be found".
_ELSE = (("else",), ("sonst",), ("weiter",))
_BETWEEN = (("zu",), ("mehr",), ("be",))


def _denied(words: list[_Word], place: int, used: set[int]) -> bool:
    denials = _set(notewords.DENIALS)
    return any(
        words[i].folded in denials for i in range(max(0, place - REACH), place) if i not in used
    )


# Objections ---------------------------------------------------------------------------------------


def _by_first_word(
    catalogue: Catalogue, said: set[str]
) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """The catalogue's phrases whose first word is among those ``said``, by that word."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind, phrases in catalogue:
        for phrase in phrases:
            words = _WORD.findall(_composed(phrase))
            first = fold(words[0]) if words else ""
            if first in said:
                rest = (fold(word) for word in words[1:])
                table.setdefault(first, []).append(((first, *rest), kind))
    return table


def _objections(
    clause: _Clause, phrases: dict[str, list[tuple[tuple[str, ...], str]]]
) -> Iterator[tuple[str, int, int]]:
    """The kinds, with their first word and the word after."""
    words = clause.words
    used: set[int] = set()
    for place, end, kind in _find(words, phrases):
        denied = _denied(words, place, used)
        used.update(range(place, end))
        after = [word.folded for word in words[end : end + REACH]]
        # "Preis passt", but not "Preis passt nicht".
        agreed = not _set(notewords.SETTLED).isdisjoint(after)
        agreed = agreed and _set(notewords.DENIALS).isdisjoint(after)
        settled = end - place == 1 and (agreed or (after and after[0][:1].isdigit()))
        if not denied and not settled and not _denied_behind(words, place, end):
            yield kind, place, end


def _denied_behind(words: list[_Word], place: int, end: int) -> bool:
    """Whether what stands from ``place`` to ``end`` is denied by what follows it."""
    after = [word.folded for word in words[end:]]
    denials = _set(notewords.DENIALS) | _set(notewords.DENIED_LAST)
    for at, word in enumerate(after[: REACH + 1]):
        if word not in denials:
            continue
        # "ist kein Problem", "doesn't matter", and "stört nicht".
        around = (*after[max(0, at - 2) : at], *after[at + 1 : at + 3])
        if not _set(notewords.OBSTACLES).isdisjoint(around):
            return True
        if word in _set(notewords.DENIED_LAST) and at == len(after) - 1:
            verb = not _set(notewords.COPULAS).isdisjoint(after[:2])
            meant = end - place > 1 or not _set(notewords.PRONOUNS).isdisjoint(after[:at])
            return verb and meant
    return False


def _hold_the_deed(clause: _Clause, objections: list[tuple[str, int, int]]) -> bool:
    """Whether an objection's words are what makes the clause a next step: "has to talk it over",
    "send material"."""
    last = len(clause.words) - 1
    if clause.words[0].folded in _set(notewords.CLEAR_STARTS):
        last = 0
    return any(start <= last < end for _kind, start, end in objections)


# Next steps ---------------------------------------------------------------------------------------


_JOINTS = ("and", "und", "then", "dann")
# How what only says that a next step follows may begin.
_MARK_STARTS = "next|to-do|todo|n|->|→|=>|[|i|w|and |und |then |dann "
_MARKS = tuple(_MARK_STARTS.split("|"))


def _steps(clause: _Clause, today: date) -> list[Planned]:
    """The next steps that a clause names: one, or one on each side of its "and"."""
    if any(word.folded in _JOINTS for word in clause.words[1:-1]):
        halves = re.split(r"\s+(?:and|und|then|dann)\s+", clause.text)
        parts = [_step(_clause(half), today) for half in halves if half]
        if all(part is not None for part in parts):
            return [part for part in parts if part is not None]
    step = _step(clause, today)
    return [] if step is None else [step]


def _step(clause: _Clause, today: date) -> Planned | None:
    text, marked = _without_mark(clause.text)
    planned = _cut_date(text, today, sure=marked)
    words = [fold(found[0]) for found in _WORD.finditer(planned.what)]
    if not words or (not marked and not _is_the_sellers(words, dated=planned.due is not None)):
        return None
    return planned


def _is_the_sellers(words: list[str], *, dated: bool) -> bool:
    """Whether the words, without their date, say what the seller is going to do."""
    first = words[0]
    if first in _set(notewords.CLEAR_STARTS) and "sie" not in words[1:2]:
        return True
    if tuple(words[:2]) in _phrases(notewords.CLEAR_PAIRS):
        return True
    about_else = not _set(notewords.NOT_THE_SELLERS).isdisjoint(words)
    if words[-1] in _set(notewords.INFINITIVES):
        return not about_else
    if not dated:
        return False
    if tuple(words[:2]) in _phrases(notewords.DATED_PAIRS):
        return not about_else
    if words[-1] in _set(notewords.DATED_ENDS):
        return not about_else
    if words in [[word] for word in _set(notewords.AGAIN)]:
        return True
    return _is_a_date_made(words)


def _is_a_date_made(words: list[str]) -> bool:
    """Whether words without their day begin with what is to come then, "neuer Termin", and do not
    say that it was or is off."""
    noun = after_leads(words)
    if not noun:
        return False
    meets = noun[0].endswith(tuple(_set(notewords.NOUN_ENDS)))
    if not meets and noun[0] not in _set(notewords.DATED_STARTS):
        return False
    said = set(noun[1:])
    if meets or noun[0] in _set(notewords.DATES_MADE):
        said -= _set(notewords.AGREED) | _set(notewords.MOVED)
        if not _set(notewords.CALLED_OFF).isdisjoint(said):
            return False
    past = any(len(word) > 4 and word.endswith("ed") for word in said)
    return not past and _set(notewords.NOT_THE_SELLERS).isdisjoint(said)


def after_leads(words: list[str]) -> list[str]:
    """Folded words from the first that is more than an article or "next" on."""
    leads = _set(notewords.LEADS)
    begin = next((place for place, word in enumerate(words) if word not in leads), len(words))
    return words[begin:]


def _without_mark(text: str) -> tuple[str, bool]:
    """``text`` without what only says that a next step follows, and whether it said so."""
    if not text.lower().startswith(_MARKS):
        return text, False
    found = re.match(
        r"(?:(?:next steps?|next|to-?do|n[äa]e?chste[rs]?(?: schritte?)?)\s*:|->|→|=>|\[ ?\])\s*",
        text,
        re.IGNORECASE,
    )
    marked = found is not None
    if found:
        text = text[found.end() :]
    found = re.match(
        r"(?:(?:and|und|then|dann)\s+)?"
        r"(?:(?:i|we)(?:'ll| will| must| have to)|(?:ich|wir) (?:muss|müssen|soll|sollen|werden?))"
        r"\s+",
        text,
        re.IGNORECASE,
    )
    return (text[found.end() :], True) if found else (text, marked)


_BY = re.compile(r"by\b", re.IGNORECASE)
_GO = re.compile(r"\b(?:drop|come|stop|swing|pop)$", re.IGNORECASE)


def _cut_date(text: str, today: date, *, sure: bool) -> Planned:
    """``text`` without the day it names, and that day with its time, if it is today or still to
    come. A text that names two days, or one that could not be taken, is left as it is.

    ``sure`` says that the text is a next step, so that short names of days are days.
    """
    named = [
        mention
        for mention in dates.mentions(text, today)
        if _is_a_day(text, mention, sure=sure)
        and (mention.moment is None or mention.moment.day >= today)
    ]
    moments = {mention.moment for mention in named}
    moment = moments.pop() if len(moments) == 1 else None
    if moment is not None:
        start, end = named[0].start, named[0].end
        before = text[:start].strip(" ,;:(")
        # In "drop by on friday" the first word that leads up to the day is the verb's.
        by = _BY.match(text, start) is not None and _GO.search(before) is not None
        before += " by" if by else ""
        what = f"{before} {text[end:].strip(' ,;:)')}".strip(" .")
        if not by and fold(before.rpartition(" ")[2]) in _set(notewords.DANGLING):
            what = text.strip(" .,;")
        if what:
            clock = moment.clock
            return Planned(
                what, moment.day.isoformat(), None if clock is None else f"{clock:%H:%M}"
            )
    return Planned(text.strip(" .,;"), None)


def _names_a_day_to_come(text: str, today: date) -> bool:
    return any(
        mention.moment is not None
        and mention.moment.day > today
        and _is_a_day(text, mention, sure=False)
        for mention in dates.mentions(text, today)
    )


def _behind_a_date(text: str, mention: Mention) -> bool:
    """Whether what stands before a day only says what it is the day of: "WV 15.12."."""
    words = after_leads([fold(found[0]) for found in _WORD.finditer(text[: mention.start])])
    return len(words) == 1 and (
        words[0] in _set(notewords.DATES_MADE) | _set("wiedervorlage wv nachfassen callback")
        or words[0].endswith(tuple(_set(notewords.NOUN_ENDS)))
    )


def _is_a_day(text: str, mention: Mention, *, sure: bool) -> bool:
    """Whether the words are a day, and not more likely something else."""
    words = text[mention.core : mention.end].split()
    last = not text[mention.end :].strip(" .,;:!?)")
    marked = mention.core > mention.start
    timed = mention.moment is not None and mention.moment.clock is not None
    # 3.5 may be kilowatts, 1/2 a half, 20261124 a customer's number, the 3rd an offer.
    if not mention.sure and not ((marked or _behind_a_date(text, mention)) and (last or timed)):
        return False
    word = fold(words[0].rstrip(".,"))
    if len(words) == 1:
        if word in _set(notewords.NEVER_DAYS):
            return False
        if word in _set(notewords.SHORT_DAYS) and not (marked or (sure and last)):
            return False
    if len(words) == 1 or fold(words[1]) in ("um", "at", "about"):
        risky = word in _set(notewords.RISKY_DAYS)
        return not risky or last or words[0][:1].isupper()
    return True


def _misdated(text: str, today: date) -> list[str]:
    """What is wrong with days that the text names, in words: a weekday that is another's."""
    return [
        f"{text[mention.core : mention.end]}: {mention.problem}"
        for mention in dates.mentions(text, today)
        if mention.problem
    ]
