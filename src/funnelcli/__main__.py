"""The entry: what can be answered without the program is, the rest goes to the command line."""

from __future__ import annotations

import gc
import os
import sys

from funnelcli.prompt import library


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
    # A command lives for milliseconds; collecting its garbage costs more than it frees.
    gc.disable()
    library.choose(args)
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

    return run(args)


def _unraised(what: sys.UnraisableHookArgs) -> None:
    # An interrupt inside a callback of Python's own cannot be raised there and is lost: the command
    # goes on and tells what it did, so that a traceback beside its answer would only mislead.
    if what.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(what)


def entry() -> None:
    """The console script: :func:`main` on the process's arguments, then out at once."""
    sys.unraisablehook = _unraised
    code = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        # Of a stream that takes nothing, Python's own way out says what it always says.
        sys.exit(code)
    except KeyboardInterrupt:
        # All is said: an interrupt would only add a complaint.
        pass
    # The database is closed. Taking the interpreter apart, module by module, would be a tenth of
    # the time of a command, to free what the system takes back anyway.
    os._exit(code)


if __name__ == "__main__":
    entry()
