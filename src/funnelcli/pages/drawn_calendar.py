"""A month as a grid of days: on a wide screen with what each day holds, on a narrow one with how
much it holds, and the days below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from funnelcli.plain import NamedTuple
from funnelcli.render.layout import cells, cut, fold
from funnelcli.render.model import Line

# Cells of a day below which names of entries say nothing any more. Nor do they where a word has to
# be broken, unless it is one that no grid has room for.
_LEGIBLE = 9
_WIDEST = 26
_NARROWEST = 28
_MOST = 5


class Mark(NamedTuple):
    """An entry of a day: its time or nothing, its text, and a style word."""

    time: str
    text: str
    style: str = ""


def month_name(first: date, locale: str) -> str:
    """The name of a month with its year: "November 2026"."""
    from babel.dates import format_date

    return str(format_date(first, "LLLL y", locale=locale))


def month(
    first: date, marks: Mapping[date, Sequence[Mark]], today: date, width: int, locale: str
) -> list[Line]:
    """The month that begins on ``first``, in at most ``width`` cells; weeks begin on Monday.

    Today stands in brackets, so that it is found without colour.
    """
    from babel.dates import get_day_names

    title: Line = [(month_name(first, locale), "strong")]
    if width < _NARROWEST:
        return [title, *_below(first, marks, today, width, locale)]
    names = get_day_names("abbreviated", "stand-alone", locale)
    short = get_day_names("short", "stand-alone", locale)
    week = 3 if width >= 31 else 0
    cell = min(_WIDEST, (width - week) // 7)
    legible = cell > _LEGIBLE and all(
        cells(word) <= cell - 2 or cells(word) > _WIDEST - 2
        for day in marks
        if (day.year, day.month) == (first.year, first.month)
        for mark in marks[day]
        for word in mark.text.split()
    )
    lines = [title]
    head: Line = [(" " * week, "")]
    for number in range(7):
        name = names[number].rstrip(".") if cell >= 6 else short[number].rstrip(".")
        head.append((_set(f" {name:>2}", cell), "strong"))
    lines.append(head)
    start = first - timedelta(days=first.weekday())
    while start < first or start.month == first.month:
        days = [start + timedelta(days=n) for n in range(7)]
        lines.append(_dates(days, first, marks, today, cell, week, legible=legible))
        if legible:
            lines += _texts(days, first, marks, cell, week)
        start += timedelta(days=7)
    if not legible:
        lines += _below(first, marks, today, width, locale)
    return lines


def _dates(
    days: list[date],
    first: date,
    marks: Mapping[date, Sequence[Mark]],
    today: date,
    cell: int,
    week: int,
    *,
    legible: bool,
) -> Line:
    """The line of the days' numbers; on a narrow screen with how many entries each has."""
    line: Line = [(f"{days[0].isocalendar().week:>2} "[:week], "dim")]
    for day in days:
        if day.month != first.month:
            line.append((" " * cell, ""))
            continue
        held = marks.get(day, ())
        text = f"[{day.day:>2}]" if day == today else f" {day.day:>2} "
        style = "strong" if day == today else ("" if held else "dim")
        if held and not legible:
            # A dot for each entry, as far as there is room.
            text = text.rstrip() + "·" * min(len(held), max(0, cell - len(text.rstrip())))
            style = _style(held) or "strong"
        line.append((cut(text, cell, "") + " " * max(0, cell - len(text)), style))
    return line


def _texts(
    days: list[date],
    first: date,
    marks: Mapping[date, Sequence[Mark]],
    cell: int,
    week: int,
) -> list[Line]:
    """The lines of what the days of a week hold, as many as the fullest day needs."""
    held = [list(marks.get(day, ())) if day.month == first.month else [] for day in days]
    columns: list[list[tuple[str, str]]] = []
    for entries in held:
        shown = entries if len(entries) <= _MOST else entries[: _MOST - 1]
        column = [
            (f" {part}", mark.style)
            for mark in shown
            for part in fold(f"{mark.time} {mark.text}".strip(), cell - 2)
        ]
        if len(entries) > len(shown):
            column.append((f" +{len(entries) - len(shown)}", "dim"))
        columns.append(column)
    height = max(1, *map(len, columns))
    return [
        [
            (" " * week, ""),
            *(
                (_set(column[n][0], cell), column[n][1]) if n < len(column) else (" " * cell, "")
                for column in columns
            ),
        ]
        for n in range(height)
    ]


def _below(
    first: date,
    marks: Mapping[date, Sequence[Mark]],
    today: date,
    width: int,
    locale: str,
) -> list[Line]:
    """The month's entries a line each, for a screen whose grid has no room for them."""
    from babel.dates import get_day_names

    names = get_day_names("abbreviated", "stand-alone", locale)
    lines: list[Line] = []
    for day in sorted(marks):
        if (day.year, day.month) != (first.year, first.month):
            continue
        if not lines and width >= _NARROWEST:
            lines.append([("", "")])
        name = f"{names[day.weekday()].rstrip('.')} {day.day:>2}"
        for mark in marks[day]:
            head = f"{name:<7} "
            style = "strong" if day == today else mark.style
            for part in fold(f"{mark.time} {mark.text}".strip(), max(1, width - len(head))):
                lines.append([(cut(head + part, width), style)])
                head = " " * len(head)
            name = ""
    return lines


def _style(marks: Sequence[Mark]) -> str:
    styles = [mark.style for mark in marks]
    return next((style for style in ("bad", "warn") if style in styles), "")


def _set(text: str, cell: int) -> str:
    """``text`` in exactly ``cell`` cells, with a blank at its end where it is cut."""
    text = cut(text, cell - 1 if cell > 3 else cell)
    return text + " " * (cell - cells(text))
