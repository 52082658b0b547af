"""Folding of names, so that "mueller", "muller" and "Müller" meet."""

from __future__ import annotations

_DIGRAPHS = (("ae", "a"), ("oe", "o"), ("ue", "u"))


def fold(text: str) -> str:
    """``text`` without regard to case, diacritics, German digraphs and runs of white space.

    Both sides of every comparison are folded, so what the folding loses ("Bauer" and "Baur"
    meet too) never hides a record, it only widens a search.
    """
    folded = text.casefold()
    if not folded.isascii():
        import unicodedata

        folded = "".join(
            c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c)
        ).casefold()
    for digraph, letter in _DIGRAPHS:
        folded = folded.replace(digraph, letter)
    return " ".join(folded.split())
