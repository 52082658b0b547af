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
TITLE_STARTS = ("dr.", "ddr.", "prof.", "dipl.", "mag.", "ing.", "priv.", "pd.")
FACULTIES = _words(
    "med rer nat pol phil jur iur oec publ theol vet dent ing habil mult em techn agr sc soc"
    " univ paed hc h.c e.h"
)
HONORARY = (("h.", "c."), ("e.", "h."))
_NO_NAME = regex(r"[\d@&/+]")
SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "jun.", "sen.", "phd", "ph.d.", "mba"))
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
    head, comma, tail = (part.strip() for part in text.partition(","))
    if comma and (not head or not tail or "," in tail):
        return Parts(text)
    behind = tail.split()
    words = head.split()
    if _is_no_person(words) or _is_no_person(behind):
        return Parts(text)
    if comma and not all(map(_is_suffix, behind)):
        return _turned(text, words, behind)
    salutation, title = _taken_off(words)
    suffix: list[str] = []
    while len(words) > 1 and _is_suffix(words[-1]):
        suffix.insert(0, words.pop())
    suffix += behind
    first, last = _split(words)
    name = " ".join(words)
    ending = " ".join(suffix)
    if ending:
        name += f", {ending}" if comma else f" {ending}"
    return Parts(name, salutation, title, first, last, ending)


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
        and not _is_suffix(words[1])
    )


def _turned(text: str, head: list[str], tail: list[str]) -> Parts:
    """The parts of ``Müller, Hans``; titles may stand on either side."""
    one, title = _taken_off(tail)
    other, more = _taken_off(head)
    # "Leyen, Ursula von der"
    moved = 0
    while moved < len(tail) and tail[-1 - moved].islower() and tail[-1 - moved] in PARTICLES:
        moved += 1
    first, last = tail[: len(tail) - moved], tail[len(tail) - moved :] + head
    if one and other:
        return Parts(text)
    titles = " ".join(filter(None, (title, more)))
    name, given = " ".join(last), " ".join(first)
    return Parts(joined(given, name), one or other, titles, given, name)


def _taken_off(words: list[str]) -> tuple[str, str]:
    """Take salutation and title off the beginning of ``words``, of which one at least stays."""
    salutation = ""
    if len(words) > 1 and words[0].casefold() in SALUTATIONS:
        salutation = words.pop(0)
    title: list[str] = []
    while len(words) > 1:
        pair = tuple(word.casefold() for word in words[:2])
        if title and pair in HONORARY and len(words) > 2:
            title += (words.pop(0), words.pop(0))
        elif _is_title(pair[0]) or (title and _is_faculty(words[0])):
            title.append(words.pop(0))
        else:
            break
    return salutation, " ".join(title)


def _is_title(word: str) -> bool:
    return word.rstrip(".") in TITLES or word.startswith(TITLE_STARTS)


def _is_faculty(word: str) -> bool:
    if word.startswith("(") and word.endswith(")"):
        return word[1:-1].isupper()
    return word.endswith(".") and word.casefold().rstrip(".") in FACULTIES


def _is_suffix(word: str) -> bool:
    return word.casefold() in SUFFIXES or word in NUMERALS


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
