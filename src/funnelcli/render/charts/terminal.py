"""Charts as lines of text, exact to an eighth of a cell, at any width."""

from __future__ import annotations

from funnelcli.i18n import _
from funnelcli.render.bars import bar
from funnelcli.render.charts import median, said, spans, text_of
from funnelcli.render.layout import cells, cut
from funnelcli.render.model import Line
from funnelcli.reports.model import ChartSpec, Point, Series

_HEIGHT = 8
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_LEAST = 8
# A bar of a full wide screen says no more than one of this many cells.
_MOST = 60


def draw(spec: ChartSpec, width: int, locale: str, *, blocks: bool = True) -> list[Line]:
    """The chart in lines no wider than ``width``; ``blocks`` False draws with ASCII."""
    lines: list[Line] = []
    for series in spec.series:
        if not series.points:
            continue
        if len(spec.series) > 1 and series.name:
            lines.append([(cut(series.name, width), "strong")])
        if spec.kind in ("line", "survival"):
            lines += _columns(spec, series, width, locale, blocks)
        elif spec.kind == "waterfall":
            lines += _rows(spec, series.points, spans(series.points), width, locale, blocks)
        else:
            reached = [(0.0, float(point.value or 0)) for point in series.points]
            lines += _rows(spec, series.points, reached, width, locale, blocks)
    return lines


def _style(point: Point) -> str:
    return {"up": "good", "down": "bad"}.get(point.role, "")


def _rows(
    spec: ChartSpec,
    points: list[Point],
    reached: list[tuple[float, float]],
    width: int,
    locale: str,
    blocks: bool,
) -> list[Line]:
    """A line a mark: its label, its bar, its value. What is too narrow loses the bar first."""
    texts = [said(spec, point, locale) for point in points]
    value = max(map(cells, texts), default=0)
    label = min(max((cells(point.label) for point in points), default=0), max(6, width // 3))
    room = min(_MOST, width - label - value - 4)
    if room < _LEAST:
        room = 0
        label = max(1, min(label, width - value - 2))
    low = min([0.0, *(start for start, _end in reached)])
    high = max([0.0, *(end for _start, end in reached)])
    scale = (high - low) or 1.0
    lines: list[Line] = []
    for point, (start, end), text in zip(points, reached, texts, strict=True):
        name = cut(point.label, label)
        line: Line = [(name + " " * (label - cells(name)) + "  ", "")]
        if room:
            line.append(_mark(spec, (start - low) / scale, (end - low) / scale, room, blocks))
            line[-1] = (line[-1][0], _style(point))
        gap = 2 if room else 0
        left = width - sum(cells(part) for part, _style_word in line)
        line.append((cut(" " * (gap + value - cells(text)) + text, left), ""))
        lines.append(line)
    return lines


def _mark(spec: ChartSpec, start: float, end: float, room: int, blocks: bool) -> tuple[str, str]:
    """The bar from ``start`` to ``end``, both shares of the room, padded to it."""
    if spec.kind == "funnel":
        full = round((end - start) * room)
        text = " " * ((room - full) // 2) + ("█" if blocks else "#") * full
    elif start:
        left = round(start * room)
        full = max(1, round(end * room) - left)
        text = " " * left + ("█" if blocks else "#") * full
    else:
        text = bar(end, room, ascii_only=not blocks)
    return text[:room] + " " * (room - cells(text[:room])), ""


def _columns(spec: ChartSpec, series: Series, width: int, locale: str, blocks: bool) -> list[Line]:
    """Columns over an axis: the height of each cell column is the value there."""
    values = [point.value for point in series.points if point.value is not None]
    if not values:
        return []
    top = 1.0 if spec.kind == "survival" else max([*values, 0]) or 1.0
    heads = [text_of(spec, top, locale), text_of(spec, 0, locale)]
    margin = max(map(cells, heads))
    room = width - margin - 1
    if room < _LEAST:
        return [[(cut(f"{p.label} {said(spec, p, locale)}", width), "")] for p in series.points]
    sampled = _sampled(spec, series.points, min(room, 100))
    lines: list[Line] = []
    for row in range(_HEIGHT, 0, -1):
        head = heads[0] if row == _HEIGHT else heads[1] if row == 1 else ""
        text = "".join(_cell(value, top, row, blocks) for value in sampled)
        lines.append([(" " * (margin - cells(head)) + head + " ", "dim"), (text.rstrip(), "")])
    first, last = _ends(spec, series.points, locale)
    gap = len(sampled) - cells(first) - cells(last)
    axis = first + " " * gap + last if gap > 0 else first
    lines.append([(cut(" " * (margin + 1) + axis, width), "dim")])
    if spec.kind == "survival":
        middle = median(series)
        said_so = (
            _("median not reached")
            if middle is None
            else _("median {days} d").format(days=f"{middle:g}")
        )
        lines.append([(cut(" " * (margin + 1) + said_so, width), "")])
    return lines


def _sampled(spec: ChartSpec, points: list[Point], room: int) -> list[float | None]:
    """The value over each cell of the axis: of a curve, the step that holds there; of a line,
    each point as wide as the others."""
    if spec.kind == "survival":
        last = max((point.x or 0) for point in points) or 1
        found: list[float | None] = []
        for place in range(room):
            x = last * place / max(1, room - 1)
            held = [point.value for point in points if (point.x or 0) <= x]
            found.append(held[-1] if held else 1.0)
        return found
    each = max(1, room // len(points))
    shown = points[-room:]
    gap = 1 if each > 2 else 0
    result: list[float | None] = []
    for point in shown:
        result += [point.value] * (min(each, 8) - gap) + [None] * gap
    return result


def _cell(value: float | None, top: float, row: int, blocks: bool) -> str:
    """What one cell of a column shows: full, empty, or the eighths that reach into it."""
    if value is None:
        return " "
    eighths = round(max(0.0, value) / top * _HEIGHT * 8) - (row - 1) * 8
    if not blocks:
        return "#" if eighths >= 4 else " "
    return _EIGHTHS[min(8, max(0, eighths))]


def _ends(spec: ChartSpec, points: list[Point], locale: str) -> tuple[str, str]:
    """The words at both ends of the axis."""
    if spec.kind == "survival":
        last = max((point.x or 0) for point in points)
        return _("{n} d").format(n=0), _("{n} d").format(n=f"{last:g}")
    return points[0].label, points[-1].label if len(points) > 1 else ""
