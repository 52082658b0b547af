"""German weekdays of two letters without a word that leads up to them: "Di nochmal", "ruf Mo an".

"Do" and "So" are words as well, "Fr" is Frau, "Mo" and "Di" begin names. So one is a day only where
it is written with a capital among words of a German next step, and nothing speaks for a name.
"""

from __future__ import annotations

from funnelcli.actions import notewords
from funnelcli.actions.recognising.clauses import WORD, compared, word_set
from funnelcli.actions.recognising.deeds import HALVES, is_my_verb
from funnelcli.actions.recognising.verbs import is_infinitive
from funnelcli.text import fold
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from funnelcli.values.datereading import Mention

_SHORT = frozenset(["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"])
# Short names that are no words, however they are written.
_NO_WORDS = frozenset(("mo", "di", "mi", "mon", "tu", "th"))
_TITLES = "herr herrn frau hr hrn familie fam firma fa"
# Nouns of a next step and of whom it is for, which are no name.
_NOUNS = " ".join(
    (
        notewords.DOCUMENTS,
        notewords.DATES_MADE,
        notewords.DATED_STARTS,
        notewords.DICTATED_NOUNS,
        "herrn herr frau kunde kunden kundin chef chefin mail mails email",
    )
)
_NOUN_ENDS = "angebot vertrag muster katalog prospekt liste blatt plan rechnung unterlagen"
# What may stand behind a day and behind "Frau" is a name, however it is written.
_BEHIND = (
    "mit ihm ihr ihn sie ihnen den die das der dem ein eine einen um ab gegen früh gleich dann"
    " wieder bei zu zum zur ich wir"
)
_HALVES = f"{HALVES} raus"


def is_written_short(text: str, mention: Mention) -> bool:
    """Whether a mention is but the two letters of a weekday, written like one."""
    return text[mention.start : mention.end].rstrip(".") in _SHORT


def is_short_day(text: str, mention: Mention) -> bool:
    """Whether the two letters are certainly a day: in what a seller is going to do, and no name."""
    return _speaks_for_a_day(text, mention) and not _may_be_else(text, mention)


def may_be_short_day(text: str, mention: Mention) -> bool:
    """Whether the two letters are a day or may be one, so that it is said if they were left
    alone."""
    if not is_written_short(text, mention):
        return False
    if _speaks_for_a_day(text, mention):
        # "Fr Meier anrufen" is of Frau Meier, and "Fr" no day that was lost.
        return not (_is(text, mention, "Fr") and _may_be_else(text, mention))
    # "Kunde meldet sich Fr"
    before = WORD.findall(text[: mention.start])
    rest = text[mention.end :].strip(" .,;:!?)")
    return bool(before) and not rest and before[-1].islower() and not _is(text, mention, "So", "Do")


def is_a_plain_word(text: str, mention: Mention) -> bool:
    """Whether a short name of a day is more likely a word or a title: "we", "die", "Fr Meier"."""
    written = text[mention.core : mention.end].rstrip(".")
    word = fold(written)
    if word in word_set(notewords.NEVER_DAYS):
        return True
    if written in _SHORT:
        return not may_be_short_day(text, mention)
    return word in word_set(notewords.SHORT_DAYS) and word not in _NO_WORDS


def _is(text: str, mention: Mention, *days: str) -> bool:
    return text[mention.start : mention.end].rstrip(".") in days


# "Versuche es Mo"
_TRYING = (["versuche", "es"], ["probiere", "es"], ["versuch", "es"], ["probier", "es"])


def _speaks_for_a_day(text: str, mention: Mention) -> bool:
    """Whether the words around the two letters are those of a next step in German."""
    if not is_written_short(text, mention):
        return False
    written = WORD.findall(f"{text[: mention.start]} {text[mention.end :]}")
    words = [compared(word) for word in written]
    if not words:
        return False
    if written[-1].islower() and (
        is_infinitive(words[-1]) or words[-1] in word_set(notewords.DATED_ENDS)
    ):
        return True
    if not word_set(notewords.AGAIN_GERMAN).isdisjoint(words) or words[:2] in _TRYING:
        return True
    if any(map(is_my_verb, words[:3])) and (
        words[-1] in word_set(_HALVES) or not {"ich", "wir"}.isdisjoint(words[:3])
    ):
        return True
    first = compared((WORD.findall(text[mention.end :]) or [words[0]])[0])
    ends = tuple(word_set(notewords.NOUN_ENDS))
    return first.endswith(ends) or first in word_set("wiedervorlage wv nachfassen")


def _may_be_else(text: str, mention: Mention) -> bool:
    """Whether the two letters may be a word or a part of a name all the same."""
    before, after = WORD.findall(text[: mention.start]), WORD.findall(text[mention.end :])
    if not before and _is(text, mention, "So"):
        # "So nochmal versuchen"
        return True
    if before and compared(before[-1]) in word_set(_TITLES):
        return True
    if not after:
        return False
    word = compared(after[0])
    if after[0][:1].isupper():
        return word not in word_set(_NOUNS) and not word.endswith(
            tuple(word_set(_NOUN_ENDS, notewords.NOUN_ENDS))
        )
    if _is(text, mention, "Fr"):
        known = word_set(notewords.AGAIN_GERMAN, _BEHIND, _HALVES, notewords.DATED_ENDS)
        return word not in known and not is_infinitive(word)
    return False
