"""Rounding, the one way the program does it."""

from __future__ import annotations


def half_up(numerator: int, denominator: int) -> int:
    """The quotient as a whole number, a half away from zero; ``denominator`` > 0.

    Exact whatever the size, for no float comes into it. SQL that rounds states the same formula.
    """
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -rounded if numerator < 0 else rounded
