"""Axes: where ticks stand, how values and ticks read, and how many marks a chart can bear."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from funnelcli.render.chart import ChartSpec, Point

MOST_BARS = 24
"""More bars than this are no picture any more; the table has them all."""

# Steps that people count days and minutes in.
_DAYS = (1, 2, 7, 14, 30, 60, 90, 180, 365)
_MINUTES = (1, 5, 15, 30, 60, 120, 240, 480, 960, 2400)

_WHOLE = ("int", "money", "days", "duration")


def ticks(low: float, high: float, most: int, unit: str = "") -> list[float]:
    """At most ``most`` even marks that cover ``low`` to ``high``; never fewer than two, and
    three where the range lies on both sides of zero.

    Whole units (int, money in minor units, days, duration) have whole steps; days and minutes
    have those of the calendar and the clock.
    """
    # A range too small to tell its marks apart, once they are rounded, is none.
    if high - low <= 1e-9:
        high = low + 1
    most = max(3 if low < 0 < high else 2, most)
    for step in _steps((high - low) / most, unit):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first < most:
            return [round(number * step, 12) for number in range(first, last + 1)]
    return [low, high]


def _steps(least: float, unit: str) -> Iterator[float]:
    """Steps of at least ``least``, growing without end."""
    calendar = {"days": _DAYS, "duration": _MINUTES}.get(unit, ())
    yield from (float(step) for step in calendar if step >= least)
    base = calendar[-1] if calendar else 1
    power = math.floor(math.log10(least / base))
    if unit in _WHOLE:
        power = max(0, power)
    while True:
        for times in (1, 2, 5):
            if times * 10**power * base >= least:
                yield float(times * 10**power * base)
        power += 1


def value_reader(
    spec: ChartSpec, locale: str, *, compact: bool = False
) -> Callable[[float | int], str]:
    """From a value in the unit of the chart to what a person reads, in the user's locale."""
    from funnelcli.render import human

    unit = spec.unit
    if unit == "money":
        from funnelcli.values.money import format_money

        currency = spec.currency or ""
        return lambda v: format_money(round(v), currency, locale, compact=compact)
    if unit == "duration":
        from funnelcli.values.dates import format_duration

        return lambda v: format_duration(round(v))
    if unit == "share":
        return lambda v: human.percent(v * 100, locale)
    if unit == "percent":
        return lambda v: human.percent(v, locale)
    if unit == "days":
        from funnelcli.i18n import _

        return lambda v: _("{n} d").format(n=human.number(v, locale))
    return lambda v: human.number(v, locale)


def tick_texts(spec: ChartSpec, marks: Sequence[float], locale: str) -> list[str]:
    """The labels of an axis: short, and no two the same."""
    read = value_reader(spec, locale, compact=True)
    texts = [read(mark) for mark in marks]
    if len(set(texts)) < len(texts):
        read = value_reader(spec, locale)
        texts = [read(mark) for mark in marks]
    return texts


def sparse(widths: Sequence[float], places: Sequence[float], gap: float, room: float) -> list[int]:
    """Which of the labels (their widths, the places of their middles) fit beside one another.

    Every k-th from the first on, with the smallest k that leaves ``gap`` between them; labels
    are moved inwards at the ends of ``room``, see :func:`start_of`.
    """
    for stride in range(1, len(places) + 1):
        kept = list(range(0, len(places), stride))
        end = -gap
        for i in kept:
            start = start_of(places[i], widths[i], room)
            if start < end + gap:
                break
            end = start + widths[i]
        else:
            return kept
    return [0] if places else []


def start_of(place: float, width: float, room: float) -> float:
    """Where a label begins that stands around ``place`` inside of 0 to ``room``."""
    return max(0.0, min(place - width / 2, room - width))


def largest(points: Sequence[Sequence[Point]], most: int = MOST_BARS) -> list[int]:
    """The places of the marks to draw, in their order: all, or the ``most`` largest."""
    count = max((len(each) for each in points), default=0)
    if count <= most:
        return list(range(count))

    def size(i: int) -> float:
        return max((abs(each[i].value or 0) for each in points if i < len(each)), default=0)

    return sorted(sorted(range(count), key=lambda i: (-size(i), i))[:most])


def left_out_note(shown: int, all_of_them: int) -> str:
    """The line under a chart that does not draw every row; empty where it does."""
    if shown >= all_of_them:
        return ""
    from funnelcli.i18n import _

    return _("The {n} largest of {all}.").format(n=shown, all=all_of_them)


def median_of(points: Sequence[Point]) -> float | None:
    """Where a survival curve comes down to one half; None where it does not."""
    for point in points:
        if point.value is not None and point.value <= 0.5:
            return point.x
    return None


def median_text(points: Sequence[Point], locale: str, x_title: str) -> str:
    """The median of a survival curve in words."""
    from funnelcli.i18n import _
    from funnelcli.render import human

    found = median_of(points)
    if found is None:
        return _("median not reached")
    text = f"{human.number(found, locale)} {x_title}".rstrip()
    return _("median {value}").format(value=text)


def role_of(point: Point) -> str:
    """What a mark of a waterfall is: total, up or down."""
    if point.role:
        return point.role
    return "down" if (point.value or 0) < 0 else "up"


def spans_of(points: Sequence[Point]) -> list[tuple[float, float]]:
    """From where to where each mark of a waterfall goes."""
    level: float = 0
    spans: list[tuple[float, float]] = []
    for point in points:
        value = point.value or 0
        if point.role == "total":
            spans.append((0, value))
            level = value
        else:
            spans.append((level, level + value))
            level += value
    return spans


def texts_of(
    spec: ChartSpec,
    points: Sequence[Point],
    locale: str,
    *,
    compact: bool = False,
    signed: bool = False,
) -> list[tuple[str, str]]:
    """What stands beside each mark: its value and its note, clean.

    The note of a share says the same more exactly ("3/7" where n is small) and takes its place.
    ``signed``, for a waterfall, puts a sign before steps, the minus as the locale writes it.
    """
    from funnelcli.render.human import clean

    read = value_reader(spec, locale, compact=compact)
    texts = []
    for point in points:
        note = clean(point.note)
        if point.value is None:
            texts.append(("–", note))
        elif spec.unit in ("share", "percent") and note:
            texts.append((note, ""))
        elif signed and point.value and (point.role != "total" or point.value < 0):
            up = role_of(point) == "up" and point.role != "total"
            amount = abs(point.value)
            texts.append((clean("+" + read(amount) if up else read(-amount)), note))
        else:
            texts.append((clean(read(point.value)), note))
    return texts


def grouped(spec: ChartSpec, kept: Sequence[int]) -> list[tuple[str, str, Point]]:
    """The bars in their order: the head of a group before its first bar, the bar's name, its
    point. With several series a point is a group, and bars of nothing are left out of it."""
    if len(spec.series) == 1:
        points = spec.series[0].points
        return [("", points[i].label, points[i]) for i in kept]
    found: list[tuple[str, str, Point]] = []
    for i in kept:
        here = [(each.name, each.points[i]) for each in spec.series if i < len(each.points)]
        filled = [(name, point) for name, point in here if point.value] or here[:1]
        for number, (name, point) in enumerate(filled):
            found.append((point.label if not number else "", name, point))
    return found


def along(value: float, low: float, high: float, room: float) -> float:
    """How far into ``room`` a value stands that goes from ``low`` to ``high``.

    Divided first: the room over a tiny range is more than a float holds.
    """
    return (value - low) / ((high - low) or 1) * room


def bar_range(spec: ChartSpec, points: Sequence[Point]) -> tuple[float, float]:
    """From where to where bars go: shares up to the whole, all else up to the largest; below
    zero only where a value is."""
    values = [point.value for point in points if point.value is not None]
    top: float = max([0, *values])
    if spec.unit in ("share", "percent"):
        top = max(top, 1 if spec.unit == "share" else 100)
    return min([0, *values]), top
