"""The sales velocity: what the pipeline yields a day."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import _
from funnelcli.render.model import Column
from funnelcli.reports import building, slices, statistics, wording
from funnelcli.reports.building import share_column
from funnelcli.reports.cycle import lengths
from funnelcli.reports.model import Report, Row
from funnelcli.reports.outcomes import outcomes
from funnelcli.reports.scope import Scope
from funnelcli.reports.statement import ask
from funnelcli.typed import Any
from funnelcli.values.rounding import half_up

VELOCITY = (
    Column("open", "Open qualified", "int"),
    Column("average", "Average won", "money"),
    share_column("rate", "Win rate", "won", "decided"),
    Column("days", "Days", "days"),
    Column("per_day", "A day", "money"),
    Column("per_month", "In 30 days", "money", drop=1),
    Column("currency", "Currency", table=False),
    Column("won", "Won", "int", table=False),
    Column("decided", "Decided", "int", table=False),
)


def velocity(conn: sqlite3.Connection, scope: Scope) -> Report:
    """Open qualified deals × average won value × win rate / average days of the cycle."""
    open_deals = [] if "month" in scope.by else ask(conn, scope, "velocity")
    closed = ask(conn, scope, "win_rate")
    took, unknown = lengths(conn, scope, ("won",))
    closed_by, lengths_by = slices.by_slice(closed), slices.by_slice(took)
    open_by: dict[Any, dict[str, int]] = {}
    for row in open_deals:
        open_by.setdefault(row.slice, {})[row.currency] = row.deals
    rows: list[Row] = []
    for key, name in slices.in_order(conn, scope, {*open_by, *closed_by}):
        group = closed_by.get(key, [])
        # Where amounts are kept apart, so are the deals that they are multiplied by.
        mine = open_by.get(key, {})
        for currency in sorted({*mine, *(row.currency for row in group)}) or [
            building.blank_currency(conn, scope)
        ]:
            of = [row for row in group if row.currency == currency]
            everything = outcomes(group)
            days: dict[int, int] = {}
            for length in lengths_by.get(key, []):
                days[length.days] = days.get(length.days, 0) + length.deals
            row = _velocity(mine.get(currency, 0), outcomes(of), everything, days)
            row |= {"currency": currency, "_cell": {"cell_currency": currency}}
            rows.append(slices.sliced(scope, key, name, row))
    here = "currency = :cell_currency"
    made = building.report(
        scope,
        "velocity",
        rule=_(
            "Open deals past the lead phase × average won value × win rate (narrow) / mean days"
            " of won deals; rate, value and days from deals closed in the period."
        ),
        n=sum(row.deals for row in closed),
        columns=(*slices.columns_of(scope), *VELOCITY),
        rows=rows,
        keys=slices.keys_of(scope, "currency"),
        facts="velocity",
        cells={"": here, "open": here},
        left_out=[
            _("Deals in the lead phase, and open deals without a decision yet."),
            *building.unknown_openings(unknown),
        ],
    )
    for row in rows:
        if row["per_day"] is not None:
            made.explain.append(
                _("{open} × {average} × {rate} / {days} = {per_day} a day").format(
                    open=row["open"],
                    average=wording.money_text(row["average"], row["currency"]),
                    rate=wording.share_text(row["won"], row["decided"]),
                    days=wording.counted(row["days"], "days"),
                    per_day=wording.money_text(row["per_day"], row["currency"]),
                )
            )
    return made


def _velocity(open_deals: int, own: Row, everything: Row, days: dict[int, int]) -> Row:
    """One product, rounded once: open · Σ value / won · won / decided / (Σ days / n)."""
    n, total_days = sum(days.values()), sum(length * deals for length, deals in days.items())
    per_day = per_month = None
    if own["won"] and everything["decided"] and total_days:
        top = open_deals * own["won_value"] * everything["won"] * n
        bottom = own["won"] * everything["decided"] * total_days
        per_day, per_month = half_up(top, bottom), half_up(30 * top, bottom)
    return {
        "open": open_deals,
        "average": own["average"],
        "rate": everything["rate"],
        "won": everything["won"],
        "decided": everything["decided"],
        "days": statistics.mean(days),
        "per_day": per_day,
        "per_month": per_month,
    }
