"""Whom else the customer talks to, or buys from: firms as a clause names them."""

from __future__ import annotations

from funnelcli.actions.recognising.clauses import Clause, word_set
from funnelcli.actions.recognising.names import is_masked
from funnelcli.actions.recognising.people import COMMON, ROLES, TITLES
from funnelcli.patterns import re, regex
from funnelcli.values.datewords import lexicon

_RIVALS = (
    "mitbewerber mitbewerberin wettbewerber wettbewerb konkurrent konkurrenz competitor"
    " competitors"
    " competition rival incumbent platzhirsch mitbewerb"
)
_PROVIDERS = (
    "anbieter lieferant dienstleister provider supplier vendor vertragspartner hauslieferant"
)
_RIVAL_IS = (
    "dort hier ist is war heisst namens called heißt jetzt aktuell derzeit momentan sind are the"
    " firma"
    " fa im"
    " in haus house current currently named der die our their vendor"
)
_OFFER = (
    "angebot angebote vergleichsangebot konkurrenzangebot gegenangebot quote quotes offer"
    " offers proposal bid"
)
_HAS = (
    "vergleicht vergleich comparing compares compare hat haben has have got liegt vor schon"
    " already gegenangebot another anderes zweites"
    " received bekommen hatte"
)
_CURRENT = (
    "currently aktuell derzeit momentan bisher vertrag kunde customer zufrieden happy fest stays"
    " bleibt bleiben staying still immer noch contract tied gebunden under present loyal treu"
)
_GOES = (
    "wechsel geht goes go going wechselt wechseln switch switching switches gehen tendiert"
    " leans leaning"
)
_CHEAPER = "cheaper billiger günstiger teurer better besser lower dearer"
_NOW = "currently aktuell derzeit momentan bisher already schon bereits they're he's she's we're"
# What stands before a firm that was turned down, or that was taken instead.
_REFUSES = (
    ("turned", "down"),
    ("turned", "away"),
    ("rejected",),
    ("dropped",),
    ("ditched",),
    ("went", "with"),
    ("chose",),
    ("picked",),
    ("signed", "with"),
    ("been", "with"),
    ("quoting", "against"),
    ("up", "against"),
    ("bidding", "against"),
    ("competing", "against"),
    ("renewed", "with"),
    ("verlangert", "bei"),
    ("lost", "to"),
    ("verloren", "an"),
)


def competitor_of(clause: Clause, names: frozenset[str]) -> str | None:
    """Whom else the customer talks to or buys from; ``names`` are the folded first words of the
    catalogue's products, which are none."""
    said = clause.said
    for place in range(len(said)):
        at, strong = _rival_follows(clause, place)
        if at is not None:
            name = _firm_at(clause, at, names, strong=strong)
            if name is not None:
                listed = said[place] in word_set(_RIVALS, _PROVIDERS, _OFFER)
                return f"{name}{_another(clause, name) if listed else ''}"
    return _put_off(clause, names)


_AND = regex(r"\s*(?:und|and|sowie|&|\+|/)\s+(?=\S)")


def _another(clause: Clause, name: str) -> str:
    """What names another firm behind a first, to the end of a clause: "Enpal und 1Komma5"."""
    end = clause.text.rindex(name) + len(name)
    joint = _AND.match(clause.text, end)
    if joint is None:
        return ""
    places = [n for n, word in enumerate(clause.words) if word.start >= joint.end()]
    firms = 0 < len(places) <= 2 and all(_is_firm(clause, place) for place in places)
    return clause.text[end : clause.words[-1].end] if firms else ""


def _rival_follows(clause: Clause, place: int) -> tuple[int | None, bool]:
    """The place where a competitor's name should follow what stands at ``place``, and whether a
    word without a capital can be it."""
    said = clause.said
    word = said[place]
    after = said[place + 1 : place + 2]
    denied = not word_set("kein keine keinen keinem no not nicht ohne without weder").isdisjoint(
        said[max(0, place - 2) : place]
    )
    if denied:
        return None, False
    if word in word_set(_RIVALS) or word in word_set(_PROVIDERS):
        at = place + 1
        while at < len(said) and said[at] in word_set(_RIVAL_IS):
            at += 1
        marked = at > place + 1 or _marked_behind(clause, place)
        if word in word_set(_PROVIDERS) and not marked:
            return None, False
        return at, False
    if (word in word_set(_OFFER) or word.endswith(("angebot", "produkt", "gerat"))) and after in (
        ("von",),
        ("from",),
        ("by",),
        ("der",),
    ):
        has = not word_set(_HAS).isdisjoint(
            (*said[max(0, place - 5) : place], *said[place + 2 :][:5])
        )
        has = (
            has
            or word.startswith("konkurrenz")
            or (place > 0 and said[place - 1] in word_set(_RIVALS))
        )
        at = place + 2 + (said[place + 2 : place + 3] in (("der",), ("the",), ("firma",)))
        return (at, True) if has else (None, False)
    if word in word_set(_GOES):
        for at in range(place + 1, min(len(said), place + 5)):
            if (
                said[at] in ("zu", "zur")
                or (said[at] == "with" and word[:2] in ("go", "si"))
                or (said[at] in ("to", "towards") and word[0] in "sl")
            ):
                return at + 1, False
        return None, False
    if word in ("mit", "with", "to", "against") and not word_set(
        "vergleicht comparing compares compared verglichen"
    ).isdisjoint(said[max(0, place - 3) : place]):
        return place + 1, False
    if word in word_set(_CHEAPER) and after in (("than",), ("als",)):
        return place + 2, False
    if (
        word in ("bei", "with", "to") or (word == "mit" and "zufrieden" in said[:place])
    ) and not word_set(_CURRENT).isdisjoint(
        (*said[max(0, place - 4) : place], *said[place + 2 : place + 5])
    ):
        return place + 1, False
    if word in word_set("use uses using nutzt nutzen verwendet verwenden fährt setzt") and not (
        word_set(_NOW).isdisjoint(said[max(0, place - 3) : place + 3])
    ):
        at = place + 1
        while at < len(said) and said[at] in word_set(_CURRENT, "already schon bereits auf"):
            at += 1
        return at, False
    if word in ("bei", "with", "from") and not word_set(
        "kauft bezieht buys orders unterschrieben bestellt gekauft abgeschlossen signed ordered"
        " bought"
    ).isdisjoint((*said[max(0, place - 3) : place], *said[place + 2 : place + 5])):
        return place + 1, False
    if word in (
        "talking",
        "spricht",
        "sprechen",
        "verhandelt",
        "negotiating",
        "spoke",
        "redet",
    ) and ({"also", "auch", "noch"} & set(said[max(0, place - 2) : place + 3])):
        for at in range(place + 1, min(len(said), place + 4)):
            if said[at] in ("to", "mit", "with"):
                return at + 1, False
    if word in ("uber", "above") and not word_set("preise preis prices price").isdisjoint(
        said[:place]
    ):
        return place + 1, False
    if word == "fur" and "entschieden" in said[place + 2 : place + 6]:
        return place + 1, False
    for phrase in _REFUSES:
        if said[place : place + len(phrase)] == phrase:
            return place + len(phrase), False
    return None, False


def _marked_behind(clause: Clause, place: int) -> bool:
    words = clause.words
    if place + 1 >= len(words):
        return False
    gap = clause.text[words[place].end : words[place + 1].start].strip()
    return gap in (":", "=", "(", '"', "-") or clause.words[place].folded in word_set(_RIVALS)


def _firm_at(clause: Clause, place: int, names: frozenset[str], *, strong: bool) -> str | None:
    """The firm that is named at a place: up to three words with a capital, or one word of a note
    that has none."""
    said = clause.said
    while place < len(said) and said[place] in (
        *("firma", "fa", "der", "the", "die"),
        *word_set(_PROVIDERS),
    ):
        place += 1
    if place >= len(said) or said[place] in word_set(TITLES) or said[place] in names:
        return None
    end = place
    while end < len(said) and end - place < 3 and _is_firm(clause, end):
        end += 1
        gap = clause.text[clause.words[end - 1].end :][:1]
        if gap in (",", ":", "(", '"'):
            break
        end = _with_partner(clause, end)
    if end == place:
        small = (
            strong and clause.text == clause.text.lower() and _is_firm(clause, place, small=True)
        )
        if not small:
            return None
        end = place + 1
    first, last = clause.words[place], clause.words[end - 1]
    return re.sub(r"['’]s$", "", clause.text[first.start : last.end])


# Who stands behind "and" in a firm's name.
_PARTNERS = "sons son söhne sohn töchter tochter co partner partners brothers bros cie kollegen"


def _with_partner(clause: Clause, end: int) -> int:
    """The place behind a firm's name that goes on at ``end``: "Roof & Sun", "Smith and Sons"."""
    if end >= len(clause.words):
        return end
    gap = clause.text[clause.words[end - 1].end : clause.words[end].start].strip()
    if gap in ("&", "+"):
        return end + 1 if clause.written(end)[:1].isupper() else end
    goes_on = clause.said[end] in ("and", "und") and end + 1 < len(clause.words)
    if goes_on and clause.said[end + 1] in word_set(_PARTNERS):
        return end + 2 if clause.written(end + 1)[:1].isupper() else end
    return end


_WITH_A_NUMBER = regex(r"\d+[^\W\d_a-zäöü][a-zäöüß]{2,}")


def _is_firm(clause: Clause, place: int, *, small: bool = False) -> bool:
    word = clause.written(place)
    folded = clause.words[place].folded
    if is_masked(word):
        return True
    if folded in word_set(COMMON) or folded in lexicon():
        return False
    if word[:1].isdigit():
        # "1Komma5", but not "3D" or "10kWp"
        return _WITH_A_NUMBER.match(word) is not None
    if folded in word_set(ROLES) or folded in word_set(TITLES):
        return False
    return small or word[:1].isupper()


def _put_off(clause: Clause, names: frozenset[str]) -> str | None:
    """ "Solarwelt hat er abgesagt": the firm that the customer sent away, or that is cheaper."""
    said = clause.said
    end = 0
    while end < min(len(said), 3) and _is_firm(clause, end):
        end += 1
    rest = said[end : end + 2]
    off = rest in (("hat", "er"), ("hat", "sie"), ("haben", "sie")) and "abgesagt" in said[end:]
    cheaper = rest[:1] in (("ist",), ("is",), ("war",), ("was",), ("liegt",)) and not word_set(
        "cheaper billiger günstiger"
    ).isdisjoint(said[end : end + 6])
    if not end or not (off or cheaper) or said[0] in names:
        return None
    return clause.text[: clause.words[end - 1].end]


def is_provider_in_brackets(clause: Clause, text_before: Clause | None) -> bool:
    """Whether a clause is but a name behind one that ends with a provider: "supplier (Enerlux)"."""
    if text_before is None or len(clause.words) > 3 or not text_before.words:
        return False
    last = text_before.said[-1]
    provider = last in word_set(_PROVIDERS) or last in word_set(_RIVALS)
    return provider and all(_is_firm(clause, place) for place in range(len(clause.words)))
