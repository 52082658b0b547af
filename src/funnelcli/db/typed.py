"""How the entries of the journal are typed."""

from __future__ import annotations

from funnelcli.i18n import _

# What another program changed is a command of this name.
OUTSIDE = "outside"


def typed(verb: str, args: list[str]) -> str:
    """The command line that made an entry."""
    if verb == OUTSIDE:
        return _("(changed by another program)")
    if not args:
        return f"funnel {verb}"
    import shlex

    return "funnel " + " ".join(shlex.quote(arg) for arg in args)
