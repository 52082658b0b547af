"""One key from the person at the terminal, without Enter where the terminal can."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from funnelcli.render import Output, folded

END = "\x04"


def pressed(output: Output, meanings: Sequence[tuple[str, str]]) -> str:
    """Show keys, each with what it does, and wait for one of them. Raises KeyboardInterrupt for
    "q" and at the end of the input."""
    out = output.stderr
    # A key and what it does stand on one line.
    choices = "  ".join(f"[{key}]\xa0{meaning}" for key, meaning in meanings)
    lines = folded(choices, output)
    out.write("\n" + "\n".join(lines) + "  ")
    while True:
        out.flush()
        key = read_key()
        if key in (END, "q"):
            raise KeyboardInterrupt
        meaning = dict(meanings).get(key)
        if meaning is not None:
            answered = f"{lines[-1]}  {meaning}"
            has_room = folded(answered, output) == [answered]
            out.write(f"{meaning}\n" if has_room else f"\n{meaning}\n")
            return key


def read_key() -> str:
    """The next key, in lower case; END at the end of the input. Enter alone is "\\n".

    Raises KeyboardInterrupt for an interrupt. Where single keys cannot be read (no terminal, or
    Windows) a line is, and its first letter counts.
    """
    try:
        import termios
        import tty
    except ImportError:
        return _first_of_line()
    try:
        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)
    except (OSError, ValueError, AttributeError, termios.error):
        return _first_of_line()
    import os

    try:
        # Nothing typed ahead is thrown away.
        tty.setcbreak(terminal, termios.TCSADRAIN)
        key = os.read(terminal, 1).decode("ascii", "replace")
    except OSError:
        return END
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
    return key.lower() or END


def _first_of_line() -> str:
    line = sys.stdin.readline()
    return (line.strip()[:1].lower() or "\n") if line else END
