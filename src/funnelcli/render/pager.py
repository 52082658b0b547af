"""What is longer than the screen is handed to the person's pager; nothing of it is ever lost.

A pager that is missing, or that fails before anybody could have read anything, is no error: then
the screen is written as it would be without one.
"""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager, suppress

from funnelcli.patterns import regex
from funnelcli.render.layout import cells
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funnelcli.render.output import Output

NONE = "off"
"""The setting that asks for no pager."""
USUAL = "on"
"""The setting that leaves the choice to $PAGER, and without it to:"""
_USUAL = ("less", "more")
# What less is told where $LESS says nothing: end at once where all fits, keep the colours, leave
# what was read on the screen. Where $LESS does, the colours are kept all the same.
_LESS = "FRX"

# What a shell knows without a file of that name.
_SHELLS_OWN = ("exec", "command", "if", "for", "while", "test", "[", "{", "!")
# Exit codes of a pager that did its work, or that somebody has ended; a shell adds 128.
_QUIT = (0, -signal.SIGINT, -signal.SIGTERM, 128 + signal.SIGINT, 128 + signal.SIGTERM)
_escapes = regex("\x1b\\[[0-9;]*m")
_plain = regex(r"[\w./: ,+@%^-]+")


def is_longer(text: str, height: int, width: int) -> bool:
    """Whether ``text`` and the prompt below it take more than ``height`` lines of ``width``
    cells."""
    taken = text.count("\n")
    if taken >= height:
        return True
    for line in text.split("\n"):
        taken += max(0, cells(_escapes.sub("", line)) - 1) // width
    return taken >= height


def command_of(setting: str) -> str | None:
    """The pager's command line: the setting's, else $PAGER's, else a usual one that is there; None
    where none is wanted, or none is to be had."""
    if setting == NONE or os.environ.get("TERM") == "dumb":
        return None
    wanted = os.environ.get("PAGER") if setting == USUAL else setting
    if wanted is None:
        from shutil import which

        return next(filter(which, _USUAL), None)
    return None if wanted.strip() in ("", "cat") else wanted


def show(text: str, output: Output, height: int, width: int) -> None:
    """Write a screen to standard output, through a pager where it is longer than that."""
    out = output.stdout
    if is_longer(text, height, width):
        from funnelcli import config

        command = command_of(config.get("pager"))
        if command is not None:
            out.flush()
            if _read(command, text.encode(out.encoding or "utf-8", "replace"), out.fileno()):
                return
    out.write(text)


def _read(command: str, data: bytes, terminal: int) -> bool:
    """Whether a person has read ``data`` in the pager, all of it or as much as they liked."""
    import subprocess
    from shutil import which

    words = command.split()
    # The exit code of a pipe does not say that its first program is missing.
    if _plain.fullmatch(words[0]) and words[0] not in _SHELLS_OWN and which(words[0]) is None:
        return False
    shell = not _plain.fullmatch(command)
    with _interrupts_are_the_pagers() as interrupted:
        try:
            pager = subprocess.Popen(  # noqa: S603 - the user's own
                command if shell else words,
                shell=shell,
                stdin=subprocess.PIPE,
                stdout=terminal,
                env=_environment(),
            )
        except OSError:
            return False
        assert pager.stdin is not None
        # Whoever quits early has read enough; a failure is told by the exit code.
        with suppress(BrokenPipeError):
            pager.stdin.write(data)
        with suppress(BrokenPipeError):
            pager.stdin.close()
        code = pager.wait()
    return bool(interrupted) or code in _QUIT


def _environment() -> dict[str, str]:
    given = os.environ.get("LESS")
    less = _LESS if given is None else f"{given} -R"
    return {**os.environ, "LESS": less, "LV": os.environ.get("LV", "-c")}


@contextmanager
def _interrupts_are_the_pagers() -> Iterator[list[int]]:
    """While it lasts Ctrl-C, which all programs of the terminal get, is for the pager alone, where
    it ends a search; the list holds those that came."""
    came: list[int] = []

    def note(number: int, _frame: Any) -> None:
        came.append(number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, before)
