"""Which words say what the seller is going to do, whatever day they name."""

from __future__ import annotations

from itertools import pairwise

from funnelcli.actions import notewords
from funnelcli.actions.recognising.clauses import WORD, compared, phrases_of, word_set
from funnelcli.actions.recognising.verbs import is_first_person, is_infinitive
from funnelcli.patterns import re, regex
from funnelcli.text import fold

# How what only says that a next step follows may begin.
_MARK_STARTS = "next|to-do|todo|n|must|->|→|=>|[|i|w|and |und |then |dann |have to|need to|muss ich"
_MARKS = tuple(_MARK_STARTS.split("|"))


def is_the_sellers(words: list[str], *, dated: bool, noun: bool) -> bool:
    """Whether the words, without their date, say what the seller is going to do; ``noun``: the
    last of them is written as one."""
    first = words[0]
    if words[:2] == ["ask", "for"]:
        return False
    if first in word_set(notewords.CLEAR_STARTS) and "sie" not in words[1:2]:
        return True
    if tuple(words[:2]) in phrases_of(notewords.CLEAR_PAIRS):
        return True
    if " ".join(words) in _BACK_THERE:
        return True
    if first in word_set(notewords.VERB_NOUNS) and _has_an_object(words[1:]):
        return True
    if dated and tuple(words[:2]) in phrases_of(notewords.WE_MEET):
        return True
    if words[0] in ("ich", "wir") or _is_mine(words):
        return _is_mine(words)
    about_else = not word_set(notewords.NOT_THE_SELLERS).isdisjoint(words)
    # "Ziel: Termin vereinbaren", "fragt ob wir montieren"
    if first in word_set(notewords.GOALS) or not {"ob", "dass"}.isdisjoint(words[1:-1]):
        return False
    if not noun and is_infinitive(words[-1]):
        return not about_else and (dated or first not in word_set(notewords.SUBORDINATE))
    if not dated:
        return False
    if words[-1] in ("ubergeben", "uberreichen") and not about_else:
        return True
    if _is_a_document_due(words):
        return True
    if tuple(words[:2]) in phrases_of(notewords.DATED_PAIRS) and "forth" not in words:
        return not about_else
    if first in word_set(notewords.DOING) and "every" not in words:
        return True
    if first in ("i'm", "we're", "i'll", "owe") or words[:2] in (["i", "am"], ["i", "owe"]):
        return _is_doing(words)
    if _is_short_of_me(words) or _is_bound(words):
        return True
    if first.endswith("e") and is_my_verb(first) and not about_else:
        # "Treffe am Mittwoch den Einkaufsleiter", but not "Suche nach Personal läuft bis Freitag".
        return True
    if first in ("promised", "versprochen", "zugesagt"):
        return True
    if words[-1] in word_set(notewords.DATED_ENDS):
        return not about_else
    if len(words) == 1 and is_again(words[0]):
        return True
    return is_a_date_made(words)


# What is to be done whether or not a day is named.
_BACK_THERE = frozenset(
    f"{again} {there}"
    for again in ("nochmal", "nochmals", "noch mal", "noch einmal", "erneut", "wieder")
    for there in ("hin", "vorbei")
)


def _is_doing(words: list[str]) -> bool:
    """Whether words say what I am about to do, or owe: "I'm seeing him", "I owe her a layout"."""
    if "owe" in words[:2]:
        return True
    verb = words[2] if words[0] == "i" and len(words) > 2 else words[1] if len(words) > 1 else ""
    return verb.endswith("ing") and verb not in (
        "being",
        "going",
        "hoping",
        "expecting",
        "thinking",
    )


# What stands before the second half of a verb that is said without "ich": "Hake Montag nach".
HALVES = "an ab auf aus ein nach vor vorbei zurück durch rein rum hin weiter"


def _is_bound(words: list[str]) -> bool:
    """Whether words say what has to be done and by nobody else: "Muss nachkalkulieren"."""
    if words[0] not in ("muss", "mussen") or word_set(_TALKING).issuperset(words[-1:]):
        return False
    return is_infinitive(words[-1]) and {"er", "sie", "erst", "man"}.isdisjoint(words)


# What the customer has to do with others first.
_TALKING = "sprechen besprechen absprechen klären abklären abstimmen fragen nachfragen rücksprechen"


def _is_short_of_me(words: list[str]) -> bool:
    """Whether words begin with what I do and end with the rest of the verb: "Ruf durch"."""
    if len(words) < 2 or words[-1] not in word_set(HALVES):
        return False
    return is_my_verb(words[0])


# What the customer does with it.
_GIVES = (
    "schickt sendet mailt liefert bringt gibt reicht macht erstellt übergibt sends brings gives"
    " provides supplies delivers emails mails"
)


def _is_a_document_due(words: list[str]) -> bool:
    """Whether words are a thing that the seller makes, as in "leasing offer by 5 dec", "Angebot
    geht raus"."""
    made = not word_set(notewords.DOCUMENTS).isdisjoint(words)
    if made and words[-1] in ("raus", "ruber", "out") and {"geht", "goes", "go"} & set(words):
        return True
    return (
        len(words) <= 4
        and words[-1] in word_set(notewords.DOCUMENTS)
        and word_set(_GIVES).isdisjoint(words)
        and word_set(notewords.NOT_THE_SELLERS, "received got bekommen da from von").isdisjoint(
            words
        )
        and not any(word.endswith("ed") for word in words)
    )


def _has_an_object(rest: list[str]) -> bool:
    """Whether words behind "call" or "email" make a verb of it: "call the neighbour"."""
    if rest[:1] and rest[0] in word_set(notewords.OBJECTS):
        return True
    return bool(rest) and rest[-1] in word_set(notewords.DOCUMENTS) and len(rest) <= 3


def _is_mine(words: list[str]) -> bool:
    """Whether words say in the first person what is to be done: "ich ruf sie an", "schick ich",
    "soll mich melden"."""
    verbs = word_set(notewords.MY_VERBS)
    if words[0] in ("ich", "wir") and words[1:2] and is_my_verb(words[1]):
        return True
    if words[0] == "wir" and words[1:2] and is_infinitive(words[1]):
        # "Wir liefern am Freitag": the firm does.
        return False
    for verb, subject in pairwise(words[:6]):
        if subject in ("ich", "ichs", "wir") and (
            (subject != "wir" and is_my_verb(verb))
            or (subject == "wir" and (verb in verbs or is_infinitive(verb)))
        ):
            return "wenn" not in words
    if words[0] in ("soll", "sollen", "darf") and is_infinitive(words[-1]):
        mine = not {"mich", "ich", "uns", "wir"}.isdisjoint(words[1:4])
        again = not word_set(notewords.AGAIN, "wieder mal").isdisjoint(words)
        return (mine or again) and not ({"er", "sie", "nicht"} & set(words))
    return False


def is_my_verb(word: str) -> bool:
    """Whether a folded word is what I do, in German: "ruf", "hake"."""
    return word in word_set(notewords.MY_VERBS) or is_first_person(word)


# German participles: "geschickt", "abgelehnt", "angenommen".
_DONE = regex(
    r"(?:ab|an|auf|aus|ein|zu|vor|nach|mit|zuruck|weg|los|hin|her|durch)?ge[^\W\d_]{3,}(?:t|en)"
)


def _is_done(word: str) -> bool:
    return word == "verschickt" or _DONE.fullmatch(word) is not None


def is_again(what: str) -> bool:
    return fold(what) in word_set(notewords.AGAIN)


# What is said of something that is to come and fixed.
_BOOKED = "booked scheduled arranged confirmed fixed set in for vereinbart ausgemacht gebucht"


def is_a_date_made(words: list[str]) -> bool:
    """Whether words without their day begin with what is to come then, "neuer Termin", and do not
    say that it was or is off."""
    noun = after_leads(words)
    if not noun:
        return False
    meets = noun[0].endswith(tuple(word_set(notewords.NOUN_ENDS)))
    if not meets and noun[0] not in word_set(notewords.DATED_STARTS):
        return False
    said = set(noun[1:]) - word_set(_BOOKED)
    if meets or noun[0] in word_set(notewords.DATES_MADE):
        said -= word_set(notewords.AGREED) | word_set(notewords.MOVED)
        if not word_set(notewords.CALLED_OFF, notewords.DOUBTED).isdisjoint(said):
            return False
    past = any((len(word) > 4 and word.endswith("ed")) or _DONE.fullmatch(word) for word in said)
    return not past and word_set(notewords.NOT_THE_SELLERS).isdisjoint(said)


_LAST = word_set("letzter letzten last final")
_TRIES = word_set("versuch anlauf try attempt shot go")


def after_leads(words: list[str]) -> list[str]:
    """Folded words from the first that is more than an article or "next" on."""
    leads = word_set(notewords.LEADS)
    if words[:1] and words[0] in _LAST and words[1:2] and words[1] in _TRIES:
        # "Letzter Versuch Do": the last try is to come, the last meeting has been.
        words = words[1:]
    begin = next((place for place, word in enumerate(words) if word not in leads), len(words))
    return words[begin:]


def without_mark(text: str) -> tuple[str, bool]:
    """``text`` without what only says that a next step follows, and whether it said so."""
    if not text.lower().startswith(_MARKS):
        return text, False
    found = re.match(
        r"(?:(?:next steps?|next|to-?do|n[äa]e?chste[rs]?(?: schritte?)?)\s*:|->|→|=>|\[ ?\])\s*",
        text,
        re.IGNORECASE,
    )
    marked = found is not None
    if found:
        text = text[found.end() :]
    found = re.match(
        r"(?:(?:and|und|then|dann)\s+)?"
        r"(?:(?:(?:i|we) (?:said|promised|agreed|told (?:him|her|them))(?: that)? (?:i|we)(?:'d"
        r"|'ll| will| would)"
        r"|(?:(?:i|we)(?:'ll| will| must| have to| need to| am going to| promised to))"
        r"|must(?= (?:check|send|call|ring|order|prepare|confirm|chase|email|book|bring|collect)\b)"
        r"|(?:need|have) to(?! (?:be|have|wait|think|decide)\b)"
        r"|will(?= (?:re-?try|try (?:(?:him|her|them)\b|(?:(?:on|this|next) )?(?:tomorrow|mon"
        r"|tues?|wed|thurs?|thu|fri|sat|sun)(?:day|nesday|urday)?\b)|try again|call again|ring"
        r" again|visit again|knock again|come again"
        r"|call round|pop (?:by|in|round|back)|go back|follow up|check (?:in|back)|revisit|swing"
        r" by|stop by|drop by"
        r"|chase"
        r"|send (?:him|her|them|it|this|that)|call (?:him|her|them)|email (?:him|her|them))\b)"
        r"|will(?= (?:send|prepare|write|draft|bring|email|mail) (?:[^ ]+ ){0,3}?"
        r"(?:offer|quote|proposal|contract|brochure|samples?|datasheet|invoice|references)))"
        r"|(?:ich|wir) (?:muss|müssen|soll|sollen|werden?)|muss ich)\s+(?!sagen|zugeben|gestehen)",
        text,
        re.IGNORECASE,
    )
    return (text[found.end() :], True) if found else (text, marked)


# What says that a mail or a call has been: "email: sent brochure", "Mail: Prospekt geschickt".
_REPORTED = word_set(
    "sent left got received made done answered replied spoke talked discussed asked told"
    " written he she they geschickt gesendet verschickt hinterlassen erhalten bekommen gesprochen"
    " besprochen raus"
)


def reports(text: str) -> bool:
    """Whether a text says of a mail or a call what it was, and not that one is to come."""
    words = [compared(found[0]) for found in WORD.finditer(text)]
    first = word_set(notewords.VERB_NOUNS, "anruf telefonat sms whatsapp")
    if len(words) < 2 or words[0] not in first:
        return False
    if (
        words[1:3] == ["back", "from"]
        or words[1] in _REPORTED
        or any(map(_is_done, (words[1], words[-1])))
    ):
        # "Mail geschrieben mit Angebot"
        return True
    colon = re.match(r"\s*[\w-]+\s*:", text) is not None
    return colon and not _REPORTED.isdisjoint(words[1:])


def begins_a_step(text: str) -> bool:
    """Whether a text begins with what is done to somebody: "ping Sam 12/10"."""
    word = WORD.search(text)
    starts = (notewords.CLEAR_STARTS, notewords.VERB_NOUNS, notewords.DOING)
    begins = word is not None and any(compared(word[0]) in word_set(words) for words in starts)
    return begins or without_mark(text)[1]
