"""How a report's figures and counts read in the language and locale of the user."""

from __future__ import annotations

from funnelcli.i18n import ngettext
from funnelcli.values import dates, daytext, reader
from funnelcli.values.money import money_text as money_text


def share_text(k: int | None, n: int | None) -> str:
    """How the share k / n reads: "3/7" below five cases, else in percent; empty for n = 0."""
    from funnelcli.render import human

    return human.share(k, n, reader.locale()) if n and k is not None else ""


def day_text(at: int) -> str:
    """The day of an instant (UTC seconds), in the user's zone."""
    return daytext.day(dates.local_date(at))


def moment_text(at: int) -> str:
    """An instant (UTC seconds) to the minute; the last one of a day is the day."""
    if dates.local_date(at + 1) > dates.local_date(at):
        return day_text(at)
    return daytext.moment(at)


def number_text(value: float) -> str:
    """A number with at most one decimal as its reader's locale writes it."""
    from funnelcli.render import human

    return human.number_text(value)


def counted(n: float, unit: str) -> str:
    """``n`` of a report's ``unit`` in the language spoken."""
    return _word(n, unit).format(n=number_text(n))


def unit_name(unit: str) -> str:
    """A report's ``unit`` alone, in the plural, in the language spoken."""
    return _word(2, unit).replace("{n}", "").strip()


def _word(n: float, unit: str) -> str:
    forms = {
        "deals": ngettext("{n} deal", "{n} deals", n),
        "entries": ngettext("{n} entry", "{n} entries", n),
        "stays": ngettext("{n} stay", "{n} stays", n),
        "changes": ngettext("{n} change", "{n} changes", n),
        "days": ngettext("{n} day", "{n} days", n),
        "customers": ngettext("{n} customer", "{n} customers", n),
        "scores": ngettext("{n} score", "{n} scores", n),
        "calls": ngettext("{n} call", "{n} calls", n),
        "objections": ngettext("{n} objection", "{n} objections", n),
    }
    return forms[unit]
