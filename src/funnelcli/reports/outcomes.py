"""How closed deals ended, counted and valued, and the rates that follow."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from funnelcli.i18n import _, pick
from funnelcli.reports.model import Row
from funnelcli.reports.statistics import ratio
from funnelcli.typed import Any
from funnelcli.values.rounding import half_up

# What became of a deal that was open.
ENDS = ("won", "lost", "open")
COUNTS = {
    "won": "won",
    "withdrawn": "withdrawn",
    "lost": "lost",
    "undecided": "undecided",
    "duplicate": "duplicates",
}


def narrow_rule(conn: sqlite3.Connection) -> str:
    """Which losses each win rate counts, with the reasons by their names."""
    rows = conn.execute(
        "SELECT name_en, name_de FROM catalogue WHERE kind = 'lost_reason' AND rate = 'broad'"
        " ORDER BY position"
    )
    return _(
        "Narrow: losses without decision ({reasons}) are left out; broad: they count as lost. A"
        " withdrawn win counts as won (gross); net, as not won."
    ).format(reasons=", ".join(pick(en, de) for en, de in rows) or "–")


def outcomes(found: Iterable[Any]) -> Row:
    """Counts, values and rates of closed deals, from rows with outcome, deals and, where there
    are amounts, value.

    won is gross; won / (won + lost) narrow, with the undecided in the denominator broad.
    """
    count = dict.fromkeys(COUNTS, 0)
    value = dict.fromkeys(COUNTS, 0)
    for row in found:
        if row.outcome in count:
            count[row.outcome] += row.deals
            value[row.outcome] += getattr(row, "value", 0)
    won = count["won"] + count["withdrawn"]
    won_value = value["won"] + value["withdrawn"]
    decided = won + count["lost"]
    closed = decided + count["undecided"]
    return {
        "won": won,
        "withdrawn": count["withdrawn"],
        "lost": count["lost"],
        "undecided": count["undecided"],
        "duplicates": count["duplicate"],
        "net": count["won"],
        "decided": decided,
        "closed": closed,
        "rate": ratio(won, decided),
        "rate_broad": ratio(won, closed),
        "rate_net": ratio(count["won"], decided),
        "won_value": won_value,
        "lost_value": value["lost"],
        "rate_by_value": ratio(won_value, won_value + value["lost"]),
        "average": half_up(won_value, won) if won else None,
    }
