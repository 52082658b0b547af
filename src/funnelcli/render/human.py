"""How a value reads to a person, in the language spoken and the user's locale."""

from __future__ import annotations

import datetime as dt

from funnelcli.render.columns import value
from funnelcli.text import TURNING, seen
from funnelcli.typed import TYPE_CHECKING, Any
from funnelcli.values import dates, daytext
from funnelcli.values import reader as who

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TextIO

    from funnelcli.render.model import Column

NUMBERS = ("id", "int", "money", "percent", "share", "days", "duration")
"""The kinds that are set flush right."""

# Control characters as their pictures, line breaks as spaces; what turns the direction of the
# text after it, and halves of a pair of surrogates, as the sign of a character that is not there.
_VISIBLE: dict[int, str] = {code: chr(0x2400 + code) for code in range(32)}
_VISIBLE |= dict.fromkeys((*range(0x80, 0xA0), *TURNING), "\ufffd")
_VISIBLE |= {0x7F: "\u2421", 0x09: " ", 0x0A: " ", 0x0D: " ", 0x85: " ", 0x2028: " ", 0x2029: " "}
_VISIBLE |= {0xA0: " ", 0x202F: " "}

_SHOWN = {code: sign for code, sign in _VISIBLE.items() if sign != " "}


def clean(text: str) -> str:
    """``text`` as it can be shown on one line: nothing in it moves, colours, rings or hides."""
    if text.isprintable():
        return text
    text = seen(text.replace("\r\n", " ").translate(_VISIBLE))
    if any("\ud800" <= char <= "\udfff" for char in text):
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def glued(text: str) -> str:
    """Like :func:`clean`, but a blank that binds two words, as in "12.500,00 €", is still one:
    no line ends there. It is for what is folded."""
    if "\xa0" not in text and "\u202f" not in text:
        return clean(text)
    return "\xa0".join(map(clean, text.replace("\u202f", "\xa0").split("\xa0")))


class Visible:
    """A terminal that is written to as if it were a file: what would steer it is shown instead."""

    def __init__(self, out: TextIO) -> None:
        self._write = out.write

    def write(self, text: str) -> int:
        """Write ``text``, of whose control characters only tabs and line feeds have effect."""
        kept = text.replace("\n", "").replace("\t", "")
        return self._write(text if kept.isprintable() else seen(text.translate(_SHOWN)))

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of ``lines``."""
        for line in lines:
            self.write(line)


def is_number(column: Column) -> bool:
    """Whether a column is set flush right, however its numbers are shown."""
    return column.kind in NUMBERS and column.names is None


def number(amount: float, locale: str) -> str:
    """A number with at most one decimal, grouped: "1,234.5"."""
    rounded = round(float(amount), 1)
    if rounded == int(rounded):
        rounded = int(rounded)
    if isinstance(rounded, int) and abs(rounded) < 1000:
        return str(rounded)
    from funnelcli.values.moneyformat import is_quick, known_locale, number_signs

    if not is_quick(locale):
        from babel.numbers import format_decimal

        return str(format_decimal(rounded, locale=known_locale(locale)))
    point, group = number_signs(locale)
    whole, _point, tenth = f"{rounded:,}".partition(".")
    return whole.replace(",", group) + (point + tenth if tenth else "")


def number_text(amount: float) -> str:
    """A number inside a sentence, as its reader's locale writes it; for a program without grouping:
    "1234.5"."""
    text = number(amount, who.locale())
    return text if who.reader() else text.replace(",", "")


def size_text(count: int) -> str:
    """So many bytes inside a sentence: "1.2 MB", by units of 1024."""
    for power, unit in ((3, "GB"), (2, "MB"), (1, "KB")):
        if count >= 1024**power:
            return f"{number_text(count / 1024**power)} {unit}"
    return f"{count} B"


def percent(amount: float, locale: str) -> str:
    """A number out of 100: whole from ten on, below it with a decimal where there is one."""
    rounded = round(float(amount), 0 if abs(amount) >= 10 else 1)
    from funnelcli.values.moneyformat import percent_text

    return percent_text(number(rounded, locale), locale)


FEW = 5
"""Below so many cases a share is a fraction: "3/7" says how little it rests on."""


def share(k: int, n: int, locale: str) -> str:
    """``k`` of ``n`` > 0: "3/4" where ``n`` is small, else in percent."""
    return f"{k}/{n}" if n < FEW else percent(100 * k / n, locale)


def reader(column: Column, locale: str) -> Callable[[Any], str]:
    """From a row to what a person reads in ``column``; nothing where there is no value."""
    key = column.key
    if column.shown is not None:
        return column.shown
    if column.names is not None:
        names = column.names

        def named(row: Any) -> str:
            found = value(row, key)
            return "" if found is None else names(found)

        return named
    if column.kind == "money":
        from funnelcli.values.money import format_money

        def amount(row: Any) -> str:
            minor = value(row, key)
            return "" if minor is None else format_money(minor, value(row, column.currency), locale)

        return amount
    if column.kind in ("date", "instant"):
        convert = _day_writer(column)
        day = _day_reader(column)
        seen: dict[Any, str] = {}
        clock = column.clock

        def when(row: Any) -> str:
            found = day(row)
            if found is None:
                return ""
            if found not in seen:
                seen[found] = convert(found)
            at = value(row, clock) if clock else None
            return f"{seen[found]} {at}" if at else seen[found]

        return when
    write = _writers(locale).get(column.kind, str)

    def text(row: Any) -> str:
        found = value(row, key)
        return "" if found is None else write(found)

    return text


def short_reader(column: Column, locale: str) -> Callable[[Any], str]:
    """Like :func:`reader`, with the day alone of an instant."""
    if column.kind != "instant" or column.shown is not None:
        return reader(column, locale)
    key = column.key

    def when(row: Any) -> str:
        found = value(row, key)
        return "" if found is None else daytext.day(dates.local_date(found))

    return when


def _day_reader(column: Column) -> Callable[[Any], Any]:
    """From a row to the day that a person reads in ``column``."""
    key, instead = column.key, column.instead
    if not instead:
        return lambda row: value(row, key)

    def day(row: Any) -> Any:
        found = value(row, instead)
        return value(row, key) if found is None else found

    return day


def _day_writer(column: Column) -> Callable[[Any], str]:
    if column.kind == "instant":
        return daytext.moment
    return daytext.near if column.appointment else daytext.day


def beside(column: Column) -> Callable[[Any], str] | None:
    """From a row to how far off the day of ``column`` is, "in 3 days"; None where it holds no
    days. It is right on a screen, and wrong in a file that is read next week."""
    if column.kind not in ("date", "instant") or column.shown is not None:
        return None
    day = _day_reader(column)

    def words(row: Any) -> str:
        found = day(row)
        if found is None:
            return ""
        if isinstance(found, int):
            return dates.relative(dates.local_date(found))
        return dates.relative(dt.date.fromisoformat(str(found)))

    return words


def _writers(locale: str) -> dict[str, Callable[[Any], str]]:
    from funnelcli.i18n import _

    def flag(on: Any) -> str:
        return _("yes") if on else _("no")

    def days(n: Any) -> str:
        return _("{n} d").format(n=number(n, locale))

    def duration(minutes: Any) -> str:
        from funnelcli.values.dates import format_duration

        return format_duration(minutes)

    return {
        "int": lambda n: number(n, locale),
        "percent": lambda n: percent(n, locale),
        "share": lambda n: percent(n * 100, locale),
        "days": days,
        "duration": duration,
        "tags": ", ".join,
        "flag": flag,
    }
