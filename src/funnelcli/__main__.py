"""The entry: what can be answered without the program is, the rest goes to the command line."""

from __future__ import annotations

import atexit
import gc
import os
import sys


def main(argv: list[str] | None = None) -> int:
    """Run ``funnel`` with ``argv`` (default: the process's arguments); the exit code."""
    try:
        return _answer(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        # So early that nothing is there yet to say it in the user's language.
        from funnelcli.errors import INTERRUPTED

        sys.stderr.write("Interrupted; nothing was changed.\n")
        return INTERRUPTED


def _answer(args: list[str]) -> int:
    # A command lives for milliseconds; collecting its garbage costs more than it frees, and so
    # does the collection at the interpreter's end, which looks at every object there is.
    if gc.isenabled():
        gc.disable()
        atexit.register(gc.freeze)
    if sys.stdin is None or sys.stdout is None or sys.stderr is None:
        from funnelcli.prompt.pipes import fill_closed

        fill_closed()
    # Whatever the program makes is its owner's alone: files, folders, what SQLite writes beside.
    os.umask(0o077)
    if args in (["--version"], ["-V"], ["version"]):
        from funnelcli import __version__

        try:
            sys.stdout.write(f"funnel {__version__}\n")
            sys.stdout.flush()
        except OSError as error:
            from funnelcli.cli import unwritten

            return unwritten(error)
        return 0
    if args[:1] == ["__complete"]:
        from funnelcli.prompt.completion import answer

        return answer(args[1:])
    if args == ["status", "--short"]:
        from funnelcli.prompt import status

        return status.answer()
    from funnelcli.cli import run

    atexit.register(_deaf)
    return run(args)


def _deaf() -> None:
    """At the end all is said: an interrupt would only add Python's complaint."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
