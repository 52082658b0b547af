"""Who decides: people as a clause names them."""

from __future__ import annotations

from functools import cache

from funnelcli.actions.recognising.clauses import Clause, word_set
from funnelcli.actions.recognising.names import is_masked
from funnelcli.patterns import re
from funnelcli.text import fold
from funnelcli.values.datewords import lexicon

TITLES = "herr herrn hr hrn frau fr familie fam dr prof mr mrs ms miss doktor"
_ARTICLES = (
    "der die das den dem des ein eine einen einem einer sein seine seinen seinem seiner ihr ihre"
    " ihrem ihrer ihren unser unsere the a an his her their our s beim zum"
)
_POSSESSIVES = "seine seinem seiner seinen sein ihre ihrem ihrer ihren ihr his her their"
# People and bodies that decide.
ROLES = (
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
# Written with a capital, and no names of firms.
COMMON = (
    "angebot angebote preis preise anlage bekannten bekannte kollegen nachbarn nachbar"
    " kunden kunde montag dienstag uns mir ihm ihr ihnen mich wir ich heute gestern morgen"
    " allem anfang ende woche jahr monat bank messe fuß lasten hand haus hause budget wahl"
    " entscheidung thema firma anbieter lieferant lieferanten mitbewerber wettbewerber"
    " konkurrenz competitor supplier provider price offer quote someone somebody elsewhere hq"
    " us me him her them it the their our last this next another other others euro eur term"
    " arbeit termin zeit everything nothing nichts nix einem einer eines zwei drei two three"
    " dem der den a an one him himself wem denen unbekannt unknown unklar nicht not zufrieden"
    " weiter i he she they we and und oder or but aber ist is was war hat has will wants auch"
    " nur problem auftrag vertrag muster wartung service garantie lieferzeit montage"
    " vergleich verhandlung abstimmung beratung besprechung interesse spiel play zu too"
)
_DECIDES = "entscheidet entscheiden entscheide decides decide deciding"
_ALONE = (
    "will wird does the eh ja das allein alleine alone immer always letztlich am ende dann tut"
    " ultimately"
    " finally"
    " anyway really also auch alles everything it hier here wohl aber but apparently tatsächlich"
    " selbst himself herself solely jointly"
)
_NO = "nicht not nie never doesn't don't can't cannot kann no kein isn't wasn't"
_WITH = "mit with together zusammen gemeinsam jointly only nur"
_FALLS = (
    "by trifft fällt liegt liegen bei beim im in der die das treffen hängt an am ist is lies"
    " with rests"
    " will be sits made taken by up to the von vom wird durch macht gefällt getroffen dem den"
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


# What German words for people and bodies that decide end with: "Verwaltungsrat".
_ROLE_ENDS = (
    "verwaltungsrat kirchenrat gemeinderat stiftungsrat aufsichtsrat stadtrat vorstand leiter"
    " leiterin chef chefin führer führerin inhaber inhaberin ausschuss gremium versammlung"
    " kommission verwaltung geschäftsleitung zentrale direktor direktorin meisterin prokurist"
    " prokuristin prokuristen"
)


@cache
def is_role(word: str) -> bool:
    """Whether a folded word is somebody or a body that may decide."""
    return word in word_set(ROLES) or word.endswith(tuple(word_set(_ROLE_ENDS)))


# What a director or a manager is one of.
_OF_WHAT = (
    "finance financial purchasing plant managing technical commercial operations ops sales"
    " marketing regional general facility facilities production procurement it"
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
    while place < len(words) and said[place] in word_set(_ARTICLES) and said[place] != "fr":
        place += 1
    begin = place - 1 if place > start and said[place - 1] in word_set(_POSSESSIVES) else place
    if said[place : place + 1] and said[place] in word_set(_OF_WHAT):
        # "Operations manager"
        place += is_role(said[place + 1]) if place + 1 < len(said) else 0
    if place >= len(words):
        return None
    role = is_role(said[place].removesuffix("'s"))
    at = place
    while at < len(words) and (said[at] in word_set(TITLES) or (role and at == place)):
        at += 1
    titled = at > place
    if role and said[at : at + 2] == ("in", "law"):
        return _person(clause, begin, at + 2, strong=True)
    # "Frau" without a name is the wife.
    name = at
    while name < len(words) and name - at < 3 and _is_name(clause, name):
        name += 1
        if clause.text[words[name - 1].end : words[name - 1].end + 1] in (",", ":", "("):
            break
    while titled and name > at and name < len(words) and said[name] in ("sen", "jun", "sr", "jr"):
        name += 1
    if titled:
        if name == at and not role:
            return None
        last = name if name > at and (role is False or _joined(clause, at)) else at
        # "Geschäftsführer Herr Vogt": the title behind a role.
        if role and at < len(words) and said[at] in word_set(TITLES):
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
    if folded in word_set(_ARTICLES) or folded in word_set(_PRONOUNS) or folded in word_set(COMMON):
        return False
    if folded in word_set(_DECIDES) or folded in word_set(ROLES) or folded in lexicon():
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


def named_role(person: Person) -> tuple[str, str]:
    """The folded role of a person who is named with one, and the name: "her CFO Tom Hall"; both
    empty for anybody else."""
    words = person.text.split()
    place = 1 if len(words) > 1 and fold(words[0]) in word_set(_ARTICLES) else 0
    role, name = fold(words[place]), words[place + 1 :]
    named = role not in word_set(TITLES) and is_role(role) and all(w[:1].isupper() for w in name)
    return (role, " ".join(name)) if named and name else ("", "")


def ends_with_decider(clause: Clause) -> bool:
    """Whether a clause ends with "decision maker", so that the next may be the name."""
    return any(clause.said[-len(phrase) :] == phrase for phrase in _WHO)


def name_alone(clause: Clause) -> str | None:
    """The person that is all of a clause."""
    person = person_at(clause, 0, named=True)
    whole = person is not None and person.end == len(clause.words)
    return person.text if person is not None and whole else None


def decider_of(clause: Clause, before: Person | None) -> str | None:
    """Who decides, as a clause says it; ``before`` is whom its sentence named last before it."""
    for place in range(len(clause.said)):
        found = _decider_at(clause, place, before)
        if found is not None:
            return found
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
        if said[place + 1 : place + 2] and said[place + 1] in word_set(
            "bis maker process criteria making meeting tree date"
        ):
            return None
        for at in range(place + 1, min(len(said) - 2, place + 6)):
            if said[at] in ("zusammen", "gemeinsam", "together") and said[at + 1] in (
                "mit",
                "with",
            ):
                beside = person_at(clause, at + 2)
                if beside is not None:
                    return beside.text
        return _behind(clause, place + 1, _FALLS) or (
            _in_front(clause, place, "trifft fällt macht makes takes the die alle all")
            if said[place - 1 : place] not in ((), ("my",))
            else None
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
            called = gap in ("=", ":") or said[place + 1] == "heisst"
            boss = person_at(clause, at, named=called)
            if boss is not None and boss.start == at and _is_titled(clause, boss):
                return boss.text
    return None


def _is_titled(clause: Clause, person: Person) -> bool:
    return clause.said[person.start] not in word_set(ROLES) or person.end - person.start > 1


def _who_decides(clause: Clause, place: int, before: Person | None) -> str | None:
    said = clause.said
    # "Entscheidet mit seiner Frau", "decides together with his wife"
    at = place + 1
    while at < len(said) and said[at] in word_set(_ALONE, _WITH):
        if said[at] in ("mit", "with"):
            person = person_at(clause, at + 1)
            if person is not None:
                return person.text
        at += 1
    for back in range(max(0, place - 6), place):
        if said[back] in ("mit", "with") and said[place - 1] in (
            "zusammen",
            "gemeinsam",
            "together",
        ):
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
    if all(word in word_set(_PRONOUNS, "has hat holds das the will muss") for word in front):
        return before.text
    return None


def _behind(clause: Clause, place: int, skipped: str, *, named: bool = False) -> str | None:
    said = clause.said
    skip = word_set(skipped)
    for at in range(place, min(len(said), place + 6)):
        person = person_at(clause, at, named=named)
        if person is not None and person.start - at <= 2:
            if said[person.end : person.end + 1] in (("und",), ("and",)):
                other = person_at(clause, person.end + 1)
                if other is not None:
                    end = clause.words[other.end - 1].end
                    return clause.text[clause.words[person.start].start : end]
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
