"""Days that stand in a note and were not taken, so that whoever wrote them is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from funnelcli.actions import notewords
from funnelcli.actions.recognising.amounts import begins_at
from funnelcli.actions.recognising.clauses import Clause, compared, is_ahead, mentions, word_set
from funnelcli.actions.recognising.deeds import after_leads, begins_a_step, is_my_verb
from funnelcli.actions.recognising.planned import Planned
from funnelcli.actions.recognising.shortdays import is_a_plain_word
from funnelcli.errors import Usage
from funnelcli.patterns import re, regex
from funnelcli.plain import NamedTuple
from funnelcli.text import fold
from funnelcli.values import dates
from funnelcli.values.datewords import lexicon


class Undated(NamedTuple):
    """A step without a day, and the words beside it that name one, or a time around it."""

    what: str
    day: str


def misdated(text: str, today: date) -> list[str]:
    """What is wrong with days that the text names, in words: a weekday that is another's."""
    # "Mo-Fr 8-17 Uhr" names no 17th of August.
    text = begins_at(text)
    return [
        f"{text[mention.core : mention.end]}: {mention.problem}"
        for mention in mentions(text, today)
        if mention.problem
    ]


_SLASHED = regex(r"(?<![\w./,-])(\d{1,2}/\d{1,2}(?:/\d{2}(?:\d\d)?)?)(?![\w/%-]|[.,]\d)")


_LEADING = word_set(
    "wiedervorlage wv callback rückruf by on until till due before after from for at am bis zum ab"
    " vor nach spätestens next"
)
_CLOCK = regex(r"\s*,?\s*(?:at |@ ?|um )?\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|uhr|h)?\b", "i")


def two_days(clauses: Iterable[Clause], today: date) -> list[str]:
    """What is wrong with the days of a note that can mean two: "12/4" where neither the locale
    nor a weekday says which number is the month. What may be a share or a mark is no day."""
    return [problem for clause in clauses for problem in _two_days(clause, today)]


def _two_days(clause: Clause, today: date) -> Iterator[str]:
    if "/" not in clause.text:
        return
    taken = [(mention.start, mention.end) for mention in mentions(clause.text, today)]
    for found in _SLASHED.finditer(clause.text):
        if any(start <= found.start() < end for start, end in taken):
            continue
        before = re.findall(r"[^\W\d_]+", fold(clause.text[: found.start()]))
        led = bool(before) and (
            before[-1] in _LEADING or "weekday" in lexicon().get(before[-1], {})
        )
        timed = _CLOCK.match(clause.text, found.end()) is not None
        noun = after_leads([compared(word) for word in before])
        made = bool(noun) and noun[0] in word_set(notewords.DATES_MADE)
        if not (led or timed or made or begins_a_step(clause.text)):
            continue
        try:
            dates.parse_date(found[0], on=today)
        except Usage as error:
            yield error.message


_DATED_STARTS = (
    f"{notewords.DATES_MADE} wiedervorlage wv rückruf nachfassen follow-up followup callback"
)


def leaves_a_day(clause: Clause, today: date, *, was: bool) -> bool:
    """Whether a clause that was not taken as a step names a day ahead that could not be taken: one
    before or after which something is to be done, a part of something longer, one that lies far
    ahead, a month of a year to come; or, where it begins like a step or says that something is
    wanted later or again, a month, another time around a day, or one of today. ``was`` says that
    the clause speaks of what has been."""
    if was:
        return False
    left = [
        (clause.text[mention.core : mention.end], mention.sure)
        for mention in mentions(clause.text, today)
        if mention.moment is None
        and not mention.problem
        and not is_a_plain_word(clause.text, mention)
    ]
    if any(sure and is_ahead(written, today) for written, sure in left):
        return True
    if _names_a_month_to_come(clause.text, today) or _is_mine_at(clause):
        return True
    if not word_set(_CALLING).isdisjoint(clause.said) and _in_hours(clause.text):
        return True
    if not (begins_a_step(clause.text) or clause.said[0] in word_set(_DATED_STARTS)):
        return _is_for_later(clause.said) and _around_a_day(clause.text) != ""
    around = _around_a_day(clause.text) or _in_hours(clause.text)
    return any("/" in written for written, _sure in left) or around != ""


# Whoever calls in two hours.
_CALLING = "meldet melden ruft rufen anrufen rückruf call calls ring rings phone phones callback"
_AGAIN = word_set("again wieder nochmal nochmals erneut")
_AWAY = word_set("ist is kommt comes away back da weg zurück")
_WANTED = word_set("will möchte wünscht wants want")
_LATER = word_set("erst frühestens earliest until")


def _is_for_later(said: tuple[str, ...]) -> bool:
    """Whether words say that something is to be done again, or wanted only later, and not that
    somebody is back then."""
    again = not _AGAIN.isdisjoint(said) and _AWAY.isdisjoint(said)
    return again or not (_WANTED.isdisjoint(said) or _LATER.isdisjoint(said))


_MONTH_OF_A_YEAR = regex(r"([^\W\d_]+)\.?,? (20\d\d)(?![\w.]?\d)")


def _names_a_month_to_come(text: str, today: date) -> bool:
    """Whether a text names a month with its year that is to come: "erst im März 2027"."""
    for found in _MONTH_OF_A_YEAR.finditer(text):
        month = lexicon().get(fold(found[1]), {}).get("month")
        if month is not None and (int(found[2]), month) > (today.year, today.month):
            return True
    return False


# "in 20 Minuten", "in half an hour": from now, which no note says.
_HOURS = regex(
    r"\bin (?:about |around |ca\.? |circa |etwa )?(?:\d{1,3}(?:[.,]\d)?|an?|one|two|three|five|ten"
    r"|half an|einer|zwei|drei|fünf|zehn|einer halben|einer viertel|ein paar|a few|a couple of)"
    r"[ -]?"
    r"(?:minutes?|mins?|m|minuten|hours?|hrs?|h|stunden?|std)\b",
    "i",
)
_AT_A_TIME = regex(
    r"\b(?:at|um|gegen|ab|vor|nach|bis|before|after|by|until)\s+\d{1,2}(?:[:.]\d\d)?\s*(?:uhr|h|am"
    r"|pm)\b|\b(?:at|um|gegen)\s+\d{1,2}:\d\d\b|\b(?:at|um)\s+\d{1,2}(?=\s*(?:$|[.,;!]|(?:an|nochmal|vorbei|hin|zurück)\b))"
    r"|\b(?:at|um|gegen|ab)\s+(?:halb|half past|quarter (?:past|to)|viertel (?:vor|nach))\s+\w+"
    r"|\b(?:after|before) lunch\b|\b(?:nach|vor) (?:der |dem )?mittag(?:spause|essen)?\b",
    "i",
)


def _in_hours(text: str) -> str:
    """How far off a text says that something of today is."""
    found = _HOURS.search(text)
    return "" if found is None else found[0]


def _at_a_time(text: str) -> str:
    """The time that a text names without a day."""
    found = _AT_A_TIME.search(text)
    return "" if found is None else found[0]


def _is_mine_at(clause: Clause) -> bool:
    """Whether a clause says what I do at a time of no day: "komme um 18 Uhr nochmal vorbei"."""
    said = clause.said
    back = said[-1] in ("hin", "vorbei") and not word_set(notewords.AGAIN).isdisjoint(said)
    if said[0] in word_set(notewords.DATES_MADE, notewords.DICTATED_NOUNS):
        # "Besuch um 14 Uhr" has been.
        return False
    mine = back or is_my_verb(said[0]) or (said[0] == "ich" and is_my_verb("".join(said[1:2])))
    return mine and (_at_a_time(clause.text) or _in_hours(clause.text)) != ""


_AROUND = word_set(
    "easter christmas xmas weekend holidays ostern weihnachten pfingsten neujahr wochenende ferien"
    " spring summer autumn winter frühjahr frühling sommer herbst quarter quartal"
)
_BEFORE = word_set(
    "in im by until till bis ab from after nach vor before early late mid of ende end anfang"
    " mitte over am this next über the den dem der zum zu beginning around um"
    " wiedervorlage wv rückruf callback followup up again nochmal wieder nachfassen"
)


def undated(steps: Iterable[Planned], today: date) -> list[Undated]:
    """The steps without a day beside which one stands: a part of something longer, a month alone,
    a quarter, a time of the year."""
    found = []
    for step in steps:
        if step.due is None and (day := _day_in(step.what, today)):
            found.append(Undated(step.what, day))
    return found


def _day_in(text: str, today: date) -> str:
    for mention in mentions(text, today):
        ahead = mention.moment is None or mention.moment.day > today
        if mention.sure and ahead and not is_a_plain_word(text, mention):
            return text[mention.core : mention.end]
    slashed = _SLASHED.search(text)
    if slashed is not None:
        return slashed[0]
    return _around_a_day(text) or _in_hours(text) or _at_a_time(text)


def _around_a_day(text: str) -> str:
    """The first word of a text that names a time around a day: a month, a quarter, "Ostern"."""
    before = ""
    for word in re.finditer(r"[^\W_]+", text):
        folded = fold(word[0])
        names = re.fullmatch(r"q[1-4]|h[12]", folded) or (
            before in _BEFORE and (folded in _AROUND or "month" in lexicon().get(folded, {}))
        )
        if names:
            return word[0]
        before = folded
    found = _NEW_YEAR.search(text)
    return "" if found is None else found[0]


_NEW_YEAR = regex(r"\bim neuen jahr\b|\b(?:in|after) (?:the )?new year\b", "i")
