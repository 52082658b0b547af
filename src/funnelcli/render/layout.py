"""Which columns a screen has room for, how wide each is, and text cut or folded to a width.

Widths are in cells: an East Asian character or an emoji takes two. Rich knows these, and its
tables of them are loaded for text that goes beyond the Latin alphabet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(slots=True)
class Need:
    """What a column would like."""

    natural: int
    """The cells of its longest value or its title."""
    least: int
    """The cells below which it had better go, or be squeezed."""
    drop: int = 0
    flex: bool = False
    soft: bool = False
    """Text, which may be cut; a number that is cut lies."""


# Latin letters with their punctuation, currency signs, lines and blocks.
_one_cell_each = re.compile(
    "[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u203b\u20a0-\u20c0\u2400-\u2426"
    "\u2500-\u259f\ufffd]*"
).fullmatch


def cells(text: str) -> int:
    """The width of ``text`` on a terminal."""
    if text.isascii() or _one_cell_each(text):
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, width: int, ellipsis: str = "…") -> str:
    """``text`` in at most ``width`` cells, with an ellipsis where something is missing."""
    if cells(text) <= width:
        return text
    if width <= 1:
        return ellipsis[:width]
    if text.isascii() or _one_cell_each(text):
        return text[: width - 1] + ellipsis
    from rich.cells import set_cell_size

    return set_cell_size(text, width - 1).rstrip(" ") + ellipsis


def fold(text: str, width: int) -> list[str]:
    """``text`` on lines of at most ``width`` cells, broken at spaces, indented like its first."""
    indent = text[: len(text) - len(text.lstrip(" "))][: max(0, width // 2)]
    lines: list[str] = []
    line, used = indent, len(indent)
    for word in text.split():
        size = cells(word)
        if line.strip() and used + 1 + size <= width:
            line, used = f"{line} {word}", used + 1 + size
            continue
        if line.strip():
            lines.append(line)
        while len(indent) + size > width and len(word) > 1:
            piece = _head(word, width - len(indent))
            lines.append(indent + piece)
            word = word[len(piece) :]
            size = cells(word)
        line, used = indent + word, len(indent) + size
    if line.strip() or not lines:
        lines.append(line.rstrip(" "))
    return lines


def _head(word: str, width: int) -> str:
    """As many characters of ``word`` as fit, at least one."""
    size = 1
    while size < len(word) and cells(word[: size + 1]) <= width:
        size += 1
    return word[:size]


def fit(needs: list[Need], width: int, gap: int) -> list[int | None]:
    """The width of each column on a screen of ``width`` cells; None for one that is left out.

    Columns go by ``drop``, the highest first and of equals the last. Only when what may not go
    is still too wide are columns squeezed: text first, then anything.
    """
    shown = list(range(len(needs)))
    while len(shown) > 1 and _total([needs[i].least for i in shown], gap) > width:
        going = max(shown, key=lambda i: (needs[i].drop, i))
        if needs[going].drop <= 0:
            break
        shown.remove(going)
    while len(shown) > 1 and _total([1] * len(shown), gap) > width:
        shown.pop()
    widths = {i: needs[i].least for i in shown}
    for candidates, floor in (([i for i in shown if needs[i].soft], 4), (shown, 1)):
        while _total(list(widths.values()), gap) > width:
            widest = max(candidates, key=lambda i: widths[i], default=None)
            if widest is None or widths[widest] <= floor:
                break
            widths[widest] -= 1
    for flex in (False, True):
        hungry = [i for i in shown if needs[i].flex == flex and widths[i] < needs[i].natural]
        spare = width - _total(list(widths.values()), gap)
        while spare > 0 and hungry:
            narrowest = min(hungry, key=lambda i: widths[i])
            widths[narrowest] += 1
            spare -= 1
            if widths[narrowest] >= needs[narrowest].natural:
                hungry.remove(narrowest)
    return [widths.get(i) for i in range(len(needs))]


def _total(widths: list[int], gap: int) -> int:
    return sum(widths) + gap * max(0, len(widths) - 1)
