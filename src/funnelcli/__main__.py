"""The entry: what can be answered without the program is, the rest goes to the command line."""

from __future__ import annotations

import atexit
import gc
import os
import sys


def main(argv: list[str] | None = None) -> int:
    """Run ``funnel`` with ``argv`` (default: the process's arguments); the exit code."""
    # A command lives for milliseconds; collecting its garbage costs more than it frees, and so
    # does the collection at the interpreter's end, which looks at every object there is.
    if gc.isenabled():
        gc.disable()
        atexit.register(gc.freeze)
    # Whatever the program makes is its owner's alone: files, folders, what SQLite writes beside.
    os.umask(0o077)
    args = sys.argv[1:] if argv is None else argv
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
    try:
        from funnelcli.cli import run

        return run(args)
    except KeyboardInterrupt:
        # So early that nothing is there yet to say it in the user's language.
        from funnelcli.errors import INTERRUPTED

        sys.stderr.write("Interrupted; nothing was changed.\n")
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
