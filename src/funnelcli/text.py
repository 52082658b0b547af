"""Folding of names, so that "mueller", "muller" and "Müller" meet."""

from __future__ import annotations

import re

# After a vowel or a q "ue" is no umlaut: Bauer, Queck.
_DIGRAPH = re.compile("(?<=[aou])(?<![aeiouyq][aou])e+")
_BOTH = "\x1f"
# Behind a beginning: what sorts after all that begins with it.
END = "\U0010ffff"


class _Plain(dict[int, str]):
    """What each letter is without its marks, looked up once."""

    def __missing__(self, code: int) -> str:
        import unicodedata

        apart = unicodedata.normalize("NFKD", chr(code))
        plain = "".join(c for c in apart if not unicodedata.combining(c))
        self[code] = plain
        return plain


_PLAIN = _Plain()


def strip(text: str) -> str:
    """``text`` without regard to case, diacritics and runs of white space."""
    folded = text.casefold()
    if not folded.isascii():
        folded = folded.translate(_PLAIN).casefold()
    return " ".join(folded.split())


def fold(text: str) -> str:
    """:func:`strip`, and without regard to how an umlaut is written: ``ue`` is ``u``."""
    return _DIGRAPH.sub("", strip(text))


def search_key(name: str) -> str:
    """What a name is searched by: folded, and as it is written where that differs.

    Both are needed for parts of a name: "eller" is a part of "Mueller", and not of "muller". A
    name equals a word when its key is the folded word, alone or before the separator, so all
    keys of that name lie from the word up to the word and a blank.
    """
    stripped = strip(name)
    folded = _DIGRAPH.sub("", stripped)
    return folded if folded == stripped else folded + _BOTH + stripped


def spellings(word: str) -> list[str]:
    """The one or two forms in which a part of a name may stand in a search key."""
    folded, stripped = fold(word), strip(word)
    return [folded] if folded == stripped else [folded, stripped]
