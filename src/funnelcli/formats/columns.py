"""Deciding about a column from all its cells: its name, and how its dates are written.

A program that reads each date by itself silently swaps day and month wherever it can; so one
layout is chosen for the column, and where two give different dates the user decides.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

from funnelcli.errors import Usage
from funnelcli.formats import layouts
from funnelcli.formats.dates import (
    ISO,
    KNOWN,
    CellError,
    Moment,
    full_year,
    is_blank,
    misfit,
    read_dates,
    read_serial,
    read_time,
    short_year,
)
from funnelcli.i18n import _
from funnelcli.patterns import re, regex
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values.datewords import month_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

__all__ = [
    "CellError",
    "DateColumn",
    "DateFormat",
    "Moment",
    "decide_dates",
    "find_column",
    "is_blank",
    "normal",
]

EXCEL = "excel"
# A layout that fits fewer of a column's cells than this is not the column's.
ENOUGH = 0.9
_CACHE = 20_000


class DateFormat:
    """How one column's dates are written.

    ``pattern`` is strptime-like and for showing. A time of day, in any usual spelling, may follow
    the date in each cell, for it leaves the date's reading as it is.
    """

    def __init__(self, layout: str, pattern: str = "") -> None:
        self._layout = layout
        self.pattern = pattern or layout
        self._regex = None if layout == EXCEL or layout in KNOWN else _compiled(layout)
        self._key = KNOWN.get(layout, layout)
        self._read: dict[str, Moment] = {}

    def __repr__(self) -> str:
        return f"DateFormat({self._layout!r}, {self.pattern!r})"

    def parse(self, cell: str) -> Moment:
        """(date, time of day or None, offset from UTC in minutes or None) of ``cell``.

        Raises CellError, with the reason in words, if the cell is empty or does not fit.
        """
        moment = self._read.get(cell)
        if moment is None:
            moment = self._moment(cell.strip())
            if moment is None:
                raise misfit(cell.strip(), self.pattern)
            if len(self._read) >= _CACHE:
                self._read.clear()
            self._read[cell] = moment
        return moment

    def _moment(self, text: str) -> Moment | None:
        if self._layout == EXCEL:
            return read_serial(text)
        if self._regex is not None:
            return _by_regex(self._regex, text)
        days, end = read_dates(text)
        day = days.get(self._key)
        if day is None:
            return None
        if end == len(text):
            return day, None, None
        clock = read_time(text[end:])
        return (day, clock[0], clock[1]) if clock else None


_TIME_PART = regex(r"(?:T|,? )%[HI].*")
_DIRECTIVES = {
    "d": r"(?P<d>\d{1,2})",
    "m": r"(?P<m>\d{1,2})",
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "b": r"(?P<b>[^\W\d_]{3,9})\.?",
    "B": r"(?P<b>[^\W\d_]{3,9})\.?",
    "%": "%",
}


@cache
def _compiled(layout: str) -> re.Pattern[str]:
    """The expression for a layout of the user's own; raises Usage if it is not one."""
    wrong = Usage(
        _("{pattern} is not a date format.").format(pattern=layouts.shown(layout)),
        _("Write day, month and year once each, for example DD/MM/YYYY, or say excel."),
    )
    expression = ""
    used = []
    pieces = iter(re.split(r"%(.?)", layout))
    for text in pieces:
        expression += re.escape(text)
        directive = next(pieces, None)
        if directive is None:
            break
        if directive not in _DIRECTIVES:
            raise wrong
        expression += _DIRECTIVES[directive]
        used.append("b" if directive == "B" else directive)
    names = sorted(name for name in used if name != "%")
    if names not in (["Y", "d", "m"], ["Y", "b", "d"], ["d", "m", "y"], ["b", "d", "y"]):
        raise wrong
    return re.compile(expression, re.IGNORECASE)


def _by_regex(regex: re.Pattern[str], text: str) -> Moment | None:
    from datetime import date

    match = regex.match(text)
    if match is None:
        return None
    part = match.groupdict()
    year = int(part["Y"]) if "Y" in part else full_year(int(part["y"]))
    month = int(part["m"]) if "m" in part else month_of(part["b"]) or 0
    try:
        day = date(year, month, int(part["d"]))
    except ValueError:
        return None
    if match.end() == len(text):
        return day, None, None
    clock = read_time(text[match.end() :])
    return (day, clock[0], clock[1]) if clock else None


class DateColumn:
    """Gathers a column's cells, one pass over them, and decides their format.

    ``name`` is the column's, for messages; ``given`` what ``--date-format`` says: a pattern of
    ``%d %m %Y %y %b %B``, or of DD MM YYYY, with or without a time, or "excel" for serial numbers.
    """

    def __init__(self, name: str, given: str | None = None) -> None:
        self.name = name
        self._given: DateFormat | None = None
        if given is not None:
            given = layouts.read(given.strip())
            layout = _TIME_PART.sub("", given)
            self._given = DateFormat(EXCEL if layout.lower() == EXCEL else layout, given)
        self._total = 0
        # What fits the cells that came before; dates come many times.
        self._seen: dict[str, tuple[str, ...]] = {}
        # How often each set of fitting layouts came, and the first cell it came with.
        self._fits: dict[tuple[str, ...], int] = {}
        self._first: dict[tuple[str, ...], tuple[int, str]] = {}
        self._patterns: dict[str, str] = {}
        self._two_readings: tuple[str, dict[str, date]] | None = None

    def add_all(self, cells: Iterable[str]) -> None:
        """Take more cells into account, each different one once."""
        for cell, times in Counter(cells).items():
            self.add(cell, times)

    def add(self, cell: str, times: int = 1) -> None:
        """Take a cell into account that comes so many times; empty ones count for nothing."""
        if not cell:
            return
        known = self._seen.get(cell)
        if known is not None:
            self._total += times
            self._fits[known] += times
            return
        text = cell.strip()
        if is_blank(text):
            return
        self._total += times
        if self._given is not None:
            fits: tuple[str, ...] = ("",) if self._fits or self._given._moment(text) else ()
            if fits:
                self._fits[fits] = 1
            else:
                self._first.setdefault((), (self._total, text))
            return
        days, end = read_dates(text)
        shape = ""
        if end < len(text):
            clock = read_time(text[end:]) if days else None
            if clock is None:
                days = {}
            else:
                shape = clock[2]
        fits = tuple(days)
        if fits not in self._fits:
            self._fits[fits] = 0
            self._first[fits] = (self._total, text)
        self._fits[fits] += times
        if len(self._seen) < _CACHE:
            self._seen[cell] = fits
        for layout in fits:
            if layout not in self._patterns:
                short = layout.endswith("%Y") and not text[end - 4 : end].isdigit()
                self._patterns[layout] = (short_year(layout) if short else layout) + shape
        if len(fits) == 2 and self._two_readings is None and days[fits[0]] != days[fits[1]]:
            self._two_readings = text, days

    def decide(self) -> DateFormat:
        """The format of the cells added; ISO if there were none.

        Raises Usage if two layouts fit and give different dates, or none fits enough cells.
        """
        if self._given is not None:
            if self._total and not self._fits:
                raise Usage(
                    _(
                        "No cell of column {name} is a date like {pattern}; the first is {cell}."
                    ).format(
                        name=self.name,
                        pattern=layouts.shown(self._given.pattern),
                        cell=self._first[()][1],
                    ),
                    _("Say how its dates are written with --date-format."),
                )
            return self._given
        if not self._total:
            return DateFormat(ISO)
        count: dict[str, int] = {}
        for fits, n in self._fits.items():
            for layout in fits:
                count[layout] = count.get(layout, 0) + n
        # What is no date at all speaks against none of the layouts: its row is rejected, and so is
        # the one row that is dated otherwise than the rest.
        dated = self._total - self._fits.get((), 0)
        good = [layout for layout, n in count.items() if n >= ENOUGH * dated or dated - n <= 1 < n]
        if not good or dated * 2 < self._total:
            raise self._none_fits(count)
        if len(good) == 2:
            alone = [layout for layout in good if (layout,) in self._fits]
            if len(alone) == 1:
                good = alone
            elif self._two_readings is not None:
                raise self._ambiguous(*self._two_readings)
            elif len(alone) == 2:
                raise self._none_fits(count)
        return DateFormat(good[0], self._patterns[good[0]])

    def _ambiguous(self, cell: str, days: dict[str, date]) -> Usage:
        one, other = days
        shown = {layout: layouts.shown(layout) for layout in days}
        return Usage(
            _(
                "The dates of column {name} can be read in two ways: {cell} is {first} "
                "as {one}, and {second} as {other}."
            ).format(
                name=self.name,
                cell=cell,
                first=days[one].isoformat(),
                one=shown[one],
                second=days[other].isoformat(),
                other=shown[other],
            ),
            _('Say which with --date-format "{one}" or --date-format "{other}".').format(
                one=shown[one], other=shown[other]
            ),
        )

    def _none_fits(self, count: dict[str, int]) -> Usage:
        best = max(count, key=count.__getitem__, default="")
        misfits = [first for fits, first in self._first.items() if best not in fits]
        _place, cell = min(misfits)
        if not best:
            message = _("The cells of column {name} are not dates; the first is {cell}.")
        else:
            message = _(
                "The dates of column {name} are not all written alike: {pattern} fits {n} of "
                "{total} cells, and the first that it does not fit is {cell}."
            )
        return Usage(
            message.format(
                name=self.name,
                cell=cell,
                pattern=layouts.shown(best),
                n=count.get(best, 0),
                total=self._total,
            ),
            _("Mend the column, or say how its dates are written with --date-format."),
        )


def decide_dates(cells: Iterable[str], *, name: str, given: str | None = None) -> DateFormat:
    """The one format of all ``cells`` of the column ``name``; see :class:`DateColumn`."""
    column = DateColumn(name, given)
    column.add_all(cells)
    return column.decide()


_BETWEEN = regex(r"[\s_-]+")


def normal(header: str) -> str:
    """A column's name for matching: case-folded; blanks, underscores and hyphens are one blank;
    without the ``*`` that marks a required column."""
    return _BETWEEN.sub(" ", header.strip().rstrip("*")).strip().casefold()


def find_column(header: list[str], wanted: str) -> int:
    """The index of the column ``wanted``: as it is written, else as :func:`normal` makes it.

    Raises Usage, with the nearest name and the list of columns, if there is none or if there are
    several.
    """
    if wanted in header:
        return header.index(wanted)
    names = [normal(name) for name in header]
    key = normal(wanted)
    columns = _("The columns are: {columns}.").format(columns=", ".join(header))
    if names.count(key) > 1:
        fitting = [header[i] for i, name in enumerate(names) if name == key]
        raise Usage(
            _("Several columns are called {name}: {columns}.").format(
                name=wanted, columns=", ".join(fitting)
            ),
            _("Write the name exactly as it stands in the file."),
        )
    if key in names:
        return names.index(key)
    from difflib import get_close_matches

    near = get_close_matches(key, names, 1)
    if near:
        guess = header[names.index(near[0])]
        columns = _("Did you mean {name}?").format(name=guess) + " " + columns
    raise Usage(_("There is no column {name}.").format(name=wanted), columns)
