"""At what cost, and what may be spent: the money that a clause names."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from funnelcli.actions.recognising.amounts import DIGITS, plain_number, words_of
from funnelcli.actions.recognising.clauses import Clause, word_set
from funnelcli.patterns import re, regex
from funnelcli.values.datewords import lexicon

_SIGNS = {
    "EUR": r"€|euros?|eur",
    "GBP": r"£|gbp|pounds?|quid",
    "USD": r"\$|usd|dollars?",
    "CHF": r"chf|franken|fr\.",
}
_SIGN = "|".join(_SIGNS.values())
_POWER = r"k|tsd\.?|tausend|thousand|grand|mio\.?|million(?:en)?|teur|t€|keur|k€"


_MONEY = regex(
    rf"(?<![\w.,:/-])(?P<before>[€£$]|eur |chf |usd |gbp )?(?P<number>{DIGITS})"
    rf"(?:,-{{1,2}}"
    rf"|,–)?(?: ?(?P<power>{_POWER})(?![^\W_]))?(?: ?(?P<after>{_SIGN})(?![^\W_]))?(?![\w:/%]"
    rf"|[.,]\d)",
    "i",
)


def _currency(found: re.Match[str]) -> str:
    sign = ((found["before"] or "") + (found["after"] or "")).strip().lower()
    if not sign:
        return ""
    return next((code for code, of in _SIGNS.items() if re.fullmatch(of, sign)), "")


_COSTS = (
    "parken parkgebühr parkgebühren parkhaus parkschein parkticket parkplatz maut bewirtung"
    " bewirtungskosten spesen auslagen mittagessen essen abendessen frühstück kaffee kuchen hotel"
    " kantine jause znüni übernachtung taxi bahn bahnticket zugticket fahrkarte tanken getankt"
    " sprit benzin diesel verpflegung verpflegungskosten spritkosten benzinkosten tankkosten"
    " parkkosten hotelkosten taxikosten mautgebühr mautkosten übernachtungskosten essenskosten"
    " brotzeit getränke getränk ticket tickets"
    " fähre blumen blumenstrauß geschenk gastgeschenk trinkgeld imbiss snack ubahn"
    " sandwich sandwiches parking lunch dinner breakfast coffee cake meal meals expenses expense"
    " fuel petrol gas"
    " train"
    " ferry flowers tip toll tolls cab"
)
_COST_PAIRS = (("car", "park"), ("train", "ticket"))
_NO_COST = (
    "kostet kosten costs cost price preis angebot offer budget umsatz turnover quote monatlich"
    " monthly pro per je each stück verkauft sold sells verkauf jahr year month monat"
)
_NO_MONEY_BEFORE = (
    "um at gegen ab bis von nach vor nr no number room bay floor code zimmer tisch table platz"
)


# "6 Euro 50", as it is said.
_SPOKEN = regex(
    r"(?<![\w.,])(\d+) ?(euro|franken|€|pounds?|dollars?) (\d\d)"
    r"(?![\w.,:%]|\s*(?:km|min|h|std)\b)"
)


def names_costs(clause: Clause) -> bool:
    """Whether a clause names something that a visit costs: parking, lunch."""
    said = clause.said
    return not word_set(_COSTS).isdisjoint(said) and word_set(_NO_COST).isdisjoint(said)


_FEW_WORDS_AND_A_SUM = regex(
    rf"(?:[^\W\d_]+ ){{1,2}}(?:\d{{1,3}}[.,]\d\d(?: ?(?:{_SIGN}))?|\d{{1,3}} ?(?:{_SIGN}))"
)


def may_be_a_cost(clause: Clause) -> bool:
    """Whether a clause is a word or two and a small sum, which may be what the visit cost."""
    if not word_set(_NO_COST).isdisjoint(clause.said):
        return False
    return _FEW_WORDS_AND_A_SUM.fullmatch(clause.folded) is not None


def bare_sum(clause: Clause) -> list[tuple[int, str]]:
    """The money that a clause is, and nothing else: "$64.20"."""
    found = _MONEY.fullmatch(clause.folded)
    currency = _currency(found) if found else ""
    if found is None or not currency or found["power"]:
        return []
    return [(_hundredths(plain_number(found["number"])), currency)]


def _hundredths(number: str) -> int:
    whole, _point, part = number.partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def expenses_of(clause: Clause) -> list[tuple[int, str]]:
    """What the visit cost besides time and way: (hundredths, currency or "")."""
    return [cost for text in _sentences(clause.folded) for cost in _costs_in(text)]


def _costs_in(text: str) -> list[tuple[int, str]]:
    text = _SPOKEN.sub(r"\1,\3 \2", text)
    said = words_of(text)
    costs = [word for word in said if word in word_set(_COSTS)]
    pairs = [pair for pair in pairwise(said) if pair in _COST_PAIRS]
    if not (costs or pairs) or not word_set(_NO_COST).isdisjoint(said):
        return []
    found = []
    for match in _MONEY.finditer(text):
        before, after = words_of(text[: match.start()]), words_of(text[match.end() :])
        if match["power"] or (before[-1:] and before[-1] in word_set(_NO_MONEY_BEFORE)):
            continue
        currency = _currency(match)
        near = {*before[-3:], *after[:2]}
        beside = not near.isdisjoint(word_set(_COSTS)) or bool(
            set(pairwise(before[-3:])) & set(_COST_PAIRS)
        )
        number = plain_number(match["number"])
        decimals = "." in number
        alone = not after and len(before) <= 2
        if (currency and (beside or len(said) <= 8)) or (
            beside and ((decimals and after[:1] != ["uhr"]) or alone)
        ):
            found.append((_hundredths(number), currency))
    return found


def _sentences(text: str) -> Iterator[str]:
    """The parts of a text between the dots that end a sentence behind a number: "parking 12. happy
    with it", but "am 12. dezember"."""
    start = 0
    for dot in re.finditer(r"(?<=\d)\. +(?=([^\W\d_]+))", text):
        if "month" not in lexicon().get(dot[1], {}):
            yield text[start : dot.start()]
            start = dot.end()
    yield text[start:]


_BUDGET = "mittel funds funding budget budgets etat kostenrahmen"
# So they are named in the clause of the sum, and do not lead to one in the next.
_BUDGET_HERE = f"{_BUDGET} fördermittel budgetrahmen"


def leads_to_budget(clause: Clause) -> bool:
    """Whether a clause names what there is to spend, so that the next may say how much."""
    return not word_set(_BUDGET).isdisjoint(clause.said)


# What says that the sum is what there is to spend.
_TO_SPEND = regex(
    r"\b(?:vorgesehen|im haushalt|im etat|ring-?fenced|zuruckgelegt|budgeted|to play with"
    r"|allocated"
    r"|bereitgestellt|eingeplant|eingeplante|veranschlagt|beiseite(?: gelegt)?"
    r"|zur verfugung|set aside|earmarked|put aside"
    r"|im topf|in the pot|in the kitty|(?:can|could|wants to|will) (?:only |just )?spend"
    r"|to spend|ausgeben|can spend"
    r"|will spend|darf nicht (?:mehr|uber)|nicht (?:mehr )?(?:als"
    r"|uber)"
    r"|(?:can't|cannot|can not|won't|wont|not|doesn't want to) (?:go|spend)"
    r" (?:over|above|beyond|more than)|no more than"
    r"|hochstens|obergrenze|schmerzgrenze|limit|upper limit|max(?:imal|imum)?)\b"
)


_NO_BUDGET = regex(
    r"\b(?:umsatz|turnover|revenue|kostet|costs|kosteten|unser angebot|our offer|our quote"
    r"|angebot lag|angebot uber"
    r"|mitarbeiter|gewinn|profit|rechnung uber|strafe|kredit|leistung|units|stuck|stueck"
    r"|kwh|kwp|kw|qm|km|personen|people)\b"
)


_UNIT_BEHIND = regex(
    r"\s*(?:kwh?|kwp|wp|qm|m2|m²|km|stk|stuck|module|panels|units|personen|people|leute"
    r"|mitarbeiter|jahre?|years?"
    r"|monate?n?|months?|min|std|h|uhr|am|pm|prozent|percent|x|mal|tage?n?|days?|wochen?"
    r"|weeks?"
    r"|liter|tassen|cups)(?![^\W_])|\s*%",
    "i",
)


def budget_of(clause: Clause, *, expected: bool) -> str | None:
    """What there is to spend, as it is written; ``expected`` says that the clause before spoke of
    a budget, so that a sum alone is that of it."""
    text = clause.text
    folded = clause.folded
    said = set(clause.said)
    named = not said.isdisjoint(word_set(_BUDGET_HERE))
    spends = _TO_SPEND.search(folded) is not None
    if not (named or spends or expected) or (not named and _NO_BUDGET.search(folded)):
        return None
    few = len(words_of(_RANGE.sub(" ", text))) <= 3
    ranged = _RANGE.search(text) if named or spends or few else None
    if ranged and not _UNIT_BEHIND.match(text, ranged.end()) and _is_money_range(ranged[0]):
        return ranged[0].strip()
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
        rest = words_of(_MONEY.sub(" ", text))
        if len(rest) > 2:
            return None
    if len(sums) == 2 and re.fullmatch(
        r"\s*(?:-|–|bis|to|und|and)\s*", text[sums[0].end() : sums[1].start()]
    ):
        return text[sums[0].start() : sums[1].end()].strip()
    if named:
        return _nearest(text, sums)
    return sums[0][0].strip() if len(sums) == 1 else None


_RANGE = regex(
    rf"(?<![\w.,])\d+(?:[.,]\d+)* ?(?:-|–|bis"
    rf"|to) ?\d+(?:[.,]\d+)* ?(?:{_POWER})?(?: ?(?:{_SIGN}))?(?![\w/])",
    "i",
)


def _is_money_range(text: str) -> bool:
    """Whether "15-20k" is a range of sums, and "10-12" none of them."""
    return bool(re.search(rf"{_POWER}|{_SIGN}", text, re.IGNORECASE)) or all(
        len(re.sub(r"\D", "", part)) >= 4 and not re.fullmatch(r"(?:19|20)\d\d", part.strip())
        for part in re.split(r"-|–|bis|to", text)
    )


def _nearest(text: str, sums: list[re.Match[str]]) -> str | None:
    """The sum that stands behind the word budget, or right before it."""
    word = re.search(r"budget\w*|bdgt|etat|kostenrahmen|mittel|funds|funding", text, re.IGNORECASE)
    if word is None:
        return None
    behind = [match for match in sums if match.start() >= word.end()]
    if behind and len(words_of(text[word.end() : behind[0].start()])) <= 6:
        return behind[0][0].strip()
    before = [match for match in sums if match.end() <= word.start()]
    if before and len(words_of(text[before[-1].end() : word.start()])) <= 1:
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
