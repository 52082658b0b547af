"""Next steps and their days, as a clause or an agreed line of a note says them."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from funnelcli.actions import notewords
from funnelcli.actions.recognising.clauses import (
    WORD,
    Clause,
    clause_of,
    compared,
    mentions,
    phrases_of,
    plain,
    word_set,
)
from funnelcli.actions.recognising.shortdays import is_short_day, may_be_short_day
from funnelcli.actions.recognising.verbs import is_first_person, is_infinitive
from funnelcli.text import fold

if TYPE_CHECKING:
    from funnelcli.values.datereading import Mention


class Planned(NamedTuple):
    """A next step; ``due`` is a plain date as ISO text, None where none is named; ``starts`` the
    time of day as HH:MM, where one is."""

    what: str
    due: str | None
    starts: str | None = None


_AGREED = re.compile(r"\s*[-*+] \[ ?\]\s+(.*\S)")


def agreed_steps(text: str, today: date) -> list[Planned]:
    """What is agreed as next steps: the lines like ``- [ ] send a sample, by Friday``."""
    found = []
    for line in text.splitlines():
        item = _AGREED.match(line)
        if item:
            found.append(_cut_date(plain(item[1]), today, sure=True))
    return [step for step in found if step.what]


def agreed_misdated(text: str, today: date) -> list[str]:
    """What is wrong with days in the lines of :func:`agreed_steps`, in words."""
    lines = [item[1] for line in text.splitlines() if (item := _AGREED.match(line))]
    return [problem for line in lines for problem in misdated(plain(line), today)]


_JOINTS = ("and", "und", "then", "dann", "so", "deshalb", "daher")
# How what only says that a next step follows may begin.
_MARK_STARTS = "next|to-do|todo|n|must|->|→|=>|[|i|w|and |und |then |dann |have to|need to|muss ich"
_MARKS = tuple(_MARK_STARTS.split("|"))


def steps_of(clause: Clause, today: date) -> list[Planned]:
    """The next steps that a clause names: one, or one on each side of its "and"."""
    if any(word.folded in _JOINTS for word in clause.words[1:-1]):
        halves = re.split(r"\s+(?:and|und|then|dann|so|deshalb|daher)\s+", clause.text)
        parts = [_step(clause_of(half), today) for half in halves if half]
        found = [part for part in parts if part is not None]
        if len(found) == len(parts):
            first, marked = found[0], _without_mark(clause.text)[1]
            # "Ich muss bis Mittwoch das Angebot machen und das Datenblatt suchen"
            return [
                part._replace(due=first.due, starts=first.starts)
                if marked and part.due is None and _by_first(clause, today)
                else part
                for part in found
            ]
        last = found[-1] if found and parts[-1] is not None else None
        if last is not None and last.due is not None and _without_mark(halves[-1])[1]:
            # "Nobody was in, so I left a flyer and will try again on Saturday"
            return [last]
    step = _step(clause, today) or _dictated(clause, today) or _passed_on(clause, today)
    return [] if step is None else [step]


_PASSED_ON = re.compile(r".{3,}?\b(?:says|said|sagt|sagte|meint|meinte)\b[,:]?\s+", re.IGNORECASE)


_ASKED_OF_ME = re.compile(
    r"(?:[^ ]+ ){0,3}?(?:asked|told|wants|asks) (?:me|us) to\s+(?!not\b)", re.IGNORECASE
)


def _passed_on(clause: Clause, today: date) -> Planned | None:
    """What somebody says is to be done: "reception says try again monday"."""
    asked = _ASKED_OF_ME.match(clause.text)
    if asked is not None:
        # "Asked me to phone tomorrow at 4"
        step = _step(clause_of(clause.text[asked.end() :]), today)
        return step if step is not None and step.due is not None else None
    found = _PASSED_ON.match(clause.text)
    if found is None:
        return None
    rest = clause_of(clause.text[found.end() :])
    again = rest.said[:2] in phrases_of(notewords.CLEAR_PAIRS + "|" + notewords.DATED_PAIRS)
    return _step(rest, today) if again else None


# In what was dictated a step may begin within a clause of so many words.
_DICTATED = 6


def _dictated(clause: Clause, today: date) -> Planned | None:
    """The step that stands at the end of a clause without a mark before it: "hat 54 km gekostet
    morgen nachmittag nochmal hin"."""
    text, words = clause.text, clause.words
    for mention in mentions(text, today):
        if mention.moment is None or not _is_a_day(text, mention, sure=False):
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
                and before[-1] in word_set(notewords.HOLDING + notewords.DANGLING)
            ):
                continue
            if not word_set(notewords.DENIALS + notewords.NOT_YET).isdisjoint(before[-3:]):
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
    rest = clause.text
    if not set(clause.said) & word_set(notewords.DEADLINES):
        return False
    for mention in reversed(mentions(rest, today)):
        rest = rest[: mention.start] + rest[mention.end :]
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
    named = mentions(clause.text, today)
    if not named or len(clause.words) > _DATED or mentions(before.text, today):
        return None
    rest = clause.text
    for mention in reversed(named):
        rest = rest[: mention.start] + rest[mention.end :]
    if not word_set(notewords.DEADLINES).isdisjoint(clause.said):
        return None
    if WORD.search(rest) or before.said[-1] in word_set(notewords.NOT_YET + notewords.DANGLING):
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
    rest = clause.text
    for mention in reversed(mentions(rest, today)):
        rest = rest[: mention.start] + rest[mention.end :]
    words = {fold(found[0]) for found in WORD.finditer(rest)}
    return words <= word_set(notewords.RESCHEDULED + notewords.MOVED_FILLERS)


def with_deadline(step: Planned, clause: Clause | None, today: date) -> Planned | None:
    """A step with the day that a clause gives it, or its own words; None where the day cannot be
    taken."""
    text = step.what if clause is None else f"{step.what} {clause.text}"
    dated = _cut_date(text, today, sure=True)
    if dated.due is None:
        return None
    return step._replace(due=dated.due, starts=dated.starts)


def _by_first(clause: Clause, today: date) -> bool:
    """Whether a clause names its day before anything else that is to be done, for all of it."""
    named = mentions(clause.text, today)
    return bool(named) and len(WORD.findall(clause.text[: named[0].start])) <= 3


def _step(clause: Clause, today: date) -> Planned | None:
    text, marked = _without_mark(clause.text)
    if not marked and _reports(text):
        return None
    planned = _cut_date(text, today, sure=marked)
    if planned.due == today.isoformat() and planned.starts is None and _is_again(planned.what):
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
    if planned.due == today.isoformat() and planned.starts is None and _is_a_date_made(words):
        # "Heute Erstgespräch bei Vogel" has been.
        return None
    dated = planned.due is not None
    return planned if marked or _is_the_sellers(words, dated=dated, noun=noun) else None


def _is_the_sellers(words: list[str], *, dated: bool, noun: bool) -> bool:
    """Whether the words, without their date, say what the seller is going to do; ``noun``: the
    last of them is written as one."""
    first = words[0]
    if words[:2] == ["ask", "for"]:
        return False
    if first in word_set(notewords.CLEAR_STARTS) and "sie" not in words[1:2]:
        return True
    if tuple(words[:2]) in phrases_of(notewords.CLEAR_PAIRS):
        return True
    if " ".join(words) in _BACK_THERE:
        return True
    if first in word_set(notewords.VERB_NOUNS) and _has_an_object(words[1:]):
        return True
    if dated and tuple(words[:2]) in phrases_of(notewords.WE_MEET):
        return True
    if words[0] in ("ich", "wir") or _is_mine(words):
        return _is_mine(words)
    about_else = not word_set(notewords.NOT_THE_SELLERS).isdisjoint(words)
    # "Ziel: Termin vereinbaren", "fragt ob wir montieren"
    if first in word_set(notewords.GOALS) or not {"ob", "dass"}.isdisjoint(words[1:-1]):
        return False
    if not noun and is_infinitive(words[-1]):
        return not about_else and (dated or first not in word_set(notewords.SUBORDINATE))
    if not dated:
        return False
    if words[-1] in ("ubergeben", "uberreichen") and not about_else:
        return True
    if _is_a_document_due(words):
        return True
    if tuple(words[:2]) in phrases_of(notewords.DATED_PAIRS) and "forth" not in words:
        return not about_else
    if first in word_set(notewords.DOING) and "every" not in words:
        return True
    if first in ("i'm", "we're", "i'll", "owe") or words[:2] in (["i", "am"], ["i", "owe"]):
        return _is_doing(words)
    if _is_short_of_me(words) or _is_bound(words):
        return True
    if first.endswith("e") and _is_my_verb(first) and not about_else:
        # "Treffe am Mittwoch den Einkaufsleiter", but not "Suche nach Personal läuft bis Freitag".
        return True
    if first in ("promised", "versprochen", "zugesagt"):
        return True
    if words[-1] in word_set(notewords.DATED_ENDS):
        return not about_else
    if len(words) == 1 and _is_again(words[0]):
        return True
    return _is_a_date_made(words)


# What is to be done whether or not a day is named.
_BACK_THERE = frozenset(
    f"{again} {there}"
    for again in ("nochmal", "nochmals", "noch mal", "noch einmal", "erneut", "wieder")
    for there in ("hin", "vorbei")
)


def _is_doing(words: list[str]) -> bool:
    """Whether words say what I am about to do, or owe: "I'm seeing him", "I owe her a layout"."""
    if "owe" in words[:2]:
        return True
    verb = words[2] if words[0] == "i" and len(words) > 2 else words[1] if len(words) > 1 else ""
    return verb.endswith("ing") and verb not in (
        "being",
        "going",
        "hoping",
        "expecting",
        "thinking",
    )


# What stands before the second half of a verb that is said without "ich": "Hake Montag nach".
_HALVES = "an ab auf aus ein nach vor vorbei zurück durch rein rum hin weiter"


def _is_bound(words: list[str]) -> bool:
    """Whether words say what has to be done and by nobody else: "Muss nachkalkulieren"."""
    if words[0] not in ("muss", "mussen") or word_set(_TALKING).issuperset(words[-1:]):
        return False
    return is_infinitive(words[-1]) and {"er", "sie", "erst", "man"}.isdisjoint(words)


# What the customer has to do with others first.
_TALKING = "sprechen besprechen absprechen klären abklären abstimmen fragen nachfragen rücksprechen"


def _is_short_of_me(words: list[str]) -> bool:
    """Whether words begin with what I do and end with the rest of the verb: "Ruf durch"."""
    if len(words) < 2 or words[-1] not in word_set(_HALVES):
        return False
    return _is_my_verb(words[0])


def _is_a_document_due(words: list[str]) -> bool:
    """Whether words are a thing that the seller makes, as in "leasing offer by 5 dec", "Angebot
    geht raus"."""
    made = not word_set(notewords.DOCUMENTS).isdisjoint(words)
    if made and words[-1] in ("raus", "ruber", "out") and {"geht", "goes", "go"} & set(words):
        return True
    return (
        len(words) <= 4
        and words[-1] in word_set(notewords.DOCUMENTS)
        and word_set(notewords.NOT_THE_SELLERS + " received got bekommen da from von").isdisjoint(
            words
        )
        and not any(word.endswith("ed") for word in words)
    )


def _has_an_object(rest: list[str]) -> bool:
    """Whether words behind "call" or "email" make a verb of it: "call the neighbour"."""
    if rest[:1] and rest[0] in word_set(notewords.OBJECTS):
        return True
    return bool(rest) and rest[-1] in word_set(notewords.DOCUMENTS) and len(rest) <= 3


def _is_mine(words: list[str]) -> bool:
    """Whether words say in the first person what is to be done: "ich ruf sie an", "schick ich",
    "soll mich melden"."""
    verbs = word_set(notewords.MY_VERBS)
    if words[0] in ("ich", "wir") and words[1:2] and _is_my_verb(words[1]):
        return True
    if words[0] == "wir" and words[1:2] and is_infinitive(words[1]):
        # "Wir liefern am Freitag": the firm does.
        return False
    for verb, subject in pairwise(words[:6]):
        if subject in ("ich", "ichs", "wir") and (
            (subject != "wir" and _is_my_verb(verb))
            or (subject == "wir" and (verb in verbs or is_infinitive(verb)))
        ):
            return "wenn" not in words
    if words[0] in ("soll", "sollen", "darf") and is_infinitive(words[-1]):
        mine = not {"mich", "ich", "uns", "wir"}.isdisjoint(words[1:4])
        again = not word_set(notewords.AGAIN + " wieder mal").isdisjoint(words)
        return (mine or again) and not ({"er", "sie", "nicht"} & set(words))
    return False


def _is_my_verb(word: str) -> bool:
    return word in word_set(notewords.MY_VERBS) or is_first_person(word)


# German participles: "geschickt", "abgelehnt", "angenommen".
_DONE = re.compile(
    r"(?:ab|an|auf|aus|ein|zu|vor|nach|mit|zuruck|weg|los|hin|her|durch)?ge[^\W\d_]{3,}(?:t|en)"
)


def _is_again(what: str) -> bool:
    return fold(what) in word_set(notewords.AGAIN)


# What is said of something that is to come and fixed.
_BOOKED = "booked scheduled arranged confirmed fixed set in for vereinbart ausgemacht gebucht"


def _is_a_date_made(words: list[str]) -> bool:
    """Whether words without their day begin with what is to come then, "neuer Termin", and do not
    say that it was or is off."""
    noun = after_leads(words)
    if not noun:
        return False
    meets = noun[0].endswith(tuple(word_set(notewords.NOUN_ENDS)))
    if not meets and noun[0] not in word_set(notewords.DATED_STARTS):
        return False
    said = set(noun[1:]) - word_set(_BOOKED)
    if meets or noun[0] in word_set(notewords.DATES_MADE):
        said -= word_set(notewords.AGREED) | word_set(notewords.MOVED)
        if not word_set(notewords.CALLED_OFF + notewords.DOUBTED).isdisjoint(said):
            return False
    past = any((len(word) > 4 and word.endswith("ed")) or _DONE.fullmatch(word) for word in said)
    return not past and word_set(notewords.NOT_THE_SELLERS).isdisjoint(said)


def after_leads(words: list[str]) -> list[str]:
    """Folded words from the first that is more than an article or "next" on."""
    leads = word_set(notewords.LEADS)
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
        r"(?:(?:(?:i|we) (?:said|promised|agreed|told (?:him|her|them))(?: that)? (?:i|we)(?:'d"
        r"|'ll| will| would)"
        r"|(?:(?:i|we)(?:'ll| will| must| have to| need to| am going to| promised to))"
        r"|must(?= (?:check|send|call|ring|order|prepare|confirm|chase|email|book|bring|collect)\b)"
        r"|(?:need|have) to(?! (?:be|have|wait|think|decide)\b)"
        r"|will(?= (?:try again|call again|ring again|visit again|knock again|come again"
        r"|call round|pop (?:by|in|round|back)|go back|follow up|check (?:in|back)|revisit|swing"
        r" by|stop by|drop by"
        r"|chase"
        r"|send (?:him|her|them|it|this|that)|call (?:him|her|them)|email (?:him|her|them))\b)"
        r"|will(?= (?:send|prepare|write|draft|bring|email|mail) (?:[^ ]+ ){0,3}?"
        r"(?:offer|quote|proposal|contract|brochure|samples?|datasheet|invoice|references)))"
        r"|(?:ich|wir) (?:muss|müssen|soll|sollen|werden?)|muss ich)\s+(?!sagen|zugeben|gestehen)",
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
        for mention in mentions(text, today)
        if _is_a_day(text, mention, sure=sure)
        and (mention.moment is None or mention.moment.day >= today)
    ]
    if len(named) > 1:
        # "Heute drei Absagen und ein Termin am Montag"
        ahead = [m for m in named if m.moment is None or m.moment != (today, None)]
        named = ahead or named
    moments = {mention.moment for mention in named}
    moment = moments.pop() if len(moments) == 1 else None
    if moment is not None:
        start, end = named[0].start, named[0].end
        before = text[:start].strip(" ,;:(")
        # In "drop by on friday" the first word that leads up to the day is the verb's.
        by = _BY.match(text, start) is not None and _GO.search(before) is not None
        before += " by" if by else ""
        what = f"{before} {text[end:].strip(' ,;:)')}".strip(" .")
        if not by and fold(before.rpartition(" ")[2]) in word_set(notewords.DANGLING):
            what = text.strip(" .,;")
        if what:
            clock = moment.clock
            return Planned(
                what, moment.day.isoformat(), None if clock is None else f"{clock:%H:%M}"
            )
    return Planned(text.strip(" .,;"), None)


def names_a_day_to_come(text: str, today: date) -> bool:
    """Whether a day after today is named, which a step may have been meant for."""
    return any(
        mention.moment is not None
        and mention.moment.day > today
        and (_is_a_day(text, mention, sure=False) or may_be_short_day(text, mention))
        for mention in mentions(text, today)
    )


def _behind_a_date(text: str, mention: Mention) -> bool:
    """Whether what stands before a day only says what it is the day of: "WV 15.12."."""
    words = after_leads([compared(found[0]) for found in WORD.finditer(text[: mention.start])])
    return len(words) == 1 and (
        words[0]
        in word_set(notewords.DATES_MADE) | word_set("wiedervorlage wv nachfassen callback")
        or words[0].endswith(tuple(word_set(notewords.NOUN_ENDS)))
    )


def _is_a_day(text: str, mention: Mention, *, sure: bool) -> bool:
    """Whether the words are a day, and not more likely something else."""
    words = text[mention.core : mention.end].split()
    rest = text[mention.end :].strip(" .,;:!?)")
    last = not rest
    # "Rufe am 28. an"
    nearly = last or fold(rest) in word_set(notewords.PARTICLES)
    marked = mention.core > mention.start
    timed = mention.moment is not None and mention.moment.clock is not None
    # 3.5 may be kilowatts, 1/2 a half, 20261124 a customer's number, the 3rd an offer.
    if not mention.sure and not (
        ((marked or _behind_a_date(text, mention)) and (nearly or timed))
        or ("/" in words[0] and (timed or (nearly and (sure or begins_a_step(text)))))
    ):
        return False
    word = fold(words[0].rstrip(".,"))
    if len(words) == 1:
        if word in word_set(notewords.NEVER_DAYS):
            return False
        named = marked or (last and (sure or _behind_a_date(text, mention)))
        if word in word_set(notewords.SHORT_DAYS) and not named:
            return is_short_day(text, mention)
    if len(words) == 1 or fold(words[1]) in ("um", "at", "about"):
        risky = word in word_set(notewords.RISKY_DAYS)
        return not risky or last or words[0][:1].isupper()
    return True


# What says that a mail or a call has been: "email: sent brochure", "Mail: Prospekt geschickt".
_REPORTED = word_set(
    "sent left got received made done answered replied spoke talked discussed asked told"
    " he she they geschickt gesendet verschickt hinterlassen erhalten bekommen gesprochen"
    " besprochen raus"
)


def _reports(text: str) -> bool:
    """Whether a text says of a mail or a call what it was, and not that one is to come."""
    words = [compared(found[0]) for found in WORD.finditer(text)]
    first = word_set(notewords.VERB_NOUNS + " anruf telefonat sms whatsapp")
    if len(words) < 2 or words[0] not in first or _REPORTED.isdisjoint(words[1:]):
        return False
    return re.match(r"\s*[\w-]+\s*:", text) is not None or words[1] in _REPORTED


def begins_a_step(text: str) -> bool:
    """Whether a text begins with what is done to somebody: "ping Sam 12/10"."""
    word = WORD.search(text)
    starts = (notewords.CLEAR_STARTS, notewords.VERB_NOUNS, notewords.DOING)
    begins = word is not None and any(compared(word[0]) in word_set(words) for words in starts)
    return begins or _without_mark(text)[1]


def misdated(text: str, today: date) -> list[str]:
    """What is wrong with days that the text names, in words: a weekday that is another's."""
    return [
        f"{text[mention.core : mention.end]}: {mention.problem}"
        for mention in mentions(text, today)
        if mention.problem
    ]
