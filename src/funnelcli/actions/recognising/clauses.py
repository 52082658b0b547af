"""A note as clauses of folded words, and phrases found in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise

from funnelcli.actions import notewords
from funnelcli.errors import Usage
from funnelcli.patterns import re, regex
from funnelcli.text import composed, fold
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values import dates
from funnelcli.values.days import NEAREST

if TYPE_CHECKING:
    from funnelcli.values.datereading import Mention

Phrases = dict[str, list[tuple[tuple[str, ...], str]]]
"""Phrases as folded words with what they stand for, by their first word."""

# How far a denial reaches: "no problem with the price".
REACH = 4
# A clause is no longer than this many words, so that a note takes time by its length alone.
LONGEST = 60
# From so many words on a clause was dictated, and says more than one thing.
_DICTATED = 9


class Word:
    """A word as it is compared, and where it stands in its clause."""

    __slots__ = ("end", "folded", "start")

    def __init__(self, folded: str, start: int, end: int) -> None:
        self.folded = folded
        self.start = start
        self.end = end


class Clause:
    """A part of a note that says one thing, and its words, which ``said`` has folded; ``sentence``
    is the number of the sentence that it belongs to, ``quoted`` says that it stands in quotation
    marks, ``asks`` that it ends with a question mark."""

    __slots__ = ("_folded", "asks", "quoted", "said", "sentence", "text", "words")

    def __init__(
        self, text: str, words: list[Word], sentence: int = 0, *, quoted: bool = False
    ) -> None:
        self.text = text
        self.words = words
        self.said = tuple([word.folded for word in words])
        self.sentence = sentence
        self.quoted = quoted
        self.asks = False
        self._folded: str | None = None

    @property
    def folded(self) -> str:
        """The whole text folded, marks and all."""
        if self._folded is None:
            self._folded = fold(self.text)
        return self._folded

    def written(self, place: int) -> str:
        """The word at a place as it is written."""
        word = self.words[place]
        return self.text[word.start : word.end]


@lru_cache(1 << 8)
def mentions(text: str, today: date) -> tuple[Mention, ...]:
    """The days that a text names. Each part of a note is asked for several times while it is read;
    whoever reads a note clears what is kept of the last, for when a morning is may have changed."""
    return tuple(
        mention
        for mention in dates.mentions(text, today)
        if not _is_a_name(text[mention.core : mention.end])
    )


def is_ahead(written: str, today: date) -> bool:
    """Whether words of a note that stand for a day mean one after ``today``, or may."""
    try:
        return dates.parse_moment(written, NEAREST, today).day > today
    except Usage:
        return True


def without_days(text: str, today: date) -> str:
    """``text`` without the days that it names, and what leads up to them."""
    for mention in reversed(mentions(text, today)):
        text = text[: mention.start] + text[mention.end :]
    return text


_LETTERS = regex(r"[^\W\d_]+")
_OF_CLOCKS = frozenset(("uhr", "h", "am", "pm", "um", "at", "bis", "to"))


def _is_a_name(written: str) -> bool:
    """Whether a word is but folded into the short name of a day: "Sue", "Moe", "Doe", or is another
    word beside a time: "14 Uhr mit"."""
    letters = {fold(found[0]) for found in _LETTERS.finditer(written)} - _OF_CLOCKS
    if len(letters) == 1 and letters <= word_set(notewords.NEVER_DAYS) and " " in written:
        return True
    return (
        len(written) == 3
        and written.isalpha()
        and written.lower() != "tue"
        and len(fold(written)) == 2
    )


def plain(text: str) -> str:
    """``text`` in one spelling of umlauts and apostrophes, as long as it is read."""
    return composed(text).replace("’", "'")


@cache
def word_set(*lines: str) -> frozenset[str]:
    """The folded words of lines of :mod:`~funnelcli.actions.notewords`."""
    # All at once, for to fold a word takes as long as to fold fifty.
    return frozenset(fold(" ".join(lines)).split())


@cache
def phrases_of(*lines: str) -> frozenset[tuple[str, ...]]:
    """The phrases of such lines, which strokes part, as folded words."""
    return frozenset(tuple(phrase.split()) for phrase in fold("|".join(lines)).split("|"))


@cache
def whole_words(pattern: str) -> re.Pattern[str]:
    """A pattern over folded text, itself written as people write, that begins and ends at a
    word."""
    return re.compile(rf"(?<![^\W_])(?:{fold(pattern)})(?![^\W_])")


_ABBREVIATIONS = regex(
    r"\b(?:hrn?|fr|fa|fam|dr|prof|ca|bzw|evtl|ggf|inkl|nachm|vorm|mr|mrs|ms|inc|tel|nr|str|z\.b|mo|di|mi|do"
    r"|sa"
    r"|so|st|wg|bzgl|betr|sen|jun|jr|sr|ang|gespr|bespr|kd|kdn|einw|wettb|mitbew|entsch|vereinb"
    r"|appt|apt|mtg|cust|obj|comp|untl)$",
    "i",
)
# After these a sentence ends only where another begins.
_UNITS = regex(r"\b(?:std|min|mins|hrs|tsd|mio|eur|km|zzgl|max|ung|usw|etc)$", "i")
_BREAK = regex(
    r"[;\n!?()]+|(?<!\d),|,(?!\d)|(?<!\d)\s[-–—]+\s"
    r"|\s[-–—]+\s(?!\d{1,2}(?:[:.]\d\d(?![\d.])| ?(?:Uhr|uhr|am|pm)\b))"
    r"|(?<=[^\W\d])\.(?=\s|$)|\.{2,}|…"
    r"|(?<=\d\.\d\.)\s+(?=[A-ZÄÖÜ])|(?<=\d\.\d\d\.)\s+(?=[A-ZÄÖÜ])"
    r"|(?<=\d)\.(?=\s+[A-ZÄÖÜ][^\W\d_]{2})"
)
_QUOTES = frozenset('„“”"«»')
_QUOTED = regex(r'[„“”"«»]([^„“”"«»\n]+)[„“”"«»]')
_ENDS = frozenset(";\n!?.…")
_GOES_ON = regex(r"\s+[^\W\dA-ZÄÖÜ]")
_LOOK_BACK = 12
_LOOK_AHEAD = 40
WORD = regex(r"[^\W_]+(?:['-][^\W_]+)*")


def clauses_of(text: str, today: date) -> Iterator[Clause]:
    """The clauses of a note, in order; no day that it names is taken apart. What was dictated
    without a mark is parted where somebody begins to do something else."""
    sentence = 0
    for part, quoted, mark in _parts(text, today):
        whole = clause_of(part)
        # What has no word, "👍" or "€", says nothing that is read here.
        for clause in _parted(whole) if whole.words else ():
            clause.sentence, clause.quoted, clause.asks = sentence, quoted, "?" in mark
            yield clause
        sentence += not _ENDS.isdisjoint(mark)


def _parts(text: str, today: date) -> Iterator[tuple[str, bool, str]]:
    """The text between its marks: each part, whether it is quoted, and the mark behind it."""
    # A comma or a dot within a date ends nothing: "Mittwoch, 2.12.".
    found = [(mention.start, mention.end) for mention in mentions(text, today)]
    # Nor does the stroke between two: "24.12. - 6.1.".
    found += [
        (one[0], other[1])
        for one, other in pairwise(found)
        if not text[one[1] : other[0]].strip(" -–—/")
    ]
    whole = set(found)
    held = sorted(found)
    quotes = [
        place
        for quote in (() if _QUOTES.isdisjoint(text) else _QUOTED.finditer(text))
        if quote[1].count(" ") > 1
        for place in (quote.span(),)
    ]
    marks = sorted(
        [(*mark.span(), 0) for mark in _BREAK.finditer(text)]
        + [(start, start + 1, 1) for start, _end in quotes]
        + [(end - 1, end, -1) for _start, end in quotes]
    )
    start, quoted, behind = 0, False, 0
    for begin, end, quotes_from in [*marks, (len(text), len(text), 0)]:
        if begin < start:
            continue
        if quotes_from == 0 and begin < len(text):
            while behind < len(held) and held[behind][1] < begin:
                behind += 1
            if _is_no_mark(text, begin, end, start, held[behind : behind + 3], whole):
                continue
        yield text[start:begin].strip(" \t.:*#>"), quoted, text[begin:end]
        start, quoted = end, quotes_from > 0 or (quoted and quotes_from == 0)


def _is_a_start(text: str) -> bool:
    """Whether a text begins with what the seller is going to do."""
    said = [compared(found[0]) for found in WORD.finditer(text)][:2]
    return tuple(said) in phrases_of(notewords.CLEAR_PAIRS) or (
        said[:1] != [] and said[0] in word_set(notewords.CLEAR_STARTS)
    )


def _is_no_mark(
    text: str,
    begin: int,
    end: int,
    start: int,
    near: list[tuple[int, int]],
    whole: set[tuple[int, int]],
) -> bool:
    """Whether what looks like the end of the clause that began at ``start`` is none: the dot of an
    abbreviation, or a mark within one of the dates that are ``near``."""
    if text[begin:end] == ".":
        before = text[max(0, begin - _LOOK_BACK) : begin]
        if _ABBREVIATIONS.search(before):
            return True
        if _UNITS.search(before) and re.match(r"\s+[^\WA-ZÄÖÜ]", text[end : end + 3]):
            # "Spoke 10 min. check back in March"
            return not _is_a_start(text[end : end + _LOOK_AHEAD])
    if "\n" not in text[begin:end]:
        for first, after in near:
            # A mark at a date's end is its own only where the sentence goes on behind it.
            goes_on = end == after and _GOES_ON.match(text, end) is not None
            if first < begin and (end < after or goes_on):
                return True
    # "Bis 3.12. Muster schicken"
    return text[begin:end].isspace() and (start, begin) in whole


@cache
def _short() -> dict[str, str]:
    return {short: fold(word) for short, word in notewords.SHORT.items()}


def compared(word: str) -> str:
    """A word as it is compared: folded, and whole where it is written short."""
    folded = fold(word)
    return _short().get(folded, folded)


def clause_of(text: str) -> Clause:
    """``text`` as one clause."""
    return Clause(text, [Word(compared(found[0]), *found.span()) for found in WORD.finditer(text)])


def _parted(clause: Clause) -> Iterator[Clause]:
    """A clause, or the several that were dictated as one."""
    words = clause.words
    if len(words) < _DICTATED:
        yield clause
        return
    said = clause.said
    first = 0
    for place in range(1, len(words)):
        full = place - first >= LONGEST
        if full or (place - first >= 2 and _begins(said, place)):
            yield clause_of(clause.text[words[first].start : words[place].start].strip(" ,:"))
            first = place
    if first == 0:
        yield clause
    else:
        yield clause_of(clause.text[words[first].start :])


def _begins(said: tuple[str, ...], place: int) -> bool:
    """Whether somebody begins to do something else at a place."""
    before, word = said[place - 1], said[place]
    after = said[place + 1] if place + 1 < len(said) else ""
    if before in word_set(notewords.JOINING):
        return False
    if word in word_set(notewords.FIRST_PERSON_JOINED):
        return True
    if word in word_set(notewords.SUBJECTS) and after in word_set(notewords.FINITE):
        return True
    if before in word_set(notewords.HOLDING):
        return False
    pair = (word, after) in phrases_of(notewords.CLEAR_PAIRS, notewords.DATED_PAIRS)
    return pair or word in word_set(notewords.DICTATED_STARTS)


def find(said: tuple[str, ...], phrases: Phrases) -> Iterator[tuple[int, int, str]]:
    """Phrases in order of place as (first word, word after, what it stands for); at each place
    the longest, and none within another."""
    place = 0
    while place < len(said):
        best = 0
        meaning = ""
        for phrase, what in phrases.get(said[place], ()):
            length = len(phrase)
            if length > best and phrase == said[place : place + length]:
                best, meaning = length, what
        if best:
            yield place, place + best, meaning
        place += best or 1


def denied_before(said: tuple[str, ...], place: int, used: Collection[int] = frozenset()) -> bool:
    """Whether a word shortly before ``place``, but those ``used``, denies what stands there."""
    denials = word_set(notewords.DENIALS)
    return any(said[i] in denials for i in range(max(0, place - REACH), place) if i not in used)
