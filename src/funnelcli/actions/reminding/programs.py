"""Running a program of the system, or one that a setting names, which shows or sends something."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence

from funnelcli.errors import Failed, reason
from funnelcli.i18n import _
from funnelcli.text import printed

SECONDS = 20


def run(
    words: Sequence[str],
    failed: Callable[[str, str], Failed],
    *,
    data: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a program, without a shell, with ``data`` on its standard input. Raises what ``failed``
    makes of its name and of what was wrong: it is not there, takes too long or says so."""
    try:
        done = subprocess.run(  # noqa: S603 - the system's program, or the user's own
            words,
            input=data,
            env=environment,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise failed(words[0], _("it does not end")) from None
    except OSError as error:
        raise failed(words[0], reason(error)) from error
    if done.returncode:
        lines = printed(done.stderr.decode("utf-8", "replace")).strip().splitlines()
        raise failed(words[0], lines[-1].rstrip(".") if lines else str(done.returncode))
