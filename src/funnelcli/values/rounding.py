"""Rounding of quotients of whole numbers, as money is rounded."""

from __future__ import annotations


def half_up(numerator: int, denominator: int) -> int:
    """The quotient rounded to the nearest whole number, halves away from zero; ``denominator`` is
    above 0."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))
