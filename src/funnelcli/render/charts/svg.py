"""Charts as SVG: self-contained, with title and description, in light and dark."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from funnelcli.i18n import _
from funnelcli.render.charts import median, said, spans, text_of
from funnelcli.render.human import clean
from funnelcli.reports.model import ChartSpec, Point, Series

WIDTH = 760
_ROW = 26
_LABEL = 190
_VALUE = 170
_PLOT = 220
_STYLE = """
.chart { --ink: #1c2733; --soft: #5b6875; --mark: #2f6f9f; --up: #2e7d4f; --down: #b3402f;
  --band: #2f6f9f22; --grid: #d6dde3; color: var(--ink); font: 14px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { .chart { --ink: #e6ebf0; --soft: #9fb0bf; --mark: #6cb1e1;
  --up: #6fcf97; --down: #f08d7e; --band: #6cb1e133; --grid: #3a4652; } }
@media print { .chart { --ink: #000; --soft: #444; --mark: #2f6f9f; --grid: #ccc; } }
.chart text { fill: var(--ink); } .chart .soft { fill: var(--soft); font-size: 12px; }
.chart .mark { fill: var(--mark); } .chart .up { fill: var(--up); }
.chart .down { fill: var(--down); }
.chart .band { fill: var(--band); } .chart .grid { stroke: var(--grid); }
.chart .curve { fill: none; stroke: var(--mark); stroke-width: 2; }
.chart .half { stroke: var(--soft); stroke-dasharray: 4 4; }
"""


def draw(spec: ChartSpec, locale: str) -> str:
    """The chart as one SVG element that needs nothing else; the same for the same data."""
    parts: list[str] = []
    y = 30.0
    many = len([series for series in spec.series if series.points]) > 1
    for series in spec.series:
        if not series.points:
            continue
        if many and series.name:
            parts.append(f'<text x="0" y="{y + 4:g}" font-weight="600">{_text(series.name)}</text>')
            y += 22
        if spec.kind in ("line", "survival"):
            drawn, height = _plot(spec, series, y, locale)
        else:
            drawn, height = _bars(spec, series.points, y, locale)
        parts += drawn
        y += height + 18
    described = "; ".join(
        f"{point.label}: {said(spec, point, locale)}"
        for series in spec.series
        for point in series.points[:40]
    )
    return (
        f'<svg class="chart" role="img" xmlns="http://www.w3.org/2000/svg" width="{WIDTH}"'
        f' height="{y:g}" viewBox="0 0 {WIDTH} {y:g}" style="max-width:100%;height:auto">\n'
        f"<title>{_text(spec.title)}</title>\n<desc>{_text(described)}</desc>\n"
        f"<style>{_STYLE}</style>\n"
        f'<text x="0" y="16" font-weight="600" font-size="16">{_text(spec.title)}</text>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _text(text: str) -> str:
    return escape(clean(text))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _bars(spec: ChartSpec, points: list[Point], y: float, locale: str) -> tuple[list[str], float]:
    """Bars, a funnel, a histogram, a waterfall: a row a mark."""
    if spec.kind == "waterfall":
        reached = spans(points)
    else:
        reached = [(0.0, float(point.value or 0)) for point in points]
    low = min([0.0, *(start for start, _end in reached)])
    scale = (max([0.0, *(end for _start, end in reached)]) - low) or 1.0
    room = WIDTH - _LABEL - _VALUE
    parts = []
    for number, (point, (start, end)) in enumerate(zip(points, reached, strict=True)):
        top = y + number * _ROW
        length = (end - start) / scale * room
        left = _LABEL + (start - low) / scale * room
        if spec.kind == "funnel":
            left = _LABEL + (room - length) / 2
        style = {"up": "up", "down": "down"}.get(point.role, "mark")
        parts.append(
            f'<text x="{_LABEL - 10}" y="{top + 13:g}" text-anchor="end">'
            f"{_text(_short(point.label, 23))}</text>"
        )
        if length:
            parts.append(
                f'<rect class="{style}" x="{left:.1f}" y="{top:g}" width="{max(1.0, length):.1f}"'
                f' height="{_ROW - 8}" rx="2"/>'
            )
        parts.append(
            f'<text x="{WIDTH}" y="{top + 13:g}" text-anchor="end">'
            f"{_text(said(spec, point, locale))}</text>"
        )
    return parts, len(points) * _ROW


def _plot(spec: ChartSpec, series: Series, y: float, locale: str) -> tuple[list[str], float]:
    """A line over labels, or a survival curve over days with its interval and its median."""
    curve = spec.kind == "survival"
    points = [point for point in series.points if point.value is not None]
    if not points:
        return [], 0.0
    values = [float(point.value or 0) for point in points]
    top = 1.0 if curve else max([*values, 0.0]) or 1.0
    low = 0.0 if curve else min([*values, 0.0])
    left, right = 80.0, WIDTH - 20.0
    last = max((point.x or 0) for point in points) or 1.0 if curve else max(1, len(points) - 1)

    def at(number: int, point: Point) -> float:
        place = (point.x or 0) if curve else number
        return left + (right - left) * place / last

    def height(value: float) -> float:
        return y + _PLOT - (value - low) / ((top - low) or 1.0) * _PLOT

    parts = []
    for value in (low, (low + top) / 2, top):
        parts.append(
            f'<line class="grid" x1="{left:g}" x2="{right:g}" y1="{height(value):.1f}"'
            f' y2="{height(value):.1f}"/><text class="soft" x="{left - 8:g}" text-anchor="end"'
            f' y="{height(value) + 4:.1f}">{_text(text_of(spec, value, locale))}</text>'
        )
    if curve and any(point.low is not None for point in points):
        parts.append(f'<path class="band" d="{_band(points, at, height)}"/>')
    places = [(at(n, point), height(float(point.value or 0))) for n, point in enumerate(points)]
    path = f"M{left:g},{height(1.0):.1f}" if curve else f"M{places[0][0]:.1f},{places[0][1]:.1f}"
    for x, value in places:
        path += f" H{x:.1f} V{value:.1f}" if curve else f" L{x:.1f},{value:.1f}"
    parts.append(f'<path class="curve" d="{path}"/>')
    if curve:
        ends = [_("{n} d").format(n=0), _("{n} d").format(n=f"{last:g}")]
        middle = median(series)
        if middle is not None:
            x = left + (right - left) * middle / last
            parts.append(
                f'<line class="half" x1="{x:.1f}" x2="{x:.1f}" y1="{height(0.5):.1f}"'
                f' y2="{y + _PLOT:g}"/><text class="soft" x="{x + 6:.1f}"'
                f' y="{height(0.5) - 6:.1f}">'
                f"{_text(_('median {days} d').format(days=f'{middle:g}'))}</text>"
            )
    else:
        ends = [points[0].label, points[-1].label]
        parts += [f'<circle class="mark" cx="{x:.1f}" cy="{v:.1f}" r="3"/>' for x, v in places]
    foot = y + _PLOT + 18
    parts.append(f'<text class="soft" x="{left:g}" y="{foot:g}">{_text(ends[0])}</text>')
    parts.append(
        f'<text class="soft" x="{right:g}" y="{foot:g}" text-anchor="end">{_text(ends[1])}</text>'
    )
    return parts, _PLOT + 24.0


def _band(
    points: list[Point], at: Callable[[int, Point], float], height: Callable[[float], float]
) -> str:
    """The interval as an area of steps: along the upper ends, back along the lower."""
    upper = [(at(n, p), height(1.0 if p.high is None else p.high)) for n, p in enumerate(points)]
    lower = [(at(n, p), height(0.0 if p.low is None else p.low)) for n, p in enumerate(points)]
    path = f"M{upper[0][0]:.1f},{upper[0][1]:.1f}"
    for x, value in upper[1:]:
        path += f" H{x:.1f} V{value:.1f}"
    path += f" L{lower[-1][0]:.1f},{lower[-1][1]:.1f}"
    for number in range(len(lower) - 1, 0, -1):
        path += f" V{lower[number - 1][1]:.1f} H{lower[number - 1][0]:.1f}"
    return path + " Z"
