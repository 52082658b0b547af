"""A next step and its day: which words of it are one, and what is left without them."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from funnelcli.actions import notewords
from funnelcli.actions.recognising.clauses import WORD, compared, mentions, word_set
from funnelcli.actions.recognising.deeds import after_leads, begins_a_step
from funnelcli.actions.recognising.planned import Planned
from funnelcli.actions.recognising.shortdays import is_short_day, may_be_short_day
from funnelcli.patterns import regex
from funnelcli.text import fold

if TYPE_CHECKING:
    from funnelcli.values.datereading import Mention

_BY = regex(r"by\b", re.IGNORECASE)
_GO = regex(r"\b(?:drop|come|stop|swing|pop)$", re.IGNORECASE)


# "WV 14 Tage", "callback 2 weeks": how far off it is, in the fewest words.
_FAR_OFF = regex(
    r"\b((?:wv|wiedervorlage|rückruf|nachfassen|follow-?up|call ?back)\s*:?\s+)"
    r"(?=\d{1,3}\s*(?:tg|tage?n?|wochen?|wo|monate?n?|days?|weeks?|wks?|months?)"
    r"\s*(?:$|[.,;!\n)]|(?:wg|wegen|zwecks|bzgl|re|about)\b))",
    re.IGNORECASE | re.MULTILINE,
)


def spelt_out(text: str) -> str:
    """``text`` with "in" before what only says how far off the next step is."""
    return _FAR_OFF.sub(r"\1in ", text) if any(map(str.isdecimal, text)) else text


def cut_date(text: str, today: date, *, sure: bool) -> Planned:
    """``text`` without the day it names, and that day with its time, if it is today or still to
    come. A text that names two days, or one that could not be taken, is left as it is.

    ``sure`` says that the text is a next step, so that short names of days are days.
    """
    named = [
        mention
        for mention in mentions(text, today)
        if is_a_day(text, mention, sure=sure)
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
        and (is_a_day(text, mention, sure=False) or may_be_short_day(text, mention))
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


def is_a_day(text: str, mention: Mention, *, sure: bool) -> bool:
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
