"""The sales cycle: days from opening to close."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import N_, _
from funnelcli.render.chart import ChartSpec, Point, Series
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, statistics, wording
from funnelcli.reports.model import Report, Row
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask
from funnelcli.typed import Any

_OUTCOMES = {"won": N_("won"), "lost": N_("lost"), "closed": N_("won and lost")}

CYCLE = (
    Column("outcome", "Outcome", names=lambda key: _outcome(key)),
    Column("deals", "Deals", "int"),
    Column("p25", "25%", "days"),
    Column("median", "Median", "days"),
    Column("p75", "75%", "days"),
    Column("p90", "90%", "days", drop=2),
    Column("mean", "Mean", "days", drop=1),
    Column("shortest", "Shortest", "days", drop=3),
    Column("longest", "Longest", "days", drop=3),
)


def _outcome(key: str) -> str:
    return _(_OUTCOMES[key])


def lengths(
    conn: sqlite3.Connection, scope: Scope, outcomes: tuple[str, ...] = ("won", "lost")
) -> tuple[list[Any], int]:
    """How many closed deals took how many days, by slice and outcome, and how many of those
    ``outcomes`` are not among them, for their opening is not known."""
    found = [row for row in ask(conn, scope, "cycle") if row.outcome in outcomes]
    return [row for row in found if row.known], sum(row.deals for row in found if not row.known)


def cycle(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Median and quartiles of the days from opening to close, won and lost apart."""
    found, unknown = lengths(conn, scope)
    rows: list[Row] = []
    histogram: dict[int, int] = {}
    for key, name, group in slices.grouped(conn, scope, found):
        for outcome in _OUTCOMES:
            counts: dict[int, int] = {}
            for ended in group:
                if outcome in (ended.outcome, "closed"):
                    counts[ended.days] = counts.get(ended.days, 0) + ended.deals
            if outcome == "won":
                for days, deals in counts.items():
                    histogram[days] = histogram.get(days, 0) + deals
            row = {
                "outcome": outcome,
                "deals": sum(counts.values()),
                "p25": statistics.quantile(counts, 25),
                "median": statistics.median(counts),
                "p75": statistics.quantile(counts, 75),
                "p90": statistics.quantile(counts, 90),
                "mean": statistics.mean(counts),
                "shortest": min(counts, default=None),
                "longest": max(counts, default=None),
                "_cell": {"cell_outcome": outcome},
            }
            rows.append(slices.sliced(scope, key, name, row))
    here = "known AND (outcome = :cell_outcome OR :cell_outcome = 'closed')"
    made = building.report(
        scope,
        "cycle",
        rule=_(
            "Days from the day of opening to the day of the win or the loss, in the user's zone,"
            " by the day of closing. A quartile is a value that occurs: the one at rank"
            " ⌊(n − 1) · p⌋, from three deals on; the median is the mean of the two middle ones."
        ),
        n=sum(row.deals for row in found),
        columns=(*slices.columns_of(scope), *CYCLE),
        rows=rows,
        keys=slices.keys_of(scope, "outcome"),
        facts="cycle",
        cells={"": here, "deals": here, "median": here},
        left_out=[_("Open deals; duplicates."), *building.unknown_openings(unknown)],
    )
    made.explain = [
        _("{outcome}: {deals}, in the middle {days}").format(
            outcome=_outcome(row["outcome"]),
            deals=wording.counted(row["deals"], "deals"),
            days=wording.counted(row["median"], "days"),
        )
        for row in rows
        if row["deals"]
    ]
    made.chart = _days_chart(made.title, _("Won deals"), histogram)
    return made


def _days_chart(title: str, name: str, counts: dict[int, int]) -> ChartSpec | None:
    """A histogram of days in at most twelve classes of equal width."""
    if not counts:
        return None
    low, high = min(counts), max(counts)
    width = max(1, -(-(high - low + 1) // 12))
    points = []
    for start in range(low, high + 1, width):
        value = sum(n for days, n in counts.items() if start <= days < start + width)
        label = f"{start}–{start + width - 1}" if width > 1 else str(start)
        points.append(Point(label, value, x=start))
    return ChartSpec("histogram", title, [Series(name, points)], x_title=_("days"))
