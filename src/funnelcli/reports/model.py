"""What a report is: its rows, how they were computed, and the data of its chart.

All texts are in the language spoken when the report was made. Nothing here knows how a report
looks; :mod:`funnelcli.render` and the report pages do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from funnelcli.render.model import Column, Kind

ChartKind = Literal["bars", "funnel", "line", "waterfall", "survival", "histogram"]


@dataclass(slots=True)
class Point:
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


@dataclass(slots=True)
class Series:
    """A named row of points: a stage's curve, a line, the bars of one measure."""

    name: str
    points: list[Point]


@dataclass(slots=True)
class ChartSpec:
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
    unit: Kind = "int"
    """How values read: int, money, share, percent, days, duration."""
    currency: str | None = None
    """For money: the ISO 4217 code of every value."""
    x_title: str = ""
    y_title: str = ""
    note: str = ""
    """What stands under a chart that stands alone, such as its n."""


@dataclass(slots=True)
class Report:
    """A report with all that is needed to check it.

    ``rows`` are dicts with the keys of ``columns``; a row may hold further keys, which data
    output leaves out. ``total`` is a last row set apart, or None where nothing can be added up.
    """

    name: str
    """The word after ``funnel report``."""
    title: str
    rule: str
    """How it was computed, in a sentence or two."""
    period: str
    """The period in words; empty where the report has none."""
    zone: str
    """The time zone of its days."""
    n: int
    """How many deals (or visits, contacts, scores) the figures rest on."""
    columns: Sequence[Column]
    rows: list[dict[str, Any]]
    total: dict[str, Any] | None = None
    left_out: list[str] = field(default_factory=list)
    """What was left out and why, a sentence each."""
    chart: ChartSpec | None = None
    explain: list[str] = field(default_factory=list)
    """The formulas in words with the numbers put in, a line each."""
    compare: Report | None = None
    """The same report over the period before, or as it stood at an earlier moment."""
    compared: Sequence[str] = ()
    """The keys of the columns that a comparison sets side by side."""
    keys: Sequence[str] = ()
    """The keys of the columns that say what a row is about; equal keys are the same row."""
    order: Callable[[dict[str, Any]], Any] | None = None
    """Where rows that there were only before come among the others; None for after them."""
    as_of: int | None = None
    """The past instant (UTC seconds) that the report shows; None for now."""
    empty: str = ""
    """What a person reads when there are no rows."""
    notes: list[str] = field(default_factory=list)
    """Further remarks: currencies kept apart, corrections seen, young cohorts."""
    facts: str = ""
    """The query (``queries/reports``) whose facts stand behind the cells."""
    cells: dict[str, str | tuple[str, str]] = field(default_factory=dict)
    """For each column key the condition that its deals fulfil in the facts, or a pair of another
    query and a condition; the empty key stands for the row. Their parameters ``:cell_…`` are in
    the row's ``_cell``."""
    unit: str = ""
    """What n counts, in the plural: deals, visits, scores."""
    extra: list[Report] = field(default_factory=list)
    """Tables that belong to it, such as the probabilities behind a forecast."""
