"""Customers: who stayed, who was referred, how content they are."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from typing import Any

from reference.common import Days, existing, win_of
from reference.ledger import Contact, Ledger, day_of


def wins_of(ledger: Ledger, at: int, days: Days) -> dict[int, list[tuple[date, Contact]]]:
    """Customer -> the days of the wins up to the end of the days, and with whom."""
    found: dict[int, list[tuple[date, Contact]]] = {}
    for deal, states in existing(ledger, at):
        win = win_of(states)
        if states[-1].status != "won" or win is None or deal.contact is None:
            continue
        if win.day < days[1]:
            assert deal.customer is not None
            found.setdefault(deal.customer, []).append((win.day, deal.contact))
    return found


def retention(ledger: Ledger, at: int, days: Days, active: int) -> dict[str, Any]:
    """Who was and is active, and how often they buy."""
    found: Counter[str] = Counter()
    waits: list[int] = []
    end = min(days[1], date.fromordinal(day_of(at).toordinal() + 1))
    for wins in wins_of(ledger, at, days).values():
        won = sorted(day for day, _contact in wins)
        old = [day for day in won if day < days[0]]
        at_start = bool(old) and (days[0] - max(old)).days <= active
        at_end = (end - max(won)).days <= active
        found["customers"] += 1
        found["new"] += min(won) >= days[0]
        found["active_start"] += at_start
        found["kept"] += at_start and at_end
        found["active_end"] += at_end
        found["repeated"] += len(won) > 1
        waits += [(later - day).days for day, later in pairwise(won)]
    return {
        **{what: found[what] for what in COUNTED},
        "retention": found["kept"] / found["active_start"] if found["active_start"] else None,
        "repeat_rate": found["repeated"] / found["customers"] if found["customers"] else None,
        "days_between": sum(waits) / len(waits) if waits else None,
    }


COUNTED = ("customers", "new", "active_start", "kept", "active_end", "repeated")


def referrals(ledger: Ledger, at: int, days: Days) -> dict[str, Any]:
    """New customers who were referred, and customers who refer."""
    found: Counter[str] = Counter()
    sent_by = {contact.sent_by for contact in ledger.contacts.values()} - {None}
    senders = {ledger.contacts[number].customer for number in sent_by}
    for customer, wins in wins_of(ledger, at, days).items():
        new = min(day for day, _contact in wins) >= days[0]
        people = {contact.id: contact for _day, contact in wins}
        assert customer is not None
        found["customers"] += 1
        found["new"] += new
        found["referred"] += new and any(one.sent_by for one in people.values())
        found["refer"] += customer in senders
    return {
        **{what: found[what] for what in ("customers", "new", "referred", "refer")},
        "referred_share": found["referred"] / found["new"] if found["new"] else None,
        "refer_share": found["refer"] / found["customers"] if found["customers"] else None,
    }


def satisfaction(ledger: Ledger, at: int, days: Days, kind: str) -> dict[str, Any]:
    """NPS or CSAT in percent points, with its standard error."""
    scores = [
        one.score
        for one in ledger.scores
        if one.kind == kind and days[0] <= one.day < days[1] and one.day <= day_of(at)
    ]
    n = len(scores)
    good = sum(score in ((9, 10) if kind == "nps" else (4, 5)) for score in scores)
    bad = sum(score <= (6 if kind == "nps" else 2) for score in scores)
    found: dict[str, Any] = {
        "scores": n,
        "good": good,
        "bad": bad,
        "neutral": n - good - bad,
        "mean": sum(scores) / n if n else None,
        "result": None,
        "error": None,
    }
    if n:
        # Of each score: +1, 0 or -1 where detractors count, else 1 or 0.
        points = [1] * good + [-1 if kind == "nps" else 0] * bad
        points += [0] * (n - len(points))
        mean = Fraction(sum(points), n)
        variance = sum((point - mean) ** 2 for point in points) / n
        found["result"] = float(100 * mean)
        found["error"] = 100 * sqrt(variance / n)
    return found
