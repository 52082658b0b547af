"""Charts with axes on a terminal: lines over time, and survival curves."""

from __future__ import annotations

from funnelcli.render.charts import scale
from funnelcli.render.charts.ink import Canvas, Ink, left, right
from funnelcli.render.human import clean
from funnelcli.render.layout import cells, fold, word_need
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funnelcli.render.chart import ChartSpec, Point, Series
    from funnelcli.render.model import Line

_MOST_PLOT = 100
_LEAST_STRIP = 6
_HEIGHT = 9
_LEVELS = " ▁▂▃▄▅▆▇█"


class _Plot:
    """A canvas between a vertical axis with its ticks and a horizontal one with labels."""

    def __init__(self, spec: ChartSpec, ink: Ink, low: float, high: float) -> None:
        self.ink = ink
        height = _HEIGHT if ink.width >= 40 else 6
        self.marks = scale.ticks(low, high, height // 2 + 1, spec.unit)
        self.texts = [clean(text) for text in scale.tick_texts(spec, self.marks, ink.locale)]
        self.axis = max(map(cells, self.texts))
        if self.axis > ink.width // 2:
            self.axis = 0
        self.canvas = Canvas(max(2, min(_MOST_PLOT, ink.width - self.axis - 2)), height)

    def y(self, value: float) -> int:
        """The row of dots of a value."""
        low, high = self.marks[0], self.marks[-1]
        share = min(1.0, max(0.0, (high - value) / (high - low)))
        return round(share * (self.canvas.down - 1))

    def lines(self, labels: Sequence[str], columns: Sequence[int], x_title: str = "") -> list[Line]:
        """The chart with its axes; ``labels`` stand below the cells ``columns``."""
        beside = {
            self.y(mark) // 4: text for mark, text in zip(self.marks, self.texts, strict=True)
        }
        cross, bar, corner, floor, tick = "┤│└─┬" if self.ink.dots else "||+-+"
        lines: list[Line] = []
        for number, row in enumerate(self.canvas.rows(self.ink)):
            text = beside.get(number, "") if self.axis else ""
            side = cross if number in beside else bar
            lines.append([(right(text, self.axis) + " " + side, "dim"), (row, "")])
        kept = scale.sparse([cells(label) for label in labels], columns, 2, self.canvas.width)
        base = [floor] * self.canvas.width
        below = ""
        for i in kept:
            base[min(columns[i], self.canvas.width - 1)] = tick
            start = int(scale.start_of(columns[i], cells(labels[i]), self.canvas.width))
            below = left(below, start) + self.ink.cut(labels[i], self.canvas.width - start)
        margin = " " * (self.axis + 1)
        lines.append([(margin + corner + "".join(base), "dim")])
        lines.append([(margin + " " + below, "dim")])
        if x_title:
            lines.append([(margin + " " + self.ink.cut(x_title, self.canvas.width), "dim")])
        return lines


def _legend(names: Sequence[str], ink: Ink) -> list[Line]:
    """The signs of the series and what they stand for, on as many lines as they need."""
    lines: list[str] = []
    for number, name in enumerate(names):
        parts = fold(f"{ink.marks[number % len(ink.marks)]} {name}", ink.width)
        if lines and cells(lines[-1]) + 3 + cells(parts[0]) <= ink.width and len(parts) == 1:
            lines[-1] += "   " + parts[0]
        else:
            lines += parts
    return [[(line, "")] for line in lines]


def line(spec: ChartSpec, ink: Ink) -> list[Line]:
    """Lines over labels that all series share, each with a sign of its own at its points."""
    values = [p.value for each in spec.series for p in each.points if p.value is not None]
    plot = _Plot(spec, ink, min(0, *values), max(0, *values))
    longest = max(spec.series, key=lambda each: len(each.points)).points
    across = plot.canvas.across

    def x(i: int) -> int:
        if len(longest) == 1:
            return across // 2
        return (2 * i * (across - 1) + len(longest) - 1) // (2 * (len(longest) - 1))

    # Signs at every point hide the line where points are dense.
    every = max(1, -(-len(longest) * 4 // plot.canvas.width))
    for number, each in enumerate(spec.series):
        before: tuple[int, int] | None = None
        for i, point in enumerate(each.points):
            if point.value is None:
                before = None
                continue
            here = (x(i), plot.y(point.value))
            plot.canvas.line(*(before or here), *here)
            before = here
            if i % every == (number * every // len(spec.series)) or i == len(each.points) - 1:
                plot.canvas.sign(*here, ink.marks[number % len(ink.marks)])
    labels = [clean(point.label) for point in longest]
    lines = plot.lines(labels, [x(i) // 2 for i in range(len(longest))], clean(spec.x_title))
    return _legend([clean(each.name) for each in spec.series], ink) + lines


def survival(spec: ChartSpec, ink: Ink) -> list[Line]:
    """How many are still there after so long: curves for one or two series, else a strip each."""
    end = max((point.x or 0 for each in spec.series for point in each.points), default=0) or 1
    series = [each for each in spec.series if each.points]
    if len(series) <= 2:
        return _curves(spec, series, end, ink)
    return _strips(spec, series, end, ink)


def _x_labels(end: float, width: int, ink: Ink) -> tuple[list[float], list[str]]:
    from funnelcli.render.human import number

    marks = [m for m in scale.ticks(0, end, max(3, width // 7), "days") if m <= end]
    return marks, [number(mark, ink.locale) for mark in marks]


def _curves(spec: ChartSpec, series: Sequence[Series], end: float, ink: Ink) -> list[Line]:
    plot = _Plot(spec, ink, 0, 1)
    across = plot.canvas.across

    def x(value: float) -> int:
        return round(value / end * (across - 1))

    for dot in range(0, across, 4):
        plot.canvas.dot(dot, plot.y(0.5))
    names = []
    for number, each in enumerate(series):
        before: Point | None = None
        for point in each.points:
            if point.value is None or point.x is None:
                continue
            if before is not None:
                level = plot.y(before.value or 0)
                plot.canvas.line(x(before.x or 0), level, x(point.x), level)
                plot.canvas.line(x(point.x), level, x(point.x), plot.y(point.value))
            before = point
        median = scale.median_of(each.points)
        if median is not None:
            plot.canvas.sign(x(median), plot.y(0.5), ink.marks[number])
        text = scale.median_text(each.points, ink.locale, clean(spec.x_title))
        names.append(f"{clean(each.name)}: {text}")
    marks, labels = _x_labels(end, plot.canvas.width, ink)
    return _legend(names, ink) + plot.lines(
        labels, [x(mark) // 2 for mark in marks], clean(spec.x_title)
    )


def share_at(points: Sequence[Point], at: float) -> float | None:
    """The share still there at a time; None after the last observation."""
    found: float | None = None
    for point in points:
        if (point.x or 0) > at:
            return found
        found = point.value
    return found if points and (points[-1].x or 0) >= at else None


def _strips(spec: ChartSpec, series: Sequence[Series], end: float, ink: Ink) -> list[Line]:
    from funnelcli.i18n import _
    from funnelcli.render.human import number

    medians = [scale.median_of(each.points) for each in series]
    texts = ["–" if m is None else number(m, ink.locale) for m in medians]
    head = _("Median")
    text_width = max(map(cells, [*texts, head]))
    names = [clean(each.name) for each in series]
    widest = max(map(cells, names))
    name_width = min(widest, max(word_need(names), ink.width // 3))
    width = min(_MOST_PLOT, ink.width - name_width - text_width - 4)
    # Where a strip has no room beside the names, it stands below them.
    above = width < _LEAST_STRIP
    if above:
        name_width = 0
        width = max(1, min(_MOST_PLOT, ink.width - text_width - 4))
    lines: list[Line] = [
        [(" " * (name_width + 2) + right(head, text_width) + "  " + clean(spec.x_title), "dim")]
    ]
    for name, each, median, text in zip(names, series, medians, texts, strict=True):
        signs = [
            _level(share_at(each.points, (cell + 0.5) / width * end), ink) for cell in range(width)
        ]
        if median is not None:
            signs[min(width - 1, int(median / end * width))] = "┃" if ink.dots else "|"
        parts = fold(name, ink.width if above else name_width)
        strip: Line = [(f"  {right(text, text_width)}  ", ""), ("".join(signs), "")]
        if above:
            lines += [*([(part, "")] for part in parts), strip]
        else:
            lines.append([(left(parts[0], name_width), ""), *strip])
            lines += [[(part, "")] for part in parts[1:]]
    marks, labels = _x_labels(end, width, ink)
    columns = [min(width - 1, int(mark / end * width)) for mark in marks]
    below = ""
    for i in scale.sparse([cells(label) for label in labels], columns, 2, width):
        start = int(scale.start_of(columns[i], cells(labels[i]), width))
        below = left(below, start) + ink.cut(labels[i], width - start)
    lines.append([(" " * (name_width + text_width + 4) + below, "dim")])
    if ink.dots:
        legend = _("Height: the share still there; ┃ half of them are gone; blank: nothing known.")
    else:
        legend = _("9 to 0: tenths still there; | half of them are gone; blank: nothing known.")
    return lines + [[(part, "dim")] for part in fold(legend, ink.width)]


def _level(share: float | None, ink: Ink) -> str:
    """A share as the height of a character, or as a digit; a space where it is not known."""
    if share is None:
        return " "
    share = min(1.0, max(0.0, share))
    if not ink.dots:
        return str(min(9, int(share * 10)))
    return _LEVELS[max(1, round(share * 8))] if share > 0 else "_"
