"""What is known of the terminal that a result is shown on."""

from __future__ import annotations

import os

from funnelcli.plain import Plain
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values.whole import whole

if TYPE_CHECKING:
    from typing import TextIO

UNLIMITED = 100_000
"""The cells a line of what stands for a screen without an end: a text file."""


class Screen(Plain):
    """What is known of the terminal."""

    width: int
    colour: bool
    locale: str
    encoding: str = "utf-8"

    @property
    def endless(self) -> bool:
        """Whether no line is too long for it: what stands for it is a text file."""
        return self.width >= UNLIMITED

    def sign(self, wanted: str, otherwise: str) -> str:
        """``wanted`` where the encoding has it."""
        try:
            wanted.encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            return otherwise
        return wanted


def columns_of(stream: TextIO) -> int:
    """The width of the terminal behind ``stream``: COLUMNS, else what the system says, else 80."""
    return _said("COLUMNS") or _size(stream)[0] or 80


def height_of(stream: TextIO) -> int | None:
    """The lines of the terminal behind ``stream``: LINES, else what the system says; None where
    there is no such terminal."""
    try:
        stream.fileno()
    except (OSError, ValueError, AttributeError):
        return None
    return _said("LINES") or _size(stream)[1] or None


def _said(variable: str) -> int:
    """The number that a variable of the environment says, 0 where it says none."""
    return max(0, whole(os.environ.get(variable, "")) or 0)


def _size(stream: TextIO) -> tuple[int, int]:
    """The columns and lines that the system says the terminal has, 0 for what it does not know."""
    try:
        return os.get_terminal_size(stream.fileno())
    except (OSError, ValueError, AttributeError):
        return 0, 0


def wants_colour(asked: bool | None) -> bool:
    """Whether a terminal gets colour: as asked, else unless NO_COLOR or a dumb terminal."""
    if asked is not None:
        return asked
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
