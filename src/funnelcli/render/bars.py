"""Bars of block characters."""

from __future__ import annotations

_EIGHTHS = " ▏▎▍▌▋▊▉"


def bar(fraction: float | None, width: int, *, ascii_only: bool = False) -> str:
    """A bar of ``fraction`` (0 to 1, cut to that range) of ``width`` cells, without padding.

    Eighths of a cell with block characters, whole cells of ``#`` with ``ascii_only``. Anything
    above nothing shows at least its smallest part.
    """
    if fraction is None or not fraction > 0 or width <= 0:
        return ""
    fraction = min(float(fraction), 1.0)
    if ascii_only:
        return "#" * max(1, round(fraction * width))
    eighths = max(1, round(fraction * width * 8))
    whole, part = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[part] if part else "")


def blocks_fit(encoding: str | None) -> bool:
    """Whether the block characters exist in ``encoding``."""
    try:
        _EIGHTHS.encode(encoding or "ascii")
        "█".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
