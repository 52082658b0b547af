"""Next steps, as a clause of a note says them, or several that stand together."""

from __future__ import annotations

from datetime import date

from funnelcli.actions import notewords
from funnelcli.actions.recognising.clauses import (
    WORD,
    Clause,
    clause_of,
    compared,
    mentions,
    phrases_of,
    without_days,
    word_set,
)
from funnelcli.actions.recognising.deeds import (
    after_leads,
    is_a_date_made,
    is_again,
    is_the_sellers,
    reports,
    without_mark,
)
from funnelcli.actions.recognising.planned import Planned
from funnelcli.actions.recognising.stepdays import (
    cut_date,
    is_a_day,
    names_a_day_to_come,
)
from funnelcli.actions.recognising.verbs import is_infinitive
from funnelcli.patterns import re, regex
from funnelcli.text import fold

_JOINTS = ("and", "und", "then", "dann", "so", "deshalb", "daher")
_JOINED = regex(rf"\s+(?:{'|'.join(_JOINTS)})\s+")


def steps_of(clause: Clause, today: date) -> list[Planned]:
    """The next steps that a clause names: one, or one on each side of its "and"."""
    if any(word in _JOINTS for word in clause.said[1:-1]):
        halves = _JOINED.split(clause.text)
        parts = [_step(clause_of(half), today) for half in halves if half]
        found = [part for part in parts if part is not None]
        if len(found) == len(parts):
            first, marked = found[0], without_mark(clause.text)[1]
            # "Ich muss bis Mittwoch das Angebot machen und das Datenblatt suchen"
            return [
                part._replace(due=first.due, starts=first.starts)
                if marked and part.due is None and _by_first(clause, today)
                else part
                for part in found
            ]
        last = found[-1] if found and parts[-1] is not None else None
        if last is not None and last.due is not None and without_mark(halves[-1])[1]:
            # "Nobody was in, so I left a flyer and will try again on Saturday"
            return [last]
    step = _step(clause, today) or _dictated(clause, today) or _passed_on(clause, today)
    return [] if step is None else [step]


_SAID_WORDS = ("says", "said", "sagt", "sagte", "meint", "meinte")
_PASSED_ON = regex(rf".{{3,}}?\b(?:{'|'.join(_SAID_WORDS)})\b[,:]?\s+", "i")
_ASKED_WORDS = ("asked", "told", "wants", "asks")
_ASKED_OF_ME = regex(
    rf"(?:[^ ]+ ){{0,3}}?(?:{'|'.join(_ASKED_WORDS)}) (?:me|us) to\s+(?!not\b)", "i"
)


def _said(clause: Clause, words: tuple[str, ...]) -> bool:
    """Whether one of some words is in a clause: to make a pattern takes longer than to look."""
    text = clause.text.casefold()
    return any(word in text for word in words)


def _passed_on(clause: Clause, today: date) -> Planned | None:
    """What somebody says is to be done: "reception says try again monday"."""
    asked = _said(clause, _ASKED_WORDS) and _ASKED_OF_ME.match(clause.text)
    if asked:
        # "Asked me to phone tomorrow at 4"
        step = _step(clause_of(clause.text[asked.end() :]), today)
        return step if step is not None and step.due is not None else None
    found = _said(clause, _SAID_WORDS) and _PASSED_ON.match(clause.text)
    if not found:
        return None
    rest = clause_of(clause.text[found.end() :])
    again = rest.said[:2] in phrases_of(notewords.CLEAR_PAIRS, notewords.DATED_PAIRS)
    return _step(rest, today) if again else None


# In what was dictated a step may begin within a clause of so many words.
_DICTATED = 6


def _dictated(clause: Clause, today: date) -> Planned | None:
    """The step that stands at the end of a clause without a mark before it: "hat 54 km gekostet
    morgen nachmittag nochmal hin"."""
    text, words = clause.text, clause.words
    for mention in mentions(text, today):
        if mention.moment is None or not is_a_day(text, mention, sure=False):
            continue
        place = next((n for n, word in enumerate(words) if word.start >= mention.start), None)
        if place is None or place < 2:
            continue
        starts = [place - 1] if words[place - 1].folded in word_set(notewords.DATES_MADE) else []
        if len(words) >= _DICTATED:
            starts += [at for at in (place - 2, place - 1) if _is_noun_to_come(words[at].folded)]
            starts += [place] if _ends_something(clause, place) else []
        for at in starts:
            before = clause.said[:at]
            made = words[at].folded in word_set(notewords.DATES_MADE)
            if (
                not made
                and before[-1:]
                and before[-1] in word_set(notewords.HOLDING, notewords.DANGLING)
            ):
                continue
            if not word_set(notewords.DENIALS, notewords.NOT_YET).isdisjoint(before[-3:]):
                continue
            if before[-2:-1] and before[-2] in _WANTS:
                # "Er will ein Angebot bis 15.12."
                continue
            if at < place and not word_set(notewords.TO_ME).isdisjoint(before[-3:]):
                continue
            step = _step(clause_of(text[words[at].start :]), today)
            if step is not None and step.due is not None:
                return step
    return None


_WANTS = word_set("will möchte wollen möchten wollte braucht brauchen wants needs wanted")


def _is_noun_to_come(word: str) -> bool:
    return word in word_set(notewords.DICTATED_NOUNS) or word.endswith(
        tuple(word_set("termin rückruf wiedervorlage"))
    )


def _ends_something(clause: Clause, place: int) -> bool:
    """Whether what is said before a place is complete: it ends with a participle, an infinitive
    or a measure."""
    word = clause.said[place - 1]
    if word in word_set(notewords.MEASURES):
        return True
    german = len(word) > 4 and word.endswith(("en", "ert", "iert"))
    return german and clause.written(place - 1)[:1].islower()


def is_but_a_verb(step: Planned) -> bool:
    """Whether a step does not say what is done: "schick ich"."""
    words = [fold(found[0]) for found in WORD.finditer(step.what)]
    mine = word_set(notewords.MY_VERBS) | {"ich", "wir", "das", "es", "ihm", "ihr"}
    return len(words) <= 3 and len(words) > 1 and set(words) <= mine


def is_deadline(clause: Clause, today: date) -> bool:
    """Whether a clause is but a day by which what stands before it is to be done: "deadline friday
    noon", "bis Freitag"."""
    if word_set(notewords.DEADLINES).isdisjoint(clause.said):
        return False
    rest = without_days(clause.text, today)
    words = {fold(found[0]) for found in WORD.finditer(rest)}
    return rest != clause.text and words <= word_set(notewords.DEADLINES)


def hangs_on(clause: Clause, before: Clause) -> bool:
    """Whether a clause says what I do only if what stands before it does not happen: "Ruft er nicht
    an, melde ich mich"."""
    said = before.said
    if before.sentence != clause.sentence or clause.said[1:2] not in (("ich",), ("wir",)):
        return False
    return said[0].endswith("t") and said[1:2] in (("er",), ("sie",)) and "nicht" in said


def is_promise(clause: Clause) -> bool:
    """Whether a clause says that I promised what the next says: "hab ihm versprochen"."""
    mine = not {"ich", "hab", "habe", "wir"}.isdisjoint(clause.said)
    return mine and clause.said[-1] in ("versprochen", "zugesagt", "versprach", "angekundigt")


def promised(clause: Clause, today: date) -> list[Planned]:
    """The step that was promised: "die Zeichnung bis Dienstag zu schicken"."""
    found = re.fullmatch(r"(.+) zu ([^ ]+)", clause.text)
    step = None if found is None else _step(clause_of(f"{found[1]} {found[2]}"), today)
    return [] if step is None else [step]


def joined_with_day(before: Clause, clause: Clause, today: date) -> Planned | None:
    """The step that a clause says whose day is all of the next: "Probefahrt vereinbart, Mi 9.12."
    None where the first has a day of its own, or the second says more."""
    if len(clause.words) > _DATED or mentions(before.text, today):
        return None
    rest = without_days(clause.text, today)
    if rest == clause.text or not word_set(notewords.DEADLINES).isdisjoint(clause.said):
        return None
    if WORD.search(rest) or before.said[-1] in word_set(notewords.NOT_YET, notewords.DANGLING):
        return None
    step = _step(clause_of(f"{before.text}, {clause.text}"), today)
    return step if step is not None and step.due is not None else None


# A clause that is but a day and a time has at most so many words.
_DATED = 8


def is_moved_to(clause: Clause, before: Clause | None, today: date) -> bool:
    """Whether a clause says to which day an appointment was moved: "rescheduled to december 10", or
    "und zwar auf den 11.12." behind a clause that says that it was moved."""
    said = clause.said
    moved = not word_set(notewords.RESCHEDULED).isdisjoint(said)
    after = before is not None and not word_set(notewords.RESCHEDULED).isdisjoint(before.said)
    if not (moved or after) or not names_a_day_to_come(clause.text, today):
        return False
    rest = without_days(clause.text, today)
    words = {fold(found[0]) for found in WORD.finditer(rest)}
    return words <= word_set(notewords.RESCHEDULED, notewords.MOVED_FILLERS)


def moved_to(clause: Clause, before: Clause | None, today: date) -> Planned | None:
    """The appointment that such a clause moves, in the words before it, where it goes on with them
    and they say which; None where its day cannot be taken."""
    if before is None:
        return with_deadline(Planned(clause.text, None), None, today)
    off = not word_set(notewords.CALLED_OFF, "stood ghosted bailed").isdisjoint(before.said)
    moved = word_set(notewords.RESCHEDULED)
    named = moved.isdisjoint(clause.said) or not moved.isdisjoint(before.said)
    which = any(before.text[word.start].isupper() for word in before.words[1:])
    which = which or not word_set(notewords.DATES_MADE).isdisjoint(before.said)
    if off and not named and not which:
        # "Cancelled on me last minute, rebooked for Thursday 3pm"
        dated = cut_date(clause.text, today, sure=True)
        return None if dated.due is None else dated
    return with_deadline(Planned(f"{before.text}, {clause.text}", None), None, today)


# "Site inspection", "tour of the plant": no longer than so many words.
_EVENT = 4
_BARE_DATES = ("termin", "treffen", "appointment", "meeting", "visit", "besuch")


def what_it_is_for(step: Planned, before: Clause, clause: Clause, today: date) -> Planned | None:
    """A step that is but "next appointment", with a day and nothing more, in the words that say
    which: "Nächster Termin: 7.1., 13:30 Uhr, Besichtigung Referenzanlage". None for any other."""
    words = after_leads([compared(found[0]) for found in WORD.finditer(step.what)])
    bare = len(words) == 1 and words[0] in _BARE_DATES and before.text.startswith(step.what)
    if not bare or step.due is None or mentions(clause.text, today):
        return None
    event = is_a_date_made(list(clause.said)) or (
        len(clause.said) <= _EVENT and clause.said[-1] in word_set(notewords.DATED_STARTS)
    )
    return step._replace(what=clause.text) if event else None


def with_deadline(step: Planned, clause: Clause | None, today: date) -> Planned | None:
    """A step with the day that a clause gives it, or its own words; None where the day cannot be
    taken."""
    text = step.what if clause is None else f"{step.what} {clause.text}"
    dated = cut_date(text, today, sure=True)
    if dated.due is None:
        return None
    return step._replace(due=dated.due, starts=dated.starts)


def _by_first(clause: Clause, today: date) -> bool:
    """Whether a clause names its day before anything else that is to be done, for all of it."""
    named = mentions(clause.text, today)
    return bool(named) and len(WORD.findall(clause.text[: named[0].start])) <= 3


def _step(clause: Clause, today: date) -> Planned | None:
    text, marked = without_mark(clause.text)
    if not marked and reports(text):
        return None
    planned = cut_date(text, today, sure=marked)
    if planned.due == today.isoformat() and planned.starts is None and is_again(planned.what):
        return None
    written = WORD.findall(planned.what)
    words = [compared(word) for word in written]
    if not words:
        return None
    tails = word_set(notewords.TAILS)
    tail = next((n for n, word in enumerate(words) if n and word in tails), None)
    written, words = written[:tail], words[:tail]
    # "3 Absagen" are no infinitive, where nouns are written with a capital.
    noun = len(written) > 1 and written[-1][:1].isupper() and not planned.what.isupper()
    todays = planned.due == today.isoformat() and planned.starts is None
    if todays and is_a_date_made(words) and (noun or not is_infinitive(words[-1])):
        # "Heute Erstgespräch bei Vogel" has been, and "heute Angebot schicken" has not.
        return None
    dated = planned.due is not None
    return planned if marked or is_the_sellers(words, dated=dated, noun=noun) else None
