"""Charts that are rows of a terminal: bars, funnel, histogram, waterfall."""

from __future__ import annotations

import math

from funnelcli.render.bars import bar
from funnelcli.render.charts import scale
from funnelcli.render.charts.ink import Ink, left, right
from funnelcli.render.human import clean
from funnelcli.render.layout import cells, fold, word_need
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funnelcli.render.chart import ChartSpec, Point
    from funnelcli.render.model import Line

_MOST_BAR = 60
_LEAST_BAR = 8
_GAP = 2


class _Rows:
    """Labels left, values right of them, and what is left of the width for what is drawn."""

    def __init__(
        self,
        spec: ChartSpec,
        ink: Ink,
        labels: Sequence[str],
        points: Sequence[Point],
        *,
        signed: bool = False,
    ) -> None:
        self.ink = ink
        widest = max(map(cells, labels), default=0)
        for compact in (False, True):
            texts = scale.texts_of(spec, points, ink.locale, compact=compact, signed=signed)
            self.values, self.notes = [text for text, _ in texts], [note for _, note in texts]
            self.value_width = max(map(cells, self.values), default=0)
            self.note_width = max(map(cells, self.notes), default=0)
            room = ink.width - widest - self.value_width - 2 * _GAP
            if room >= _LEAST_BAR * 2:
                break
        if room - self.note_width - _GAP < _LEAST_BAR * 2:
            self.note_width = 0
        beside = self.value_width + 2 * _GAP + (self.note_width and self.note_width + _GAP)
        least = max(_LEAST_BAR, ink.width // 4)
        self.label_width = min(widest, ink.width - beside - least)
        # Where a word of theirs would be broken, labels get lines of their own.
        self.above = self.label_width < min(widest, word_need(labels))
        if self.above:
            self.label_width, self.note_width = 0, 0
            beside = self.value_width + 1 + _GAP
        self.bar_width = max(0, min(_MOST_BAR, ink.width - beside - self.label_width))

    def lines(self, number: int, label: str, drawn: str, style: str = "") -> list[Line]:
        """The line (or two) of one row; ``drawn`` is the bar."""
        value = right(self.values[number], self.value_width)
        if self.above:
            lines: list[Line] = [[(part, "")] for part in fold(label, self.ink.width)]
            return [*lines, [(f" {value}  ", ""), (drawn, style)]]
        first, *rest = fold(label, self.label_width)
        line: Line = [(left(first, self.label_width), "")]
        line.append((f"  {value}", ""))
        if self.note_width:
            line.append((f"  {right(self.notes[number], self.note_width)}", "dim"))
        line += [("  ", ""), (drawn, style)]
        return [line, *([(part, "")] for part in rest)]


def bars(spec: ChartSpec, ink: Ink) -> list[Line]:
    """A bar a point; with several series a group of bars a point, each named."""
    count = max(len(each.points) for each in spec.series)
    kept = scale.largest([each.points for each in spec.series])
    several = len(spec.series) > 1
    labels: list[str] = []
    points: list[Point] = []
    heads: dict[int, str] = {}
    for head, name, point in scale.grouped(spec, kept):
        if head:
            heads[len(points)] = clean(head)
        labels.append("  " + clean(name) if several else clean(name))
        points.append(point)
    rows = _Rows(spec, ink, labels, points)
    bottom, top = scale.bar_range(spec, points)
    lines: list[Line] = []
    for number, (label, point) in enumerate(zip(labels, points, strict=True)):
        if number in heads:
            lines += [[(part, "strong")] for part in fold(heads[number], ink.width)]
        drawn = _bar(point.value or 0, bottom, top, rows.bar_width, ink)
        lines += rows.lines(number, label, drawn)
    note = scale.left_out_note(len(kept), count)
    return [*lines, [(note, "dim")]] if note else lines


def _bar(value: float, bottom: float, top: float, width: int, ink: Ink) -> str:
    """A bar to the right of zero; where some are negative, zero is where those end."""
    if top == bottom or not value:
        return ""
    if not bottom:
        return bar(value / top, width, ascii_only=not ink.blocks)
    zero = round(-bottom / (top - bottom) * width)
    size = max(1, round(abs(value) / (top - bottom) * width))
    full = "█" if ink.blocks else "#"
    if value > 0:
        return " " * zero + full * min(size, max(1, width - zero))
    size = min(size, max(1, zero))
    return " " * (zero - size) + ("░" if ink.blocks else "-") * size


def histogram(spec: ChartSpec, ink: Ink) -> list[Line]:
    """A bar a class, classes from top to bottom."""
    lines: list[Line] = []
    for each in spec.series:
        head = clean(each.name) + (f" ({clean(spec.x_title)})" if spec.x_title else "")
        lines += [[(part, "dim")] for part in fold(head, ink.width)]
        widest = max((cells(clean(point.label)) for point in each.points), default=0)
        labels = [right(clean(point.label), widest) for point in each.points]
        rows = _Rows(spec, ink, labels, each.points)
        top = max((point.value or 0 for point in each.points), default=0)
        for number, (label, point) in enumerate(zip(labels, each.points, strict=True)):
            drawn = _bar(point.value or 0, 0, top, rows.bar_width, ink)
            lines += rows.lines(number, label, drawn)
    return lines


def funnel(spec: ChartSpec, ink: Ink) -> list[Line]:
    """Bars around a common middle: as wide as the share that came so far."""
    points = spec.series[0].points
    labels = [clean(point.label) for point in points]
    rows = _Rows(spec, ink, labels, points)
    top = max((point.value or 0 for point in points), default=0)
    lines: list[Line] = []
    for number, (label, point) in enumerate(zip(labels, points, strict=True)):
        drawn = centred((point.value or 0) / top if top else 0, rows.bar_width, ink.blocks)
        lines += rows.lines(number, label, drawn)
    return lines


def centred(share: float, width: int, blocks: bool) -> str:
    """A bar of ``share`` (0..1) around the middle of ``width``; half cells at both ends keep the
    two sides even. With ``blocks`` False in ASCII, where a bar can be half a cell off."""
    if share <= 0 or width <= 0:
        return ""
    size = max(1, round(share * width))
    before = (width - size) // 2
    if not blocks:
        return " " * before + "#" * size
    if (width - size) % 2 == 0:
        return " " * before + "█" * size
    return " " * before + "▐" + "█" * (size - 1) + "▌"


_WATERFALL = {"total": ("█", "#"), "up": ("▓", "+"), "down": ("░", "-")}


def waterfall(spec: ChartSpec, ink: Ink) -> list[Line]:
    """Levels from zero, and between them each step where it rises or falls.

    A step's sign stands before its amount and shows in the shade of its bar (in ASCII in its
    signs), so that it needs no colour.
    """
    points = spec.series[0].points
    labels = [clean(point.label) for point in points]
    rows = _Rows(spec, ink, labels, points, signed=True)
    spans = scale.spans_of(points)
    top = max((max(span) for span in spans), default=0)
    bottom = min(0, min((min(span) for span in spans), default=0))
    lines: list[Line] = []
    for number, (label, point) in enumerate(zip(labels, points, strict=True)):
        role = scale.role_of(point)
        lower, upper = sorted(spans[number])
        drawn = ""
        if lower != upper and top > bottom and rows.bar_width:
            first, last = (
                math.floor(scale.along(each, bottom, top, rows.bar_width) + 0.5)
                for each in (lower, upper)
            )
            start = min(first, rows.bar_width - 1)
            end = max(start + 1, last)
            drawn = " " * start + _WATERFALL[role][0 if ink.blocks else 1] * (end - start)
        style = {"up": "good", "down": "bad"}.get(role, "")
        lines += rows.lines(number, label, drawn, style)
    return lines
