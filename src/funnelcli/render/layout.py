"""Which columns a screen has room for, how wide each is, and text cut or folded to a width.

Widths are in cells: an East Asian character or an emoji takes two. Rich knows these, and its
tables of them are loaded for text that goes beyond the Latin alphabet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from funnelcli.patterns import regex
from funnelcli.plain import NamedTuple

_WORD_MOST = 28
"""Longer words, addresses of web pages mostly, are broken."""


class Need(NamedTuple):
    """What a column would like, in cells."""

    natural: int
    """Its longest value, or its title, on one line."""
    least: int
    """Below it a value that is not to be folded, a word, or a word of the title would be cut."""
    drop: int = 0
    """Columns with the highest go first; those with 0 never go."""


# Latin letters with their punctuation, currency signs, arrows, lines and blocks.
_one_cell_each = regex(
    "[\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027\u2030-\u203b\u20a0-\u20c0\u2190-\u21ff\u2400-\u2426"
    "\u2500-\u259f\ufffd]*"
)


def cells(text: str) -> int:
    """The width of ``text`` on a terminal."""
    if text.isascii() or _one_cell_each.fullmatch(text):
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, width: int, ellipsis: str = "…") -> str:
    """``text`` in at most ``width`` cells, with an ellipsis where something is missing."""
    if cells(text) <= width:
        return text
    if width <= 1:
        return ellipsis[:width]
    if text.isascii() or _one_cell_each.fullmatch(text):
        return text[: width - 1] + ellipsis
    from rich.cells import set_cell_size

    return set_cell_size(text, width - 1).rstrip(" ") + ellipsis


def word_need(texts: Iterable[str], whole: int = 0) -> int:
    """The width in which no word of ``texts`` is broken but those that no column has room for,
    and no text of ``whole`` cells or less is folded."""
    return min(_WORD_MOST, max((_part(text, whole) for text in texts), default=0))


def _part(text: str, whole: int) -> int:
    size = cells(text)
    return size if size <= whole else max(map(cells, text.split(" ")))


def fold(text: str, width: int, *, whole: bool = False) -> list[str]:
    """``text`` on lines of at most ``width`` cells, broken at spaces, indented like its first.

    A longer word is broken; with ``whole`` it has a line of its own, which the terminal wraps,
    so that a path or a command can still be copied.
    """
    if cells(text) <= width:
        return [text.rstrip(" ")]
    indent = text[: len(text) - len(text.lstrip(" "))][: max(0, width // 2)]
    lines: list[str] = []
    line, used = indent, len(indent)
    for word in filter(None, text.split(" ")):
        size = cells(word)
        if line.strip() and used + 1 + size <= width:
            line, used = f"{line} {word}", used + 1 + size
            continue
        if line.strip():
            lines.append(line)
        while not whole and len(indent) + size > width and len(word) > 1:
            piece = _head(word, width - len(indent))
            lines.append(indent + piece)
            word = word[len(piece) :]
            size = cells(word)
        line, used = indent + word, len(indent) + size
    if line.strip() or not lines:
        lines.append(line.rstrip(" "))
    return lines


# Where a word that is too long for a line is broken, if it can be: behind these.
_BREAKS = "-/@.,;:_=&?"


def _head(word: str, width: int) -> str:
    """As many characters of ``word`` as fit, at least one; up to a sign in it where one is near."""
    size = 1
    while size < len(word) and cells(word[: size + 1]) <= width:
        size += 1
    for end in range(size, size // 2, -1):
        if word[end - 1] in _BREAKS:
            return word[:end]
    return word[:size]


def fit(needs: Sequence[Need], width: int) -> tuple[int, list[int | None]] | None:
    """The gap between columns and the width of each, on a screen of ``width`` cells.

    Columns are narrowed first, down to where a word would be broken, and set closer to each
    other; only then they go, by ``drop``, the highest first and of equals the last. None stands
    for one that went. Where not even those that never go have room, the result is None: such rows
    are no table on this screen.
    """
    shown = list(range(len(needs)))
    while _total([needs[i].least for i in shown], 1) > width:
        going = max(shown, key=lambda i: (needs[i].drop, i))
        if not needs[going].drop or len(shown) == 1:
            return None
        shown.remove(going)
    gap = 2 if _total([needs[i].least for i in shown], 2) <= width else 1
    widths = {i: needs[i].least for i in shown}
    spare = width - _total(list(widths.values()), gap)
    hungry = [i for i in shown if widths[i] < needs[i].natural]
    while spare > 0 and hungry:
        # The one whose text takes the most lines.
        first = max(hungry, key=lambda i: (needs[i].natural / widths[i], -i))
        widths[first] += 1
        spare -= 1
        if widths[first] == needs[first].natural:
            hungry.remove(first)
    return gap, [widths.get(i) for i in range(len(needs))]


def _total(widths: Sequence[int], gap: int) -> int:
    return sum(widths) + gap * max(0, len(widths) - 1)
