"""A next step and its day: which words of it are one, and what is left without them."""

from __future__ import annotations

from datetime import date

from funnelcli.actions import notewords
from funnelcli.actions.recognising.amounts import begins_at, without_times
from funnelcli.actions.recognising.clauses import WORD, compared, mentions, word_set
from funnelcli.actions.recognising.deeds import after_leads, begins_a_step
from funnelcli.actions.recognising.planned import Planned
from funnelcli.actions.recognising.shortdays import is_short_day, may_be_short_day
from funnelcli.patterns import re, regex
from funnelcli.text import fold
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values.datewords import lexicon

if TYPE_CHECKING:
    from funnelcli.values.datereading import Mention

_BY = regex(r"by\b", "i")
_GO = regex(r"\b(?:drop|come|stop|swing|pop)$", "i")


# "WV 14 Tage", "callback 2 weeks", "FU 2w": how far off it is, in the fewest words.
_FAR_OFF = regex(
    r"\b((wv|wiedervorl(?:age|\.)?|nachfassen|nachhaken|follow[- ]?up|fup?|f/up?|rückruf|rr"
    r"|call ?back|ring back|try again|retry|chase)\s*:?\s+(?:in\s+)?)"
    r"(\d{1,3}\s*|(?:one|two|three|four|six|eine?|einen|zwei|drei|vier|sechs)\s+)"
    r"(tg|tage?n?|t|wochen?|wo|monate?n?|mon|days?|d|weeks?|wks?|w|months?|mths?|mos?|m)"
    r"(?=\s*(?:$|[.,;!\n)]|(?:wg|wegen|zwecks|bzgl|re|about)\b))",
    "im",
)
_UNITS = {"wo": "w", "mon": "months", "mo": "months", "mos": "months"} | {
    "mth": "months",
    "mths": "months",
}


_SPELT_UNITS = ("week", "woche", "month", "monat", "tag", "day")


# "call mon am": half a day behind its day, and not "Mo am Nachmittag" or "tomorrow am in Kiel".
_HALF_DAY = regex(
    r"\b((?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?|tomorrow|tmrw|tmr)"
    r"\.?,? (?:(a)\.?m\b(?!\.?\s*(?:\d|(?:or|in|at|on|not|free|away|out|back|the)\b|\w+ing\b))"
    r"|(p)\.?m\b(?!\.?\s*\d))",
    "im",
)
# The end of the day that is today's where no other stands beside it.
_END_OF_DAY = regex(
    r"(?<!\w)(?:(?:by|until|till|til|bis)\s+(?:the\s+)?(?:eod|cob|end of (?:the |business )?day"
    r"|close of (?:business|day)|tagesende|feierabend|dienstschluss|büroschluss)|eod|cob)\b",
    "i",
)
_WITH_DAY_ENDS = ("eod", "cob", "day", "business", "ende", "feierabend", "schluss")


def spelt_out(text: str) -> str:
    """``text`` with "in" before what only says how far off the next step is, with a unit there
    that is one of days as well, and with the short names of parts of a day in full."""
    folded = text.casefold()
    counted = any(map(str.isdecimal, text)) or any(unit in folded for unit in _SPELT_UNITS)
    if counted:
        text = _FAR_OFF.sub(_in, text)
    if "m" in folded:
        text = _HALF_DAY.sub(_half_day, text)
    if any(end in folded for end in _WITH_DAY_ENDS):
        text = _END_OF_DAY.sub(_end_of_day, text)
    return text


def _half_day(found: re.Match[str]) -> str:
    return f"{found[1]} {'morning' if found[2] else 'afternoon'}"


def _end_of_day(found: re.Match[str]) -> str:
    """The end of today, unless another day stands beside it: "eod friday", "27.11. eod"."""
    text = found.string
    before = re.search(r"(\w+)[.,]?\s*$", text[: found.start()])
    after = re.match(r",?\s*(?:on |am |the )?(\w+)", text[found.end() :])
    for beside in (before, after):
        word = "" if beside is None else fold(beside[1])
        kinds = lexicon().get(word, {})
        if word[:1].isdecimal() or not {"weekday", "day", "month"}.isdisjoint(kinds):
            return found[0]
    return "by eod today"


def _in(found: re.Match[str]) -> str:
    lead, word, count, unit = found.groups()
    if unit.lower() == "m" and word[0].lower() not in "fnw":
        # Whoever is called back "in 10m" means minutes.
        return found[0]
    lead = lead if lead.rstrip().lower().endswith(" in") else f"{lead}in "
    return f"{lead}{count}{_UNITS.get(unit.lower(), unit)}"


def cut_date(text: str, today: date, *, sure: bool) -> Planned:
    """``text`` without the day it names, and that day with its time, if it is today or still to
    come; of two times of a clock the first. A text that names two days, or one that could not be
    taken, is left as it is.

    ``sure`` says that the text is a next step, so that short names of days are days.
    """
    begun = _begun(text, today)
    if begun != text and (planned := _cut_date(begun, today, sure=sure)).starts is not None:
        return planned
    return _cut_date(text, today, sure=sure)


def _cut_date(text: str, today: date, *, sure: bool) -> Planned:
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
        what = f"{before} {text[end:].lstrip(' .,;:)').rstrip(' ,;:)')}".strip(" .")
        if not by and fold(before.rpartition(" ")[2]) in word_set(notewords.DANGLING):
            what = text.strip(" .,;")
        if what:
            clock = moment.clock
            return Planned(
                what, moment.day.isoformat(), None if clock is None else f"{clock:%H:%M}"
            )
    return Planned(text.strip(" .,;"), None)


def _begun(text: str, today: date) -> str:
    """``text`` with the first alone of two times of a clock, where it names their day: "Fri 2-3pm",
    but not "talked 14-15 Uhr"."""
    begun = begins_at(text)
    return begun if begun != text and mentions(without_times(text), today) else text


def names_a_day_to_come(text: str, today: date) -> bool:
    """Whether a day after today is named, which a step may have been meant for."""
    text = _begun(text, today)
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
        in word_set(notewords.DATES_MADE)
        | word_set("wiedervorlage wv nachfassen callback follow-up versuch anlauf")
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
    if words[0].lower() == "tue":
        # "Das tue ich"
        return marked or last or len(words) > 1
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
