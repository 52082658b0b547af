"""SVG charts with axes: lines, survival curves, histograms."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from funnelcli.render.charts import palette, scale
from funnelcli.render.charts.drawing import BOLD, Drawing, cut, n, text_width
from funnelcli.render.human import clean
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from funnelcli.render.chart import ChartSpec, Point, Series

_SMALL = 12
_DASHES = ("", "7 4", "2 3", "10 3 2 3")


class _Axes:
    """A plot with a vertical axis; ``top`` and ``height`` are those of the area within."""

    def __init__(
        self,
        sheet: Drawing,
        spec: ChartSpec,
        locale: str,
        reach: tuple[float, float],
        area: tuple[float, float, float, float],
        *,
        most: int = 6,
    ) -> None:
        self.sheet = sheet
        left, self.top, right, self.height = area
        marks = scale.ticks(*reach, most, spec.unit)
        self.low, self.high = marks[0], marks[-1]
        texts = scale.tick_texts(spec, marks, locale)
        self.left = left + max(text_width(text, _SMALL) for text in texts) + 8
        self.right = right
        for mark, text in zip(marks, texts, strict=True):
            y = self.y(mark)
            sheet.line(self.left, y, self.right, y, "axis" if mark == 0 else "grid")
            sheet.text(self.left - 8, y + 4, text, "soft", anchor="end", size=_SMALL)

    def y(self, value: float) -> float:
        """The height of a value."""
        share = min(1.0, max(0.0, (self.high - value) / (self.high - self.low)))
        return self.top + share * self.height

    def below(self, labels: Sequence[str], places: Sequence[float], title: str = "") -> float:
        """Labels under the plot, as many as there is room for. Returns where they end."""
        widths = [text_width(label, _SMALL) for label in labels]
        room = self.right - self.left
        inner = [place - self.left for place in places]
        foot = self.top + self.height + 18
        for i in scale.sparse(widths, inner, 12, room):
            start = scale.start_of(inner[i], widths[i], room) + self.left
            self.sheet.line(
                places[i], self.top + self.height, places[i], self.top + self.height + 4, "axis"
            )
            self.sheet.text(
                start + widths[i] / 2,
                foot,
                cut(labels[i], room, _SMALL),
                "soft",
                anchor="middle",
                size=_SMALL,
            )
        if title:
            foot += 17
            self.sheet.text(self.right, foot, title, "soft", anchor="end", size=_SMALL)
        return foot + 10


def _legend(sheet: Drawing, names: Sequence[str]) -> float:
    """The marks of the series and their names. Returns where they end."""
    x, y = 6.0, 12.0
    for number, name in enumerate(names):
        name = cut(name, sheet.width - 20)
        width = text_width(name)
        if x > 6 and x + 12 + width > sheet.width:
            x, y = 6.0, y + 22
        sheet.sign(number, x, y - 5)
        sheet.text(x + 12, y, name)
        x += width + 36
    return y + 18


def line(sheet: Drawing, spec: ChartSpec, locale: str) -> float:
    """Lines over labels that all series share."""
    values = [p.value for each in spec.series for p in each.points if p.value is not None]
    values += [e for each in spec.series for p in each.points for e in (p.low, p.high) if e]
    top = _legend(sheet, [clean(each.name) for each in spec.series])
    height = 220 if sheet.width >= 500 else 160
    reach = (min(0, *values), max(0, *values))
    axes = _Axes(sheet, spec, locale, reach, (0, top, sheet.width - 8, height))
    longest = max(spec.series, key=lambda each: len(each.points)).points
    room = axes.right - axes.left

    def x(i: int) -> float:
        return axes.left + (room / 2 if len(longest) == 1 else i / (len(longest) - 1) * room)

    for number, each in enumerate(spec.series):
        _band(sheet, each.points, x, axes.y, number)
        d, gap = "", True
        for i, point in enumerate(each.points):
            if point.value is None:
                gap = True
                continue
            d += f"{'M' if gap else 'L'}{n(x(i))},{n(axes.y(point.value))} "
            gap = False
        dash = _DASHES[number % 4]
        more = ' stroke-width="2" stroke-linejoin="round"'
        sheet.path(
            d.strip(),
            f"l-s{number % palette.SERIES}",
            more + (f' stroke-dasharray="{dash}"' if dash else ""),
        )
        texts = scale.texts_of(spec, each.points, locale)
        if len(longest) <= room / 14:
            for i, (point, text) in enumerate(zip(each.points, texts, strict=True)):
                if point.value is not None:
                    said = f"{each.name}, {point.label}: {text[0]}"
                    sheet.sign(number, x(i), axes.y(point.value), said)
    labels = [clean(point.label) for point in longest]
    return axes.below(labels, [x(i) for i in range(len(longest))], clean(spec.x_title))


def _band(
    sheet: Drawing,
    points: Sequence[Point],
    x: Callable[[int], float],
    y: Callable[[float], float],
    number: int,
) -> None:
    """The intervals of a line, as an area; nothing where points have none."""
    known = [
        (x(i), y(point.low), y(point.high))
        for i, point in enumerate(points)
        if point.low is not None and point.high is not None
    ]
    if len(known) < 2:
        return
    there = " L".join(f"{n(at)},{n(high)}" for at, _low, high in known)
    back = " L".join(f"{n(at)},{n(low)}" for at, low, _high in reversed(known))
    sheet.path(f"M{there} L{back} Z", f"s{number % palette.SERIES}", ' opacity="0.15"')


def histogram(sheet: Drawing, spec: ChartSpec, locale: str) -> float:
    """Columns side by side, a class each, with their counts on top."""
    y = 0.0
    for each in spec.series:
        texts = scale.texts_of(spec, each.points, locale)
        sheet.text(0, y + 13, cut(clean(each.name), sheet.width))
        counts = [point.value or 0 for point in each.points]
        reach = (min([0, *counts]), max([0, *counts]))
        area = (0, y + 40, sheet.width, 180 if sheet.width >= 500 else 130)
        axes = _Axes(sheet, spec, locale, reach, area, most=5)
        pitch = (axes.right - axes.left) / max(1, len(each.points))
        middles = [axes.left + pitch * (i + 0.5) for i in range(len(each.points))]
        for point, middle, (text, _note) in zip(each.points, middles, texts, strict=True):
            if point.value:
                at, end = sorted((axes.y(point.value), axes.y(0)))
                sheet.rect(middle - pitch / 2 + 1, at, pitch - 2, end - at, "s0")
                if text_width(text, _SMALL) <= pitch:
                    sheet.text(middle, at - 5, text, anchor="middle", size=_SMALL)
        labels = [clean(point.label) for point in each.points]
        y = axes.below(labels, middles, clean(spec.x_title)) + 6
    return y


# Survival ---------------------------------------------------------------------------------------

_PANEL = 120


def survival(sheet: Drawing, spec: ChartSpec, locale: str) -> float:
    """A curve of steps a series, in panels side by side over the same days, the median marked."""
    series = [each for each in spec.series if each.points]
    end = max((point.x or 0 for each in series for point in each.points), default=0) or 1
    across = 1 if sheet.width < 500 or len(series) == 1 else 2
    gap = 28
    width = (sheet.width - gap * (across - 1)) / across
    panel = _PANEL if len(series) > 1 else 220
    y, bottom = 0.0, 0.0
    for number, each in enumerate(series):
        left = (number % across) * (width + gap)
        if number and number % across == 0:
            y = bottom + 12
        bottom = max(bottom, _panel(sheet, spec, each, locale, end, (left, y, left + width, panel)))
    return bottom


def _panel(
    sheet: Drawing,
    spec: ChartSpec,
    each: Series,
    locale: str,
    end: float,
    area: tuple[float, float, float, float],
) -> float:
    left, top, right, height = area
    unit = clean(spec.x_title)
    median = scale.median_of(each.points)
    text = scale.median_text(each.points, locale, unit)
    name = cut(clean(each.name), (right - left - text_width(text) - 16) / BOLD)
    sheet.text(left, top + 14, name, "ink strong")
    sheet.text(right, top + 14, text, "soft", anchor="end")
    axes = _Axes(sheet, spec, locale, (0, 1), (left, top + 30, right - 4, height), most=3)

    def x(days: float) -> float:
        return axes.left + days / end * (axes.right - axes.left)

    known = [p for p in each.points if p.value is not None and p.x is not None]
    bounds = [
        (x(p.x or 0), axes.y(p.high), axes.y(p.low))
        for p in known
        if p.low is not None and p.high is not None
    ]
    if len(bounds) > 1:
        upper = f"M{n(bounds[0][0])},{n(bounds[0][1])}" + "".join(
            f" H{n(at)} V{n(high)}" for at, high, _low in bounds[1:]
        )
        lower = f" V{n(bounds[-1][2])}"
        for i in range(len(bounds) - 1, 0, -1):
            lower += f" V{n(bounds[i - 1][2])} H{n(bounds[i - 1][0])}"
        sheet.path(upper + lower + " Z", "s0", ' opacity="0.15"')
    d = f"M{n(x(known[0].x or 0))},{n(axes.y(known[0].value or 0))}" if known else ""
    for point in known[1:]:
        d += f" H{n(x(point.x or 0))} V{n(axes.y(point.value or 0))}"
    sheet.path(d, "l-s0", ' stroke-width="2"')
    if median is not None:
        sheet.line(x(median), axes.y(0.5), x(median), axes.y(0), "axis", "4 3")
        sheet.sign(0, x(median), axes.y(0.5), text)
    from funnelcli.render.human import number

    marks = [
        m for m in scale.ticks(0, end, int((axes.right - axes.left) // 45), "days") if m <= end
    ]
    return axes.below([number(m, locale) for m in marks], [x(m) for m in marks], unit)
