"""Charts as SVG: on their own for a slide, or as part of a page."""

from __future__ import annotations

from funnelcli.render.charts import scale
from funnelcli.render.charts.drawing import Drawing
from funnelcli.render.human import clean
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from funnelcli.render.chart import ChartSpec

WIDE = 720
NARROW = 340
"""How wide charts are drawn for a screen or a slide, and for a phone."""

_TOLD = 60


def slide(spec: ChartSpec, locale: str) -> str:
    """The chart as an SVG file of its own, with its title and its colours."""
    return _draw(spec, locale, Drawing(WIDE, alone=True), "chart")


def figure(spec: ChartSpec, locale: str, key: str) -> str:
    """The chart as part of a page, drawn for wide and for narrow windows (classes ``wide`` and
    ``slim``, of which the page shows one). ``key`` is unique in the page."""
    wide = _draw(spec, locale, Drawing(WIDE, alone=False), f"{key}w")
    slim = _draw(spec, locale, Drawing(NARROW, alone=False), f"{key}s")
    return (
        '<figure>\n<div class="for-wide">'
        f'{wide.rstrip()}</div>\n<div class="for-slim">{slim.rstrip()}</div>\n</figure>\n'
    )


def _draw(spec: ChartSpec, locale: str, sheet: Drawing, key: str) -> str:
    from funnelcli.render.charts import svg_plots, svg_rows

    draw = {
        "bars": svg_rows.bars,
        "funnel": svg_rows.funnel,
        "waterfall": svg_rows.waterfall,
        "histogram": svg_plots.histogram,
        "line": svg_plots.line,
        "survival": svg_plots.survival,
    }[spec.kind]
    height = draw(sheet, spec, locale)
    return sheet.finish(height, spec.title, told(spec, locale), key, spec.note)


def told(spec: ChartSpec, locale: str) -> str:
    """The chart in words, for those who hear it."""
    from funnelcli.i18n import _

    parts: list[str] = []
    for each in spec.series:
        if spec.kind == "survival":
            text = scale.median_text(each.points, locale, clean(spec.x_title))
            parts.append(f"{clean(each.name)}: {text}")
            continue
        texts = scale.texts_of(spec, each.points, locale, signed=spec.kind == "waterfall")
        said = [
            f"{clean(point.label)} {value}" + (f" ({note})" if note else "")
            for point, (value, note) in zip(each.points, texts, strict=True)
        ]
        if len(said) > _TOLD:
            said = [*said[:_TOLD], _("and {n} more").format(n=len(said) - _TOLD)]
        parts.append((f"{clean(each.name)}: " if each.name else "") + ", ".join(said))
    return "; ".join(parts)
