"""Running one hook: JSON in, a time limit, no shell, no terminal."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

from funnelcli.actions.hooks.found import Hook
from funnelcli.db.server import whole
from funnelcli.errors import reason
from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.text import printed, spelt_out
from funnelcli.typed import IO

MOST_ANSWERED = 1 << 20
"""Bytes of an answer; what is more is not kept."""
LONGEST_LINE = 300
# How long is waited for what a program that has ended may still have in a pipe.
_DRAIN_SECONDS = 0.5
# A password of the database's server is the program's alone.
_SECRETS = ("PGPASSWORD",)


class Answer(NamedTuple):
    """What became of a hook: its exit code, None where it was not begun or ended by the time
    limit, what it wrote, how long it took (seconds), and what went wrong, "" for nothing."""

    code: int | None
    out: str
    err: list[str]
    seconds: float
    late: bool = False
    problem: str = ""

    @property
    def said(self) -> str:
        """The last line of its standard error."""
        return self.err[-1] if self.err else ""


def run(hook: Hook, text: str, database: str, seconds: float) -> Answer:
    """Run a hook with ``text`` on its standard input, in a session of its own, which has no
    terminal; after so many seconds it is killed, with the processes it has started. One that may
    not be run is not."""
    if hook.problem:
        return Answer(None, "", [], 0.0, problem=hook.problem)
    begun = time.monotonic()
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own program, no shell
            _command(hook.path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=os.path.dirname(hook.path),
            env=environment(hook, database),
            start_new_session=True,
        )
    except OSError as error:
        return Answer(None, "", [], 0.0, problem=_why(error))
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    out, err = _Reader(process.stdout), _Reader(process.stderr)
    writer = threading.Thread(
        target=_feed, args=(process.stdin, spelt_out(text).encode()), daemon=True
    )
    writer.start()
    late = False
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        late = True
    except BaseException:
        _kill(process)
        raise
    if late:
        _kill(process)
    took = time.monotonic() - begun
    # What it has left running in the background may hold the pipes for as long as it likes.
    until = time.monotonic() + _DRAIN_SECONDS
    for thread in (out, err, writer):
        thread.join(max(0.0, until - time.monotonic()))
    lines = [printed(line).strip() for line in err.text().splitlines()]
    told = [line[:LONGEST_LINE] for line in lines if line]
    return Answer(None if late else process.returncode, out.text(), told, took, late)


def environment(hook: Hook, database: str) -> dict[str, str]:
    """What a hook finds in its environment: what the program itself has, with the database, its
    own name, and that what it calls runs no hooks."""
    return {
        **{name: value for name, value in os.environ.items() if name not in _SECRETS},
        "FUNNEL_DB": whole(database),
        "FUNNEL_HOOK": hook.name,
        "FUNNEL_NO_HOOKS": "true",
    }


def _command(path: str) -> list[str]:
    """The words that run a file: by itself, or on Windows by its ending."""
    if os.name == "nt":
        if path.lower().endswith((".py", ".pyw")):
            return [sys.executable, path]
        if path.lower().endswith(".ps1"):
            return ["powershell", "-NoProfile", "-NonInteractive", "-File", path]
    return [path]


def _why(error: OSError) -> str:
    """Why a file that is there could not be started."""
    if error.errno == errno.ENOENT:
        return _("the program that its first line names (#!) is not there")
    if error.errno == errno.ENOEXEC:
        return _("its first line names no program (#!)")
    return reason(error)


class _Reader(threading.Thread):
    """Reads a pipe to its end and keeps the beginning, so that nobody who writes to it waits."""

    def __init__(self, pipe: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._pipe = pipe
        self._kept = bytearray()
        self.start()

    def run(self) -> None:
        with suppress(OSError, ValueError), self._pipe:
            while data := self._pipe.read(1 << 16):
                self._kept += data[: MOST_ANSWERED + 1 - len(self._kept)]

    def text(self) -> str:
        """What was read so far."""
        return bytes(self._kept).decode("utf-8", "replace")


def _feed(pipe: IO[bytes], data: bytes) -> None:
    # A hook that does not read is none the worse for it.
    with suppress(OSError, ValueError), pipe:
        view = memoryview(data)
        while view:
            view = view[pipe.write(view) :]


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it has started."""
    with suppress(OSError):
        if sys.platform == "win32":
            subprocess.run(  # noqa: S603 - a program of the system's
                ["taskkill", "/F", "/T", "/PID", str(process.pid)],  # noqa: S607
                check=False,
                capture_output=True,
            )
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
