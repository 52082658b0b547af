"""Whose words a clause has, and of which time: what others say, what was, what only may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from funnelcli.actions.recognising.clauses import Clause, is_ahead, mentions, whole_words, word_set
from funnelcli.patterns import re
from funnelcli.plain import NamedTuple
from funnelcli.text import fold
from funnelcli.values.datewords import lexicon


class Setting(NamedTuple):
    """How a clause is meant: other people's words (``hearsay``), of a time that is over, only if
    something else happens (``conditional``), a question, something denied as a whole."""

    hearsay: bool = False
    past: bool = False
    conditional: bool = False
    asked: bool = False
    denied: bool = False
    dated_back: bool = False
    """It names a day that has been, written as a date."""

    @property
    def is_said(self) -> bool:
        """Whether the clause says of its own what it says."""
        return not (self.hearsay or self.past or self.denied)


_OTHERS = (
    "nachbar nachbarin nachbarn neighbour neighbor neighbours neighbors schwager schwägerin"
    " freund"
    " freundin friend friends bekannter bekannte kollege kollegin colleague tochter daughter sohn"
    " son cousin onkel uncle tante aunt internet zeitung newspaper google leute people"
)
_SAYING = (
    "sagt sagte sagen meint meinte meinen findet fand behauptet behauptete erzählt erzählte"
    " glaubt"
    " dachte says said say thinks thought claims claimed told tells reckons reckoned told heard"
    " gehört gelesen"
)


def _says(clause: Clause, words: str, pattern: str) -> bool:
    """Whether a pattern is found in a clause, each of whose ways has one of the ``words``: most
    clauses have none, and a pattern takes longer to make than a note to read."""
    if word_set(words).isdisjoint(clause.said):
        return False
    return whole_words(pattern).search(clause.folded) is not None


_NUMBER = (
    r"(?:\d+|einem|einer|einigen|zwei|drei|vier|fünf|sechs|ein paar|a|one|two|three|four|six|few"
    r"|a few|some)"
)
_PAST_WORDS = (
    "früher damals seinerzeit ehemals ehemalige ehemaliger ehemaligen ehemaliges letztes letzten"
    " letzter voriges vorigen voriger vorjahr last used previously formerly former then supplier"
    " provider vendor installer alter alten alte vor ago frühere früherer bisherige bisheriger"
    " vorherige previous old thought expected feared dachte gedacht befürchtet erwartet contract"
    " vertragsfrei mehr letzte"
)
_PAST = (
    r"früher|damals|seinerzeit|ehemals|ehemalige[rnms]?|letztes jahr|letzten? (?:winter|sommer"
    r"|herbst)"
    r"|voriges jahr|im vorjahr|last year|used to|previously|formerly|former|back then"
    r"|(?:the |his |her |their )?last (?:supplier|provider|vendor|installer)"
    r"|(?:sein|ihr)e?(?:n|m|r)? (?:letzter|letzten|voriger|vorigen|alter|alten) (?:anbieter"
    r"|lieferant|lieferanten)"
    rf"|vor {_NUMBER} (?:jahr|monat|woche|tag)e?n?|{_NUMBER} (?:year|month|week|day)s? ago"
    rf"|(?:der|die|sein|seine|ihr|ihre|the|his|her|their) (?:alte|alter|frühere|früherer"
    rf"|bisherige|bisheriger"
    r"|vorherige|previous|old|former) (?:lieferant|anbieter|dienstleister|supplier|provider"
    r"|vendor|installer|firma)"
    r"|(?:thought|expected|feared) (?:it|we|they|that|this) (?:[^ ]+ ){0,2}?(?:would|might|was"
    r"|were)"
    r"|(?:dachte|gedacht|befürchtet|erwartet)(?: [^ ]+){0,4}? (?:wäre|wären|würde|sei)"
    r"|out of contract|vertragsfrei|nicht mehr (?:bei|kunde)"
)
_IF_WORDS = (
    "wenn falls sofern vorausgesetzt falle if unless case provided assuming should sobald once"
)
_IF = (
    r"wenn|falls|sofern|vorausgesetzt|im falle|if|unless|in case|provided|assuming|should he"
    r"|should she|sobald|once (?:he|she|they)"
)
_ASKED_WORDS = "ob if whether how why"
_ASKED = (
    r"(?:fragt|fragte|fragen|gefragt|wissen|wollte wissen)(?: [^ ]+){0,2}? ob|ob"
    r"|(?:asks|asked|ask|wonders|wondered|know|knows)(?: [^ ]+){0,2}? (?:if|whether|how|why)"
    r"|whether"
)
_NOT_TRUE_WORDS = "nicht not isn't isnt didn't did never nie"
_NOT_TRUE = (
    r"stimmt (?:aber |so |doch |gar )?nicht|nicht (?:wahr|der fall)|(?:not|isn't|isnt) (?:true"
    r"|the case)"
    r"|didn't say|did not say|never said|nie gesagt|nicht gesagt"
)


_YEAR = r"(?:in|im jahr|im jahre) ((?:19|20)\d\d)"


def _is_over(clause: Clause, today: date) -> bool:
    """Whether a clause names a year that is over: "in 2019 they bought from Heatco"."""
    if not any(len(word) == 4 and word.isdigit() for word in clause.said):
        return False
    found = whole_words(_YEAR).search(clause.folded)
    return found is not None and int(found[1]) < today.year


def _is_dated_back(clause: Clause, today: date) -> bool:
    """Whether a clause names a day that has been, written as a date: "am 2.11. besucht"."""
    if not any(letter.isdigit() for letter in clause.text):
        return False
    for mention in mentions(clause.text, today):
        named = clause.text[mention.core : mention.end]
        moment = mention.moment
        past = not is_ahead(named, today) if moment is None else moment.day < today
        if past and not mention.problem and mention.sure:
            written = fold(named)
            words = re.findall(r"[^\W\d_]+", written)
            dotted = re.search(r"\d\. ?\d|\d-\d\d-\d", written) is not None
            if dotted or any("month" in lexicon().get(word, {}) for word in words):
                return True
    return False


def settings_of(clauses: Iterable[Clause], today: date) -> Iterator[tuple[Clause, Setting]]:
    """Every clause with how it is meant."""
    sentence = -1
    others_say = conditional = untrue = False
    for clause in clauses:
        if clause.sentence != sentence:
            sentence, conditional = clause.sentence, False
            others_say = others_say and clause.quoted
            untrue = False
        reports = not word_set(_OTHERS).isdisjoint(clause.said)
        reports = reports and not word_set(_SAYING).isdisjoint(clause.said)
        if reports:
            others_say = True
        asked = _says(clause, _ASKED_WORDS, _ASKED)
        begins = _says(clause, _IF_WORDS, _IF) and not (asked and "whether" in clause.said)
        conditional = conditional or begins
        denied = _says(clause, _NOT_TRUE_WORDS, _NOT_TRUE)
        that = clause.said[:1] in (("dass",), ("that",), ("das",))
        yield (
            clause,
            Setting(
                hearsay=reports or (others_say and clause.quoted),
                past=_says(clause, _PAST_WORDS, _PAST) or _is_over(clause, today),
                conditional=conditional,
                asked=asked,
                denied=denied or (untrue and that),
                dated_back=_is_dated_back(clause, today),
            ),
        )
        untrue = denied or (untrue and that)
        if not clause.quoted and not reports:
            others_say = False
