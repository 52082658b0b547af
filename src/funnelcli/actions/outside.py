"""Handing something over to the system: a file or a link to the program for it, or a command of the
user's own. No shell reads any of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from funnelcli.errors import reason
from funnelcli.i18n import _

# So many seconds a program has to say that it cannot; one that goes on has begun.
_PATIENCE = 3


def opens(target: str) -> bool:
    """Hand a file or a link to the system's program for it; whether there was one."""
    if hasattr(os, "startfile"):
        try:
            os.startfile(target)  # noqa: S606 - the person's own
        except OSError:
            return False
        return True
    return not started(["open" if sys.platform == "darwin" else "xdg-open", target])


def started(words: Sequence[str]) -> str:
    """Start a program, which may go on when this one has ended; what went wrong, "" for nothing."""
    import subprocess

    quiet = subprocess.DEVNULL
    try:
        process = subprocess.Popen(  # noqa: S603 - the system's program, or the user's own
            words, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
        code = process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        # It stays until the person closes it.
        return ""
    except OSError as error:
        return reason(error)
    return _("it ended with exit code {code}").format(code=code) if code else ""
