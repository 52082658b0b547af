"""What to do when nobody reads any more, or nothing more can be written."""

from __future__ import annotations

import os
import sys

from funnelcli.files import abandon


def fill_closed() -> None:
    """Put nothing in the place of the standard streams that the program was started without: the
    next file that it opens, the database for one, would be taken for them. What is written to
    standard output is refused as on the closed one, so that nobody takes it for written."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is not None:
            continue
        handle = os.open(os.devnull, os.O_RDONLY if name == "stdout" else os.O_RDWR)
        if handle != number:
            os.dup2(handle, number)
            os.close(handle)
        setattr(sys, name, os.fdopen(number, mode, closefd=False))


def abandon_stdout() -> None:
    """:func:`funnelcli.files.abandon` for standard output."""
    abandon(sys.stdout)
