"""How the customer felt, and whether the visit's goal was reached."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from funnelcli.actions.recognising.clauses import Clause, denied_before, word_set
from funnelcli.patterns import regex
from funnelcli.text import fold

_MOODS = {
    5: (
        "hellbegeistert begeistert stoked chuffed buzzing enthusiastic thrilled delighted"
        " ecstatic hellauf"
    ),
    4: (
        "freundlich friendly positiv positive zufrieden happy nett nettes nette netter"
        " aufgeschlossen gutgelaunt cheerful pleased angetan wohlwollend gutmütig"
        " welcoming receptive upbeat"
    ),
    3: ("lukewarm indifferent gleichgültig"),
    2: (
        "wortkarg distanziert frosty curt grantig grumpy grätig unzufrieden dissatisfied"
        " stinkig pissed genervt annoyed reserviert reserved unfreundlich unfriendly"
        " mürrisch verärgert gereizt irritated kühl abweisend missmutig irritable unhappy"
        " schlechtgelaunt"
    ),
    1: ("sauer stinksauer wütend furious angry livid aggressiv erbost fuming"),
}
_Scores = dict[str, int]


@cache
def _scores_of(said_alone: bool) -> _Scores:
    """The score of each word of a mood: of those said alone, or of those beside "mood"."""
    table = _MOODS if said_alone else _BESIDE
    return {fold(word): score for score, words in table.items() for word in words.split()}


# Words of a mood that are said beside "Stimmung" and "mood" only.
_BESIDE = {
    5: "super bestens hervorragend ausgezeichnet prächtig euphorisch top excellent great"
    " fantastic brilliant glänzend",
    4: "gut gute guter good locker angenehm angenehme pleasant herzlich friendly freundlich"
    " fine bester besten entspannt relaxed nice",
    3: "neutral mittel okay ok geht average mixed gemischt normal solala",
    2: "schlecht schlechte schlechter mies miese mieser bad foul poor sour kühl angespannt tense"
    " gedrückt frostig cool low",
    1: "eisig miserabel terrible awful vergiftet katastrophal",
}
_RECEIVED: dict[tuple[str, ...], int] = {
    ("warm", "reception"): 4,
    ("warm", "welcome"): 4,
    ("friendly", "reception"): 4,
    ("herzlich", "empfangen"): 4,
    ("freundlich", "empfangen"): 4,
    ("cold", "reception"): 2,
    ("frosty", "reception"): 2,
    ("cool", "reception"): 2,
    ("kuhl", "empfangen"): 2,
    ("schlecht", "drauf"): 2,
    ("mies", "drauf"): 2,
    ("gut", "drauf"): 4,
    ("the", "moon"): 5,
    ("cloud", "nine"): 5,
    ("und", "flamme"): 5,
    ("und", "weg"): 5,
    ("keen", "as"): 5,
    ("sehr", "angetan"): 4,
    ("sehr", "herzlich"): 4,
    ("ganz", "herzlich"): 4,
    ("very", "warm"): 4,
}
_MOOD = "stimmung laune mood atmosphäre atmosphere spirits"
# Such a word is of something else than the customer's mood.
_OF_ELSE = (
    "dog hund umgebung gegend empfang nachbar nachbarn neighbour monteur techniker reaktion"
    " bewertung"
    " bescheid antwort answer reply response review ergebnis result cashflow feedback"
    " rückmeldung resonanz aussage signal signale echo"
)
_THIRD = (
    "nachbar nachbarin nachbarn neighbour neighbor neighbours schwager schwägerin freund freundin"
    " friend bekannter bekannte cousin tochter daughter sohn son"
)
_NO_FEELING = {
    ("happy", "as"),
    ("happy", "to"),
    *(
        (word, "with", whose)
        for word in ("happy", "pleased", "unhappy", "dissatisfied", "annoyed")
        for whose in ("his", "her", "their", "them", "it", "its", "current", "existing", "what")
    ),
    *(
        (word, "mit", whose)
        for word in ("zufrieden", "unzufrieden")
        for whose in ("seinem", "seiner", "ihrem", "ihrer", "ihnen", "denen", "dem", "der")
    ),
}
_NICE = "sehr very total really wirklich war was waren were echt richtig super quite ganz"
_UTTERLY = "total absolut extremely absolutely totally utterly rundum hoch überaus"


_DIGIT = regex(
    r"\b(?:stimmung|laune|mood)(?: (?:war|ist|was|is))?\s*[:=]?\s*([1-5])(?: ?/ ?5| von 5"
    r"| (?:out )?of 5)?(?![\w.,/]|\s*(?:%|uhr|km|min))"
)


def mood_of(clause: Clause, rival: str | None = None) -> int | None:
    """How the customer felt, from 1 to 5; ``rival`` is the competitor that the clause names."""
    text, said = clause.folded, clause.said
    given = None if word_set(_MOOD).isdisjoint(said) else _DIGIT.search(text)
    if given:
        return int(given[1])
    for place in range(len(said)):
        received = _RECEIVED.get((said[place], *said[place + 1 : place + 2]))
        if received is not None:
            return 2 if received > 3 and _denied(said, place) else received
    about = [place for place, word in enumerate(said) if word in word_set(_MOOD)]
    for place in about:
        if said[place + 1 : place + 2] in (("im",), ("in",), ("bei",), ("unter",)):
            return None
        found = {
            score
            for at in range(max(0, place - 3), min(len(said), place + 5))
            if (score := _scores_of(False).get(said[at]) or _scores_of(True).get(said[at]))
            is not None
            and said[at] not in ("zufrieden",)
        }
        if len(found) == 1:
            return found.pop() if not denied_before(said, place) else None
        return None
    if "gelaunt" in said:
        place = said.index("gelaunt")
        return _scores_of(False).get(said[place - 1]) if place else None
    scores = set()
    for place, word in enumerate(said):
        score = _scores_of(True).get(word)
        if score is None or _is_of_else(said, place) or _is_with(said, place, rival):
            continue
        if _denied(said, place):
            if score < 3:
                # "Nicht sauer" is no mood yet.
                continue
            score = 2
        elif score == 4 and said[place - 1 : place] and said[place - 1] in word_set(_UTTERLY):
            score = 5
        scores.add(score)
    return scores.pop() if len(scores) == 1 else None


_TURNED = "smoothed calmed thawed mollified besänftigt beruhigt aufgetaut taute gelegt abgeregt"


def has_turned(clause: Clause) -> bool:
    """Whether a clause says that the customer's mood did not stay as its sentence said."""
    return not word_set(_TURNED).isdisjoint(clause.said)


def _denied(said: tuple[str, ...], place: int) -> bool:
    before = said[max(0, place - 3) : place]
    return not {
        "nicht",
        "not",
        "isn't",
        "wasn't",
        "weder",
        "kaum",
        "hardly",
        "aren't",
        "less",
    }.isdisjoint(before)


_CONTENT = frozenset(
    (
        *("zufrieden", "happy", "pleased", "delighted"),
        *("unzufrieden", "unhappy", "dissatisfied", "annoyed", "genervt"),
    )
)
_PROVIDER_ENDS = (
    *("lieferant", "lieferanten", "anbieter", "dienstleister", "supplier", "provider", "vendor"),
)


def _is_with(said: tuple[str, ...], place: int, rival: str | None) -> bool:
    """Whether it is a competitor whom the customer is content with: "happy now with HubSpot"."""
    if rival is None or said[place] not in _CONTENT:
        return False
    first = fold(rival).split()[0]
    return any(
        word in ("with", "mit", "bei") and after == first
        for word, after in pairwise(said[place + 1 : place + 6])
    )


def _is_of_else(said: tuple[str, ...], place: int) -> bool:
    word = said[place]
    if not {"anfangs", "zunachst", "initially"}.isdisjoint(said) or ("at", "first") in pairwise(
        said
    ):
        # It was so, and did not stay.
        return True
    if not word_set(_OF_ELSE).isdisjoint(said[max(0, place - 4) : place + 2]):
        return True
    if word in _CONTENT and any(one.endswith(_PROVIDER_ENDS) for one in said):
        # With whom they buy from, and not with us.
        return True
    if not word_set(_THIRD).isdisjoint(said[:place]):
        return True
    if any(said[place : place + len(phrase)] == phrase for phrase in _NO_FEELING):
        return True
    if word == "sauer" and said[place - 1 : place] in (("der",), ("herr",), ("familie",)):
        return True
    if word[:4] in ("nett", "nice", "kuhl"):
        return word_set(_NICE).isdisjoint(said[max(0, place - 1) : place])
    if not {"wie", "how", "ob", "whether", "if"}.isdisjoint(said[max(0, place - 2) : place]):
        return True
    modal = {"wäre", "ware", "wurde", "würde", "would", "be", "make", "machen", "might", "could"}
    return not modal.isdisjoint(said[max(0, place - 3) : place])


_GOAL = "ziel besuchsziel gesprächsziel tagesziel goal objective aim ziele goals"
_ANSWERED = (("got", "it"), ("hat", "geklappt"), ("hat", "funktioniert"), ("hab", "ich"), ("done",))
_REACHED = "erreicht erfüllt geschafft reached achieved met accomplished hit"
_MISSED = "verfehlt missed verpasst failed"
_PARTLY = "hälfte teilweise zum teils halb halbwegs teil partly partially partial half halfway"
_NOT = "nicht not no never nie nein kein keine wasn't isn't didn't noch haven't hasn't"


def is_goal(clause: Clause) -> bool:
    """Whether a clause speaks of the visit's goal."""
    return not word_set(_GOAL).isdisjoint(clause.said)


def goal_of(clause: Clause, *, expected: bool) -> str | None:
    """Whether the goal was reached: yes, partly or no. ``expected`` says that the clause before
    named the goal."""
    said = set(clause.said)
    named = is_goal(clause)
    if not named and not expected:
        return None
    reached = not said.isdisjoint(word_set(_REACHED))
    if not named:
        # "Goal was a signed NDA, got it"
        answered = any(clause.said[: len(way)] == way for way in _ANSWERED)
        short = len(clause.words) <= 4 or clause.said[0] in word_set(_REACHED)
        reached = answered or (reached and short)
        if not reached:
            return None
    if not said.isdisjoint(word_set(_MISSED)):
        return "no"
    if reached or len(clause.words) <= 4:
        if not said.isdisjoint(word_set(_PARTLY)):
            return "partly"
        if not reached:
            answer = clause.said[-1]
            return {"ja": "yes", "yes": "yes", "nein": "no", "no": "no"}.get(answer)
        return "no" if not said.isdisjoint(word_set(_NOT)) else "yes"
    return None
