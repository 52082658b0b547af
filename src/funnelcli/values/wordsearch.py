"""Words as a search over all texts has them: of a text those that it is found by, of a question
those that are looked for, and where in a text they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise

from funnelcli.patterns import re, regex
from funnelcli.plain import NamedTuple
from funnelcli.text import APOSTROPHES, DASHES, composed, fold, holds, seen, strip

# Of fewer letters a word is looked for as it is: nearly every text has a word that begins so.
LEAST = 3
_WORD = regex(r"[^\W_]+")
# From where a word begins: a key of 50,000 letters would be gone through from each of them.
_COMPOUND = regex(r"(?<![^\W_])[^\W_]+(?:['-][^\W_]+)+")
_NUMBER = regex(r"\+(\d{7,15})")
_PHONE = regex(r"\s*[+0(][\d\s()/.-]{5,}")
_OTHERS = regex("[^\x00-\x7f]+")
# A record has few lines of names, and one name stands in many records.
_NAMES = 1 << 14


class _Signs(dict[str, str]):
    """:func:`in_word` of letters and signs beyond ASCII, looked up once."""

    def __missing__(self, sign: str) -> str:
        self[sign] = plain = in_word(sign)
        return plain


_SIGNS = _Signs()


def in_word(sign: str) -> str:
    """What a letter or a sign beyond ASCII is in a word: letters without their marks, joints in one
    form, what nobody sees nothing, and everything else a blank."""
    if sign in DASHES:
        return "-"
    if sign in APOSTROPHES:
        return "'"
    if not seen(sign):
        return ""
    if sign.isspace():
        return " "
    # What a letter is without its marks may be a letter that is spelt in others: ǿ is ø is o.
    return "".join(part if part.isalnum() else " " for part in strip(strip(sign)))


class Word(NamedTuple):
    """A word that is looked for: the ways in which it may stand in a text, each by the words that
    have to be there then, the last of which may be the beginning of one."""

    ways: tuple[tuple[str, ...], ...]


def words_of(text: str) -> str:
    """The words that a text is found by, folded, with blanks and signs of ASCII between them; of
    what a hyphen or an apostrophe joins the parts and the whole: "Solar-Dach" by solar, dach and
    solardach."""
    folded = _folded(text)
    if "-" in folded or "'" in folded:
        for compound in _COMPOUND.findall(folded):
            folded += " " + _joined(compound)
    if "+" in folded:
        # A number is dialled at home without the one to three digits of its country.
        for number in _NUMBER.findall(folded):
            folded += f" {number[1:]} {number[2:]} {number[3:]}"
    return folded


@lru_cache(_NAMES)
def words_of_names(text: str) -> str:
    """Those of names, one a line, by each two words of which one is found too when they are typed
    as one: "Jean Pierre" by jeanpierre."""
    found = []
    for line in text.splitlines():
        words = _WORD.findall(_folded(line))
        found += [words_of(line), *(one + other for one, other in pairwise(words))]
    return " ".join(found)


def mentions(text: str, form: str) -> bool:
    """Whether a text has a folded part of a word in it, as a search key of it would have."""
    # Most have not, and that is told in a third of the time.
    letters = text if text.isascii() else _OTHERS.sub(_plain, text)
    if _bare(form) not in _bare(letters.casefold()):
        return False
    key = _folded(text).replace("-", " ").replace("'", "")
    return form in key or holds(key, form.replace(" ", ""))


def tokens(words: str) -> list[str]:
    """The single words of :func:`words_of`."""
    return _WORD.findall(words)


def asked(texts: Sequence[str]) -> list[Word]:
    """The words of a question. What is typed with a hyphen is found as one word too, and so are two
    words that follow each other: "o hara" finds O'Hara, and "solar dach" Solardach. What is a phone
    number as a whole is one, however it is written."""
    typed = [word for text in texts for word in _folded(text).split() if _WORD.search(word)]
    parts = [tuple(_WORD.findall(word)) for word in typed]
    ways = [
        [part, (_joined(word),)] if _COMPOUND.fullmatch(word) else [part]
        for part, word in zip(parts, typed, strict=True)
    ]
    for place, (one, other) in enumerate(pairwise(parts)):
        if len(one) == len(other) == 1:
            for each in ways[place : place + 2]:
                each.append((one[0] + other[0],))
    whole = " ".join(texts)
    if parts and _PHONE.fullmatch(whole):
        digits = re.sub(r"\D", "", whole.replace("(0)", ""))
        number = digits.lstrip("0") or digits
        return [Word((tuple(chain.from_iterable(parts)), (digits,), (number,)))]
    return [Word(tuple(each)) for each in ways]


def begins(token: str) -> bool:
    """Whether a word that is looked for may be the beginning of one."""
    return len(token) >= LEAST


def places(text: str, words: Sequence[Word]) -> list[tuple[int, int, int]]:
    """Where words stand in a composed text: from, to, and the number of the word, in order."""
    runs = [(*run.span(), "".join(tokens(_folded(run[0])))) for run in _WORD.finditer(text)]
    found = []
    for number, word in enumerate(words):
        for way in word.ways:
            spots = [list(_spots(text, runs, token, token == way[-1])) for token in way]
            if all(spots):
                found += [(start, end, number) for several in spots for start, end in several]
    return sorted(set(found))


def _spots(
    text: str, runs: Sequence[tuple[int, int, str]], token: str, last: bool
) -> Iterator[tuple[int, int]]:
    for place, (start, end, word) in enumerate(runs):
        whole = word
        while True:
            if whole == token or (last and begins(token) and whole.startswith(token)):
                yield start, end
                break
            # What the word is joined to, or is typed together with, is found as one.
            place += 1
            if len(whole) >= len(token) or place == len(runs):
                break
            if _folded(text[end : runs[place][0]]).strip() not in ("", "-", "'"):
                break
            whole, end = whole + runs[place][2], runs[place][1]


def shown(text: str) -> str:
    """A text on one line, as :func:`places` takes it."""
    return " ".join(composed(seen(text)).split())


def _folded(text: str) -> str:
    """As :func:`fold`, with joints in one form and other signs beyond ASCII as blanks."""
    if not text.isascii():
        text = _OTHERS.sub(_plain, text)
    return fold(text.replace("`", "'"))


def _plain(run: re.Match[str]) -> str:
    return _plain_run(run[0])


@lru_cache(1 << 12)
def _plain_run(run: str) -> str:
    return "".join(map(_SIGNS.__getitem__, run))


def _bare(text: str) -> str:
    """What is left of a text in every spelling of it."""
    for sign in "e-'`" + " \t\n\v\f\r\x1c\x1d\x1e\x1f":
        text = text.replace(sign, "")
    return text


def _joined(compound: str) -> str:
    return compound.replace("-", "").replace("'", "")
