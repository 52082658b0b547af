"""What a report counts, as words: "1 deal", "12 deals"."""

from __future__ import annotations

from funnelcli.i18n import ngettext
from funnelcli.reports.pieces import number_text


def counted(n: int, unit: str) -> str:
    """``n`` of a report's ``unit`` in the language spoken."""
    return _word(n, unit).format(n=number_text(n))


def unit_name(unit: str) -> str:
    """A report's ``unit`` alone, in the plural, in the language spoken."""
    return _word(2, unit).replace("{n}", "").strip()


def _word(n: int, unit: str) -> str:
    forms = {
        "deals": ngettext("{n} deal", "{n} deals", n),
        "entries": ngettext("{n} entry", "{n} entries", n),
        "stays": ngettext("{n} stay", "{n} stays", n),
        "changes": ngettext("{n} change", "{n} changes", n),
        "customers": ngettext("{n} customer", "{n} customers", n),
        "scores": ngettext("{n} score", "{n} scores", n),
        "objections": ngettext("{n} objection", "{n} objections", n),
    }
    return forms[unit]
