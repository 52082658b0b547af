"""Charts: on a terminal as lines of text, elsewhere as SVG.

Both read the same data (:class:`funnelcli.render.chart.ChartSpec`). What a chart says never
hangs on colour: series have signs or names, steps their sign, bars their value beside them.
"""

from __future__ import annotations

from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from funnelcli.render.chart import ChartSpec
    from funnelcli.render.model import Line


def lines(spec: ChartSpec, width: int, locale: str, encoding: str | None = "utf-8") -> list[Line]:
    """The chart as lines of at most ``width`` cells, without its title; none without data."""
    from funnelcli.render.charts import curves, rows
    from funnelcli.render.charts.ink import clip, ink_for

    if not drawable(spec):
        return []
    draw = {
        "bars": rows.bars,
        "funnel": rows.funnel,
        "waterfall": rows.waterfall,
        "histogram": rows.histogram,
        "line": curves.line,
        "survival": curves.survival,
    }[spec.kind]
    return [clip(line, width) for line in draw(spec, ink_for(width, locale, encoding))]


def drawable(spec: ChartSpec) -> bool:
    """Whether there is anything to draw: a value that is not zero."""
    return any(point.value for each in spec.series for point in each.points)
