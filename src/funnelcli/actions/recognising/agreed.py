"""Next steps that a report lists as agreed, each in a line of its own."""

from __future__ import annotations

import re
from datetime import date

from funnelcli.actions.recognising.clauses import plain
from funnelcli.actions.recognising.left_days import misdated
from funnelcli.actions.recognising.planned import Planned
from funnelcli.actions.recognising.stepdays import cut_date

_AGREED = re.compile(r"\s*[-*+] \[ ?\]\s+(.*\S)")


def agreed_steps(text: str, today: date) -> list[Planned]:
    """What is agreed as next steps: the lines like ``- [ ] send a sample, by Friday``."""
    found = []
    for line in text.splitlines():
        item = _AGREED.match(line)
        if item:
            found.append(cut_date(plain(item[1]), today, sure=True))
    return [step for step in found if step.what]


def agreed_misdated(text: str, today: date) -> list[str]:
    """What is wrong with days in the lines of :func:`agreed_steps`, in words."""
    lines = [item[1] for line in text.splitlines() if (item := _AGREED.match(line))]
    return [problem for line in lines for problem in misdated(plain(line), today)]
