"""Which columns a screen has room for, how wide each is, and text cut or folded to a width.

Widths are in cells: an East Asian character or an emoji takes two. Rich knows these, and its
tables of them are loaded for text that goes beyond the Latin alphabet.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_SHORT = 10
"""Text of so few cells says nothing when it is cut: a month, a key."""
_LEAST = 4
"""Longer text is cut down to so many cells before a number is."""
_SPARE_FROM = 5
"""From this ``drop`` on a column is merely nice to have."""


@dataclass(slots=True)
class Need:
    """What a column would like."""

    natural: int
    """The cells of its longest value or its title."""
    least: int
    """The cells below which it had better go, or be squeezed; a title may be folded there."""
    drop: int = 0
    flex: bool = False
    soft: bool = False
    """Text, which may be cut; a number that is cut lies."""
    whole: int | None = None
    """The cells of its longest value, its title aside; None: as ``natural``."""
    headed: int | None = None
    """``least`` with the title on one line; None: as ``least``."""


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


def stack(title: str, width: int, ellipsis: str = "…") -> list[str]:
    """A title on lines of at most ``width`` cells, broken at spaces; a word that is too long for
    a line is cut."""
    lines: list[str] = []
    for word in title.split():
        if lines and cells(lines[-1]) + 1 + cells(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [cut(line, width, ellipsis) for line in lines] or [""]


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

    Columns go by ``drop``, the highest first and of equals the last: those that are merely nice
    to have before a title is folded, others after that. Only when what may not go is still too
    wide are columns squeezed: titles first, then long text, then anything.
    """
    shown = list(range(len(needs)))

    def drop_while(wide: Callable[[], bool], from_: int) -> None:
        while len(shown) > 1 and wide():
            going = max(shown, key=lambda i: (needs[i].drop, i))
            if needs[going].drop < from_:
                break
            shown.remove(going)

    def fits(least: Callable[[Need], int]) -> bool:
        return _total([least(needs[i]) for i in shown], gap) <= width

    drop_while(lambda: not fits(_headed), _SPARE_FROM)
    least = _headed if fits(_headed) else _folded
    drop_while(lambda: not fits(least), 1)
    while len(shown) > 1 and not fits(_thinnest):
        shown.pop()
    widths = {i: least(needs[i]) for i in shown}
    for floor in (_titled, _floor, _thinnest):
        while _total(list(widths.values()), gap) > width:
            loose = [i for i in shown if widths[i] > floor(needs[i])]
            if not loose:
                break
            widths[max(loose, key=lambda i: widths[i])] -= 1
    # Values come before the titles over them, and what is fixed before what is flexible.
    for wanted in (_body, _natural):
        for flex in (False, True):
            hungry = [i for i in shown if needs[i].flex == flex and widths[i] < wanted(needs[i])]
            spare = width - _total(list(widths.values()), gap)
            while spare > 0 and hungry:
                narrowest = min(hungry, key=lambda i: widths[i])
                widths[narrowest] += 1
                spare -= 1
                if widths[narrowest] >= wanted(needs[narrowest]):
                    hungry.remove(narrowest)
    return [widths.get(i) for i in range(len(needs))]


def cuts_numbers(needs: list[Need], widths: list[int | None]) -> bool:
    """Whether columns of ``widths`` cut a value that is not text."""
    return any(
        width is not None and width < _body(need) and not need.soft
        for need, width in zip(needs, widths, strict=True)
    )


def _headed(need: Need) -> int:
    """What a column needs with its title on one line."""
    return need.least if need.headed is None else need.headed


def _folded(need: Need) -> int:
    return need.least


def _body(need: Need) -> int:
    """The cells that no value needs more than."""
    return need.natural if need.whole is None else need.whole


def _natural(need: Need) -> int:
    return need.natural


def _titled(need: Need) -> int:
    """As narrow as values allow, with something of the title left."""
    return max(_body(need), _LEAST)


def _floor(need: Need) -> int:
    """The cells below which values are cut that had better not be: numbers, short words."""
    return _LEAST if need.soft and _body(need) > _SHORT else _body(need)


def _thinnest(_need: Need) -> int:
    return 1


def _total(widths: list[int], gap: int) -> int:
    return sum(widths) + gap * max(0, len(widths) - 1)
