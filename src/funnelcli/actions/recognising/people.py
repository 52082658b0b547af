"""Who decides, and whom else the customer talks to: names as a clause has them."""

from __future__ import annotations

import re

from funnelcli.actions.recognising.clauses import Clause, word_set
from funnelcli.actions.recognising.names import is_masked
from funnelcli.text import fold
from funnelcli.values.datewords import lexicon

_TITLES = "herr herrn hr hrn frau fr familie fam dr prof mr mrs ms miss doktor"
_ARTICLES = (
    "der die das den dem des ein eine einen einem einer sein seine seinen seinem seiner ihr ihre"
    " ihrem ihrer ihren unser unsere the a an his her their our s beim zum"
)
_POSSESSIVES = "seine seinem seiner seinen sein ihre ihrem ihrer ihren ihr his her their"
# People and bodies that decide.
_ROLES = (
    "chef chefin boss inhaber inhaberin eigentümer eigentümerin geschäftsführer geschäftsführerin"
    " geschäftsführung geschäftsleitung gf vorstand aufsichtsrat beirat betriebsrat gemeinderat"
    " stadtrat kirchenrat kirchenvorstand bauamt eigentümerversammlung verwaltung zentrale"
    " einkauf einkäufer einkäuferin einkaufsleiter einkaufsleiterin beschaffung leitung leiter"
    " leiterin bauleiter betriebsleiter werksleiter produktionsleiter kämmerer bürgermeister"
    " bürgermeisterin partner partnerin gesellschafter vater mutter eltern bruder schwester sohn"
    " tochter mann ehemann frau ehefrau gattin schwiegervater schwiegersohn steuerberater senior"
    " juniorchef seniorchef konzern mutterkonzern holding hauptverwaltung it controlling"
    " owner md ceo cfo coo cto cio director manager board council committee trustees landlord"
    " procurement purchasing purchaser buyer hq headquarters wife husband spouse father mother"
    " parents brother sister son daughter in-laws accountant foreman dad mum mom"
)
_WHO = {
    ("entscheider",),
    ("entscheiderin",),
    ("entscheidungstrager",),
    ("entscheidungstragerin",),
    ("decider",),
    ("decision-maker",),
    ("decision", "maker"),
    ("budget", "holder"),
    ("economic", "buyer"),
    ("budgetverantwortlicher",),
    ("budgetverantwortliche",),
}
_IS = (
    "ist is war sind are bleibt wohl tut aber dann das letztlich am ende eh sowieso ja finally in"
    " the nur only alleine allein immer always heisst er sie hier there here auch nun jetzt now"
)
_DECIDES = "entscheidet entscheiden entscheide decides decide deciding"
_ALONE = (
    "eh ja das allein alleine alone immer always letztlich am ende dann tut ultimately finally"
    " anyway really also auch alles everything it hier here wohl aber but apparently tatsächlich"
    " selbst himself herself solely jointly"
)
_NO = "nicht not nie never doesn't don't can't cannot kann no kein isn't wasn't"
_WITH = "mit with together zusammen gemeinsam jointly only nur"
_FALLS = (
    "trifft fällt liegt liegen bei beim im in der die das treffen hängt an am ist is lies with rests"
    " sits made taken by up to the von vom wird durch macht gefällt getroffen dem den"
)
_PRONOUNS = "er sie he she die der who they welche"
_BOSSES = "chef chefin boss inhaber inhaberin owner gf geschäftsführer geschäftsführerin md ceo"
_SAYS_SO = (
    ("letzte", "wort"),
    ("final", "say"),
    ("last", "word"),
    ("purse", "strings"),
    ("last", "say"),
    ("final", "word"),
    ("calls", "the", "shots"),
    ("makes", "the", "decision"),
    ("makes", "the", "decisions"),
    ("makes", "the", "call"),
    ("signs", "off"),
    ("sagen",),
)
_APPROVED = (
    ("signed", "off", "by"),
    ("approval", "from"),
    ("approval", "by"),
    ("approved", "by"),
    ("freigabe", "durch"),
    ("freigabe", "von"),
    ("freigabe", "vom"),
    ("genehmigung", "durch"),
    ("genehmigung", "von"),
    ("genehmigung", "vom"),
    ("up", "to"),
    ("down", "to"),
    ("sign-off", "from"),
    ("sign-off", "by"),
)


class Person:
    """Somebody that a clause names: from a word up to another, and how it is written."""

    __slots__ = ("end", "start", "strong", "text")

    def __init__(self, start: int, end: int, text: str, *, strong: bool) -> None:
        self.start = start
        self.end = end
        self.text = text
        self.strong = strong


def person_at(clause: Clause, place: int, *, named: bool = False) -> Person | None:
    """Who is named at a place: "Herr Vogt", "seine Frau", "the board", "CFO Linda Ray". ``named``
    says that a name is to be expected, so that one word with a capital is one."""
    words, said = clause.words, clause.said
    start = place
    while place < len(words) and said[place] in word_set(_ARTICLES) and not (
        said[place] == "fr"
    ):
        place += 1
    begin = place - 1 if place > start and said[place - 1] in word_set(_POSSESSIVES) else place
    if place >= len(words):
        return None
    role = said[place].removesuffix("'s") in word_set(_ROLES)
    at = place
    while at < len(words) and (said[at] in word_set(_TITLES) or (role and at == place)):
        at += 1
    titled = at > place
    # "Frau" without a name is the wife.
    name = at
    while name < len(words) and name - at < 3 and _is_name(clause, name):
        name += 1
        if clause.text[words[name - 1].end : words[name - 1].end + 1] in (",", ":", "("):
            break
    if titled:
        if name == at and not role:
            return None
        last = name if name > at and (role is False or _joined(clause, at)) else at
        # "Geschäftsführer Herr Vogt": the title behind a role.
        if role and at < len(words) and said[at] in word_set(_TITLES):
            behind = person_at(clause, at)
            last = behind.end if behind else at
        return _person(clause, begin, last, strong=True)
    count = name - place
    if count >= 2 or (count == 1 and named):
        return _person(clause, begin if count else place, name, strong=count >= 2)
    return None


def _joined(clause: Clause, place: int) -> bool:
    """Whether the word at a place is a name that a role has in front: "CFO Linda"; no noun."""
    return is_masked(clause.written(place)) or clause.written(place)[:1].isupper()


def _is_name(clause: Clause, place: int) -> bool:
    word = clause.written(place)
    if is_masked(word):
        return True
    folded = clause.words[place].folded
    if folded in word_set(_ARTICLES) or folded in word_set(_PRONOUNS) or folded in _COMMON:
        return False
    if folded in word_set(_DECIDES) or folded in word_set(_ROLES) or folded in lexicon():
        return False
    return word[:1].isupper() and any(letter.isalpha() for letter in word[1:] or word)


def _person(clause: Clause, start: int, end: int, *, strong: bool) -> Person:
    first, last = clause.words[start], clause.words[end - 1]
    text = re.sub(r"^[Hh]errn\b", "Herr", clause.text[first.start : last.end])
    text = re.sub(r"['’]s$", "", text)
    return Person(start, end, text, strong=strong)


def people_of(clause: Clause) -> list[Person]:
    """Everybody that a clause names with a title, a role or two names."""
    found: list[Person] = []
    place = 0
    while place < len(clause.words):
        person = person_at(clause, place)
        if person is None:
            place += 1
        else:
            found.append(person)
            place = max(place + 1, person.end)
    return found


def decider_of(clause: Clause, before: Person | None) -> str | None:
    """Who decides, as a clause says it; ``before`` is whom its sentence named last before it."""
    said = clause.said
    place = 0
    while place < len(said):
        found = _decider_at(clause, place, before)
        if found is not None:
            return found
        place += 1
    return None


def _decider_at(clause: Clause, place: int, before: Person | None) -> str | None:
    said = clause.said
    near = said[max(0, place - 3) : place + 2]
    denied = not word_set(_NO).isdisjoint(near)
    word = said[place]
    for phrase in _WHO:
        if said[place : place + len(phrase)] == phrase and not denied:
            behind = _behind(clause, place + len(phrase), _IS, named=True)
            return behind or _in_front(clause, place, f"{_IS} als as {_ARTICLES}")
    if word in word_set(_DECIDES) and not denied:
        return _who_decides(clause, place, before)
    if word in ("entscheidung", "entscheid", "decision") and not denied:
        if said[place + 1 : place + 2] in (("bis",), ("by",), ("maker",)):
            return None
        return _behind(clause, place + 1, _FALLS) or (
            _in_front(clause, place, "trifft fällt macht makes takes the die alle all")
            if said[place - 1 : place] not in ((), ("my",)) else None
        )
    for phrase in _SAYS_SO:
        if said[place : place + len(phrase)] == phrase and not denied:
            if phrase == ("sagen",) and said[place - 1 : place] != ("das",):
                continue
            skipped = "hat has have holds das the den die hält führt"
            person = _in_front(clause, place, skipped)
            return person or (_pronoun(clause, place, before))
    for phrase in _APPROVED:
        if said[place : place + len(phrase)] == phrase and not denied:
            return _behind(clause, place + len(phrase), "der dem den die the")
    if word in word_set(_BOSSES) and said[place + 1 : place + 2] and not denied:
        gap = clause.text[clause.words[place].end : clause.words[place + 1].start].strip()
        at = place + 1 + (said[place + 1] in ("ist", "is", "heisst"))
        if gap in ("=", ":") or at > place + 1:
            person = person_at(clause, at, named=gap in ("=", ":"))
            if person is not None and person.start == at and _is_titled(clause, person):
                return person.text
    return None


def _is_titled(clause: Clause, person: Person) -> bool:
    return clause.said[person.start] not in word_set(_ROLES) or person.end - person.start > 1


def _who_decides(clause: Clause, place: int, before: Person | None) -> str | None:
    said = clause.said
    # "Entscheidet mit seiner Frau", "decides together with his wife"
    at = place + 1
    while at < len(said) and said[at] in word_set(_ALONE + " " + _WITH):
        if said[at] in ("mit", "with"):
            person = person_at(clause, at + 1)
            if person is not None:
                return person.text
        at += 1
    for back in range(max(0, place - 6), place):
        if said[back] in ("mit", "with") and said[place - 1] in ("zusammen", "gemeinsam", "together"):
            person = person_at(clause, back + 1)
            if person is not None:
                return person.text
    behind = _behind(clause, place + 1, _ALONE + " " + _IS)
    if behind is not None:
        return behind
    front = _in_front(clause, place, _ALONE)
    return front or _pronoun(clause, place, before)


def _pronoun(clause: Clause, place: int, before: Person | None) -> str | None:
    """Whom the word before a place stands for, where the sentence has just named somebody."""
    if before is None:
        return None
    front = [word for word in clause.said[:place] if word not in word_set(_ALONE)]
    if all(word in word_set(_PRONOUNS + " has hat holds das the will muss") for word in front):
        return before.text
    return None


def _behind(clause: Clause, place: int, skipped: str, *, named: bool = False) -> str | None:
    said = clause.said
    skip = word_set(skipped)
    for at in range(place, min(len(said), place + 6)):
        person = person_at(clause, at, named=named)
        if person is not None and person.start - at <= 2:
            return person.text
        if said[at] not in skip:
            return None
    return None


def _in_front(clause: Clause, place: int, skipped: str) -> str | None:
    """Who is named right before a place, but for some words."""
    skip = word_set(skipped)
    at = place
    while at and clause.said[at - 1] in skip:
        at -= 1
    return next((person.text for person in reversed(people_of(clause)) if person.end == at), None)


# Competitors --------------------------------------------------------------------------------------

_RIVALS = (
    "mitbewerber mitbewerberin wettbewerber wettbewerb konkurrent konkurrenz competitor competitors"
    " competition rival incumbent"
)
_PROVIDERS = "anbieter lieferant dienstleister provider supplier vendor vertragspartner hauslieferant"
_RIVAL_IS = (
    "ist is war heisst namens called heißt jetzt aktuell derzeit momentan sind are the firma fa im"
    " in haus house current currently named der die our their vendor"
)
_OFFER = "angebot angebote vergleichsangebot gegenangebot quote quotes offer offers proposal bid"
_HAS = "hat haben has have got liegt vor schon already gegenangebot another anderes zweites received bekommen hatte"
_CURRENT = (
    "currently aktuell derzeit momentan bisher vertrag kunde customer zufrieden happy fest stays"
    " bleibt bleiben staying still immer noch contract tied gebunden under present loyal treu"
)
_GOES = "geht goes go going wechselt wechseln switch switching switches gehen tendiert leans leaning"
_CHEAPER = "cheaper billiger günstiger teurer better besser lower dearer"
_REFUSES = (("turned", "down"), ("turned", "away"), ("rejected",), ("dropped",), ("ditched",))
# Written with a capital, and no names of firms.
_COMMON = frozenset(
    fold(word)
    for word in (
        "angebot angebote preis preise anlage bekannten bekannte kollegen nachbarn nachbar kunden"
        " kunde montag dienstag uns mir ihm ihr ihnen mich wir ich heute gestern morgen allem anfang"
        " ende woche jahr monat bank messe fuß lasten hand haus hause budget wahl entscheidung thema"
        " firma anbieter lieferant lieferanten mitbewerber wettbewerber konkurrenz competitor"
        " supplier provider price offer quote someone somebody elsewhere hq us me him her them it"
        " the their our last this next another other others euro eur term arbeit termin zeit"
        " everything nothing nichts nix einem einer eines zwei drei two three dem der den a an one"
        " him himself wem denen unbekannt unknown unklar nicht not zufrieden weiter"
        " i he she they we and und oder or but aber ist is was war hat has will wants auch nur"
        " problem auftrag vertrag muster wartung service garantie lieferzeit montage vergleich"
        " verhandlung abstimmung beratung besprechung interesse spiel play zu too"
    ).split()
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
                return name
    return _put_off(clause, names)


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
    if word in word_set(_OFFER) and after in (("von",), ("from",), ("by",), ("der",)):
        has = not word_set(_HAS).isdisjoint((*said[max(0, place - 5) : place], *said[place + 2 :][:5]))
        at = place + 2 + (said[place + 2 : place + 3] in (("der",), ("the",), ("firma",)))
        return (at, True) if has else (None, False)
    if word in word_set(_GOES):
        for at in range(place + 1, min(len(said), place + 5)):
            if said[at] in ("zu", "zur") or (said[at] == "with" and word[:2] in ("go", "si")) or (
                said[at] in ("to", "towards") and word[0] in "sl"
            ):
                return at + 1, False
        return None, False
    if word in word_set(_CHEAPER) and after in (("than",), ("als",)):
        return place + 2, False
    if word in ("bei", "with", "an", "to", "mit") and not word_set(_CURRENT).isdisjoint(
        (*said[max(0, place - 4) : place], *said[place + 2 : place + 5])
    ):
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
    while place < len(said) and said[place] in ("firma", "fa", "der", "the", "die"):
        place += 1
    if place >= len(said) or said[place] in word_set(_TITLES) or said[place] in names:
        return None
    end = place
    while end < len(said) and end - place < 3 and _is_firm(clause, end):
        end += 1
        gap = clause.text[clause.words[end - 1].end :][:1]
        if gap in (",", ":", "(", '"'):
            break
    if end == place:
        small = strong and clause.text == clause.text.lower() and _is_firm(clause, place, small=True)
        if not small:
            return None
        end = place + 1
    first, last = clause.words[place], clause.words[end - 1]
    return re.sub(r"['’]s$", "", clause.text[first.start : last.end])


def _is_firm(clause: Clause, place: int, *, small: bool = False) -> bool:
    word = clause.written(place)
    folded = clause.words[place].folded
    if is_masked(word):
        return True
    if folded in _COMMON or folded in lexicon() or word[:1].isdigit():
        return False
    if folded in word_set(_ROLES) or folded in word_set(_TITLES):
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
    """Whether a clause is but a name behind one that ends with a provider: "a supplier (Enerlux)"."""
    if text_before is None or len(clause.words) > 3 or not text_before.words:
        return False
    last = text_before.said[-1]
    provider = last in word_set(_PROVIDERS) or last in word_set(_RIVALS)
    return provider and all(_is_firm(clause, place) for place in range(len(clause.words)))
