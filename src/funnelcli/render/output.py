"""Where a result goes, and in what form."""

from __future__ import annotations

import sys

from funnelcli.plain import Plain, made
from funnelcli.render.output_formats import ending_of
from funnelcli.typed import TextIO


def _stdout() -> TextIO:
    return sys.stdout


def _stderr() -> TextIO:
    return sys.stderr


class Output(Plain):
    """Where a result goes and in what form: the user's options, settings and streams."""

    format: str | None = None
    """One of FORMATS; None: a screen on a terminal, else tab-separated text."""
    fields: list[str] = made(factory=list)
    """The fields to print, in this order; none: all."""
    path: str | None = None
    """A file to write instead of ``stdout``; "-" is ``stdout``."""
    quiet: bool = False
    color: bool | None = None
    """None: as NO_COLOR and TERM say. Without a terminal there is never colour."""
    pager: bool = True
    """Whether a screen that is longer than the terminal may go through the person's pager."""
    neutralise: bool = False
    """Whether CSV and TSV cells that a spreadsheet would take for formulas are defused."""
    excel: bool = False
    """Whether CSV is written as the Excel of ``locale`` opens it."""
    locale: str = "en_US"
    stdout: TextIO = made(factory=_stdout)
    stderr: TextIO = made(factory=_stderr)
    width: int | None = None
    """Cells a line on a terminal; None: as wide as it is."""

    @property
    def named(self) -> str | None:
        """The format that is asked for, or that the ending of the file stands for, be there one of
        that name or not; None for a screen or a pipe."""
        if self.format is None and self.path is not None and self.path != "-":
            return ending_of(self.path)
        return self.format

    @property
    def on_screen(self) -> bool:
        """Whether a person reads the result on a terminal."""
        return self.format is None and self.path is None and self.stdout.isatty()
