"""Next steps that a report lists as agreed, each in a line of its own."""

from __future__ import annotations

from datetime import date

from funnelcli.actions.recognising.clauses import plain
from funnelcli.actions.recognising.left_days import misdated
from funnelcli.actions.recognising.planned import Planned
from funnelcli.actions.recognising.stepdays import cut_date
from funnelcli.patterns import regex

_AGREED = regex(r"\s*[-*+] \[ ?\]\s+(.*\S)")


def agreed_steps(text: str, today: date) -> list[Planned]:
    """What is agreed as next steps: the lines like ``- [ ] send a sample, by Friday``."""
    found = [cut_date(line, today, sure=True) for line in _lines(text)]
    return [step for step in found if step.what]


def agreed_misdated(text: str, today: date) -> list[str]:
    """What is wrong with days in the lines of :func:`agreed_steps`, in words."""
    return [problem for line in _lines(text) for problem in misdated(line, today)]


def _lines(text: str) -> list[str]:
    return [plain(item[1]) for line in text.splitlines() if (item := _AGREED.match(line))]
