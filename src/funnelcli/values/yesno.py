"""Yes and no in words, in both languages whatever language is spoken."""

from __future__ import annotations

_YES = frozenset(["y", "yes", "j", "ja", "true", "on", "an", "1"])
_NO = frozenset(["n", "no", "nein", "false", "off", "aus", "0"])


def yes_or_no(text: str) -> bool | None:
    """What a word says: True for yes, False for no, None where it says neither."""
    word = text.strip().lower()
    if word in _YES:
        return True
    return False if word in _NO else None
