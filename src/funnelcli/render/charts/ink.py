"""What the terminal can show, and a canvas of dots: braille where it has them, else ASCII."""

from __future__ import annotations

from funnelcli.plain import Plain, made
from funnelcli.render.bars import blocks_fit
from funnelcli.render.layout import cells, cut
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from funnelcli.render.model import Line, Span

MARKS = "●○◆◇■□▲△"
MARKS_ASCII = "ox*+#@%&"


class Ink(Plain):
    """The room of a chart and the characters that may be used."""

    width: int
    locale: str
    blocks: bool = True
    """Block characters; without them bars are made of ``#``."""
    dots: bool = True
    """Braille, the lines of axes and the marks of series; without them all is ASCII."""

    @property
    def marks(self) -> str:
        """The signs that tell series apart."""
        return MARKS if self.dots else MARKS_ASCII

    def cut(self, text: str, width: int) -> str:
        """``text`` in at most ``width`` cells."""
        return cut(text, width, "…" if self.blocks else "~")


def ink_for(width: int, locale: str, encoding: str | None) -> Ink:
    """What can be drawn on a terminal of this width and encoding."""
    try:
        (MARKS + "⣿┤┬─│└…").encode(encoding or "ascii")
        dots = True
    except (UnicodeEncodeError, LookupError):
        dots = False
    return Ink(max(1, width), locale, blocks_fit(encoding), dots)


def left(text: str, width: int) -> str:
    """``text`` padded to ``width`` cells, flush left."""
    return text + " " * (width - cells(text))


def right(text: str, width: int) -> str:
    """``text`` padded to ``width`` cells, flush right."""
    return " " * (width - cells(text)) + text


def clip(line: Line, width: int) -> Line:
    """A line in at most ``width`` cells, without spaces at its end."""
    kept: list[Span] = []
    room = width
    for text, style in line:
        size = cells(text)
        if size > room:
            text = cut(text, room, "")
            size = cells(text)
        if text:
            kept.append((text, style))
        room -= size
        if room <= 0:
            break
    while kept and not (tail := kept[-1][0].rstrip(" ")):
        kept.pop()
    if kept:
        kept[-1] = (tail, kept[-1][1])
    return kept


_BRAILLE = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))


class Canvas(Plain):
    """Dots, two by four a cell; the origin is at the top left."""

    width: int
    height: int
    _dots: dict[tuple[int, int], int] = made(factory=dict)
    _signs: dict[tuple[int, int], str] = made(factory=dict)

    @property
    def across(self) -> int:
        """Dots in a row."""
        return self.width * 2

    @property
    def down(self) -> int:
        """Dots in a column."""
        return self.height * 4

    def dot(self, x: int, y: int) -> None:
        """Set one dot; outside the canvas nothing happens."""
        if 0 <= x < self.across and 0 <= y < self.down:
            cell = (x // 2, y // 4)
            self._dots[cell] = self._dots.get(cell, 0) | _BRAILLE[x % 2][y % 4]

    def line(self, x0: int, y0: int, x1: int, y1: int) -> None:
        """A straight line of dots."""
        steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        for step in range(steps + 1):
            self.dot(
                x0 + (2 * (x1 - x0) * step + steps) // (2 * steps),
                y0 + (2 * (y1 - y0) * step + steps) // (2 * steps),
            )

    def sign(self, x: int, y: int, sign: str) -> None:
        """A character in place of the dots around a dot."""
        if 0 <= x < self.across and 0 <= y < self.down:
            self._signs[x // 2, y // 4] = sign

    def rows(self, ink: Ink) -> list[str]:
        """The canvas as text."""
        return [
            "".join(self._cell(column, row, ink.dots) for column in range(self.width))
            for row in range(self.height)
        ]

    def _cell(self, column: int, row: int, dots: bool) -> str:
        if sign := self._signs.get((column, row)):
            return sign
        bits = self._dots.get((column, row), 0)
        if not bits:
            return " "
        if dots:
            return chr(0x2800 + bits)
        upper, lower = bits & 0x1B, bits & 0xE4
        return ":" if upper and lower else "'" if upper else "."
