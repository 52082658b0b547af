"""Charts of reports: lines of text for a terminal, SVG for pages and slides.

Both draw the same data, a :class:`funnelcli.reports.model.ChartSpec`, and both say every value in
words beside its mark, so that nothing hangs on colour or on a cell's fraction.
"""

from __future__ import annotations

from funnelcli.i18n import _
from funnelcli.reports.model import ChartSpec, Point, Series

HALF = 0.5


def text_of(spec: ChartSpec, value: float | int | None, locale: str) -> str:
    """A value as it reads in the chart's unit; nothing for a gap."""
    from funnelcli.render.human import number, percent

    if value is None:
        return ""
    if spec.unit == "money":
        from funnelcli.money import format_money

        return format_money(round(value), spec.currency or "", locale)
    if spec.unit == "share":
        return percent(value * 100, locale)
    if spec.unit == "percent":
        return percent(value, locale)
    if spec.unit == "days":
        return _("{n} d").format(n=number(value, locale))
    if spec.unit == "duration":
        from funnelcli.dates import format_duration

        return format_duration(round(value))
    return number(value, locale)


def said(spec: ChartSpec, point: Point, locale: str) -> str:
    """What stands beside a mark: its value, with its sign in a waterfall, and its note."""
    text = text_of(spec, None if point.value is None else abs(point.value), locale)
    if point.role in ("up", "down") and text:
        text = ("−" if (point.value or 0) < 0 else "+") + text
    elif point.value is not None and point.value < 0:
        text = "−" + text
    return f"{text} · {point.note}" if point.note and point.note != text else text


def spans(points: list[Point]) -> list[tuple[float, float]]:
    """From where to where each mark of a waterfall reaches: a total from zero to its level, a
    step from the level before it to the level after."""
    level = 0.0
    reached = []
    for point in points:
        value = float(point.value or 0)
        if point.role == "total":
            reached.append((min(0.0, value), max(0.0, value)))
            level = value
        else:
            reached.append((min(level, level + value), max(level, level + value)))
            level += value
    return reached


def median(series: Series) -> float | None:
    """Where a survival curve first comes to one half or below; None where it never does."""
    for point in series.points:
        if point.value is not None and point.value <= HALF:
            return point.x
    return None
