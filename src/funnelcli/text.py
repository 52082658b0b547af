"""Folding of names, so that "mueller", "muller" and "Müller" meet."""

from __future__ import annotations

import re

# After a vowel or a q "ue" is no umlaut: Bauer, Queck.
_DIGRAPH = re.compile("(?<![aeiouyq])([aou])e+")
_BOTH = "\x1f"


def strip(text: str) -> str:
    """``text`` without regard to case, diacritics and runs of white space."""
    folded = text.casefold()
    if not folded.isascii():
        import unicodedata

        folded = "".join(
            c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c)
        ).casefold()
    return " ".join(folded.split())


def fold(text: str) -> str:
    """:func:`strip`, and without regard to how an umlaut is written: ``ue`` is ``u``."""
    return _DIGRAPH.sub(r"\1", strip(text))


def search_key(name: str) -> str:
    """What a name is searched by: folded, and as it is written where that differs.

    Both are needed for parts of a name: "eller" is a part of "Mueller", and not of "muller". A
    name equals a word when its key is the folded word, alone or before the separator, so all
    keys of that name lie from the word up to the word and a blank.
    """
    folded, stripped = fold(name), strip(name)
    return folded if folded == stripped else folded + _BOTH + stripped


def spellings(word: str) -> list[str]:
    """The one or two forms in which a part of a name may stand in a search key."""
    folded, stripped = fold(word), strip(word)
    return [folded] if folded == stripped else [folded, stripped]
