"""What to do when nobody reads any more, or nothing more can be written."""

from __future__ import annotations

import os
import sys


def abandon_stdout() -> None:
    """Let what is still buffered go nowhere: whoever read has read enough, or there is no room
    for it, and the flush at exit must not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
