"""Who reads what is written now: a person with a locale, or a program, for which days are ISO and
numbers are plain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from funnelcli.plain import NamedTuple


class Reading(NamedTuple):
    """Who reads: a person with this locale, now (on a screen) or some day (in a document)."""

    locale: str
    now: bool = True


_reading: Callable[[], Reading | None] = lambda: None  # noqa: E731 - until a call says who reads


def use(reading: Callable[[], Reading | None]) -> None:
    """Ask ``reading`` from now on who reads what is written; None is a program."""
    global _reading
    _reading = reading


@contextmanager
def read_by(reading: Reading) -> Iterator[None]:
    """Have what is written in the block be for this reader, wherever standard output goes."""
    global _reading
    before, _reading = _reading, lambda: reading
    try:
        yield
    finally:
        _reading = before


def reader() -> Reading | None:
    """Who reads what is written now; None for a program."""
    return _reading()


def locale() -> str:
    """The locale of who reads; none for a program."""
    reads = _reading()
    return "" if reads is None else reads.locale
