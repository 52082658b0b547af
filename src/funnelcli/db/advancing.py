"""How far something long is, told to whoever wants to know."""

from __future__ import annotations

from collections.abc import Callable

Advance = Callable[[int], object]
"""Called with how much more is done."""
Begin = Callable[[int], Advance]
"""Called with how much is to be done, as soon as that is known, and again where it begins anew;
what is to be called as it is done."""


def unwatched(_total: int) -> Advance:
    """Where nobody wants to know."""
    return lambda _more: None
