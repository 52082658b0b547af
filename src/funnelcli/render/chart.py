"""What a chart is: its data, without its looks, which :mod:`funnelcli.render.charts` gives it.

All texts are in the language spoken when the chart was made.
"""

from __future__ import annotations

from funnelcli.plain import Plain
from funnelcli.typed import Literal

ChartKind = Literal["bars", "funnel", "line", "waterfall", "survival", "histogram"]
Unit = Literal["int", "money", "share", "percent", "days", "duration"]


class Point(Plain):
    """One mark of a chart.

    ``value`` is in the unit of the chart (minor units for money, 0..1 for shares); None leaves a
    gap. ``x`` is the place on the axis where the chart has numbers there (days of a survival
    curve); otherwise points stand in their order, under their labels.
    """

    label: str
    value: float | int | None
    x: float | None = None
    low: float | None = None
    """The ends of the 95 % interval, in the unit of the chart."""
    high: float | None = None
    role: Literal["", "total", "up", "down"] = ""
    """In a waterfall: a level ("total", value is the level) or a step (value is signed)."""
    note: str = ""
    """What stands beside the mark: a share, a fraction "3/7", an amount."""


class Series(Plain):
    """A named row of points: a stage's curve, a line, the bars of one measure."""

    name: str
    points: list[Point]


class ChartSpec(Plain):
    """The data of one chart.

    ``bars``: each series is a measure, its points the bars. ``funnel``: one series, the points
    are the stages in their order, value the deals that came so far. ``line``: series over the
    labels of their points, which all series share. ``waterfall``: one series of totals and
    steps. ``survival``: a series a stage, points are the steps of the curve: x days, value the
    share (0..1) still there from x on, with its interval. ``histogram``: points are the classes.
    """

    kind: ChartKind
    title: str
    series: list[Series]
    unit: Unit = "int"
    """How values read."""
    currency: str | None = None
    """For money: the ISO 4217 code of every value."""
    x_title: str = ""
    note: str = ""
    """What stands under a chart that stands alone, such as its n."""
