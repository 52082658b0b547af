"""Running numbers of documents, from a pattern like ``{year}-{n:4}``.

``{n}`` is the running number, ``{n:4}`` the same with at least four digits; ``{year}`` and
``{month}`` are the day's, and the count begins anew with each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.patterns import re, regex
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

_PLACES = regex(r"\{(year|month|n(?::([1-9]))?)\}")


def check_pattern(pattern: str) -> str:
    """``pattern`` itself. Raises Usage unless it has ``{n}`` once and no other unknown braces."""
    names = [found[1][0] for found in _PLACES.finditer(pattern)]
    rest = _PLACES.sub("", pattern)
    if names.count("n") != 1 or "{" in rest or "}" in rest or len(pattern) > 40:
        raise Usage(
            _("{value} is no pattern for numbers.").format(value=pattern),
            _("Write {n} or {n:4} once, and {year} or {month} as you like: {year}-{n:4}."),
        )
    return pattern


def next_number(pattern: str, day: date, taken: Callable[[str], Iterable[str]]) -> str:
    """The next number on ``day``: one above the highest that fits the pattern.

    ``taken`` is asked for all numbers that begin with a text.
    """
    parts = {"year": f"{day.year:04}", "month": f"{day.month:02}"}
    filled = _PLACES.sub(lambda found: parts.get(found[1], found[0]), pattern)
    place = _PLACES.search(filled)
    assert place is not None
    before, after, width = filled[: place.start()], filled[place.end() :], place[2] or "1"
    fitting = re.compile(re.escape(before) + r"(\d{1,15})" + re.escape(after), re.ASCII)
    numbers = (fitting.fullmatch(text) for text in taken(before))
    highest = max((int(found[1]) for found in numbers if found), default=0)
    return f"{before}{highest + 1:0{width}}{after}"
