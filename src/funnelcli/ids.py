"""Stable public ids: ULIDs, which sort by the time of making and never meet across databases."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [a + b for a in _LETTERS for b in _LETTERS]
LENGTH = 26


def new_id() -> str:
    """A new ULID: 48 bits of milliseconds, 80 random bits, 26 letters of Crockford's base 32."""
    number = (time.time_ns() // 1_000_000 << 80) | int.from_bytes(os.urandom(10), "big")
    return "".join(_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10))


def new_ids() -> Iterator[str]:
    """New ULIDs without end, cheaply: 1024 at a time have the same beginning, 48 bits of time and
    70 random ones, and are counted through. In an index they lie beside each other."""
    while True:
        beginning = new_id()[:-2]
        for pair in _PAIRS:
            yield beginning + pair


def is_id(text: str) -> bool:
    """Whether ``text`` has the form of a public id."""
    return len(text) == LENGTH and all(letter in _LETTERS for letter in text.upper())
