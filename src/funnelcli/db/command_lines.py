"""The command lines that made the entries of the journal."""

from __future__ import annotations

from funnelcli.i18n import _

# What another program changed is a command of this name.
OUTSIDE = "outside"


def words_of(args: str | None) -> list[str]:
    """The words of a command, which the journal keeps as JSON; what another program has put there
    that is none is one word."""
    import json

    try:
        found = json.loads(args or "[]")
    except ValueError:
        found = None
    if isinstance(found, list) and all(isinstance(word, str) for word in found):
        return found
    return [args or ""]


def command_line(verb: str, args: list[str]) -> str:
    """The command line that made an entry."""
    if verb == OUTSIDE:
        return _("(changed by another program)")
    if not args:
        return f"funnel {verb}"
    import shlex

    return "funnel " + " ".join(shlex.quote(arg) for arg in args)
