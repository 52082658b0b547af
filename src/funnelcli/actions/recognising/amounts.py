"""How long, how far, at what cost, and what may be spent: the amounts that a clause names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from funnelcli.actions.recognising.clauses import Clause, word_set
from funnelcli.text import fold

# A visit that nobody calls one took no longer than this many minutes; and none took longer than
# half a day, or more kilometres than one drives for it.
_LONGEST_BARE, _LONGEST, _FARTHEST = 300, 720, 2000

_DIGITS = r"\d{1,3}(?:[.'\u202f ]\d{3})+(?:,\d{1,2})?|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_COUNTS: dict[str, float] = {
    fold(word): count
    for words, count in (
        ("ein eine einer einen one a an", 1),
        ("anderthalb eineinhalb", 1.5),
        ("zwei two", 2),
        ("zweieinhalb", 2.5),
        ("drei three", 3),
        ("dreieinhalb", 3.5),
        ("vier four", 4),
        ("fünf five", 5),
        ("zehn ten", 10),
        ("zwölf twelve", 12),
        ("fünfzehn fifteen", 15),
        ("zwanzig twenty", 20),
        ("fünfundzwanzig twenty-five", 25),
        ("dreißig thirty", 30),
        ("vierzig forty", 40),
        ("fünfundvierzig forty-five", 45),
        ("fünfzig fifty", 50),
        ("sechzig sixty", 60),
        ("neunzig ninety", 90),
    )
    for word in words.split()
}
_COUNT = "|".join(sorted(_COUNTS, key=len, reverse=True))
_HOURS = r"h|hrs?|hours?|std|stdn?|stunden?"
_MINUTES = r"min|mins|minutes?|minuten?"
_HALVES = (
    (r"(?:eine |einer )?(?:drei ?viertel ?stunde)|three quarters of an hour", 45),
    (r"(?:eine |einer )?viertel ?stunde|(?:a )?quarter of an hour", 15),
    (r"(?:eine[rn]? )?halbe[rn]? ?(?:stunde|std|h)|(?:a )?half (?:an|a) hour|half hour", 30),
    (r"(?:an|one|1) hour and a half|one and a half hours|1 1/2 (?:hours?|hrs?|h|std|stunden?)", 90),
    (r"two and a half hours|2 1/2 (?:hours?|hrs?|h|std|stunden?)", 150),
)
_DURATION = re.compile(
    rf"(?<![\w.,:/+-])(?:"
    + "|".join(f"(?P<half{i}>{pattern})" for i, (pattern, _n) in enumerate(_HALVES))
    + rf"|(?P<clock>\d{{1,2}}):(?P<past>[0-5]\d) ?(?:{_HOURS})"
    rf"|(?P<hours>\d{{1,2}}(?:[.,]\d{{1,2}})?|(?:{_COUNT})(?= )) ?(?:{_HOURS})\b\.?"
    rf"(?: ?(?:und |and )?(?P<more>[0-5]?\d)(?: ?(?:{_MINUTES}|m)\b|(?= |$)(?!\s*(?:€|eur|km|%))))?"
    rf"|(?P<hm>\d{{1,2}})h(?P<mm>[0-5]\d)"
    rf"|(?P<minutes>\d{{1,3}})(?: ?(?:{_MINUTES})\b|m\b)|(?P<spelt>{_COUNT}) (?:{_MINUTES})\b"
    r")(?![\w/])"
)


class Amount(NamedTuple):
    """A number with what it counts, and where it stands in its clause, folded."""

    start: int
    end: int
    value: float


def _durations(text: str) -> Iterator[Amount]:
    """How long something takes, in minutes."""
    for found in _DURATION.finditer(text):
        named = {name: part for name, part in found.groupdict().items() if part is not None}
        halves = [n for i, (_pattern, n) in enumerate(_HALVES) if f"half{i}" in named]
        if halves:
            value: float = halves[0]
        elif "clock" in named:
            value = int(named["clock"]) * 60 + int(named["past"])
        elif "hm" in named:
            value = int(named["hm"]) * 60 + int(named["mm"])
        elif "hours" in named:
            value = _count(named["hours"]) * 60 + int(named.get("more", 0))
        else:
            value = _count(named.get("minutes") or named["spelt"])
        yield Amount(found.start(), found.end(), value)


def _count(text: str) -> float:
    return _COUNTS[text] if text in _COUNTS else float(text.replace(",", "."))


# What a way takes, and what something else than the visit does.
_WAY = (
    "fahrt fahrzeit anfahrt rückfahrt hinfahrt abfahrt gefahren unterwegs fahrtzeit anreise stau"
    " drive drove driving driven travel travelled traveled travelling commute journey each"
)
_NO_VISIT = (
    "gewartet warten wartezeit wait waited waiting installation montage einbau abnahme lieferung"
    " lieferzeit pause gebucht geplant angesetzt vorgesehen booked planned scheduled handover"
    " install mounting fitting delivery late verspätung verspätet später weg entfernt away later"
    " dauert takes laufzeit betrieb runs shift shifts schicht schichten garantie warranty takt"
    " every alle jede jeden each per pro täglich daily training schulung service akku hält lasts"
    " response reaktionszeit reaktion before vorher innerhalb within under unter"
)
_VISIT = (
    "gespräch besuch gesprochen dauer dauerte gedauert lang lange meeting visit talk talked spoke"
    " chat chatted took zusammengesessen zusammengesetzt gewesen besprechung beratung"
    " beratungsgespräch besichtigung session genommen getroffen waste met discussion demo"
    " vorführung präsentation presentation call telefonat conversation duration unterhalten"
    " geredet geplaudert beim bei spent verbracht with caught"
)
_LENGTH_FILLERS = (
    "ca circa etwa ungefähr rund knapp gut fast nur insgesamt total in dauer duration about around"
    " approx roughly nearly almost only just there da vor ort on site zeit time long lang länge"
    " tatsächlich actually finally schließlich end for für an a und and war was dort here hier visit besuch gespräch meeting min std h"
)
_TIMES = re.compile(
    r"(?<![\d:.])([01]?\d|2[0-3])[:.]([0-5]\d) ?(?:uhr)? ?(?:-|–|bis|to|until) ?([01]?\d|2[0-3])[:.]([0-5]\d)(?![\d.:])"
)


class Lengths(NamedTuple):
    """Minutes that a clause says of the visit, and of the way to it."""

    visit: list[int]
    way: list[int]


def lengths_of(clause: Clause, *, ahead: bool) -> Lengths:
    """How long the visit and the way took; ``ahead`` says that the clause speaks of a day to
    come."""
    text = clause.folded
    visit: list[int] = []
    way: list[int] = []
    if ahead:
        return Lengths(visit, way)
    for found in _durations(text):
        before, after = _around(text, found)
        near = {*before[-3:], *after[:3]}
        if not near.isdisjoint(word_set(_WAY)):
            way.append(round(found.value))
            continue
        if before[-1:] in (["in"], ["vor"], ["nach"], ["after"], ["zu"], ["bis"], ["+"]):
            continue
        if not near.isdisjoint(word_set(_NO_VISIT)) or after[:1] in (["ago"], ["from"]):
            continue
        rest = {*before, *after}
        bare = rest <= word_set(_LENGTH_FILLERS)
        marked = not {*before[-5:], *after[:4]}.isdisjoint(word_set(_VISIT))
        if marked and found.value <= _LONGEST or bare and found.value <= _LONGEST_BARE:
            visit.append(round(found.value))
    for times in _TIMES.finditer(text):
        one, other = (int(times[n]) * 60 + int(times[n + 1]) for n in (1, 3))
        if 0 < other - one <= _LONGEST and text[: times.start()].strip() in ("", "von", "from"):
            visit.append(other - one)
    return Lengths(visit, way)


def _around(text: str, found: Amount) -> tuple[list[str], list[str]]:
    """The words before an amount and those after it."""
    return _words(text[: found.start]), _words(text[found.end :])


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['-][^\W_]+)*", text)


_KM = re.compile(
    rf"(?<![\w.,/-])(?P<km>{_DIGITS}) ?(?:km|kilometer|kilometers|kilometres|kilometern)\b(?!/|-| ?h\b|stand)"
    rf"|\b(?:km|kilometer|kilometres)(?: gefahren| driven)? ?[:=]? ?(?P<behind>{_DIGITS})(?![\w.,]?\d)"
)
_DRIVEN = (
    "gefahren fahrt anfahrt fahrtstrecke strecke hin zurück drove driven drive round trip roundtrip"
    " umsonst nothing mileage return unterwegs tour"
)
_NOT_DRIVEN = (
    "entfernt away umkreis radius stand tacho tachostand odometer kilometerstand einfach einfache"
    " one-way weit weiter further far reichweite range je pro per apart from bis leitung kabel"
    " trasse within auto wagen"
)
_WAY_FILLERS = (
    "ca circa etwa rund insgesamt gesamt total in all hin und zurück her round trip gefahren drove"
    " driven about around approx we ich i heute today with mit fahrt anfahrt strecke there back"
    " mileage km and plus nur only kunden kunde customers drive auto"
)


def distances_of(clause: Clause) -> list[str]:
    """The kilometres that were driven, as written with a point."""
    text = clause.folded
    found = []
    for match in _KM.finditer(text):
        number = match["km"] or match["behind"]
        value = plain_number(number)
        before, after = _around(text, Amount(match.start(), match.end(), 0))
        near = {*before[-4:], *after[:3]}
        if not near.isdisjoint(word_set(_NOT_DRIVEN)) or "one way" in text:
            continue
        rest = {word for word in (*before, *after) if not word.isdigit()}
        marked = not {*before[-4:], *after[:4]}.isdisjoint(word_set(_DRIVEN))
        if (marked or rest <= word_set(_WAY_FILLERS)) and 0 < float(value) <= _FARTHEST:
            found.append(value)
    return found


def plain_number(written: str) -> str:
    """A number as it is written by people, with a point and no groups: "1.200,50" is 1200.50."""
    text = re.sub(r"[ '\u202f]", "", written)
    signs = [sign for sign in text if sign in ".,"]
    if not signs:
        return text
    whole, last, part = text.rpartition(signs[-1])
    if len(part) == 3 and (len(set(signs)) == 1):
        return re.sub(r"[.,]", "", text)
    return f"{re.sub(r'[.,]', '', whole)}.{part}" if last else text


_SIGNS = {
    "EUR": r"€|euros?|eur",
    "GBP": r"£|gbp|pounds?|quid",
    "USD": r"\$|usd|dollars?",
    "CHF": r"chf|franken|fr\.",
}
_SIGN = "|".join(_SIGNS.values())
_POWER = r"k|tsd\.?|tausend|thousand|grand|mio\.?|million(?:en)?|teur|t€|keur|k€"
_MONEY = re.compile(
    rf"(?<![\w.,:/-])(?P<before>[€£$]|eur |chf |usd |gbp )?(?P<number>{_DIGITS})"
    rf"(?:,-{{1,2}}|,–)?(?: ?(?P<power>{_POWER})(?![^\W_]))?(?: ?(?P<after>{_SIGN})(?![^\W_]))?(?![\w:/%]|[.,]\d)",
    re.IGNORECASE,
)


def _currency(found: re.Match[str]) -> str:
    sign = ((found["before"] or "") + (found["after"] or "")).strip().lower()
    if not sign:
        return ""
    return next((code for code, of in _SIGNS.items() if re.fullmatch(of, sign)), "")


_COSTS = (
    "parken parkgebühr parkgebühren parkhaus parkschein parkticket parkplatz maut bewirtung"
    " bewirtungskosten spesen auslagen mittagessen essen abendessen frühstück kaffee kuchen hotel"
    " übernachtung taxi bahn bahnticket zugticket fahrkarte tanken getankt sprit benzin diesel"
    " fähre blumen blumenstrauß geschenk gastgeschenk trinkgeld imbiss snack ubahn"
    " parking lunch dinner breakfast coffee cake meal meals expenses expense fuel petrol gas train"
    " ferry flowers tip toll tolls cab uber"
)
_COST_PAIRS = (("car", "park"), ("train", "ticket"))
_NO_COST = (
    "kostet kosten costs cost price preis angebot offer budget umsatz turnover quote monatlich"
    " monthly pro per je each stück verkauft sold sells verkauf jahr year month monat"
)
_NO_MONEY_BEFORE = (
    "um at gegen ab bis von nach vor nr no number room bay floor code zimmer tisch table platz"
)


def expenses_of(clause: Clause) -> list[tuple[int, str]]:
    """What the visit cost besides time and way: (hundredths, currency or ""). """
    text = clause.folded
    said = _words(text)
    costs = [word for word in said if word in word_set(_COSTS)]
    pairs = [pair for pair in zip(said, said[1:], strict=False) if pair in _COST_PAIRS]
    if not (costs or pairs) or not word_set(_NO_COST).isdisjoint(said):
        return []
    found = []
    for match in _MONEY.finditer(text):
        before, after = _words(text[: match.start()]), _words(text[match.end() :])
        if match["power"] or before[-1:] and before[-1] in word_set(_NO_MONEY_BEFORE):
            continue
        currency = _currency(match)
        near = {*before[-3:], *after[:2]}
        beside = not near.isdisjoint(word_set(_COSTS)) or bool(
            set(zip(before[-3:], before[-2:], strict=False)) & set(_COST_PAIRS)
        )
        number = plain_number(match["number"])
        decimals = "." in number
        alone = not after and len(before) <= 2
        if currency and (beside or len(said) <= 8) or beside and (decimals and not after[:1] == ["uhr"] or alone):
            whole, _point, part = number.partition(".")
            if part and len(part) > 2:
                continue
            found.append((int(whole) * 100 + int((part + "00")[:2]), currency))
    return found


_BUDGET = "budget budgets etat budgetrahmen kostenrahmen"
# What says that the sum is what there is to spend.
_TO_SPEND = re.compile(
    r"\b(?:eingeplant|eingeplante|veranschlagt|beiseite(?: gelegt)?|zur verfugung|set aside|earmarked|put aside"
    r"|to spend|ausgeben|can spend|will spend|darf nicht (?:mehr|uber)|nicht (?:mehr )?(?:als|uber)"
    r"|(?:can't|cannot|can not|won't|wont|not|doesn't want to) (?:go|spend) (?:over|above|beyond|more than)|no more than"
    r"|hochstens|obergrenze|schmerzgrenze|limit|upper limit|max(?:imal|imum)?)\b"
)
_NO_BUDGET = re.compile(
    r"\b(?:umsatz|turnover|revenue|kostet|costs|kosteten|unser angebot|our offer|our quote|angebot lag|angebot uber"
    r"|mitarbeiter|gewinn|profit|rechnung uber|strafe|kredit|leistung|units|stuck|stueck|kwh|kwp|kw|qm|km|personen|people)\b"
)
_UNIT_BEHIND = re.compile(
    r"\s*(?:kwh?|kwp|wp|qm|m2|m²|km|stk|stuck|module|panels|units|personen|people|leute|mitarbeiter|jahre?|years?"
    r"|monate?n?|months?|min|std|h|uhr|am|pm|prozent|percent|x|mal|tage?n?|days?|wochen?|weeks?|liter|tassen|cups)(?![^\W_])|\s*%",
    re.IGNORECASE,
)


def budget_of(clause: Clause, *, expected: bool) -> str | None:
    """What there is to spend, as it is written; ``expected`` says that the clause before spoke of
    a budget, so that a sum alone is that of it."""
    text = clause.text
    folded = clause.folded
    said = set(clause.said)
    named = not said.isdisjoint(word_set(_BUDGET))
    spends = _TO_SPEND.search(folded) is not None
    if not (named or spends or expected) or (not named and _NO_BUDGET.search(folded)):
        return None
    sums = []
    for match in _MONEY.finditer(text):
        if _UNIT_BEHIND.match(text, match.end()):
            continue
        if not _is_a_sum(match):
            continue
        sums.append(match)
    if not sums:
        return None
    if not (named or spends):
        rest = _words(_MONEY.sub(" ", text))
        if len(rest) > 2:
            return None
    if len(sums) == 2 and re.fullmatch(r"\s*(?:-|–|bis|to|und|and)\s*", text[sums[0].end() : sums[1].start()]):
        return text[sums[0].start() : sums[1].end()].strip()
    ranged = _RANGE.search(text)
    if ranged and any(ranged.start() <= match.start() < ranged.end() for match in sums):
        return ranged[0].strip()
    if named:
        return _nearest(text, sums)
    return sums[0][0].strip() if len(sums) == 1 else None


_RANGE = re.compile(
    rf"(?<![\w.,])\d+(?:[.,]\d+)* ?(?:-|–|bis|to) ?\d+(?:[.,]\d+)* ?(?:{_POWER})?(?: ?(?:{_SIGN}))?(?![\w/])", re.IGNORECASE
)


def _nearest(text: str, sums: list[re.Match[str]]) -> str | None:
    """The sum that stands behind the word budget, or right before it."""
    word = re.search(r"budget\w*|etat|kostenrahmen", text, re.IGNORECASE)
    if word is None:
        return None
    behind = [match for match in sums if match.start() >= word.end()]
    if behind and len(_words(text[word.end() : behind[0].start()])) <= 6:
        return behind[0][0].strip()
    before = [match for match in sums if match.end() <= word.start()]
    if before and len(_words(text[before[-1].end() : word.start()])) <= 1:
        return before[-1][0].strip()
    return None


def _is_a_sum(match: re.Match[str]) -> bool:
    """Whether a number is money rather than a year, a date or so many of something."""
    signed = bool(match["power"] or match["before"] or match["after"])
    number = plain_number(match["number"])
    whole = int(float(number))
    grouped = any(sign in match["number"] for sign in ".,'") and "." not in number
    year = not signed and not grouped and 1900 <= whole <= 2100
    return not year and (signed or (whole >= 500 and len(str(whole)) <= 8 and "." not in number))
