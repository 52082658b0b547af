"""The key figures: the handful that a boss asks for first, each from the query of its report."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from funnelcli.i18n import N_, _
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, statistics, wording
from funnelcli.reports.building import share_column
from funnelcli.reports.cycle import lengths
from funnelcli.reports.model import Behind, Report, Row
from funnelcli.reports.outcomes import narrow_rule, outcomes
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask
from funnelcli.reports.statistics import ratio
from funnelcli.typed import Any

_FIGURES = {
    "open": N_("Open pipeline"),
    "weighted": N_("Weighted forecast"),
    "overdue": N_("Overdue"),
    "new": N_("New deals"),
    "won": N_("Won"),
    "average": N_("Average won deal"),
    "lost": N_("Lost"),
    "win_rate": N_("Win rate"),
    "conversion": N_("Conversion"),
    "cycle_days": N_("Sales cycle"),
}

# The queries that have amounts.
_VALUED = ("forecast", "win_rate", "sources")

SUMMARY = (
    Column("figure", "Figure", flex=True, names=lambda key: _(_FIGURES[key])),
    Column("deals", "Deals", "int"),
    Column("value", "Value", "money"),
    share_column("share", "Share", "deals", "of"),
    Column("days", "Days", "days"),
    Column("of", "Of", "int", table=False),
    Column("currency", "Currency", table=False),
)


def summary(conn: sqlite3.Connection, scope: Scope) -> Report:
    """What is open at the end of the period, what came and closed in it, and the rates of it.

    Amounts are in minor units, a row a currency where no rate brings them together; ``share`` is
    ``deals`` / ``of``, and ``days`` is the median of the deals won.
    """
    standing = scope.standing()
    took, unknown = lengths(conn, scope, ("won",))
    asked = {
        "forecast": ask(conn, standing, "forecast"),
        "win_rate": ask(conn, scope, "win_rate"),
        "sources": ask(conn, scope, "sources"),
        "cycle": took,
    }
    by_slice = {query: slices.by_slice(found) for query, found in asked.items()}
    valued = (row for query in _VALUED for row in asked[query])
    usual = building.usual_currency(scope, (row.currency for row in valued))
    rows: list[Row] = []
    for key, name in slices.in_order(conn, scope, {k for one in by_slice.values() for k in one}):
        of = {query: found.get(key, []) for query, found in by_slice.items()}
        for row in (*_amounts(of, usual), *_rates(of)):
            row["_behind"] = _behind(row["figure"])
            row["_cell"] = {"cell_currency": row.get("currency")}
            rows.append(slices.sliced(scope, key, name, row))
    opened = sum(row.deals for row in asked["forecast"])
    made = building.report(
        scope,
        "summary",
        rule=_(
            "Open, weighted (value × probability) and overdue: how it stands on {day}. New: opened"
            " in the period. Won, lost, their average and the win rate, won / (won + lost): closed"
            " in the period. Conversion: won of the deals opened in the period. Sales cycle: the"
            " median of the days from opening to the win."
        ).format(day=wording.day_text(standing.now))
        + " "
        + narrow_rule(conn),
        n=opened + sum(row.deals for row in asked["win_rate"]),
        columns=(*slices.columns_of(scope), *SUMMARY),
        rows=rows,
        keys=slices.keys_of(scope, "figure", "currency"),
        cells=dict.fromkeys(("", "deals"), "1"),
        left_out=[_("Duplicates are in no rate."), *building.unknown_openings(unknown)],
    )
    made.explain = [
        _("{name}: {k} / {n} = {share}").format(
            name=_(_FIGURES[row["figure"]]),
            k=row["deals"],
            n=row["of"],
            share=wording.share_text(row["deals"], row["of"]) or "–",
        )
        for row in rows
        if "of" in row
    ]
    return made


def _amounts(of: dict[str, list[Any]], usual: str) -> Iterable[Row]:
    """The figures that have an amount, by currency."""
    several = [of[query] for query in _VALUED]
    currencies = sorted({row.currency for found in several for row in found}) or [usual]
    for currency in currencies:
        opened, closed, new = ([r for r in one if r.currency == currency] for one in several)
        overdue = [row for row in opened if row.month == "overdue"]
        ended = outcomes(closed)
        for figure, deals, value in (
            ("open", _sum(opened, "deals"), _sum(opened, "value")),
            ("weighted", None, _sum(opened, "weighted")),
            ("overdue", _sum(overdue, "deals"), _sum(overdue, "value")),
            ("new", _sum(new, "deals"), _sum(new, "value")),
            ("won", ended["won"], ended["won_value"]),
            ("average", None, ended["average"]),
            ("lost", ended["lost"] + ended["undecided"], _lost_value(closed)),
        ):
            yield {"figure": figure, "deals": deals, "value": value, "currency": currency}


def _lost_value(closed: Iterable[Any]) -> int:
    return sum(row.value for row in closed if row.outcome in ("lost", "undecided"))


def _rates(of: dict[str, list[Any]]) -> Iterable[Row]:
    """The figures without an amount: they are of all currencies together."""
    ended, cohort = outcomes(of["win_rate"]), outcomes(of["sources"])
    rated = _sum(of["sources"], "deals") - cohort["duplicates"]
    for figure, k, n in (
        ("win_rate", ended["won"], ended["decided"]),
        ("conversion", cohort["won"], rated),
    ):
        yield {"figure": figure, "deals": k, "of": n, "share": ratio(k, n)}
    days: dict[int, int] = {}
    for row in of["cycle"]:
        days[row.days] = days.get(row.days, 0) + row.deals
    yield {"figure": "cycle_days", "deals": sum(days.values()), "days": statistics.median(days)}


def _sum(found: Iterable[Any], name: str) -> int:
    return sum(getattr(row, name) for row in found)


def _behind(figure: str) -> Behind:
    """Where the deals of a figure are found."""
    here = "currency = :cell_currency"
    won = "outcome IN ('won', 'withdrawn')"
    return {
        "open": Behind("forecast", here, standing=True),
        "weighted": Behind("forecast", here, standing=True),
        "overdue": Behind("forecast", f"{here} AND month = 'overdue'", standing=True),
        "new": Behind("sources", here),
        "won": Behind("win_rate", f"{here} AND {won}"),
        "average": Behind("win_rate", f"{here} AND {won}"),
        "lost": Behind("win_rate", f"{here} AND outcome IN ('lost', 'undecided')"),
        "win_rate": Behind("win_rate", won),
        "conversion": Behind("sources", won),
        "cycle_days": Behind("cycle", "known AND outcome = 'won'"),
    }[figure]
