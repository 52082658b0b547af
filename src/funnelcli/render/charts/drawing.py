"""A small SVG drawing: shapes and texts on a sheet that grows downwards."""

from __future__ import annotations

import unicodedata
from html import escape

from funnelcli.render.charts import palette
from funnelcli.render.human import clean

FONT = 14
"""The height of the letters, in the units of the drawing."""

_MARGIN = 20

_NARROW = frozenset("iljtfI.,:;'|!()[]{}/ -·")
_BROAD = frozenset("mwMWÄÖÜOQG%@€—")


def n(value: float) -> str:
    """A coordinate: a tenth is exact enough."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


BOLD = 1.12
"""How much wider bold letters are set."""


def text_width(text: str, size: float = FONT) -> float:
    """About how wide ``text`` is set in a usual sans-serif face; rather too wide than too
    narrow."""
    em = 0.0
    for char in text:
        if char in _NARROW:
            em += 0.36
        elif char in _BROAD:
            em += 0.88
        elif unicodedata.east_asian_width(char) in "WF":
            em += 1.05
        elif char.isupper():
            em += 0.72
        else:
            em += 0.64 if char.isdigit() else 0.6
    return em * size


def cut(text: str, width: float, size: float = FONT) -> str:
    """``text`` in at most ``width``, with an ellipsis where something is missing."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


class Drawing:
    """A sheet ``width`` units wide, its origin at the top left."""

    def __init__(self, width: float, *, alone: bool) -> None:
        self.width = width
        self.alone = alone
        """On its own it brings its colours; in a page it takes those of the page."""
        self._parts: list[str] = []

    def _looks(self, classes: str) -> str:
        given = palette.attributes(classes) if self.alone else ""
        return (f' class="{classes}"' if classes else "") + given

    def text(
        self, x: float, y: float, text: str, classes: str = "", *, anchor: str = "", size: int = 0
    ) -> None:
        """A text whose baseline is at ``y``."""
        looks = self._looks(classes or "ink")
        where = f' text-anchor="{anchor}"' if anchor else ""
        how = f' font-size="{size}"' if size else ""
        bold = ' font-weight="600"' if "strong" in classes else ""
        self._parts.append(
            f'<text{looks} x="{n(x)}" y="{n(y)}"{where}{how}{bold}>{escape(clean(text))}</text>'
        )

    def rect(
        self, x: float, y: float, width: float, height: float, classes: str, hint: str = ""
    ) -> None:
        """A box; ``hint`` is what a reader or a pointer is told of it."""
        inner = f"<title>{escape(clean(hint))}</title>" if hint else ""
        self._parts.append(
            f'<rect{self._looks(classes)} x="{n(x)}" y="{n(y)}" width="{n(max(0, width))}"'
            f' height="{n(height)}" rx="1.5"' + (f">{inner}</rect>" if inner else "/>")
        )

    def line(
        self, x0: float, y0: float, x1: float, y1: float, classes: str, dash: str = ""
    ) -> None:
        """A straight line."""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<line{self._looks(classes)} x1="{n(x0)}" y1="{n(y0)}" x2="{n(x1)}" y2="{n(y1)}"'
            f"{dashes}/>"
        )

    def path(self, d: str, classes: str, more: str = "") -> None:
        """A path."""
        self._parts.append(f'<path{self._looks(classes)} d="{d}"{more}/>')

    def sign(self, number: int, x: float, y: float, hint: str = "") -> None:
        """The mark of a series: each has a colour and a shape of its own."""
        r = 4.5
        ends = {
            0: f"M{n(x - r)},{n(y)} a{r},{r} 0 1 0 {n(2 * r)},0 a{r},{r} 0 1 0 {n(-2 * r)},0 Z",
            1: f"M{n(x - r + 0.5)},{n(y - r + 0.5)} h8 v8 h-8 Z",
            2: f"M{n(x)},{n(y - r - 1)} l{r + 1},{r + 1} l{-r - 1},{r + 1} l{-r - 1},{-r - 1} Z",
            3: f"M{n(x)},{n(y - r)} l{r + 0.5},8.5 h-10 Z",
        }
        inner = f"<title>{escape(clean(hint))}</title>" if hint else ""
        self._parts.append(
            f'<path{self._looks(f"s{number % palette.SERIES}")} d="{ends[number % 4]}"'
            + (f">{inner}</path>" if inner else "/>")
        )

    def finish(self, height: float, title: str, told: str, key: str, note: str = "") -> str:
        """The SVG element. ``told`` is what a screen reader says of the chart; ``key`` keeps its
        ids apart from those of other charts of a page. On its own it has a margin, its title
        and ``note`` under it."""
        parts = [f'<title id="{key}-t">{escape(clean(title))}</title>']
        parts.append(f'<desc id="{key}-d">{escape(clean(told))}</desc>')
        x, y, width = 0, 0, self.width
        if self.alone:
            x, y, width = -_MARGIN, -_MARGIN - 30, width + 2 * _MARGIN
            if note:
                self.text(0, height + 18, cut(clean(note), self.width, 12), "soft", size=12)
                height += 22
            height += _MARGIN - y
            parts.append(f"<style>\n{_sheet()}</style>")
            parts.append(
                f'<rect{self._looks("paper")} x="{x}" y="{y}" width="{n(width)}"'
                f' height="{n(height)}"/>'
            )
            parts.append(
                f'<text{self._looks("ink")} x="0" y="-14" font-size="17" font-weight="600">'
                f"{escape(cut(clean(title), self.width, 18))}</text>"
            )
        size = f' width="{n(width)}" height="{n(height)}"' if self.alone else ""
        head = (
            '<svg class="chart" xmlns="http://www.w3.org/2000/svg" role="img"'
            f' aria-labelledby="{key}-t {key}-d" viewBox="{x} {y} {n(width)} {n(height)}"{size}'
            f' font-family="system-ui, sans-serif" font-size="{FONT}">'
        )
        return "\n".join([head, *parts, *self._parts, "</svg>"]) + "\n"


def _sheet() -> str:
    dark = palette.fills(True).replace("\n", "\n  ")
    return f"{palette.fills(False)}\n@media (prefers-color-scheme: dark) {{\n  {dark}\n}}\n"
