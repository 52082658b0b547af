"""SVG charts that are rows: bars, funnel, waterfall."""

from __future__ import annotations

from funnelcli.render.charts import scale
from funnelcli.render.charts.drawing import BOLD, Drawing, cut, text_width
from funnelcli.render.human import clean
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funnelcli.render.chart import ChartSpec, Point

_BAR = 20
_PITCH = 30
_GAP = 10
_ABOVE = 20


class _Rows:
    """Where labels, bars and values go: labels left of the bars, on a narrow sheet above them."""

    def __init__(
        self,
        sheet: Drawing,
        labels: Sequence[str],
        texts: Sequence[tuple[str, str]],
        indent: float = 0,
    ) -> None:
        self.sheet = sheet
        self.indent = indent
        self.texts = texts
        widest = indent + max(map(text_width, labels), default=0)
        self.value_width = max((text_width(both(text)) for text in texts), default=0)
        most = sheet.width * (0.42 if sheet.width >= 500 else 0.34)
        self.above = widest > most and sheet.width < 500
        widest = min(widest, most)
        self.left = 0 if self.above else widest + _GAP
        self.pitch = _PITCH + (_ABOVE if self.above else 0)
        self.room = max(40, sheet.width - self.left - self.value_width - _GAP)

    def label(self, y: float, text: str) -> None:
        """The label of the row whose top is at ``y``."""
        room = self.sheet.width if self.above else self.left - _GAP
        down = 13 if self.above else 15
        self.sheet.text(self.indent, y + down, cut(text, room - self.indent + 1))

    def place(self, value: float, bottom: float, top: float) -> float:
        """Where a value stands that goes from ``bottom`` to ``top``."""
        return self.left + scale.along(value, bottom, top, self.room)

    def bar_top(self, y: float) -> float:
        """Where the bar of that row begins."""
        return y + (_ABOVE if self.above else 0)

    def value(self, y: float, number: int, x: float | None = None) -> None:
        """The value of a row, at ``x`` or flush right."""
        value, note = self.texts[number]
        at = self.bar_top(y) + 15
        if x is None:
            self.sheet.text(self.sheet.width, at, both((value, note)), anchor="end")
        else:
            self.sheet.text(x, at, both((value, note)))


def both(text: tuple[str, str]) -> str:
    """A value and its note as one text."""
    value, note = text
    return f"{value} · {note}" if note else value


def bars(sheet: Drawing, spec: ChartSpec, locale: str) -> float:
    """A bar a point; with several series a group of bars a point, each named."""
    count = max(len(each.points) for each in spec.series)
    kept = scale.largest([each.points for each in spec.series])
    several = len(spec.series) > 1
    found = scale.grouped(spec, kept)
    points = [point for _head, _name, point in found]
    names = [clean(name) for _head, name, _point in found]
    colours = {clean(each.name): number for number, each in enumerate(spec.series)}
    texts = scale.texts_of(spec, points, locale)
    rows = _Rows(sheet, names, texts, 12 if several else 0)
    bottom, top = scale.bar_range(spec, points)
    y = 0.0
    for number, ((head, _name, point), name) in enumerate(zip(found, names, strict=True)):
        if head:
            y += 8 if number else 0
            sheet.text(0, y + 15, cut(clean(head), sheet.width / BOLD), "ink strong")
            y += 26
        rows.label(y, name)
        value = point.value or 0
        x0, x1 = sorted((rows.place(0, bottom, top), rows.place(value, bottom, top)))
        colour = colours[name] % 8 if several else 0
        at = rows.bar_top(y)
        if value:
            sheet.rect(x0, at, max(1.5, x1 - x0), _BAR, f"s{colour}")
        if point.low is not None and point.high is not None:
            low, high = (rows.place(end, bottom, top) for end in (point.low, point.high))
            middle = at + _BAR / 2
            sheet.line(low, middle, high, middle, "axis")
            for end in (low, high):
                sheet.line(end, middle - 5, end, middle + 5, "axis")
        ends = [x1, *(rows.place(e, bottom, top) for e in (point.high,) if e is not None)]
        rows.value(y, number, max(ends) + _GAP)
        y += rows.pitch
    note = scale.left_out_note(len(kept), count)
    if note:
        sheet.text(0, y + 14, note, "soft")
        y += 24
    return y


def funnel(sheet: Drawing, spec: ChartSpec, locale: str) -> float:
    """Bars around a common middle, joined to the next one's."""
    points = spec.series[0].points
    labels = [clean(point.label) for point in points]
    rows = _Rows(sheet, labels, scale.texts_of(spec, points, locale))
    rows.pitch += 8
    top = max((point.value or 0 for point in points), default=0) or 1
    rows.room -= _GAP
    middle = rows.left + rows.room / 2

    def half(point: Point) -> float:
        return max(0.75, (point.value or 0) / top * rows.room / 2) if point.value else 0

    for number, (point, label) in enumerate(zip(points, labels, strict=True)):
        y = number * rows.pitch
        at = rows.bar_top(y)
        here = half(point)
        if number + 1 < len(points) and not rows.above:
            there = half(points[number + 1])
            if here and there:
                low = at + rows.pitch
                sheet.path(
                    f"M{middle - here:.1f},{at + 24:.1f} H{middle + here:.1f}"
                    f" L{middle + there:.1f},{low:.1f} H{middle - there:.1f} Z",
                    "s0",
                    ' opacity="0.3"',
                )
        if here:
            sheet.rect(middle - here, at, 2 * here, 24, "s0")
        rows.label(y + 2, label)
        rows.value(y + 2, number)
    return len(points) * rows.pitch


def waterfall(sheet: Drawing, spec: ChartSpec, locale: str) -> float:
    """Levels from zero, and between them each step where it rises or falls."""
    points = spec.series[0].points
    labels = [clean(point.label) for point in points]
    rows = _Rows(sheet, labels, scale.texts_of(spec, points, locale, signed=True))
    spans = scale.spans_of(points)
    top = max((max(span) for span in spans), default=0)
    bottom = min(0, min((min(span) for span in spans), default=0))
    for number, (point, label) in enumerate(zip(points, labels, strict=True)):
        y = number * rows.pitch
        at = rows.bar_top(y)
        begin, end = spans[number]
        lower, upper = sorted((begin, end))
        x, right = rows.place(lower, bottom, top), rows.place(upper, bottom, top)
        role = scale.role_of(point)
        if lower != upper:
            colour = {"up": "good", "down": "bad"}.get(role, "s0")
            sheet.rect(x, at, max(1.5, right - x), _BAR, colour)
        if number + 1 < len(points) and role != "":
            level = rows.place(end, bottom, top)
            down = rows.pitch + (0 if points[number + 1].value else _BAR)
            sheet.line(level, at + _BAR, level, at + down, "axis", "2 2")
        rows.label(y, label)
        rows.value(y, number, right + _GAP)
    return len(points) * rows.pitch
