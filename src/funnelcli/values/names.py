"""A person's name, and what it is made of: salutation, academic title, first and last name.

Nothing is guessed that the words do not say: what reads like a firm, a couple or an address is
one name without parts.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from funnelcli.patterns import regex
from funnelcli.plain import NamedTuple
from funnelcli.text import name_fold


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What stands before a name, by the key that is kept of it; others are kept as they are written.
SALUTATIONS = {
    **dict.fromkeys(("herr", "herrn", "hr.", "mr", "mr."), "mr"),
    **dict.fromkeys(("frau", "fr.", "ms", "ms."), "ms"),
    **dict.fromkeys(("mrs", "mrs.", "miss", "mx", "mx."), ""),
}
NONE = "none"
_NONE_WORDS = ("none", "keine", "ohne", "neutral", "no salutation", "keine anrede")
# They belong to the last name that follows them.
PARTICLES = _words(
    "von vom van de del della di da das dos do du den der des dem ter ten zu zum zur und auf"
    " af av la las los le lo y bin ibn st. san 't"
)
NOBLE = frozenset(
    ("freiherr", "freifrau", "graf", "gräfin", "baron", "baronin", "fürst", "fürstin", "ritter")
)
TITLES = frozenset(
    ("dr", "ddr", "prof", "professor", "professorin", "doktor", "doctor", "privatdozent")
)
TITLE_STARTS = (
    *("dr.", "ddr.", "prof.", "dipl.", "mag.", "mmag.", "ing.", "priv.", "pd.", "univ.", "ao."),
    *("assoz.", "hon.", "em.", "bakk.", "lic.", "dkfm."),
)
# Titles as they are written, where no name in capitals follows: "DI Hans Huber".
CAPITAL_TITLES = ("DI", "PD")
# A title that a name follows without a blank: "Dr.Eva Roth".
GLUED = "(^|[ ,])((?:(?:DDr|Dr|Prof|Mag|Ing)[.])+)([A-ZÄÖÜ][a-zäöüß]+(?=[ ,-]|$))"
FACULTIES = _words(
    "med rer nat pol phil jur iur oec publ theol vet dent ing habil mult em techn agr sc soc"
    " univ paed hc h.c e.h"
)
HONORARY = (("h.", "c."), ("e.", "h."))
_NO_NAME = regex(r"[\d@&/+]")
_GLUED = regex(GLUED)
SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "jun.", "sen.", "phd", "ph.d.", "mba"))
# Degrees that stand behind a name, as they are written, but for dots. Those of two letters may be a
# name as well, and count behind a comma, with dots, or behind two names of small letters.
DEGREES = _words(
    "MSc MSC BSc BSC MBA EMBA BBA MEd BEd LLM LLB MAS MIM MPH MPA MPhil DPhil PhD PHD CPA CFA MEng"
    " BEng MArch BArch MFA BFA DBA Bakk Esq MA BA MD"
)
NUMERALS = ("II", "III", "IV")
COUPLES = frozenset(("und", "and", "u."))
# As they are written, but for dots: Mr Ag and Ms Se may be people.
FIRMS = _words(
    "GmbH gGmbH mbH AG KG OHG GbR eG eV UG SE Ltd LTD Limited LLC LLP Inc INC Corp PLC plc SARL BV"
    " NV Oy SpA Srl"
)
_BEGINNINGS = frozenset((*SALUTATIONS, *PARTICLES, *NOBLE, *TITLES))


class Parts(NamedTuple):
    """The parts of a name as they are written, "" for what it does not have; ``name`` is what is
    left of it without salutation and title, ``suffix`` what it ends with (Jr., III)."""

    name: str
    salutation: str = ""
    title: str = ""
    first: str = ""
    last: str = ""
    suffix: str = ""


@lru_cache(1 << 12)
def read(text: str) -> Parts:
    """What a person's name is made of: ``Herr Dr. Hans Müller``, ``Müller, Hans``, ``Eva von der
    Au``. The last word is the last name, with the particles before it."""
    words = text.split()
    text = " ".join(words)
    if _is_plain(words):
        return Parts(text, first=words[0], last=words[1])
    if _NO_NAME.search(text):
        return Parts(text)
    parts = [part.split() for part in _GLUED.sub(r"\1\2 \3", text).split(",")]
    titles: list[str] = []
    endings: list[list[str]] = []
    while len(parts) > 1 and (behind := _titles_behind(parts[-1])) is not None:
        titles = behind[0] + titles
        endings = [behind[1], *endings] if behind[1] else endings
        parts.pop()
    if len(parts) > 2 or not all(parts) or any(map(_is_no_person, parts)):
        return Parts(text)
    words = parts[0]
    if len(parts) > 1:
        found = _turned(words, parts[1])
        if found is None:
            return Parts(text)
        name = joined(found.first, found.last)
    else:
        found = _in_order(words)
        name = found.name
    suffix = " ".join(filter(None, (found.suffix, *map(" ".join, endings))))
    title = " ".join(filter(None, (found.title, *titles)))
    name = ", ".join((name, *map(" ".join, endings)))
    return Parts(name, found.salutation, title, found.first, found.last, suffix)


def _in_order(words: list[str]) -> Parts:
    """The parts of ``Herr Dr. Hans Müller MSc``."""
    salutation, title = _taken_off(words)
    suffix: list[str] = []
    while number := _ends_with_suffix(words):
        suffix[:0] = words[-number:]
        del words[-number:]
    titles = [title, *_titles_within(words)]
    first, last = _split(words)
    name, ending = " ".join(words), " ".join(suffix)
    title = " ".join(filter(None, titles))
    return Parts(f"{name} {ending}".strip(), salutation, title, first, last, ending)


@lru_cache(1 << 10)
def parts_of(name: str, first: str | None, last: str | None) -> tuple[str, str]:
    """First and last name of a person called ``name``, of whom ``first`` and ``last`` were set by
    hand unless they are None; "" for what there is not. Where one was, the other is the rest."""
    if first is not None and last is not None:
        return first, last
    found = read(name)
    whole = f"{found.first} {found.last}".strip()
    if last is not None:
        rest = whole.removesuffix(last)
        return (rest.strip() if rest != whole and rest[-1:] in ("", " ") else found.first), last
    if first is not None:
        rest = whole.removeprefix(first)
        return first, (rest.strip() if rest != whole and rest[:1] in ("", " ") else found.last)
    return found.first, found.last


def joined(first: str, last: str) -> str:
    """The name of somebody of whom only the parts are known."""
    return f"{first} {last}".strip()


def salutation_key(text: str) -> str:
    """How a salutation is kept: "mr" or "ms" for the words that mean them, "none" for none wanted,
    any other as it is written."""
    word = text.casefold()
    return NONE if word in _NONE_WORDS else SALUTATIONS.get(word) or text


def is_firm(text: str) -> bool:
    """Whether a name ends as only a firm's does: Müller GmbH, Weber & Co. KG."""
    words = text.split()
    return len(words) > 1 and words[-1].replace(".", "") in FIRMS


def may_be_one(one: str, other: str) -> bool:
    """Whether two names of people can be one person's, of whom something else says so: each word
    of the shorter one is a word of the other or its initial. E. Roth may be Eva Roth."""
    short, long = sorted((_folded_words(one), _folded_words(other)), key=len)
    if not short:
        return False
    left = list(long)
    for word in short:
        found = next((w for w in left if w == word), None) or next(
            (w for w in left if w[0] == word or word[0] == w), None
        )
        if found is None:
            return False
        left.remove(found)
    # Initials alone are nobody's name.
    return any(len(word) > 1 and word in long for word in short)


def _folded_words(name: str) -> list[str]:
    return name_fold(read(name).name.replace(".", " ")).split()


def _is_plain(words: list[str]) -> bool:
    """Whether the words can be nothing but a first and a last name, as most names are."""
    if len(words) != 2 or not (words[0].isalpha() and words[1].isalpha()):
        return False
    return (
        words[0].casefold() not in _BEGINNINGS
        and words[1].casefold() not in COUPLES
        and words[1] not in FIRMS
        and words[0] not in CAPITAL_TITLES
        and not _is_suffix(words[0])
        and not _is_suffix(words[1])
    )


def _titles_behind(words: list[str]) -> tuple[list[str], list[str]] | None:
    """What stands behind a comma, as titles and as what a name ends with; None where anything else
    does, a first name."""
    left = ["", *words]
    titles: list[str] = []
    suffix: list[str] = []
    while len(left) > 1:
        if _is_suffix(left[1]) or (suffix and _is_bracketed(left[1])):
            suffix.append(left.pop(1))
        elif found := _titles_at(left, 1):
            titles += found
        else:
            return None
    return (titles, suffix) if words else None


def _ends_with_suffix(words: list[str]) -> int:
    """How many words a name ends with that are no part of it: a degree, "LL.M. (WU)"."""
    if len(words) > 2 and _is_bracketed(words[-1]) and _is_suffix(words[-2]):
        return 2
    if len(words) < 2 or not _is_suffix(words[-1]):
        return 0
    if len(words[-1]) == 2 and words[-1] in DEGREES:
        return int(len(words) > 2 and not words[-2].isupper())
    return 1


def _titles_within(words: list[str]) -> list[str]:
    """Take the titles off that stand between names or behind them, each with its dot: "Huber Dr.
    Hans", "Hans Huber Mag."."""
    titles: list[str] = []
    place = 1
    while place < len(words):
        found = _titles_at(words, place) if words[place].endswith(".") else []
        titles += found
        place += not found
    return titles


def _turned(head: list[str], tail: list[str]) -> Parts | None:
    """The parts of ``Müller, Hans``; titles may stand on either side. None with two salutations."""
    one, title = _taken_off(tail)
    other, more = _taken_off(head)
    within = [*_titles_within(tail), *_titles_within(head)]
    # "Leyen, Ursula von der"
    moved = 0
    while moved < len(tail) and tail[-1 - moved].islower() and tail[-1 - moved] in PARTICLES:
        moved += 1
    first, last = tail[: len(tail) - moved], tail[len(tail) - moved :] + head
    if one and other:
        return None
    titles = " ".join(filter(None, (title, more, *within)))
    name, given = " ".join(last), " ".join(first)
    return Parts("", one or other, titles, given, name)


def _taken_off(words: list[str]) -> tuple[str, str]:
    """Take salutation and title off the beginning of ``words``, of which one at least stays."""
    salutation = ""
    if len(words) > 1 and words[0].casefold() in SALUTATIONS:
        salutation = words.pop(0)
    return salutation, " ".join(_titles_at(words, 0))


def _titles_at(words: list[str], place: int) -> list[str]:
    """Take the titles off that stand at a place of ``words``, of which one at least stays."""
    titles: list[str] = []
    while place < len(words) and len(words) > 1:
        pair = tuple(word.casefold() for word in words[place : place + 2])
        if titles and pair in HONORARY and len(words) > 2:
            titles += (words.pop(place), words.pop(place))
        elif _is_title(words[place], pair[0], words[place + 1 : place + 2]) or (
            titles and _is_faculty(words[place])
        ):
            titles.append(words.pop(place))
        else:
            break
    return titles


def _is_title(word: str, folded: str, after: list[str]) -> bool:
    """Whether a word is a title, before the word ``after``, if there is one."""
    if folded.rstrip(".") in TITLES or folded.startswith(TITLE_STARTS):
        return True
    if word in CAPITAL_TITLES:
        return not after or _is_bracketed(after[0]) or not after[0].isupper()
    return len(word) > 2 and word.replace(".", "") in DEGREES


def _is_bracketed(word: str) -> bool:
    """Whether a word is capitals in brackets: "(FH)"."""
    return word.startswith("(") and word.endswith(")") and word[1:-1].isupper()


def _is_faculty(word: str) -> bool:
    if _is_bracketed(word) or word == "FH":
        return True
    return word.endswith(".") and word.casefold().rstrip(".") in FACULTIES


def _is_suffix(word: str) -> bool:
    return word.casefold() in SUFFIXES or word in NUMERALS or word.replace(".", "") in DEGREES


def _is_no_person(words: list[str]) -> bool:
    """Whether the words are a couple's or a firm's."""
    couple = any(
        word.casefold() in COUPLES and before.casefold() not in PARTICLES
        for before, word in pairwise(words)
    )
    return couple or (bool(words) and words[-1].replace(".", "") in FIRMS)


def _split(words: list[str]) -> tuple[str, str]:
    """First and last name."""
    at = len(words) - 1
    while at > 0 and _clings(words[at - 1], first=at == 1):
        at -= 2 if words[at - 1] == "y" and at > 2 else 1
    return " ".join(words[:at]), " ".join(words[at:])


def _clings(word: str, *, first: bool) -> bool:
    """Whether a word belongs to the last name behind it; Van Morrison's first name does not."""
    plain = word.casefold()
    return plain in NOBLE or (plain in PARTICLES and (not first or word.islower()))
